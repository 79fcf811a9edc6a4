//! Policy definitions that carry their template, as Gatekeeper's two objects.

use std::sync::Arc;

use data_encoding::BASE64;

use crate::engine::Value;
use crate::manifest::{self, Fault, FieldPath, Step};
use crate::source::Source;

use super::super::emit;
use super::super::rating::{CONTROL, REMEDIATION, SEVERITY};
use super::{CONSTRAINT, MATCH};

/// The objects of a definition, each as a text of its own.
pub(in super::super) struct Definition {
    /// The ConstraintTemplate, as it was encoded.
    pub(in super::super) template: Source,
    /// The Constraint that the definition makes with its default values; `None` where those disable
    /// it.
    pub(in super::super) constraint: Option<Source>,
}

/// Reads `source` where it holds a policy definition or an initiative; `None` where it is something
/// else. An initiative comes to nothing: its definitions are files of their own.
pub(in super::super) fn definition(source: &Source) -> Option<Result<Option<Definition>, Fault>> {
    // Most files of policies are YAML, and no definition is.
    let text = source.text().text;
    let azures = text.contains("\"policyRule\"") || text.contains("\"policyDefinitions\"");
    if !azures || !text.trim_start().starts_with('{') {
        return None;
    }
    let value = manifest::value(source).ok()?;
    let (properties, path) = match &value["properties"] {
        Value::Undefined => (&value, Vec::new()),
        inner => (inner, vec![key("properties")]),
    };
    if matches!(properties["policyDefinitions"], Value::Array(_)) {
        return Some(Ok(None));
    }
    let Value::Object(_) = &properties["policyRule"] else {
        return None;
    };
    let reader = Reader {
        source,
        properties,
        path,
    };
    Some(reader.read().map(Some))
}

struct Reader<'a> {
    source: &'a Source,
    properties: &'a Value,
    path: Vec<Step>,
}

