//! Conforming source: the checked tree, written as Rego on which regorus answers as OPA does.
//!
//! What is written is for the engine alone. Every line and column of it leads back to the author's
//! text ([`Written::place`]).

mod gather;
mod hoist;
mod print;
mod remember;
mod terms;

use std::collections::BTreeSet;

use super::check::Named;
use super::check::index::Index;
use super::fault::Fault;
use super::syntax::tree::Place;

pub(crate) use remember::{Dear, added, dear};

/// For which of regorus' engines the source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Interpreter,
    /// Compiled code: no call has a reference or a call as its argument, built-ins go through one slot,
    /// rules that could contradict themselves are collected first.
    Compiled,
}

/// One module as the engine gets it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) text: String,
    /// For every line, from which column on it stems from which place.
    marks: Vec<Vec<(u32, Place)>>,
}

impl Written {
    /// The author's place of a line and column (from 1) of the written text.
    pub(crate) fn place(&self, line: u32, column: u32) -> Place {
        let Some(mut at) = line.checked_sub(1).map(|at| at as usize) else {
            return Place::default();
        };
        let mut column = column;
        loop {
            let found = self.marks.get(at).and_then(|marks| {
                marks
                    .iter()
                    .take_while(|(from, _)| *from <= column)
                    .last()
                    .or(marks.first())
            });
            if let Some((_, place)) = found {
                return *place;
            }
            let Some(before) = at.checked_sub(1) else {
                return Place::default();
            };
            at = before;
            column = u32::MAX;
        }
    }
}

/// What a module must know of all modules.
pub(crate) struct Around {
    /// The full paths of all functions.
    pub(crate) functions: BTreeSet<Vec<String>>,
    /// What the modules define.
    pub(crate) names: Index,
    /// What is replaced by `with` somewhere.
    pub(crate) replaced: BTreeSet<Vec<String>>,
    /// Whose answers are remembered.
    pub(crate) dear: Dear,
}

/// Writes a checked module.
pub(crate) fn write(
    module: &Named,
    around: &Around,
    style: Style,
    prints: bool,
) -> Result<Written, Fault> {
    let mut tree = module.tree.clone();
    if style == Style::Compiled {
        gather::gather(&module.name, &mut tree);
        remember::remember(&mut tree, &around.dear);
    }
    hoist::hoist(&mut tree, &around.functions, style, prints);
    print::print(&module.name, &tree, around, style).map_err(|fault| fault.within(&module.name))
}
