//! Functions of a few steps become part of those that call them.
//!
//! A function whose body fails is undefined, and its caller goes on; a step that fails in the caller
//! ends what the caller does. So only those calls are replaced whose caller fails as well where there
//! is no answer, before anything else can be seen of it.

use std::collections::{BTreeMap, BTreeSet};

use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{GuardMode, Instruction};

use super::copies::{labels, regions};
use super::needless::{can_fail, fails_later};
use super::registers::{Counts, Role, each};
use super::steps::{Op, Part, Segment, Step};

/// A function of more steps stays one.
const STEPS: usize = 24;
/// A body of more steps takes no more in.
const BODY: usize = 600;
/// The highest register that is used.
const REGISTERS: u8 = 240;
/// The highest id that is given.
const IDS: usize = 60_000;

/// What can be put in the place of a call.
struct Function {
    steps: Vec<Step>,
    /// The register that holds the answer.
    own: u8,
    arguments: u8,
    /// The arguments without which it is undefined.
    checked: BTreeSet<u8>,
}

/// Replaces calls in all bodies.
pub(super) fn inline(code: &Code, segments: &mut [Segment], next: &mut usize) {
    let functions = functions(code, segments);
    for segment in segments {
        let Part::Body(rule, ..) = segment.part else {
            continue;
        };
        let mut at = 0;
        while at < segment.steps.len() {
            let function = match segment.steps.get(at).map(|step| &step.op) {
                Some(Op::Function(call)) if usize::from(call.func_rule_index) != rule => {
                    functions.get(&call.func_rule_index)
                }
                _ => None,
            };
            if let Some(function) = function
                && segment.steps.len() < BODY
            {
                replace(&mut segment.steps, at, function, next);
            }
            at += 1;
        }
    }
}

fn functions(code: &Code, segments: &mut [Segment]) -> BTreeMap<u16, Function> {
    let mut checked: BTreeMap<usize, Option<BTreeSet<u8>>> = BTreeMap::new();
    for block in segments.iter() {
        let Part::Arguments(rule, _) = block.part else {
            continue;
        };
        let mut own = Some(BTreeSet::new());
        for step in &block.steps {
            match step.op {
                Op::Gone | Op::Plain(Instruction::DestructuringSuccess {}) => {}
                Op::Plain(Instruction::Guard {
                    register,
                    mode: GuardMode::NotUndefined,
                }) => {
                    own.as_mut().map(|own| own.insert(register));
                }
                _ => own = None,
            }
        }
        checked.insert(rule, own);
    }
    let mut functions = BTreeMap::new();
    for segment in segments {
        let Part::Body(rule, 0, 0) = segment.part else {
            continue;
        };
        let Some(info) = code.rule_infos.get(rule) else {
            continue;
        };
        let is_one = info.definitions.len() == 1
            && info.definitions.iter().all(|bodies| bodies.len() == 1)
            && info.default_literal_index.is_none();
        let (true, Some(function), Ok(index)) = (is_one, &info.function_info, u16::try_from(rule))
        else {
            continue;
        };
        let (Some(Some(checked)), Ok(arguments)) = (
            checked.get(&rule).cloned().or(Some(Some(BTreeSet::new()))),
            u8::try_from(function.num_params),
        ) else {
            continue;
        };
        if let Some(steps) = inner(&mut segment.steps, info.result_reg, arguments) {
            functions.insert(
                index,
                Function {
                    steps,
                    own: info.result_reg,
                    arguments,
                    checked,
                },
            );
        }
    }
    functions
}

/// The steps of a body between its beginning and its end, if they can stand elsewhere: the answer is
/// made once, in no loop.
fn inner(steps: &mut [Step], own: u8, arguments: u8) -> Option<Vec<Step>> {
    let left = steps.iter().filter(|step| !step.is_gone()).count();
    let counts = Counts::of(steps);
    let are_read_only = (1..=arguments).all(|argument| counts.writes(argument) == 0);
    if left > STEPS + 2 || counts.writes(own) != 2 || counts.reads(own) != 1 || !are_read_only {
        return None;
    }
    let begin = steps.iter().position(|step| !step.is_gone())?;
    let end = steps.iter().rposition(|step| !step.is_gone())?;
    let (Op::Plain(Instruction::RuleInit { .. }), Op::Plain(Instruction::RuleReturn {})) =
        (&steps.get(begin)?.op, &steps.get(end)?.op)
    else {
        return None;
    };
    let ends = regions(steps);
    let mut is_made = false;
    for (at, step) in steps.iter_mut().enumerate() {
        each(&mut step.op, &mut |register, role| {
            let is_outside = ends.get(at).is_some_and(|end| *end >= ends.len());
            is_made |= *register == own && role == Role::Written && is_outside;
        });
    }
    // A jump to the end leads to what follows the call; it is kept as a place.
    let inner = steps.get(begin + 1..=end)?;
    is_made.then(|| inner.to_vec())
}

