//! Where the time of an evaluation goes, by rule.

use std::collections::BTreeMap;
use std::time::Duration;

use super::probe::Sites;
use super::trace::BodyKind;

/// What one definition of a rule took in an evaluation: from where a statement of it begins to where
/// the next one does, whosever that is. So what it calls counts for what is called, and the rest of a
/// statement after a call counts there as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTime {
    /// The module's name.
    pub module: String,
    /// The rule's name.
    pub rule: String,
    /// Line in the module's text.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
    /// How often it was begun.
    pub begun: u64,
    /// Its own time.
    pub spent: Duration,
}

impl RuleTime {
    /// The definitions that were begun, by place. `times` are by number of the call.
    pub(super) fn all(sites: &Sites, times: &[(u64, Duration)]) -> Vec<RuleTime> {
        let mut found: BTreeMap<(&str, u32, u32), RuleTime> = BTreeMap::new();
        for ((body, step), (count, spent)) in sites.calls.iter().zip(times) {
            let Some(site) = sites.bodies.get(*body).filter(|_| *count > 0) else {
                continue;
            };
            let (line, column) = (site.definition.line, site.definition.column);
            let rule = found
                .entry((&site.module, line, column))
                .or_insert_with(|| RuleTime {
                    module: site.module.clone(),
                    rule: site.rule.clone(),
                    line,
                    column,
                    begun: 0,
                    spent: Duration::ZERO,
                });
            rule.spent += *spent;
            if *step == 0 && matches!(site.kind, BodyKind::Rule | BodyKind::Else) {
                rule.begun += count;
            }
        }
        found.into_values().collect()
    }
}
