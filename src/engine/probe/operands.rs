//! What a statement looks at: the references and variables in it, as terms that cannot fail.

use crate::engine::check::names::{OWN, author};
use crate::engine::check::safety::Vars;
use crate::engine::syntax::tree::{Kind, Statement, StatementKind, Term};
use crate::engine::syntax::visit::{Part, parts, statement_parts};

/// So many of one statement are shown.
const OPERANDS: usize = 8;

/// Something to show: a list of the values that the term has; none where it is undefined.
pub(super) struct Shown {
    /// As its author wrote it.
    pub(super) label: String,
    pub(super) term: Term,
}

/// What `statement` looks at, given the variables that have values.
pub(super) fn operands(
    statement: &Statement,
    bound: &Vars,
    package: &[String],
    made: &mut u32,
) -> Vec<Shown> {
    let mut finder = Finder {
        bound,
        package,
        // With something in another's place a reference has another value.
        references: statement.with.is_empty(),
        made,
        found: Vec::new(),
    };
    let mut first = true;
    statement_parts(statement, &mut |part| {
        let is_left = std::mem::take(&mut first);
        let given = is_left && matches!(statement.kind, StatementKind::Assign(..));
        if let Part::Term(term) = part
            && !given
        {
            finder.term(term);
        }
    });
    finder.found
}

/// The variables in heads.
pub(super) fn head_vars(heads: &[Term], bound: &Vars) -> Vec<Shown> {
    let mut finder = Finder {
        bound,
        package: &[],
        references: false,
        made: &mut 0,
        found: Vec::new(),
    };
    heads.iter().for_each(|head| finder.term(head));
    finder.found
}

struct Finder<'a> {
    bound: &'a Vars,
    package: &'a [String],
    references: bool,
    made: &'a mut u32,
    found: Vec<Shown>,
}

impl Finder<'_> {
    fn term(&mut self, term: &Term) {
        match &term.kind {
            Kind::Var(name) if self.bound.contains(name) && !name.starts_with(OWN) => {
                let list = Kind::Array(vec![term.clone()]);
                self.show(author(name).to_owned(), Term::new(term.place, list));
            }
            Kind::Ref(head, path) => {
                let Kind::Var(root) = &head.kind else {
                    self.term(head);
                    return path.iter().for_each(|part| self.term(part));
                };
                let known = root == "input" || root == "data" || self.bound.contains(root);
                // A walk over all that a cluster holds would cost more than it says.
                let wide = root == "data"
                    && path.first().is_some_and(|part| is_text(part, "inventory"))
                    && path.iter().any(|part| self.is_open(part));
                if self.references && known && !wide && !root.starts_with(OWN) {
                    self.reference(term, path);
                } else if self.bound.contains(root) {
                    self.term(head);
                }
                path.iter()
                    .filter(|part| matches!(part.kind, Kind::Var(_)))
                    .for_each(|part| self.term(part));
            }
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => {}
            _ => parts(term, &mut |part| {
                if let Part::Term(inner) = part {
                    self.term(inner);
                }
            }),
        }
    }

    /// `[x | x := reference]`
    fn reference(&mut self, term: &Term, path: &[Term]) {
        let place = term.place;
        let Kind::Ref(head, _) = &term.kind else {
            return;
        };
        let path = path.iter().map(|part| match &part.kind {
            _ if self.is_open(part) => Term::var(part.place, "_"),
            _ => part.clone(),
        });
        let opened = Term::new(place, Kind::Ref(head.clone(), path.collect()));
        *self.made += 1;
        let var = Term::var(place, format!("{OWN}t{}", self.made));
        let statement = Statement {
            place,
            negated: false,
            kind: StatementKind::Assign(var.clone(), opened),
            with: Vec::new(),
        };
        let list = Kind::ArrayOf(Box::new(var), vec![statement]);
        self.show(self.written(term), Term::new(place, list));
    }

    /// A variable that has no value yet, or a term with one.
    fn is_open(&self, part: &Term) -> bool {
        match &part.kind {
            Kind::Var(name) => !self.bound.contains(name) && name != "input" && name != "data",
            Kind::String(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null => false,
            _ => {
                let mut open = false;
                parts(part, &mut |inner| match inner {
                    Part::Term(inner) => open |= self.is_open(inner),
                    Part::Body(_) => open = true,
                });
                open
            }
        }
    }

    fn show(&mut self, label: String, term: Term) {
        if self.found.len() < OPERANDS && self.found.iter().all(|known| known.label != label) {
            self.found.push(Shown { label, term });
        }
    }

    /// A reference as its author wrote it, or nearly.
    fn written(&self, term: &Term) -> String {
        let Kind::Ref(head, path) = &term.kind else {
            return String::new();
        };
        let Kind::Var(root) = &head.kind else {
            return String::new();
        };
        let own = self.package.get(1..).unwrap_or_default();
        let is_own = root == "data"
            && path.len() > own.len()
            && own.iter().zip(path).all(|(name, part)| is_text(part, name));
        let (mut text, path) = if is_own {
            (String::new(), path.get(own.len()..).unwrap_or_default())
        } else {
            (author(root).to_owned(), path.as_slice())
        };
        for part in path {
            match &part.kind {
                Kind::String(name) if is_word(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                Kind::String(name) => {
                    text.push_str(&format!("[{}]", serde_json::Value::from(name.as_str())));
                }
                Kind::Number(number) => text.push_str(&format!("[{number}]")),
                Kind::Var(name) if !name.starts_with(OWN) => {
                    text.push_str(&format!("[{}]", author(name)));
                }
                Kind::Ref(..) => text.push_str(&format!("[{}]", self.written(part))),
                _ => text.push_str("[…]"),
            }
        }
        text
    }
}

fn is_text(term: &Term, text: &str) -> bool {
    matches!(&term.kind, Kind::String(found) if found == text)
}

fn is_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
