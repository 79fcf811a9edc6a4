//! Equations between literals and patterns, taken apart.
//!
//! - `[a, b] = [c, d]` becomes `a = c` and `b = d`: regorus does not order what is on both sides.
//! - A pattern in a pattern gets a variable of its own, and every pattern a check of what it is
//!   matched with: for regorus `{"a": x}` also matches an object with more keys, and the compiled
//!   form takes an object of two fields for `[_, _]`.
//! - Arrays of unlike length are compared, which gives no variable a value: to regorus their equation
//!   is an error, not false.

use std::collections::BTreeSet;

use super::names::OWN;
use crate::engine::syntax::tree::{
    Body, Head, Kind, Module, Op, Place, Rule, Statement, StatementKind, Term,
};
use crate::engine::syntax::visit::{PartMut, every_term, parts_mut, statement_parts_mut};

/// The built-in that checks a shape: value, `"array"` or `"object"`, number of items.
pub(crate) const SHAPE: [&str; 2] = ["sekisho", "shape"];

/// Takes apart the equations of a module.
pub(super) fn open(module: &mut Module) {
    for rule in &mut module.rules {
        if !rule.is_default {
            Opener { made: 0 }.rule(rule);
        }
    }
}

struct Opener {
    made: u32,
}

impl Opener {
    fn rule(&mut self, rule: &mut Rule) {
        let mut before = Body::new();
        if let Head::Value {
            args: Some(args), ..
        } = &mut rule.head
        {
            for arg in args {
                if is_pattern(arg) {
                    let (place, var) = (arg.place, self.fresh(arg.place));
                    let pattern = std::mem::replace(arg, var.clone());
                    self.equation(place, pattern, var, &mut before);
                }
            }
        }
        self.body(&mut rule.body, &before);
        for other in &mut rule.otherwise {
            self.body(&mut other.body, &before);
            other
                .value
                .iter_mut()
                .for_each(|value| self.closures(value));
        }
        rule.path.iter_mut().for_each(|part| self.closures(part));
        match &mut rule.head {
            Head::Value { value, .. } => value.iter_mut().for_each(|value| self.closures(value)),
            Head::Set { key } => self.closures(key),
        }
    }

    fn body(&mut self, body: &mut Option<Body>, before: &Body) {
        let mut statements = before.clone();
        statements.extend(self.statements(body.take().unwrap_or_default()));
        *body = (!statements.is_empty()).then_some(statements);
    }

    fn fresh(&mut self, place: Place) -> Term {
        self.made += 1;
        Term::var(place, format!("{OWN}p{}", self.made))
    }

    fn statements(&mut self, body: Body) -> Body {
        let mut result = Body::new();
        for mut statement in body {
            statement_parts_mut(&mut statement, &mut |part| match part {
                PartMut::Term(term) => self.closures(term),
                PartMut::Body(body) => *body = self.statements(std::mem::take(body)),
            });
            self.statement(statement, &mut result);
        }
        result
    }

    fn closures(&mut self, term: &mut Term) {
        parts_mut(term, &mut |part| match part {
            PartMut::Term(inner) => self.closures(inner),
            PartMut::Body(body) => *body = self.statements(std::mem::take(body)),
        });
    }

    fn statement(&mut self, mut statement: Statement, result: &mut Body) {
        let place = statement.place;
        if let StatementKind::SomeIn(_, value, _) = &mut statement.kind
            && is_pattern(value)
        {
            let var = self.fresh(value.place);
            let pattern = std::mem::replace(value, var.clone());
            result.push(statement);
            self.equation(place, pattern, var, result);
            return;
        }
        let (StatementKind::Assign(left, right) | StatementKind::Unify(left, right)) =
            &statement.kind
        else {
            return result.push(statement);
        };
        let mut pairs = Vec::new();
        split(left, right, &mut pairs);
        if pairs.iter().any(of_unlike_length) {
            let sides = (Box::new(left.clone()), Box::new(right.clone()));
            let equal = Kind::Binary(Op::Equal, sides.0, sides.1);
            statement.kind = StatementKind::Term(Term::new(place, equal));
            return result.push(statement);
        }
        if statement.negated || !(is_pattern(left) || is_pattern(right)) {
            return result.push(statement);
        }
        let assigns = matches!(statement.kind, StatementKind::Assign(..));
        let mut made = Body::new();
        for (left, right) in pairs {
            // A literal on the right of `:=`, or across from a variable, may be what gives the
            // variable its value.
            let opens_left = is_pattern(left) && (assigns || !is_name(right));
            let opens_right = is_pattern(right) && !assigns && !is_name(left);
            match (opens_left, opens_right) {
                (true, false) => self.matched(place, left.clone(), right.clone(), &mut made),
                (false, true) => self.matched(place, right.clone(), left.clone(), &mut made),
                _ if assigns && !is_scalar(left) => made.push(self::statement(
                    place,
                    StatementKind::Assign(left.clone(), right.clone()),
                )),
                _ => made.push(equal(place, left.clone(), right.clone())),
            }
        }
        for mut part in made {
            part.with.clone_from(&statement.with);
            result.push(part);
        }
    }

