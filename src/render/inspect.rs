//! What policies answer when one looks into them: `sekisho eval`.

mod json;
mod spaced;
mod text;
mod words;

use std::sync::Arc;

use crate::check::{Evaluated, Question, Said};
use crate::manifest::Location;

pub use json::json;
pub use text::text;

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The policy's id.
    pub policy: Arc<str>,
    /// What it was asked; `None`: a query without an object.
    pub question: Option<Question>,
    /// Where the object stands.
    pub location: Option<Location>,
    /// What came of it.
    pub evaluated: Evaluated,
    /// The violations; `None`: a query was put.
    pub violations: Option<Vec<Said>>,
}
