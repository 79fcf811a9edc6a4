//! Values that are put into one register only to be moved to another, and checks in two steps that
//! can be one.

use regorus::rvm::instructions::{GuardMode, Instruction};

use super::registers::{Counts, Role, each, rename, target};
use super::steps::{Op, Segment, Step};

/// Where jumps of a segment lead: the ids of steps.
pub(super) fn labels(steps: &[Step]) -> Vec<u16> {
    let mut labels = Vec::new();
    for step in steps {
        match &step.op {
            Op::Loop(it) => labels.extend([it.body_start, it.loop_end, it.loop_end - 1]),
            Op::Comprehension(it) => labels.extend([
                it.body_start,
                it.comprehension_end,
                it.comprehension_end - 1,
            ]),
            _ => {}
        }
    }
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// The pairs of steps, by place, of which the second is only reached through the first.
fn pairs(steps: &[Step]) -> Vec<(usize, usize)> {
    let labels = labels(steps);
    let mut pairs = Vec::new();
    let mut before: Option<usize> = None;
    for (at, step) in steps.iter().enumerate() {
        if labels.binary_search(&step.id).is_ok() {
            before = None;
        }
        if step.is_gone() {
            continue;
        }
        pairs.extend(before.map(|before| (before, at)));
        before = Some(at);
    }
    pairs
}

/// `x == y` and `not x` that are asserted in the next step are asserted in one; that a value equals
/// itself says that there is one.
pub(super) fn merge_checks(steps: &mut [Step]) {
    let counts = Counts::of(steps);
    for (first, second) in pairs(steps) {
        let Some(Op::Plain(Instruction::Guard {
            register,
            mode: GuardMode::Condition,
        })) = steps.get(second).map(|step| step.op.clone())
        else {
            continue;
        };
        let checked = match steps.get(first).map(|step| &step.op) {
            Some(Op::Plain(Instruction::Eq { dest, left, right })) if *dest == register => {
                if left == right {
                    Instruction::Guard {
                        register: *left,
                        mode: GuardMode::NotUndefined,
                    }
                } else {
                    Instruction::AssertEq {
                        left: *left,
                        right: *right,
                    }
                }
            }
            Some(Op::Plain(Instruction::Not { dest, operand })) if *dest == register => {
                Instruction::Guard {
                    register: *operand,
                    mode: GuardMode::Not,
                }
            }
            _ => continue,
        };
        if counts.reads(register) != 1 || counts.writes(register) != 1 {
            continue;
        }
        if let Some(step) = steps.get_mut(first) {
            step.remove();
        }
        if let Some(step) = steps.get_mut(second) {
            step.op = Op::Plain(checked);
        }
    }
}

/// What is made only to be moved is made where it is moved to.
pub(super) fn make_in_place(steps: &mut [Step]) {
    let counts = Counts::of(steps);
    for (first, second) in pairs(steps) {
        let Some(Op::Plain(Instruction::Move { dest, src })) =
            steps.get(second).map(|step| step.op.clone())
        else {
            continue;
        };
        if counts.reads(src) != 1 || counts.writes(src) != 1 {
            continue;
        }
        let Some(maker) = steps.get_mut(first) else {
            continue;
        };
        if target(&mut maker.op) != Some(src) {
            continue;
        }
        each(&mut maker.op, &mut |register, role| {
            if role == Role::Written {
                *register = dest;
            }
        });
        if let Some(step) = steps.get_mut(second) {
            step.remove();
        }
    }
}

/// A register that only holds what another does is not needed.
pub(super) fn use_originals(segment: &mut Segment, kept: &[u8]) {
    let steps = &mut segment.steps;
    let regions = regions(steps);
    for at in 0..steps.len() {
        let Some(Op::Plain(Instruction::Move { dest, src })) =
            steps.get(at).map(|step| step.op.clone())
        else {
            continue;
        };
        let counts = Counts::of(steps);
        let is_copy = counts.writes(dest) == 1 && counts.writes(src) <= 1 && dest != src;
        let end = regions.get(at).copied().unwrap_or(0);
        if kept.contains(&dest)
            || !is_copy
            || is_being_made(steps, src, at)
            || !is_read_within(steps, dest, at, end)
        {
            continue;
        }
        if let Some(step) = steps.get_mut(at) {
            step.remove();
        }
        rename(steps, dest, src);
    }
}

/// Whether `register` is what the comprehension around the step `at` adds to.
fn is_being_made(steps: &[Step], register: u8, at: usize) -> bool {
    let place = |id: u16| steps.iter().position(|step| step.id == id);
    steps.iter().take(at).any(|step| {
        matches!(&step.op, Op::Comprehension(it)
            if it.result_reg == register && place(it.comprehension_end).is_none_or(|end| at < end))
    })
}

/// For every step where the innermost loop or comprehension around it ends.
pub(super) fn regions(steps: &[Step]) -> Vec<usize> {
    let mut ends = Vec::with_capacity(steps.len());
    let mut open: Vec<usize> = Vec::new();
    let place = |id: u16| steps.iter().position(|step| step.id == id);
    for (at, step) in steps.iter().enumerate() {
        while open.last().is_some_and(|end| *end <= at) {
            open.pop();
        }
        ends.push(open.last().copied().unwrap_or(steps.len()));
        let end = match &step.op {
            Op::Loop(it) => place(it.loop_end),
            Op::Comprehension(it) => place(it.comprehension_end),
            _ => None,
        };
        open.extend(end);
    }
    ends
}

/// Whether all that reads `register` stands after `at` and before `end`.
pub(super) fn is_read_within(steps: &mut [Step], register: u8, at: usize, end: usize) -> bool {
    let mut within = true;
    for (place, step) in steps.iter_mut().enumerate() {
        let allowed = place > at && place < end;
        each(&mut step.op, &mut |found, role| {
            within &= allowed || *found != register || role == Role::Written;
        });
    }
    within
}

/// What a rule's last step moves into the rule's register is made there. Whether there is a value
/// need not be looked at: that a rule without one is undefined is known to those who call it; but an
/// `else` waits for the body to fail.
pub(super) fn answer_in_place(steps: &mut [Step], own: u8, has_else: bool) {
    let mut last = pairs(steps).into_iter().rev();
    let (Some((moving, end)), before) = (last.next(), last.next()) else {
        return;
    };
    let is_end = matches!(
        steps.get(end).map(|step| &step.op),
        Some(Op::Plain(Instruction::RuleReturn {}))
    );
    let Some(Op::Plain(Instruction::Move { dest, src })) =
        steps.get(moving).map(|it| it.op.clone())
    else {
        return;
    };
    if !is_end || dest != own {
        return;
    }
    let guard = before.filter(|(_, to)| *to == moving).map(|(at, _)| at);
    let guard = guard.filter(|at| {
        matches!(
            steps.get(*at).map(|step| &step.op),
            Some(Op::Plain(Instruction::Guard { register, mode: GuardMode::NotUndefined })) if *register == src
        )
    });
    let mut remove = |at: usize| steps.get_mut(at).map(Step::remove);
    if let Some(guard) = guard {
        if has_else {
            let counts = Counts::of(steps);
            let is_made_before = last.next().is_some_and(|(at, to)| {
                let maker = steps.get_mut(at).and_then(|step| target(&mut step.op));
                to == guard && maker == Some(src)
            });
            if is_made_before && counts.reads(src) == 2 && counts.writes(src) == 1 {
                steps.get_mut(moving).map(Step::remove);
                rename(steps, src, own);
            }
            return;
        }
        remove(guard);
    }
    make_in_place(steps);
}
