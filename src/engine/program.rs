//! Compiling modules and asking them.

use std::fmt;

use regorus::{Engine, Value};

/// The dialect in which a module is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegoVersion {
    /// `violation[r] { … }`, as `targets[].rego` has it.
    V0,
    /// `violation contains r if { … }`, as `source.version: v1` has it.
    V1,
}

/// One Rego module as its author wrote it.
#[derive(Clone, Debug)]
pub struct Module {
    /// What errors call it: a path, or a template's name.
    pub name: String,
    /// The Rego text.
    pub text: String,
    /// The dialect of the text.
    pub version: RegoVersion,
}

/// How a program is compiled and run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether a built-in given nonsense is an error rather than undefined (OPA's default is
    /// undefined).
    pub strict_builtins: bool,
    /// What one evaluation may use.
    pub limits: Limits,
}

/// What one evaluation may use before it ends in an error.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Wall-clock time of one evaluation.
    pub time: std::time::Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: std::time::Duration::from_secs(10),
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
    /// One line, lower case.
    pub message: String,
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

/// Compiled modules: immutable, shared between threads, cheap to clone.
#[derive(Clone)]
pub struct Program {
    engine: Engine,
}

impl Program {
    /// Compiles `modules` to answer the rule `entry` (`data.PACKAGE.violation`).
    pub fn compile(
        modules: &[Module],
        entry: &str,
        options: &Options,
    ) -> Result<Program, Vec<Fault>> {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(options.strict_builtins);
        let fault = |module: &str, error: anyhow::Error| {
            vec![Fault {
                module: module.to_owned(),
                line: 0,
                column: 0,
                message: error.to_string(),
            }]
        };
        for module in modules {
            engine.set_rego_v0(module.version == RegoVersion::V0);
            engine
                .add_policy(module.name.clone(), module.text.clone())
                .map_err(|error| fault(&module.name, error))?;
        }
        engine.set_input(Value::new_object());
        engine
            .eval_rule(entry.to_owned())
            .map_err(|error| fault(entry, error))?;
        Ok(Program { engine })
    }

    /// A machine that runs this program on one thread.
    pub fn machine(&self) -> Machine {
        Machine {
            engine: self.engine.clone(),
        }
    }
}

/// Runs a [`Program`]; one a thread.
pub struct Machine {
    engine: Engine,
}

impl Machine {
    /// Sets the base document `data` (`{"inventory": …}`), replacing the one before.
    pub fn set_data(&mut self, data: Value) -> Result<(), Fault> {
        self.engine.clear_data();
        self.engine
            .add_data(data)
            .map_err(|error| evaluation_fault(&error))
    }

    /// The value of the rule `rule` for `input`; `None` where it is undefined.
    pub fn eval(&mut self, rule: &str, input: Value) -> Result<Option<Value>, Fault> {
        self.engine.set_input(input);
        match self.engine.eval_rule(rule.to_owned()) {
            Ok(Value::Undefined) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(evaluation_fault(&error)),
        }
    }
}

fn evaluation_fault(error: &anyhow::Error) -> Fault {
    Fault {
        module: String::new(),
        line: 0,
        column: 0,
        message: error.to_string(),
    }
}
