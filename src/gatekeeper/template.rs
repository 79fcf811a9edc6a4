//! ConstraintTemplates: a kind of constraint, the schema of its parameters, its Rego.

use std::collections::BTreeMap;

use super::fields::{
    entries, field, group_version, items, nested, quoted, string, string_at, type_name,
};
use super::matching::{is_label_key, is_label_value};
use super::problem::suggestion;
use super::rego_rules;
use super::{Problem, Schema, TARGET, TEMPLATE_GROUP};
use crate::engine::{Module, Value};
use crate::lazy::Lazy;

mod code;
mod schemas;

use schemas::Schemas;

pub(super) use code::Code;
pub use code::SyncEntry;

/// A template that a cluster would accept, and whose Rego parses. It need not compile.
#[derive(Clone, Debug)]
pub struct ConstraintTemplate {
    /// `metadata.name`: the kind in lower case.
    pub name: String,
    /// The kind of its constraints.
    pub kind: String,
    /// The module with the rule `violation`.
    pub main: Module,
    /// The modules below `lib`.
    pub libs: Vec<Module>,
    /// The rule to ask for: `data.PACKAGE.violation`.
    pub entry: String,
    /// `metadata.annotations`
    pub annotations: BTreeMap<String, String>,
    /// The kinds that the inventory must hold, by `metadata.gatekeeper.sh/requires-sync-data`: of
    /// each inner list, one.
    pub requires_sync: Vec<Vec<SyncEntry>>,
    /// Whether the Rego looks into `data.inventory`.
    pub uses_inventory: bool,
    /// The template as written.
    pub raw: Lazy<Value>,
    /// What a cluster accepts without a word although it does not do what it seems to.
    pub notes: Vec<Problem>,
    schemas: Lazy<Schemas>,
    fields: Vec<(String, String)>,
}

/// What a template that was read before turned out to be.
pub struct KnownTemplate {
    /// See [`ConstraintTemplate::name`].
    pub name: String,
    /// See [`ConstraintTemplate::kind`].
    pub kind: String,
    /// See [`ConstraintTemplate::main`].
    pub main: Module,
    /// See [`ConstraintTemplate::libs`].
    pub libs: Vec<Module>,
    /// See [`ConstraintTemplate::entry`].
    pub entry: String,
    /// See [`ConstraintTemplate::annotations`].
    pub annotations: BTreeMap<String, String>,
    /// See [`ConstraintTemplate::uses_inventory`].
    pub uses_inventory: bool,
    /// See [`ConstraintTemplate::raw`].
    pub raw: Lazy<Value>,
}

impl ConstraintTemplate {
    /// Reads a template with its Rego in it, with all that is wrong with it.
    pub fn from_value(value: &Value) -> Result<ConstraintTemplate, Vec<Problem>> {
        Self::read(value, None)
    }

    /// Reads a template whose Rego stands elsewhere: `main` and `libs` take the place of what the
    /// template holds. Problems in them have an empty path and the module's name.
    pub fn with_rego(
        value: &Value,
        main: Module,
        libs: Vec<Module>,
    ) -> Result<ConstraintTemplate, Vec<Problem>> {
        Self::read(value, Some(code::Code::outside(main, libs)))
    }

    /// The template that [`with_rego`](Self::with_rego) once made, and of which nobody had to be told
    /// anything: it is not checked again.
    pub fn known(known: KnownTemplate) -> ConstraintTemplate {
        let raw = known.raw.clone();
        ConstraintTemplate {
            requires_sync: code::requires_sync(&known.annotations, &mut Vec::new()),
            schemas: Lazy::new(move || Schemas::read_again(&raw)),
            name: known.name,
            kind: known.kind,
            main: known.main,
            libs: known.libs,
            entry: known.entry,
            annotations: known.annotations,
            uses_inventory: known.uses_inventory,
            raw: known.raw,
            notes: Vec::new(),
            fields: Vec::new(),
        }
    }

