//! Where in a document the resources begin that it may hold: itself, the items of a List (and of a
//! List among those), the objects of an AdmissionReview.

/// Byte offsets of one object's beginnings, counted from the start of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Its first token.
    pub start: usize,
    /// What `items` has, if that is a sequence.
    pub items: Vec<Outline>,
    /// `request.object`, if there is one.
    pub object: Option<usize>,
    /// `request.oldObject`, if there is one.
    pub old_object: Option<usize>,
}

impl Outline {
    /// An object without anything in it.
    pub(super) fn at(start: usize) -> Outline {
        Outline {
            start,
            ..Outline::default()
        }
    }

    /// The same, so many bytes further on.
    pub(super) fn moved(mut self, by: usize) -> Outline {
        self.start += by;
        self.items = self.items.into_iter().map(|item| item.moved(by)).collect();
        self.object = self.object.map(|start| start + by);
        self.old_object = self.old_object.map(|start| start + by);
        self
    }
}
