//! Shorter code for the compiled form.
//!
//! The source that is compiled is written for answers as OPA gives them (`conform`), step by step and
//! with a check after each. The compiler takes it at its word: one instruction in three moves a value
//! or asserts what is known. Here the code is read once more, and what changes no answer goes:
//! values are made where they are needed, two checks become one, what was loaded or checked before is
//! not loaded or checked again, built-ins are called by themselves instead of through the one slot,
//! functions of a few steps stand where they were called, and a call copies and fills as little as it
//! can.
//!
//! Code that is not made as the compiler makes it stays as it is.

mod copies;
mod facts;
mod inline;
mod needless;
mod registers;
mod rules;
mod slots;
pub(super) mod steps;

use std::collections::BTreeSet;

use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{GuardMode, Instruction, LiteralOrRegister};

use regorus::rvm::program::RuleType;

use slots::Direct;
use steps::{Op, Part, Segment};

/// So often the code is gone through at most: what one change leaves another can take.
const ROUNDS: usize = 4;

/// A body of more steps stays as it is: what looks at each pair of them would take too long.
const LONG: usize = 4_000;

/// Shortens `code`. Gives the catalogue's numbers of the built-ins that it calls by themselves: they
/// are the last in its table.
pub(super) fn shorten(code: &mut Code) -> Vec<u16> {
    let Some(mut segments) = steps::apart(code) else {
        return Vec::new();
    };
    let mut direct = Direct::of(code);
    for segment in bodies(&mut segments) {
        copies::merge_checks(&mut segment.steps);
        drop_absent(code, segment);
    }
    let mut calls = Vec::new();
    let mut next = code.instructions.len();
    for round in 0..ROUNDS {
        calls.clear();
        calls.extend(rules::unknown_calls(&segments, LONG));
        if round > 0 {
            inline::inline(code, &mut segments, &mut next);
        }
        rules::inline_constants(code, &mut segments);
        rules::read_arguments_in_place(&mut segments);
        let given = rules::given(&segments);
        for segment in bodies(&mut segments) {
            let Part::Body(rule, definition, _) = segment.part else {
                continue;
            };
            let kept = kept(code, rule);
            copies::make_in_place(&mut segment.steps);
            copies::use_originals(segment, &kept);
            slots::call_directly(code, &mut segment.steps, &mut direct);
            let none = BTreeSet::new();
            let given = given.get(&(rule, definition)).unwrap_or(&none);
            calls.extend(facts::apply(segment, given, &kept, &direct));
            rules::drop_unread(segment, &kept);
        }
    }
    rules::drop_needless_checks(&mut segments, &calls);
    for segment in bodies(&mut segments) {
        let Part::Body(rule, definition, _) = segment.part else {
            continue;
        };
        needless::fill_templates(code, &mut segment.steps);
        needless::drop_early_checks(&mut segment.steps);
        if let Some(info) = code
            .rule_infos
            .get(rule)
            .filter(|it| it.rule_type == RuleType::Complete)
        {
            let bodies = info.definitions.get(definition).map_or(0, Vec::len);
            copies::answer_in_place(&mut segment.steps, info.result_reg, bodies > 1);
        }
        rules::drop_unread(segment, &kept(code, rule));
    }
    inline::drop_uncalled(code, &mut segments);
    rules::close_gaps(code, &mut segments);
    steps::together(code, segments);
    rules::travel_light(code);
    direct.enter(code);
    direct.numbers
}

fn bodies(segments: &mut [Segment]) -> impl Iterator<Item = &mut Segment> {
    let is_body = |segment: &&mut Segment| {
        matches!(segment.part, Part::Body(..)) && segment.steps.len() <= LONG
    };
    segments.iter_mut().filter(is_body)
}

/// The registers of a rule that others write or read: its own, and its arguments.
fn kept(code: &Code, rule: usize) -> Vec<u8> {
    let Some(info) = code.rule_infos.get(rule) else {
        return (0..=u8::MAX).collect();
    };
    let arguments = info.function_info.as_ref().map_or(0, |it| it.num_params);
    let arguments = 1..=u8::try_from(arguments).unwrap_or(u8::MAX);
    std::iter::once(info.result_reg).chain(arguments).collect()
}

/// `not data.sekisho.absent` stands first in a body so that `data` is loaded before any loop. It
/// holds always.
fn drop_absent(code: &Code, segment: &mut Segment) {
    let is = |component: &LiteralOrRegister, name: &str| match component {
        LiteralOrRegister::Literal(literal) => code
            .literals
            .get(usize::from(*literal))
            .and_then(|value| value.as_string().ok())
            .is_some_and(|text| **text == *name),
        LiteralOrRegister::Register(_) => false,
    };
    let absent = segment
        .steps
        .iter()
        .enumerate()
        .find_map(|(at, step)| match &step.op {
            Op::Chain(it) => match it.path_components.as_slice() {
                [first, second] if is(first, "sekisho") && is(second, "absent") => {
                    Some((at, it.dest))
                }
                _ => None,
            },
            _ => None,
        });
    let Some((at, register)) = absent else { return };
    let guard = segment.steps.iter().position(|step| {
        matches!(step.op, Op::Plain(Instruction::Guard { register: of, mode: GuardMode::Not }) if of == register)
    });
    if let Some(guard) = guard
        && registers::Counts::of(&mut segment.steps).reads(register) == 1
    {
        for at in [at, guard] {
            if let Some(step) = segment.steps.get_mut(at) {
                step.remove();
            }
        }
    }
}
