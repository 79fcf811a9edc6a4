//! regorus' compiled form, the RVM: three times as fast, for programs that the gate admits.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use regorus::Value;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::Program as Code;
use regorus::rvm::RegoVM;
use regorus::rvm::program::{DeserializationResult, SpanInfo};
use regorus::rvm::vm::VmError;
use regorus::unstable::{Expr, Ref, Span};

use super::catalogue;
use super::check::Named;
use super::collect::CONFLICT;
use super::conform::{Style, Written};
use super::direct;
use super::fault::{EvalError, EvalErrorKind};
use super::interpreter::{engine, timer};
use super::options::{Limits, Options};
use super::program::write;
use super::shorten::shorten;

/// Code that is shared between machines.
pub(super) struct Compiled {
    code: Arc<Code>,
    /// What was compiled: errors need their places in it.
    written: OnceLock<Vec<Written>>,
    /// Where instructions come from, apart from the code where it was compiled before.
    spans: &'static [u8],
    /// The catalogue's numbers of the built-ins that are called directly.
    direct: Vec<u16>,
    limits: Limits,
}

type Spans = Vec<Option<SpanInfo>>;

thread_local! {
    /// The first built-in error that is to end the running evaluation.
    static FAILED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether a built-in error will end the running evaluation.
pub(super) fn has_failed() -> bool {
    FAILED.with_borrow(Option::is_some)
}

impl Compiled {
    /// `Err`: why regorus does not compile it.
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
        let code = Compiler::compile_from_policy(&policy, &[entry])
            .map_err(|error| reason(&error.to_string()))?;
        let mut code = Arc::try_unwrap(code).unwrap_or_else(|shared| (*shared).clone());
        let direct = shorten(&mut code);
        Ok(Compiled::of(code, direct, OnceLock::from(written), options))
    }

    /// The code as bytes, without the source; where its instructions come from; and the numbers of
    /// the built-ins that it calls directly.
    pub(super) fn bytes(&self) -> Option<(Vec<u8>, Vec<u8>, &[u16])> {
        let mut code = (*self.code).clone();
        for source in &mut code.sources {
            source.content = String::new();
        }
        let spans: Spans = std::mem::take(&mut code.instruction_spans);
        Some((
            code.serialize_binary().ok()?,
            postcard::to_allocvec(&spans).ok()?,
            &self.direct,
        ))
    }

    pub(super) fn of_bytes(
        code: &[u8],
        spans: &'static [u8],
        direct: Vec<u16>,
        options: &Options,
    ) -> Option<Compiled> {
        match Code::deserialize_binary(code) {
            Ok(DeserializationResult::Complete(code)) => Some(Compiled {
                spans,
                ..Compiled::of(code, direct, OnceLock::new(), options)
            }),
            _ => None,
        }
    }

    /// Where the instruction `at` comes from.
    fn span(&self, at: usize) -> Option<SpanInfo> {
        if self.spans.is_empty() {
            return self.code.get_instruction_span(at).cloned();
        }
        let spans: Spans = postcard::from_bytes(self.spans).ok()?;
        spans.into_iter().nth(at)?
    }

    fn of(
        mut code: Code,
        direct: Vec<u16>,
        written: OnceLock<Vec<Written>>,
        options: &Options,
    ) -> Compiled {
        let strict = options.strict_builtins;
        let slot = if strict { slot_strict } else { slot_lenient };
        let first = code.builtin_info_table.len() - direct.len().min(code.builtin_info_table.len());
        // What is called directly has no function of regorus' in code that was just compiled.
        code.resolved_builtins
            .resize(code.builtin_info_table.len(), (slot, 1));
        for (at, info) in code.builtin_info_table.iter().enumerate() {
            let number = at.checked_sub(first).and_then(|at| direct.get(at));
            let function = number.and_then(|number| direct::function(usize::from(*number), strict));
            if info.name == catalogue::SLOT
                && let Some(known) = code.resolved_builtins.get_mut(at)
            {
                *known = (
                    function.unwrap_or(slot),
                    u8::try_from(info.num_args).unwrap_or(1),
                );
            }
        }
        Compiled {
            code: Arc::new(code),
            written,
            spans: &[],
            direct,
            limits: options.limits.clone(),
        }
    }

    /// The source that was compiled, of the modules `trees`.
    pub(super) fn written(&self, trees: &[Named]) -> &[Written] {
        self.written
            .get_or_init(|| write(trees, Style::Compiled, false).unwrap_or_default())
    }

    pub(super) fn machine(&self) -> Result<RegoVM, EvalError> {
        let mut machine = RegoVM::new();
        machine.load_program(self.code.clone());
        machine.set_max_instructions(self.limits.instructions);
        machine.set_execution_timer_config(Some(timer(&self.limits)));
        // Not strict: strictness would forbid comparing values of two types. See `slot`.
        machine.set_strict_builtin_errors(false);
        machine
            .set_data(Value::new_object())
            .map_err(|error| EvalError::new(EvalErrorKind::Other, error.to_string()))?;
        Ok(machine)
    }

    /// The answer to `input`; `trees` are asked for where an error needs its place.
    pub(super) fn eval<'t>(
        &self,
        machine: &mut RegoVM,
        input: Value,
        trees: impl FnOnce() -> &'t [Named],
    ) -> Result<Value, EvalError> {
        machine.set_input(input);
        FAILED.with_borrow_mut(|failed| *failed = None);
        let result = machine.execute_entry_point_by_index(0);
        if let Some(message) = FAILED.with_borrow_mut(Option::take) {
            return Err(self.failed(&message));
        }
        result.map_err(|error| self.error(machine, &error, trees()))
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

    fn error(&self, machine: &RegoVM, error: &VmError, trees: &[Named]) -> EvalError {
        let (kind, message) = match error {
            VmError::TimeLimitExceeded { .. } => (
                EvalErrorKind::Timeout,
                format!("the evaluation takes longer than {:?}", self.limits.time),
            ),
            VmError::InstructionLimitExceeded { limit, .. } => (
                EvalErrorKind::Limit,
                format!("the evaluation takes more than {limit} instructions"),
            ),
            other => (EvalErrorKind::Other, other.to_string()),
        };
        let mut result = EvalError::new(kind, message);
        if let Some(span) = self.span(machine.get_pc())
            && let Some(module) = self.written(trees).get(span.source_index)
        {
            let place = module.place(span.line as u32, span.column as u32);
            result.module.clone_from(&module.name);
            result.line = place.line;
            result.column = place.column;
        }
        result
    }
}

