//! Calls of built-ins through the one slot, `[number, arguments…]`, become calls of their own.

use regorus::rvm::Program as Code;
use regorus::rvm::instructions::{ArrayCreateParams, BuiltinCallParams, Instruction};
use regorus::rvm::program::BuiltinInfo;

use super::copies::labels;
use super::registers::Counts;
use super::steps::{Op, Step};
use crate::engine::catalogue;

/// The numbers in the catalogue of the built-ins that are called directly: of the last entries in
/// the code's table.
#[derive(Debug, Default)]
pub(super) struct Direct {
    pub(super) numbers: Vec<u16>,
    first: usize,
}

impl Direct {
    pub(super) fn of(code: &Code) -> Direct {
        Direct {
            numbers: Vec::new(),
            first: code.builtin_info_table.len(),
        }
    }

    /// The index in the code's table of the built-in `number`.
    fn index(&mut self, number: u16) -> Option<u16> {
        let known = self.numbers.iter().position(|known| *known == number);
        let at = known.unwrap_or_else(|| {
            self.numbers.push(number);
            self.numbers.len() - 1
        });
        u16::try_from(self.first + at).ok()
    }

    /// Whether the built-in at `index` of the code's table is called directly, and does nothing but
    /// answer, the same each time.
    pub(super) fn answers_the_same(&self, index: u16) -> bool {
        let at = usize::from(index).checked_sub(self.first);
        let number = at.and_then(|at| self.numbers.get(at));
        number.is_some_and(|number| catalogue::answers_the_same(usize::from(*number)))
    }

    /// Adds the entries to the code's table.
    pub(super) fn enter(&self, code: &mut Code) {
        for number in &self.numbers {
            let arity = catalogue::arity(usize::from(*number));
            code.builtin_info_table.push(BuiltinInfo {
                name: catalogue::SLOT.to_owned(),
                num_args: u16::from(arity),
            });
        }
    }
}

/// The array of a call stands before the call, and its number was loaded.
pub(super) fn call_directly(code: &Code, steps: &mut [Step], direct: &mut Direct) {
    let counts = Counts::of(steps);
    let labels = labels(steps);
    let mut made: Option<(usize, ArrayCreateParams)> = None;
    for at in 0..steps.len() {
        let Some(step) = steps.get(at) else { break };
        if labels.binary_search(&step.id).is_ok() {
            made = None;
        }
        match &step.op {
            Op::Gone => {}
            Op::Array(it) => made = Some((at, it.clone())),
            Op::Builtin(call) => {
                let call = call.clone();
                let taken = made.take();
                let Some((array, elements)) = taken.filter(|(_, it)| {
                    is_slot(code, &call)
                        && call.args.first() == Some(&it.dest)
                        && counts.reads(it.dest) == 1
                        && counts.writes(it.dest) == 1
                }) else {
                    continue;
                };
                let Some(short) = directly(code, steps, &counts, &call, &elements, direct) else {
                    continue;
                };
                if let Some(step) = steps.get_mut(array) {
                    step.remove();
                }
                if let Some(step) = steps.get_mut(at) {
                    step.op = Op::Builtin(short);
                }
            }
            _ => made = None,
        }
    }
}

fn is_slot(code: &Code, call: &BuiltinCallParams) -> bool {
    let called = code.builtin_info_table.get(usize::from(call.builtin_index));
    called.is_some_and(|called| called.name == catalogue::SLOT) && call.num_args == 1
}

fn directly(
    code: &Code,
    steps: &[Step],
    counts: &Counts,
    call: &BuiltinCallParams,
    array: &ArrayCreateParams,
    direct: &mut Direct,
) -> Option<BuiltinCallParams> {
    let (number, given) = array.elements.split_first()?;
    if counts.writes(*number) != 1 {
        return None;
    }
    let literal = steps.iter().find_map(|step| match &step.op {
        Op::Plain(Instruction::Load { dest, literal_idx }) if dest == number => {
            code.literals.get(usize::from(*literal_idx))
        }
        _ => None,
    })?;
    let number = u16::try_from(literal.as_u64().ok()?).ok()?;
    let is_whole = usize::from(catalogue::arity(usize::from(number))) == given.len();
    if !is_whole || given.is_empty() {
        return None;
    }
    let mut args = [0; 8];
    if given.len() > args.len() {
        return None;
    }
    for (arg, register) in args.iter_mut().zip(given) {
        *arg = *register;
    }
    Some(BuiltinCallParams {
        dest: call.dest,
        builtin_index: direct.index(number)?,
        num_args: u8::try_from(given.len()).ok()?,
        args,
    })
}
