//! The manifests that a command line means, read.

use std::path::PathBuf;

use crate::manifest::{self, Fault, Manifest};
use crate::source::{self, Source, SourceFault, SourcePath};
use crate::workers;

/// What was read.
pub(super) struct Inputs {
    /// By name; a file that cannot be read is one with a fault.
    pub(super) manifests: Vec<(SourcePath, Manifest)>,
    /// The paths that lead nowhere.
    pub(super) faults: Vec<Fault>,
}

/// Reads what `paths` mean, with so many threads.
pub(super) fn read(paths: &[PathBuf], threads: usize) -> Inputs {
    let found = source::discover(paths);
    let manifests = workers::map(&found.sources, threads, || (), |(), path| one(path));
    Inputs {
        manifests: found.sources.into_iter().zip(manifests).collect(),
        faults: found.faults.iter().map(unread).collect(),
    }
}

/// Reads one of them.
pub(super) fn one(path: &SourcePath) -> Manifest {
    match Source::read(path) {
        Ok(source) => manifest::read(&source),
        Err(fault) => Manifest {
            faults: vec![unread(&fault)],
            ..Manifest::default()
        },
    }
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
