//! What is known wherever a step stands: which registers hold a value, and which of them holds what
//! a step would find once more.

use std::collections::BTreeSet;

use regorus::rvm::instructions::{GuardMode, Instruction, LiteralOrRegister};

use super::copies::{is_read_within, regions};
use super::registers::{Counts, Role, each, rename};
use super::slots::Direct;
use super::steps::{Op, Segment};

/// What a step finds, where it finds the same each time.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Literal(u16),
    Input,
    Data,
    Field(u8, u16),
    Element(u8, u8),
    Path(u8, Vec<(bool, u16)>),
    Answer(u16, Vec<u8>),
}

/// Facts that hold from here on to the end of the loop or comprehension around it.
#[derive(Clone, Default)]
struct Facts {
    defined: BTreeSet<u8>,
    found: Vec<(Found, u8)>,
}

/// Removes checks that cannot fail and what was found before. `given` hold a value from the
/// beginning, `kept` are read after the end. Gives the calls of functions whose arguments are all
/// known to have a value: the rules' indices, and false for the other calls.
pub(super) fn apply(
    segment: &mut Segment,
    given: &BTreeSet<u8>,
    kept: &[u8],
    direct: &Direct,
) -> Vec<(u16, bool)> {
    let steps = &mut segment.steps;
    let ends = regions(steps);
    let counts = Counts::of(steps);
    // What is written more than once holds now this, now that.
    let is_fixed = |register: u8| counts.writes(register) <= 1;
    let mut facts = Facts {
        defined: given.clone(),
        found: Vec::new(),
    };
    let mut outer: Vec<(usize, Facts)> = Vec::new();
    let mut calls = Vec::new();
    for at in 0..steps.len() {
        while outer.last().is_some_and(|(end, _)| *end <= at) {
            if let Some((_, before)) = outer.pop() {
                facts = before;
            }
        }
        let end = ends.get(at).copied().unwrap_or(0);
        let Some(step) = steps.get_mut(at) else { break };
        let inner = ends.get(at + 1).copied().unwrap_or(0);
        match &mut step.op {
            Op::Loop(it) => {
                let (key, value) = (it.key_reg, it.value_reg);
                outer.push((inner, facts.clone()));
                facts
                    .defined
                    .extend([key, value].into_iter().filter(|it| is_fixed(*it)));
                continue;
            }
            Op::Comprehension(it) => {
                let result = it.result_reg;
                if is_fixed(result) {
                    facts.defined.insert(result);
                }
                outer.push((inner, facts.clone()));
                continue;
            }
            Op::Plain(Instruction::Guard { register, mode }) => {
                let register = *register;
                let is_known = facts.defined.contains(&register);
                match mode {
                    GuardMode::NotUndefined if is_known => step.remove(),
                    GuardMode::NotUndefined | GuardMode::Condition if is_fixed(register) => {
                        facts.defined.insert(register);
                    }
                    _ => {}
                }
                continue;
            }
            Op::Plain(Instruction::AssertEq { left, right }) => {
                facts
                    .defined
                    .extend([*left, *right].into_iter().filter(|it| is_fixed(*it)));
                continue;
            }
            Op::Function(it) => {
                let arguments = it.args.iter().take(usize::from(it.num_args));
                let are_known = arguments.clone().all(|it| facts.defined.contains(it));
                calls.push((it.func_rule_index, are_known));
                continue;
            }
            _ => {}
        }
        let Some(target) = super::registers::target(&mut step.op).filter(|it| is_fixed(*it)) else {
            continue;
        };
        if has_value(&mut step.op, &facts) {
            facts.defined.insert(target);
        }
        let Some(found) = found(&step.op, &is_fixed, direct) else {
            continue;
        };
        let before = facts.found.iter().find(|(other, _)| *other == found);
        match before.map(|(_, register)| *register) {
            Some(register) if !kept.contains(&target) && is_read_within(steps, target, at, end) => {
                if let Some(step) = steps.get_mut(at) {
                    step.remove();
                }
                rename(steps, target, register);
            }
            Some(_) => {}
            None => facts.found.push((found, target)),
        }
    }
    calls
}

/// Whether what the step makes is a value in any case.
fn has_value(op: &mut Op, facts: &Facts) -> bool {
    match op {
        Op::Plain(
            Instruction::Load { .. }
            | Instruction::LoadTrue { .. }
            | Instruction::LoadFalse { .. }
            | Instruction::LoadNull { .. }
            | Instruction::LoadBool { .. }
            | Instruction::ArrayNew { .. }
            | Instruction::SetNew { .. }
            | Instruction::Not { .. }
            | Instruction::Contains { .. },
        ) => true,
        Op::Plain(Instruction::Move { .. }) | Op::Array(_) | Op::Object(_) | Op::Set(_) => {
            let mut known = true;
            each(op, &mut |register, role| {
                known &= role != Role::Read || facts.defined.contains(register);
            });
            known
        }
        _ => false,
    }
}

fn found(op: &Op, is_fixed: &impl Fn(u8) -> bool, direct: &Direct) -> Option<Found> {
    match op {
        Op::Plain(Instruction::Load { literal_idx, .. }) => Some(Found::Literal(*literal_idx)),
        Op::Plain(Instruction::LoadInput { .. }) => Some(Found::Input),
        Op::Plain(Instruction::LoadData { .. }) => Some(Found::Data),
        Op::Plain(Instruction::IndexLiteral {
            container,
            literal_idx,
            ..
        }) => is_fixed(*container).then_some(Found::Field(*container, *literal_idx)),
        Op::Plain(Instruction::Index { container, key, .. }) => {
            let are_fixed = is_fixed(*container) && is_fixed(*key);
            are_fixed.then_some(Found::Element(*container, *key))
        }
        Op::Chain(it) => {
            let mut are_fixed = is_fixed(it.root);
            let path = it.path_components.iter().map(|component| match component {
                LiteralOrRegister::Literal(literal) => (true, *literal),
                LiteralOrRegister::Register(register) => {
                    are_fixed &= is_fixed(*register);
                    (false, u16::from(*register))
                }
            });
            let path: Vec<(bool, u16)> = path.collect();
            are_fixed.then_some(Found::Path(it.root, path))
        }
        Op::Builtin(it) if direct.answers_the_same(it.builtin_index) => {
            let arguments = it.args.iter().take(usize::from(it.num_args));
            let are_fixed = arguments.clone().all(|it| is_fixed(*it));
            are_fixed.then(|| Found::Answer(it.builtin_index, arguments.copied().collect()))
        }
        _ => None,
    }
}
