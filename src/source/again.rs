//! A text that is wanted a second time, when it is known what is to be shown of it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Source, SourcePath};

/// How a source is read again. A file stays where it is, and costs no memory meanwhile; what can be
/// read only once is kept.
#[derive(Clone, Debug)]
pub struct Again(Held);

#[derive(Clone, Debug)]
enum Held {
    File {
        path: PathBuf,
        name: Arc<str>,
        digest: u64,
    },
    Text(Arc<Source>),
}

impl Again {
    /// How `source`, which was read from `path`, is read again.
    pub fn new(path: &SourcePath, source: Source) -> Again {
        match path {
            // Pipes have paths, too.
            SourcePath::File { path, name } if path.is_file() => Again(Held::File {
                path: path.clone(),
                name: name.clone(),
                digest: digest(&source.bytes),
            }),
            _ => Again::of(source),
        }
    }

    /// A source that is kept.
    pub fn of(source: Source) -> Again {
        Again(Held::Text(Arc::new(source)))
    }

    /// The source as it was; `None` where it is not there any more, or another one.
    pub fn read(&self) -> Option<Cow<'_, Source>> {
        match &self.0 {
            Held::Text(source) => Some(Cow::Borrowed(source)),
            Held::File { path, name, digest } => {
                let bytes = std::fs::read(path).ok()?;
                (self::digest(&bytes) == *digest)
                    .then(|| Cow::Owned(Source::new(name.clone(), bytes)))
            }
        }
    }
}

// It tells an edit from none; nobody is to be kept from forging it.
fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
