//! That code holds together, seen to once: while it runs, what is missing would only be undefined, and
//! a violation could be lost in it.

use regorus::Value;

use super::code::{Address, Code, FAIL, Key, Literal, Op, Register, Root, Rule, Several};

impl Code {
    /// Whether every register, value, rule and place that is named is there.
    pub(super) fn is_sound(&self) -> bool {
        self.origins.len() == self.ops.len()
            && self.entry < self.rules.len()
            && self.rules.iter().all(|rule| self.is_rule_sound(rule))
    }

    fn is_rule_sound(&self, rule: &Rule) -> bool {
        let registers = rule.registers;
        let starts = rule.definitions.iter().flat_map(|definition| {
            let bodies = definition.bodies.iter().map(|body| body.start);
            bodies.chain(definition.arguments)
        });
        rule.kept <= registers
            && (rule.definitions.is_empty() || usize::from(rule.result) < registers)
            && rule.default.is_none_or(|default| self.has_value(default))
            && starts
                .into_iter()
                .all(|start| self.is_body_sound(start, registers))
    }

    fn is_body_sound(&self, start: usize, registers: usize) -> bool {
        let ops = self.ops.get(start..).unwrap_or_default();
        let Some(end) = ops.iter().position(|op| matches!(op, Op::Done)) else {
            return false;
        };
        let within = Within {
            code: self,
            registers,
            places: start..=start + end,
        };
        ops.iter().take(end).all(|op| within.is_sound(op))
    }

    fn has_value(&self, literal: Literal) -> bool {
        usize::from(literal) < self.values.len()
    }
}

/// What the ops of a body may name.
struct Within<'c> {
    code: &'c Code,
    registers: usize,
    places: std::ops::RangeInclusive<usize>,
}

