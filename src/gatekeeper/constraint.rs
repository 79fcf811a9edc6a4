//! Constraints: a template at work.

use std::collections::BTreeMap;

use super::enforcement::Enforcement;
use super::fields::{entries, field, group_version, nested, quoted, set, string, string_at};
use super::problem::suggestion;
use super::template::annotations;
use super::{CONSTRAINT_GROUP, ConstraintTemplate, Matcher, Problem};
use crate::engine::Value;

/// A constraint that a cluster would accept.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Its kind: that of its template.
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `apiVersion` as written.
    pub api_version: String,
    /// What it is about.
    pub matcher: Matcher,
    /// `input.parameters`: `spec.parameters` with the schema's defaults, `{}` where there are none.
    pub parameters: Value,
    /// What is done about its violations.
    pub enforcement: Enforcement,
    /// `metadata.annotations`
    pub annotations: BTreeMap<String, String>,
    /// The constraint as written.
    pub raw: Value,
    /// What a cluster accepts without a word although it does not do what it seems to.
    pub notes: Vec<Problem>,
}

impl Constraint {
    /// Reads a constraint of `template`, with all that is wrong with it.
    ///
    /// Numbers in `value` reach `parameters` as they are: see [`super::as_gatekeeper_numbers`].
    pub fn from_value(
        value: &Value,
        template: &ConstraintTemplate,
    ) -> Result<Constraint, Vec<Problem>> {
        let object = without_nulls(value);
        let mut problems = check_identity(&object, template);
        problems.extend(template.constraint_schema().validate(&object, ""));
        let unknown = template
            .constraint_schema()
            .unknown_fields(&object, "", true);
        problems.extend(
            unknown
                .into_iter()
                .map(|path| unknown_field(path, template)),
        );

        let completed = template.constraint_schema().with_defaults(&object);
        let spec = field(&completed, "spec")
            .cloned()
            .unwrap_or_else(Value::new_object);
        let written = field(&object, "spec").unwrap_or(&Value::Null);
        // A field of the wrong type has been named above; naming what follows from it helps nobody.
        let sound = problems
            .iter()
            .all(|problem| !problem.path.starts_with("spec."));
        let matcher = match field(&spec, "match")
            .filter(|_| sound)
            .map(Matcher::compile)
        {
            None => Matcher::default(),
            Some(Ok(matcher)) => matcher,
            Some(Err(wrong)) => {
                problems.extend(wrong);
                Matcher::default()
            }
        };
        let enforcement = if sound {
            Enforcement::read(written, &mut problems)
        } else {
            Enforcement::default()
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Constraint {
            kind: template.kind.clone(),
            name: string_at(&object, &["metadata", "name"])
                .unwrap_or_default()
                .to_owned(),
            api_version: string_at(&object, &["apiVersion"])
                .unwrap_or_default()
                .to_owned(),
            matcher,
            parameters: field(&spec, "parameters")
                .cloned()
                .unwrap_or_else(Value::new_object),
            notes: notes(&spec, &enforcement),
            enforcement,
            annotations: annotations(&object),
            raw: value.clone(),
        })
    }
}

impl Constraint {
    /// The constraint that [`from_value`](Constraint::from_value) once made of `value`, with these
    /// `parameters`, and of which nobody had to be told anything: it is not checked again. `None`
    /// where that cannot be.
    pub fn known(
        value: &Value,
        parameters: Option<Value>,
        template: &ConstraintTemplate,
    ) -> Option<Constraint> {
        let spec = field(value, "spec")?;
        let mut problems = Vec::new();
        let enforcement = Enforcement::read(spec, &mut problems);
        let matcher = Matcher::compile(field(spec, "match")?).ok()?;
        let parameters = parameters.or_else(|| field(spec, "parameters").cloned())?;
        problems.is_empty().then(|| Constraint {
            kind: template.kind.clone(),
            name: string_at(value, &["metadata", "name"])
                .unwrap_or_default()
                .to_owned(),
            api_version: string_at(value, &["apiVersion"])
                .unwrap_or_default()
                .to_owned(),
            matcher,
            parameters,
            enforcement,
            annotations: annotations(value),
            raw: value.clone(),
            notes: Vec::new(),
        })
    }
}

