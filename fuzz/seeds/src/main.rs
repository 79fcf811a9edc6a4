//! Writes what the fuzzers begin with: `seeds FOLDER` makes `FOLDER/{rewriting,engines,sprintf,regex}`
//! of the project's own policies, its conformance cases and OPA's recorded answers.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(serde::Deserialize)]
struct Case {
    rego: String,
}

fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

/// The JSON texts in a line.
fn literals(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['"', '[', '{']) {
        rest = &rest[at..];
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        match stream.next() {
            Some(Ok(value)) => {
                rest = &rest[stream.byte_offset()..];
                found.push(match value {
                    serde_json::Value::String(text) => text,
                    value => value.to_string(),
                });
            }
            _ => rest = &rest[1..],
        }
    }
    found
}

fn main() {
    let Some(out) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("expected a folder");
        std::process::exit(2);
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    let mut write = |target: &str, text: &str| {
        let folder = out.join(target);
        fs::create_dir_all(&folder).unwrap();
        count += 1;
        fs::write(folder.join(format!("seed-{count:05}")), text).unwrap();
    };
    let mut paths = Vec::new();
    files(&root.join("rego"), ".rego", &mut paths);
    files(&root.join("tests"), ".rego", &mut paths);
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        for target in ["rewriting", "engines"] {
            write(target, &text);
        }
    }
    let mut paths = Vec::new();
    files(&root.join("tests/promises/rego"), ".yaml", &mut paths);
    for path in &paths {
        let cases: Vec<Case> = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in cases {
            let text = format!("package t\n{}", case.rego);
            for target in ["rewriting", "engines"] {
                write(target, &text);
            }
        }
    }
    for (file, target) in [("sprintf", "sprintf"), ("regex", "regex")] {
        let path = root.join(format!("tests/opa/builtins/{file}.tsv"));
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some((call, _)) = line.split_once('\t') {
                write(target, &literals(call).join("\0"));
            }
        }
    }
    println!("{count} seeds in {}", out.display());
}
