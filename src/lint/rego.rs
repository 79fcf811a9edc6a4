//! What the Rego does that is sound, but not what its author wants.

use crate::engine::{Survey, Value, outline};
use crate::language::Text;

use super::Lint;
use super::fix::Fix;
use super::unit::{Part, Unit};

/// Built-ins whose answer depends on more than what they are given.
const NOT_DETERMINISTIC: [&str; 8] = [
    "http.send",
    "net.lookup_ip_addr",
    "opa.runtime",
    "rand.intn",
    "time.now_ns",
    "uuid.rfc4122",
    "rego.metadata.chain",
    "rego.metadata.rule",
];

/// What the API server makes sure of before a policy is asked.
const ALWAYS: [&str; 4] = ["apiVersion", "image", "kind", "name"];

pub(super) fn lints(unit: &Unit, surveys: &[(&Part, Survey)]) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (at, (part, survey)) in surveys.iter().enumerate() {
        calls(unit, part, survey, &mut lints);
        imports(unit, part, survey, &mut lints);
        if at == 0 {
            heads(unit, part, survey, &mut lints);
            package(unit, part, &mut lints);
        }
    }
    libraries(unit, surveys, &mut lints);
    inventory(unit, surveys, &mut lints);
    lints
}

fn calls(unit: &Unit, part: &Part, survey: &Survey, lints: &mut Vec<Lint>) {
    for (name, line, column) in &survey.calls {
        // What reaches out is refused already.
        if NOT_DETERMINISTIC.contains(&name.as_str()) && unit.policy.is_ok() {
            let message = Text::new(
                format!(
                    "`{name}` answers differently from one time to the next: the webhook and the audit will not agree"
                ),
                format!(
                    "`{name}` の答えは呼び出すたびに変わります。Webhook と監査の結果が一致しません"
                ),
            );
            lints.push(Lint {
                help: Some(Text::new(
                    "decide by the object and the parameters alone",
                    "オブジェクトとパラメーターだけで判断してください",
                )),
                ..unit.at(part, (*line, *column), "non-deterministic-builtin", message)
            });
        }
    }
}

fn imports(unit: &Unit, part: &Part, survey: &Survey, lints: &mut Vec<Lint>) {
    for (name, path, line, column) in &survey.imports {
        if !survey.names.contains(name) {
            let path = path.join(".");
            let message = Text::new(
                format!("nothing uses the import `{path}`"),
                format!("import `{path}` はどこでも使われていません"),
            );
            lints.push(Lint {
                help: Some(left_out()),
                fix: Some(Fix::DropLine),
                ..unit.at(part, (*line, *column), "unused-import", message)
            });
        }
    }
}

fn left_out() -> Text {
    Text::new("leave it out", "削除してください")
}

fn heads(unit: &Unit, part: &Part, survey: &Survey, lints: &mut Vec<Lint>) {
    for head in &survey.heads {
        if head.has_msg == Some(false) {
            let message = Text::new(
                "a violation without `msg`: Gatekeeper fails on it instead of refusing the object",
                "`msg` のない violation です。Gatekeeper はオブジェクトを拒否せずに、エラーを起こします",
            );
            lints.push(Lint {
                help: Some(Text::new(
                    "say what is wrong: `{\"msg\": …}`",
                    "何が問題なのかを `{\"msg\": …}` で示してください",
                )),
                ..unit.at(part, (head.line, head.column), "missing-msg", message)
            });
        }
        for loose in &head.loose {
            if is_given(unit, &loose.path) {
                continue;
            }
            let text = &loose.text;
            let message = Text::new(
                format!(
                    "where there is no `{text}`, the head has no value, and there is no violation at all"
                ),
                format!(
                    "`{text}` がない場合、ヘッドの値が決まらないため、違反は一つも報告されません"
                ),
            );
            let (holder, key) = loose.text.rsplit_once('.').unwrap_or((&loose.text, ""));
            lints.push(Lint {
                help: Some(Text::new(
                    format!("give it a value for that case, as in `object.get({holder}, \"{key}\", \"\")`"),
                    format!("`object.get({holder}, \"{key}\", \"\")` のように、その場合の値を与えてください"),
                )),
                ..unit.at(part, (loose.line, loose.column), "undefined-head", message)
            });
        }
    }
}

