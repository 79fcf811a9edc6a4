//! What the heads of `violation` need, and whether the body makes sure that it is there.

use std::collections::BTreeSet;

use crate::engine::syntax::tree::{self, Body, Kind, Place, StatementKind, Term};
use crate::engine::syntax::visit::{Part, every_term, parts, statement_parts};

/// The head of one definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// Whether it says `msg`; `None` where its text does not tell.
    pub has_msg: Option<bool>,
    /// What it looks up, itself or in the statements that only prepare it, and that nothing in the
    /// body asks for.
    pub loose: Vec<Loose>,
}

/// Something that may have no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loose {
    /// As written.
    pub text: String,
    /// Its parts; variables are `None`.
    pub path: Vec<Option<String>>,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

pub(super) fn of(module: &tree::Module) -> Vec<Head> {
    let rules: BTreeSet<&str> = module
        .rules
        .iter()
        .map(|rule| rule.name.text.as_str())
        .collect();
    let imports: BTreeSet<&str> = module.imports.iter().map(|import| import.name()).collect();
    let outside = |name: &str| name == "data" || rules.contains(name) || imports.contains(name);
    let violations = module
        .rules
        .iter()
        .filter(|rule| rule.name.text == "violation" && !rule.is_default);
    violations
        .filter_map(|rule| {
            let tree::Head::Set { key } = &rule.head else {
                return None;
            };
            let none = Body::new();
            let body = rule.body.as_ref().unwrap_or(&none);
            Some(Head {
                line: rule.place.line,
                column: rule.place.column,
                has_msg: has_msg(key, body),
                loose: loose(key, body, &outside),
            })
        })
        .collect()
}

