//! From parameters to a Constraint: Azure's names for where a policy looks and what follows
//! become Gatekeeper's `match` and `enforcementAction`, the rest are the template's parameters.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::params::Parameters;

/// Parameters that are not the template's: they shape the Constraint itself.
pub const OF_THE_CONSTRAINT: [&str; 7] = [
    "excludedNamespaces",
    "namespaces",
    "labelSelector",
    "source",
    "warn",
    "effect",
    "whenUnconfigured",
];

/// What the values of one policy come to.
#[derive(Debug)]
pub(super) enum Settings {
    /// `effect: disabled`, or waiting for values: there is no Constraint.
    Disabled,
    /// The Constraint, in Gatekeeper's form.
    Constraint(Value),
}

/// A parameter with a value that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// The parameter.
    pub parameter: String,
    /// What is wrong, and what was expected.
    pub message: String,
}

/// Builds the Constraint of template kind `kind` from the match that the recommendation always
/// has and the effective values. With `unconfigured`, nobody has said yet what is allowed.
pub(super) fn constraint(
    kind: &str,
    base: &serde_json::Value,
    values: &Parameters,
    unconfigured: bool,
) -> Result<Settings, Misfit> {
    let waits = match values.get("whenUnconfigured") {
        None | Some(Value::Null) => false,
        Some(word) => match known(word, &["judge", "skip"]) {
            Some(word) => word == "skip",
            None => return Err(misfit("whenUnconfigured", word, "`judge` or `skip`")),
        },
    };
    let action = match action(values)? {
        Some(action) if !(waits && unconfigured) => action,
        _ => return Ok(Settings::Disabled),
    };
    let mut matches = object(&Value::from(base.clone()));
    let mut excluded = matches
        .get(&Value::from("excludedNamespaces"))
        .map(strings)
        .unwrap_or_default();
    for namespace in namespaces(values, "excludedNamespaces")? {
        if !excluded.contains(&namespace) {
            excluded.push(namespace);
        }
    }
    set(&mut matches, "excludedNamespaces", list(excluded));
    let included = namespaces(values, "namespaces")?;
    if !included.is_empty() {
        set(&mut matches, "namespaces", list(included));
    }
    match values.get("labelSelector") {
        None | Some(Value::Null) => {}
        Some(Value::Object(selector)) if selector.is_empty() => {}
        Some(selector @ Value::Object(_)) => set(&mut matches, "labelSelector", selector.clone()),
        Some(other) => {
            return Err(misfit(
                "labelSelector",
                other,
                "a mapping with matchLabels or matchExpressions",
            ));
        }
    }
    match values.get("source") {
        None | Some(Value::Null) => {}
        Some(source) => match known(source, &["All", "Original", "Generated"]) {
            Some(word) => set(&mut matches, "source", word.into()),
            None => return Err(misfit("source", source, "`All`, `Original` or `Generated`")),
        },
    }
    let parameters: BTreeMap<Value, Value> = values
        .iter()
        .filter(|(name, _)| !OF_THE_CONSTRAINT.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str().into(), value.clone()))
        .collect();
    let metadata = [("name", Value::from(kind.to_lowercase()))];
    let spec = [
        ("enforcementAction", action.into()),
        ("match", Value::from(matches)),
        ("parameters", Value::from(parameters)),
    ];
    Ok(Settings::Constraint(mapping([
        ("apiVersion", "constraints.gatekeeper.sh/v1beta1".into()),
        ("kind", kind.into()),
        ("metadata", mapping(metadata)),
        ("spec", mapping(spec)),
    ])))
}

/// The parameter that a path in the Constraint is about: `cpuLimit` for `spec.parameters.cpuLimit`.
pub(super) fn parameter(path: &str) -> &str {
    let path = path.strip_prefix("spec.").unwrap_or(path);
    let path = path
        .strip_prefix("parameters.")
        .or_else(|| path.strip_prefix("match."))
        .unwrap_or(path);
    path.split(['.', '[']).next().unwrap_or(path)
}

// Azure's audit reports and lets pass, which Gatekeeper calls dryrun; with `warn` the user of
// kubectl is told as well.
fn action(values: &Parameters) -> Result<Option<&'static str>, Misfit> {
    let warn = match values.get("warn") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(warn)) => *warn,
        Some(other) => return Err(misfit("warn", other, "`true` or `false`")),
    };
    match values.get("effect") {
        None | Some(Value::Null) => Ok(Some("deny")),
        Some(effect) => match known(effect, &["audit", "deny", "disabled"]) {
            Some("audit") if warn => Ok(Some("warn")),
            Some("audit") => Ok(Some("dryrun")),
            Some("deny") => Ok(Some("deny")),
            Some(_) => Ok(None),
            None => Err(misfit("effect", effect, "`audit`, `deny` or `disabled`")),
        },
    }
}

fn known(value: &Value, words: &[&'static str]) -> Option<&'static str> {
    let value = value.as_string().ok()?;
    words
        .iter()
        .copied()
        .find(|word| word.eq_ignore_ascii_case(value))
}

// Azure's portal asks for namespaces separated by semicolons, its API for a list; both are met.
fn namespaces(values: &Parameters, parameter: &str) -> Result<Vec<String>, Misfit> {
    let expected = "a list of namespaces, or one text with `;` between them";
    let texts = match values.get(parameter) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(text @ Value::String(_)) => vec![text],
        Some(Value::Array(items)) => items.iter().collect(),
        Some(other) => return Err(misfit(parameter, other, expected)),
    };
    let mut names = Vec::new();
    for text in texts {
        let Ok(text) = text.as_string() else {
            return Err(misfit(parameter, text, expected));
        };
        names.extend(
            text.split(';')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        );
    }
    Ok(names)
}

fn misfit(parameter: &str, value: &Value, expected: &str) -> Misfit {
    Misfit {
        parameter: parameter.to_owned(),
        message: format!("`{parameter}` is `{value}`; expected {expected}"),
    }
}

fn object(value: &Value) -> BTreeMap<Value, Value> {
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        _ => BTreeMap::new(),
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_string().ok().map(|text| text.to_string()))
            .collect(),
        _ => Vec::new(),
    }
}

fn list(texts: Vec<String>) -> Value {
    Value::from(texts.into_iter().map(Value::from).collect::<Vec<_>>())
}

fn set(entries: &mut BTreeMap<Value, Value>, key: &str, value: Value) {
    entries.insert(key.into(), value);
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::from(
        entries
            .into_iter()
            .map(|(key, value)| (Value::from(key), value))
            .collect::<BTreeMap<_, _>>(),
    )
}
