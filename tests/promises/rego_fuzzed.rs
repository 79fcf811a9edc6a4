//! What the fuzzers once found does not come back: `tests/fuzzed/TARGET/` holds the inputs.

#[path = "../../fuzz/checks.rs"]
mod checks;

use super::run::root;

fn ask_again(target: &str, check: fn(&str)) {
    let folder = root().join("tests/fuzzed").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        eprintln!("{}", path.display());
        check(&text);
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn rewriting() {
    ask_again("rewriting", checks::rewriting);
}

#[test]
fn engines() {
    ask_again("engines", checks::engines);
}

#[test]
fn sprintf() {
    ask_again("sprintf", checks::sprintf);
}

#[test]
fn regular_expressions() {
    ask_again("regex", checks::regex);
}
