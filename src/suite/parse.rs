//! From a file to its Suites.
//!
//! What is wrong with a case keeps that case from running, what is wrong with a test keeps the
//! test, and all the rest runs.

use std::sync::Arc;

use crate::bundle::Origin;
use crate::engine::Value;
use crate::manifest::{self, Fault, Resource};
use crate::source::{Place, Source, SourcePath};
use crate::suggest;

use super::assertion::Assertion;
use super::given::{Folder, Given, at};
use super::node::{Document, Node};

/// The API group of Suites.
pub(super) const GROUP: &str = "test.gatekeeper.sh";
const SUITE: &str = "Suite";

/// A Suite as written.
pub(super) struct Suite {
    pub(super) path: Arc<str>,
    pub(super) name: String,
    pub(super) faults: Vec<Fault>,
    pub(super) tests: Vec<Test>,
}

/// A template and Constraints, and cases for them.
pub(super) struct Test {
    /// The Suite's file.
    pub(super) path: Arc<str>,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) skip: bool,
    /// Whether a Constraint must be refused.
    pub(super) invalid: bool,
    pub(super) template: Option<Given>,
    pub(super) constraints: Vec<Given>,
    pub(super) parameters: Option<Value>,
    pub(super) expansions: Vec<Given>,
    pub(super) faults: Vec<Fault>,
    pub(super) cases: Vec<Case>,
}

/// Objects, and what is expected of their violations.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) skip: bool,
    pub(super) object: Option<Given>,
    pub(super) inventory: Vec<Given>,
    pub(super) parameters: Option<Value>,
    pub(super) assertions: Vec<Assertion>,
    pub(super) faults: Vec<Fault>,
}

/// The Suites in `source`, and what keeps others from being read. Both are empty where the file has
/// nothing to do with Suites.
pub(super) fn suites(path: &SourcePath, source: &Source) -> (Vec<Suite>, Vec<Fault>) {
    // Most files are something else: those are not worth parsing.
    if memchr::memmem::find(source.text().text.as_bytes(), GROUP.as_bytes()).is_none() {
        return (Vec::new(), Vec::new());
    }
    let manifest = manifest::read(source);
    let shared = Arc::new(source.clone());
    let mut suites = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for resource in &manifest.resources {
        let (api_version, kind) = (&resource.object["apiVersion"], &resource.object["kind"]);
        if group(api_version) != GROUP {
            continue;
        }
        if *kind == Value::from(SUITE) {
            let text = source.text().text;
            let document = Document {
                path: resource.location.path.clone(),
                text: &text,
                positions: manifest::positions(source, &resource.location),
            };
            let origin = Origin {
                source: shared.clone(),
                location: resource.location.clone(),
            };
            suites.push(suite(resource, &document, &Folder::of(path, origin)));
        } else {
            let word = text(kind);
            let help = suggest::among(word, [SUITE].into_iter());
            let message = format!("no kind `{word}` in {GROUP}{help}");
            faults.push(at(&resource.location, message));
        }
    }
    // A file of other things that speaks of Suites somewhere may be as broken as it likes.
    if suites.is_empty() && faults.is_empty() && !declares_suite(source) {
        return (suites, Vec::new());
    }
    faults.extend(manifest.faults.iter().cloned());
    faults.extend(manifest.duplicates().cloned());
    (suites, faults)
}

// Whether some line says so, in a file that may be too broken to be read.
fn declares_suite(source: &Source) -> bool {
    source.text().text.lines().any(|line| {
        let line = line.trim_start_matches(['-', ' ', '{', '"']);
        line.starts_with("apiVersion") && line.contains(GROUP)
    })
}

fn suite(resource: &Resource, document: &Document<'_>, folder: &Folder) -> Suite {
    let node = Node::root(document, &resource.object);
    let mut faults = Vec::new();
    node.check_keys(
        &["apiVersion", "kind", "metadata", "skip", "tests"],
        &mut faults,
    );
    let tests = node
        .get("tests")
        .map(|tests| tests.items(&mut faults))
        .unwrap_or_default();
    let skip = node.flag("skip", &mut faults);
    let mut tests: Vec<Test> = tests
        .iter()
        .enumerate()
        .map(|(index, node)| test(node, index, folder))
        .collect();
    if skip {
        faults.clear();
        tests.iter_mut().for_each(|test| test.skip = true);
    }
    Suite {
        path: resource.location.path.clone(),
        name: text(&resource.object["metadata"]["name"]).to_owned(),
        tests,
        faults,
    }
}

