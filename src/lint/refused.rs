//! What a cluster refuses, or drops without a word.

use crate::engine::FaultKind;
use crate::language::Text;
use crate::manifest::Fault;

use super::Lint;
use super::fix::Fix;
use super::unit::{Unit, lint};

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
                        Some(Text::new(
                            "Gatekeeper's engine does not have it; use `external_data`",
                            "Gatekeeper のエンジンにはありません。`external_data` を使ってください",
                        )),
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
            let help = Text::new(
                "name the template as its kind in lower case",
                "テンプレートの名前を、kind を小文字にしたものにしてください",
            );
            (Some(help), fix)
        }
        "import-rego-v1" => {
            let v1 = unit
                .parts
                .first()
                .is_some_and(|part| part.module.version == crate::engine::RegoVersion::V1);
            let help = Text::new(
                "say `version: v1` beside the Rego, and leave the import out",
                "Rego の隣に `version: v1` と書き、import を削除してください",
            );
            (Some(help), v1.then_some(Fix::DropLine))
        }
        "missing-library" => {
            let help = match unit.folder {
                Some(_) => Text::new(
                    "put it below `lib/` beside the policy, or correct its name",
                    "ポリシーの隣の `lib/` の下に置くか、名前を直してください",
                ),
                None => Text::new(
                    "add it to `libs` beside the Rego, or correct its name",
                    "Rego の隣の `libs` に加えるか、名前を直してください",
                ),
            };
            (Some(help), None)
        }
        "missing-violation" => (
            Some(Text::new(
                "Gatekeeper asks for `violation` alone: write `violation contains {\"msg\": …} if …`",
                "Gatekeeper が尋ねるのは `violation` だけです。`violation contains {\"msg\": …} if …` と書いてください",
            )),
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
