//! What a program can read of its input and of the data, seen without running it.

use std::collections::BTreeSet;

use super::check::Named;
use super::syntax::tree::{Kind, Term};

/// Paths into `input` and `data` that occur in a program. A variable in a path is `*`; what lies below
/// a path may be read as well. Values that pass through variables are not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// `["review", "object", "spec"]` of `input.review.object.spec`.
    pub input: BTreeSet<Vec<String>>,
    /// `["inventory", "namespace", "*"]` of `data.inventory.namespace[ns]`; rules' own paths are
    /// among them.
    pub data: BTreeSet<Vec<String>>,
}

impl Reads {
    pub(super) fn of(trees: &[Named]) -> Reads {
        let mut reads = Reads::default();
        for tree in trees {
            for rule in &tree.tree.rules {
                rule.every_term(&mut |term| reads.see(term));
            }
        }
        // A root that begins a path is seen as a term of its own, too: only whole documents remain.
        reads
    }

    fn see(&mut self, term: &Term) {
        let Kind::Ref(head, path) = &term.kind else {
            return;
        };
        let Kind::Var(root) = &head.kind else { return };
        let steps = path.iter().map(|part| match &part.kind {
            Kind::String(text) | Kind::Number(text) => text.clone(),
            _ => "*".to_owned(),
        });
        match root.as_str() {
            "input" => self.input.insert(steps.collect()),
            "data" => self.data.insert(steps.collect()),
            _ => false,
        };
    }

    /// Whether `data.inventory`, or all of `data`, is read.
    pub fn inventory(&self) -> bool {
        self.data.iter().any(|path| {
            path.first()
                .is_none_or(|first| first == "inventory" || first == "*")
        })
    }
}
