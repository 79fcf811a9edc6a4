//! The report for people: what it shows, how wide it is, where it is coloured.

use std::fs;

use crate::run::{Outcome, assert_snapshot, sekisho_in};

const GROUPED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {runAsUser: 0}
  containers:
  - name: a
    image: a
  - name: b
    image: b
    ports: [{hostPort: 80}]
  initContainers:
  - name: c
    image: c
";

// Tabs, line ends with a carriage return, full-width characters, a line that no terminal holds.
const ODD: &str = "\
apiVersion: v1\r
kind: Pod\r
metadata: {name: 日本語のポッド名前, namespace: shop}\r
spec:\r
  hostNetwork: true\t# 全角コメント\r
  containers:\r
  - {name: \"全角コンテナー\", image: \"registry.example.com/LONG\", securityContext: {privileged: true}}\r
";

fn run(text: &str, arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pod.yaml"), text).unwrap();
    let mut all = vec!["check", "pod.yaml"];
    all.extend(arguments);
    sekisho_in(folder.path(), &all, "")
}

#[test]
fn one_cause_is_shown_once_with_all_whom_it_troubles() {
    let run = run(GROUPED, &["--only", "root_user,host_network_ports"]);
    assert_eq!(run.status, 1);
    assert_snapshot("text/grouped", &run.stdout);
}

#[test]
fn lines_are_drawn_whatever_stands_in_them() {
    let text = ODD.replace("LONG", &"ながい".repeat(60));
    let only = ["--only", "host_network_ports,privileged_containers", "-q"];
    let run = run(&text, &only);
    assert!(!run.stdout.contains(['\r', '\t']), "{}", run.stdout);
    assert_snapshot("text/odd_lines", &run.stdout);
}

#[test]
fn quiet_verbose_and_statistics_say_less_more_and_how_often() {
    let text = format!("{GROUPED}---\nname: no resource\n---\na: [\n");
    let only = "--only=root_user";
    let says = |arguments: &[&str]| run(&text, &[&[only], arguments].concat());
    let (plain, quiet) = (says(&[]), says(&["--quiet"]));
    let (verbose, statistics) = (says(&["--verbose"]), says(&["--statistics"]));
    for run in [&plain, &quiet, &verbose, &statistics] {
        assert_eq!(run.status, 2);
        // None of them hides what could not be judged.
        assert!(run.stdout.contains("unreadable"), "{}", run.stdout);
    }
    assert!(
        plain
            .stdout
            .contains("3 findings (High 3); 1 of 1 resource judged; unreadable: 1")
    );
    assert!(!quiet.stdout.contains("3 findings") && !quiet.stdout.contains("Policy "));
    assert!(quiet.stdout.contains("High[root_user]"));
    assert!(!quiet.stderr.contains("judged in"), "{}", quiet.stderr);
    for more in ["pod.yaml:16:1: no Kubernetes resource", "(dryrun)"] {
        assert!(!plain.stdout.contains(more), "{}", plain.stdout);
        assert!(verbose.stdout.contains(more), "{}", verbose.stdout);
    }
    assert!(statistics.stdout.starts_with("3  root_user  High  "));
    assert!(!statistics.stdout.contains("-->"), "{}", statistics.stdout);
}

#[test]
fn colour_is_written_where_it_is_wanted() {
    let escapes = |arguments: &[&str]| run(GROUPED, arguments).stdout.contains('\u{1b}');
    assert!(!escapes(&[]));
    assert!(!escapes(&["--color", "auto"]));
    assert!(!escapes(&["--color", "never"]));
    assert!(escapes(&["--color", "always"]));
    assert!(!escapes(&["--color", "always", "--output", "json"]));
}

#[cfg(unix)]
mod terminals {
    use std::process::Command;

    use rexpect::session::spawn_command;
    use unicode_width::UnicodeWidthStr;

    use crate::run::root;

    fn shown(language: &str, no_color: bool) -> String {
        let arguments = ["check", "tests/manifests/unhealthy.yaml"];
        asked(&arguments, language, no_color)
    }

    fn asked(arguments: &[&str], language: &str, no_color: bool) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.args(["--lang", language]).args(arguments);
        command.current_dir(root());
        command.env_clear().env("TERM", "xterm-256color");
        // A terminal that has links.
        command.env("VTE_VERSION", "6003");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let mut session = spawn_command(command, Some(60_000)).unwrap();
        // It makes a character of each byte.
        let text = session.exp_eof().unwrap();
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let text = String::from_utf8(bytes).unwrap();
        // Of a slow run the terminal shows how far it is, and takes that away before the report.
        match text.rsplit_once("\u{1b}[2K") {
            Some((_, report)) => report.to_owned(),
            None => text,
        }
    }

    #[test]
    fn lines_stay_within_eighty_columns() {
        for language in ["en", "ja"] {
            let text = shown(language, true);
            assert!(!text.contains('\u{1b}'), "{text}");
            assert!(text.lines().count() > 80, "{text}");
            for line in text.lines() {
                assert!(line.trim_end().width() <= 80, "{line}");
            }
        }
    }

    #[test]
    fn reasons_stay_within_eighty_columns_and_places_on_their_lines() {
        let (bad, good) = (
            "tests/manifests/unhealthy.yaml",
            "tests/manifests/healthy.yaml",
        );
        let at = "tests/manifests/unhealthy.yaml:27:11";
        let above = "tests/manifests/healthy.yaml:1";
        for language in ["en", "ja"] {
            for (arguments, place) in [
                (&["why", "privileged_containers", bad][..], at),
                (&["check", "--why", "-q", bad], at),
                (
                    &["why-not", "redis-healthy-deployment", "host_paths", good],
                    above,
                ),
            ] {
                let text = asked(arguments, language, true);
                assert!(text.contains(place), "{text}");
                for line in text.lines() {
                    // The path of a field is copied whole as well.
                    let mut words = line.split_whitespace();
                    let whole = words.any(|word| word.width() > 65);
                    assert!(line.trim_end().width() <= 80 || whole, "{line}");
                }
            }
        }
    }

    #[test]
    fn ids_are_links_where_a_terminal_has_them() {
        let text = shown("en", false);
        let key = "assessmentKey/";
        let link = text.split("\u{1b}]8;;https://").nth(1).unwrap();
        let (page, rest) = link.split_once("\u{1b}\\").unwrap();
        assert!(page.contains(key), "{page}");
        assert!(rest.starts_with("default_namespace\u{1b}]8;;\u{1b}\\"));
    }
}
