//! One ExpansionTemplate: to what it applies, and what it makes of it.

use std::sync::Arc;

use super::super::enforcement::EnforcementAction;
use super::super::fields::{
    entries, field, group_version, items, nested, set, set_metadata, string, string_at, type_name,
};
use super::super::problem::suggestion;
use super::super::{EXPANSION_GROUP, Problem};
use crate::engine::Value;

/// An ExpansionTemplate that a cluster would accept.
#[derive(Clone, Debug)]
pub struct ExpansionTemplate {
    /// `metadata.name`
    pub name: Arc<str>,
    /// What is done about violations of the generated objects; `None`: what the constraint says.
    pub enforcement: Option<EnforcementAction>,
    applies_to: Vec<ApplyTo>,
    /// The keys down to the source, with points between them.
    pub(super) source: Arc<str>,
    pub(super) generated: Kind,
}

#[derive(Clone, Debug)]
struct ApplyTo {
    groups: Vec<String>,
    versions: Vec<String>,
    kinds: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    group: String,
    version: String,
    kind: String,
}

impl ExpansionTemplate {
    /// Reads an ExpansionTemplate, with all that is wrong with it.
    pub fn from_value(value: &Value) -> Result<ExpansionTemplate, Vec<Problem>> {
        let mut problems = Vec::new();
        let (group, version) = group_version(value);
        if group != EXPANSION_GROUP || version.is_empty() {
            let message = format!("expected `{EXPANSION_GROUP}/v1beta1` or `v1alpha1`");
            problems.push(Problem::new("apiVersion", message));
        }
        if string_at(value, &["kind"]) != Some("ExpansionTemplate") {
            problems.push(Problem::new("kind", "expected `ExpansionTemplate`"));
        }
        match Self::read(value, problems) {
            Ok(template) if template.applies(&template.generated) => {
                let message = "the template applies to what it generates";
                Err(vec![Problem::new("spec.generatedGVK", message)])
            }
            other => other,
        }
    }

    pub(super) fn read(value: &Value, mut problems: Vec<Problem>) -> Result<Self, Vec<Problem>> {
        let mut wrong = |path: &str, message: String| problems.push(Problem::new(path, message));
        let name = string_at(value, &["metadata", "name"]).unwrap_or_default();
        if name.is_empty() || name.len() > 63 {
            wrong(
                "metadata.name",
                "expected a name of 1 to 63 characters".to_owned(),
            );
        }
        let spec = field(value, "spec").unwrap_or(&Value::Null);
        for (key, _) in entries(spec) {
            const KNOWN: [&str; 4] = [
                "applyTo",
                "templateSource",
                "generatedGVK",
                "enforcementAction",
            ];
            if !KNOWN.contains(&key) {
                wrong(
                    &format!("spec.{key}"),
                    format!("unknown field{}", suggestion(key, KNOWN)),
                );
            }
        }
        let source = string_at(spec, &["templateSource"]).unwrap_or_default();
        if source.is_empty() || source.split('.').any(str::is_empty) {
            wrong(
                "spec.templateSource",
                "expected the path of a field, like `spec.template`".to_owned(),
            );
        }
        let generated = |key| {
            string_at(spec, &["generatedGVK", key])
                .unwrap_or_default()
                .to_owned()
        };
        let generated = Kind {
            group: generated("group"),
            version: generated("version"),
            kind: generated("kind"),
        };
        if generated.kind.is_empty() || generated.version.is_empty() {
            wrong(
                "spec.generatedGVK",
                "expected a version and a kind".to_owned(),
            );
        }
        let applies_to: Vec<ApplyTo> = field(spec, "applyTo")
            .into_iter()
            .flat_map(items)
            .map(ApplyTo::read)
            .collect();
        if applies_to.is_empty() {
            wrong(
                "spec.applyTo",
                "missing: the template applies to nothing".to_owned(),
            );
        }
        for (index, apply) in applies_to.iter().enumerate() {
            for (key, list) in [
                ("groups", &apply.groups),
                ("versions", &apply.versions),
                ("kinds", &apply.kinds),
            ] {
                if list.is_empty() {
                    let path = format!("spec.applyTo[{index}].{key}");
                    wrong(&path, "missing: the entry applies to nothing".to_owned());
                }
            }
        }
        let action = field(spec, "enforcementAction");
        let enforcement = EnforcementAction::read(action, "spec.enforcementAction");
        match enforcement {
            Ok(enforcement) if problems.is_empty() => Ok(ExpansionTemplate {
                name: Arc::from(name),
                enforcement,
                applies_to,
                source: source.into(),
                generated,
            }),
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        }
    }

