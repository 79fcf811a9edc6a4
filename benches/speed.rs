//! `cargo bench`: what each step of a run takes, and whole runs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use sekisho::bundle::{Bundle, Files, Gathered, Policy};
use sekisho::check::{Options, Progress, questions, stream};
use sekisho::engine;
use sekisho::gatekeeper::{Namespaces, Origin, Review, ReviewOptions, Scopes};
use sekisho::manifest::{self, Finder, Resource};
use sekisho::render::{Canvas, Format, Look};
use sekisho::report::Report;
use sekisho::source::{Source, Sources};

#[path = "../src/allocator.rs"]
mod allocator;
mod generator;
mod parser;

/// The program's own.
#[global_allocator]
static ALLOCATOR: allocator::Mimalloc = allocator::Mimalloc;

fn main() {
    allocator::keep_memory();
    // Where errors are made and passed over, backtraces would be all that is measured.
    divan::main();
}

static BUNDLE: LazyLock<Bundle> =
    LazyLock::new(|| Bundle::load(&Files::embedded(), &[], &Bundle::options()).unwrap());

fn source(count: usize) -> Source {
    Source::new("made.yaml", generator::manifests(count))
}

fn resources(count: usize) -> Vec<Resource> {
    manifest::read(&source(count)).resources
}

fn judged(source: &Source, threads: usize) -> Report {
    let options = Options {
        threads,
        ..Options::default()
    };
    let sources = Sources::held([source.clone()]);
    stream(&BUNDLE, &sources, &options, &Progress::default())
        .unwrap()
        .report
}

/// Bytes to objects.
#[divan::bench(args = [1, 1_000])]
fn parse(bencher: Bencher<'_, '_>, count: usize) {
    let source = source(count);
    bencher
        .counter(BytesCount::of_slice(&source.bytes))
        .bench_local(|| manifest::read(&source));
}

/// The parser alone, for comparison.
#[divan::bench]
fn parse_bare(bencher: Bencher<'_, '_>) {
    let source = source(1_000);
    bencher
        .counter(BytesCount::of_slice(&source.bytes))
        .bench_local(|| parser::events(&source.bytes));
}

fn reviews(count: usize) -> Vec<Review> {
    let (scopes, namespaces) = (Scopes::default(), Namespaces::default());
    let options = ReviewOptions {
        fallback_namespace: "default",
        scopes: &scopes,
        namespaces: &namespaces,
        origin: Origin::Original,
    };
    let review = |resource: &Resource| Review::of_object(&resource.object, &options).unwrap();
    resources(count).iter().map(review).collect()
}

/// A third party's policies, where a copy of gatekeeper-library lies beside: 49 templates.
static LIBRARY: LazyLock<Option<Bundle>> = LazyLock::new(|| {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../gatekeeper-library");
    let folder = std::env::var("SEKISHO_GATEKEEPER_LIBRARY").unwrap_or_else(|_| beside.to_owned());
    let library = Path::new(&folder).join("library");
    if !library.is_dir() {
        eprintln!("skipped: no gatekeeper-library at {folder}");
        return None;
    }
    let gathered = Gathered::read(&[library]);
    let options = (&Bundle::options(), &engine::Options::default());
    Bundle::with_users(&Files::embedded(), gathered, true, &[], options).ok()
});

/// Whether a Constraint is about an object: all pairs of the sixteen and a hundred.
#[divan::bench]
fn matching(bencher: Bencher<'_, '_>) {
    match_all(bencher, &BUNDLE);
}

/// The same with the Constraints of gatekeeper-library.
#[divan::bench]
fn matching_library(bencher: Bencher<'_, '_>) {
    if let Some(library) = &*LIBRARY {
        match_all(bencher, library);
    }
}

fn match_all(bencher: Bencher<'_, '_>, bundle: &Bundle) {
    let reviews = reviews(100);
    let namespaces = Namespaces::default();
    let policies = bundle.policies.iter();
    let constraints: Vec<_> = policies.flat_map(|policy| &policy.constraints).collect();
    bencher
        .counter(ItemsCount::new(reviews.len() * constraints.len()))
        .bench_local(|| {
            for review in &reviews {
                for constraint in &constraints {
                    black_box(review.matches(&constraint.matcher, &namespaces)).ok();
                }
            }
        });
}

/// What a policy answers: all of the sixteen that match, about a hundred objects and their Pods.
#[divan::bench]
fn evaluate(bencher: Bencher<'_, '_>) {
    evaluate_all(bencher, &BUNDLE);
}

/// The same with gatekeeper-library's.
#[divan::bench]
fn evaluate_library(bencher: Bencher<'_, '_>) {
    if let Some(library) = &*LIBRARY {
        evaluate_all(bencher, library);
    }
}

