//! `cargo bench`: what each step of a run takes, and whole runs.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use sekisho::bundle::{Bundle, Files};
use sekisho::check::{Options, Progress, stream};
use sekisho::engine::Value;
use sekisho::gatekeeper::{Namespaces, Origin, Review, ReviewOptions, Scopes};
use sekisho::manifest::{self, Finder, Resource};
use sekisho::render::{Canvas, Format, Look};
use sekisho::report::Report;
use sekisho::source::{Source, Sources};

mod generator;

fn main() {
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

/// The parser alone, for comparison: libyaml's events, thrown away, by way of serde_yaml.
#[divan::bench]
fn parse_bare(bencher: Bencher<'_, '_>) {
    let source = source(1_000);
    bencher
        .counter(BytesCount::of_slice(&source.bytes))
        .bench_local(|| {
            use serde::Deserialize;
            for document in serde_yaml::Deserializer::from_slice(&source.bytes) {
                black_box(serde::de::IgnoredAny::deserialize(document).unwrap());
            }
        });
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

/// Whether a Constraint is about an object: all pairs of the sixteen and a hundred.
#[divan::bench]
fn matching(bencher: Bencher<'_, '_>) {
    let reviews = reviews(100);
    let namespaces = Namespaces::default();
    let constraints: Vec<_> = BUNDLE
        .policies
        .iter()
        .flat_map(|policy| &policy.constraints)
        .collect();
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

/// What a policy answers: all of the sixteen that match, about a hundred objects.
#[divan::bench]
fn evaluate(bencher: Bencher<'_, '_>) {
    let reviews = reviews(100);
    let mut pairs = Vec::new();
    for (index, policy) in BUNDLE.policies.iter().enumerate() {
        for constraint in &policy.constraints {
            for review in &reviews {
                let fields = [
                    ("parameters", constraint.parameters.clone()),
                    ("review", review.value().clone()),
                ];
                let fields = fields.map(|(key, value)| (Value::from(key), value));
                let matches = review.matches(&constraint.matcher, &Namespaces::default());
                if matches == Ok(sekisho::gatekeeper::Match::Yes) {
                    pairs.push((index, Value::from(std::collections::BTreeMap::from(fields))));
                }
            }
        }
    }
    let mut machines: Vec<_> = BUNDLE
        .policies
        .iter()
        .map(|policy| (policy.program().unwrap().machine(), &policy.template.entry))
        .collect();
    bencher
        .counter(ItemsCount::new(pairs.len()))
        .bench_local(|| {
            for (index, input) in &pairs {
                if let Some((machine, entry)) = machines.get_mut(*index) {
                    black_box(machine.eval(entry, input.clone())).ok();
                }
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

/// A report of a thousand resources, in each form.
#[divan::bench(args = Format::ALL.iter().map(|format| format.name))]
fn render(bencher: Bencher<'_, '_>, format: &str) {
    let report = judged(&source(1_000), 0);
    let format = Format::get(format).unwrap();
    let look = Look {
        language: sekisho::language::Language::En,
        canvas: Canvas::default(),
        quiet: false,
        why: false,
        verbose: false,
        statistics: false,
    };
    bencher.bench_local(|| {
        let mut out = Vec::new();
        format.write(&report, &look, &mut out).unwrap();
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
