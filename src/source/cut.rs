//! Where a large JSON text can be cut, so that each piece is read by itself: between its values, and in
//! a value that is a list between the elements of its `items`.

use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use super::parts::{Focus, Part};
use super::scan::{Scanner, Spot};
use super::{Place, Source};

/// A piece of so many bytes is large enough.
pub(super) const PIECE: u64 = 128 << 10;
/// A value of fewer bytes is read as a whole.
const SMALL: u64 = 256 << 10;
/// So many bytes of a list may stand around its elements.
pub(super) const SHELL: usize = 64 << 10;
/// So many bytes around what is read belong to a piece: lines to be shown.
pub(super) const AROUND: u64 = 8 << 10;
/// Places are noted about so many bytes apart.
const APART: u64 = 4 << 10;

/// One piece.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The first byte of its text.
    pub(super) from: Spot,
    /// What of the whole is read in it.
    pub(super) read: Range<u64>,
    /// Where the next piece's text begins, or the text ends.
    pub(super) next: u64,
    pub(super) elements: Option<Elements>,
}

impl Piece {
    /// How many bytes its text has at most.
    pub(super) fn length(&self) -> u64 {
        (self.read.end + AROUND).saturating_sub(self.from.byte)
    }

    /// The part with the text `bytes`, which may end in the middle of a character.
    pub(super) fn part(&self, name: Arc<str>, mut bytes: Vec<u8>) -> Part {
        if let Err(error) = std::str::from_utf8(&bytes)
            && error.error_len().is_none()
        {
            bytes.truncate(error.valid_up_to());
        }
        let here = |byte: u64| {
            let byte = byte.saturating_sub(self.from.byte);
            usize::try_from(byte).unwrap_or(usize::MAX)
        };
        Part {
            focus: Some(Focus {
                bytes: here(self.read.start)..here(self.read.end).min(bytes.len()),
                advance: here(self.next),
                elements: self.elements.clone(),
            }),
            source: Source::new(name, bytes),
            place: self.from.place,
        }
    }
}

/// That what is read are elements of the `items` of one object.
#[derive(Clone, Debug)]
pub struct Elements {
    /// The object without any of them.
    pub shell: Arc<str>,
    /// Where the object begins.
    pub place: Place,
    /// The number of the first one.
    pub first: usize,
    /// How many there are.
    pub count: usize,
    /// Whether there are no more.
    pub are_last: bool,
    /// Where they are in YAML: the whole document, in bytes of the text.
    pub document: Option<Range<usize>>,
}

/// The pieces of a text; `None` where it is read as a whole, as it is no JSON or is one value. `lists`
/// says of an object, by its text without any `items`, whether they are read one by one.
pub(super) fn pieces(reader: impl Read, lists: &dyn Fn(&str) -> bool) -> Option<Vec<Piece>> {
    let mut scanner = Scanner::new(reader);
    let mut cutter = Cutter::default();
    cutter.note(scanner.spot());
    loop {
        scanner.space()?;
        let start = scanner.spot();
        match scanner.peek()? {
            None => break,
            Some(b'{') => cutter.object(&mut scanner, start, lists)?,
            Some(_) => return None,
        }
    }
    cutter.close();
    joined(cutter.pieces, scanner.spot().byte)
}

/// Pieces that reach from the beginning of a text to its end; `None` where it is one.
pub(super) fn joined(mut pieces: Vec<Piece>, end: u64) -> Option<Vec<Piece>> {
    if let Some(first) = pieces.first_mut() {
        first.from = START;
    }
    let starts = pieces.iter().skip(1).map(|piece| piece.from.byte);
    let nexts: Vec<u64> = starts.chain([end]).collect();
    for (piece, next) in pieces.iter_mut().zip(nexts) {
        piece.next = next;
    }
    (pieces.len() > 1).then_some(pieces)
}

const START: Spot = Spot {
    byte: 0,
    place: Place { line: 1, column: 1 },
};

#[derive(Default)]
struct Cutter {
    pieces: Vec<Piece>,
    /// Values that wait for others, to be a piece with them.
    open: Option<Piece>,
    /// Places before what is to be cut next.
    noted: VecDeque<Spot>,
}

impl Cutter {
    fn note(&mut self, spot: Spot) {
        let far = |last: &Spot| spot.byte - last.byte >= APART;
        if self.noted.back().is_none_or(far) {
            self.noted.push_back(spot);
        }
    }

