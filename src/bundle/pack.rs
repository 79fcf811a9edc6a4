//! From the exploded layout to one plain ConstraintTemplate, and back: the Rego byte for byte, the
//! rest of the template as its author wrote it.

mod fields;

use std::collections::BTreeSet;

use crate::engine::{Module, Outline, Value, outline};
use crate::gatekeeper::ConstraintTemplate;
use crate::manifest::{self, Fault, Positions, Resource, Step};
use crate::source::Source;

use super::emit;
use super::exploded::{Folder, POLICY, TEMPLATE};
use super::files::{Files, join};
use super::gather::{Sort, sort};
use super::origin::Origin;

use fields::{at, child, remove, set};

/// A template in the exploded layout.
#[derive(Clone, Debug)]
pub struct Exploded {
    /// The template's name: a folder's, where there are several.
    pub name: String,
    /// Its files: path in the folder, text.
    pub files: Vec<(String, String)>,
}

/// The one exploded policy below the folder that `files` were read from, as a plain
/// ConstraintTemplate.
pub fn pack(files: &Files) -> Result<String, Vec<Fault>> {
    let folders: Vec<Folder<'_>> = Folder::all(files).collect();
    let [folder] = folders.as_slice() else {
        let found = folders.len();
        let message = format!(
            "expected one folder with `{TEMPLATE}` beside `{POLICY}`, the Rego only in the latter; found {found}"
        );
        return Err(vec![nowhere(message)]);
    };
    // What Gatekeeper would refuse is not packed.
    let template = folder.template()?;
    let text = folder.get(TEMPLATE).unwrap_or_default();
    let packed = packed(&template);
    let holder = holder(&template.raw);
    let written = inserted(text, &holder, &template)
        .filter(|written| reads_as(written, &packed))
        .unwrap_or_else(|| emit::document(&packed));
    if reads_as(&written, &packed) {
        Ok(written)
    } else {
        let message = format!("`{}` cannot be written as YAML", template.name);
        Err(vec![nowhere(message)])
    }
}

/// Every template that `source` holds, in the exploded layout.
pub fn unpack(source: &Source) -> Result<Vec<Exploded>, Vec<Fault>> {
    let read = manifest::read(source);
    if !read.faults.is_empty() {
        return Err(read.faults);
    }
    let alone = read.resources.len() == 1 && read.skipped.is_empty();
    let shared = std::sync::Arc::new(source.clone());
    let mut exploded: Vec<Exploded> = Vec::new();
    let mut faults = Vec::new();
    for Resource {
        object, location, ..
    } in read.resources
    {
        if !matches!(sort(&object), Sort::Template) {
            continue;
        }
        let origin = Origin {
            source: shared.clone(),
            location,
        };
        match ConstraintTemplate::from_value(&object) {
            Ok(template) => match taken_apart(&origin, &template, alone) {
                Ok(one) => exploded.push(one),
                Err(message) => faults.push(origin.fault("spec.targets", message)),
            },
            Err(wrong) => faults.extend(wrong.into_iter().map(|problem| origin.problem(problem))),
        }
    }
    if exploded.is_empty() && faults.is_empty() {
        let message = format!("no ConstraintTemplate in `{}`", source.name);
        faults.push(nowhere(message));
    }
    if faults.is_empty() {
        Ok(exploded)
    } else {
        Err(faults)
    }
}

/// The template with its Rego in it; what a cluster added to it is left out.
pub(super) fn packed(template: &ConstraintTemplate) -> Value {
    let path = holder(&template.raw);
    let mut value = manifest_only(&template.raw);
    set(
        &mut value,
        &child(&path, "rego"),
        template.main.text.as_ref().into(),
    );
    if !template.libs.is_empty() {
        let libs: Vec<Value> = texts(&template.libs);
        set(&mut value, &child(&path, "libs"), libs.into());
    }
    value
}

fn texts(modules: &[Module]) -> Vec<Value> {
    modules
        .iter()
        .map(|module| module.text.as_ref().into())
        .collect()
}

/// An object as it would be applied: without what the API server writes into it.
pub(super) fn manifest_only(object: &Value) -> Value {
    let mut object = object.clone();
    let mut drop = |path: &[&str]| {
        let path: Vec<Step> = path
            .iter()
            .map(|key| Step::Key((*key).to_owned()))
            .collect();
        remove(&mut object, &path);
    };
    drop(&["status"]);
    for key in [
        "managedFields",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "selfLink",
    ] {
        drop(&["metadata", key]);
    }
    object
}

/// Where a template keeps its Rego: in the entry of `code` for it, else in the target itself.
fn holder(template: &Value) -> Vec<Step> {
    let key = |key: &str| Step::Key(key.to_owned());
    let target = vec![key("spec"), key("targets"), Step::Index(0)];
    let rego = |item: &Value| item["engine"] == Value::from("Rego");
    let first = &template["spec"]["targets"][0];
    let inner = match &first["code"] {
        Value::Array(items) if first["rego"] == Value::Undefined => items.iter().position(rego),
        _ => None,
    };
    match inner {
        Some(index) => {
            let code = [key("code"), Step::Index(index), key("source")];
            target.into_iter().chain(code).collect()
        }
        None => target,
    }
}

