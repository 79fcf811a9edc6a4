//! Rego's grammar as OPA reads it: text to [`tree::Module`], linear in the text, every node with its
//! place.
//!
//! regorus' own parser is lenient where OPA refuses, reads a line that starts with `(` as a call of
//! the line before, needs exponential time for nested literals, and its spans do not cover
//! parentheses. So modules are read here, and regorus is given only what
//! [`conform`](super::conform) writes.

mod lexer;
mod parse;
mod reading;
mod rules;
mod statements;
mod terms;
pub(crate) mod tree;
pub(crate) mod visit;

pub(crate) use parse::{parse, read};
pub(crate) use reading::Reading;