    fn read(value: &Value, outside: Option<code::Code>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut notes = Vec::new();
        let legacy_version = check_version(value, &mut problems);
        let (name, kind) = check_names(value, &mut problems);
        check_labels(value, &mut problems);
        note_unknown(value, &mut notes);
        let schema = schemas::read(value, legacy_version, &mut problems, &mut notes);
        let code = read_target(value, outside, &mut problems, &mut notes);
        let checked = match code {
            Some(code) => match rego_rules::check(&code) {
                Ok(checked) => Some((code, checked)),
                Err(wrong) => {
                    problems.extend(wrong);
                    None
                }
            },
            None => None,
        };
        let (Some((code, checked)), true) = (checked, problems.is_empty()) else {
            return Err(problems);
        };
        let annotations = annotations(value);
        let requires_sync = code::requires_sync(&annotations, &mut notes);
        let code::Code {
            mut main,
            libs,
            fields,
        } = code;
        if let Some(text) = checked.text {
            main.text = text.into();
        }
        Ok(ConstraintTemplate {
            name: name.to_owned(),
            kind: kind.to_owned(),
            main,
            libs,
            entry: checked.entry,
            annotations,
            requires_sync,
            uses_inventory: checked.uses_inventory,
            raw: value.clone().into(),
            notes,
            schemas: Schemas::of(schema).into(),
            fields,
        })
    }

    /// The annotation `metadata.gatekeeper.sh/title`.
    pub fn title(&self) -> Option<&str> {
        self.annotations
            .get("metadata.gatekeeper.sh/title")
            .map(String::as_str)
    }

    /// The annotation `description`.
    pub fn description(&self) -> Option<&str> {
        self.annotations.get("description").map(String::as_str)
    }

    /// The field of the template that holds the module `name`: where a fault of the engine is to
    /// be shown. `None` for modules from elsewhere.
    pub fn field_of(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(module, _)| module == name);
        found
            .map(|(_, field)| field.as_str())
            .filter(|field| !field.is_empty())
    }

    /// What Gatekeeper calls the module `name`, wherever that came from.
    pub fn called(&self, name: &str) -> String {
        match self.libs.iter().position(|module| module.name == name) {
            Some(index) => code::lib_name(index),
            None => code::MAIN.to_owned(),
        }
    }

    /// The schema of `spec.parameters`; `None`: there are no parameters.
    pub fn schema(&self) -> Option<&Schema> {
        self.schemas.parameters.as_ref()
    }

    /// The schema of a whole constraint of this template.
    pub(super) fn constraint_schema(&self) -> &Schema {
        &self.schemas.constraint
    }
}

fn check_version(value: &Value, problems: &mut Vec<Problem>) -> bool {
    let (group, version) = group_version(value);
    if group != TEMPLATE_GROUP || !matches!(version, "v1" | "v1beta1" | "v1alpha1") {
        let given = quoted(field(value, "apiVersion").unwrap_or(&Value::Null));
        let message =
            format!("expected `{TEMPLATE_GROUP}/v1`, `v1beta1` or `v1alpha1`, got {given}");
        problems.push(Problem::new("apiVersion", message));
    }
    let kind = string_at(value, &["kind"]).unwrap_or_default();
    if kind != "ConstraintTemplate" {
        problems.push(Problem::new(
            "kind",
            format!("expected `ConstraintTemplate`, got `{kind}`"),
        ));
    }
    version != "v1"
}

fn check_names<'a>(value: &'a Value, problems: &mut Vec<Problem>) -> (&'a str, &'a str) {
    let path = "spec.crd.spec.names.kind";
    let name = string_at(value, &["metadata", "name"]).unwrap_or_default();
    let kind = string_at(value, &["spec", "crd", "spec", "names", "kind"]).unwrap_or_default();
    if kind.is_empty() {
        problems.push(Problem::new(
            path,
            "missing: a template must name the kind of its constraints",
        ));
        return (name, kind);
    }
    let lower = kind.to_lowercase();
    // The list's kind, with four letters more, must be a DNS label as well.
    if !is_dns_label(&lower) || lower.len() + "list".len() > 63 {
        let message =
            format!("`{kind}` is no kind: expected at most 59 letters and digits, a letter first");
        problems.push(Problem::new(path, message));
    }
    if name != lower {
        let message = format!("expected `{lower}`, the kind `{kind}` in lower case, got `{name}`");
        problems.push(Problem::new("metadata.name", message));
    }
    let short = nested(value, &["spec", "crd", "spec", "names", "shortNames"]);
    for (index, name) in short.into_iter().flat_map(items).enumerate() {
        if !string(name).is_some_and(is_dns_label) {
            let path = format!("spec.crd.spec.names.shortNames[{index}]");
            problems.push(Problem::new(
                path,
                format!("{} is no short name", quoted(name)),
            ));
        }
    }
    (name, kind)
}

