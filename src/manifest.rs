//! Text to Kubernetes objects: YAML and JSON as kubectl reads them, each object with its place.
//!
//! What kubectl accepts is accepted, what it refuses is a [`Fault`]; but where kubectl stops, reading
//! goes on with the next document, and what is no Kubernetes object is [`Skipped`] with a reason.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::engine::{Value, yaml};
use crate::source::{Again, Part, Source};

mod build;
mod json;
mod objects;
mod outline;
mod path;
mod positions;
mod reader;
mod single;
mod split;
mod tree;

pub use path::{FieldPath, PathFault, Step};
pub(crate) use path::{Steps, owned, steps};
pub(crate) use positions::Reached;
pub use positions::{Finder, Found, Passed, Positions, positions};
pub use single::{fault_at, value, whole};
pub(crate) use tree::Trees;

/// Collections may be nested so deep. No manifest comes near; what walks a value may recurse.
pub const DEPTH: usize = yaml::DEPTH;

/// Where a resource begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The source's name.
    pub path: Arc<str>,
    /// Which document of the source, from 0; empty ones count where a `---` stands before them. In a
    /// stream of JSON values: which value.
    pub document: usize,
    /// Which object in the document: `` for the document itself, `items[3]` in a List,
    /// `items[0].items[1]` in a List in a List, `request.object` in an AdmissionReview.
    pub item: String,
    /// Line of its first token, from 1.
    pub line: u32,
    /// Column of its first token, from 1, in characters.
    pub column: u32,
    /// What to read again to find a field of it.
    root: Root,
}

impl Location {
    /// A place without a text behind it: [`positions`] knows nothing of it.
    pub fn new(path: impl Into<Arc<str>>, line: u32, column: u32) -> Location {
        let root = Root::Json { start: usize::MAX };
        Location {
            path: path.into(),
            document: 0,
            item: String::new(),
            line,
            column,
            root,
        }
    }
}

impl Location {
    /// The same place, counted from further in front.
    pub(crate) fn moved(&mut self, by: Extent) {
        self.document = self.document.saturating_add(by.documents);
        match &mut self.root {
            Root::Yaml { bytes, .. } => {
                let start = bytes.start.saturating_add(by.bytes);
                *bytes = start..bytes.end.saturating_add(by.bytes);
            }
            Root::Json { start } => *start = start.saturating_add(by.bytes),
            Root::Items { document, .. } => {
                let bytes = document.clone();
                self.root = Root::Yaml { bytes, nth: 0 };
            }
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// The part of a text that holds a resource (bytes of the decoded text).
#[derive(Clone, Debug, PartialEq, Eq)]
enum Root {
    /// The resource is found by its `item` in a document: this one of those in these bytes.
    Yaml { bytes: Range<usize>, nth: usize },
    /// The resource itself begins here.
    Json { start: usize },
    /// The resource is found by its `item` among the items of a List that stand in these bytes, from
    /// the number `first` on. The List's document has those bytes of the whole source.
    Items {
        bytes: Range<usize>,
        first: usize,
        document: Range<usize>,
    },
}

/// One Kubernetes object: it has an `apiVersion` and a `kind`.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The object, typed as the API server would have it.
    pub object: Value,
    /// Where it begins.
    pub location: Location,
    /// The `request` of the AdmissionReview that it came in.
    pub admission: Option<Value>,
}

/// A document that is not for this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it begins.
    pub location: Location,
    /// What it is instead.
    pub reason: SkipReason,
}

/// Why a document was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// It has no `apiVersion` and `kind`: a values file, a chart, a workflow.
    NotKubernetes,
    /// It is not YAML because of `{{`: the template of a manifest.
    HelmTemplate,
    /// Kustomize's own file.
    Kustomization,
    /// It looks like a Kubernetes object, but is a tool's configuration that no cluster ever sees
    /// (Skaffold, kind, k3d, kubeconfig).
    ToolConfiguration,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SkipReason::NotKubernetes => "no Kubernetes resource",
            SkipReason::HelmTemplate => "a template, to be rendered first",
            SkipReason::Kustomization => "a kustomization, to be built first",
            SkipReason::ToolConfiguration => "a tool's configuration",
        })
    }
}

/// A document that cannot be read, or something in a readable one that deserves a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The source's name.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// One line, lower case.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.path, self.line, self.column, self.message
        )
    }
}

impl std::error::Error for Fault {}

/// What a source holds, each list in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The Kubernetes objects.
    pub resources: Vec<Resource>,
    /// The documents that are something else. Empty ones are not listed.
    pub skipped: Vec<Skipped>,
    /// What could not be read, so that nothing can be said about it.
    pub faults: Vec<Fault>,
    /// What was read, though a cluster would read it otherwise or refuse it: a key twice in a
    /// mapping, a label that is no string, bytes that are not UTF-8.
    pub notes: Vec<Fault>,
    /// How much of its source it took.
    pub(crate) extent: Extent,
    /// Where everything stands, of documents in YAML.
    pub(crate) trees: Trees,
    /// How its text is read again, to find fields in it; whoever reads a source says so.
    pub text: Option<Again>,
}

impl Manifest {
    /// Of the notes those about keys that are there twice: a strict reader refuses them.
    pub fn duplicates(&self) -> impl Iterator<Item = &Fault> {
        self.notes
            .iter()
            .filter(|note| reader::is_about_duplicate(note))
    }
}

/// How far something stands from the beginning of its source, or how long it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Bytes of the decoded text.
    bytes: usize,
    documents: usize,
}

impl Extent {
    /// That far, and so far again.
    pub(crate) fn and(self, other: Extent) -> Extent {
        Extent {
            bytes: self.bytes.saturating_add(other.bytes),
            documents: self.documents.saturating_add(other.documents),
        }
    }
}

/// Whether `note` says that a text is not UTF-8.
pub(crate) fn is_about_encoding(note: &Fault) -> bool {
    note.message == reader::NOT_UTF8
}

/// Reads every document of a part of a source. Places are those in the whole; what is counted from
/// its beginning (see [`Location::moved`]) is counted from the part's.
pub(crate) fn read_part(part: &Part) -> Manifest {
    reader::read_part(part)
}

/// Whether an object, by its text without the elements of its `items`, is a list of resources whatever
/// they are.
pub(crate) fn is_list(shell: &str) -> bool {
    reader::is_list(shell)
}

/// Reads every document of a source.
pub fn read(source: &Source) -> Manifest {
    reader::read(source)
}