impl Reader<'_> {
    fn read(&self) -> Result<Definition, Fault> {
        let then = &self.properties["policyRule"]["then"];
        let details = &then["details"];
        let template = self.template(&details["templateInfo"])?;
        let read = manifest::value(&template)?;
        let kind = &read["spec"]["crd"]["spec"]["names"]["kind"];
        let effect = self.valued(&then["effect"], &["policyRule", "then", "effect"])?;
        let effect = effect.as_string().map_or("", |text| text);
        let warn = self.valued(&details["warn"], &["policyRule", "then", "details", "warn"])?;
        let action = match (effect.to_ascii_lowercase().as_str(), &warn) {
            ("disabled", _) => None,
            ("deny", _) => Some("deny"),
            ("audit", Value::Bool(true)) => Some("warn"),
            ("audit", _) => Some("dryrun"),
            _ => {
                let message =
                    format!("the effect is `{effect}`; expected `Audit`, `Deny` or `Disabled`");
                return Err(self.fault(&["policyRule", "then", "effect"], message));
            }
        };
        let constraint = match action {
            None => None,
            Some(action) => Some(self.constraint(kind, action, details)?),
        };
        Ok(Definition {
            template,
            constraint,
        })
    }

    fn template(&self, info: &Value) -> Result<Source, Fault> {
        let path = ["policyRule", "then", "details", "templateInfo"];
        let encoded = match (&info["sourceType"], &info["content"]) {
            (Value::String(kind), Value::String(content)) if &**kind == "Base64Encoded" => content,
            (Value::String(kind), _) if &**kind == "PublicURL" => {
                let message = format!(
                    "the template is at `{}`, and nothing is fetched; expected it here, `Base64Encoded`",
                    info["url"]
                );
                return Err(self.fault(&path, message));
            }
            _ => {
                let message = "no template: expected `templateInfo` with `sourceType` \
                               `Base64Encoded` and `content`";
                return Err(self.fault(&path, message.to_owned()));
            }
        };
        let bytes = BASE64.decode(encoded.trim().as_bytes()).map_err(|error| {
            let path = [path.as_slice(), &["content"]].concat();
            self.fault(&path, format!("the content is no Base64: {error}"))
        })?;
        Ok(Source::new(self.inner("template"), bytes))
    }

    /// What an object inside of the file goes by.
    fn inner(&self, what: &str) -> Arc<str> {
        format!("{} ({what})", self.source.name).into()
    }

    fn constraint(&self, kind: &Value, action: &str, details: &Value) -> Result<Source, Fault> {
        let mut matches = vec![("kinds", self.kinds(details)?)];
        let at = ["policyRule", "then", "details"];
        for name in MATCH {
            let value = self.valued(&details[name], &[at.as_slice(), &[name]].concat())?;
            let empty = match &value {
                Value::Array(items) => items.is_empty(),
                Value::Object(fields) => fields.is_empty(),
                Value::Undefined | Value::Null => true,
                _ => false,
            };
            if !empty {
                matches.push((name, value));
            }
        }
        let mut parameters = Vec::new();
        if let Value::Object(values) = &details["values"] {
            for (name, value) in values.iter() {
                let own = name.as_string().map_or("", |text| text);
                let path = [at.as_slice(), &["values", own]].concat();
                parameters.push((name.clone(), self.valued(value, &path)?));
            }
        }
        let metadata = &self.properties["metadata"];
        let name = match &metadata[CONSTRAINT] {
            Value::String(name) => Value::String(name.clone()),
            _ => Value::from(kind.as_string().map_or("", |kind| kind).to_lowercase()),
        };
        let annotations = [SEVERITY, CONTROL, REMEDIATION]
            .into_iter()
            .filter_map(|key| match &metadata[key] {
                text @ Value::String(_) => Some((Value::from(key), text.clone())),
                _ => None,
            });
        let object = mapping([
            ("apiVersion", "constraints.gatekeeper.sh/v1beta1".into()),
            ("kind", kind.clone()),
            (
                "metadata",
                mapping([("annotations", object(annotations)), ("name", name)]),
            ),
            (
                "spec",
                mapping([
                    ("enforcementAction", action.into()),
                    (
                        "match",
                        object(matches.into_iter().map(|(key, value)| (key.into(), value))),
                    ),
                    ("parameters", object(parameters)),
                ]),
            ),
        ]);
        Ok(Source::new(
            self.inner("constraint"),
            emit::document(&object),
        ))
    }

    fn kinds(&self, details: &Value) -> Result<Value, Fault> {
        let at = ["policyRule", "then", "details"];
        let list = |name: &str| {
            let path = [at.as_slice(), &[name]].concat();
            match self.valued(&details[name], &path)? {
                list @ Value::Array(_) => Ok(list),
                _ => Err(self.fault(&path, format!("expected a list of `{name}`"))),
            }
        };
        let entry = mapping([("apiGroups", list("apiGroups")?), ("kinds", list("kinds")?)]);
        Ok(Value::from(vec![entry]))
    }

    /// A value, or that of the parameter which it names: `[parameters('name')]`, with fields of it
    /// behind.
    fn valued(&self, value: &Value, path: &[&str]) -> Result<Value, Fault> {
        let Value::String(text) = value else {
            return Ok(unescaped(value));
        };
        if !text.starts_with("[parameters(") {
            return Ok(unescaped(value));
        }
        let parts = text
            .strip_prefix("[parameters('")
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|rest| rest.split_once("')"));
        let Some((name, fields)) = parts else {
            return Err(self.fault(path, format!("the expression `{text}` is not known here")));
        };
        let Value::Object(parameters) = &self.properties["parameters"] else {
            return Err(self.fault(path, format!("no parameter `{name}`")));
        };
        let same = |key: &Value| {
            key.as_string()
                .is_ok_and(|key| key.eq_ignore_ascii_case(name))
        };
        let found = parameters.iter().find(|(key, _)| same(key));
        let Some((_, declared)) = found else {
            return Err(self.fault(path, format!("no parameter `{name}`")));
        };
        let mut given = &declared["defaultValue"];
        if matches!(given, Value::Undefined) {
            let message = format!(
                "the parameter `{name}` has no `defaultValue`, and only those are known here"
            );
            return Err(self.fault(&["parameters", name], message));
        }
        for field in fields.split('.').filter(|field| !field.is_empty()) {
            given = &given[field];
        }
        Ok(unescaped(given))
    }

    fn fault(&self, path: &[&str], message: String) -> Fault {
        let inner = path.iter().map(|name| key(name));
        let path = FieldPath(self.path.iter().cloned().chain(inner).collect());
        manifest::fault_at(self.source, &path, message)
    }
}

/// `[[` at the beginning of a text is a bracket.
fn unescaped(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("[[") => text.get(1..).unwrap_or_default().into(),
        Value::Array(items) => Value::from(items.iter().map(unescaped).collect::<Vec<_>>()),
        Value::Object(fields) => {
            let fields = fields.iter();
            object(fields.map(|(key, value)| (key.clone(), unescaped(value))))
        }
        other => other.clone(),
    }
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

fn object(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::from(
        entries
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>(),
    )
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    object(entries.map(|(key, value)| (Value::from(key), value)))
}
