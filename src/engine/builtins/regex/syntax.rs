//! Go's regular expressions, rewritten into the `regex` crate's.
//!
//! The two matchers agree; their grammars do not. `\w`, `\d`, `\s`, `\b` are ASCII in Go, `{` is a
//! literal where no count follows, `&&` and `[` have no meaning in a class, `\Q…\E` quotes, counts end
//! at 1000, `a**` is an error, and flags between an atom and its
//! repetition are none of the atom's. What Go refuses is refused here, in its words.

mod class;
mod escape;

/// An expression in the `regex` crate's grammar, and its groups' names, group 0 first.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) pattern: String,
    pub(super) groups: Vec<Option<String>>,
}

/// How deep groups may nest, as in Go.
const DEEPEST: usize = 1_000;

/// The largest count of a repetition, nested ones multiplied.
const MOST_REPEATS: u32 = 1_000;

/// Translates `pattern`, or says in Go's words what is wrong with it.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let mut parser = Parser {
        rest: pattern,
        whole: pattern,
        out: String::with_capacity(pattern.len() + 8),
        groups: vec![None],
        open: vec![Group::default()],
        flags: None,
    };
    match parser.run() {
        Ok(()) => Ok(Translated {
            pattern: parser.out,
            groups: parser.groups,
        }),
        Err(error) => Err(format!("error parsing regexp: {error}")),
    }
}

/// A repetition of something that can repeat itself inside.
#[derive(Clone, Debug)]
struct Repeat {
    most: u32,
    inside: Vec<Repeat>,
}

impl Repeat {
    /// Whether all counts multiplied stay within `budget`.
    fn fits(&self, budget: u32) -> bool {
        if self.most == 0 {
            return true;
        }
        self.most <= budget
            && self
                .inside
                .iter()
                .all(|inside| inside.fits(budget / self.most))
    }
}

/// A group being read.
#[derive(Debug, Default)]
struct Group {
    repeats: Vec<Repeat>,
    /// Where the group starts in what is written.
    start: usize,
    /// The last atom; `None` where a repetition has nothing to repeat.
    atom: Option<Atom>,
    /// `(?U)`: repetitions take as little as they can, and those with a `?` as much.
    ungreedy: bool,
}

/// What a repetition repeats.
#[derive(Clone, Copy, Debug)]
struct Atom {
    /// Where it starts in its group's `repeats`.
    repeats: usize,
    /// Where it starts in what is written.
    start: usize,
    /// Whether it is a repetition itself: `a*(?i)?`.
    repeated: bool,
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
    out: String,
    groups: Vec<Option<String>>,
    open: Vec<Group>,
    /// Where flags stand that follow an atom: a repetition after them is still the atom's.
    flags: Option<usize>,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The text from `start` (an earlier `rest`) up to here.
    fn since(&self, start: &'a str) -> &'a str {
        start.get(..start.len() - self.rest.len()).unwrap_or(start)
    }

    /// An atom starts here.
    fn atom(&mut self) {
        self.flags = None;
        if let Some(group) = self.open.last_mut() {
            group.atom = Some(Atom {
                repeats: group.repeats.len(),
                start: self.out.len(),
                repeated: false,
            });
        }
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            self.out.push_str(&format!("\\x{:02x}", u32::from(c)));
        }
    }

    fn run(&mut self) -> Result<(), String> {
        let mut repeated: Option<&'a str> = None;
        while let Some(c) = self.rest.chars().next() {
            let start = self.rest;
            let mut repetition = None;
            match c {
                '(' => self.group()?,
                ')' => self.close()?,
                '|' => {
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    self.flags = None;
                    self.out.push('|');
                    if let Some(group) = self.open.last_mut() {
                        group.atom = None;
                    }
                }
                '*' | '+' | '?' => {
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    self.repeat(start, repeated, None)?;
                    repetition = Some(start);
                }
                '{' => {
                    if let Some((least, most, rest)) = count(self.rest) {
                        self.rest = rest;
                        if least > MOST_REPEATS
                            || most.is_some_and(|most| most > MOST_REPEATS || most < least)
                        {
                            return Err(format!("invalid repeat count: `{}`", self.since(start)));
                        }
                        self.repeat(start, repeated, Some((least, most)))?;
                        repetition = Some(start);
                    } else {
                        self.rest = self.rest.get(1..).unwrap_or_default();
                        self.atom();
                        self.literal('{');
                    }
                }
                '[' => {
                    self.atom();
                    self.class()?;
                }
                '\\' => self.escaped()?,
                '.' | '^' | '$' => {
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    self.atom();
                    self.out.push(c);
                }
                c => {
                    self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
                    self.atom();
                    self.literal(c);
                }
            }
            repeated = repetition;
        }
        if self.open.len() > 1 {
            return Err(format!("missing closing ): `{}`", self.whole));
        }
        Ok(())
    }