fn slot_lenient(_: &Span, _: &[Ref<Expr>], arguments: &[Value], _: bool) -> anyhow::Result<Value> {
    Ok(slot(arguments, false))
}

fn slot_strict(_: &Span, _: &[Ref<Expr>], arguments: &[Value], _: bool) -> anyhow::Result<Value> {
    Ok(slot(arguments, true))
}

/// Calls the built-in whose number comes first. An error that is to end the evaluation is kept until
/// it has ended: the RVM would take it for undefined.
fn slot(arguments: &[Value], strict: bool) -> Value {
    let Some(Value::Array(call)) = arguments.first() else {
        return Value::Undefined;
    };
    let Some((Value::Number(number), arguments)) = call.as_slice().split_first() else {
        return Value::Undefined;
    };
    let number = number
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(usize::MAX);
    answer(catalogue::call(number, arguments), strict)
}

/// What the compiled form is told of what a built-in answered.
pub(super) fn answer(answered: Result<Value, String>, strict: bool) -> Value {
    match answered {
        Ok(value) => value,
        Err(message) => {
            if strict || message.starts_with(CONFLICT) {
                FAILED.with_borrow_mut(|failed| {
                    failed.get_or_insert(message);
                });
            }
            Value::Undefined
        }
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
        let name = |step| {
            let shown = format!("{step:?}");
            let end = shown.find([' ', '(']).unwrap_or(shown.len());
            shown.get(..end).unwrap_or_default().to_owned()
        };
        let steps: Vec<String> = compiled.code.instructions.iter().map(name).collect();
        let expected = [
            "CallRule Return",
            "RuleInit LoadInput ChainedIndex Guard LoopStart",
            "IndexLiteral Guard Load BuiltinCall Guard",
            "IndexLiteral Load ArrayCreate BuiltinCall Guard",
            "ObjectCreate SetAdd LoopNext RuleReturn",
        ];
        assert_eq!(steps.join(" "), expected.join(" "));
    }
}