/// Whether there is always a value: the API server or the schema makes sure of it.
fn is_given(unit: &Unit, path: &[Option<String>]) -> bool {
    let steps: Vec<&str> = path
        .iter()
        .map(|step| step.as_deref().unwrap_or(""))
        .collect();
    match steps.as_slice() {
        ["input", "review"] | ["input", "parameters"] => true,
        ["input", "review", field, ..]
            if ["kind", "object", "operation", "userInfo"].contains(field) =>
        {
            matches!(
                steps.as_slice(),
                [_, _, "kind" | "userInfo", ..] | [_, _, _]
            ) || steps.get(3..) == Some(&["metadata"])
                || steps.last().is_some_and(|last| ALWAYS.contains(last))
        }
        ["input", "review", "name", ..] => true,
        ["input", "parameters", name, rest @ ..] => {
            let schema = &unit.value["spec"]["crd"]["spec"]["validation"]["openAPIV3Schema"];
            let required = matches!(&schema["required"], Value::Array(names) if names.iter().any(|it| *it == Value::from(*name)));
            let default = !matches!(schema["properties"][*name]["default"], Value::Undefined);
            rest.is_empty() && (required || default)
        }
        // A name of the body's: of a container, say.
        _ => steps.last().is_some_and(|last| ALWAYS.contains(last)) || steps.len() < 2,
    }
}

fn package(unit: &Unit, part: &Part, lints: &mut Vec<Lint>) {
    let Some(folder) = &unit.folder else { return };
    let Ok(outline) = outline(&part.module) else {
        return;
    };
    let package = &outline.package;
    if package.path.last().is_none_or(|last| last != folder) {
        let name = &package.text;
        let message = Text::new(
            format!(
                "the package `{name}` is not named as its folder `{folder}`: whoever looks for one will not find the other"
            ),
            format!(
                "パッケージ `{name}` の名前がフォルダー `{folder}` と異なります。一方から他方を見つけられません"
            ),
        );
        lints.push(Lint {
            help: Some(Text::new(
                format!("write `package {folder}`, also where tests speak of it"),
                format!("`package {folder}` と書いてください。テストで参照している箇所も同様です"),
            )),
            ..unit.at(
                part,
                (package.line, package.column),
                "package-differs-from-folder",
                message,
            )
        });
    }
}

fn libraries(unit: &Unit, surveys: &[(&Part, Survey)], lints: &mut Vec<Lint>) {
    for (part, _) in surveys.iter().skip(1) {
        let Ok(library) = outline(&part.module) else {
            continue;
        };
        let path = &library.package.path;
        let speaks = |other: &&Part| {
            outline(&other.module).is_ok_and(|outline| {
                let mut all = outline.imports.iter().chain(&outline.data);
                all.any(|reference| {
                    reference
                        .path
                        .get(1..)
                        .is_some_and(|spoken| spoken.starts_with(path) || path.starts_with(spoken))
                })
            })
        };
        let used = surveys
            .iter()
            .map(|(other, _)| *other)
            .filter(|other| !std::ptr::eq(*other, *part))
            .any(|other| speaks(&other));
        if !used {
            let name = &library.package.text;
            let message = Text::new(
                format!("nothing uses the library `{name}`"),
                format!("ライブラリ `{name}` はどこでも使われていません"),
            );
            let place = (library.package.line, library.package.column);
            lints.push(Lint {
                help: Some(left_out()),
                ..unit.at(part, place, "unused-library", message)
            });
        }
    }
}

fn inventory(unit: &Unit, surveys: &[(&Part, Survey)], lints: &mut Vec<Lint>) {
    let key = "metadata.gatekeeper.sh/requires-sync-data";
    if !matches!(unit.value["metadata"]["annotations"][key], Value::Undefined) {
        return;
    }
    for (part, _) in surveys {
        let Ok(outline) = outline(&part.module) else {
            continue;
        };
        let read = outline.data.iter().find(|reference| {
            reference
                .path
                .get(1)
                .is_some_and(|step| step == "inventory")
        });
        if let Some(read) = read {
            let message = Text::new(
                format!(
                    "the policy reads `data.inventory`, and no annotation `{key}` says which kinds have to be synced for it"
                ),
                format!(
                    "ポリシーは `data.inventory` を読みますが、同期が必要な kind を示すアノテーション `{key}` がありません"
                ),
            );
            lints.push(Lint {
                help: Some(Text::new(
                    "name the kinds in that annotation: `gator sync test` and sekisho check it",
                    "そのアノテーションに kind を書いてください。`gator sync test` と sekisho が確認に使います",
                )),
                ..unit.at(
                    part,
                    (read.line, read.column),
                    "inventory-without-sync",
                    message,
                )
            });
            return;
        }
    }
}
