//! What the Rego reads of `input`, against what there is: the parameters that the schema declares,
//! and the fields of a review.

use std::collections::BTreeSet;

use crate::engine::{Survey, Value};
use crate::language::Text;
use crate::suggest;

use super::Lint;
use super::unit::{Part, Unit};

/// What Gatekeeper shows a policy.
const INPUT: [&str; 2] = ["parameters", "review"];
/// The fields of a review.
const REVIEW: [&str; 16] = [
    "uid",
    "kind",
    "resource",
    "subResource",
    "requestKind",
    "requestResource",
    "requestSubResource",
    "name",
    "namespace",
    "operation",
    "userInfo",
    "object",
    "oldObject",
    "dryRun",
    "options",
    "namespaceObject",
];
/// What Gatekeeper adds where it audits.
const UNSTABLE: &str = "_unstable";

pub(super) fn lints(unit: &Unit, surveys: &[(&Part, Survey)]) -> Vec<Lint> {
    let mut lints = Vec::new();
    let declared = Declared::of(&unit.value);
    let mut whole = false;
    let mut read = BTreeSet::new();
    for (part, survey) in surveys {
        let mut said = BTreeSet::new();
        for input in &survey.inputs {
            let at = (input.line, input.column);
            let steps: Vec<Option<&str>> = input.path.iter().map(Option::as_deref).collect();
            let lint = match steps.as_slice() {
                [] | [None, ..] => {
                    whole = true;
                    None
                }
                [Some("parameters")] | [Some("parameters"), None, ..] => {
                    whole = true;
                    None
                }
                [Some("parameters"), Some(name), ..] => {
                    read.insert((*name).to_owned());
                    declared.check(name).map(|help| {
                        let message = Text::new(
                            format!(
                                "`input.parameters.{name}` is not in the template's schema: a cluster drops it from \
                                 every Constraint, so it has never a value"
                            ),
                            format!(
                                "`input.parameters.{name}` はテンプレートのスキーマにありません。クラスターが\
                                 すべての Constraint から取り除くため、値を持つことはありません"
                            ),
                        );
                        Lint {
                            help: Some(help),
                            ..unit.at(part, at, "undeclared-parameter", message)
                        }
                    })
                }
                [Some("request"), ..] => {
                    let message = Text::new(
                        "`input.request` does not exist for Gatekeeper: the request is `input.review`",
                        "`input.request` は Gatekeeper にはありません。リクエストは `input.review` です",
                    );
                    Some(Lint {
                        help: Some(written("input.review")),
                        ..unit.at(part, at, "input-request", message)
                    })
                }
                [Some("review"), Some(field), ..] if !is_of_review(field) => {
                    let message = Text::new(
                        format!("`input.review.{field}` has never a value"),
                        format!("`input.review.{field}` が値を持つことはありません"),
                    );
                    let help = (
                        format!("no field `{field}` of a review"),
                        format!("review にフィールド `{field}` はありません"),
                    );
                    Some(Lint {
                        help: Some(meant(help, field, &REVIEW)),
                        ..unit.at(part, at, "unknown-input", message)
                    })
                }
                [Some(field), ..] if !INPUT.contains(field) => {
                    let message = Text::new(
                        format!(
                            "`input.{field}` has never a value: Gatekeeper shows a policy `input.review` and \
                             `input.parameters`"
                        ),
                        format!(
                            "`input.{field}` が値を持つことはありません。Gatekeeper がポリシーに渡すのは \
                             `input.review` と `input.parameters` です"
                        ),
                    );
                    let help = match *field {
                        "object" | "oldObject" | "kind" | "name" | "namespace" | "operation" => {
                            written(&format!("input.review.{field}"))
                        }
                        "constraint" => written("input.parameters"),
                        _ => {
                            let help = (
                                format!("no `input.{field}`"),
                                format!("`input.{field}` はありません"),
                            );
                            meant(help, field, &INPUT)
                        }
                    };
                    Some(Lint {
                        help: Some(help),
                        ..unit.at(part, at, "unknown-input", message)
                    })
                }
                _ => None,
            };
            // Once for each place and thing: an alias and its use say the same.
            lints.extend(lint.filter(|lint| said.insert(lint.message.en.clone())));
        }
    }
    // Where all parameters are handed on, a name that occurs anywhere may be looked up.
    let words = surveys.iter().flat_map(|(_, survey)| &survey.words);
    let words: BTreeSet<&String> = words.collect();
    for name in declared.names.iter().filter(|_| !surveys.is_empty()) {
        let seen = read.contains(name) || whole && (words.contains(name) || walks(surveys));
        if !seen {
            let message = Text::new(
                format!(
                    "the parameter `{name}` is declared and never read: what a Constraint says of it has no effect"
                ),
                format!(
                    "パラメーター `{name}` は宣言されていますが、読まれていません。Constraint で指定しても効果がありません"
                ),
            );
            let field = format!("{}.{name}", Declared::FIELD);
            lints.push(Lint {
                help: Some(Text::new(
                    "read it, or take it out of the schema",
                    "読むようにするか、スキーマから削除してください",
                )),
                ..unit.field(&field, "unread-parameter", message)
            });
        }
    }
    lints
}

