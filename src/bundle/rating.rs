//! How bad the violations of a policy are that is no recommendation: what its author wrote into
//! annotations of the template or of a Constraint.

use std::collections::BTreeMap;

use crate::language::Text;
use crate::suggest;

use super::recommendation::{SecurityControl, Severity};

/// `High`, `Medium` or `Low`, in any case of letters.
pub const SEVERITY: &str = "sekisho/severity";
/// The title or the id of a security control; Defender's own are known by both.
pub const CONTROL: &str = "sekisho/control";
/// What to do about a violation.
pub const REMEDIATION: &str = "sekisho/remediation";

/// On a template: what the policy is called, where that is not its kind.
pub(super) const ID: &str = "sekisho/id";

/// On a template: its place among the others, from 1; those without one stand behind, by id.
pub(super) const NUMBER: &str = "sekisho/number";

const KEYS: [&str; 5] = [SEVERITY, CONTROL, REMEDIATION, ID, NUMBER];
const PREFIX: &str = "sekisho/";

/// What annotations say of a policy.
#[derive(Clone, Debug, Default)]
pub struct Rating {
    /// How bad a violation is.
    pub severity: Option<Severity>,
    /// The control that it counts for.
    pub control: Option<SecurityControl>,
    /// What to do.
    pub remediation: Option<Text>,
    /// What the policy is called.
    pub id: Option<String>,
    /// Its place among the others.
    pub number: Option<u32>,
}

impl Rating {
    /// Reads `annotations`; an error comes with the annotation that it is about.
    pub(super) fn read(
        annotations: &BTreeMap<String, String>,
        known: &[SecurityControl],
    ) -> Result<Rating, (String, String)> {
        let unknown = |key: &&String| key.starts_with(PREFIX) && !KEYS.contains(&key.as_str());
        if let Some(key) = annotations.keys().find(unknown) {
            let help = suggest::among(key, KEYS.into_iter());
            return Err((key.clone(), format!("unknown annotation `{key}`{help}")));
        }
        let text = |key: &str| annotations.get(key).map(|text| text.trim());
        let severity = match text(SEVERITY) {
            None => None,
            Some(word) => match rated(word) {
                Some(severity) => Some(severity),
                None => {
                    let message = format!("severity `{word}`; expected `High`, `Medium` or `Low`");
                    return Err((SEVERITY.to_owned(), message));
                }
            },
        };
        let id = text(ID);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if let Some(id) = id.filter(|id| id.is_empty() || !id.chars().all(plain)) {
            let message = format!("id `{id}`; expected letters, digits, `_`, `-` and `.`");
            return Err((ID.to_owned(), message));
        }
        let number = text(NUMBER).map(|text| text.parse().map_err(|_| text));
        let number = number.transpose().map_err(|text| {
            let message = format!("number `{text}`; expected a whole number");
            (NUMBER.to_owned(), message)
        })?;
        Ok(Rating {
            number,
            id: id.map(str::to_owned),
            severity,
            control: text(CONTROL)
                .filter(|name| !name.is_empty())
                .map(|name| control(name, known)),
            remediation: text(REMEDIATION).map(Text::untranslated),
        })
    }
}

fn rated(word: &str) -> Option<Severity> {
    let named = |severity: &Severity| severity.to_string().eq_ignore_ascii_case(word);
    Severity::ALL
        .into_iter()
        .filter(|severity| *severity != Severity::Unspecified)
        .find(named)
}

fn control(name: &str, known: &[SecurityControl]) -> SecurityControl {
    let named = |control: &&SecurityControl| {
        [&control.id, &control.name.en, &control.name.ja]
            .into_iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    match known.iter().find(named) {
        Some(control) => control.clone(),
        None => SecurityControl {
            id: id(name).into(),
            name: Text::untranslated(name),
            // A control of somebody's own adds nothing to Defender's score.
            max_score: 0,
        },
    }
}

/// One word for a title: `Manage access` is `manage_access`.
fn id(name: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    name.to_lowercase().chars().map(word).collect()
}
