//! Steps that need not be there, since what comes next comes to the same.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;
use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{GuardMode, Instruction};

use super::copies::labels;
use super::registers::{Counts, Role, each, target};
use super::steps::{Op, Step};

/// Where a value is missing, what is made of it is missing, too: of two checks of which the second
/// would fail for the same reason the first can go. Nothing between them may be seen from outside.
pub(super) fn drop_early_checks(steps: &mut [Step]) {
    let labels = labels(steps);
    for at in 0..steps.len() {
        let Some(Op::Plain(Instruction::Guard {
            register,
            mode: GuardMode::NotUndefined,
        })) = steps.get(at).map(|step| step.op.clone())
        else {
            continue;
        };
        let after = steps.get_mut(at + 1..).unwrap_or_default();
        if fails_later(after, register, &labels)
            && let Some(step) = steps.get_mut(at)
        {
            step.remove();
        }
    }
}

/// Whether the steps fail where `register` holds no value, before anything else is seen of them.
pub(super) fn fails_later(after: &mut [Step], register: u8, labels: &[u16]) -> bool {
    let mut missing = BTreeSet::from([register]);
    for step in after {
        if labels.binary_search(&step.id).is_ok() {
            return false;
        }
        let mut reads_missing = false;
        each(&mut step.op, &mut |found, role| {
            reads_missing |= role == Role::Read && missing.contains(found);
        });
        match &step.op {
            Op::Gone
            | Op::Plain(
                Instruction::Load { .. }
                | Instruction::LoadTrue { .. }
                | Instruction::LoadFalse { .. }
                | Instruction::LoadNull { .. }
                | Instruction::LoadBool { .. }
                | Instruction::LoadInput { .. }
                | Instruction::LoadData { .. },
            ) => {}
            Op::Plain(Instruction::Guard { mode, .. }) if reads_missing => {
                return *mode != GuardMode::Not;
            }
            Op::Plain(Instruction::AssertEq { .. }) if reads_missing => return true,
            // Whichever check fails, it comes to the same.
            Op::Plain(Instruction::Guard { .. } | Instruction::AssertEq { .. }) => {}
            // None of them does anything where an operand is missing.
            Op::Array(_)
            | Op::Set(_)
            | Op::Object(_)
            | Op::Plain(
                Instruction::Eq { .. }
                | Instruction::Ne { .. }
                | Instruction::Lt { .. }
                | Instruction::Le { .. }
                | Instruction::Gt { .. }
                | Instruction::Ge { .. }
                | Instruction::Move { .. },
            ) => {}
            Op::Builtin(_)
            | Op::Plain(
                Instruction::Add { .. }
                | Instruction::Sub { .. }
                | Instruction::Mul { .. }
                | Instruction::Div { .. }
                | Instruction::Mod { .. },
            ) if reads_missing => {}
            // A field of what is missing is; one of another value can be looked at without harm.
            Op::Plain(Instruction::IndexLiteral { container, .. }) => {
                reads_missing = missing.contains(container);
            }
            Op::Chain(it) => reads_missing = missing.contains(&it.root),
            _ => return false,
        }
        if let Some(target) = target(&mut step.op) {
            if reads_missing {
                missing.insert(target);
            } else {
                missing.remove(&target);
            }
        }
    }
    false
}

/// Whether a step outside of the loops and comprehensions among the steps can fail.
pub(super) fn can_fail(steps: &[Step]) -> bool {
    let mut inner = None;
    for step in steps {
        if inner == Some(step.id) {
            inner = None;
        }
        match &step.op {
            Op::Loop(it) if inner.is_none() => inner = Some(it.loop_end),
            Op::Comprehension(it) if inner.is_none() => inner = Some(it.comprehension_end),
            Op::Plain(Instruction::Guard { .. } | Instruction::AssertEq { .. })
                if inner.is_none() =>
            {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// What is the same in each object that a step makes is in the object from which it is made.
pub(super) fn fill_templates(code: &mut Code, steps: &mut [Step]) {
    let counts = Counts::of(steps);
    let mut constants: BTreeMap<u8, Value> = BTreeMap::new();
    for step in steps.iter() {
        let (register, value) = match step.op {
            Op::Plain(Instruction::Load { dest, literal_idx }) => {
                (dest, code.literals.get(usize::from(literal_idx)).cloned())
            }
            Op::Plain(Instruction::LoadTrue { dest }) => (dest, Some(Value::Bool(true))),
            Op::Plain(Instruction::LoadFalse { dest }) => (dest, Some(Value::Bool(false))),
            Op::Plain(Instruction::LoadNull { dest }) => (dest, Some(Value::Null)),
            _ => continue,
        };
        if counts.writes(register) == 1 {
            constants.extend(value.map(|value| (register, value)));
        }
    }
    for step in steps {
        let Op::Object(it) = &mut step.op else {
            continue;
        };
        let template = code.literals.get(usize::from(it.template_literal_idx));
        let Some(mut template) = template.cloned() else {
            continue;
        };
        let Ok(fields) = template.as_object_mut() else {
            continue;
        };
        let mut open = it.literal_key_fields.clone();
        open.retain(|(key, register)| {
            let key = code.literals.get(usize::from(*key));
            match (key, constants.get(register)) {
                (Some(key), Some(value)) => {
                    fields.insert(key.clone(), value.clone());
                    false
                }
                _ => true,
            }
        });
        if open.len() < it.literal_key_fields.len()
            && let Ok(literal) = u16::try_from(code.add_literal(template))
        {
            it.template_literal_idx = literal;
            it.literal_key_fields = open;
        }
    }
}
