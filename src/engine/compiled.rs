//! The compiled form: what regorus' compiler makes of a program, for the programs that the gate admits.

use std::sync::{Arc, OnceLock};

use regorus::Value;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::SpanInfo;

use super::check::Named;
use super::collect::CONFLICT;
use super::conform::{Style, Written};
use super::fault::{EvalError, EvalErrorKind};
use super::interpreter::engine;
use super::options::{Limits, Options};
use super::program::write;
use super::shorten::shorten;
use super::vm::{self, Code, Stop, Vm};

/// Code that is shared between machines.
pub(super) struct Compiled {
    code: Arc<Code>,
    /// What was compiled: errors need their places in it.
    written: OnceLock<Vec<Written>>,
    spans: Spans,
    limits: Limits,
    strict: bool,
}

/// Where instructions come from, by their place in regorus' code.
enum Spans {
    Known(Vec<Option<SpanInfo>>),
    /// As bytes, where it was compiled before: most runs do not ask.
    Stored(&'static [u8]),
}

impl Compiled {
    /// `Err`: why regorus does not compile it, or what it makes is not run.
    pub(super) fn new(trees: &[Named], entry: &str, options: &Options) -> Result<Compiled, String> {
        let reason = |text: &str| {
            format!(
                "regorus does not compile it ({})",
                text.lines().last().unwrap_or(text).trim()
            )
        };
        let written = write(trees, Style::Compiled, false).map_err(|faults| {
            faults
                .first()
                .map_or_else(String::new, |fault| fault.message.clone())
        })?;
        let mut engine = engine(&written, options).map_err(|(_, text)| reason(&text))?;
        let policy = engine
            .compile_with_entrypoint(&entry.into())
            .map_err(|error| reason(&error.to_string()))?;
        let program = Compiler::compile_from_policy(&policy, &[entry])
            .map_err(|error| reason(&error.to_string()))?;
        let mut program = Arc::try_unwrap(program).unwrap_or_else(|shared| (*shared).clone());
        let direct = shorten(&mut program);
        Ok(Compiled {
            code: Arc::new(Code::load(&program, &direct)?),
            written: OnceLock::from(written),
            spans: Spans::Known(program.instruction_spans),
            limits: options.limits.clone(),
            strict: options.strict_builtins,
        })
    }

    /// The code as bytes, and where its instructions come from.
    pub(super) fn bytes(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let code = postcard::to_allocvec(&*self.code).ok()?;
        let spans = match &self.spans {
            Spans::Known(spans) => postcard::to_allocvec(spans).ok()?,
            Spans::Stored(spans) => spans.to_vec(),
        };
        Some((code, spans))
    }

    pub(super) fn of_bytes(
        code: &'static [u8],
        spans: &'static [u8],
        options: &Options,
    ) -> Option<Compiled> {
        Some(Compiled {
            code: Arc::new(postcard::from_bytes(code).ok()?),
            written: OnceLock::new(),
            spans: Spans::Stored(spans),
            limits: options.limits.clone(),
            strict: options.strict_builtins,
        })
    }

    /// Where the instruction `at` comes from.
    fn span(&self, at: usize) -> Option<SpanInfo> {
        match &self.spans {
            Spans::Known(spans) => spans.get(at).cloned().flatten(),
            Spans::Stored(spans) => {
                let spans: Vec<Option<SpanInfo>> = postcard::from_bytes(spans).ok()?;
                spans.into_iter().nth(at)?
            }
        }
    }

    /// The source that was compiled, of the modules `trees`.
    pub(super) fn written(&self, trees: &[Named]) -> &[Written] {
        self.written
            .get_or_init(|| write(trees, Style::Compiled, false).unwrap_or_default())
    }

    pub(super) fn machine(&self) -> Vm {
        Vm::new(self.code.clone(), self.limits.clone(), self.strict)
    }

    /// The answer to `input`; `trees` are asked for where an error needs its place.
    pub(super) fn eval<'t>(
        &self,
        machine: &mut Vm,
        input: Value,
        trees: impl FnOnce() -> &'t [Named],
    ) -> Result<Value, EvalError> {
        vm::take_failure();
        let result = machine.eval(input);
        if let Some(message) = vm::take_failure() {
            return Err(self.failed(&message));
        }
        result.or_else(|stop| self.stopped(machine, stop, trees()))
    }

    fn failed(&self, message: &str) -> EvalError {
        let Some(told) = message.strip_prefix(CONFLICT) else {
            return EvalError::new(EvalErrorKind::Builtin, message);
        };
        let mut parts = told.splitn(4, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        let (line, column) = (number(), number());
        let mut error = EvalError::new(EvalErrorKind::Conflict, parts.next().unwrap_or(""));
        parts.next().unwrap_or("").clone_into(&mut error.module);
        (error.line, error.column) = (line, column);
        error
    }

    fn stopped(&self, machine: &Vm, stop: Stop, trees: &[Named]) -> Result<Value, EvalError> {
        let (kind, message) = match stop {
            Stop::Failed => return Ok(Value::Undefined),
            Stop::Time => (
                EvalErrorKind::Timeout,
                format!("the evaluation takes longer than {:?}", self.limits.time),
            ),
            Stop::Instructions => (
                EvalErrorKind::Limit,
                format!(
                    "the evaluation takes more than {} instructions",
                    self.limits.instructions
                ),
            ),
        };
        let mut error = EvalError::new(kind, message);
        if let Some(span) = self.span(machine.stopped_at())
            && let Some(module) = self.written(trees).get(span.source_index)
        {
            let place = module.place(span.line as u32, span.column as u32);
            error.module.clone_from(&module.name);
            error.line = place.line;
            error.column = place.column;
        }
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::engine::{Module, Options, Program, RegoVersion};

    const MODULE: &str = r#"package a
violation contains {"msg": msg, "reason": "image"} if {
    some container in input.review.object.spec.containers
    not startswith(container.image, "a/")
    msg := sprintf("Container %s", [label(container)])
}
label(container) := container.name
"#;

    /// One step for one thing: no copies, no check twice, no call of a function of one step.
    #[test]
    fn code_is_as_short_as_it_can_be() {
        let module = Module {
            name: "a.rego".to_owned(),
            text: MODULE.into(),
            version: RegoVersion::V1,
        };
        let entry = "data.a.violation";
        let program = Program::compile(&[module], entry, &Options::default()).unwrap();
        let compiled = program.inner.compiled.as_ref().ok().unwrap();
        let steps = compiled.code.listing();
        let expected = [
            "NewSet Input Path Is Loop",
            "Field Is Value Builtin HoldsNot",
            "Field Value Array Builtin Is",
            "Object Add Next NextFailed Done",
        ];
        assert_eq!(steps.join(" "), expected.join(" "));
    }
}
