
mod rego_probes;
mod rego_library;
mod rego_houses;
