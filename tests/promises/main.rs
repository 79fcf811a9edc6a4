
mod rego_probes;
