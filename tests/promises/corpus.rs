//! Real manifests that lie beside the project on some machines: `../shared/corpus`, unpacked once
//! into the ignored folder `corpus/`. Where they are absent, tests that need them are skipped, and
//! say so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The folder where both archives are unpacked: `dev/…` and `odd/…` are in it.
pub(crate) fn root(test: &str) -> Option<&'static Path> {
    static ROOT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let root = ROOT
        .get_or_init(|| shared("corpus/manifests.tar.gz").map(|_| unpack()))
        .as_deref();
    if root.is_none() {
        eprintln!("skipped: {test} needs ../shared/corpus");
    }
    root
}

/// A file beside the project, if it is there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    path.exists().then_some(path)
}

/// The lines of a JSON-lines file beside the project.
pub(crate) fn lines(path: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(shared(path).expect(path)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn unpack() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    if root.is_dir() {
        return root;
    }
    // Two test runs may get here at once: each unpacks for itself, the first to finish wins.
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("corpus-{}", std::process::id()));
    for archive in ["manifests", "odd"] {
        let file = fs::File::open(shared(&format!("corpus/{archive}.tar.gz")).unwrap()).unwrap();
        tar::Archive::new(flate2::read::GzDecoder::new(file))
            .unpack(&own)
            .unwrap();
    }
    if fs::rename(&own, &root).is_err() {
        fs::remove_dir_all(&own).unwrap();
        assert!(root.is_dir());
    }
    root
}
