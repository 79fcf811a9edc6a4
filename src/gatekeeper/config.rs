//! What a cluster's Gatekeeper was told of itself: which kinds it keeps in the inventory (SyncSets
//! and the Config), and which namespaces it leaves alone (the Config).

use std::collections::BTreeSet;

use super::fields::{field, group_version, items, nested, string, string_at};
use super::matching::Wildcard;
use super::problem::suggestion;
use super::template::SyncEntry;
use super::{Problem, Subject};
use crate::engine::Value;

/// The API group of SyncSets.
pub const SYNC_GROUP: &str = "syncset.gatekeeper.sh";
/// The API group of the Config.
pub const CONFIG_GROUP: &str = "config.gatekeeper.sh";

/// The one Config that Gatekeeper reads has this name.
const CONFIG: &str = "config";
const WEBHOOK: &str = "webhook";
const PROCESSES: [&str; 5] = ["*", "audit", "mutation-webhook", "sync", WEBHOOK];

/// What SyncSets and Configs say, taken together.
#[derive(Clone, Debug, Default)]
pub struct ClusterSettings {
    /// Group, version, kind; `None`: nobody said.
    synced: Option<BTreeSet<(String, String, String)>>,
    exclusions: Vec<Exclusion>,
    /// How many objects were added.
    added: usize,
}

#[derive(Clone, Debug)]
struct Exclusion {
    /// Which of the objects that were added says it, and in which entry of its `spec.match`.
    object: usize,
    entry: usize,
    processes: Vec<String>,
    /// With their places in the list.
    namespaces: Vec<(usize, Wildcard)>,
}

/// What leaves a namespace out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Which of the objects that were [added](ClusterSettings::add), from 0.
    pub object: usize,
    /// Its field that says so: `spec.match[0].excludedNamespaces[1]`.
    pub field: String,
    /// The name or pattern there.
    pub pattern: String,
}

impl ClusterSettings {
    /// Takes note of a SyncSet or a Config; what is wrong with it.
    pub fn add(&mut self, object: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.added += 1;
        match (
            group_version(object).0,
            string_at(object, &["kind"]).unwrap_or_default(),
        ) {
            (SYNC_GROUP, "SyncSet") => self.sync(object, &["spec", "gvks"], &mut problems),
            (CONFIG_GROUP, "Config") => {
                let name = string_at(object, &["metadata", "name"]).unwrap_or_default();
                if name != CONFIG {
                    let message = format!("expected `{CONFIG}`: Gatekeeper reads no other Config");
                    problems.push(Problem::new("metadata.name", message));
                    return problems;
                }
                if nested(object, &["spec", "sync", "syncOnly"]).is_some() {
                    self.sync(object, &["spec", "sync", "syncOnly"], &mut problems);
                }
                self.exclude(object, &mut problems);
            }
            _ => {}
        }
        problems
    }

    fn sync(&mut self, object: &Value, path: &[&str], problems: &mut Vec<Problem>) {
        let synced = self.synced.get_or_insert_default();
        let list = nested(object, path).into_iter().flat_map(items);
        for (index, entry) in list.enumerate() {
            let part = |key| string_at(entry, &[key]).unwrap_or_default().to_owned();
            let (group, version, kind) = (part("group"), part("version"), part("kind"));
            if version.is_empty() || kind.is_empty() {
                let path = format!("{}[{index}]", path.join("."));
                problems.push(Problem::new(path, "expected a version and a kind"));
            }
            synced.insert((group, version, kind));
        }
    }

    fn exclude(&mut self, object: &Value, problems: &mut Vec<Problem>) {
        let list = nested(object, &["spec", "match"])
            .into_iter()
            .flat_map(items);
        for (index, entry) in list.enumerate() {
            let words = |key| {
                field(entry, key)
                    .into_iter()
                    .flat_map(items)
                    .filter_map(string)
            };
            for (place, process) in words("processes").enumerate() {
                if !PROCESSES.contains(&process) {
                    let hint = suggestion(process, PROCESSES);
                    let message = format!("`{process}` is none of {}{hint}", PROCESSES.join(", "));
                    let path = format!("spec.match[{index}].processes[{place}]");
                    problems.push(Problem::new(path, message));
                }
            }
            let namespaces = field(entry, "excludedNamespaces")
                .into_iter()
                .flat_map(items);
            self.exclusions.push(Exclusion {
                object: self.added.saturating_sub(1),
                entry: index,
                processes: words("processes").map(str::to_owned).collect(),
                namespaces: namespaces
                    .enumerate()
                    .filter_map(|(place, name)| Some((place, Wildcard::new(string(name)?))))
                    .collect(),
            });
        }
    }

    /// Whether the inventory holds objects like `object`. Where nobody said what is synced, it holds
    /// everything.
    pub fn is_synced(&self, object: &Value) -> bool {
        let Some(synced) = &self.synced else {
            return true;
        };
        let (group, version) = group_version(object);
        let kind = string_at(object, &["kind"]).unwrap_or_default();
        synced.contains(&(group.to_owned(), version.to_owned(), kind.to_owned()))
    }

    /// The first of a template's requirements (each a list of alternatives) that is not synced.
    pub fn unmet<'r>(&self, required: &'r [Vec<SyncEntry>]) -> Option<&'r [SyncEntry]> {
        let synced = self.synced.as_ref()?;
        let met = |entry: &SyncEntry| {
            let named = |list: &[String], word: &String| list.contains(word);
            synced.iter().any(|(group, version, kind)| {
                named(&entry.groups, group)
                    && named(&entry.versions, version)
                    && named(&entry.kinds, kind)
            })
        };
        let unmet = |alternatives: &&Vec<SyncEntry>| !alternatives.iter().any(met);
        required.iter().find(unmet).map(Vec::as_slice)
    }

    /// Whether the webhook leaves the object alone: its namespace, or that which it is, is excluded.
    pub fn excludes(&self, subject: &Subject) -> bool {
        self.exclusion(subject).is_some()
    }

    /// What makes the webhook leave the object alone.
    pub fn excluded_by(&self, subject: &Subject) -> Option<Excluded> {
        let (exclusion, place, pattern) = self.exclusion(subject)?;
        Some(Excluded {
            object: exclusion.object,
            field: format!(
                "spec.match[{}].excludedNamespaces[{place}]",
                exclusion.entry
            ),
            pattern: pattern.to_string(),
        })
    }

    fn exclusion(&self, subject: &Subject) -> Option<(&Exclusion, usize, &Wildcard)> {
        let namespace = if subject.is_namespace() {
            &subject.name
        } else {
            &subject.namespace
        };
        if namespace.is_empty() {
            return None;
        }
        let here = |exclusion: &&Exclusion| {
            exclusion
                .processes
                .iter()
                .any(|process| process == "*" || process == WEBHOOK)
        };
        self.exclusions.iter().filter(here).find_map(|exclusion| {
            let mut namespaces = exclusion.namespaces.iter();
            let (place, pattern) = namespaces.find(|(_, pattern)| pattern.matches(namespace))?;
            Some((exclusion, *place, pattern))
        })
    }
}