    /// A piece that begins at `start`, with what is around it.
    fn begin(&mut self, start: Spot) -> Piece {
        let enough = |spot: &Spot| spot.byte + AROUND <= start.byte;
        while self.noted.get(1).is_some_and(enough) {
            self.noted.pop_front();
        }
        Piece {
            from: self.noted.front().copied().unwrap_or(start),
            read: start.byte..start.byte,
            next: 0,
            elements: None,
        }
    }

    fn close(&mut self) {
        self.pieces.extend(self.open.take());
    }

    /// An object of the text itself.
    fn object<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        start: Spot,
        lists: &dyn Fn(&str) -> bool,
    ) -> Option<()> {
        let whole = self.begin(start);
        let mut list = List::new(start);
        list.read(self, scanner)?;
        let end = scanner.spot().byte;
        if end - start.byte >= SMALL
            && let Some(pieces) = list.pieces(lists)
        {
            self.close();
            self.pieces.extend(pieces);
            return Some(());
        }
        let open = self.open.get_or_insert(whole);
        open.read.end = end;
        if end - open.read.start >= PIECE {
            self.close();
        }
        Some(())
    }
}

/// An object that may be a list.
struct List {
    start: Spot,
    /// Its text without the elements, as long as it may be one.
    shell: Option<Vec<u8>>,
    /// The pieces of its elements, and the number of the first one of each.
    found: Option<Vec<(Piece, usize)>>,
    /// How many elements there are.
    count: usize,
}

impl List {
    fn new(start: Spot) -> List {
        List {
            start,
            shell: Some(Vec::new()),
            found: None,
            count: 0,
        }
    }

    fn read<R: Read>(&mut self, cutter: &mut Cutter, scanner: &mut Scanner<R>) -> Option<()> {
        scanner.keep(SHELL);
        scanner.byte(b'{')?;
        scanner.space()?;
        if !scanner.passes(b'}')? {
            loop {
                let is_items = scanner.key(b"items")?;
                if is_items && scanner.peek()? == Some(b'[') && self.found.is_none() {
                    self.take(scanner.kept());
                    self.elements(cutter, scanner)?;
                    scanner.keep(SHELL);
                } else {
                    scanner.value(1, |scanner| cutter.note(scanner.spot()))?;
                }
                scanner.space()?;
                if !scanner.passes(b',')? {
                    scanner.byte(b'}')?;
                    break;
                }
                scanner.space()?;
            }
        }
        self.take(scanner.kept());
        Some(())
    }

    /// Adds to the shell what was kept.
    fn take(&mut self, kept: Option<Vec<u8>>) {
        match (&mut self.shell, kept) {
            (Some(shell), Some(kept)) => shell.extend(kept),
            _ => self.shell = None,
        }
    }

    fn elements<R: Read>(&mut self, cutter: &mut Cutter, scanner: &mut Scanner<R>) -> Option<()> {
        let mut found = Vec::new();
        let mut open: Option<(Piece, usize)> = None;
        scanner.byte(b'[')?;
        scanner.space()?;
        if !scanner.passes(b']')? {
            for number in 0.. {
                scanner.space()?;
                let start = scanner.spot();
                cutter.note(start);
                let (piece, _) = open.get_or_insert_with(|| (cutter.begin(start), number));
                scanner.value(2, |scanner| cutter.note(scanner.spot()))?;
                piece.read.end = scanner.spot().byte;
                self.count = number + 1;
                if piece.read.end - piece.read.start >= PIECE {
                    found.extend(open.take());
                }
                scanner.space()?;
                if !scanner.passes(b',')? {
                    scanner.byte(b']')?;
                    break;
                }
            }
        }
        found.extend(open);
        if let Some(shell) = &mut self.shell {
            shell.extend(b"[]");
        }
        self.found = Some(found);
        Some(())
    }

    /// The pieces, where it is a list.
    fn pieces(self, lists: &dyn Fn(&str) -> bool) -> Option<Vec<Piece>> {
        let shell: Arc<str> = String::from_utf8(self.shell?).ok()?.into();
        let found = self.found.filter(|_| lists(&shell))?;
        let firsts = found.iter().map(|(_, first)| *first).skip(1);
        let ends: Vec<usize> = firsts.chain([self.count]).collect();
        let last = found.len().checked_sub(1)?;
        let found = found.into_iter().zip(ends).enumerate();
        let pieces = found.map(|(at, ((piece, first), end))| {
            let elements = Some(Elements {
                shell: shell.clone(),
                place: self.start.place,
                first,
                count: end - first,
                are_last: at == last,
                document: None,
            });
            Piece { elements, ..piece }
        });
        Some(pieces.collect())
    }
}
