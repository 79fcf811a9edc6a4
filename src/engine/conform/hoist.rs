//! Operands that OPA evaluates before the expression in which they stand.
//!
//! These rewritings are done here, all on a body that is already in order:
//! - *negation*: OPA takes calls, references in calls and references in literals out of a `not`, so
//!   that `not startswith(input.x, "a")` is undefined where there is no `x`. regorus evaluates them
//!   inside and answers true.
//! - *keys*: what the key or value of a set or an object looks up is matched in the body: to the
//!   interpreter one key without a value is the end of the whole rule. Likewise the values of a rule with
//!   `else`: where one is undefined the next part counts.
//! - *replacements*: what `with` puts in a place is evaluated before: regorus forgets rules that are
//!   evaluated in between.
//! - *operands* (compiled form only): compiled code calls a function although an argument is undefined, so
//!   arguments become variables that are matched before.
//! - *defined* (compiled form only): in compiled code `x := input.missing` succeeds, so `x == x`, which fails for
//!   what is undefined, follows.
//! - *roots* (compiled form only): the compiler loads `input` and `data` where a rule first writes them,
//!   be that where the evaluation never comes by, so both are read where the body begins.
//! - *iteration* (interpreter only): `some x in xs` is an error where `xs` is no collection, so it
//!   becomes `x = xs[_]`, which has no answer then.
//! - *depth*: regorus' parser reads the first item of a literal twice, each level of it twice as
//!   often; a literal that would be too dear becomes a variable.
//!
//! `print` is dropped where nobody listens, as OPA does, and `some x`, which has done its work.

mod operands;

use std::collections::BTreeSet;

use crate::engine::check::names::OWN;
use crate::engine::check::patterns::SHAPE;
use crate::engine::conform::Style;
use crate::engine::conform::terms::{is_var, load, may_be_undefined, pattern_vars};
use crate::engine::probe::HELD;
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Op, Place, Statement, StatementKind, Term, With,
};
use crate::engine::syntax::visit::{PartMut, parts_mut, statement_parts_mut};

pub(super) fn hoist(
    module: &mut Module,
    functions: &BTreeSet<Vec<String>>,
    style: Style,
    prints: bool,
) {
    for rule in &mut module.rules {
        if rule.is_default {
            continue;
        }
        let mut hoister = Hoister {
            style,
            prints,
            functions,
            made: 0,
        };
        let mut body = hoister.body(rule.body.take().unwrap_or_default());
        let held = take_held(&mut body);
        let is_partial = matches!(rule.head, Head::Set { .. }) || !rule.path.is_empty();
        let is_chain = !rule.otherwise.is_empty();
        let all = style == Style::Compiled || is_partial || is_chain || held.is_some();
        match &mut rule.head {
            Head::Value { value, .. } => value
                .iter_mut()
                .for_each(|value| hoister.head(value, all, &mut body)),
            Head::Set { key } => hoister.head(key, all, &mut body),
        }
        rule.path
            .iter_mut()
            .for_each(|part| hoister.head(part, all, &mut body));
        body.extend(held);
        if style == Style::Compiled {
            load(rule.place, &mut body);
        }
        rule.body = (!body.is_empty()).then_some(body);
        for other in &mut rule.otherwise {
            let mut body = hoister.body(other.body.take().unwrap_or_default());
            let held = take_held(&mut body);
            other
                .value
                .iter_mut()
                .for_each(|value| hoister.head(value, all, &mut body));
            body.extend(held);
            other.body = (!body.is_empty()).then_some(body);
        }
    }
}

/// The call that records that a body held: what the head looks up comes before it.
fn take_held(body: &mut Body) -> Option<Statement> {
    let is_held = |statement: &mut Statement| match &statement.kind {
        StatementKind::Term(Term {
            kind: Kind::Call(function, _),
            ..
        }) => function.names().is_some_and(|name| name == HELD),
        _ => false,
    };
    body.pop_if(is_held)
}

