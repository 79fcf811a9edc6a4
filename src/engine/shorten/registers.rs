//! Which registers a step reads and writes.

use regorus::rvm::instructions::{Instruction, LiteralOrRegister};

use super::steps::{Op, Step};

/// What a step does with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Read,
    Written,
    /// What it holds is added to.
    Changed,
}

/// Shows every register of a step to `look`, which may put another in its place.
pub(super) fn each(op: &mut Op, look: &mut impl FnMut(&mut u8, Role)) {
    use Role::{Read, Written};
    match op {
        Op::Gone => {}
        Op::Plain(instruction) => plain(instruction, look),
        Op::Loop(it) => {
            look(&mut it.collection, Read);
            for register in [&mut it.key_reg, &mut it.value_reg, &mut it.result_reg] {
                look(register, Written);
            }
        }
        Op::Comprehension(it) => {
            // Where they are the same nothing is gone through: the body does that itself.
            let own = it.collection_reg == it.result_reg;
            look(&mut it.result_reg, Written);
            if own {
                it.collection_reg = it.result_reg;
            } else {
                look(&mut it.collection_reg, Read);
            }
            look(&mut it.key_reg, Written);
            look(&mut it.value_reg, Written);
        }
        Op::Builtin(it) => {
            arguments(&mut it.args, it.num_args, look);
            look(&mut it.dest, Written);
        }
        Op::Function(it) => {
            arguments(&mut it.args, it.num_args, look);
            look(&mut it.dest, Written);
        }
        Op::Object(it) => {
            for (_, value) in &mut it.literal_key_fields {
                look(value, Read);
            }
            for (key, value) in &mut it.fields {
                look(key, Read);
                look(value, Read);
            }
            look(&mut it.dest, Written);
        }
        Op::Array(it) => {
            it.elements
                .iter_mut()
                .for_each(|element| look(element, Read));
            look(&mut it.dest, Written);
        }
        Op::Set(it) => {
            it.elements
                .iter_mut()
                .for_each(|element| look(element, Read));
            look(&mut it.dest, Written);
        }
        Op::Chain(it) => {
            look(&mut it.root, Read);
            path(&mut it.path_components, look);
            look(&mut it.dest, Written);
        }
        Op::Document(it) => {
            path(&mut it.path_components, look);
            look(&mut it.dest, Written);
        }
    }
}

fn arguments(args: &mut [u8], count: u8, look: &mut impl FnMut(&mut u8, Role)) {
    let given = args.iter_mut().take(usize::from(count));
    given.for_each(|arg| look(arg, Role::Read));
}

fn path(components: &mut [LiteralOrRegister], look: &mut impl FnMut(&mut u8, Role)) {
    for component in components {
        if let LiteralOrRegister::Register(register) = component {
            look(register, Role::Read);
        }
    }
}

fn plain(instruction: &mut Instruction, look: &mut impl FnMut(&mut u8, Role)) {
    use Instruction as I;
    use Role::{Changed, Read, Written};
    match instruction {
        I::Load { dest, .. }
        | I::LoadTrue { dest }
        | I::LoadFalse { dest }
        | I::LoadNull { dest }
        | I::LoadBool { dest, .. }
        | I::LoadData { dest }
        | I::LoadInput { dest }
        | I::LoadContext { dest }
        | I::LoadMetadata { dest }
        | I::ArrayNew { dest }
        | I::SetNew { dest }
        | I::CallRule { dest, .. } => look(dest, Written),
        I::Move { dest, src } | I::Not { dest, operand: src } => {
            look(src, Read);
            look(dest, Written);
        }
        I::Count { dest, collection } => {
            look(collection, Read);
            look(dest, Written);
        }
        I::Add { dest, left, right }
        | I::Sub { dest, left, right }
        | I::Mul { dest, left, right }
        | I::Div { dest, left, right }
        | I::Mod { dest, left, right }
        | I::Eq { dest, left, right }
        | I::Ne { dest, left, right }
        | I::Lt { dest, left, right }
        | I::Le { dest, left, right }
        | I::Gt { dest, left, right }
        | I::Ge { dest, left, right }
        | I::And { dest, left, right }
        | I::Or { dest, left, right } => {
            look(left, Read);
            look(right, Read);
            look(dest, Written);
        }
        I::Index {
            dest,
            container,
            key,
        } => {
            look(container, Read);
            look(key, Read);
            look(dest, Written);
        }
        I::IndexLiteral {
            dest, container, ..
        } => {
            look(container, Read);
            look(dest, Written);
        }
        I::Contains {
            dest,
            collection,
            value,
        } => {
            look(collection, Read);
            look(value, Read);
            look(dest, Written);
        }
        I::AssertEq { left, right } => {
            look(left, Read);
            look(right, Read);
        }
        I::ComprehensionYield { value_reg, key_reg } => {
            look(value_reg, Read);
            key_reg.iter_mut().for_each(|key| look(key, Read));
        }
        I::Guard { register, .. } => look(register, Read),
        I::Return { value } => look(value, Read),
        I::ObjectSet { obj, key, value } => {
            look(key, Read);
            look(value, Read);
            look(obj, Changed);
        }
        I::ArrayPush { arr, value } => {
            look(value, Read);
            look(arr, Changed);
        }
        I::SetAdd { set, value } => {
            look(value, Read);
            look(set, Changed);
        }
        I::RuleInit { result_reg, .. } => look(result_reg, Changed),
        _ => {}
    }
}

/// The one register that a step writes, apart from loops and comprehensions, which write more.
pub(super) fn target(op: &mut Op) -> Option<u8> {
    if matches!(op, Op::Loop(_) | Op::Comprehension(_)) {
        return None;
    }
    let mut target = None;
    each(op, &mut |register, role| {
        if role == Role::Written {
            target = Some(*register);
        }
    });
    target
}

/// How often registers are read and written in a segment.
pub(super) struct Counts {
    pub(super) reads: Vec<u32>,
    pub(super) writes: Vec<u32>,
}

impl Counts {
    pub(super) fn of(steps: &mut [Step]) -> Counts {
        let none = || vec![0_u32; 256];
        let mut counts = Counts {
            reads: none(),
            writes: none(),
        };
        for step in steps {
            each(&mut step.op, &mut |register, role| {
                let at = usize::from(*register);
                let add = |counts: &mut Vec<u32>| {
                    if let Some(count) = counts.get_mut(at) {
                        *count += 1;
                    }
                };
                if role != Role::Written {
                    add(&mut counts.reads);
                }
                if role != Role::Read {
                    add(&mut counts.writes);
                }
            });
        }
        counts
    }

    pub(super) fn reads(&self, register: u8) -> u32 {
        self.reads.get(usize::from(register)).copied().unwrap_or(0)
    }

    pub(super) fn writes(&self, register: u8) -> u32 {
        self.writes.get(usize::from(register)).copied().unwrap_or(0)
    }
}

/// Puts `other` in the place of `register` in all steps.
pub(super) fn rename(steps: &mut [Step], register: u8, other: u8) {
    for step in steps {
        each(&mut step.op, &mut |found, _| {
            if *found == register {
                *found = other;
            }
        });
    }
}
