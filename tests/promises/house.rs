//! The house stands as it was drawn.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::root;

/// Every room, the lowest first: a room uses only rooms before it.
const FLOORS: [&str; 22] = [
    "language",
    "lazy",
    "suggest",
    "engine",
    "workers",
    "source",
    "manifest",
    "gatekeeper",
    "params",
    "bundle",
    "report",
    "compare",
    "check",
    "snapshot",
    "witness",
    "suite",
    "lint",
    "render",
    "cli",
    "allocator",
    "main",
    // The build script: it uses the rooms up to `bundle`.
    "prepare",
];

#[test]
fn no_recommendation_is_named_in_rust() {
    let ids = folders(&root().join("rego"));
    assert!(ids.len() >= 16, "{ids:?}");
    for (path, text) in sources() {
        for id in &ids {
            let named = text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == id);
            assert!(!named, "{} names {id}", path.display());
        }
    }
}

#[test]
fn rooms_use_only_rooms_below() {
    for (path, text) in sources() {
        let relative = path.strip_prefix(root().join("src")).unwrap();
        let room = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if room == "lib" {
            continue;
        }
        let floor = FLOORS
            .iter()
            .position(|name| *name == room)
            .unwrap_or_else(|| panic!("no floor for {room}"));
        for used in used_rooms(&text) {
            let below = FLOORS.iter().position(|name| *name == used);
            let below = below.unwrap_or_else(|| panic!("{}: no room {used}", path.display()));
            assert!(
                below <= floor,
                "{} uses {used}, which is above it",
                path.display()
            );
        }
    }
}

/// A foreign crate has one home.
#[test]
fn foreign_crates_have_one_home() {
    let homes = BTreeMap::from([("regorus", "engine"), ("clap", "cli"), ("ignore", "source")]);
    for (path, text) in sources() {
        for (name, home) in &homes {
            let inside = path
                .strip_prefix(root().join("src"))
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(home);
            let used = text.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//") && line.contains(&format!("{name}::"))
            });
            assert!(
                inside || !used,
                "{} uses {name}, which lives in {home}",
                path.display()
            );
        }
    }
}

fn used_rooms(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("crate::") {
        rest = after;
        let names = match after.strip_prefix('{') {
            Some(group) => group.split_once('}').map_or("", |(inner, _)| inner),
            None => after,
        };
        let word = |text: &str| -> String {
            text.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        if after.starts_with('{') {
            rooms.extend(names.split(',').map(word));
        } else {
            rooms.push(word(names));
        }
    }
    rooms.retain(|room| !room.is_empty() && room.chars().next().is_some_and(char::is_lowercase));
    rooms
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join("src")];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

fn folders(parent: &Path) -> Vec<String> {
    let names = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap());
    names
        .filter(|entry| entry.path().join("policy.rego").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}