/// RFC 1035: a letter, then letters, digits and hyphens, no hyphen last.
fn is_dns_label(name: &str) -> bool {
    let body = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    name.len() <= 63
        && body
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
}

/// A template's labels become those of its CustomResourceDefinition.
fn check_labels(value: &Value, problems: &mut Vec<Problem>) {
    for (key, label) in nested(value, &["metadata", "labels"])
        .into_iter()
        .flat_map(entries)
    {
        if !is_label_key(key) {
            problems.push(Problem::new(
                "metadata.labels",
                format!("`{key}` is no label key"),
            ));
        }
        if !string(label).is_some_and(is_label_value) {
            let message = format!("{} is no label value", quoted(label));
            problems.push(Problem::new(format!("metadata.labels.{key}"), message));
        }
    }
}

fn read_target(
    value: &Value,
    outside: Option<code::Code>,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Problem>,
) -> Option<code::Code> {
    let path = "spec.targets";
    let targets = nested(value, &["spec", "targets"]).unwrap_or(&Value::Null);
    let mut all = items(targets);
    let (Some(target), None) = (all.next(), all.next()) else {
        let given = match targets {
            Value::Array(targets) => targets.len().to_string(),
            Value::Null => "none".to_owned(),
            other => type_name(other).to_owned(),
        };
        problems.push(Problem::new(
            path,
            format!("expected exactly one target, got {given}"),
        ));
        return None;
    };
    match string_at(target, &["target"]).unwrap_or_default() {
        TARGET => {}
        "" => {
            let message = format!("missing: expected `{TARGET}`");
            problems.push(Problem::new(format!("{path}[0].target"), message));
        }
        other => {
            let message = format!("expected `{TARGET}`, got `{other}`");
            problems.push(Problem::new(format!("{path}[0].target"), message));
        }
    }
    match outside {
        Some(code) => Some(code),
        None => code::read(target, "spec.targets[0]", problems, notes),
    }
}

/// Fields that the API server drops without a word.
fn note_unknown(value: &Value, notes: &mut Vec<Problem>) {
    let known: [(&[&str], &[&str]); 6] = [
        (&[], &["apiVersion", "kind", "metadata", "spec", "status"]),
        (&["spec"], &["crd", "targets"]),
        (&["spec", "crd"], &["spec"]),
        (&["spec", "crd", "spec"], &["names", "validation"]),
        (&["spec", "crd", "spec", "names"], &["kind", "shortNames"]),
        (
            &["spec", "crd", "spec", "validation"],
            &["openAPIV3Schema", "legacySchema"],
        ),
    ];
    for (path, keys) in known {
        if let Some(value) = nested(value, path) {
            note_unknown_keys(value, &path.join("."), keys, notes);
        }
    }
}

/// Notes the keys of `value` that are none of `known`.
fn note_unknown_keys(value: &Value, path: &str, known: &[&str], notes: &mut Vec<Problem>) {
    for (key, _) in entries(value).filter(|(key, _)| !known.contains(key)) {
        let at = if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        };
        let hint = suggestion(key, known.iter().copied());
        notes.push(Problem::new(at, format!("unknown field, ignored{hint}")));
    }
}

/// `metadata.annotations` as strings.
pub(super) fn annotations(value: &Value) -> BTreeMap<String, String> {
    let annotations = nested(value, &["metadata", "annotations"]);
    annotations
        .into_iter()
        .flat_map(entries)
        .filter_map(|(key, value)| Some((key.to_owned(), string(value)?.to_owned())))
        .collect()
}
