//! Small questions about terms, for [`hoist`](super::hoist).

use crate::engine::syntax::tree::{Body, Kind, Op, Place, Statement, StatementKind, Term};
use crate::engine::syntax::visit::{Part, every_term_in, parts};

/// Reads `input` and `data` where the body begins, if it uses them at all.
pub(super) fn load(place: Place, body: &mut Body) {
    let (mut input, mut data) = (false, false);
    for statement in body.iter() {
        every_term_in(statement, &mut |term| match &term.kind {
            Kind::Var(name) if name == "input" => input = true,
            Kind::Var(name) if name == "data" => data = true,
            _ => {}
        });
    }
    let mut add = |negated, kind| {
        let kind = StatementKind::Term(Term::new(place, kind));
        body.insert(
            0,
            Statement {
                place,
                negated,
                kind,
                with: Vec::new(),
            },
        );
    };
    if input {
        let input = || Box::new(Term::var(place, "input"));
        add(false, Kind::Binary(Op::Equal, input(), input()));
    }
    if data {
        let path = ["sekisho", "absent"]
            .map(|name| Term::string(place, name))
            .to_vec();
        add(true, Kind::Ref(Box::new(Term::var(place, "data")), path));
    }
}

/// The variables that a term gives values to when it is matched.
pub(super) fn pattern_vars(term: &Term, vars: &mut Vec<Term>) {
    match &term.kind {
        Kind::Var(_) if is_var(term) => vars.push(term.clone()),
        Kind::Array(items) => items.iter().for_each(|item| pattern_vars(item, vars)),
        Kind::Object(fields) => fields
            .iter()
            .for_each(|(_, value)| pattern_vars(value, vars)),
        _ => {}
    }
}

pub(super) fn is_var(term: &Term) -> bool {
    matches!(&term.kind, Kind::Var(name) if !["_", "input", "data"].contains(&name.as_str()))
}

/// Whether a term whose operands have values may have none.
pub(super) fn may_be_undefined(term: &Term) -> bool {
    match &term.kind {
        Kind::Ref(..) | Kind::Call(..) => true,
        Kind::Binary(op, ..) => {
            matches!(
                op,
                Op::Add
                    | Op::Subtract
                    | Op::Multiply
                    | Op::Divide
                    | Op::Remainder
                    | Op::And
                    | Op::Or
            )
        }
        _ => false,
    }
}

/// What regorus' parser reads for a term whose parts cost `costs`.
pub(super) fn total(costs: &[u64], doubled: bool, object: bool) -> u64 {
    let mut sum = 2;
    for (at, cost) in costs.iter().enumerate() {
        let twice = doubled && (at == 0 || (object && at == 1));
        sum += if twice { cost.saturating_mul(2) } else { *cost };
    }
    sum
}

/// What regorus' parser reads for a term.
pub(super) fn readings(term: &Term) -> u64 {
    let mut costs = Vec::new();
    parts(term, &mut |part| {
        if let Part::Term(inner) = part {
            costs.push(readings(inner));
        }
    });
    let doubled = matches!(term.kind, Kind::Array(_) | Kind::Set(_) | Kind::Object(_));
    total(&costs, doubled, matches!(term.kind, Kind::Object(_)))
}
