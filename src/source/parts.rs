//! Sources in parts, so that a large one is never in memory as a whole: of a file of many documents
//! some at a time, of a List some of its items.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::cut::{self, Elements, Piece};
use super::file;
use super::items;
use super::{Place, Source, SourceFault, SourcePath};
use crate::workers;

/// A source of so many bytes is read in one part.
const SMALL: u64 = 256 << 10;
/// What is read of a larger one at once.
const BLOCK: u64 = 128 << 10;

/// Sources that can be read more than once: what comes through a pipe is kept.
#[derive(Debug)]
pub struct Sources(Vec<Entry>);

#[derive(Debug)]
enum Entry {
    File {
        path: SourcePath,
        size: u64,
        cut: Cut,
    },
    Held(Arc<Source>, Cut),
    Fault(SourceFault),
}

/// The pieces of a JSON text, once they were looked for.
type Cut = OnceLock<Option<Vec<Piece>>>;

/// A part of a source; its text can be read by itself.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its bytes, under the name of the source that it is a part of.
    pub source: Source,
    /// Where its first byte stands in the whole.
    pub place: Place,
    /// What is to be read in it, where that is not all.
    pub focus: Option<Focus>,
}

impl Part {
    fn whole(source: Source) -> Part {
        Part {
            source,
            place: Place { line: 1, column: 1 },
            focus: None,
        }
    }
}

/// What is to be read in a part of a JSON text, or of a List; what else there is, is there to be shown.
#[derive(Clone, Debug)]
pub struct Focus {
    /// Its bytes in the part.
    pub bytes: Range<usize>,
    /// So many bytes further on the next part begins.
    pub advance: usize,
    /// Where it is no values of the text's own, but elements of a list.
    pub elements: Option<Elements>,
}

/// A part that is still to be fetched.
#[derive(Debug)]
pub struct Job(What);

#[derive(Debug)]
enum What {
    /// With the size that it had.
    File(SourcePath, u64),
    Held(Arc<Source>),
    Part(Part),
    Piece(Piece, SourcePath),
    Fault(SourceFault),
}

/// So many sources are worth more than one thread.
const MANY: usize = 64;

impl Sources {
    /// What is at `paths`. Only what is no file is read at once. So many `threads` look (0: one a core).
    pub fn open(paths: &[SourcePath], threads: usize) -> Sources {
        let entry = |path: &SourcePath| {
            if let SourcePath::File { path: at, .. } = path
                && let Ok(metadata) = std::fs::metadata(at)
                && metadata.is_file()
            {
                let size = metadata.len();
                let path = path.clone();
                let cut = Cut::new();
                return Entry::File { path, size, cut };
            }
            match Source::read(path) {
                Ok(source) => Entry::Held(Arc::new(source), Cut::new()),
                Err(fault) => Entry::Fault(fault),
            }
        };
        if paths.len() < MANY {
            return Sources(paths.iter().map(entry).collect());
        }
        Sources(workers::map(paths, threads, || (), |(), path| entry(path)))
    }

    /// Sources that are in memory already.
    pub fn held(sources: impl IntoIterator<Item = Source>) -> Sources {
        let held = |source| Entry::Held(Arc::new(source), Cut::new());
        Sources(sources.into_iter().map(held).collect())
    }

