//! What an evaluation comes by: calls of a recorder, written between the statements of every body.
//!
//! regorus neither traces an evaluation nor says which expression failed. So the checked tree gets a
//! call before each statement, and one where a body holds; what they record leads back to the
//! author's lines. Coverage counts them, a [`Trace`](super::Trace) reads their order and their values, a
//! [`RuleTime`](super::RuleTime) adds up what passes between them.
//! The calls are always true and change no answer.

mod operands;
mod record;
mod sites;

pub(super) use record::{Record, begin, end, record, record_time};
pub(super) use sites::{BodySite, Sites, insert};

/// The recorder's name where a statement or a comprehension's end is reached.
pub(super) const REACHED: [&str; 2] = ["sekisho", "reached"];
/// The recorder's name where a rule's body holds: it comes after all that the head looks up.
pub(super) const HELD: [&str; 2] = ["sekisho", "held"];
