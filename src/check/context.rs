//! What policies must know of all that is read, before they judge any of it: Namespaces, definitions
//! of kinds, and of the inventory what some policy can read.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

use crate::bundle::Policy;
use crate::engine::Value;

/// Kinds that every run takes note of.
const ALWAYS: [&str; 2] = ["CustomResourceDefinition", "Namespace"];

/// Which objects those are.
pub(super) struct Context {
    /// By kind; `None`: all.
    kinds: Option<BTreeSet<String>>,
    words: Vec<Finder<'static>>,
}

impl Context {
    pub(super) fn of(policies: &[&Policy]) -> Context {
        let mut kinds = Some(ALWAYS.map(str::to_owned).into_iter().collect());
        for policy in policies {
            if !policy.template.uses_inventory {
                continue;
            }
            match policy.program() {
                Ok(program) => {
                    for path in &program.reads().data {
                        add(&mut kinds, path);
                    }
                }
                Err(_) => kinds = None,
            }
        }
        let finder = |kind: &String| Finder::new(kind.as_str()).into_owned();
        let words = kinds.iter().flatten().map(finder).collect();
        Context { kinds, words }
    }

    /// Whether such an object may be in a text. An object says its kind, be it in a List of its kind;
    /// only what is escaped or encoded can be read and not be seen.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        self.kinds.is_none()
            || self.words.iter().any(|word| word.find(bytes).is_some())
            || memchr::memchr_iter(b'\\', bytes)
                .any(|at| matches!(bytes.get(at + 1), Some(b'x' | b'u' | b'U' | b'\n' | b'\r')))
            || text.contains("binary")
    }

    /// Whether `object` is one.
    pub(super) fn is(&self, object: &Value) -> bool {
        match (&self.kinds, &object["kind"]) {
            (None, _) => true,
            (Some(kinds), Value::String(kind)) => kinds.contains(&**kind),
            _ => false,
        }
    }
}

/// Adds what the path `path` in `data` reads.
fn add(kinds: &mut Option<BTreeSet<String>>, path: &[String]) {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let kind = match path.as_slice() {
        [] | ["inventory" | "*"] | ["inventory" | "*", "*", ..] | ["*", ..] => None,
        ["inventory", "cluster", _, kind, ..] | ["inventory", "namespace", _, _, kind, ..] => {
            Some(*kind).filter(|kind| *kind != "*")
        }
        ["inventory", ..] => None,
        _ => return,
    };
    match kind {
        None => *kinds = None,
        Some(kind) => {
            if let Some(kinds) = kinds {
                kinds.insert(kind.to_owned());
            }
        }
    }
}
