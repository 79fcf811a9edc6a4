//! What Azure calls the policies of a bundle.

use crate::manifest::Fault;
use crate::params::{AZURE_FACTS, Vocabulary};
use crate::source::Source;

use super::exploded::Folder;
use super::files::Files;

/// Gathers Azure's words for the policies in `files`.
///
/// # Errors
/// Every file of facts that cannot be read.
pub fn vocabulary(files: &Files) -> Result<Vocabulary, Vec<Fault>> {
    let mut vocabulary = Vocabulary::default();
    let mut faults = Vec::new();
    if let Some(text) = files.get(AZURE_FACTS) {
        let read = vocabulary.read_facts(&Source::new(AZURE_FACTS, text));
        faults.extend(read.err());
    }
    for folder in Folder::all(files) {
        match folder.recommendation() {
            Ok(Some(known)) => vocabulary.add(folder.id(), known.azure),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(vocabulary)
    } else {
        Err(faults)
    }
}