    pub(super) fn applies(&self, kind: &Kind) -> bool {
        let among = |list: &[String], word: &str| list.iter().any(|known| known == word);
        self.applies_to.iter().any(|apply| {
            among(&apply.groups, &kind.group)
                && among(&apply.kinds, &kind.kind)
                && (among(&apply.versions, &kind.version) || among(&apply.versions, "*"))
        })
    }

    /// What `parent` leads to by this template.
    pub(super) fn expand(&self, parent: &Value) -> Result<Value, Problem> {
        let keys: Vec<&str> = self.source.split('.').collect();
        let path = keys.join(".");
        let mut object = match nested(parent, &keys) {
            Some(source @ Value::Object(_)) => source.clone(),
            Some(other) => {
                let message = format!("expected an object, got {}", type_name(other));
                return Err(Problem::new(path, message));
            }
            None => return Err(Problem::new(path, "missing: there is nothing to expand")),
        };
        let Kind {
            group,
            version,
            kind,
        } = &self.generated;
        let api_version = if group.is_empty() {
            version.clone()
        } else {
            format!("{group}/{version}")
        };
        set(&mut object, "apiVersion", Value::from(api_version));
        set(&mut object, "kind", Value::from(kind.as_str()));
        if let Some(namespace) = nested(parent, &["metadata", "namespace"]) {
            set_metadata(&mut object, "namespace", namespace.clone());
        }
        let name = string_at(parent, &["metadata", "name"]).unwrap_or_default();
        let generated = format!("{name}-{kind}").to_lowercase();
        set_metadata(&mut object, "name", Value::from(generated));
        own(&mut object, parent);
        Ok(object)
    }
}

impl Kind {
    pub(super) fn of(object: &Value) -> Kind {
        let (group, version) = group_version(object);
        let kind = string_at(object, &["kind"]).unwrap_or_default();
        Kind {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
        }
    }
}

impl ApplyTo {
    fn read(value: &Value) -> Self {
        let list = |key| {
            let list = field(value, key).into_iter().flat_map(items);
            list.filter_map(string).map(str::to_owned).collect()
        };
        ApplyTo {
            groups: list("groups"),
            versions: list("versions"),
            kinds: list("kinds"),
        }
    }
}

/// Names `parent` as an owner of `object`, unless it is one already.
fn own(object: &mut Value, parent: &Value) {
    let keys = ["apiVersion", "kind", "name"];
    let from = [
        string_at(parent, &["apiVersion"]),
        string_at(parent, &["kind"]),
        string_at(parent, &["metadata", "name"]),
    ];
    if from.iter().any(|text| text.is_none_or(str::is_empty)) {
        return;
    }
    let mut owners: Vec<Value> = nested(object, &["metadata", "ownerReferences"])
        .into_iter()
        .flat_map(items)
        .cloned()
        .collect();
    if owners
        .iter()
        .any(|owner| keys.map(|key| string_at(owner, &[key])) == from)
    {
        return;
    }
    let mut owner = Value::new_object();
    for (key, text) in keys.into_iter().zip(from) {
        set(&mut owner, key, Value::from(text.unwrap_or_default()));
    }
    set(&mut owner, "uid", Value::from(""));
    owners.push(owner);
    set_metadata(object, "ownerReferences", Value::from(owners));
}
