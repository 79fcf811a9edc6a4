//! Small changes of a module, each of which its tests should notice.
//!
//! A change is made in the tree, before it is checked: one that is no sound Rego any more (a variable
//! lost its value) does not compile, and counts for nothing.

mod terms;
mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::fault::Fault;
use super::syntax;
use super::syntax::tree::{self, Place};
use super::{Module, RegoVersion};

use walk::Walk;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MutationKind {
    /// A definition of a rule never holds.
    DropRule,
    /// What follows `else` is left out.
    DropElse,
    /// A statement is left out.
    DropStatement,
    /// A statement is turned into its opposite.
    Negate,
    /// An operator becomes another.
    Operator,
    /// A constant becomes another.
    Constant,
    /// An item of a list or set is left out.
    DropItem,
    /// One list of containers becomes another.
    SwapContainers,
}

impl MutationKind {
    /// The kind in one word, for programs.
    pub fn name(self) -> &'static str {
        match self {
            MutationKind::DropRule => "dropRule",
            MutationKind::DropElse => "dropElse",
            MutationKind::DropStatement => "dropStatement",
            MutationKind::Negate => "negate",
            MutationKind::Operator => "operator",
            MutationKind::Constant => "constant",
            MutationKind::DropItem => "dropItem",
            MutationKind::SwapContainers => "swapContainers",
        }
    }
}

/// One change of one module.
#[derive(Clone, PartialEq, Eq)]
pub struct Mutation {
    /// Line in the module's text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is changed.
    pub kind: MutationKind,
    /// The text that is changed, on one line.
    pub before: String,
    /// What it becomes; empty: it is left out.
    pub after: String,
    /// The module: every module of a program with this text is changed.
    text: Arc<str>,
    version: RegoVersion,
    site: usize,
}

impl fmt::Debug for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{} {:?} `{}` -> `{}`",
            self.line, self.column, self.kind, self.before, self.after
        )
    }
}

/// All changes that can be made in `module`, in the order of its text.
pub fn mutations(module: &Module) -> Result<Vec<Mutation>, Fault> {
    let mut tree =
        syntax::parse(&module.text, module.version).map_err(|fault| fault.within(&module.name))?;
    let text: Arc<str> = module.text.as_ref().into();
    let spans = tree.spans.clone();
    let mut walk = Walk::new(&text, &spans, None);
    walk.module(&mut tree);
    let mut found: Vec<Mutation> = walk
        .found
        .into_iter()
        .map(|found| Mutation {
            line: found.place.line,
            column: found.place.column,
            kind: found.kind,
            before: found.before,
            after: found.after,
            text: text.clone(),
            version: module.version,
            site: found.site,
        })
        .collect();
    found.sort_by_key(|mutation| (mutation.line, mutation.column, mutation.kind, mutation.site));
    Ok(found)
}

impl Mutation {
    /// Makes the change where `module` is the one that it is about.
    pub(super) fn apply(&self, module: &Module, tree: &mut tree::Module) {
        if *module.text != *self.text || module.version != self.version {
            return;
        }
        let spans = tree.spans.clone();
        Walk::new(&self.text, &spans, Some(self.site)).module(tree);
    }
}

/// The text from `start` to `end`, its white space drawn together.
fn excerpt(text: &str, start: Place, end: Place) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        if number < start.line || number > end.line {
            continue;
        }
        let from = if number == start.line {
            start.column.saturating_sub(1)
        } else {
            0
        };
        let to = if number == end.line {
            end.column.saturating_sub(1)
        } else {
            u32::MAX
        };
        let piece: String = line
            .chars()
            .skip(from as usize)
            .take(to.saturating_sub(from) as usize)
            .collect();
        let piece = piece.trim();
        if !piece.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(piece);
        }
    }
    out
}

/// The texts of the statements and heads of `module`, each on one line, by the line and column at
/// which they begin; none where it does not parse.
pub fn statements(module: &Module) -> BTreeMap<(u32, u32), String> {
    let Ok(tree) = syntax::parse(&module.text, module.version) else {
        return BTreeMap::new();
    };
    let spans = tree.spans.iter();
    spans
        .map(|(start, end)| {
            let text = excerpt(&module.text, *start, *end);
            ((start.line, start.column), text)
        })
        .collect()
}

fn statement(text: &str, spans: &BTreeMap<Place, Place>, start: Place) -> String {
    spans
        .get(&start)
        .map(|end| excerpt(text, start, *end))
        .unwrap_or_default()
}
