//! What a user may rely on, a module a promise.

mod corpus;
mod manifests;
