//! Edits of objects: containers moved to the other lists, fields taken away, truths turned round,
//! values changed into those that the policies speak of, fields added that they read.

use serde_json::{Value, json};

use super::pool::Pool;

/// So many objects have all their edits tried before the next ones' turn comes.
const GROUP: usize = 4;

/// The lists of a Pod's containers.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// All edits of all objects, the likeliest to matter first; each with its object's place.
pub(super) struct Edits<'a>(Box<dyn Iterator<Item = (usize, Value)> + 'a>);

impl<'a> Edits<'a> {
    pub(super) fn new(seeds: &'a [Value], pool: &'a Pool) -> Edits<'a> {
        let numbered = move || seeds.iter().cloned().enumerate();
        let moved = numbered().flat_map(|(at, seed)| keyed(at, moves(&seed)));
        let groups = (0..seeds.len().div_ceil(GROUP)).flat_map(move |group| {
            let members = move || numbered().skip(group * GROUP).take(GROUP);
            let once = members().flat_map(|(at, seed)| keyed(at, plain(&seed)));
            let spoken = members().flat_map(move |(at, seed)| keyed(at, told(&seed, pool)));
            let moved = members().flat_map(move |(at, seed)| {
                let moved = moves(&seed).into_iter();
                let twice = moved
                    .flat_map(move |moved| flips(&moved).into_iter().chain(told(&moved, pool)));
                twice.map(move |object| (at, object))
            });
            let twice = members().flat_map(move |(at, seed)| {
                let first = told(&seed, pool).into_iter();
                let twice = first
                    .flat_map(move |object| plain(&object).into_iter().chain(told(&object, pool)));
                twice.map(move |object| (at, object))
            });
            // Two edits of one object are many: the next objects' single ones come before them.
            once.chain(spoken).chain(moved).chain(twice.take(2_000))
        });
        Edits(Box::new(numbered().chain(moved).chain(groups)))
    }
}

impl Iterator for Edits<'_> {
    type Item = (usize, Value);

    fn next(&mut self) -> Option<(usize, Value)> {
        self.0.next()
    }
}

fn keyed(at: usize, objects: Vec<Value>) -> impl Iterator<Item = (usize, Value)> {
    objects.into_iter().map(move |object| (at, object))
}

/// Containers in other lists, beside those that stay and instead of them.
fn moves(object: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    for place in nodes(object) {
        let Some((parent, list)) = place.rsplit_once('/') else {
            continue;
        };
        if !LISTS.contains(&list) {
            continue;
        }
        for other in LISTS.into_iter().filter(|other| *other != list) {
            for stays in [false, true] {
                let mut edited = object.clone();
                let Some(Value::Object(spec)) = edited.pointer_mut(parent) else {
                    continue;
                };
                let containers = if stays {
                    spec.get(list).cloned()
                } else {
                    spec.remove(list)
                };
                let target = spec.entry(other).or_insert_with(|| json!([]));
                if let (Some(Value::Array(mut moved)), Value::Array(target)) = (containers, target)
                {
                    target.append(&mut moved);
                    out.push(edited);
                }
            }
        }
    }
    out
}

/// What can be done to any object: a part taken away, a truth turned round, a value emptied.
fn plain(object: &Value) -> Vec<Value> {
    let mut out = flips(object);
    for place in editable(object) {
        let mut edited = object.clone();
        if remove(&mut edited, &place).is_some() {
            out.push(edited);
        }
    }
    for place in editable(object) {
        let odd = match object.pointer(&place) {
            Some(Value::String(_)) => vec![json!(""), Value::Null],
            Some(Value::Number(_)) => vec![json!(0), json!(1), json!(65_536)],
            Some(Value::Array(_)) => vec![json!([])],
            Some(Value::Object(_)) => vec![json!({})],
            _ => Vec::new(),
        };
        out.extend(
            odd.into_iter()
                .filter_map(|value| with(object, &place, value)),
        );
    }
    out
}

fn flips(object: &Value) -> Vec<Value> {
    let places = editable(object).into_iter();
    let flips = places.filter_map(|place| match object.pointer(&place) {
        Some(Value::Bool(truth)) => with(object, &place, json!(!truth)),
        _ => None,
    });
    flips.collect()
}

/// What the policies speak of: their values in the place of others, and fields that they read.
fn told(object: &Value, pool: &Pool) -> Vec<Value> {
    let mut out = Vec::new();
    for place in editable(object) {
        let Some(now) = object.pointer(&place) else {
            continue;
        };
        for value in &pool.values {
            let fits = match now {
                Value::String(_) => value.is_string(),
                Value::Number(_) => value.is_number(),
                _ => false,
            };
            if fits && value != now {
                out.extend(with(object, &place, value.clone()));
            }
        }
        if let Value::Array(items) = now
            && items.iter().all(Value::is_string)
        {
            for value in pool.values.iter().filter(|value| value.is_string()) {
                out.extend(with(object, &place, json!([value])));
            }
        }
    }
    let places = std::iter::once(String::new()).chain(nodes(object));
    for place in places {
        let Some(Value::Object(fields)) = object.pointer(&place) else {
            continue;
        };
        for path in &pool.paths {
            let Some((first, rest)) = path.split_first() else {
                continue;
            };
            if fields.contains_key(first) {
                continue;
            }
            for leaf in [
                json!(true),
                json!(false),
                json!(0),
                json!("x"),
                json!({}),
                json!([{}]),
            ] {
                let wrap = |inner, step: &String| json!({step.as_str(): inner});
                let value = rest.iter().rev().fold(leaf, wrap);
                let mut edited = object.clone();
                if let Some(Value::Object(fields)) = edited.pointer_mut(&place) {
                    fields.insert(first.clone(), value);
                    out.push(edited);
                }
            }
        }
    }
    out
}

fn with(object: &Value, place: &str, value: Value) -> Option<Value> {
    let mut edited = object.clone();
    *edited.pointer_mut(place)? = value;
    Some(edited)
}

/// What can be edited without making it another kind of object.
fn editable(object: &Value) -> Vec<String> {
    let mut places = nodes(object);
    places.retain(|place| !["/apiVersion", "/kind", "/metadata/name"].contains(&place.as_str()));
    places
}

/// The places of all values below `object`, as JSON pointers, parents before their children.
pub(super) fn nodes(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), object)];
    while let Some((place, value)) = waiting.pop() {
        match value {
            Value::Object(fields) => {
                for (key, inner) in fields.iter().rev() {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    waiting.push((format!("{place}/{key}"), inner));
                }
            }
            Value::Array(items) => {
                for (index, inner) in items.iter().enumerate().rev() {
                    waiting.push((format!("{place}/{index}"), inner));
                }
            }
            _ => {}
        }
        if !place.is_empty() {
            found.push(place);
        }
    }
    found
}

/// Takes the value at `place` away.
pub(super) fn remove(object: &mut Value, place: &str) -> Option<Value> {
    let (parent, key) = place.rsplit_once('/')?;
    match object.pointer_mut(parent)? {
        Value::Object(fields) => fields.remove(&key.replace("~1", "/").replace("~0", "~")),
        Value::Array(items) => {
            let index: usize = key.parse().ok()?;
            (index < items.len()).then(|| items.remove(index))
        }
        _ => None,
    }
}
