//! Writing a folder of files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Writes `files` (path in the folder, text) below `root`, which must be new or empty unless
/// `overwrite` says otherwise.
pub(super) fn write(root: &Path, files: &[(String, String)], overwrite: bool) -> Result<()> {
    let shown = root.display();
    let occupied = match fs::read_dir(root) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => bail!("cannot write into `{shown}`: {error}"),
    };
    if occupied && !overwrite {
        bail!("`{shown}` is not empty (--overwrite accepts that)");
    }
    for (path, text) in files {
        let path = root.join(path);
        let written = match path.parent() {
            Some(folder) => fs::create_dir_all(folder),
            None => Ok(()),
        };
        written
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}
