//! ExpansionTemplates: the objects that an object would lead to, judged before they exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Problem;
use super::enforcement::EnforcementAction;
use super::fields::items;
use crate::engine::{Value, yaml};

mod template;

pub use template::ExpansionTemplate;
use template::Kind;

/// How often an expansion may expand again; Gatekeeper's own bound.
const MAX_DEPTH: usize = 30;
/// How many objects one object may lead to: templates can multiply.
const MAX_OBJECTS: usize = 1000;

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
    sources: Vec<Arc<str>>,
}

/// Expands objects by its templates.
#[derive(Clone, Debug, Default)]
pub struct Expander {
    templates: BTreeMap<Arc<str>, ExpansionTemplate>,
}

impl Expander {
    /// Kubernetes' own workloads, each straight to the Pod that it would make.
    pub fn workloads() -> Expander {
        // The file is the program's own; the tests read it.
        let list = yaml::value(include_str!("workloads.yaml")).unwrap_or(Value::Null);
        let read = |value| ExpansionTemplate::read(value, Vec::new()).ok();
        let templates = items(&list).filter_map(read);
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
        sources: &[Arc<str>],
        made: &mut Vec<Expanded>,
        problems: &mut Vec<Problem>,
    ) {
        let kind = Kind::of(parent);
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
            let ends = |byte| matches!(byte, b'.' | b'[');
            let end = path.bytes().position(ends).unwrap_or(path.len());
            let made_up = match path.get(..end).unwrap_or_default() {
                "" | "apiVersion" | "kind" => true,
                "metadata" => path.starts_with("metadata.ownerReferences"),
                _ => false,
            };
            path = if made_up {
                source.to_string()
            } else {
                [&**source, &*path].join(".")
            };
        }
        path
    }
}