    /// `pattern = value`, the value given to a variable first.
    fn matched(&mut self, place: Place, pattern: Term, value: Term, result: &mut Body) {
        if let Kind::Var(name) = &value.kind
            && name != "_"
        {
            return self.equation(place, pattern, value, result);
        }
        let var = self.fresh(place);
        result.push(equal(place, var.clone(), value));
        self.equation(place, pattern, var, result);
    }

    /// `pattern = var`, with what stands in the pattern taken apart.
    fn equation(&mut self, place: Place, mut pattern: Term, var: Term, result: &mut Body) {
        let (shape, length) = match &pattern.kind {
            Kind::Array(items) => ("array", items.len()),
            Kind::Object(fields) => ("object", fields.len()),
            _ => return result.push(equal(place, pattern, var)),
        };
        let names = SHAPE.map(str::to_owned);
        let arguments = vec![
            var.clone(),
            Term::string(place, shape),
            Term::new(place, Kind::Number(length.to_string())),
        ];
        let check = Kind::Call(Box::new(Term::path(place, &names)), arguments);
        result.push(statement(
            place,
            StatementKind::Term(Term::new(place, check)),
        ));
        let mut inner = Vec::new();
        let mut take = |item: &mut Term| {
            if is_pattern(item) {
                let var = self.fresh(item.place);
                inner.push((std::mem::replace(item, var.clone()), var));
            }
        };
        match &mut pattern.kind {
            Kind::Array(items) => items.iter_mut().for_each(&mut take),
            Kind::Object(fields) => fields.iter_mut().for_each(|(_, value)| take(value)),
            _ => {}
        }
        result.push(equal(place, pattern, var));
        for (pattern, var) in inner {
            self.equation(place, pattern, var, result);
        }
    }
}

fn statement(place: Place, kind: StatementKind) -> Statement {
    Statement {
        place,
        negated: false,
        kind,
        with: Vec::new(),
    }
}

fn equal(place: Place, left: Term, right: Term) -> Statement {
    statement(place, StatementKind::Unify(left, right))
}

fn of_unlike_length((left, right): &(&Term, &Term)) -> bool {
    match (&left.kind, &right.kind) {
        (Kind::Array(one), Kind::Array(other)) => one.len() != other.len(),
        _ => false,
    }
}

fn is_name(term: &Term) -> bool {
    matches!(&term.kind, Kind::Var(name) if name != "_")
}

fn is_scalar(term: &Term) -> bool {
    matches!(
        term.kind,
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_)
    )
}

/// Whether a term is an array or object with variables in it.
fn is_pattern(term: &Term) -> bool {
    if !matches!(term.kind, Kind::Array(_) | Kind::Object(_)) {
        return false;
    }
    let mut variable = false;
    every_term(term, &mut |inner| {
        variable |= matches!(inner.kind, Kind::Var(_));
    });
    variable
}

/// `[a, b] = [c, d]` is two equations.
pub(super) fn split<'a>(left: &'a Term, right: &'a Term, pairs: &mut Vec<(&'a Term, &'a Term)>) {
    match (&left.kind, &right.kind) {
        (Kind::Array(a), Kind::Array(b)) if a.len() == b.len() => {
            a.iter()
                .zip(b)
                .for_each(|(left, right)| split(left, right, pairs));
        }
        (Kind::Object(a), Kind::Object(b)) if matching(a, b) => {
            for (key, left) in a {
                let same = b.iter().find(|(other, _)| match (&key.kind, &other.kind) {
                    (Kind::String(a), Kind::String(b)) | (Kind::Number(a), Kind::Number(b)) => {
                        a == b
                    }
                    _ => false,
                });
                if let Some((_, right)) = same {
                    split(left, right, pairs);
                }
            }
        }
        _ => pairs.push((left, right)),
    }
}

/// Whether two objects have the same keys, all of them written out.
fn matching(a: &[(Term, Term)], b: &[(Term, Term)]) -> bool {
    let keys = |fields: &[(Term, Term)]| -> Option<BTreeSet<(bool, String)>> {
        let key = |(key, _): &(Term, Term)| match &key.kind {
            Kind::String(text) => Some((true, text.clone())),
            Kind::Number(text) => Some((false, text.clone())),
            _ => None,
        };
        fields.iter().map(key).collect()
    };
    match (keys(a), keys(b)) {
        (Some(one), Some(other)) => one == other && one.len() == a.len() && other.len() == b.len(),
        _ => false,
    }
}
