//! Which lines of the author's text were evaluated.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine;

use super::conform::Written;

/// Lines by module: those that were evaluated and those that were not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Module name to its lines (from 1), `true`: evaluated.
    pub modules: BTreeMap<String, BTreeMap<u32, bool>>,
}

impl Coverage {
    pub(super) fn of(engine: &Engine, written: &[Written]) -> Coverage {
        let mut coverage = Coverage::default();
        let Ok(report) = engine.get_coverage_report() else {
            return coverage;
        };
        for file in report.files {
            let number = file
                .path
                .strip_prefix('m')
                .and_then(|number| number.parse::<usize>().ok());
            let Some(module) = number.and_then(|at| written.get(at)) else {
                continue;
            };
            let lines = coverage.modules.entry(module.name.clone()).or_default();
            let mut add = |found: &BTreeSet<u32>, covered: bool| {
                for line in found {
                    let place = module.place(*line, 1);
                    if place.line > 0 {
                        // A line of the author's may be several of the engine's: all must have run.
                        lines
                            .entry(place.line)
                            .and_modify(|all| *all &= covered)
                            .or_insert(covered);
                    }
                }
            };
            add(&file.covered, true);
            add(&file.not_covered, false);
        }
        coverage
    }

    /// Adds what another run covered: a line is covered if it was in either.
    pub fn add(&mut self, other: &Coverage) {
        for (module, lines) in &other.modules {
            let mine = self.modules.entry(module.clone()).or_default();
            for (line, covered) in lines {
                mine.entry(*line)
                    .and_modify(|any| *any |= covered)
                    .or_insert(*covered);
            }
        }
    }
}
