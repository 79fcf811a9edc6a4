//! Manifests are read as kubectl reads them, and every resource is found where it stands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod real;
