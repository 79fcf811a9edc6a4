//! Complaints and points, and where in the document they arise.

use crate::engine::builtins::schema::Complaint;

/// A place in the document, from the inside out.
pub(super) struct Place<'a>(pub(super) Option<(&'a Place<'a>, String)>);

impl Place<'_> {
    pub(super) fn text(&self) -> String {
        match &self.0 {
            None => "(Root)".to_owned(),
            Some((Place(None), step)) => step.clone(),
            Some((outer, step)) => format!("{}.{step}", outer.text()),
        }
    }

    pub(super) fn step(&self, step: impl Into<String>) -> Place<'_> {
        Place(Some((self, step.into())))
    }
}

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) complaints: Vec<Complaint>,
    pub(super) score: i64,
}

impl Outcome {
    pub(super) fn complain(&mut self, kind: &'static str, place: &Place, text: String) {
        self.complaints.push(Complaint {
            kind,
            field: place.text(),
            text,
        });
        self.score -= 2;
    }

    pub(super) fn merge(&mut self, other: Outcome) {
        self.complaints.extend(other.complaints);
        self.score += other.score;
    }

    pub(super) fn valid(&self) -> bool {
        self.complaints.is_empty()
    }
}
