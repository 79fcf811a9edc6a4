//! What a module says of itself before it is compiled: its package, imports, rules, and where it
//! reaches into `data`.

use std::ops::Range;

use super::syntax::tree::{Head, Kind, Place, Rule, Statement, Term};
use super::syntax::visit::{Part, parts, statement_parts};
use super::syntax::{self, Reading};
use super::{Fault, Module};

/// The table of contents of a [`Module`].
#[derive(Clone, Debug)]
pub struct Outline {
    /// The package, `data` left out: `["lib", "images"]`.
    pub package: Reference,
    /// Every import, first word included: `["data", "lib", "images"]`, `["future", "keywords"]`.
    pub imports: Vec<Reference>,
    /// The first word of each rule's head, in the order of the text; a rule in several parts is
    /// there several times.
    pub rules: Vec<String>,
    /// Every reference to `data`, wherever it stands: bodies, heads, `with`, other references.
    pub data: Vec<Reference>,
}

/// A reference as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its leading parts that are known before evaluation: `data.inventory[x].y` has
    /// `["data", "inventory"]`.
    pub path: Vec<String>,
    /// Its text.
    pub text: String,
    /// Line in the module's text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Where it stands in the module's text, in bytes.
    pub bytes: Range<usize>,
}

/// Reads the outline of `module`; a [`Fault`] where it does not parse.
pub fn outline(module: &Module) -> Result<Outline, Fault> {
    let reading =
        syntax::read(&module.text, module.version).map_err(|fault| fault.within(&module.name))?;
    let mut places = Vec::new();
    let mut rules: Vec<(Place, &str)> = Vec::new();
    for rule in &reading.module.rules {
        in_rule(rule, &mut places);
        rules.push((rule.name.place, &rule.name.text));
    }
    // The bodies of a chain share their head.
    places.sort();
    places.dedup();
    rules.sort();
    rules.dedup();
    let reference = |place: &Place| reference(&module.text, &reading, *place);
    Ok(Outline {
        package: reference(&reading.module.place),
        imports: reading.imports.iter().map(reference).collect(),
        rules: rules.iter().map(|(_, name)| (*name).to_owned()).collect(),
        data: places.iter().map(reference).collect(),
    })
}

fn reference(text: &str, reading: &Reading, place: Place) -> Reference {
    let (path, bytes) = reading.reference(place);
    Reference {
        path,
        text: text.get(bytes.clone()).unwrap_or_default().to_owned(),
        line: place.line,
        column: place.column,
        bytes,
    }
}

/// The places where `data` is written.
fn in_rule(rule: &Rule, found: &mut Vec<Place>) {
    in_terms(&rule.path, found);
    match &rule.head {
        Head::Value { args, value } => {
            in_terms(args.iter().flatten().chain(value), found);
        }
        Head::Set { key } => in_term(key, found),
    }
    in_body(rule.body.iter().flatten(), found);
    for other in &rule.otherwise {
        in_terms(&other.value, found);
        in_body(other.body.iter().flatten(), found);
    }
}

fn in_terms<'a>(terms: impl IntoIterator<Item = &'a Term>, found: &mut Vec<Place>) {
    terms.into_iter().for_each(|term| in_term(term, found));
}

fn in_term(term: &Term, found: &mut Vec<Place>) {
    match &term.kind {
        Kind::Var(name) if name == "data" => found.push(term.place),
        Kind::Call(function, _) => in_term(function, found),
        _ => {}
    }
    parts(term, &mut |part| in_part(part, found));
}

fn in_part(part: Part<'_>, found: &mut Vec<Place>) {
    match part {
        Part::Term(term) => in_term(term, found),
        Part::Body(body) => in_body(body, found),
    }
}

fn in_body<'a>(body: impl IntoIterator<Item = &'a Statement>, found: &mut Vec<Place>) {
    for statement in body {
        in_terms(statement.with.iter().map(|with| &with.target), found);
        statement_parts(statement, &mut |part| in_part(part, found));
    }
}
