//! The folders in which a change can matter to what a command line means.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The folders that a search of `paths` walks through, and those that hold the paths themselves: a
/// file that is replaced, or a folder that comes back, is seen there. A path that is not there
/// counts with its nearest parent that is.
pub fn folders(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let walk = WalkBuilder::new(path)
                .follow_links(true)
                .git_global(false)
                .build();
            let inner = walk.filter_map(Result::ok);
            found.extend(
                inner
                    .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()))
                    .map(ignore::DirEntry::into_path),
            );
        }
        found.extend(parent(path));
    }
    found.sort();
    found.dedup();
    found
}

fn parent(path: &Path) -> Option<PathBuf> {
    let mut parent = path.parent()?;
    while !parent.as_os_str().is_empty() && !parent.is_dir() {
        parent = parent.parent()?;
    }
    match parent.as_os_str().is_empty() {
        // The folder in which `.` lies holds nothing of it.
        true if path == Path::new(".") => None,
        true => Some(PathBuf::from(".")),
        false => Some(parent.to_path_buf()),
    }
}
