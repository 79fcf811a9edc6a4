//! A report as bytes. A format chooses neither what is said nor its order, nor the exit status.

mod changes;
mod formats;
mod impact;
mod json;
mod layout;
mod points;
mod score;
mod shared;
pub mod test;
mod text;
mod words;

pub use changes::{changes, difference, since, snapshots, tally_of};
pub use formats::{Format, Look};
pub use impact::{Impact, impact, impact_json};
pub use json::{json, jsonl};
pub use layout::{Canvas, pad};
pub(crate) use score::number;
pub use text::text;
pub use words::{Words, of_the_constraint, words};
