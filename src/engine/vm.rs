//! Runs compiled code: what regorus' compiler makes of a program, gone through by `shorten`.
//!
//! regorus' own machine takes some hundred processor instructions for each of the code's, most of
//! them to check what does not change while the code runs: that an index is within its table, that a
//! jump leads somewhere, which loop a failed condition ends. Here that is seen to once, when code is
//! loaded ([`Code::load`]), and rules are called without copying what is known of them. The values,
//! and what built-ins answer, are regorus' and the catalogue's.

mod builtins;
mod code;
mod create;
mod iterate;
mod load;
mod quick;
mod rules;
mod run;
mod sound;
mod stored;
mod translate;

use std::sync::Arc;
use std::time::Instant;

use regorus::Value;

use super::catalogue;
use super::options::Limits;
use code::Callee;
use iterate::Turn;
use quick::Quick;

pub(super) use builtins::{has_failed, take_failure};
pub(super) use code::Code;

/// So many instructions are run before somebody looks at the clock.
const PAUSE: usize = 256;

/// Runs code; one a thread.
pub(super) struct Vm {
    code: Arc<Code>,
    /// For each of the code's calls, what answers it if it is a usual one.
    quick: Vec<Option<Quick>>,
    limits: Limits,
    /// Whether built-in errors end an evaluation.
    strict: bool,
    input: Value,
    data: Value,
    /// The registers of all rules that are being evaluated, those of the innermost last.
    registers: Vec<Value>,
    /// The loops that are being gone through, the innermost last.
    turns: Vec<Turn>,
    /// What rules without arguments answered in this evaluation.
    answers: Vec<Option<Value>>,
    /// What built-ins answered that answer otherwise the next time: once an evaluation is enough.
    remembered: Vec<(u16, Vec<Value>, Value)>,
    /// Room for the arguments of a call.
    arguments: Vec<Value>,
    /// Instructions that were run, and at how many to pause next.
    count: usize,
    pause: usize,
    began: Instant,
    /// Where in the code an evaluation was ended.
    at: usize,
}

/// Why a body does not hold, or an evaluation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A condition does not hold, or something has no value.
    Failed,
    /// More instructions than are allowed.
    Instructions,
    /// More time than is allowed.
    Time,
}

impl Vm {
    pub(super) fn new(code: Arc<Code>, limits: Limits, strict: bool) -> Vm {
        let quick = |callee: &Callee| match callee {
            Callee::Number(number) => quick::of(catalogue::name(usize::from(*number))),
            Callee::Slot | Callee::Remembered(_) => None,
        };
        Vm {
            quick: code.calls.iter().map(quick).collect(),
            code,
            limits,
            strict,
            input: Value::Undefined,
            data: Value::new_object(),
            registers: Vec::new(),
            turns: Vec::new(),
            answers: Vec::new(),
            remembered: Vec::new(),
            arguments: Vec::new(),
            count: 0,
            pause: 0,
            began: Instant::now(),
            at: 0,
        }
    }

    pub(super) fn set_data(&mut self, data: Value) {
        self.data = data;
    }

    /// The answer to `input`; `Undefined` where there is none.
    pub(super) fn eval(&mut self, input: Value) -> Result<Value, Stop> {
        self.input = input;
        self.registers.clear();
        self.turns.clear();
        self.remembered.clear();
        self.answers.clear();
        self.answers.resize(self.code.rules.len(), None);
        self.count = 0;
        self.pause = self.limits.instructions.min(PAUSE);
        self.began = Instant::now();
        let code = self.code.clone();
        self.answer(&code, code.entry)
    }

    /// Where in regorus' code the last evaluation was ended.
    pub(super) fn stopped_at(&self) -> usize {
        let origin = self.code.origins.get(self.at);
        origin.map_or(0, |origin| usize::from(*origin))
    }

    /// Ends an evaluation that takes more than it may.
    #[cold]
    fn pause(&mut self, at: usize) -> Result<(), Stop> {
        self.at = at;
        if self.count >= self.limits.instructions {
            return Err(Stop::Instructions);
        }
        if self.began.elapsed() > self.limits.time {
            return Err(Stop::Time);
        }
        self.pause = self.limits.instructions.min(self.count + PAUSE);
        Ok(())
    }
}