fn check_identity(object: &Value, template: &ConstraintTemplate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |path: &str, message: String| problems.push(Problem::new(path, message));
    match string_at(object, &["metadata", "name"]) {
        None | Some("") => wrong(
            "metadata.name",
            "missing: a constraint needs a name".to_owned(),
        ),
        Some(name) if !is_dns_subdomain(name) => {
            let message = format!(
                "`{name}` is no name: expected lower-case letters, digits, `-` and `.`, with a letter \
                 or a digit at both ends"
            );
            wrong("metadata.name", message);
        }
        Some(_) => {}
    }
    let kind = string_at(object, &["kind"]).unwrap_or_default();
    if kind != template.kind {
        wrong(
            "kind",
            format!(
                "expected `{}`, the kind of its template, got `{kind}`",
                template.kind
            ),
        );
    }
    let (group, version) = group_version(object);
    if group != CONSTRAINT_GROUP || !matches!(version, "v1beta1" | "v1alpha1") {
        let given = quoted(field(object, "apiVersion").unwrap_or(&Value::Null));
        let message = format!("expected `{CONSTRAINT_GROUP}/v1beta1` or `v1alpha1`, got {given}");
        wrong("apiVersion", message);
    }
    problems
}

fn unknown_field(path: String, template: &ConstraintTemplate) -> Problem {
    if path == "spec.parameters" {
        let message = format!("the template `{}` takes no parameters", template.name);
        return Problem::new(path, message);
    }
    let key = path.rsplit('.').next().unwrap_or_default();
    let known: Vec<&str> = if path == format!("spec.parameters.{key}") {
        template
            .schema()
            .into_iter()
            .flat_map(|schema| schema.properties())
            .collect()
    } else if path == format!("spec.match.{key}") {
        vec![
            "kinds",
            "scope",
            "namespaces",
            "excludedNamespaces",
            "labelSelector",
            "namespaceSelector",
            "name",
            "source",
        ]
    } else if path == format!("spec.{key}") {
        vec![
            "enforcementAction",
            "match",
            "parameters",
            "scopedEnforcementActions",
        ]
    } else {
        Vec::new()
    };
    let hint = suggestion(key, known);
    Problem::new(path, format!("unknown field{hint}"))
}

fn notes(spec: &Value, enforcement: &Enforcement) -> Vec<Problem> {
    let mut notes = Vec::new();
    if let Some(scope) = nested(spec, &["match", "scope"]).and_then(string)
        && !matches!(scope, "" | "*" | "Cluster" | "Namespaced")
    {
        let hint = suggestion(scope, ["Cluster", "Namespaced"]);
        let message = format!("`{scope}` is taken for `*`, which matches every scope{hint}");
        notes.push(Problem::new("spec.match.scope", message));
    }
    if field(spec, "scopedEnforcementActions").is_some()
        && matches!(enforcement, Enforcement::Everywhere(_))
    {
        let message = "has no effect unless `enforcementAction` is `scoped`";
        notes.push(Problem::new("spec.scopedEnforcementActions", message));
    }
    notes
}

/// The API server forgets a null field where null cannot stand, so `match:` without a value is no
/// match. Inside the parameters null is left to the schema, which refuses it as gator does.
fn without_nulls(value: &Value) -> Value {
    let forget = |value: &Value| {
        let mut kept = Value::new_object();
        for (key, field) in entries(value).filter(|(_, field)| !matches!(field, Value::Null)) {
            set(&mut kept, key, field.clone());
        }
        kept
    };
    if !matches!(value, Value::Object(_)) {
        return value.clone();
    }
    let mut object = forget(value);
    if let Some(spec) = field(value, "spec").filter(|spec| matches!(spec, Value::Object(_))) {
        let mut kept = forget(spec);
        if let Some(given) = field(spec, "match").filter(|given| matches!(given, Value::Object(_)))
        {
            set(&mut kept, "match", forget(given));
        }
        set(&mut object, "spec", kept);
    }
    object
}

/// RFC 1123: labels of lower-case letters, digits and inner hyphens, joined by dots.
pub(super) fn is_dns_subdomain(name: &str) -> bool {
    let label = |label: &str| {
        let body = label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        !label.is_empty() && body && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}
