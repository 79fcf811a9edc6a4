//! What is wrong with a module, and what went wrong in an evaluation.

use std::fmt;

use super::syntax::tree::Place;

/// What kind of thing is wrong with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// The text is not Rego (`rego_parse_error`).
    Parse,
    /// A variable is declared, assigned or shadowed where it may not be (`rego_compile_error`).
    Compile,
    /// A variable can have no value (`rego_unsafe_var_error`).
    Unsafe,
    /// A rule needs itself (`rego_recursion_error`).
    Recursion,
    /// A function is not defined, neither by a module nor by Rego (`rego_type_error`).
    UnknownFunction,
    /// A function is given too few or too many arguments (`rego_type_error`).
    Arity,
    /// A value can never be of the type that is needed, or rules contradict (`rego_type_error`).
    Type,
    /// A built-in that reaches out of the evaluation is called.
    Outside,
    /// The program is larger or deeper than is allowed, or cannot be brought into a form that the
    /// engine runs.
    Limit,
    /// The rule that was asked for is not there.
    Entry,
}

impl FaultKind {
    /// OPA's name for the kind.
    pub fn code(self) -> &'static str {
        match self {
            FaultKind::Parse => "rego_parse_error",
            FaultKind::Compile | FaultKind::Limit | FaultKind::Entry | FaultKind::Outside => {
                "rego_compile_error"
            }
            FaultKind::Unsafe => "rego_unsafe_var_error",
            FaultKind::Recursion => "rego_recursion_error",
            FaultKind::UnknownFunction | FaultKind::Arity | FaultKind::Type => "rego_type_error",
        }
    }
}

/// Something wrong with a module, at a place in its own text (line and column from 1; 0: unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the module.
    pub module: String,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// What kind of thing is wrong.
    pub kind: FaultKind,
    /// One line, lower case.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, place: Place, message: impl Into<String>) -> Fault {
        let message = message.into();
        Fault {
            module: String::new(),
            line: place.line,
            column: place.column,
            kind,
            message,
        }
    }

    pub(crate) fn within(mut self, module: &str) -> Fault {
        module.clone_into(&mut self.module);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.module, self.line, self.column, self.message
        )
    }
}

impl std::error::Error for Fault {}

/// What kind of thing went wrong in an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// A rule or function gave two answers (`eval_conflict_error`): OPA stops, and Gatekeeper makes
    /// a violation of it.
    Conflict,
    /// A built-in was given what it cannot take, under [`Options::strict_builtins`](super::Options).
    Builtin,
    /// The time of [`Limits`](super::Limits) is over.
    Timeout,
    /// Another limit is reached.
    Limit,
    /// The two engines do not agree ([`EngineChoice::Both`](super::EngineChoice)).
    Difference,
    /// Anything else.
    Other,
}

/// An evaluation that did not end in an answer, with the place in the author's text (line and column
/// from 1; 0: unknown).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// What kind of thing went wrong.
    pub kind: EvalErrorKind,
    /// OPA's words where it has some (`functions must not produce multiple outputs for same
    /// inputs`), else one line, lower case.
    pub message: String,
    /// The name of the module; empty: none in particular.
    pub module: String,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

impl EvalError {
    pub(crate) fn new(kind: EvalErrorKind, message: impl Into<String>) -> EvalError {
        EvalError {
            kind,
            message: message.into(),
            module: String::new(),
            line: 0,
            column: 0,
        }
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.module.is_empty() {
            write!(f, "{}", self.message)
        } else {
            write!(
                f,
                "{}:{}:{}: {}",
                self.module, self.line, self.column, self.message
            )
        }
    }
}

impl std::error::Error for EvalError {}
