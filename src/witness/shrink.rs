//! A witness made as small as it can be: what can go without the bundles' agreeing, goes.

use crate::check::Uncompiled;
use crate::compare::{Turn, Turned};

use super::Witness;
use super::edits::{nodes, remove};
use super::judge::Judge;

/// No object is so deep that more rounds are of use.
const ROUNDS: usize = 200;

/// The smallest part of `object` on which the bundles still disagree in the same way.
pub(super) fn shrink(
    judge: &Judge<'_>,
    object: &serde_json::Value,
    turned: &[Turned],
    origin: String,
) -> Result<Witness, Vec<Uncompiled>> {
    let mut object = object.clone();
    let wanted = turned.first().map(sort);
    for pod in pods(&object) {
        if judge
            .turned(std::slice::from_ref(&pod))?
            .iter()
            .any(|one| Some(sort(one)) == wanted)
        {
            object = pod;
            break;
        }
    }
    for _ in 0..ROUNDS {
        let Some(smaller) = smaller(judge, &object, &wanted)? else {
            break;
        };
        object = smaller;
    }
    Ok(Witness {
        turned: judge.alone(&object)?.unwrap_or_default(),
        object,
        origin,
    })
}

fn sort(turned: &Turned) -> (Turn, String) {
    let policy = turned.statement().map(|one| one.policy.clone());
    (turned.turn, policy.unwrap_or_default())
}

/// `object` without the largest parts that can go. All are tried at once, and then together as far as
/// that goes well.
fn smaller(
    judge: &Judge<'_>,
    object: &serde_json::Value,
    wanted: &Option<(Turn, String)>,
) -> Result<Option<serde_json::Value>, Vec<Uncompiled>> {
    let mut candidates: Vec<(usize, String, serde_json::Value)> = nodes(object)
        .into_iter()
        .filter(|place| {
            !["/apiVersion", "/kind", "/metadata", "/metadata/name"].contains(&place.as_str())
        })
        .filter_map(|place| {
            let mut less = object.clone();
            remove(&mut less, &place)?;
            Some((less.to_string().len(), place, less))
        })
        .collect();
    candidates.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let objects: Vec<_> = candidates.iter().map(|(_, _, less)| less.clone()).collect();
    let turned = judge.turned(&objects)?;
    let mut fit: Vec<usize> = turned
        .iter()
        .filter(|one| Some(sort(one)).as_ref() == wanted.as_ref())
        .filter_map(|one| one.statement()?.source.parse().ok())
        .collect();
    fit.sort_unstable();
    for index in fit {
        if let Some((_, _, less)) = candidates.get(index)
            && judge.alone(less)?.is_some()
        {
            return Ok(Some(less.clone()));
        }
    }
    Ok(None)
}

/// The Pods that a workload would make, as objects of their own.
fn pods(object: &serde_json::Value) -> Vec<serde_json::Value> {
    let mut pods = Vec::new();
    for place in nodes(object) {
        let Some(template) = place
            .ends_with("/template")
            .then(|| object.pointer(&place))
            .flatten()
        else {
            continue;
        };
        let mut metadata = template["metadata"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        for key in ["name", "namespace"] {
            if let Some(value) = object
                .get("metadata")
                .and_then(|metadata| metadata.get(key))
            {
                metadata.entry(key).or_insert_with(|| value.clone());
            }
        }
        pods.push(serde_json::json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": template.get("spec"),
        }));
    }
    pods
}