/// The template's text with the Rego put into the mapping at `holder`, comments and all.
fn inserted(text: &str, holder: &[Step], template: &ConstraintTemplate) -> Option<String> {
    let source = Source::new(TEMPLATE, text);
    let location = manifest::whole(&source);
    let positions = manifest::positions(&source, &location);
    let found = positions.find(holder);
    let rego = Value::from(template.main.text.as_ref());
    let libs = Value::from(texts(&template.libs));
    let entries = |indent: usize| {
        let mut out = emit::entry("rego", &rego, indent);
        if !template.libs.is_empty() {
            out.push_str(&emit::entry("libs", &libs, indent));
        }
        out
    };
    if !found.missing.is_empty() {
        return None;
    }
    let flow = |at: usize| {
        text.get(at..)
            .is_some_and(|rest| rest.starts_with(['{', '[']))
    };
    let (before, after, added) = if flow(found.value.start) {
        // `source: {version: v1}` becomes a block, unless it is part of a larger one.
        let above = positions.find(holder.get(..holder.len().checked_sub(1)?)?);
        if flow(above.value.start) {
            return None;
        }
        let indent = column(text, found.key.as_ref()?.start) + 2;
        let inner = at(&template.raw, holder)?;
        let mut block = "\n".to_owned();
        if let Value::Object(fields) = inner {
            for (key, value) in fields.iter_sorted() {
                block.push_str(&emit::entry(key.as_string().ok()?, value, indent));
            }
        }
        block.push_str(&entries(indent));
        let before = text.get(..found.value.start)?.trim_end_matches(' ');
        let after = text.get(found.value.end..)?;
        (before, after.strip_prefix('\n').unwrap_or(after), block)
    } else {
        let indent = column(text, found.value.start);
        let end = line_end(text, found.value.end);
        let before = text.get(..end)?;
        let gap = if before.ends_with('\n') { "" } else { "\n" };
        (
            before,
            text.get(end..)?,
            format!("{gap}{}", entries(indent)),
        )
    };
    Some(format!("{before}{added}{after}"))
}

fn taken_apart(
    origin: &Origin,
    template: &ConstraintTemplate,
    alone: bool,
) -> Result<Exploded, String> {
    let path = holder(&template.raw);
    let target = &template.raw["spec"]["targets"][0];
    let twice = match &target["code"] {
        Value::Array(items) if target["rego"] != Value::Undefined => items
            .iter()
            .any(|item| item["engine"] == Value::from("Rego")),
        _ => false,
    };
    if twice {
        return Err(
            "Rego stands in `rego` and in `code`: leave the one that counts, `rego`".into(),
        );
    }
    let mut bare = manifest_only(&template.raw);
    remove(&mut bare, &child(&path, "rego"));
    remove(&mut bare, &child(&path, "libs"));
    let rest_is_empty =
        matches!(at(&bare, &path), Some(Value::Object(fields)) if fields.is_empty());
    let text = alone
        .then(|| removed(origin, &path, rest_is_empty))
        .flatten()
        .filter(|text| reads_as(text, &bare))
        .unwrap_or_else(|| emit::document(&bare));
    // The text as written: what was read may have another package, to be run beside others.
    let main = match at(&template.raw, &child(&path, "rego")) {
        Some(Value::String(text)) => text.to_string(),
        _ => template.main.text.to_string(),
    };
    let mut files = vec![(TEMPLATE.to_owned(), text), (POLICY.to_owned(), main)];
    let mut taken = BTreeSet::new();
    for module in &template.libs {
        let outline = outline(module).map_err(|fault| fault.message)?;
        let base = library(&outline);
        let mut name = format!("{base}.rego");
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}_{number}.rego");
            number += 1;
        }
        files.push((name, module.text.to_string()));
    }
    Ok(Exploded {
        name: template.name.clone(),
        files,
    })
}

/// `lib/images/images` for the package `lib.images`.
fn library(outline: &Outline) -> String {
    let plain = |part: &String| -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        };
        part.chars().map(plain).collect()
    };
    let parts: Vec<String> = outline.package.path.iter().map(plain).collect();
    let mut last = parts.last().cloned().unwrap_or_default();
    if last.ends_with("_test") {
        // A test's name would leave it out.
        last.push_str("_lib");
    }
    join(&parts.join("/"), &last)
}

/// The template's text without its Rego.
fn removed(origin: &Origin, holder: &[Step], rest_is_empty: bool) -> Option<String> {
    let mut text = origin.source.text().text.into_owned();
    let positions = manifest::positions(&origin.source, &origin.location);
    let mut spans = Vec::new();
    for key in ["rego", "libs"] {
        spans.extend(lines_of(&text, &positions, &child(holder, key)));
    }
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    for span in spans {
        text.get(span.clone())?;
        text.replace_range(span, "");
    }
    if rest_is_empty {
        // A key without a value would be null.
        let colon = positions.find(holder).key?.end + 1;
        text.get(colon..)?;
        text.insert_str(colon, " {}");
    }
    Some(text)
}

/// The lines of an entry, where it has them for itself.
fn lines_of(
    text: &str,
    positions: &Positions<'_>,
    path: &[Step],
) -> Option<std::ops::Range<usize>> {
    let found = positions.find(path);
    let key = found.key.filter(|_| found.missing.is_empty())?;
    let start = key.start - column(text, key.start);
    text.get(start..key.start)?
        .trim()
        .is_empty()
        .then_some(())?;
    let mut end = line_end(text, found.value.end.max(key.end));
    // Empty lines at the end of a block are part of it.
    while let Some(line) = text
        .get(end..)
        .and_then(|rest| rest.split_inclusive('\n').next())
        && line.trim().is_empty()
    {
        end += line.len();
    }
    Some(start..end)
}

fn reads_as(text: &str, value: &Value) -> bool {
    manifest::value(&Source::new(TEMPLATE, text)).is_ok_and(|read| manifest_only(&read) == *value)
}

/// Bytes from the start of the line to `at`.
fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.len() - before.rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| at + end + 1)
}

fn nowhere(message: String) -> Fault {
    Fault {
        path: "".into(),
        line: 0,
        column: 0,
        message,
    }
}
