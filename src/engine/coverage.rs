//! Which lines of the author's text were evaluated, counted as `opa test --coverage` counts them.
//!
//! A line is covered where a statement that stands on it, or begins before it and ends after it, was
//! reached, or a rule whose head is on it held. It is not covered where there is a statement or a
//! head on it, and nothing of that happened. Lines without either do not count.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::check::Named;
use super::probe::{self, Sites};
use super::trace::BodyKind;
use super::{Fault, Module, syntax};

/// Lines by module: those that were evaluated and those that were not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Module name to its lines (from 1), `true`: evaluated.
    pub modules: BTreeMap<String, BTreeMap<u32, bool>>,
}

impl Coverage {
    pub(super) fn of(sites: &Sites, hits: &[bool], defaults: &[bool]) -> Coverage {
        let mut coverage = Coverage::default();
        for (call, (body, step)) in sites.calls.iter().enumerate() {
            let Some(site) = sites.bodies.get(*body) else {
                continue;
            };
            let hit = hits.get(call).copied().unwrap_or(false);
            let of_rule = matches!(site.kind, BodyKind::Rule | BodyKind::Else);
            match site.steps.get(*step) {
                // What only declares counts where it is reached, and nowhere else.
                Some(step) if step.declares && !hit => {}
                Some(step) => {
                    coverage.see(&site.module, step.place.line..=step.last, hit);
                }
                None if of_rule => {
                    coverage.see(&site.module, site.place.line..=site.last, hit);
                }
                None => {}
            }
        }
        for (at, (module, lines, _)) in sites.defaults.iter().enumerate() {
            let hit = defaults.get(at).copied().unwrap_or(false);
            coverage.see(module, lines.clone(), hit);
        }
        coverage
    }

    fn see(&mut self, module: &str, span: RangeInclusive<u32>, covered: bool) {
        let lines = match self.modules.get_mut(module) {
            Some(lines) => lines,
            None => self.modules.entry(module.to_owned()).or_default(),
        };
        for line in span {
            *lines.entry(line).or_default() |= covered;
        }
    }

    /// Adds what another run covered: a line is covered if it was in either.
    pub fn add(&mut self, other: &Coverage) {
        for (module, lines) in &other.modules {
            for (line, covered) in lines {
                self.see(module, *line..=*line, *covered);
            }
        }
    }
}

/// The lines of `module` that count, none of them evaluated; a [`Fault`] where it does not parse.
pub fn lines(module: &Module) -> Result<BTreeMap<u32, bool>, Fault> {
    let tree =
        syntax::parse(&module.text, module.version).map_err(|fault| fault.within(&module.name))?;
    let named = Named {
        name: module.name.clone(),
        tree,
    };
    let (_, sites) = probe::insert(&[named], false);
    let mut coverage = Coverage::of(&sites, &[], &[]);
    Ok(coverage.modules.remove(&module.name).unwrap_or_default())
}
