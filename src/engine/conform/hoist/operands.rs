//! Which parts of a term become variables.

use super::{Before, Hoister};
use crate::engine::conform::terms::{readings, total};
use crate::engine::syntax::tree::{Kind, Term};
use crate::engine::syntax::visit::{PartMut, parts_mut};

/// What a term may cost regorus' parser: it reads this many tokens.
const READINGS: u64 = 2_000;

impl Hoister<'_> {
    /// A side of `=` or `:=`: a call may stay where it is, its operands may not.
    pub(super) fn equation(&mut self, term: &mut Term, before: &mut Before<'_>) {
        match term.kind {
            Kind::Call(..) | Kind::Binary(..) | Kind::Member(..) => self.operands(term, before),
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => {}
            _ => self.side(term, before),
        }
    }

    /// A side of an equation inside of a `not`: a reference may stay where it is.
    pub(super) fn side(&mut self, term: &mut Term, before: &mut Before<'_>) {
        match &mut term.kind {
            Kind::Ref(head, path) => {
                if !matches!(head.kind, Kind::Var(_)) {
                    self.operand(head, before);
                }
                path.iter_mut().for_each(|part| self.operand(part, before));
            }
            _ => self.operand(term, before),
        }
    }

    pub(super) fn operands(&mut self, term: &mut Term, before: &mut Before<'_>) {
        if matches!(
            term.kind,
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..)
        ) {
            return;
        }
        parts_mut(term, &mut |part| {
            if let PartMut::Term(inner) = part {
                self.operand(inner, before);
            }
        });
    }

    /// An operand: what must be evaluated becomes a variable.
    pub(super) fn operand(&mut self, term: &mut Term, before: &mut Before<'_>) {
        match &mut term.kind {
            Kind::Ref(..) => {
                self.side(term, before);
                self.take(term, before);
            }
            Kind::Call(..) | Kind::Binary(..) | Kind::Member(..) => {
                self.operands(term, before);
                self.take(term, before);
            }
            Kind::ArrayOf(..) | Kind::SetOf(..) | Kind::ObjectOf(..) => self.take(term, before),
            _ => self.operands(term, before),
        }
    }

    /// Keeps a term within what regorus' parser reads in reasonable time.
    pub(super) fn flatten(&mut self, term: &mut Term, before: &mut Before<'_>) -> u64 {
        match &mut term.kind {
            Kind::ArrayOf(head, _) | Kind::SetOf(head, _) => return 2 * readings(head) + 16,
            Kind::ObjectOf(key, value, _) => return 2 * (readings(key) + readings(value)) + 16,
            _ => {}
        }
        let doubled = matches!(term.kind, Kind::Array(_) | Kind::Set(_) | Kind::Object(_));
        let mut costs = Vec::new();
        parts_mut(term, &mut |part| {
            if let PartMut::Term(inner) = part {
                costs.push(self.flatten(inner, before));
            }
        });
        let total = total(&costs, doubled, matches!(term.kind, Kind::Object(_)));
        if total < READINGS {
            return total;
        }
        let dear = costs.iter().copied().max().unwrap_or(0);
        let mut at = 0;
        parts_mut(term, &mut |part| {
            if let PartMut::Term(inner) = part {
                let cost = costs.get(at).copied().unwrap_or(0);
                let literal = matches!(inner.kind, Kind::Array(_) | Kind::Set(_) | Kind::Object(_));
                if literal && (cost > READINGS / 4 || (cost == dear && cost > 64)) {
                    self.take(inner, before);
                }
                at += 1;
            }
        });
        READINGS / 4
    }
}
