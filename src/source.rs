//! A named piece of text: what the user calls it, and its bytes.
//!
//! [`discover`] finds the sources that a command line means, [`Source::read`] fetches one,
//! [`Source::text`] decodes it, and [`Cursor`] says at which line and column a byte of it stands.

use std::io::Read;
use std::sync::Arc;

mod again;
mod cursor;
mod cut;
mod discover;
mod file;
mod folders;
mod items;
mod lines;
mod parts;
mod scan;
mod text;

pub use again::Again;
pub use cursor::{Cursor, Place};
pub use cut::Elements;
pub use discover::{Discovery, SourceFault, SourcePath, discover, discover_with};
pub use folders::folders;
pub(crate) use lines::Lines;
pub use parts::{Focus, Job, Part, Parts, Sources};
pub use text::Text;

/// The name that standard input goes by in every report.
pub const STDIN: &str = "<stdin>";

/// A named piece of text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as the user gave it, with `/` between folders, or [`STDIN`].
    pub name: Arc<str>,
    /// The bytes, untouched.
    pub bytes: Vec<u8>,
}

impl Source {
    /// A source from bytes that are already in memory.
    pub fn new(name: impl Into<Arc<str>>, bytes: impl Into<Vec<u8>>) -> Source {
        Source {
            name: name.into(),
            bytes: bytes.into(),
        }
    }

    /// Reads a file, or standard input, to its end.
    ///
    /// # Errors
    /// Where the operating system gives none of it: the path and its reason.
    pub fn read(path: &SourcePath) -> Result<Source, SourceFault> {
        let name = path.name();
        let read = match path {
            SourcePath::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .lock()
                    .read_to_end(&mut bytes)
                    .map(|_| bytes)
            }
            SourcePath::File { path, .. } => std::fs::read(path),
        };
        match read {
            Ok(bytes) => Ok(Source { name, bytes }),
            Err(error) => Err(SourceFault::unreadable(&name, &error)),
        }
    }

    /// The text in these bytes. Costs nothing where they are UTF-8 already.
    pub fn text(&self) -> Text<'_> {
        text::decode(&self.bytes)
    }
}
