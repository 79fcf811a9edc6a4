//! The parser's footing: tokens, keywords, package and imports.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Lexer, Token, TokenKind};
use super::reading::Reading;
use super::tree::{Import, Module, Name, Place};
use crate::engine::RegoVersion;
use crate::engine::fault::{Fault, FaultKind};

/// How deep terms, comprehensions and bodies may stand in each other.
const NESTING: u32 = 100;
/// How often one module may be read in one way and, that failing, in another: `[a | b` may be a
/// comprehension or a union.
const SECOND_THOUGHTS: u32 = 10_000;

const KEYWORDS: [&str; 11] = [
    "as", "default", "else", "false", "import", "package", "not", "null", "some", "true", "with",
];
const LATER_KEYWORDS: [&str; 4] = ["contains", "every", "if", "in"];

pub(super) type Parsed<T> = Result<T, Fault>;

/// Reads one module.
pub(crate) fn parse(text: &str, version: RegoVersion) -> Result<Module, Fault> {
    Ok(read(text, version)?.module)
}

/// Reads one module and keeps what its tree does not say.
pub(crate) fn read(text: &str, version: RegoVersion) -> Result<Reading, Fault> {
    if text.len() > 8 << 20 {
        return Err(Fault::new(
            FaultKind::Limit,
            Place { line: 1, column: 1 },
            "the module is larger than 8 MiB",
        ));
    }
    let tokens = Lexer::new(text).tokens()?;
    let mut parser = Parser {
        tokens,
        at: 0,
        v1: false,
        later: BTreeSet::new(),
        depth: 0,
        second_thoughts: 0,
        spans: BTreeMap::new(),
        imports: Vec::new(),
    };
    if version == RegoVersion::V1 {
        parser.turn_on_v1();
    }
    let module = parser.module()?;
    Ok(Reading {
        module,
        imports: parser.imports,
        tokens: parser.tokens,
    })
}

pub(super) struct Parser {
    tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) v1: bool,
    later: BTreeSet<&'static str>,
    depth: u32,
    second_thoughts: u32,
    spans: BTreeMap<Place, Place>,
    /// Where the paths of all imports begin.
    imports: Vec<Place>,
}

const END: Token = Token {
    kind: TokenKind::End,
    place: Place { line: 0, column: 0 },
    end: Place { line: 0, column: 0 },
    bytes: 0..0,
    joined: false,
    first: false,
};

impl Parser {
    fn turn_on_v1(&mut self) {
        self.v1 = true;
        self.later.extend(LATER_KEYWORDS);
    }

