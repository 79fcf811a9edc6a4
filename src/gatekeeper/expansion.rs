//! ExpansionTemplates: the objects that an object would lead to, judged before they exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::enforcement::EnforcementAction;
use super::fields::{
    entries, field, group_version, items, nested, set, set_metadata, string, string_at, type_name,
};
use super::problem::suggestion;
use super::{EXPANSION_GROUP, Problem};
use crate::engine::Value;

/// How often an expansion may expand again; Gatekeeper's own bound.
const MAX_DEPTH: usize = 30;
/// How many objects one object may lead to: templates can multiply.
const MAX_OBJECTS: usize = 1000;

/// An ExpansionTemplate that a cluster would accept.
#[derive(Clone, Debug)]
pub struct ExpansionTemplate {
    /// `metadata.name`
    pub name: Arc<str>,
    /// What is done about violations of the generated objects; `None`: what the constraint says.
    pub enforcement: Option<EnforcementAction>,
    applies_to: Vec<ApplyTo>,
    /// The keys down to the source.
    source: Arc<[String]>,
    generated: Kind,
}

#[derive(Clone, Debug)]
struct ApplyTo {
    groups: Vec<String>,
    versions: Vec<String>,
    kinds: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    group: String,
    version: String,
    kind: String,
}

/// An object that another one would lead to.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The object.
    pub object: Value,
    /// The template that made it: Gatekeeper prefixes violations with `[Implied by NAME] `.
    pub template: Arc<str>,
    /// The template's enforcement action, which wins over the constraint's.
    pub enforcement: Option<EnforcementAction>,
    /// From the given object down: where each generation found the next.
    sources: Vec<Arc<[String]>>,
}

/// Expands objects by its templates.
#[derive(Clone, Debug, Default)]
pub struct Expander {
    templates: BTreeMap<Arc<str>, ExpansionTemplate>,
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

    fn read(value: &Value, mut problems: Vec<Problem>) -> Result<Self, Vec<Problem>> {
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
                source: source.split('.').map(str::to_owned).collect(),
                generated,
            }),
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        }
    }

    fn applies(&self, kind: &Kind) -> bool {
        let among = |list: &[String], word: &str| list.iter().any(|known| known == word);
        self.applies_to.iter().any(|apply| {
            among(&apply.groups, &kind.group)
                && among(&apply.kinds, &kind.kind)
                && (among(&apply.versions, &kind.version) || among(&apply.versions, "*"))
        })
    }

    /// What `parent` leads to by this template.
    fn expand(&self, parent: &Value) -> Result<Value, Problem> {
        let keys: Vec<&str> = self.source.iter().map(String::as_str).collect();
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

impl Expander {
    /// Kubernetes' own workloads, each straight to the Pod that it would make.
    pub fn workloads() -> Expander {
        // The file is the program's own; the tests read it.
        let list: Vec<Value> =
            serde_yaml::from_str(include_str!("workloads.yaml")).unwrap_or_default();
        let read = |value| ExpansionTemplate::read(value, Vec::new()).ok();
        let templates = list.iter().filter_map(read);
        Expander {
            templates: templates
                .map(|template| (template.name.clone(), template))
                .collect(),
        }
    }

    /// An expander of a user's templates; the last one of a name stays. Templates that expand in a
    /// circle are a problem, by the template's name.
    pub fn new(
        templates: impl IntoIterator<Item = ExpansionTemplate>,
    ) -> Result<Expander, Vec<(Arc<str>, Problem)>> {
        let templates: BTreeMap<_, _> = templates
            .into_iter()
            .map(|template| (template.name.clone(), template))
            .collect();
        let expander = Expander { templates };
        let circles: Vec<_> = expander
            .templates
            .values()
            .filter(|template| expander.leads_back(template))
            .map(|template| {
                let message = "the template is part of a circle of expansions";
                (
                    template.name.clone(),
                    Problem::new("spec.generatedGVK", message),
                )
            })
            .collect();
        if circles.is_empty() {
            Ok(expander)
        } else {
            Err(circles)
        }
    }

    /// These templates and those of `other`, also where two have one name.
    pub fn and(mut self, other: &Expander) -> Expander {
        for (name, template) in &other.templates {
            let mut key = name.clone();
            // No template's name ends like this.
            while self.templates.contains_key(&key) {
                key = format!("{key}/").into();
            }
            self.templates.insert(key, template.clone());
        }
        self
    }

    fn leads_back(&self, start: &ExpansionTemplate) -> bool {
        let mut seen = BTreeSet::new();
        let mut pending = vec![&start.generated];
        while let Some(kind) = pending.pop() {
            for next in self
                .templates
                .values()
                .filter(|template| template.applies(kind))
            {
                if next.name == start.name {
                    return true;
                }
                if seen.insert(&next.name) {
                    pending.push(&next.generated);
                }
            }
        }
        false
    }

    /// Whether there is nothing to expand by.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// All objects that `object` leads to, generation by generation, and what stood in the way of
    /// others. `object` is as [`super::Scopes::complete`] leaves it.
    pub fn expand(&self, object: &Value) -> (Vec<Expanded>, Vec<Problem>) {
        let mut made: Vec<Expanded> = Vec::new();
        let mut problems = Vec::new();
        self.expand_one(object, &[], &mut made, &mut problems);
        let mut next = 0;
        while let Some(parent) = made.get(next).cloned() {
            next += 1;
            if parent.sources.len() >= MAX_DEPTH || made.len() >= MAX_OBJECTS {
                let message = format!(
                    "the expansion does not end within {MAX_DEPTH} generations and {MAX_OBJECTS} objects"
                );
                problems.push(Problem::new("", message));
                break;
            }
            let before = problems.len();
            self.expand_one(&parent.object, &parent.sources, &mut made, &mut problems);
            for problem in problems.iter_mut().skip(before) {
                problem.path = parent.field_in_parent(&problem.path);
            }
        }
        (made, problems)
    }

    fn expand_one(
        &self,
        parent: &Value,
        sources: &[Arc<[String]>],
        made: &mut Vec<Expanded>,
        problems: &mut Vec<Problem>,
    ) {
        let (group, version) = group_version(parent);
        let kind = string_at(parent, &["kind"]).unwrap_or_default();
        let kind = Kind {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        };
        for template in self
            .templates
            .values()
            .filter(|template| template.applies(&kind))
        {
            match template.expand(parent) {
                Ok(object) => {
                    let mut sources = sources.to_vec();
                    sources.push(template.source.clone());
                    made.push(Expanded {
                        object,
                        template: template.name.clone(),
                        enforcement: template.enforcement,
                        sources,
                    });
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
}

impl Expanded {
    /// Where a field of the generated object stands in the object as given:
    /// `spec.containers[0].image` of a Deployment's Pod is `spec.template.spec.containers[0].image`.
    /// Name and namespace are those of the object as given; what the expansion made up (kind and
    /// owners) belongs to the source as a whole.
    pub fn field_in_parent(&self, field: &str) -> String {
        let mut path = field.to_owned();
        for source in self.sources.iter().rev() {
            if ["metadata.name", "metadata.namespace"].contains(&path.as_str()) {
                break;
            }
            let source = source.join(".");
            let first = path.split(['.', '[']).next().unwrap_or_default();
            let made_up = matches!(first, "" | "apiVersion" | "kind")
                || path.starts_with("metadata.ownerReferences");
            path = if made_up {
                source
            } else {
                format!("{source}.{path}")
            };
        }
        path
    }
}
