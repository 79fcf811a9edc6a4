//! Asking a program.

use std::sync::Arc;

use regorus::{Engine, Value};

use super::check::index::{RuleKind, package_path};
use super::conform::Written;
use super::coverage::Coverage;
use super::depth;
use super::fault::{EvalError, EvalErrorKind};
use super::interpreter::eval_error;
use super::options::{EngineKind, Probes};
use super::probe::{self, Record, Sites};
use super::program::Inner;
use super::syntax::tree::Kind;
use super::times::RuleTime;
use super::trace::Trace;
use super::vm::Vm;

/// Runs a [`Program`](super::Program); one a thread.
pub struct Machine {
    program: Arc<Inner>,
    /// The interpreter, from when it is first needed.
    engine: Option<Engine>,
    vm: Option<Vm>,
    data: Value,
    record: Record,
    /// By number of the call: whether any evaluation made it.
    hits: Vec<bool>,
    /// By number of the default: whether any evaluation took it.
    defaults: Vec<bool>,
}

/// What a `print` said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// The name of the module.
    pub module: String,
    /// Line in the module's text.
    pub line: u32,
    /// Its arguments, with spaces between.
    pub text: String,
}

impl Machine {
    pub(super) fn new(program: Arc<Inner>) -> Machine {
        Machine {
            program,
            engine: None,
            vm: None,
            data: Value::new_object(),
            record: Record::default(),
            hits: Vec::new(),
            defaults: Vec::new(),
        }
    }

    /// Sets the base document `data` (`{"inventory": …}`), replacing the one before.
    pub fn set_data(&mut self, data: Value) -> Result<(), EvalError> {
        self.check_depth(|limit| depth::is_within(&data, limit))?;
        if let Ok(compiled) = &self.program.compiled {
            let vm = self.vm.get_or_insert_with(|| compiled.machine());
            vm.set_data(data.clone());
        }
        self.data = data;
        if self.program.kind != EngineKind::Compiled {
            self.engine()?;
        }
        if let Some(engine) = &mut self.engine {
            fill(engine, &self.data)?;
        }
        Ok(())
    }

    fn engine(&mut self) -> Result<&mut Engine, EvalError> {
        if self.engine.is_none() {
            let interpreter = self.program.interpreter().map_err(|faults| {
                let message = faults.first().map_or("", |fault| fault.message.as_str());
                EvalError::new(EvalErrorKind::Other, message)
            })?;
            let mut engine = interpreter.engine.clone();
            fill(&mut engine, &self.data)?;
            self.engine = Some(engine);
        }
        let missing = || EvalError::new(EvalErrorKind::Other, "there is no interpreter");
        self.engine.as_mut().ok_or_else(missing)
    }

    fn written(&self) -> &[Written] {
        let interpreter = self.program.interpreter();
        interpreter.map_or(&[], |interpreter| &interpreter.written)
    }

    /// Where the evaluation is recorded.
    fn sites(&self) -> Option<&Sites> {
        if self.program.options.probes == Probes::None {
            return None;
        }
        let interpreter = self.program.interpreter().ok()?;
        Some(&interpreter.sites)
    }

    fn check_depth(&self, measure: impl Fn(usize) -> bool) -> Result<(), EvalError> {
        let limit = self.program.options.limits.depth;
        if measure(limit) {
            return Ok(());
        }
        Err(EvalError::new(
            EvalErrorKind::Limit,
            format!("the document is nested deeper than {limit} levels"),
        ))
    }

    /// The value of the rule `rule` (`data.PACKAGE.NAME`) for `input`; `None` where it is undefined.
    pub fn eval(&mut self, rule: &str, input: Value) -> Result<Option<Value>, EvalError> {
        self.check_depth(|limit| depth::is_input_within(&input, limit))?;
        let kind = if rule == self.program.entry {
            self.program.kind
        } else {
            EngineKind::Interpreter
        };
        let sites = self.sites();
        let is_recorded = sites.is_some();
        if let Some(sites) = sites {
            probe::begin(sites, self.program.options.probes == Probes::Times);
        }
        let value = match kind {
            EngineKind::Interpreter => self.interpret(rule, input),
            EngineKind::Compiled => self.run(input),
            EngineKind::Both => self.both(rule, input),
        };
        if is_recorded {
            self.recorded();
        }
        let value = value?;
        Ok(if value == Value::Undefined {
            None
        } else {
            Some(value)
        })
    }

    fn interpret(&mut self, rule: &str, input: Value) -> Result<Value, EvalError> {
        let checked = self.program.checked();
        let known = checked.is_ok_and(|checked| checked.rules.contains(rule));
        let engine = self.engine()?;
        engine.set_input(input);
        let result = if known {
            engine.eval_rule(rule.to_owned())
        } else {
            engine.eval_query(rule.to_owned(), false).map(|results| {
                let first = results.result.into_iter().next();
                let value = first
                    .and_then(|row| row.expressions.into_iter().next())
                    .map(|found| found.value);
                value.unwrap_or(Value::Undefined)
            })
        };
        result.map_err(|error| {
            self.located(eval_error(
                self.written(),
                &self.program.options.limits,
                &error,
            ))
        })
    }

