//! The impact of a change for programs. The shape is kept by hand, and documented in `docs/diff.md`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::{Change, Statement, Turn, Turned, Turns, count, count_by};
use crate::language::Language;

use super::Impact;

/// Grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// One JSON document with a final newline; messages in `language`.
pub fn impact_json(impact: &Impact<'_>, language: Language) -> String {
    let turned = impact.turned;
    let by = |name: fn(&Statement) -> &str| -> BTreeMap<&str, WireTurns> {
        let counts = count_by(turned, name).into_iter();
        counts.map(|(name, turns)| (name, turns.into())).collect()
    };
    let document = Document {
        version: VERSION,
        old: impact.old,
        new: impact.new,
        summary: Summary {
            judged: impact.judged,
            turns: count(turned).into(),
            unjudged: Sides {
                old: impact.unjudged.0,
                new: impact.unjudged.1,
            },
        },
        by_policy: by(|one| &one.policy),
        by_namespace: by(Statement::namespace),
        by_kind: by(Statement::kind),
        changes: if impact.summary {
            Vec::new()
        } else {
            let changes = turned.iter().flat_map(|one| wire(one, true, language));
            changes.collect()
        },
        search: impact.search.map(|search| WireSearch {
            tried: search.tried,
            differing: &search.differing,
            witness: search.found.as_ref().map(|witness| WireWitness {
                object: &witness.object,
                origin: &witness.origin,
                changes: witness
                    .turned
                    .iter()
                    .flat_map(|one| wire(one, false, language))
                    .collect(),
            }),
        }),
    };
    // Texts, numbers and maps with text keys: there is nothing that could fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

fn wire(turned: &Turned, placed: bool, language: Language) -> Vec<WireChange<'_>> {
    let changes = turned.changes.iter();
    changes
        .map(|change| {
            let statement = change.statement();
            let (before, after) = match change {
                Change::New(after) => (None, Some(after)),
                Change::Resolved(before) => (Some(before), None),
                Change::Changed { before, after } => (Some(before), Some(after)),
            };
            WireChange {
                turn: match turned.turn {
                    Turn::Denied => "denied",
                    Turn::Allowed => "allowed",
                    Turn::Reworded => "reworded",
                },
                classes: change.classes().iter().map(|class| class.name()).collect(),
                path: placed.then_some(&*statement.source),
                resource: &statement.resource,
                policy: &statement.policy,
                before: before.map(|one| WireStatement::new(one, language)),
                after: after.map(|one| WireStatement::new(one, language)),
            }
        })
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    old: &'a str,
    new: &'a str,
    summary: Summary,
    by_policy: BTreeMap<&'a str, WireTurns>,
    by_namespace: BTreeMap<&'a str, WireTurns>,
    by_kind: BTreeMap<&'a str, WireTurns>,
    changes: Vec<WireChange<'a>>,
    search: Option<WireSearch<'a>>,
}

#[derive(Serialize)]
struct Summary {
    judged: usize,
    #[serde(flatten)]
    turns: WireTurns,
    unjudged: Sides,
}

#[derive(Serialize)]
struct Sides {
    old: usize,
    new: usize,
}

#[derive(Serialize)]
struct WireTurns {
    denied: usize,
    allowed: usize,
    reworded: usize,
}

impl From<Turns> for WireTurns {
    fn from(turns: Turns) -> WireTurns {
        let Turns {
            denied,
            allowed,
            reworded,
        } = turns;
        WireTurns {
            denied,
            allowed,
            reworded,
        }
    }
}

#[derive(Serialize)]
struct WireChange<'a> {
    turn: &'static str,
    classes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    resource: &'a str,
    policy: &'a str,
    before: Option<WireStatement<'a>>,
    after: Option<WireStatement<'a>>,
}

#[derive(Serialize)]
struct WireStatement<'a> {
    message: &'a str,
    field: Option<&'a str>,
    severity: &'static str,
    action: &'a str,
}

impl<'a> WireStatement<'a> {
    fn new(statement: &'a Statement, language: Language) -> WireStatement<'a> {
        WireStatement {
            message: statement.message.get(language),
            field: statement.field.as_deref(),
            severity: statement.severity.name(Language::En),
            action: &statement.action,
        }
    }
}

#[derive(Serialize)]
struct WireSearch<'a> {
    tried: usize,
    differing: &'a [String],
    witness: Option<WireWitness<'a>>,
}

#[derive(Serialize)]
struct WireWitness<'a> {
    object: &'a serde_json::Value,
    origin: &'a str,
    changes: Vec<WireChange<'a>>,
}