    /// A repetition whose operator started at `start` and ends here.
    fn repeat(
        &mut self,
        start: &'a str,
        before: Option<&'a str>,
        count: Option<(u32, Option<u32>)>,
    ) -> Result<(), String> {
        let operator = self.since(start);
        let lazy = self.eat("?");
        if let Some(before) = before {
            return Err(format!(
                "invalid nested repetition operator: `{}`",
                self.since(before)
            ));
        }
        let Some(group) = self.open.last_mut() else {
            return Ok(());
        };
        let lazy = lazy != group.ungreedy;
        let Some(atom) = &mut group.atom else {
            return Err(format!(
                "missing argument to repetition operator: `{operator}`"
            ));
        };
        if let Some((least, most)) = count {
            let inside = group.repeats.split_off(atom.repeats);
            let repeat = Repeat {
                most: most.unwrap_or(least),
                inside,
            };
            if (least >= 2 || repeat.most >= 2) && !repeat.fits(MOST_REPEATS) {
                return Err(format!("invalid repeat count: `{operator}`"));
            }
            group.repeats.push(repeat);
        }
        let mut text = match count {
            Some((least, Some(most))) => format!("{{{least},{most}}}"),
            Some((least, None)) => format!("{{{least},}}"),
            None => operator.to_owned(),
        };
        if lazy {
            text.push('?');
        }
        // `a*` and `?` together would be another repetition of `a`.
        if atom.repeated {
            self.out.insert_str(atom.start, "(?:");
            self.flags = self.flags.map(|flags| flags + 3);
            text.insert(0, ')');
        }
        atom.repeated = true;
        let end = self.flags.unwrap_or(self.out.len());
        self.out.insert_str(end, &text);
        self.flags = self.flags.map(|flags| flags + text.len());
        Ok(())
    }

    /// `(`, with what may follow it.
    fn group(&mut self) -> Result<(), String> {
        let start = self.rest;
        self.rest = self.rest.get(1..).unwrap_or_default();
        if self.open.len() > DEEPEST {
            return Err(format!("expression nests too deeply: `{}`", self.whole));
        }
        if !self.rest.starts_with('?') {
            self.flags = None;
            self.groups.push(None);
            let written = self.out.len();
            self.out.push('(');
            self.enter(written);
            return Ok(());
        }
        if self.eat("?P<") || self.eat("?<") {
            let Some((name, rest)) = self.rest.split_once('>') else {
                return Err(format!("invalid named capture: `{start}`"));
            };
            self.rest = rest;
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(format!("invalid named capture: `{}`", self.since(start)));
            }
            self.flags = None;
            self.groups.push(Some(name.to_owned()));
            let written = self.out.len();
            self.out.push('(');
            self.enter(written);
            return Ok(());
        }
        self.flags(start)
    }

    /// A group begins, written from `start` on.
    fn enter(&mut self, start: usize) {
        let ungreedy = self.open.last().is_some_and(|group| group.ungreedy);
        self.open.push(Group {
            ungreedy,
            start,
            ..Group::default()
        });
    }

    /// `(?flags)` or `(?flags:`.
    fn flags(&mut self, start: &'a str) -> Result<(), String> {
        self.eat("?");
        let (mut on, mut off) = (String::new(), String::new());
        let (mut negative, mut named) = (false, false);
        while let Some(c) = self.rest.chars().next() {
            self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                'i' | 'm' | 's' | 'U' => {
                    let (add, drop) = if negative {
                        (&mut off, &mut on)
                    } else {
                        (&mut on, &mut off)
                    };
                    drop.retain(|flag| flag != c);
                    if !add.contains(c) {
                        add.push(c);
                    }
                    named = true;
                }
                '-' if !negative => (negative, named) = (true, false),
                ':' | ')' if !negative || named => {
                    // Greediness is written at every repetition: see `repeat`.
                    let ungreedy = match (on.contains('U'), off.contains('U')) {
                        (false, false) => None,
                        (on, _) => Some(on),
                    };
                    on.retain(|flag| flag != 'U');
                    off.retain(|flag| flag != 'U');
                    let minus = if off.is_empty() { "" } else { "-" };
                    if c == ':' {
                        self.flags = None;
                        let written = self.out.len();
                        self.out.push_str(&format!("(?{on}{minus}{off}:"));
                        self.enter(written);
                    } else if !on.is_empty() || !off.is_empty() {
                        self.flags = self.flags.or(Some(self.out.len()));
                        self.out.push_str(&format!("(?{on}{minus}{off})"));
                    }
                    if let (Some(ungreedy), Some(group)) = (ungreedy, self.open.last_mut()) {
                        group.ungreedy = ungreedy;
                    }
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(format!(
            "invalid or unsupported Perl syntax: `{}`",
            self.since(start)
        ))
    }

    fn close(&mut self) -> Result<(), String> {
        if self.open.len() < 2 {
            return Err(format!("unexpected ): `{}`", self.whole));
        }
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.flags = None;
        self.out.push(')');
        let inner = self.open.pop().unwrap_or_default();
        if let Some(group) = self.open.last_mut() {
            group.atom = Some(Atom {
                repeats: group.repeats.len(),
                start: inner.start,
                repeated: false,
            });
            group.repeats.extend(inner.repeats);
        }
        Ok(())
    }
}

/// `{n}`, `{n,}` or `{n,m}` at the start of `text`, and what follows; counts beyond any limit are cut.
fn count(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (least, rest) = digits(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, Some(least), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, None, rest));
    }
    let (most, rest) = digits(rest)?;
    Some((least, Some(most), rest.strip_prefix('}')?))
}

/// A decimal number without leading zeros.
fn digits(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