    /// All parts, in order: the number of the source, and the part. `lists` says of a JSON object, by
    /// its text without the elements of its `items`, whether they can be read one by one.
    pub fn parts(&self, lists: fn(&str) -> bool) -> Parts<'_> {
        Parts {
            entries: self.0.iter().enumerate(),
            open: None,
            lists,
        }
    }

    /// The name of the source `number`.
    pub fn name(&self, number: usize) -> Arc<str> {
        self.0.get(number).map_or_else(Arc::default, Entry::name)
    }

    /// About how many parts there are.
    pub fn len(&self) -> usize {
        let parts = |entry: &Entry| match entry {
            Entry::File { size, .. } => size / SMALL + 1,
            Entry::Held(source, _) => source.bytes.len() as u64 / SMALL + 1,
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
    open: Option<(usize, Open<'s>)>,
    lists: fn(&str) -> bool,
}

/// A source that is taken apart.
enum Open<'s> {
    Documents(Splitter<'s>),
    Pieces(&'s Entry, std::slice::Iter<'s, Piece>),
}

impl Iterator for Parts<'_> {
    type Item = (usize, Job);

    fn next(&mut self) -> Option<(usize, Job)> {
        loop {
            if let Some((number, open)) = &mut self.open {
                let number = *number;
                match open.next() {
                    Some(what) => return Some((number, Job(what))),
                    None => self.open = None,
                }
                continue;
            }
            let (number, entry) = self.entries.next()?;
            match entry {
                Entry::Fault(fault) => return Some((number, Job(What::Fault(fault.clone())))),
                Entry::File { path, size, .. } if *size <= SMALL => {
                    return Some((number, Job(What::File(path.clone(), *size))));
                }
                Entry::Held(source, _) if source.bytes.len() as u64 <= SMALL => {
                    return Some((number, Job(What::Held(source.clone()))));
                }
                _ => match entry.open(self.lists) {
                    Ok(open) => self.open = Some((number, open)),
                    Err(error) => {
                        let fault = SourceFault::unreadable(&entry.name(), &error);
                        return Some((number, Job(What::Fault(fault))));
                    }
                },
            }
        }
    }
}

impl Open<'_> {
    fn next(&mut self) -> Option<What> {
        match self {
            Open::Documents(splitter) => match splitter.next() {
                Ok(part) => part.map(What::Part),
                Err(error) => {
                    splitter.ended = true;
                    splitter.begun = true;
                    splitter.held.clear();
                    Some(What::Fault(SourceFault::unreadable(&splitter.name, &error)))
                }
            },
            Open::Pieces(entry, pieces) => {
                let piece = pieces.next()?;
                Some(match entry {
                    Entry::File { path, .. } => What::Piece(piece.clone(), path.clone()),
                    Entry::Held(source, _) => {
                        let from = usize::try_from(piece.from.byte).unwrap_or(usize::MAX);
                        let text = source.bytes.get(from..).unwrap_or_default();
                        let length = usize::try_from(piece.length()).unwrap_or(usize::MAX);
                        let text = text.get(..length).unwrap_or(text).to_vec();
                        What::Part(piece.part(source.name.clone(), text))
                    }
                    Entry::Fault(fault) => What::Fault(fault.clone()),
                })
            }
        }
    }
}

impl Entry {
    fn name(&self) -> Arc<str> {
        match self {
            Entry::File { path, .. } => path.name(),
            Entry::Held(source, _) => source.name.clone(),
            Entry::Fault(fault) => fault.path.clone(),
        }
    }

    /// About how many bytes there are.
    fn size(&self) -> usize {
        match self {
            Entry::File { size, .. } => usize::try_from(*size).unwrap_or(0),
            Entry::Held(source, _) => source.bytes.len(),
            Entry::Fault(_) => 0,
        }
    }

    fn reader(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        match self {
            Entry::File { path, .. } => Ok(Box::new(open(path)?)),
            Entry::Held(source, _) => Ok(Box::new(io::Cursor::new(source.bytes.as_slice()))),
            Entry::Fault(_) => Ok(Box::new(io::empty())),
        }
    }

    fn open(&self, lists: fn(&str) -> bool) -> io::Result<Open<'_>> {
        if let Entry::File { cut, .. } | Entry::Held(_, cut) = self {
            let mut reader = Some(self.reader()?);
            let again = || self.reader().ok();
            let mut pieces = || {
                let json = cut::pieces(reader.take()?, &lists);
                json.or_else(|| items::pieces(again()?, self.size(), &lists))
            };
            if let Some(pieces) = cut.get_or_init(&mut pieces) {
                return Ok(Open::Pieces(self, pieces.iter()));
            }
        }
        let splitter = Splitter::new(self.name(), self.reader()?);
        Ok(Open::Documents(splitter))
    }
}

fn open(path: &SourcePath) -> io::Result<File> {
    match path {
        SourcePath::File { path, .. } => File::open(path),
        SourcePath::Stdin => Err(io::ErrorKind::InvalidInput.into()),
    }
}

impl Job {
    /// Whether it is all of its source, which is small.
    pub fn is_whole(&self) -> bool {
        matches!(self.0, What::File(..) | What::Held(_))
    }

    /// Fetches the part.
    ///
    /// # Errors
    /// Where the operating system does not give it.
    pub fn read(self) -> Result<Part, SourceFault> {
        match self.0 {
            What::Part(part) => Ok(part),
            What::Fault(fault) => Err(fault),
            What::File(path, size) => {
                let name = path.name();
                match open(&path).and_then(|opened| file::read(opened, size)) {
                    Ok(bytes) => Ok(Part::whole(Source::new(name, bytes))),
                    Err(error) => Err(SourceFault::unreadable(&name, &error)),
                }
            }
            What::Held(source) => Ok(Part::whole((*source).clone())),
            What::Piece(piece, path) => {
                let mut bytes = Vec::new();
                let read = open(&path).and_then(|mut file| {
                    file.seek(io::SeekFrom::Start(piece.from.byte))?;
                    file.take(piece.length()).read_to_end(&mut bytes)
                });
                let unreadable = |error| SourceFault::unreadable(&path.name(), &error);
                read.map_err(unreadable)?;
                Ok(piece.part(path.name(), bytes))
            }
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
            place: Place { line, column: 1 },
            focus: None,
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