struct Hoister<'a> {
    style: Style,
    prints: bool,
    functions: &'a BTreeSet<Vec<String>>,
    made: u32,
}

/// Statements that come before the one that is looked at.
struct Before<'a> {
    statements: Body,
    with: &'a [With],
    place: Place,
}

impl Hoister<'_> {
    /// A statement that gives `term` to a new variable.
    fn take(&mut self, term: &mut Term, before: &mut Before<'_>) {
        self.made += 1;
        let name = format!("{OWN}{}", self.made);
        let place = if term.place.line > 0 {
            term.place
        } else {
            before.place
        };
        let value = std::mem::replace(term, Term::var(place, name.as_str()));
        before.statements.push(Statement {
            place,
            negated: false,
            kind: StatementKind::Assign(Term::var(place, name), value),
            with: before.with.to_vec(),
        });
    }

    fn body(&mut self, body: Body) -> Body {
        let had_statements = !body.is_empty();
        let place = body.first().map(|first| first.place).unwrap_or_default();
        let mut result = Vec::with_capacity(body.len());
        for statement in body {
            let silent = match &statement.kind {
                StatementKind::Some(_) => true,
                // The interpreter looks at the shape of arrays itself.
                StatementKind::Term(Term {
                    kind: Kind::Call(function, arguments),
                    ..
                }) if self.style == Style::Interpreter
                    && function.names().is_some_and(|name| name == SHAPE) =>
                {
                    matches!(arguments.get(1).map(|shape| &shape.kind), Some(Kind::String(text)) if text == "array")
                }
                StatementKind::Term(Term {
                    kind: Kind::Call(function, _),
                    ..
                }) => !self.prints && matches!(&function.kind, Kind::Var(name) if name == "print"),
                _ => false,
            };
            if !silent {
                self.statement(statement, &mut result);
            }
        }
        if had_statements && result.is_empty() {
            let kind = StatementKind::Term(Term::new(place, Kind::Bool(true)));
            result.push(Statement {
                place,
                negated: false,
                kind,
                with: Vec::new(),
            });
        }
        result
    }

    fn statement(&mut self, mut statement: Statement, result: &mut Body) {
        if self.style == Style::Interpreter {
            self.iterate(&mut statement, result);
        }
        statement_parts_mut(&mut statement, &mut |part| match part {
            PartMut::Term(term) => self.closures(term),
            PartMut::Body(body) => *body = self.body(std::mem::take(body)),
        });
        let mut values = Before {
            statements: Vec::new(),
            with: &[],
            place: statement.place,
        };
        for with in &mut statement.with {
            let is_function = with
                .value
                .names()
                .is_some_and(|path| self.functions.contains(&path));
            if !is_function {
                self.operand(&mut with.value, &mut values);
            }
        }
        for statement in values.statements {
            self.flat(statement, result);
        }
        let with = statement.with.clone();
        let mut before = Before {
            statements: Vec::new(),
            with: &with,
            place: statement.place,
        };
        let is_print = matches!(&statement.kind, StatementKind::Term(Term { kind: Kind::Call(function, _), .. })
            if matches!(&function.kind, Kind::Var(name) if name == "print"));
        if !is_print && (statement.negated || self.style == Style::Compiled) {
            match &mut statement.kind {
                StatementKind::Term(term) => match &mut term.kind {
                    Kind::Binary(Op::Equal, left, right) => {
                        self.side(left, &mut before);
                        self.side(right, &mut before);
                    }
                    Kind::Ref(..) => self.side(term, &mut before),
                    _ => self.operands(term, &mut before),
                },
                StatementKind::Assign(left, right) | StatementKind::Unify(left, right) => {
                    self.equation(left, &mut before);
                    self.equation(right, &mut before);
                }
                StatementKind::SomeIn(_, _, collection) => self.operand(collection, &mut before),
                StatementKind::Every(_, _, domain, _) => self.operand(domain, &mut before),
                StatementKind::Some(_) => {}
            }
        }
        let statements = std::mem::take(&mut before.statements);
        for statement in statements.into_iter().chain([statement]) {
            self.flat(statement, result);
        }
    }

    /// `some key, value in collection` as `value = collection[key]`.
    fn iterate(&mut self, statement: &mut Statement, result: &mut Body) {
        let StatementKind::SomeIn(key, value, collection) = &mut statement.kind else {
            return;
        };
        let place = collection.place;
        if matches!(collection.kind, Kind::Binary(..) | Kind::Member(..)) {
            let with = statement.with.clone();
            let mut before = Before {
                statements: Vec::new(),
                with: &with,
                place,
            };
            self.take(collection, &mut before);
            for statement in before.statements {
                self.statement(statement, result);
            }
        }
        let key = key.clone().unwrap_or_else(|| Term::var(place, "_"));
        let step = match &collection.kind {
            Kind::Ref(head, path) => {
                let mut path = path.clone();
                path.push(key);
                Kind::Ref(head.clone(), path)
            }
            _ => Kind::Ref(Box::new(collection.clone()), vec![key]),
        };
        statement.kind = StatementKind::Unify(value.clone(), Term::new(place, step));
    }

    /// Adds a statement, and before it what is too dear in it.
    fn flat(&mut self, mut statement: Statement, result: &mut Body) {
        let with = statement.with.clone();
        let mut before = Before {
            statements: Vec::new(),
            with: &with,
            place: statement.place,
        };
        statement_parts_mut(&mut statement, &mut |part| {
            if let PartMut::Term(term) = part {
                self.flatten(term, &mut before);
            }
        });
        self.finish(before.statements, result);
        self.finish(vec![statement], result);
    }

    /// Adds statements; in the compiled form with the check that a variable got a value.
    fn finish(&self, statements: Body, result: &mut Body) {
        for statement in statements {
            let place = statement.place;
            let mut given = Vec::new();
            if let StatementKind::Assign(left, right) | StatementKind::Unify(left, right) =
                &statement.kind
                && self.style == Style::Compiled
                && !statement.negated
            {
                for (side, value) in [(left, right), (right, left)] {
                    if !is_var(side) || may_be_undefined(value) {
                        pattern_vars(side, &mut given);
                    }
                }
            }
            result.push(statement);
            for var in given {
                let same = Kind::Binary(Op::Equal, Box::new(var.clone()), Box::new(var));
                let kind = StatementKind::Term(Term::new(place, same));
                result.push(Statement {
                    place,
                    negated: false,
                    kind,
                    with: Vec::new(),
                });
            }
        }
    }

    /// The bodies of the comprehensions in a term.
    fn closures(&mut self, term: &mut Term) {
        match &mut term.kind {
            Kind::ArrayOf(head, body) | Kind::SetOf(head, body) => {
                *body = self.body(std::mem::take(body));
                self.head(head, self.style == Style::Compiled, body);
            }
            Kind::ObjectOf(key, value, body) => {
                *body = self.body(std::mem::take(body));
                self.head(key, self.style == Style::Compiled, body);
                self.head(value, self.style == Style::Compiled, body);
            }
            _ => parts_mut(term, &mut |part| {
                if let PartMut::Term(inner) = part {
                    self.closures(inner);
                }
            }),
        }
    }

    /// The head of a rule or a comprehension: it is evaluated after the body; `all`: what it looks up
    /// is taken out of it.
    fn head(&mut self, term: &mut Term, all: bool, body: &mut Body) {
        self.closures(term);
        let mut before = Before {
            statements: Vec::new(),
            with: &[],
            place: term.place,
        };
        if all {
            self.operand(term, &mut before);
        }
        for statement in std::mem::take(&mut before.statements) {
            self.flat(statement, body);
        }
        self.flatten(term, &mut before);
        self.finish(before.statements, body);
    }
}
