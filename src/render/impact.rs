//! What a change of policies means for resources, for people.

mod json;
mod words;

use std::collections::BTreeMap;

use crate::compare::{Statement, Turn, Turned, Turns, count, count_by};
use crate::language::Language;
use crate::witness::{Search, Witness};

use super::changes::{changes, described};
use super::layout::{Canvas, pad, pad_left, widest};

use words::{Words, words};

pub use json::impact_json;

/// Two bundles on the same manifests.
#[derive(Clone, Copy, Debug)]
pub struct Impact<'a> {
    /// What the user called the one before.
    pub old: &'a str,
    /// What the user called the one after.
    pub new: &'a str,
    /// The resources that are judged otherwise.
    pub turned: &'a [Turned],
    /// How many policies each has.
    pub policies: (usize, usize),
    /// How many resources were judged.
    pub judged: usize,
    /// How much each could not judge.
    pub unjudged: (usize, usize),
    /// What a search for a difference gave, where the manifests show none.
    pub search: Option<&'a Search>,
    /// Whether to leave the single changes out.
    pub summary: bool,
}

/// The impact in `language`, for a terminal or a pipe.
pub fn impact(impact: &Impact<'_>, language: Language, canvas: &Canvas) -> String {
    let words = words(language);
    let mut out = String::new();
    if !impact.summary {
        for turn in Turn::ALL {
            let of_turn: Vec<_> = impact
                .turned
                .iter()
                .filter(|one| one.turn == turn)
                .flat_map(|one| one.changes.iter().cloned())
                .collect();
            if !of_turn.is_empty() {
                let heading = (words.turn)(turn);
                out.push_str(&format!("{}\n\n", canvas.bold(heading)));
                out.push_str(&changes(&of_turn, language, canvas));
                out.push('\n');
            }
        }
    }
    type Name = fn(&Statement) -> &str;
    let tables: [(&str, Name); 3] = [
        (words.policy, |one| &one.policy),
        (words.namespace, Statement::namespace),
        (words.kind, Statement::kind),
    ];
    if !impact.turned.is_empty() {
        for (title, name) in tables {
            out.push_str(&table(title, &count_by(impact.turned, name), words, canvas));
            out.push('\n');
        }
    }
    let counts = count(impact.turned);
    let said: Vec<String> = Turn::ALL
        .into_iter()
        .filter(|turn| counts.of(*turn) > 0)
        .map(|turn| format!("{} {}", (words.turn)(turn), counts.of(turn)))
        .collect();
    let said = if said.is_empty() {
        words.same.to_owned()
    } else {
        said.join(", ")
    };
    let about = (words.about)(impact.judged, impact.policies);
    out.push_str(&canvas.hang("", 0, &format!("{}; {about}", canvas.bold(said))));
    if let Some(search) = impact.search {
        out.push_str(&searched(search, language, canvas));
    }
    out
}

fn table(title: &str, counts: &BTreeMap<&str, Turns>, words: &Words, canvas: &Canvas) -> String {
    let heads = Turn::ALL.map(words.turn);
    let first = widest(counts.keys().copied().chain([title]));
    let mut head = pad(title, first);
    for name in heads {
        head.push_str(&format!("  {name}"));
    }
    let mut out = format!("{}\n", canvas.bold(head));
    for (name, turns) in counts {
        let name = if name.is_empty() { "-" } else { name };
        out.push_str(&pad(name, first));
        for (turn, head) in Turn::ALL.into_iter().zip(heads) {
            let count = turns.of(turn).to_string();
            out.push_str(&format!("  {}", pad_left(&count, widest([head]))));
        }
        out.push('\n');
    }
    out
}

fn searched(search: &Search, language: Language, canvas: &Canvas) -> String {
    let words = words(language);
    if search.differing.is_empty() {
        return canvas.hang("", 0, words.word_for_word);
    }
    let policies = search.differing.join(", ");
    match &search.found {
        None => canvas.hang("", 0, &(words.not_found)(search.tried, &policies)),
        Some(witness) => {
            let mut out = canvas.hang("", 0, &(words.found)(search.tried, &witness.origin));
            out.push_str(&format!("\n{}\n", yaml(witness)));
            for one in &witness.turned {
                out.push_str(&format!("{}\n", canvas.bold((words.turn)(one.turn))));
                for change in &one.changes {
                    out.push_str(&described(change, language, canvas));
                }
            }
            out
        }
    }
}

/// The object as somebody would write it.
fn yaml(witness: &Witness) -> String {
    // Values that were read from YAML or JSON: there is nothing that could fail.
    serde_yaml::to_string(&witness.object).unwrap_or_default()
}