fn evaluate_all(bencher: Bencher<'_, '_>, bundle: &Bundle) {
    let options = Options {
        expand_workloads: true,
        ..Options::default()
    };
    let (questions, _) = questions(bundle, &resources(100), &options, false);
    let machine = |policy: &Policy| policy.program().unwrap().machine();
    let mut machines: Vec<_> = bundle.policies.iter().map(machine).collect();
    // Object by object, as a run asks.
    let mut questions: Vec<_> = questions.iter().collect();
    questions.sort_by_key(|question| (question.resource, question.policy));
    for question in &questions {
        machines[question.policy]
            .set_data(question.data.clone())
            .unwrap();
    }
    bencher
        .counter(ItemsCount::new(questions.len()))
        .bench_local(|| {
            for question in &questions {
                let entry = &bundle.policies[question.policy].template.entry;
                let answer = machines[question.policy].eval(entry, question.input.clone());
                black_box(answer).ok();
            }
        });
}

/// Where fields stand: one in each of a thousand resources.
#[divan::bench]
fn locate(bencher: Bencher<'_, '_>) {
    let source = source(1_000);
    let resources = manifest::read(&source).resources;
    let text = source.text().text;
    let path: manifest::FieldPath = "metadata.name".parse().unwrap();
    bencher
        .counter(ItemsCount::new(resources.len()))
        .bench_local(|| {
            let mut finder = Finder::new(&text);
            for resource in &resources {
                black_box(finder.positions(&resource.location).find(&path.0));
            }
        });
}

const LOOK: Look = Look {
    language: sekisho::language::Language::En,
    canvas: Canvas {
        width: None,
        color: false,
        links: false,
    },
    quiet: false,
    why: false,
    verbose: false,
    statistics: false,
    threads: 1,
};

/// A report of a thousand resources, in each form.
#[divan::bench(args = Format::ALL.iter().map(|format| format.name))]
fn render(bencher: Bencher<'_, '_>, format: &str) {
    let report = judged(&source(1_000), 0);
    let format = Format::get(format).unwrap();
    bencher.bench_local(|| {
        let mut out = Vec::new();
        format.write(&report, &LOOK, &mut out).unwrap();
        out
    });
}

/// Whole runs on one thread.
#[divan::bench(args = [1, 1_000, 10_000], sample_count = 5)]
fn run(bencher: Bencher<'_, '_>, count: usize) {
    let source = source(count);
    bencher
        .counter(BytesCount::of_slice(&source.bytes))
        .bench_local(|| judged(&source, 1));
}

/// The same on two.
#[divan::bench(args = [10_000], sample_count = 5)]
fn run_on_two(bencher: Bencher<'_, '_>, count: usize) {
    let source = source(count);
    bencher
        .counter(BytesCount::of_slice(&source.bytes))
        .bench_local(|| judged(&source, 2));
}

/// The manifests below the folder that `SEKISHO_MANIFESTS` names, or below `corpus/dev`.
static REAL: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/dev");
    let folder = std::env::var("SEKISHO_MANIFESTS").unwrap_or_else(|_| beside.to_owned());
    if !Path::new(&folder).is_dir() {
        eprintln!("skipped: no manifests at {folder}");
        return Vec::new();
    }
    let found = sekisho::source::discover(&[folder.into()], 0);
    let read = found
        .sources
        .iter()
        .filter_map(|path| Source::read(path).ok());
    read.collect()
});

fn real_bytes() -> BytesCount {
    BytesCount::new(REAL.iter().map(|source| source.bytes.len()).sum::<usize>())
}

/// The parser alone over real manifests.
#[divan::bench(sample_count = 5)]
fn real_parse_bare(bencher: Bencher<'_, '_>) {
    let all = || REAL.iter().map(|source| parser::events(&source.bytes));
    bencher
        .counter(real_bytes())
        .bench_local(|| all().sum::<usize>());
}

/// A whole run over them on one thread, workloads expanded, as JSON: to be compared with it.
#[divan::bench(sample_count = 5)]
fn real_run(bencher: Bencher<'_, '_>) {
    let options = Options {
        threads: 1,
        expand_workloads: true,
        ..Options::default()
    };
    let json = Format::get("json").unwrap();
    bencher.counter(real_bytes()).bench_local(|| {
        let sources = Sources::held(REAL.iter().cloned());
        let streamed = stream(&BUNDLE, &sources, &options, &Progress::default()).unwrap();
        let mut out = Vec::new();
        json.write(&streamed.report, &LOOK, &mut out).unwrap();
        out
    });
}
