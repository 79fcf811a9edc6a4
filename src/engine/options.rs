//! What goes into a program: modules, and how they are to be run.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use regorus::Value;

use super::mutate::Mutation;

/// The dialect in which a module is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegoVersion {
    /// `violation[r] { … }`, as `targets[].rego` has it.
    V0,
    /// `violation contains r if { … }`, as `source.version: v1` has it.
    V1,
}

/// One Rego module as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What errors call it: a path, or a template's name.
    pub name: String,
    /// The Rego text.
    pub text: Cow<'static, str>,
    /// The dialect of the text.
    pub version: RegoVersion,
}

/// Which of the two engines runs a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// The compiled form where the gate admits the program, else the interpreter.
    #[default]
    Auto,
    /// The interpreter, always.
    Interpreter,
    /// The compiled form; a program that the gate does not admit is a fault.
    Compiled,
    /// Both wherever the gate admits the program; a difference between their answers is an error.
    Both,
}

/// The engine that runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// regorus' interpreter.
    Interpreter,
    /// What regorus' compiler makes of it.
    Compiled,
    /// One after the other, compared.
    Both,
}

/// A function that the caller gives to Rego, as Gatekeeper gives `external_data`.
#[derive(Clone)]
pub struct Function {
    /// What Rego calls it.
    pub name: String,
    /// The number of arguments.
    pub arity: u8,
    /// `Ok(Value::Undefined)`: undefined; `Err`: a built-in error.
    #[allow(clippy::type_complexity)]
    pub call: Arc<dyn Fn(&[Value]) -> Result<Value, String> + Send + Sync>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.arity)
    }
}

/// What of an evaluation is recorded beside its answer. The interpreter does all the work then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Probes {
    /// Nothing.
    #[default]
    None,
    /// Which statements are reached and which bodies hold: [`Machine::coverage`](super::Machine::coverage).
    Lines,
    /// How long it is from one statement to the next: [`Machine::take_times`](super::Machine::take_times)
    /// as well.
    Times,
    /// In which order, and what the statements look at: [`Machine::take_trace`](super::Machine::take_trace)
    /// as well.
    Values,
}

/// How a program is compiled and run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether a built-in given nonsense is an error rather than undefined (OPA's default is
    /// undefined).
    pub strict_builtins: bool,
    /// Whether built-ins that reach outside of the evaluation may be called. They load then, and are
    /// built-in errors when they are evaluated: nothing here opens a connection.
    pub allow_outside: bool,
    /// Whether `print` is listened to. Where it is not, it is dropped when the program is compiled.
    pub prints: bool,
    /// Which engine runs the program.
    pub engine: EngineChoice,
    /// What is recorded.
    pub probes: Probes,
    /// A change that is made in the module that it is about, if that is among the modules.
    pub mutation: Option<Arc<Mutation>>,
    /// What one evaluation may use.
    pub limits: Limits,
    /// Functions beside Rego's own.
    pub functions: Vec<Function>,
}

/// What one evaluation may use before it ends in an error.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Wall-clock time of one evaluation.
    pub time: Duration,
    /// Instructions of the compiled form.
    pub instructions: usize,
    /// How deep arrays, objects and sets of the input and the data may stand in each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: Duration::from_secs(10),
            instructions: 50_000_000,
            depth: 1_000,
        }
    }
}
