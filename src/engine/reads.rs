//! What a program can read of its input and of the data, seen without running it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::check::Named;
use super::syntax::tree::{Kind, Term};

/// Paths into `input` and `data` that occur in a program. A variable in a path is `*`; what lies below
/// a path may be read as well. Values that pass through variables are not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reads {
    /// `["review", "object", "spec"]` of `input.review.object.spec`.
    pub input: BTreeSet<Vec<String>>,
    /// `["inventory", "namespace", "*"]` of `data.inventory.namespace[ns]`; rules' own paths are
    /// among them.
    pub data: BTreeSet<Vec<String>>,
    /// Paths into what a variable holds: `["securityContext", "privileged"]` of
    /// `c.securityContext.privileged`.
    pub fields: BTreeSet<Vec<String>>,
    /// Texts that occur by themselves and could be keys.
    pub words: BTreeSet<String>,
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
        let (head, path) = match &term.kind {
            Kind::Ref(head, path) => (head, path),
            Kind::String(text) if is_key(text) => {
                self.words.insert(text.clone());
                return;
            }
            _ => return,
        };
        let Kind::Var(root) = &head.kind else { return };
        let steps = path.iter().map(|part| match &part.kind {
            Kind::String(text) | Kind::Number(text) => text.clone(),
            _ => "*".to_owned(),
        });
        match root.as_str() {
            "input" => self.input.insert(steps.collect()),
            "data" => self.data.insert(steps.collect()),
            _ => self.fields.insert(steps.collect()),
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

/// What a program can read, taken from its image when it is first asked for.
pub(super) struct LazyReads {
    known: OnceLock<Reads>,
    bytes: &'static [u8],
}

impl LazyReads {
    pub(super) fn of(trees: &[Named]) -> LazyReads {
        LazyReads {
            known: OnceLock::from(Reads::of(trees)),
            bytes: &[],
        }
    }

    pub(super) fn of_bytes(bytes: &'static [u8]) -> LazyReads {
        LazyReads {
            known: OnceLock::new(),
            bytes,
        }
    }

    pub(super) fn get(&self) -> &Reads {
        // What cannot be read might say anything.
        let everything = || Reads {
            input: BTreeSet::from([Vec::new()]),
            data: BTreeSet::from([Vec::new()]),
            ..Reads::default()
        };
        let read = || postcard::from_bytes(self.bytes).unwrap_or_else(|_| everything());
        self.known.get_or_init(read)
    }
}

/// Messages and formats are none.
fn is_key(text: &str) -> bool {
    const LONGEST: usize = 63;
    (1..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}
