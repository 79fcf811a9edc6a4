//! What is known of rules as a whole: which are one value, which arguments always have one, what the
//! machine copies at each call.

use std::collections::{BTreeMap, BTreeSet};

use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{GuardMode, Instruction};
use regorus::rvm::program::RuleType;

use super::registers::{Counts, Role, each, rename, target};
use super::steps::{Op, Part, Segment};

/// Calls of a rule that is nothing but one value become that value.
pub(super) fn inline_constants(code: &Code, segments: &mut [Segment]) {
    let mut constants: BTreeMap<u16, Op> = BTreeMap::new();
    for segment in segments.iter() {
        let Part::Body(rule, _, _) = segment.part else {
            continue;
        };
        let Some(info) = code.rule_infos.get(rule) else {
            continue;
        };
        let is_single = info.rule_type == RuleType::Complete
            && info.function_info.is_none()
            && info.default_literal_index.is_none()
            && info.definitions.len() == 1
            && info.definitions.iter().map(Vec::len).sum::<usize>() == 1;
        let mut left = segment.steps.iter().filter(|step| !step.is_gone());
        let (Some(begin), Some(load), Some(end), None) =
            (left.next(), left.next(), left.next(), left.next())
        else {
            continue;
        };
        let (Op::Plain(Instruction::RuleInit { .. }), Op::Plain(Instruction::RuleReturn {})) =
            (&begin.op, &end.op)
        else {
            continue;
        };
        let is_value = matches!(
            &load.op,
            Op::Plain(
                Instruction::Load { dest, .. }
                    | Instruction::LoadTrue { dest }
                    | Instruction::LoadFalse { dest }
                    | Instruction::LoadNull { dest }
                    | Instruction::LoadBool { dest, .. }
            ) if *dest == info.result_reg
        );
        if is_single
            && is_value
            && let Ok(rule) = u16::try_from(rule)
        {
            constants.insert(rule, load.op.clone());
        }
    }
    for segment in segments.iter_mut().filter(|it| it.part != Part::Entry) {
        for step in &mut segment.steps {
            if let Op::Plain(Instruction::CallRule { dest, rule_index }) = step.op
                && let Some(value) = constants.get(&rule_index)
            {
                step.op = value.clone();
                each(&mut step.op, &mut |register, _| *register = dest);
            }
        }
    }
}

/// What a block does that takes arguments as they are.
#[derive(Default)]
struct Plain {
    /// By the register in which it puts them the arguments.
    copies: BTreeMap<u8, u8>,
    /// What has a value where the block does not fail.
    checked: BTreeSet<u8>,
}

/// `None` where the block does more.
fn plain_arguments(block: &Segment) -> Option<Plain> {
    let Plain {
        mut copies,
        mut checked,
    } = Plain::default();
    for step in &block.steps {
        match step.op {
            Op::Gone | Op::Plain(Instruction::DestructuringSuccess {}) => {}
            Op::Plain(Instruction::Move { dest, src }) => {
                copies.insert(dest, src);
            }
            Op::Plain(Instruction::Guard {
                register,
                mode: GuardMode::NotUndefined,
            }) => {
                checked.insert(register);
            }
            _ => return None,
        }
    }
    let originals: Vec<u8> = copies
        .iter()
        .filter(|(copy, _)| checked.contains(copy))
        .map(|(_, own)| *own)
        .collect();
    checked.extend(originals);
    Some(Plain { copies, checked })
}

/// What holds a value wherever a body of the rule begins, by rule and definition.
pub(super) fn given(segments: &[Segment]) -> BTreeMap<(usize, usize), BTreeSet<u8>> {
    let mut given = BTreeMap::new();
    for block in segments {
        if let Part::Arguments(rule, definition) = block.part
            && let Some(plain) = plain_arguments(block)
        {
            given.insert((rule, definition), plain.checked);
        }
    }
    given
}