fn written(text: &str) -> Text {
    Text::new(
        format!("write `{text}`"),
        format!("`{text}` と書いてください"),
    )
}

/// That there is no such field, and which one may have been meant.
fn meant((en, ja): (String, String), field: &str, known: &[&str]) -> Text {
    let among = suggest::among(field, known.iter().copied());
    let ja = match suggest::closest(field, known.iter().copied()) {
        Some(meant) => format!("{ja}。`{meant}` のことですか?"),
        None => format!(
            "{ja}。あるのは {} です",
            known
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join("、")
        ),
    };
    Text::new(format!("{en}{among}"), ja)
}

/// Whether names may be looked up that do not occur as texts.
fn walks(surveys: &[(&Part, Survey)]) -> bool {
    surveys.iter().any(|(_, survey)| {
        let walks = survey.calls.iter().any(|(name, ..)| name == "walk");
        let open = survey.inputs.iter().any(|input| {
            let steps: Vec<Option<&str>> = input.path.iter().map(Option::as_deref).collect();
            matches!(
                steps.as_slice(),
                [Some("parameters"), None, ..] | [None, ..]
            )
        });
        walks || open
    })
}

fn is_of_review(field: &str) -> bool {
    REVIEW.contains(&field) || field == UNSTABLE
}

/// The parameters of a schema.
struct Declared {
    names: BTreeSet<String>,
    /// Others may be given as well.
    open: bool,
}

impl Declared {
    const FIELD: &str = "spec.crd.spec.validation.openAPIV3Schema.properties";

    fn of(template: &Value) -> Declared {
        let validation = &template["spec"]["crd"]["spec"]["validation"];
        let schema = &validation["openAPIV3Schema"];
        let names = match &schema["properties"] {
            Value::Object(properties) => properties
                .iter()
                .filter_map(|(name, _)| name.as_string().ok().map(|name| name.to_string()))
                .collect(),
            _ => BTreeSet::new(),
        };
        let v1 =
            matches!(&template["apiVersion"], Value::String(version) if version.ends_with("/v1"));
        let legacy = match &validation["legacySchema"] {
            Value::Bool(legacy) => *legacy,
            _ => !v1,
        };
        let yes = |key: &str| match &schema[key] {
            Value::Undefined | Value::Null | Value::Bool(false) => false,
            Value::Bool(true) => true,
            _ => true,
        };
        Declared {
            names,
            open: legacy
                || yes("x-kubernetes-preserve-unknown-fields")
                || yes("additionalProperties"),
        }
    }

    /// `Some`: it is not declared; with what may have been meant.
    fn check(&self, name: &str) -> Option<Text> {
        if self.open || self.names.contains(name) {
            return None;
        }
        let names = self.names.iter().map(String::as_str);
        let field = Self::FIELD;
        Some(match suggest::closest(name, names) {
            Some(meant) => Text::new(
                format!("did you mean `{meant}`?"),
                format!("`{meant}` のことですか?"),
            ),
            None => Text::new(
                format!("declare it below `{field}`"),
                format!("`{field}` の下で宣言してください"),
            ),
        })
    }
}
