//! Paths on the command line become sources.

use std::fs;
use std::path::{Path, PathBuf};

use sekisho::source::{Discovery, Source, SourcePath, Sources, discover};

fn tree(files: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "a: b\n").unwrap();
    }
    root
}

fn names(root: &Path, discovery: &Discovery) -> Vec<String> {
    let prefix = format!("{}/", root.display());
    discovery
        .sources
        .iter()
        .map(|source| source.name().replace(&prefix, ""))
        .collect()
}

fn find(root: &Path, paths: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
    discover(&paths, 0)
}

#[test]
fn a_folder_is_searched_for_manifests() {
    let root = tree(&[
        "b.YML",
        "a.yaml",
        "c/d.json",
        "c/e.txt",
        "README.md",
        ".hidden/x.yaml",
        ".y.yaml",
    ]);
    let found = find(root.path(), &[""]);
    assert_eq!(names(root.path(), &found), ["a.yaml", "b.YML", "c/d.json"]);
    assert_eq!(found.faults, []);
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let root = tree(&["a.yaml", "out/b.yaml"]);
    fs::create_dir(root.path().join(".git")).unwrap();
    fs::write(root.path().join(".gitignore"), "out/\n").unwrap();
    assert_eq!(names(root.path(), &find(root.path(), &[""])), ["a.yaml"]);
    let named = find(root.path(), &["", "out/b.yaml"]);
    assert_eq!(names(root.path(), &named), ["a.yaml", "out/b.yaml"]);
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is_called() {
    let root = tree(&["a.txt", ".b"]);
    let found = find(root.path(), &["a.txt", ".b", "a.txt", "./a.txt"]);
    assert_eq!(names(root.path(), &found), [".b", "a.txt"]);
}

#[test]
fn a_path_that_is_not_there_does_not_hide_the_others() {
    let root = tree(&["a.yaml"]);
    let found = find(root.path(), &["missing.yaml", "a.yaml"]);
    assert_eq!(names(root.path(), &found), ["a.yaml"]);
    let missing = root.path().join("missing.yaml").display().to_string();
    assert_eq!(found.faults.len(), 1);
    assert_eq!(
        found.faults[0].to_string(),
        format!("cannot read `{missing}`: no such file or folder")
    );
}

#[test]
fn standard_input_is_a_source() {
    let found = discover(&[PathBuf::from("-"), PathBuf::from("-")], 0);
    assert_eq!(found.sources, [SourcePath::Stdin]);
    assert_eq!(&*SourcePath::Stdin.name(), "<stdin>");
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_never_in_a_circle() {
    use std::os::unix::fs::symlink;
    let root = tree(&["a/x.yaml", "elsewhere.txt"]);
    let at = |path: &str| root.path().join(path);
    symlink(at("a"), at("a/circle")).unwrap();
    symlink(at("a/x.yaml"), at("a/again.yaml")).unwrap();
    symlink(at("elsewhere.txt"), at("a/link.yaml")).unwrap();
    symlink(at("nowhere"), at("a/dead.yaml")).unwrap();
    symlink(at("nowhere"), at("a/dead.txt")).unwrap();
    let found = find(root.path(), &[""]);
    assert_eq!(names(root.path(), &found), ["a/again.yaml", "a/link.yaml"]);
    let faults: Vec<String> = found
        .faults
        .iter()
        .map(|fault| fault.path.to_string())
        .collect();
    assert_eq!(faults, [at("a/dead.yaml").display().to_string()]);
}

#[test]
fn what_was_there_and_is_gone_is_said() {
    let root = tree(&["a.yaml"]);
    let found = find(root.path(), &[""]);
    fs::remove_file(root.path().join("a.yaml")).unwrap();
    let fault = Source::read(&found.sources[0]).unwrap_err();
    assert!(
        fault.message.ends_with("a.yaml`: no such file or folder"),
        "{fault}"
    );
}

#[test]
fn what_grows_or_shrinks_after_it_was_found_is_read_as_it_is() {
    let root = tree(&["a.yaml"]);
    let found = find(root.path(), &[""]);
    let sources = Sources::open(&found.sources, 0);
    for text in [
        "a: b\n",
        "a: b\nc: d\n",
        "a:",
        "",
        &"# more\n".repeat(90_000),
    ] {
        fs::write(root.path().join("a.yaml"), text).unwrap();
        let parts = sources.parts(|_| false);
        let read = parts.map(|(_, job)| job.read().unwrap().source.bytes);
        let read: Vec<Vec<u8>> = read.collect();
        assert!(read == [text.as_bytes()], "{text:.20}");
    }
}
