//! The engine room: Rego as OPA means it. The only place that knows regorus.
//!
//! A [`Program`] is compiled once from a template's modules and shared; each thread evaluates it
//! through a [`Machine`] of its own. Positions in a [`Fault`] and an [`EvalError`] are those of the
//! module's own text.
//!
//! On its way a module is parsed ([`syntax`]), checked as OPA's compiler checks it ([`check`]), and
//! written anew in a form on which regorus agrees with OPA ([`conform`]). Two engines can run that
//! form: regorus' interpreter, and [`vm`], which runs what regorus' compiler makes of it; a static
//! [`gate`] says which programs may be compiled.

mod arithmetic;
mod bounds;
mod builtins;
mod catalogue;
mod check;
mod collect;
mod compiled;
mod conform;
mod coverage;
mod depth;
mod fault;
mod field;
mod gate;
mod image;
mod interpreter;
mod machine;
mod memory;
mod mutate;
mod options;
mod outline;
mod probe;
mod program;
mod query;
mod reads;
mod shorten;
mod survey;
mod syntax;
mod tests;
mod thread;
mod times;
mod trace;
mod vm;
pub(crate) mod yaml;

pub(crate) use builtins::go_regex;
pub use coverage::{Coverage, lines};
pub use fault::{EvalError, EvalErrorKind, Fault, FaultKind};
pub(crate) use field::field;
pub use machine::{Machine, Print};
pub use mutate::{Mutation, MutationKind, mutations, statements};
pub use options::{
    EngineChoice, EngineKind, Function, Limits, Module, Options, Probes, RegoVersion,
};
pub use outline::{Outline, Reference, outline};
pub use program::Program;
pub use query::{Query, query};
pub use reads::Reads;
pub use regorus::Value;
pub use survey::{Head, InputRead, Loose, Survey, survey};
pub use tests::{TestOutcome, TestResult};
pub use thread::{STACK_SIZE, on_large_stack};
pub use times::RuleTime;
pub use trace::{BodyKind, Seen, Trace, TracedBody, TracedStep};
