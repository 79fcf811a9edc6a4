//! The manifests that a command line means, read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::manifest::{self, Fault, Manifest};
use crate::source::{self, Again, Source, SourceFault, SourcePath};
use crate::workers;

/// What was read.
pub(super) struct Inputs {
    /// By name; a file that cannot be read is one with a fault.
    pub(super) manifests: Vec<(Arc<str>, Manifest)>,
    /// The paths that lead nowhere.
    pub(super) faults: Vec<Fault>,
}

/// What was read before: what has not changed is not parsed again.
#[derive(Default)]
pub(super) struct Kept(BTreeMap<Arc<str>, (Source, Manifest)>);

/// Reads what `paths` mean, with so many threads; what is read is kept where it may be asked for
/// again.
pub(super) fn read(paths: &[PathBuf], threads: usize, kept: Option<&mut Kept>) -> Inputs {
    let found = source::discover(paths, threads);
    let before = kept.as_ref().map(|kept| &kept.0);
    let read = |(): &mut (), path: &SourcePath| one(path, before);
    let manifests = workers::map(&found.sources, threads, || (), read);
    let mut read = Vec::new();
    let mut keep = BTreeMap::new();
    for (path, (source, manifest)) in found.sources.iter().zip(manifests) {
        if let Some(source) = source {
            keep.insert(path.name(), (source, manifest.clone()));
        }
        read.push((path.name(), manifest));
    }
    if let Some(kept) = kept {
        kept.0 = keep;
    }
    Inputs {
        manifests: read,
        faults: found.faults.iter().map(unread).collect(),
    }
}

/// A source's manifest; the source too, where it is to be kept.
fn one(
    path: &SourcePath,
    kept: Option<&BTreeMap<Arc<str>, (Source, Manifest)>>,
) -> (Option<Source>, Manifest) {
    let source = match Source::read(path) {
        Ok(source) => source,
        Err(fault) => {
            let manifest = Manifest {
                faults: vec![unread(&fault)],
                ..Manifest::default()
            };
            return (None, manifest);
        }
    };
    let before = kept.and_then(|kept| kept.get(&source.name));
    if let Some((before, manifest)) = before
        && before.bytes == source.bytes
    {
        return (Some(source), manifest.clone());
    }
    let mut manifest = manifest::read(&source);
    let keep = kept.map(|_| source.clone());
    manifest.text = Some(Again::new(path, source));
    (keep, manifest)
}

/// A path that cannot be read, as an error of the run.
pub(super) fn unread(fault: &SourceFault) -> Fault {
    Fault {
        path: fault.path.clone(),
        line: 0,
        column: 0,
        message: fault.message.clone(),
    }
}
