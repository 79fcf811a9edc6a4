//! Whatever is done to a file, it is read to its end and nothing panics.

use std::fs;
use std::path::{Path, PathBuf};

use sekisho::manifest::{positions, read};
use sekisho::source::{Source, discover};

use crate::corpus;

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }
}

const PIECES: &[&str] = &[
    ":",
    "- ",
    "? ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "#",
    "&a ",
    "*a",
    "!",
    "!!int ",
    "!<%ff> ",
    "|",
    ">",
    "'",
    "\"",
    "%",
    "@",
    "`",
    "\t",
    "\n",
    "\r",
    "<<: ",
    "...\n",
    "---\n",
    "\u{FEFF}",
    "\u{85}",
    "\u{2028}",
    "\\",
    "\\ud800",
    "~",
    "::",
    "\0",
    "é",
    "\u{1F600}",
    "items:\n",
    "\"items\": [",
    "request:",
    "1e999",
    "\u{E000}",
];

fn damage(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            2 => drop(bytes.drain(at..(at + dice.roll(20)).min(bytes.len()))),
            _ => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    bytes
}

/// Reads a text, and the position of the first field of each resource in it.
fn survive(bytes: Vec<u8>) {
    let source = Source::new("damaged.yaml", bytes);
    let manifest = read(&source);
    for resource in &manifest.resources {
        let positions = positions(&source, &resource.location);
        let found = positions.find(
            &"spec.containers[0].image"
                .parse::<sekisho::manifest::FieldPath>()
                .unwrap()
                .0,
        );
        assert!(found.place.line >= 1);
        let text = source.text().text;
        assert!(
            text.get(found.value.clone()).is_some(),
            "{found:?} in {text:?}"
        );
    }
    for fault in manifest.faults.iter().chain(&manifest.notes) {
        assert!(fault.line >= 1 && fault.column >= 1);
        assert!(!fault.message.contains('\n'), "{}", fault.message);
    }
}

fn files(root: &Path) -> Vec<PathBuf> {
    discover(&[root.to_path_buf()], 0)
        .sources
        .iter()
        .map(|source| PathBuf::from(&*source.name()))
        .collect()
}

#[test]
fn damaged_files_are_read() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("rego");
    let mut files = files(&own);
    if let Some(root) = corpus::root("damaged_files_are_read (in part)") {
        for part in ["dev", "odd"] {
            files.extend(self::files(&root.join(part)).into_iter().step_by(17));
        }
    }
    let mut dice = Dice(0x5EED_5EED);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for _ in 0..6 {
            survive(damage(&bytes, &mut dice));
        }
    }
    // Small texts, where each blow hits.
    let seeds: [&[u8]; 4] = [
        b"apiVersion: v1\nkind: List\nitems:\n- &a {kind: Pod, apiVersion: v1, x: [1, *a]}\n",
        b"{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"kind\": \"Pod\"}]}\n",
        b"a: &a {b: 1}\nkind: Pod\napiVersion: v1\nspec: {<<: *a, containers: [{image: |\n  x\n}]}\n",
        b"\xFF\xFEa\0:\0 \0",
    ];
    for seed in seeds {
        for _ in 0..3000 {
            survive(damage(seed, &mut dice));
        }
    }
}
