//! A file's bytes, with no more questions than it takes.

use std::io::{self, Read};

/// All that `file` holds, of which it was said that it is `size` bytes. Where that is what there is, it
/// is asked for once.
pub(super) fn read(mut file: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let size = usize::try_from(size).unwrap_or(0);
    // One byte more would show that it has grown.
    let mut bytes = vec![0; size.saturating_add(1)];
    let got = loop {
        match file.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            got => break got?,
        }
    };
    bytes.truncate(got);
    if got != size {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