/// Bodies read arguments where the call puts them.
pub(super) fn read_arguments_in_place(segments: &mut [Segment]) {
    let blocks: Vec<(usize, usize, BTreeMap<u8, u8>)> = segments
        .iter()
        .filter_map(|block| match block.part {
            Part::Arguments(rule, definition) => {
                Some((rule, definition, plain_arguments(block)?.copies))
            }
            _ => None,
        })
        .collect();
    for (rule, definition, copies) in blocks {
        let is_own = |segment: &Segment| matches!(segment.part, Part::Body(of, its, _) if (of, its) == (rule, definition));
        let mut bodies = segments.iter_mut().filter(|it| is_own(it));
        let are_read_only = bodies.all(|body| {
            let counts = Counts::of(&mut body.steps);
            let mut both = copies.iter().flat_map(|(copy, own)| [copy, own]);
            both.all(|register| counts.writes(*register) == 0)
        });
        if !are_read_only {
            continue;
        }
        for body in segments.iter_mut().filter(|it| is_own(it)) {
            for (copy, own) in &copies {
                rename(&mut body.steps, *copy, *own);
            }
        }
        let part = Part::Arguments(rule, definition);
        for block in segments.iter_mut().filter(|it| it.part == part) {
            for step in &mut block.steps {
                match &mut step.op {
                    Op::Plain(Instruction::Move { .. }) => step.remove(),
                    Op::Plain(Instruction::Guard { register, .. }) => {
                        *register = copies.get(register).copied().unwrap_or(*register);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The calls in segments of more than `long` steps, of whose arguments nothing is known.
pub(super) fn unknown_calls(segments: &[Segment], long: usize) -> Vec<(u16, bool)> {
    let long = segments.iter().filter(|segment| segment.steps.len() > long);
    long.flat_map(|segment| &segment.steps)
        .filter_map(|step| match &step.op {
            Op::Function(call) => Some((call.func_rule_index, false)),
            _ => None,
        })
        .collect()
}

/// Blocks that only look whether arguments have a value go where all calls give one.
pub(super) fn drop_needless_checks(segments: &mut [Segment], calls: &[(u16, bool)]) {
    for block in segments {
        let Part::Arguments(rule, _) = block.part else {
            continue;
        };
        let mut own = calls
            .iter()
            .filter(|(called, _)| usize::from(*called) == rule);
        let only_checks = block.steps.iter().all(|step| {
            matches!(
                step.op,
                Op::Gone
                    | Op::Plain(
                        Instruction::DestructuringSuccess {}
                            | Instruction::Guard {
                                mode: GuardMode::NotUndefined,
                                ..
                            }
                    )
            )
        });
        if only_checks && own.all(|(_, are_known)| *are_known) {
            block.steps.iter_mut().for_each(super::steps::Step::remove);
        }
    }
}

/// What is loaded and never read need not be.
pub(super) fn drop_unread(segment: &mut Segment, kept: &[u8]) {
    loop {
        let counts = Counts::of(&mut segment.steps);
        let mut found = false;
        for step in &mut segment.steps {
            let is_harmless = matches!(
                step.op,
                Op::Plain(
                    Instruction::Load { .. }
                        | Instruction::LoadData { .. }
                        | Instruction::LoadInput { .. }
                        | Instruction::Move { .. }
                )
            );
            if is_harmless
                && let Some(target) = target(&mut step.op)
                && counts.reads(target) == 0
                && counts.writes(target) == 1
                && !kept.contains(&target)
            {
                step.remove();
                found = true;
            }
        }
        if !found {
            return;
        }
    }
}

/// Numbers the registers of each rule without gaps: at each call the machine fills all of them.
pub(super) fn close_gaps(code: &mut Code, segments: &mut [Segment]) {
    for (rule, info) in code.rule_infos.iter_mut().enumerate() {
        let arguments = info.function_info.as_ref().map_or(0, |it| it.num_params);
        // The first is the rule's own, then come its arguments.
        let fixed = u8::try_from(arguments)
            .unwrap_or(u8::MAX)
            .max(info.result_reg);
        let mut own: Vec<&mut Segment> = segments
            .iter_mut()
            .filter(|segment| match segment.part {
                Part::Body(of, ..) | Part::Arguments(of, _) => of == rule,
                Part::Entry => false,
            })
            .collect();
        let mut used: BTreeSet<u8> = (0..=fixed).collect();
        for segment in &mut own {
            for step in &mut segment.steps {
                each(&mut step.op, &mut |register, _: Role| {
                    used.insert(*register);
                });
            }
        }
        let numbers: BTreeMap<u8, u8> = used.iter().copied().zip(0..).collect();
        for segment in &mut own {
            for step in &mut segment.steps {
                each(&mut step.op, &mut |register, _: Role| {
                    *register = numbers.get(register).copied().unwrap_or(*register);
                });
            }
        }
        if let Ok(count) = u8::try_from(used.len()) {
            info.num_registers = count;
        }
    }
}

/// The machine copies what is known of a rule at each call of it: names, and lists that say nothing.
pub(super) fn travel_light(code: &mut Code) {
    for info in &mut code.rule_infos {
        info.name = String::new();
        if let Some(function) = &mut info.function_info {
            function.param_names = Vec::new();
        }
        if info.destructuring_blocks.iter().all(Option::is_none) {
            info.destructuring_blocks = Vec::new();
        }
        if info.else_bodies.iter().flatten().all(|is_else| !is_else) {
            info.else_bodies = Vec::new();
        }
    }
}
