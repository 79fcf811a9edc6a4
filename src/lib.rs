//! sekisho judges Kubernetes manifests offline, with the policies that a cluster's Gatekeeper
//! would apply.
//!
//! The flow goes one way: a [`source`] is read into resources ([`manifest`]); a resource is
//! reviewed as admission would see it ([`gatekeeper`]); the policies of a [`bundle`], with their
//! [`params`], answer with violations ([`engine`]); [`check`] makes findings of them, [`report`]
//! holds what the run says, [`render`] writes it. [`cli`] is the program.

pub mod bundle;
pub mod check;
pub mod cli;
pub mod compare;
pub mod engine;
pub mod gatekeeper;
pub mod language;
pub mod lazy;
pub mod lint;
pub mod manifest;
pub mod params;
pub mod render;
pub mod report;
pub mod snapshot;
pub mod source;
mod suggest;
pub mod suite;
pub mod witness;
mod workers;
