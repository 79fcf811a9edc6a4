//! What the first look at small sources leaves for the second: their texts, and what was read in them.
//! There is room for so much; what has none is read again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::manifest::Manifest;
use crate::source::Part;

/// So many bytes of texts are kept.
const TEXTS: usize = 32 << 20;
/// What was read in so many bytes of them is kept as well: it takes many times as much.
const READ: usize = 4 << 20;

/// What is kept of small sources, by their numbers.
pub(super) struct Shelf(Mutex<Inside>);

struct Inside {
    kept: HashMap<usize, Kept>,
    texts: usize,
    read: usize,
}

/// A source, and what was read in it if that was looked at.
pub(super) struct Kept {
    pub(super) part: Part,
    pub(super) manifest: Option<Manifest>,
}

impl Shelf {
    pub(super) fn new() -> Shelf {
        Shelf(Mutex::new(Inside {
            kept: HashMap::new(),
            texts: TEXTS,
            read: READ,
        }))
    }

    /// Keeps the source `number` as far as there is room.
    pub(super) fn put(&self, number: usize, mut kept: Kept) {
        let size = kept.part.source.bytes.len();
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(texts) = inside.texts.checked_sub(size) else {
            return;
        };
        inside.texts = texts;
        if kept.manifest.is_some() {
            match inside.read.checked_sub(size) {
                Some(read) => inside.read = read,
                None => kept.manifest = None,
            }
        }
        inside.kept.insert(number, kept);
    }

    /// Takes down what is kept of the source `number`.
    pub(super) fn take(&self, number: usize) -> Option<Kept> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.kept.remove(&number)
    }
}