    pub(super) fn token(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&END)
    }

    pub(super) fn place(&self) -> Place {
        self.token().place
    }

    /// Notes that what begins at `start` ends before this token.
    pub(super) fn ends(&mut self, start: Place) {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if let Some(before) = before {
            self.spans.insert(start, before.end);
        }
    }

    pub(super) fn advance(&mut self) {
        if self.token().kind != TokenKind::End {
            self.at += 1;
        }
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(&self.token().kind, TokenKind::Symbol(found) if *found == symbol)
    }

    /// Whether the token after this one is `symbol`, with nothing between.
    pub(super) fn next_is_joined(&self, symbol: &str) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|next| {
            next.joined && matches!(&next.kind, TokenKind::Symbol(found) if *found == symbol)
        })
    }

    pub(super) fn accept(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.accept(symbol) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{symbol}`")))
        }
    }

    /// Whether the token is the keyword `word`; those of Rego's later years only where they are in force.
    pub(super) fn is_keyword(&self, word: &str) -> bool {
        matches!(&self.token().kind, TokenKind::Name(name) if name == word) && self.in_force(word)
    }

    pub(super) fn in_force(&self, word: &str) -> bool {
        KEYWORDS.contains(&word) || self.later.contains(word)
    }

    pub(super) fn accept_keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(word);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn unexpected(&self, expected: &str) -> Fault {
        let mut message = format!("expected {expected}, found {}", self.token().describe());
        if let TokenKind::Name(name) = &self.token().kind
            && LATER_KEYWORDS.contains(&name.as_str())
            && !self.later.contains(name.as_str())
        {
            message.push_str(&format!(
                " (a keyword only after `import future.keywords.{name}` or `import rego.v1`)"
            ));
        }
        self.fault(message)
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(FaultKind::Parse, self.place(), message)
    }

    /// Runs `read` one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Parser) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= NESTING {
            let message = format!("terms and bodies stand more than {NESTING} deep in each other");
            return Err(Fault::new(FaultKind::Limit, self.place(), message));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Goes back to `at` to read what stands there in another way, unless `fault` is final.
    pub(super) fn think_again(&mut self, at: usize, fault: Fault) -> Parsed<()> {
        self.second_thoughts += 1;
        if fault.kind == FaultKind::Limit {
            return Err(fault);
        }
        if self.second_thoughts > SECOND_THOUGHTS {
            let message = "the module is too tangled to be read";
            return Err(Fault::new(FaultKind::Limit, self.place(), message));
        }
        self.at = at;
        Ok(())
    }

    pub(super) fn name(&mut self, expected: &str) -> Parsed<Name> {
        match &self.token().kind {
            TokenKind::Name(name) if !self.in_force(name) => {
                let name = Name {
                    place: self.place(),
                    text: name.clone(),
                };
                self.advance();
                Ok(name)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// `a.b["c"]`, as package and import have it.
    fn path(&mut self, expected: &str) -> Parsed<Vec<String>> {
        let mut path = vec![match &self.token().kind {
            TokenKind::Name(name) => name.clone(),
            _ => return Err(self.unexpected(expected)),
        }];
        self.advance();
        loop {
            if self.token().joined && self.is(".") {
                self.advance();
                match &self.token().kind {
                    TokenKind::Name(name) if self.token().joined => path.push(name.clone()),
                    _ => return Err(self.unexpected("a name")),
                }
                self.advance();
            } else if self.token().joined && self.is("[") {
                self.advance();
                match &self.token().kind {
                    TokenKind::String(text) => path.push(text.clone()),
                    _ => return Err(self.unexpected("a string")),
                }
                self.advance();
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }

    fn module(&mut self) -> Parsed<Module> {
        if !self.accept_keyword("package") {
            return Err(self.unexpected("`package`"));
        }
        let place = self.place();
        let package = self.path("the package's name")?;
        let mut imports = Vec::new();
        let mut rules = Vec::new();
        while self.token().kind != TokenKind::End {
            self.accept(";");
            if self.token().kind == TokenKind::End {
                break;
            }
            if self.is_keyword("import") {
                imports.extend(self.import()?);
            } else {
                self.rule(&mut rules)?;
            }
        }
        Ok(Module {
            package,
            place,
            imports,
            rules,
            spans: std::mem::take(&mut self.spans),
        })
    }

    fn import(&mut self) -> Parsed<Option<Import>> {
        let place = self.place();
        self.advance();
        let start = self.place();
        self.imports.push(start);
        let path = self.path("what to import")?;
        let alias = if self.accept_keyword("as") {
            Some(self.name("the import's name")?)
        } else {
            None
        };
        let fault = |message: String| Err(Fault::new(FaultKind::Parse, start, message));
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["data" | "input", ..] => Ok(Some(Import { place, path, alias })),
            ["rego", "v1"] | ["future", "keywords", ..] if alias.is_some() => {
                fault(format!("`{}` cannot be given another name", path.join(".")))
            }
            ["rego", "v1"] => {
                self.turn_on_v1();
                Ok(None)
            }
            ["future", "keywords"] => {
                self.later.extend(LATER_KEYWORDS);
                Ok(None)
            }
            ["future", "keywords", word] => {
                match LATER_KEYWORDS.iter().find(|keyword| *keyword == word) {
                    Some(keyword) => {
                        self.later.insert(keyword);
                        if *keyword == "every" {
                            self.later.insert("in");
                        }
                        Ok(None)
                    }
                    None => fault(format!(
                        "`{word}` is no keyword: expected one of contains, every, if, in, not"
                    )),
                }
            }
            _ => fault(format!(
                "`{}` cannot be imported: expected a path in `data` or `input`",
                path.join(".")
            )),
        }
    }
}
