//! What sekisho promises, a module a promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod article;
mod authoring;
mod authoring_japanese;
mod authoring_library;
mod azure_export;
mod azure_import;
mod bundled;
mod command_line;
mod corpus;
mod diffs;
mod forgotten;
mod formats;
mod formats_junit;
mod gatekeeper_constraints;
mod gatekeeper_expansion;
mod gatekeeper_matching;
mod gatekeeper_reviews;
mod gatekeeper_tables;
mod gatekeeper_templates;
mod house;
mod html;
mod html_browser;
mod looking;
mod manifests;
mod measures;
mod mutations;
mod narrow;
mod outputs;
mod pages;
mod places;
mod places_reordering;
mod places_writing;
mod policies;
mod policies_export;
mod policies_gator;
mod policies_library;
mod policies_pack;
mod policies_places;
mod policies_rego;
mod presets;
mod rego_bounds;
mod rego_cases;
mod rego_engines;
mod rego_fuzzed;
mod rego_houses;
mod rego_library;
mod rego_mutations;
mod rego_probes;
mod rego_tests;
mod run;
mod score;
mod seventeenth;
mod snapshots;
mod speed;
mod streaming;
mod testing_beyond;
mod testing_folder;
mod testing_library;
mod testing_outputs;
mod testing_rego;
mod testing_suites;
mod text;
mod verdicts;
mod watching;
mod why;