    /// OPA places a function's conflict at its last definition, regorus at the call; and regorus has
    /// one word for the conflicts of rules and of objects.
    fn located(&self, mut error: EvalError) -> EvalError {
        if error.kind == EvalErrorKind::Conflict && error.message.starts_with("complete") {
            let trees = self
                .program
                .trees()
                .iter()
                .filter(|named| named.name == error.module);
            let mut rules = trees
                .flat_map(|named| &named.tree.rules)
                .filter(|rule| rule.place.line == error.line);
            if rules.any(|rule| RuleKind::of(rule) == RuleKind::Object) {
                "object keys must be unique".clone_into(&mut error.message);
            }
        }
        if error.kind != EvalErrorKind::Conflict || !error.message.starts_with("functions") {
            return error;
        }
        let mut function = None;
        for named in self
            .program
            .trees()
            .iter()
            .filter(|named| named.name == error.module)
        {
            for rule in &named.tree.rules {
                rule.every_term(&mut |term| {
                    if let Kind::Call(name, _) = &term.kind
                        && (term.place.line, term.place.column) == (error.line, error.column)
                    {
                        function = name.names();
                    }
                });
            }
        }
        for named in self.program.trees() {
            let package = package_path(&named.tree.package);
            for rule in &named.tree.rules {
                let path: Vec<String> = package.iter().cloned().chain(rule.fixed_path()).collect();
                if function.as_ref() == Some(&path) {
                    error.module.clone_from(&named.name);
                    (error.line, error.column) = (rule.place.line, rule.place.column);
                }
            }
        }
        error
    }

    fn run(&mut self, input: Value) -> Result<Value, EvalError> {
        let Ok(compiled) = &self.program.compiled else {
            return Ok(Value::Undefined);
        };
        let vm = self.vm.get_or_insert_with(|| compiled.machine());
        compiled.eval(vm, input, || self.program.trees())
    }

    fn both(&mut self, rule: &str, input: Value) -> Result<Value, EvalError> {
        let interpreted = self.interpret(rule, input.clone());
        let compiled = self.run(input);
        let same = match (&interpreted, &compiled) {
            (Ok(one), Ok(other)) => one == other,
            (Err(one), Err(other)) => (one.kind, &one.message) == (other.kind, &other.message),
            _ => false,
        };
        if same {
            return interpreted;
        }
        let show = |result: &Result<Value, EvalError>| match result {
            Ok(Value::Undefined) => "undefined".to_owned(),
            Ok(value) => value
                .to_json_str()
                .unwrap_or_default()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => format!("the error `{}`", error.message),
        };
        let message = format!(
            "the interpreter answers {}, the compiled form {}",
            show(&interpreted),
            show(&compiled)
        );
        Err(EvalError::new(EvalErrorKind::Difference, message))
    }

    /// What was printed since the last call; nothing unless
    /// [`Options::prints`](super::Options) was set.
    pub fn take_prints(&mut self) -> Vec<Print> {
        let Some(engine) = &mut self.engine else {
            return Vec::new();
        };
        let prints = engine.take_prints().unwrap_or_default();
        prints.iter().map(|print| self.print(print)).collect()
    }

    /// regorus says `m0:12: text`.
    fn print(&self, print: &str) -> Print {
        let parsed = print.strip_prefix('m').and_then(|rest| {
            let (module, rest) = rest.split_once(':')?;
            let (line, text) = rest.split_once(':')?;
            Some((
                module.parse::<usize>().ok()?,
                line.parse::<u32>().ok()?,
                text,
            ))
        });
        let written = self.written();
        match parsed.and_then(|(at, line, text)| Some((written.get(at)?, line, text))) {
            Some((module, line, text)) => Print {
                module: module.name.clone(),
                line: module.place(line, u32::MAX).line,
                text: text.strip_prefix(' ').unwrap_or(text).to_owned(),
            },
            None => Print {
                module: String::new(),
                line: 0,
                text: print.to_owned(),
            },
        }
    }

    fn recorded(&mut self) {
        let record = probe::end();
        let (mut hits, mut defaults) = (
            std::mem::take(&mut self.hits),
            std::mem::take(&mut self.defaults),
        );
        if let Some(sites) = self.sites() {
            hits.resize(sites.calls.len(), false);
            for (known, hit) in hits.iter_mut().zip(&record.hits) {
                *known |= hit;
            }
            defaults.resize(sites.defaults.len(), false);
            for (known, taken) in defaults.iter_mut().zip(&record.defaults) {
                *known |= taken;
            }
        }
        (self.hits, self.defaults, self.record) = (hits, defaults, record);
    }

    /// The lines that were evaluated so far; none unless [`Options::probes`](super::Options) was set.
    pub fn coverage(&self) -> Coverage {
        let sites = self.sites();
        sites.map_or_else(Coverage::default, |sites| {
            Coverage::of(sites, &self.hits, &self.defaults)
        })
    }

    /// What the rules took in the last evaluation; nothing unless
    /// [`Options::probes`](super::Options) are [`Probes::Times`].
    pub fn take_times(&mut self) -> Vec<RuleTime> {
        let record = std::mem::take(&mut self.record);
        let sites = self.sites();
        sites.map_or_else(Vec::new, |sites| RuleTime::all(sites, &record.times))
    }

    /// How far the bodies came in the last evaluation; nothing unless
    /// [`Options::probes`](super::Options) are [`Probes::Values`].
    pub fn take_trace(&mut self) -> Trace {
        let record = std::mem::take(&mut self.record);
        let sites = self.sites();
        sites.map_or_else(Trace::default, |sites| {
            Trace::of(sites, &record.events, record.truncated)
        })
    }
}

fn fill(engine: &mut Engine, data: &Value) -> Result<(), EvalError> {
    engine.clear_data();
    let error = |error: anyhow::Error| EvalError::new(EvalErrorKind::Other, error.to_string());
    engine.add_data(data.clone()).map_err(error)
}
