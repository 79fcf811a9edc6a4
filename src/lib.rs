//! sekisho judges Kubernetes manifests offline, with the policies that a cluster's Gatekeeper
//! would apply.
//!
//! The flow goes one way: text is read into resources ([`manifest`]), resources become reviews
//! (`gatekeeper`), policies answer with violations ([`engine`]).

pub mod engine;
pub mod manifest;
pub mod source;