fn test(node: &Node<'_>, index: usize, folder: &Folder) -> Test {
    const KEYS: [&str; 9] = [
        "name",
        "template",
        "constraint",
        "constraints",
        "parameters",
        "expansion",
        "invalid",
        "skip",
        "cases",
    ];
    let mut faults = Vec::new();
    let is_mapping = node.check_keys(&KEYS, &mut faults);
    let given = |key: &str, faults: &mut Vec<Fault>| -> Vec<Given> {
        let nodes = node.get(key).map(|node| node.one_or_more());
        nodes
            .iter()
            .flatten()
            .filter_map(|node| Given::read(node, folder, faults))
            .collect()
    };
    let template = given("template", &mut faults);
    let mut constraints = given("constraint", &mut faults);
    constraints.extend(given("constraints", &mut faults));
    let expansions = given("expansion", &mut faults);
    let parameters = parameters(node, &mut faults);
    if is_mapping && faults.is_empty() {
        if template.len() != 1 {
            let at = node.get("template").unwrap_or_else(|| node.clone());
            faults.push(at.fault("expected one `template`"));
        }
        if constraints.is_empty() && parameters.is_none() {
            let message =
                "expected a `constraint`, or `parameters` for one that matches everything";
            faults.push(node.fault(message));
        }
    }
    let cases = node.get("cases").map(|cases| cases.items(&mut faults));
    Test {
        path: folder.suite.clone(),
        name: name(node, "test", index, &mut faults),
        place: node.place(),
        skip: node.flag("skip", &mut faults),
        invalid: node.flag("invalid", &mut faults),
        template: template.into_iter().next(),
        constraints,
        parameters,
        expansions,
        cases: cases
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(index, node)| case(node, index, folder))
            .collect(),
        faults,
    }
}

fn case(node: &Node<'_>, index: usize, folder: &Folder) -> Case {
    const KEYS: [&str; 6] = [
        "name",
        "object",
        "inventory",
        "parameters",
        "skip",
        "assertions",
    ];
    let mut faults = Vec::new();
    let is_mapping = node.check_keys(&KEYS, &mut faults);
    let object = node.get("object");
    if is_mapping && object.is_none() {
        faults.push(node.fault("expected an `object`"));
    }
    let object = object.and_then(|node| Given::read(&node, folder, &mut faults));
    let inventory = node
        .get("inventory")
        .map(|node| node.one_or_more())
        .unwrap_or_default();
    let inventory = inventory
        .iter()
        .filter_map(|node| Given::read(node, folder, &mut faults))
        .collect();
    let nodes = node
        .get("assertions")
        .map(|node| node.items(&mut faults))
        .unwrap_or_default();
    if is_mapping && nodes.is_empty() {
        // A case that asserts nothing would pass whatever happens.
        let at = node.get("assertions").unwrap_or_else(|| node.clone());
        faults.push(at.fault("expected `assertions`: at least one"));
    }
    Case {
        name: name(node, "case", index, &mut faults),
        place: node.place(),
        skip: node.flag("skip", &mut faults),
        object,
        inventory,
        parameters: parameters(node, &mut faults),
        assertions: nodes
            .iter()
            .map(|node| Assertion::read(node, &mut faults))
            .collect(),
        faults,
    }
}

fn parameters(node: &Node<'_>, faults: &mut Vec<Fault>) -> Option<Value> {
    let given = node.get("parameters")?;
    if !matches!(given.value(), Value::Object(_)) {
        faults.push(given.wrong_type("a mapping of parameters"));
        return None;
    }
    Some(given.value().clone())
}

// What has no name is called by its position, from 1.
fn name(node: &Node<'_>, what: &str, index: usize, faults: &mut Vec<Fault>) -> String {
    node.string("name", faults)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| format!("{what} {}", index.saturating_add(1)))
}

fn group(api_version: &Value) -> &str {
    text(api_version)
        .split_once('/')
        .map_or("", |(group, _)| group)
}

fn text(value: &Value) -> &str {
    match value {
        Value::String(text) => text,
        _ => "",
    }
}
