//! What rules and functions answer.

use regorus::Value;

use super::code::{Code, Kind, Register, Rule};
use super::{Stop, Vm};

impl Vm {
    /// What the rule at `index` answers, as it answered before if it was asked before.
    pub(super) fn answer(&mut self, code: &Code, index: usize) -> Result<Value, Stop> {
        if let Some(Some(known)) = self.answers.get(index) {
            return Ok(known.clone());
        }
        let Some(rule) = code.rules.get(index) else {
            return Err(Stop::Failed);
        };
        let frame = self.registers.len();
        let value = self.evaluate(code, rule, frame, 0)?;
        if let Some(answer) = self.answers.get_mut(index) {
            *answer = Some(value.clone());
        }
        Ok(value)
    }

    /// What the function at `index` answers to what is in the caller's registers, from `base` on.
    pub(super) fn call(
        &mut self,
        code: &Code,
        index: u16,
        given: &[Register],
        base: usize,
    ) -> Result<Value, Stop> {
        let Some(rule) = code.rules.get(usize::from(index)) else {
            return Err(Stop::Failed);
        };
        let frame = self.registers.len();
        self.registers.push(Value::Undefined);
        for register in given {
            let argument = self.get(base, *register).clone();
            self.registers.push(argument);
        }
        self.evaluate(code, rule, frame, 1 + given.len())
    }

    /// Goes through the bodies of a rule whose registers begin at `frame`; so many of them hold
    /// something.
    fn evaluate(
        &mut self,
        code: &Code,
        rule: &Rule,
        frame: usize,
        given: usize,
    ) -> Result<Value, Stop> {
        self.registers
            .resize_with(frame + rule.registers, || Value::Undefined);
        let value = self.bodies(code, rule, frame, rule.kept.max(given));
        self.registers.truncate(frame);
        let default = || match rule.kind {
            Kind::Set => Value::new_set(),
            Kind::Object => Value::new_object(),
            Kind::Complete => rule
                .default
                .map_or(Value::Undefined, |default| code.value(default).clone()),
        };
        Ok(match value? {
            Answer::Is(Value::Undefined) => default(),
            Answer::Is(value) => value,
            Answer::Conflict => Value::Undefined,
        })
    }

    fn bodies(
        &mut self,
        code: &Code,
        rule: &Rule,
        frame: usize,
        kept: usize,
    ) -> Result<Answer, Stop> {
        let has_one_answer = rule.kind == Kind::Complete || rule.is_function;
        let mut first: Option<Value> = None;
        let mut is_fresh = true;
        for definition in &rule.definitions {
            for body in &definition.bodies {
                if !std::mem::take(&mut is_fresh) {
                    self.forget(frame + kept);
                }
                if let Some(arguments) = definition.arguments
                    && !self.holds(code, arguments, frame)?
                {
                    break;
                }
                if !self.holds(code, body.start, frame)? {
                    continue;
                }
                if has_one_answer {
                    let answer = self.take(frame, rule.result);
                    if !matches!(answer, Value::Undefined) {
                        match &first {
                            Some(first) if *first != answer => return Ok(Answer::Conflict),
                            Some(_) => {}
                            None if rule.first_counts => return Ok(Answer::Is(answer)),
                            None => first = Some(answer),
                        }
                    }
                }
                if has_one_answer || body.next_is_else {
                    break;
                }
            }
        }
        Ok(Answer::Is(match first {
            Some(first) => first,
            None => self.take(frame, rule.result),
        }))
    }

    /// Whether what begins at `start` holds.
    fn holds(&mut self, code: &Code, start: usize, frame: usize) -> Result<bool, Stop> {
        let turns = self.turns.len();
        match self.run(code, start, frame) {
            Ok(()) => Ok(true),
            Err(Stop::Failed) => {
                self.turns.truncate(turns);
                Ok(false)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Empties all registers from `first` on.
    fn forget(&mut self, first: usize) {
        for register in self.registers.iter_mut().skip(first) {
            *register = Value::Undefined;
        }
    }

    fn take(&mut self, base: usize, register: Register) -> Value {
        self.slot(base, register).map_or(Value::Undefined, |slot| {
            std::mem::replace(slot, Value::Undefined)
        })
    }
}

/// What the bodies of a rule came to.
enum Answer {
    Is(Value),
    /// Two of them say two things.
    Conflict,
}
