//! What is done about a violation: `enforcementAction`, and where it is done.

use std::fmt;

use super::Problem;
use super::fields::{field, items, string};
use super::problem::suggestion;
use crate::engine::Value;

/// The admission webhook's name as an enforcement point.
pub const WEBHOOK_POINT: &str = "validation.gatekeeper.sh";
/// The audit's.
pub const AUDIT_POINT: &str = "audit.gatekeeper.sh";
/// gator's.
pub const GATOR_POINT: &str = "gator.gatekeeper.sh";
/// ValidatingAdmissionPolicy's.
const VAP_POINT: &str = "vap.k8s.io";

const POINTS: [&str; 5] = [WEBHOOK_POINT, AUDIT_POINT, GATOR_POINT, VAP_POINT, "*"];

/// What a violation leads to; the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnforcementAction {
    /// The object is refused.
    Deny,
    /// The object is let in with a warning.
    Warn,
    /// The violation is only recorded.
    Dryrun,
}

impl EnforcementAction {
    const ALL: [EnforcementAction; 3] = [
        EnforcementAction::Deny,
        EnforcementAction::Warn,
        EnforcementAction::Dryrun,
    ];

    /// The word for it in a constraint.
    pub fn name(self) -> &'static str {
        match self {
            EnforcementAction::Deny => "deny",
            EnforcementAction::Warn => "warn",
            EnforcementAction::Dryrun => "dryrun",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == word)
    }

    /// Reads the action at `path` of an object that knows no `scoped`; empty and missing: `None`.
    pub(super) fn read(value: Option<&Value>, path: &str) -> Result<Option<Self>, Problem> {
        let word = match value {
            None => return Ok(None),
            Some(value) => string(value).ok_or_else(|| Problem::new(path, "expected a string"))?,
        };
        if word.is_empty() {
            return Ok(None);
        }
        Self::parse(word)
            .map(Some)
            .ok_or_else(|| unknown(word, path, &Self::ALL.map(Self::name)))
    }
}

impl fmt::Display for EnforcementAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The actions of a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// One action wherever the constraint is enforced.
    Everywhere(EnforcementAction),
    /// `enforcementAction: scoped`: each action at its own points.
    Scoped(Vec<ScopedAction>),
}

/// One entry of `scopedEnforcementActions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedAction {
    /// What is done.
    pub action: EnforcementAction,
    /// Where; `*` is everywhere.
    pub points: Vec<String>,
}

impl Default for Enforcement {
    fn default() -> Self {
        Enforcement::Everywhere(EnforcementAction::Deny)
    }
}

impl Enforcement {
    /// The actions taken at any of `points`, the strictest first; none: not enforced there.
    pub fn at(&self, points: &[&str]) -> Vec<EnforcementAction> {
        match self {
            Enforcement::Everywhere(action) => vec![*action],
            Enforcement::Scoped(scoped) => {
                let here = |point: &String| point == "*" || points.contains(&point.as_str());
                let mut actions: Vec<_> = scoped
                    .iter()
                    .filter(|scoped| scoped.points.iter().any(here))
                    .map(|scoped| scoped.action)
                    .collect();
                actions.sort_unstable();
                actions.dedup();
                actions
            }
        }
    }

    /// Reads `spec` of a constraint that its schema has accepted.
    pub(super) fn read(spec: &Value, problems: &mut Vec<Problem>) -> Enforcement {
        let path = "spec.enforcementAction";
        let word = field(spec, "enforcementAction")
            .and_then(string)
            .unwrap_or_default();
        match word {
            // The schema's default is deny; an empty string means the same to the webhook.
            "" => Enforcement::default(),
            "scoped" => read_scoped(spec, problems),
            _ => match EnforcementAction::parse(word) {
                Some(action) => Enforcement::Everywhere(action),
                None => {
                    problems.push(unknown(word, path, &["deny", "warn", "dryrun", "scoped"]));
                    Enforcement::default()
                }
            },
        }
    }
}

fn read_scoped(spec: &Value, problems: &mut Vec<Problem>) -> Enforcement {
    let path = "spec.scopedEnforcementActions";
    let Some(list) = field(spec, "scopedEnforcementActions") else {
        problems.push(Problem::new(
            path,
            "missing, but `enforcementAction: scoped` needs it",
        ));
        return Enforcement::default();
    };
    let mut scoped = Vec::new();
    for (index, item) in items(list).enumerate() {
        let word = field(item, "action").and_then(string).unwrap_or_default();
        let Some(action) = EnforcementAction::parse(word) else {
            let at = format!("{path}[{index}].action");
            problems.push(unknown(
                word,
                &at,
                &EnforcementAction::ALL.map(EnforcementAction::name),
            ));
            continue;
        };
        let names = field(item, "enforcementPoints").into_iter().flat_map(items);
        let points: Vec<String> = names
            .map(|point| {
                field(point, "name")
                    .and_then(string)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        let at = format!("{path}[{index}].enforcementPoints");
        if points.is_empty() {
            problems.push(Problem::new(
                &at,
                "missing: the action would be enforced nowhere",
            ));
        }
        for (place, point) in points.iter().enumerate() {
            if !POINTS.contains(&point.as_str()) {
                problems.push(unknown(point, &format!("{at}[{place}].name"), &POINTS));
            }
        }
        scoped.push(ScopedAction { action, points });
    }
    Enforcement::Scoped(scoped)
}

fn unknown(word: &str, path: &str, known: &[&str]) -> Problem {
    let hint = suggestion(word, known.iter().copied());
    Problem::new(
        path,
        format!("`{word}` is none of {}{hint}", known.join(", ")),
    )
}
