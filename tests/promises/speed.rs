//! What is fast says the same as what is slow.

use std::fmt::Write as _;
use std::sync::Arc;

use sekisho::bundle::{Bundle, Files, Gathered, Policy, prepare};
use sekisho::check::{Options, Progress, check, questions, stream};
use sekisho::engine::{self, EngineChoice, EvalErrorKind};
use sekisho::manifest;
use sekisho::report::Report;
use sekisho::source::{Again, Part, Source, Sources};

use crate::{corpus, policies_library};

#[path = "../../benches/generator.rs"]
pub(crate) mod generator;

pub(crate) fn bundle(options: &engine::Options) -> Bundle {
    Bundle::load(&Files::embedded(), &[], options).unwrap()
}

pub(crate) fn in_parts(bundle: &Bundle, sources: &Sources, threads: usize) -> Report {
    let options = Options {
        threads,
        ..Options::default()
    };
    stream(bundle, sources, &options, &Progress::default())
        .unwrap()
        .report
}

pub(crate) fn at_once(bundle: &Bundle, sources: &[Source]) -> Report {
    let read = |source: &Source| {
        let mut manifest = manifest::read(source);
        manifest.text = Some(Again::of(source.clone()));
        manifest
    };
    let read = sources.iter().map(read).collect();
    check(bundle, read, &Options::default()).unwrap()
}

/// All that a report says of places, findings and troubles.
pub(crate) fn said(report: &Report) -> String {
    let mut said = format!(
        "{} of {}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n",
        report.judged,
        report.resources,
        report.assessments,
        report.skipped,
        report.faults,
        report.notes,
        report.failures
    );
    for finding in &report.findings {
        let place = &finding.place;
        writeln!(
            said,
            "{} {:?} {:?} {} {} {} {:?} {:?} {:?} {:?}",
            finding.rule.policy,
            finding.subject.location,
            finding.field,
            finding.message.en,
            finding.fingerprint,
            finding.group,
            place.start,
            place.end,
            place.related,
            place.excerpt
        )
        .unwrap();
    }
    said
}

fn large() -> Source {
    let mut text = "# one file of many documents\n".to_owned();
    for round in 0..3 {
        text.push_str(&generator::manifests(150 + round));
        text.push_str("---\n---\n# nothing but a comment\n--- what\n---\nkind: Pod\nspec: [\n");
        text.push_str("...\n---\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {}}\n");
        text.push_str("---\nvalues: {a: 1, a: 2}\n---\napiVersion: v1\nkind: List\nitems:\n");
        text.push_str("- {apiVersion: v1, kind: Namespace, metadata: {name: team-1}}\n---\n");
        text.push_str(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, name: b}\ndata:\n  x: |\n",
        );
        for line in 0..8_000 {
            writeln!(text, "    ---{line}\r").unwrap();
        }
    }
    Source::new("large.yaml", text)
}

#[test]
fn a_source_in_parts_is_judged_as_a_whole() {
    let bundle = bundle(&Bundle::options());
    let mut odd = large().bytes;
    odd.extend(b"---\na: \xff\n");
    let sources = [
        Source::new("small.yaml", generator::manifests(3)),
        large(),
        Source::new("odd.yaml", odd),
        Source::new(
            "marked.yaml",
            [b"\xEF\xBB\xBF", large().bytes.as_slice()].concat(),
        ),
    ];
    let expected = said(&at_once(&bundle, &sources));
    for threads in [1, 3] {
        let parts = Sources::held(sources.clone());
        assert!(parts.len() > sources.len());
        let found = said(&in_parts(&bundle, &parts, threads));
        for (found, expected) in found.lines().zip(expected.lines()) {
            assert_eq!(found, expected);
        }
        assert_eq!(found.len(), expected.len());
    }
}

pub(crate) fn parts_of(source: &Source) -> Vec<Part> {
    let sources = Sources::held([source.clone()]);
    let parts = sources.parts(|shell| shell.contains("List"));
    parts.map(|(_, job)| job.read().unwrap()).collect()
}

#[test]
fn parts_are_small_and_lose_nothing() {
    let large = large();
    let parts = parts_of(&large);
    assert!(parts.len() > 1);
    let mut line = 1;
    for part in &parts {
        assert!(part.source.bytes.len() < 1 << 20);
        assert_eq!(part.place.line, line);
        line += part
            .source
            .bytes
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u32;
    }
    let bytes: Vec<u8> = parts
        .into_iter()
        .flat_map(|part| part.source.bytes)
        .collect();
    assert_eq!(bytes, large.bytes);
}

#[test]
fn what_is_prepared_says_the_same() {
    let options = Bundle::options();
    let files = Files::embedded();
    let prepared: &'static [u8] = prepare(&files, &options).unwrap().leak();
    let fast = Bundle::load(&files.clone().with_prepared(prepared), &[], &options).unwrap();
    let slow = Bundle::load(&files, &[], &options).unwrap();
    let shown = |bundle: &Bundle| -> Vec<String> {
        let policies = bundle.policies.iter();
        policies
            .map(|policy| {
                let (template, recommendation) = (&policy.template, &policy.recommendation);
                let (defaults, constraints) = (&policy.defaults, &policy.constraints);
                let (parameters, givers) = (&policy.parameters, &policy.givers);
                format!(
                    "{template:#?} {recommendation:#?} {constraints:#?} {:#?} {defaults:#?} {parameters:#?} {givers:#?}",
                    policy.samples
                )
            })
            .collect()
    };
    for (fast, slow) in shown(&fast).iter().zip(shown(&slow)) {
        assert_eq!(*fast, slow);
    }
    for policy in &fast.policies {
        let program = policy.program().unwrap();
        let options = &options;
        let same = slow.get(&policy.id).unwrap().program().unwrap();
        assert_eq!(program.reads(), same.reads(), "{}", policy.id);
        assert!(program.image().is_some(), "{}: {options:?}", policy.id);
    }
    let sources = [Source::new("made.yaml", generator::manifests(60))];
    assert_eq!(
        said(&at_once(&fast, &sources)),
        said(&at_once(&slow, &sources))
    );
    // What is not of this build is left alone.
    let odd = files.with_prepared(b"\xff\xff\xff");
    assert_eq!(
        Bundle::load(&odd, &[], &options).unwrap().policies.len(),
        16
    );
}

