//! Rules that need themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::Named;
use super::index::package_path;
use crate::engine::fault::{Fault, FaultKind};
use crate::engine::syntax::tree::{Kind, Place, Term};

type Path = Vec<String>;

/// How many rules may need each other in a row: each takes a piece of the evaluating thread's stack.
const CHAIN: usize = 400;

pub(super) fn check(modules: &[Named]) -> Vec<Fault> {
    let mut places: BTreeMap<Path, (String, Place)> = BTreeMap::new();
    let mut needs: BTreeMap<Path, BTreeSet<Path>> = BTreeMap::new();
    for module in modules {
        let package = package_path(&module.tree.package);
        for rule in &module.tree.rules {
            let mut path = package.clone();
            path.extend(rule.fixed_path());
            places
                .entry(path.clone())
                .or_insert_with(|| (module.name.clone(), rule.place));
            let needed = needs.entry(path).or_default();
            // The head of a reference comes right after it, and is no reference of its own.
            let mut head = false;
            rule.every_term(&mut |term| {
                let is_head = std::mem::replace(&mut head, matches!(term.kind, Kind::Ref(..)));
                let target = match &term.kind {
                    Kind::Call(function, _) => data_path(function),
                    Kind::Var(_) if is_head => None,
                    _ => data_path(term),
                };
                needed.extend(target);
            });
        }
    }
    // From what is written to the rules that it reaches: `data.a` reaches all rules below.
    let rules: Vec<Path> = places.keys().cloned().collect();
    let number: BTreeMap<&Path, usize> = rules
        .iter()
        .enumerate()
        .map(|(at, path)| (path, at))
        .collect();
    let edges: Vec<Vec<usize>> = rules
        .iter()
        .map(|rule| {
            let mut reached = BTreeSet::new();
            for target in needs.get(rule).into_iter().flatten() {
                for end in 1..target.len() {
                    reached.extend(
                        target
                            .get(..end)
                            .map(<[String]>::to_vec)
                            .and_then(|up| number.get(&up)),
                    );
                }
                let below = rules.partition_point(|path| path < target);
                for (at, path) in rules.iter().enumerate().skip(below) {
                    if !path.starts_with(target) {
                        break;
                    }
                    reached.insert(at);
                }
            }
            reached.into_iter().collect()
        })
        .collect();
    let mut faults = Vec::new();
    for at in tangled(&edges) {
        let Some(path) = rules.get(at) else { continue };
        let Some(circle) = circle(at, &edges) else {
            continue;
        };
        let Some((module, place)) = places.get(path) else {
            continue;
        };
        let way: Vec<String> = circle
            .into_iter()
            .filter_map(|step| rules.get(step))
            .map(|path| path.join("."))
            .collect();
        let message = format!("rule {} is recursive: {}", path.join("."), way.join(" -> "));
        faults.push(Fault::new(FaultKind::Recursion, *place, message).within(module));
    }
    if faults.is_empty()
        && let Some(start) = longest(&edges)
        && let Some((module, place)) = rules.get(start).and_then(|path| places.get(path))
    {
        let message = format!("more than {CHAIN} rules need each other in a row from here");
        faults.push(Fault::new(FaultKind::Limit, *place, message).within(module));
    }
    faults
}

/// The rules that are on a circle or between circles: what is left when again and again those are
/// taken away that need nobody.
fn tangled(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (at, needs) in edges.iter().enumerate() {
        for &to in needs {
            if let Some(by) = needed_by.get_mut(to) {
                by.push(at);
            }
        }
    }
    let mut free: Vec<usize> = (0..edges.len())
        .filter(|at| open.get(*at) == Some(&0))
        .collect();
    while let Some(at) = free.pop() {
        for &by in needed_by.get(at).into_iter().flatten() {
            if let Some(left) = open.get_mut(by) {
                *left -= 1;
                if *left == 0 {
                    free.push(by);
                }
            }
        }
    }
    let left = open.iter().enumerate().filter(|(_, left)| **left > 0);
    left.map(|(at, _)| at).collect()
}

/// A rule from which a way of more than `CHAIN` rules goes; there is no circle.
fn longest(edges: &[Vec<usize>]) -> Option<usize> {
    let mut lengths: Vec<Option<usize>> = vec![None; edges.len()];
    for start in 0..edges.len() {
        let mut way = vec![(start, false)];
        while let Some((at, seen)) = way.pop() {
            if lengths.get(at).is_some_and(Option::is_some) {
                continue;
            }
            let next = edges.get(at).map(Vec::as_slice).unwrap_or_default();
            if !seen {
                way.push((at, true));
                way.extend(next.iter().map(|to| (*to, false)));
                continue;
            }
            let below = next
                .iter()
                .filter_map(|to| lengths.get(*to).copied().flatten())
                .max()
                .unwrap_or(0);
            if below >= CHAIN {
                return Some(at);
            }
            if let Some(length) = lengths.get_mut(at) {
                *length = Some(below + 1);
            }
        }
    }
    None
}

/// The fixed beginning of a reference into `data`.
fn data_path(term: &Term) -> Option<Path> {
    let (head, path) = match &term.kind {
        Kind::Ref(head, path) => (&**head, path.as_slice()),
        _ => (term, [].as_slice()),
    };
    if !matches!(&head.kind, Kind::Var(name) if name == "data") {
        return None;
    }
    let mut names = vec!["data".to_owned()];
    for part in path {
        let Kind::String(text) = &part.kind else {
            break;
        };
        names.push(text.clone());
    }
    Some(names)
}

/// The shortest way from `start` back to it.
fn circle(start: usize, edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut front = vec![start];
    while !front.is_empty() {
        let mut next = Vec::new();
        for at in front {
            for &to in edges.get(at).into_iter().flatten() {
                if to == start {
                    let mut way = vec![start];
                    let mut step = at;
                    while step != start {
                        way.push(step);
                        step = *from.get(&step)?;
                    }
                    way.push(start);
                    way.reverse();
                    return Some(way);
                }
                if let std::collections::btree_map::Entry::Vacant(entry) = from.entry(to) {
                    entry.insert(at);
                    next.push(to);
                }
            }
        }
        front = next;
    }
    None
}
