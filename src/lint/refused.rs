//! What a cluster refuses, or drops without a word.

use crate::engine::FaultKind;
use crate::manifest::Fault;

use super::Lint;
use super::fix::Fix;
use super::unit::{Unit, lint};

/// Every rule with what it finds, for the help and the documents.
pub const RULES: &[(&str, &str)] = &[
    (
        "ignored-value",
        "a value that a cluster ignores or takes otherwise",
    ),
    ("compile-error", "the Rego does not compile"),
    (
        "data-out-of-reach",
        "`data` other than the inventory and the libraries is read or imported",
    ),
    (
        "import-rego-v1",
        "`import rego.v1`, which Gatekeeper refuses",
    ),
    (
        "input-request",
        "`input.request` of other admission webhooks instead of `input.review`",
    ),
    (
        "inventory-without-sync",
        "`data.inventory` is read, and nothing says what has to be synced",
    ),
    (
        "missing-library",
        "a library is used that the template does not bring",
    ),
    ("missing-msg", "a violation without `msg`"),
    ("missing-violation", "the module has no rule `violation`"),
    (
        "name-differs-from-kind",
        "the template's name is not its kind in lower case",
    ),
    (
        "non-deterministic-builtin",
        "a built-in whose answer depends on more than the object",
    ),
    (
        "package-differs-from-folder",
        "the package is not named as its folder",
    ),
    ("parse-error", "the Rego does not parse"),
    (
        "template-refused",
        "the template is not valid in another way",
    ),
    (
        "undeclared-parameter",
        "a parameter is read that the schema does not declare",
    ),
    (
        "undefined-head",
        "the head needs a value that may be missing",
    ),
    ("unknown-field", "a key that a cluster drops"),
    (
        "unknown-input",
        "something is read that `input` never holds",
    ),
    ("unread-parameter", "a parameter is declared and never read"),
    ("unused-import", "an import that nothing uses"),
    ("unused-library", "a library that nothing uses"),
];

/// How an error is recognized, and what it is then called.
const BY_MESSAGE: &[(&str, &str)] = &[
    ("refuses `import rego.v1`", "import-rego-v1"),
    ("is in none of the template's libraries", "missing-library"),
    ("has no rule `violation`", "missing-violation"),
    ("is out of reach", "data-out-of-reach"),
    ("cannot be imported", "data-out-of-reach"),
    ("in lower case, got", "name-differs-from-kind"),
    ("unknown field, ignored", "unknown-field"),
];

/// Whether a template has no Rego to look at, and means it.
const CEL: &str = "written in CEL only";

pub(super) fn lints(unit: &Unit) -> Vec<Lint> {
    match &unit.policy {
        Err(faults) => faults
            .iter()
            .filter(|fault| !fault.message.contains(CEL))
            .map(|fault| refused(unit, fault.clone()))
            .collect(),
        Ok(policy) => {
            let notes = policy.template.notes.iter();
            let mut lints: Vec<Lint> = notes
                .map(|note| refused(unit, unit.origin.problem(note.clone())))
                .map(|found| match found.rule {
                    // A cluster takes it.
                    "template-refused" | "parse-error" => Lint {
                        rule: "ignored-value",
                        ..found
                    },
                    _ => found,
                })
                .collect();
            for fault in policy.program().err().unwrap_or_default() {
                let (rule, help) = match fault.kind {
                    FaultKind::Parse => ("parse-error", None),
                    FaultKind::Outside => (
                        "non-deterministic-builtin",
                        Some(
                            "Gatekeeper's engine does not have it; use `external_data`".to_owned(),
                        ),
                    ),
                    _ => ("compile-error", None),
                };
                lints.push(Lint {
                    help,
                    ..lint(rule, policy.place(fault))
                });
            }
            lints
        }
    }
}

fn refused(unit: &Unit, fault: Fault) -> Lint {
    let known = BY_MESSAGE
        .iter()
        .find(|(part, _)| fault.message.contains(part));
    let in_rego = || {
        let field = unit.parts.iter().any(|part| part.field.is_none());
        field && fault.path.ends_with(".rego")
    };
    let rule = match known {
        Some((_, rule)) => rule,
        None if in_rego() || is_syntax(&fault.message) => "parse-error",
        None => "template-refused",
    };
    let kind = &unit.value["spec"]["crd"]["spec"]["names"]["kind"];
    let name = &unit.value["metadata"]["name"];
    let (help, fix) = match rule {
        "name-differs-from-kind" => {
            let fix = match (kind, name) {
                (crate::engine::Value::String(kind), crate::engine::Value::String(name)) => {
                    Some(Fix::Replace {
                        before: name.to_string(),
                        after: kind.to_lowercase(),
                    })
                }
                _ => None,
            };
            (Some("name the template as its kind in lower case".to_owned()), fix)
        }
        "import-rego-v1" => {
            let v1 = unit
                .parts
                .first()
                .is_some_and(|part| part.module.version == crate::engine::RegoVersion::V1);
            let help = "say `version: v1` beside the Rego, and leave the import out";
            (Some(help.to_owned()), v1.then_some(Fix::DropLine))
        }
        "missing-library" => {
            let help = match unit.folder {
                Some(_) => "put it below `lib/` beside the policy, or correct its name",
                None => "add it to `libs` beside the Rego, or correct its name",
            };
            (Some(help.to_owned()), None)
        }
        "missing-violation" => (
            Some("Gatekeeper asks for `violation` alone: write `violation contains {\"msg\": …} if …`".to_owned()),
            None,
        ),
        _ => (None, None),
    };
    Lint {
        help,
        fix,
        ..lint(rule, fault)
    }
}

fn is_syntax(message: &str) -> bool {
    message.starts_with("expected ") && message.contains(", found ")
}
