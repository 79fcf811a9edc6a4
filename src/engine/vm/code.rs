//! Code in the form in which it is run. It holds nothing but numbers and the values that they stand
//! for, so that it is quickly read where it was compiled before.

use regorus::Value;
use regorus::rvm::instructions::LoopMode;
use serde::{Deserialize, Serialize};

use super::stored;

/// Code that is shared between machines.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct Code {
    pub(super) ops: Vec<Op>,
    /// For each of them, where it stands in regorus' code.
    pub(super) origins: Vec<u16>,
    pub(super) rules: Vec<Rule>,
    /// The rule that is asked for.
    pub(super) entry: usize,
    pub(super) loops: Vec<Loop>,
    pub(super) objects: Vec<Fields>,
    pub(super) paths: Vec<Path>,
    pub(super) calls: Vec<Callee>,
    /// Registers in the order in which ops ask for several.
    pub(super) registers: Vec<Register>,
    #[serde(with = "stored")]
    pub(super) values: Vec<Value>,
}

/// A register of the rule that is being evaluated.
pub(super) type Register = u8;

/// The place of an op.
pub(super) type Address = u32;

/// The place of a value in [`Code::values`].
pub(super) type Literal = u16;

/// Where a failed condition leads if not to the end of a loop or a comprehension: the body fails.
pub(super) const FAIL: Address = Address::MAX;

/// Registers that stand next to each other in [`Code::registers`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Several {
    pub(super) first: u32,
    pub(super) count: u8,
}

/// One instruction. What it makes goes to the register that it names first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Op {
    Value(Register, Literal),
    Input(Register),
    Data(Register),
    Move(Register, Register),
    Compare(Comparison, Register, [Register; 2]),
    And(Register, [Register; 2]),
    Or(Register, [Register; 2]),
    Not(Register, Register),
    /// The built-in of [`Code::calls`].
    Builtin(Register, u16, Several),
    /// The function of [`Code::rules`].
    Function(Register, u16, Several),
    Rule(Register, u16),
    Array(Register, Several),
    Set(Register, Several),
    /// The one of [`Code::objects`].
    Object(u16),
    NewArray(Register),
    NewSet(Register),
    NewObject(Register),
    /// Adds the second to the array.
    Push(Register, Register),
    /// Adds the second to the set.
    Add(Register, Register),
    /// Adds a field of that name and that value to the object.
    Insert(Register, [Register; 2]),
    /// The part of the second that the third names.
    Index(Register, Register, Register),
    Field(Register, Register, Literal),
    /// The one of [`Code::paths`].
    Path(u16),
    Contains(Register, [Register; 2]),
    Count(Register, Register),
    Equal([Register; 2], Address),
    /// That the value is true, is not, is there.
    Holds(Register, Address),
    HoldsNot(Register, Address),
    Is(Register, Address),
    /// The one of [`Code::loops`] begins.
    Loop(u16),
    /// A turn of the loop is done.
    Next(u16),
    /// A turn of the loop failed.
    NextFailed(u16),
    /// Makes a register undefined.
    Clear(Register),
    /// The end of a body.
    Done,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What answers for a built-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Callee {
    /// The one of the catalogue that has the number.
    Number(u16),
    /// The one whose number comes first in the array that is the argument.
    Slot,
    /// The one of regorus' that has the name; it is called once an evaluation.
    Remembered(String),
}

/// An object to be made.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Fields {
    pub(super) to: Register,
    /// It, but for the values that are in registers.
    pub(super) template: Literal,
    pub(super) known: Vec<(Literal, Register)>,
    /// With names in registers.
    pub(super) named: Vec<(Register, Register)>,
}

/// A part of a value.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Path {
    pub(super) to: Register,
    pub(super) root: Root,
    pub(super) keys: Vec<Key>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Root {
    Register(Register),
    /// `data`, in which a number may name what is called by its text.
    Data,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Key {
    Literal(Literal),
    Register(Register),
}

/// A loop over the parts of a value.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Loop {
    pub(super) mode: LoopMode,
    pub(super) over: Register,
    /// `None` where nobody asks for it.
    pub(super) key: Option<Register>,
    pub(super) value: Register,
    /// Where is said how it ended.
    pub(super) result: Register,
    pub(super) body: Address,
    pub(super) exit: Address,
}

/// A rule, or a function.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) is_function: bool,
    pub(super) definitions: Vec<Definition>,
    /// So many registers it takes; the first of them are kept from body to body.
    pub(super) registers: usize,
    pub(super) kept: usize,
    pub(super) result: Register,
    pub(super) default: Option<Literal>,
    /// The first answer is that of all definitions.
    pub(super) first_counts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Complete,
    Set,
    Object,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Definition {
    /// What takes the arguments apart.
    pub(super) arguments: Option<usize>,
    pub(super) bodies: Vec<Body>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) start: usize,
    pub(super) next_is_else: bool,
}

impl Code {
    #[inline]
    pub(super) fn value(&self, literal: Literal) -> &Value {
        let value = self.values.get(usize::from(literal));
        value.unwrap_or(&Value::Undefined)
    }

    #[inline]
    pub(super) fn several(&self, several: Several) -> &[Register] {
        let first = usize::try_from(several.first).unwrap_or(usize::MAX);
        let all = self.registers.get(first..).unwrap_or(&[]);
        all.get(..usize::from(several.count)).unwrap_or(&[])
    }

    /// The names of the instructions.
    #[cfg(test)]
    pub(in crate::engine) fn listing(&self) -> Vec<String> {
        let name = |op| {
            let shown = format!("{op:?}");
            let end = shown.find([' ', '(']).unwrap_or(shown.len());
            shown.get(..end).unwrap_or_default().to_owned()
        };
        self.ops.iter().map(name).collect()
    }
}