/// Both engines over real manifests: a difference would be a failure in the report. All of them where
/// `SEKISHO_ALL` is set.
#[test]
fn both_engines_agree_on_the_corpus() {
    let Some(root) = corpus::root("the two engines on the corpus") else {
        return;
    };
    let options = engine::Options {
        engine: EngineChoice::Both,
        ..Bundle::options()
    };
    let bundle = bundle(&options);
    let found = sekisho::source::discover(&[root.to_path_buf()], 0);
    let step = if std::env::var_os("SEKISHO_ALL").is_some() {
        1
    } else {
        29
    };
    let some: Vec<_> = found.sources.into_iter().step_by(step).collect();
    let report = in_parts(&bundle, &Sources::open(&some, 0), 0);
    assert!(report.judged > 100, "{}", report.judged);
    assert!(report.failures.is_empty(), "{:#?}", report.failures.first());
}

/// The same with policies that others wrote, asked what a cluster would ask them about each file.
#[test]
fn both_engines_agree_with_the_library_on_the_corpus() {
    let test = "the two engines with gatekeeper-library on the corpus";
    let (Some(root), Some(library)) = (corpus::root(test), policies_library::library(test)) else {
        return;
    };
    let users = engine::Options {
        engine: EngineChoice::Both,
        ..engine::Options::default()
    };
    let (gathered, options) = (
        Gathered::read(&[library.join("library")]),
        (&Bundle::options(), &users),
    );
    let bundle = Bundle::with_users(&Files::embedded(), gathered, true, &[], options).unwrap();
    let found = sekisho::source::discover(&[root.to_path_buf()], 0);
    let all = std::env::var_os("SEKISHO_ALL").is_some();
    let some = found.sources.iter().step_by(if all { 1 } else { 97 });
    let expand = Options {
        expand_workloads: true,
        ..Options::default()
    };
    let mut asked = 0;
    let mut different = Vec::new();
    engine::on_large_stack(|| {
        let machine = |policy: &Policy| policy.program().unwrap().machine();
        let mut machines: Vec<_> = bundle.policies.iter().map(machine).collect();
        for path in some {
            let resources = manifest::read(&Source::read(path).unwrap()).resources;
            let (questions, _) = questions(&bundle, &resources, &expand, false);
            for question in questions {
                let policy = &bundle.policies[question.policy];
                let machine = &mut machines[question.policy];
                machine.set_data(question.data).unwrap();
                asked += 1;
                if let Err(error) = machine.eval(&policy.template.entry, question.input)
                    && error.kind == EvalErrorKind::Difference
                {
                    different.push(format!(
                        "{} {} {}: {error}",
                        path.name(),
                        policy.id,
                        question.name
                    ));
                }
            }
        }
    })
    .unwrap();
    eprintln!("{asked} questions");
    assert!(asked > 1_000, "{asked}");
    assert!(
        different.is_empty(),
        "{} of {asked}: {:#?}",
        different.len(),
        different.first()
    );
}

/// Waits until the program `id` takes interrupts itself.
#[cfg(target_os = "linux")]
fn wait_for_handler(id: u32) {
    const INTERRUPT: u64 = 1 << 1;
    for _ in 0..600 {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        if caught.is_some_and(|mask| mask & INTERRUPT != 0) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the program never took interrupts");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_says_what_it_knows() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.yaml");
    std::fs::write(&path, generator::manifests(20_000)).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["check", "--output", "json", "--jobs", "1"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_handler(child.id());
    std::thread::sleep(std::time::Duration::from_millis(300));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["complete"], false);
    let faults = report["unreadable"].as_array().unwrap();
    let message = faults.last().unwrap()["message"].as_str().unwrap();
    assert!(
        message.starts_with("interrupted: this report is partial"),
        "{message}"
    );
    assert!(report["summary"]["resources"].as_u64().unwrap() < 20_000);
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_how_far_a_long_run_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.yaml");
    std::fs::write(&path, generator::manifests(20_000)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.args(["check", "--output", "json=report.json", "--jobs", "1"]);
    command.arg(&path).current_dir(folder.path());
    command.env("TERM", "xterm");
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    session.exp_string("judging").unwrap();
    session.exp_string(" %").unwrap();
    session.send_control('c').unwrap();
    session
        .exp_string("interrupted: the report is partial")
        .unwrap();
    session.exp_eof().unwrap();
    let report = std::fs::read(folder.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["summary"]["complete"], false);
}

#[test]
fn a_stopped_run_is_partial() {
    let progress = Arc::new(Progress::default());
    progress
        .stop
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let sources = Sources::held([large()]);
    let bundle = bundle(&Bundle::options());
    let ended = stream(&bundle, &sources, &Options::default(), &progress).unwrap();
    assert!(ended.stopped);
    assert!(!ended.report.is_complete());
}
