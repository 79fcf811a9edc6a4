//! Sources in parts, so that a large one is never in memory as a whole: of a file of many documents
//! some at a time.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use memchr::memmem;

use super::{Source, SourceFault, SourcePath};

/// A source of so many bytes is read in one part.
const SMALL: u64 = 256 << 10;
/// What is read of a larger one at once.
const BLOCK: u64 = 128 << 10;

/// Sources that can be read more than once: what comes through a pipe is kept.
#[derive(Debug)]
pub struct Sources(Vec<Entry>);

#[derive(Debug)]
enum Entry {
    File { path: SourcePath, size: u64 },
    Held(Arc<Source>),
    Fault(SourceFault),
}

/// A part of a source; its text can be read by itself.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its bytes, under the name of the source that it is a part of.
    pub source: Source,
    /// The line of its first byte in the whole, from 1.
    pub line: u32,
}

/// A part that is still to be fetched.
#[derive(Debug)]
pub struct Job(What);

#[derive(Debug)]
enum What {
    File(SourcePath),
    Part(Part),
    Fault(SourceFault),
}

impl Sources {
    /// What is at `paths`. Only what is no file is read at once.
    pub fn open(paths: &[SourcePath]) -> Sources {
        let entry = |path: &SourcePath| {
            if let SourcePath::File { path: at, .. } = path
                && let Ok(metadata) = std::fs::metadata(at)
                && metadata.is_file()
            {
                let size = metadata.len();
                let path = path.clone();
                return Entry::File { path, size };
            }
            match Source::read(path) {
                Ok(source) => Entry::Held(Arc::new(source)),
                Err(fault) => Entry::Fault(fault),
            }
        };
        Sources(paths.iter().map(entry).collect())
    }

    /// Sources that are in memory already.
    pub fn held(sources: impl IntoIterator<Item = Source>) -> Sources {
        let held = |source| Entry::Held(Arc::new(source));
        Sources(sources.into_iter().map(held).collect())
    }

    /// All parts, in order: the number of the source, and the part.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            entries: self.0.iter().enumerate(),
            open: None,
        }
    }

    /// The name of the source `number`.
    pub fn name(&self, number: usize) -> Arc<str> {
        match self.0.get(number) {
            Some(Entry::File { path, .. }) => path.name(),
            Some(Entry::Held(source)) => source.name.clone(),
            Some(Entry::Fault(fault)) => fault.path.clone(),
            None => "".into(),
        }
    }

    /// About how many parts there are.
    pub fn len(&self) -> usize {
        let parts = |entry: &Entry| match entry {
            Entry::File { size, .. } => size / SMALL + 1,
            Entry::Held(source) => source.bytes.len() as u64 / SMALL + 1,
            Entry::Fault(_) => 1,
        };
        usize::try_from(self.0.iter().map(parts).sum::<u64>()).unwrap_or(usize::MAX)
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The parts of sources, one after the other.
pub struct Parts<'s> {
    entries: std::iter::Enumerate<std::slice::Iter<'s, Entry>>,
    open: Option<(usize, Splitter<'s>)>,
}

impl Iterator for Parts<'_> {
    type Item = (usize, Job);

    fn next(&mut self) -> Option<(usize, Job)> {
        loop {
            if let Some((number, splitter)) = &mut self.open {
                let number = *number;
                match splitter.next() {
                    Ok(Some(part)) => return Some((number, Job(What::Part(part)))),
                    Ok(None) => self.open = None,
                    Err(error) => {
                        let fault = SourceFault::unreadable(&splitter.name, &error);
                        self.open = None;
                        return Some((number, Job(What::Fault(fault))));
                    }
                }
                continue;
            }
            let (number, entry) = self.entries.next()?;
            let reader: Box<dyn Read + Send> = match entry {
                Entry::Fault(fault) => return Some((number, Job(What::Fault(fault.clone())))),
                Entry::File { path, size } if *size <= SMALL => {
                    return Some((number, Job(What::File(path.clone()))));
                }
                Entry::File { path, .. } => match open(path) {
                    Ok(file) => Box::new(file),
                    Err(error) => {
                        let fault = SourceFault::unreadable(&path.name(), &error);
                        return Some((number, Job(What::Fault(fault))));
                    }
                },
                Entry::Held(source) => Box::new(io::Cursor::new(source.bytes.as_slice())),
            };
            let name = match entry {
                Entry::File { path, .. } => path.name(),
                Entry::Held(source) => source.name.clone(),
                Entry::Fault(fault) => fault.path.clone(),
            };
            self.open = Some((number, Splitter::new(name, reader)));
        }
    }
}

fn open(path: &SourcePath) -> io::Result<File> {
    match path {
        SourcePath::File { path, .. } => File::open(path),
        SourcePath::Stdin => Err(io::ErrorKind::InvalidInput.into()),
    }
}

impl Job {
    /// Fetches the part.
    ///
    /// # Errors
    /// Where the operating system does not give it.
    pub fn read(self) -> Result<Part, SourceFault> {
        match self.0 {
            What::Part(part) => Ok(part),
            What::Fault(fault) => Err(fault),
            What::File(path) => Ok(Part {
                source: Source::read(&path)?,
                line: 1,
            }),
        }
    }
}

/// Cuts a text before lines that begin with `---`: there a document begins, whatever stands before.
struct Splitter<'s> {
    name: Arc<str>,
    reader: Box<dyn Read + Send + 's>,
    held: Vec<u8>,
    /// So many bytes were searched for a place to cut.
    searched: usize,
    line: u32,
    begun: bool,
    ended: bool,
}

impl<'s> Splitter<'s> {
    fn new(name: Arc<str>, reader: Box<dyn Read + Send + 's>) -> Splitter<'s> {
        Splitter {
            name,
            reader,
            held: Vec::new(),
            searched: 0,
            line: 1,
            begun: false,
            ended: false,
        }
    }

    fn next(&mut self) -> io::Result<Option<Part>> {
        loop {
            if self.ended {
                let rest = std::mem::take(&mut self.held);
                let nothing = rest.is_empty() && self.begun;
                self.begun = true;
                return Ok((!nothing).then(|| self.part(rest)));
            }
            let got = (&mut self.reader).take(BLOCK).read_to_end(&mut self.held)?;
            self.ended = got == 0;
            if !self.begun && !is_of_documents(&self.held) {
                // What is read in one piece is read to its end.
                continue;
            }
            let new = self.held.get(self.searched..).unwrap_or_default();
            if let Some(at) = memmem::rfind(new, b"\n---") {
                let rest = self.held.split_off(self.searched + at + 1);
                let part = std::mem::replace(&mut self.held, rest);
                self.searched = 0;
                self.begun = true;
                return Ok(Some(self.part(part)));
            }
            // A cut may begin in the last bytes that are there.
            self.searched = self.held.len().saturating_sub(3);
        }
    }

    fn part(&mut self, bytes: Vec<u8>) -> Part {
        let line = self.line;
        self.line = line.saturating_add(lines(&bytes));
        Part {
            source: Source::new(self.name.clone(), bytes),
            line,
        }
    }
}

/// Whether a text that begins so is one of YAML documents, in UTF-8.
fn is_of_documents(start: &[u8]) -> bool {
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return false;
    }
    let start = start.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(start);
    // What can be space in front of JSON is known when something else is there.
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') | None => false,
        Some(first) => first.is_ascii(),
    }
}

/// The ends of lines: `\n`, `\r\n`, a lone `\r`.
fn lines(bytes: &[u8]) -> u32 {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|at| bytes.get(*at) == Some(&b'\n') || bytes.get(*at + 1) != Some(&b'\n'));
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}