/// Puts the function in the place of the call at `at`.
fn replace(steps: &mut Vec<Step>, at: usize, function: &Function, next: &mut usize) {
    let Some(Op::Function(call)) = steps.get(at).map(|step| step.op.clone()) else {
        return;
    };
    if call.num_args != function.arguments || *next + function.steps.len() + 8 > IDS {
        return;
    }
    let labels = labels(steps);
    let after = steps.get_mut(at + 1..).unwrap_or_default();
    let always_answers = function.checked.is_empty() && !can_fail(&function.steps);
    if !always_answers && !fails_later(after, call.dest, &labels) {
        return;
    }
    let mut highest = 0;
    for step in steps.iter_mut() {
        each(&mut step.op, &mut |register, _| {
            highest = highest.max(*register)
        });
    }
    let mut numbers: BTreeMap<u8, u8> = BTreeMap::from([(function.own, call.dest)]);
    numbers.extend((1..=function.arguments).zip(call.args));
    let mut body = function.steps.clone();
    for step in &mut body {
        each(&mut step.op, &mut |register, _| {
            if !numbers.contains_key(register) {
                highest = highest.saturating_add(1);
                numbers.insert(*register, highest);
            }
        });
    }
    if highest > REGISTERS {
        return;
    }
    let mut give = || {
        *next += 1;
        u16::try_from(*next).unwrap_or(u16::MAX)
    };
    let mut new: Vec<Step> = Vec::new();
    for argument in &function.checked {
        let register = numbers.get(argument).copied().unwrap_or(*argument);
        let mode = GuardMode::NotUndefined;
        new.push(Step {
            id: give(),
            op: Op::Plain(Instruction::Guard { register, mode }),
            span: None,
        });
    }
    let ids: BTreeMap<u16, u16> = body.iter().map(|step| (step.id, give())).collect();
    let moved = |id: &mut u16| *id = ids.get(id).copied().unwrap_or(*id);
    for mut step in body {
        moved(&mut step.id);
        each(&mut step.op, &mut |register, _| {
            *register = numbers.get(register).copied().unwrap_or(*register);
        });
        match &mut step.op {
            Op::Loop(it) => {
                moved(&mut it.body_start);
                moved(&mut it.loop_end);
            }
            Op::Comprehension(it) => {
                moved(&mut it.body_start);
                moved(&mut it.comprehension_end);
            }
            Op::Plain(Instruction::LoopNext {
                body_start,
                loop_end,
            }) => {
                moved(body_start);
                moved(loop_end);
            }
            Op::Plain(Instruction::RuleReturn {}) => step.remove(),
            _ => {}
        }
        new.push(step);
    }
    if let Some(step) = steps.get_mut(at) {
        step.remove();
    }
    steps.splice(at + 1..at + 1, new);
}

/// Functions that nothing calls any more are left out.
pub(super) fn drop_uncalled(code: &mut Code, segments: &mut Vec<Segment>) {
    let mut called: BTreeSet<usize> = BTreeSet::new();
    for step in segments.iter().flat_map(|segment| &segment.steps) {
        if let Op::Function(call) = &step.op {
            called.insert(usize::from(call.func_rule_index));
        }
    }
    for (rule, info) in code.rule_infos.iter_mut().enumerate() {
        if info.function_info.is_some() && !called.contains(&rule) {
            info.definitions = Vec::new().into();
            info.destructuring_blocks.clear();
            segments.retain(|segment| match segment.part {
                Part::Body(of, ..) | Part::Arguments(of, _) => of != rule,
                Part::Entry => true,
            });
        }
    }
}
