//! Where two bundles say the same of all that was read: a search for an object of which they say
//! something else. Objects that are there are edited and judged by both; the first one on which they
//! disagree is made as small as it can be.

mod differ;
mod edits;
mod judge;
mod pool;
mod shrink;

use std::collections::BTreeSet;

use crate::bundle::Bundle;
use crate::check::{Options, Uncompiled};
use crate::compare::Turned;
use crate::engine::Value;
use crate::manifest::{self, Resource};
use crate::source::Source;

use edits::Edits;
use judge::Judge;
use pool::Pool;

/// How many objects are judged at a time: few at first, as most differences show at once.
const BATCHES: [usize; 4] = [32, 128, 512, 1024];

/// From how many objects edits are made.
const SEEDS: usize = 300;

/// What a search gave.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// How many objects were judged by both.
    pub tried: usize,
    /// The ids of the policies that differ in text, values or place; none where the bundles are the
    /// same word for word.
    pub differing: Vec<String>,
    /// The object on which they disagree.
    pub found: Option<Witness>,
}

/// An object of which two bundles say something else.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The object; nothing can be taken from it without their agreeing.
    pub object: serde_json::Value,
    /// The object from which it was made: its kind and name.
    pub origin: String,
    /// What they say of it.
    pub turned: Vec<Turned>,
}

/// Searches among edits of `resources`, and of the policies' own samples; no more than `tries`
/// objects are judged.
///
/// # Errors
/// The policies that do not compile.
pub fn search(
    mut old: Bundle,
    mut new: Bundle,
    resources: &[Resource],
    tries: usize,
    options: &Options,
) -> Result<Search, Vec<Uncompiled>> {
    let differing = differ::narrow(&mut old, &mut new);
    let mut search = Search {
        differing,
        ..Search::default()
    };
    if search.differing.is_empty() {
        return Ok(search);
    }
    let pool = Pool::of(&old, &new);
    let seeds = seeds(resources, &old, &new);
    let judge = Judge::new(old, new, resources, options);
    let edits = Edits::new(&seeds, &pool);
    let mut seen = BTreeSet::new();
    let mut batch = Vec::new();
    let mut sizes = BATCHES.into_iter();
    let mut size = sizes.next().unwrap_or(1);
    let mut edits = edits.peekable();
    while let Some((seed, object)) = edits.next() {
        if seen.insert(object.to_string()) {
            batch.push((seed, object));
        }
        let room = tries.saturating_sub(search.tried);
        let full = batch.len() >= size.min(room);
        if batch.is_empty() || !(full || edits.peek().is_none()) {
            continue;
        }
        let objects: Vec<_> = batch.iter().map(|(_, object)| object.clone()).collect();
        search.tried += objects.len();
        for index in judge.disagreements(&objects)? {
            let Some((seed, object)) = batch.get(index) else {
                continue;
            };
            // What the others of the batch had a part in is no witness by itself.
            if let Some(turned) = judge.alone(object)? {
                let origin = seeds.get(*seed).map(name_of);
                search.found = Some(shrink::shrink(
                    &judge,
                    object,
                    &turned,
                    origin.unwrap_or_default(),
                )?);
                return Ok(search);
            }
        }
        batch.clear();
        if search.tried >= tries {
            break;
        }
        size = sizes.next().unwrap_or(size);
    }
    Ok(search)
}

/// The objects to edit: of each kind the smallest, kinds in turn; then the policies' samples.
fn seeds(resources: &[Resource], old: &Bundle, new: &Bundle) -> Vec<serde_json::Value> {
    let mut objects: Vec<serde_json::Value> = resources.iter().filter_map(plain).collect();
    objects = in_turn(objects);
    objects.truncate(SEEDS);
    let samples = old.policies.iter().chain(&new.policies);
    let samples = samples.flat_map(|policy| policy.samples.bad.iter().chain(&policy.samples.good));
    for (path, text) in samples {
        let read = manifest::read(&Source::new(path.as_str(), text.as_str()));
        objects.extend(read.resources.iter().filter_map(plain));
    }
    let mut seen = BTreeSet::new();
    objects.retain(|object| seen.insert(object.to_string()));
    objects
}

fn plain(resource: &Resource) -> Option<serde_json::Value> {
    match resource.object {
        Value::Object(_) => serde_json::to_value(&resource.object).ok(),
        _ => None,
    }
}

fn in_turn(objects: Vec<serde_json::Value>) -> Vec<serde_json::Value> {
    let mut kinds: std::collections::BTreeMap<String, Vec<(usize, serde_json::Value)>> =
        std::collections::BTreeMap::new();
    for object in objects {
        let kind = text(&object, "/kind");
        let size = object.to_string().len();
        kinds.entry(kind).or_default().push((size, object));
    }
    let mut columns: Vec<std::vec::IntoIter<(usize, serde_json::Value)>> = Vec::new();
    for (_, mut list) in kinds {
        list.sort_by_key(|(size, _)| *size);
        columns.push(list.into_iter());
    }
    let mut out = Vec::new();
    loop {
        let before = out.len();
        for column in &mut columns {
            out.extend(column.next().map(|(_, object)| object));
        }
        if out.len() == before {
            return out;
        }
    }
}

fn name_of(object: &serde_json::Value) -> String {
    let name = text(object, "/metadata/name");
    format!("{} {name}", text(object, "/kind"))
        .trim_end()
        .to_owned()
}

fn text(object: &serde_json::Value, place: &str) -> String {
    let text = object.pointer(place).and_then(serde_json::Value::as_str);
    text.unwrap_or_default().to_owned()
}