fn has_msg(key: &Term, body: &Body) -> Option<bool> {
    match &key.kind {
        Kind::Object(fields) => Some(fields.iter().any(|(name, _)| is_text(name, "msg"))),
        Kind::Var(name) => body.iter().find_map(|statement| match &statement.kind {
            StatementKind::Assign(left, right)
                if matches!(&left.kind, Kind::Var(given) if given == name) =>
            {
                match &right.kind {
                    Kind::Object(_) => has_msg(right, body),
                    Kind::String(_) => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }),
        Kind::String(_) | Kind::Array(_) => Some(false),
        _ => None,
    }
}

fn is_text(term: &Term, text: &str) -> bool {
    matches!(&term.kind, Kind::String(found) if found == text)
}

fn loose(key: &Term, body: &Body, outside: &dyn Fn(&str) -> bool) -> Vec<Loose> {
    // From the head back: a statement that only gives a value to a name that only the head and such
    // statements use prepares the head; all others are conditions.
    let mut preparing: BTreeSet<usize> = BTreeSet::new();
    loop {
        let before = preparing.len();
        for (at, statement) in body.iter().enumerate() {
            let StatementKind::Assign(left, _) = &statement.kind else {
                continue;
            };
            let Kind::Var(name) = &left.kind else {
                continue;
            };
            let elsewhere = body.iter().enumerate().any(|(other, statement)| {
                other != at && !preparing.contains(&other) && uses(statement, name)
            });
            let used = has_var(key, name)
                || preparing.iter().any(|other| {
                    body.get(*other)
                        .is_some_and(|statement| uses(statement, name))
                });
            if used && !elsewhere {
                preparing.insert(at);
            }
        }
        if preparing.len() == before {
            break;
        }
    }
    let mut sure: BTreeSet<String> = BTreeSet::new();
    for (at, statement) in body.iter().enumerate() {
        if !statement.negated && !preparing.contains(&at) {
            statement_parts(statement, &mut |part| {
                if let Part::Term(term) = part {
                    references(term, &mut |reference| {
                        sure.insert(written(reference));
                    });
                }
            });
        }
    }
    let parts_of_input = parts_of_input(body);
    let mut found: Vec<Loose> = Vec::new();
    let mut see = |term: &Term| {
        references(term, &mut |reference| {
            let text = written(reference);
            let is_sure = sure.iter().any(|known| {
                known == &text
                    || known
                        .strip_prefix(text.as_str())
                        .is_some_and(|rest| rest.starts_with(['.', '[']))
            });
            let path = path(reference);
            // What iterates is a condition.
            let iterates = path.iter().any(Option::is_none);
            let is_object =
                root(reference).is_some_and(|it| it == "input" || parts_of_input.contains(it));
            if is_sure
                || iterates
                || !is_object
                || root(reference).is_none_or(outside)
                || found.iter().any(|known| known.text == text)
            {
                return;
            }
            let Place { line, column } = reference.place;
            found.push(Loose {
                path,
                text,
                line,
                column,
            });
        });
    };
    for at in &preparing {
        if let Some(StatementKind::Assign(_, right)) = body.get(*at).map(|it| &it.kind) {
            // A name for something as it stands is not yet a message, but perhaps a condition.
            if !matches!(right.kind, Kind::Ref(..)) {
                see(right);
            }
        }
    }
    see(key);
    found.sort_by_key(|loose| (loose.line, loose.column));
    found
}

/// The names that stand for parts of `input` as they are: what a policy puts together itself is there.
fn parts_of_input(body: &Body) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = names.len();
        for statement in body.iter().filter(|statement| !statement.negated) {
            let (left, right) = match &statement.kind {
                StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
                    (left, right)
                }
                StatementKind::SomeIn(_, value, collection) => (value, collection),
                _ => continue,
            };
            let of_input = match &right.kind {
                Kind::Ref(..) => root(right).is_some_and(|it| it == "input" || names.contains(it)),
                Kind::Var(name) => names.contains(name),
                _ => false,
            };
            if let (true, Kind::Var(name)) = (of_input, &left.kind) {
                names.insert(name.clone());
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn uses(statement: &tree::Statement, name: &str) -> bool {
    let mut found = false;
    statement_parts(statement, &mut |part| match part {
        Part::Term(term) => found |= has_var(term, name),
        Part::Body(body) => found |= body.iter().any(|inner| uses(inner, name)),
    });
    // Where it is given its value does not count.
    match &statement.kind {
        StatementKind::Assign(left, right) if matches!(&left.kind, Kind::Var(given) if given == name) => {
            has_var(right, name)
        }
        _ => found,
    }
}

fn has_var(term: &Term, name: &str) -> bool {
    let mut found = false;
    every_term(term, &mut |term| {
        found |= matches!(&term.kind, Kind::Var(known) if known == name);
    });
    found
}

/// The references of strings, variables and numbers in a term; not those that may be missing without
/// harm: in comprehensions, and where `object.get` looks.
fn references(term: &Term, see: &mut dyn FnMut(&Term)) {
    match &term.kind {
        Kind::Ref(..) => see(term),
        Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => {}
        _ => parts(term, &mut |part| {
            if let Part::Term(inner) = part {
                references(inner, see);
            }
        }),
    }
}

fn root(reference: &Term) -> Option<&str> {
    match &reference.kind {
        Kind::Ref(head, _) => match &head.kind {
            Kind::Var(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn path(reference: &Term) -> Vec<Option<String>> {
    let Kind::Ref(_, steps) = &reference.kind else {
        return Vec::new();
    };
    let root = root(reference).map(str::to_owned);
    let steps = steps.iter().map(|step| match &step.kind {
        Kind::String(text) => Some(text.clone()),
        _ => None,
    });
    std::iter::once(root).chain(steps).collect()
}

fn written(reference: &Term) -> String {
    let Kind::Ref(_, steps) = &reference.kind else {
        return String::new();
    };
    let mut text = root(reference).unwrap_or("…").to_owned();
    for step in steps {
        match &step.kind {
            Kind::String(name)
                if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                    && !name.is_empty() =>
            {
                text.push('.');
                text.push_str(name);
            }
            Kind::String(name) => {
                text.push_str(&format!("[{}]", serde_json::Value::from(name.as_str())));
            }
            Kind::Number(number) => text.push_str(&format!("[{number}]")),
            Kind::Var(name) => text.push_str(&format!("[{name}]")),
            _ => text.push_str("[…]"),
        }
    }
    text
}
