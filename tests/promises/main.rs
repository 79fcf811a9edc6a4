//! What sekisho promises, a module a promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod gatekeeper_constraints;
mod gatekeeper_expansion;
mod gatekeeper_matching;
mod gatekeeper_reviews;
mod gatekeeper_tables;
mod gatekeeper_templates;
