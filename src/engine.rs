//! The engine room: Rego as OPA means it. The only place that knows regorus.
//!
//! A [`Program`] is compiled once from a template's modules and shared; each thread evaluates it
//! through a [`Machine`] of its own. Positions in a [`Fault`] are those of the module's own text.

mod builtins;
mod program;

pub use program::{Fault, Limits, Machine, Module, Options, Program, RegoVersion};
pub use regorus::Value;