impl Within<'_> {
    fn is_sound(&self, op: &Op) -> bool {
        let code = self.code;
        match op {
            Op::Value(to, value) => self.has(&[*to]) && code.has_value(*value),
            Op::Input(to)
            | Op::Data(to)
            | Op::NewArray(to)
            | Op::NewSet(to)
            | Op::NewObject(to)
            | Op::Clear(to) => self.has(&[*to]),
            Op::Move(to, from)
            | Op::Not(to, from)
            | Op::Push(to, from)
            | Op::Add(to, from)
            | Op::Count(to, from) => self.has(&[*to, *from]),
            Op::Compare(_, to, [one, other])
            | Op::And(to, [one, other])
            | Op::Or(to, [one, other])
            | Op::Insert(to, [one, other])
            | Op::Index(to, one, other)
            | Op::Contains(to, [one, other]) => self.has(&[*to, *one, *other]),
            Op::Builtin(to, of, given) => {
                self.has(&[*to]) && self.has_all(*given) && usize::from(*of) < code.calls.len()
            }
            Op::Function(to, of, given) => {
                let rule = code.rules.get(usize::from(*of));
                let count = usize::from(given.count);
                self.has(&[*to])
                    && self.has_all(*given)
                    && rule.is_some_and(|rule| {
                        rule.is_function && (rule.definitions.is_empty() || rule.kept == count + 1)
                    })
            }
            Op::Rule(to, of) => {
                let rule = code.rules.get(usize::from(*of));
                self.has(&[*to]) && rule.is_some_and(|rule| !rule.is_function)
            }
            Op::Array(to, of) | Op::Set(to, of) => self.has(&[*to]) && self.has_all(*of),
            Op::Object(number) => self.is_object_sound(*number),
            Op::Field(to, of, name) => self.has(&[*to, *of]) && code.has_value(*name),
            Op::Path(number) => self.is_path_sound(*number),
            Op::Equal([one, other], to) => self.has(&[*one, *other]) && self.leads(*to),
            Op::Holds(register, to) | Op::HoldsNot(register, to) | Op::Is(register, to) => {
                self.has(&[*register]) && self.leads(*to)
            }
            Op::Loop(number) | Op::Next(number) | Op::NextFailed(number) => {
                let it = code.loops.get(usize::from(*number));
                it.is_some_and(|it| {
                    self.has(&[it.over, it.value, it.result, it.key.unwrap_or(it.value)])
                        && self.leads(it.body)
                        && self.leads(it.exit)
                })
            }
            Op::Done => true,
        }
    }

    fn is_object_sound(&self, number: u16) -> bool {
        let Some(it) = self.code.objects.get(usize::from(number)) else {
            return false;
        };
        let Value::Object(template) = self.code.value(it.template) else {
            return false;
        };
        let known = |(name, value): &(Literal, Register)| {
            self.has(&[*value]) && template.contains_key(self.code.value(*name))
        };
        self.has(&[it.to])
            && it.known.iter().all(known)
            && it
                .named
                .iter()
                .all(|(name, value)| self.has(&[*name, *value]))
    }

    fn is_path_sound(&self, number: u16) -> bool {
        let Some(it) = self.code.paths.get(usize::from(number)) else {
            return false;
        };
        let root = match it.root {
            Root::Register(register) => register,
            Root::Data => it.to,
        };
        self.has(&[it.to, root])
            && it.keys.iter().all(|key| match key {
                Key::Literal(literal) => self.code.has_value(*literal),
                Key::Register(register) => self.has(&[*register]),
            })
    }

    fn has(&self, registers: &[Register]) -> bool {
        let mut registers = registers.iter();
        registers.all(|register| usize::from(*register) < self.registers)
    }

    fn has_all(&self, several: Several) -> bool {
        let registers = self.code.several(several);
        registers.len() == usize::from(several.count) && self.has(registers)
    }

    fn leads(&self, to: Address) -> bool {
        to == FAIL || usize::try_from(to).is_ok_and(|to| self.places.contains(&to))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::super::code::{Body, Callee, Definition, Kind, Loop};
    use super::*;

    /// `x := y if { some y in [1]; y }`, all of it there.
    fn code() -> Code {
        let body = Body {
            start: 0,
            next_is_else: false,
        };
        let rule = Rule {
            kind: Kind::Complete,
            is_function: false,
            definitions: vec![Definition {
                arguments: None,
                bodies: vec![body],
            }],
            registers: 4,
            kept: 0,
            result: 0,
            default: Some(0),
            first_counts: false,
        };
        Code {
            ops: vec![
                Op::Value(1, 0),
                Op::Loop(0),
                Op::Holds(2, 4),
                Op::Next(0),
                Op::NextFailed(0),
                Op::Builtin(0, 0, Several { first: 0, count: 1 }),
                Op::Done,
            ],
            origins: vec![0; 7],
            rules: vec![rule],
            entry: 0,
            loops: vec![Loop {
                mode: regorus::rvm::instructions::LoopMode::Any,
                over: 1,
                key: None,
                value: 2,
                result: 3,
                body: 2,
                exit: 5,
            }],
            objects: Vec::new(),
            paths: Vec::new(),
            calls: vec![Callee::Slot],
            registers: vec![2],
            values: vec![Value::from(vec![Value::from(1)])],
        }
    }

    type Break = fn(&mut Code);

    #[test]
    fn code_that_names_what_is_not_there_is_not_run() {
        assert!(code().is_sound());
        let breaks: [(&str, Break); 9] = [
            ("value", |code| code.values.clear()),
            ("register", |code| code.rules[0].registers = 3),
            ("registers", |code| code.registers = vec![4]),
            ("list", |code| code.registers.clear()),
            ("loop", |code| code.loops.clear()),
            ("exit", |code| code.loops[0].exit = 7),
            ("condition", |code| code.ops[2] = Op::Holds(2, 9)),
            ("built-in", |code| code.calls.clear()),
            ("end", |code| code.ops.truncate(6)),
        ];
        for (name, break_it) in breaks {
            let mut broken = code();
            break_it(&mut broken);
            assert!(!broken.is_sound(), "{name}");
        }
    }
}
