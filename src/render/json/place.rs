//! Where a finding stands and why, for programs.

use std::rc::Rc;

use serde::Serialize;

use crate::engine::Value;
use crate::render::pretty::Written;
use crate::report::{Cause, Edit, Instead, Place, Related};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WirePlace<'a> {
    precision: &'static str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    field: &'a str,
    missing: Option<&'a str>,
    related: Vec<Rc<Written>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireRelated<'a> {
    relation: &'static str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    field: &'a str,
}

#[derive(Serialize)]
pub(super) struct WireCause<'a> {
    edits: Vec<WireEdit<'a>>,
    tried: usize,
}

#[derive(Serialize)]
struct WireEdit<'a> {
    field: &'a str,
    now: Option<&'a Value>,
    instead: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
}

impl<'a> WirePlace<'a> {
    pub(super) fn new(place: &'a Place, related: Vec<Rc<Written>>) -> Self {
        WirePlace {
            precision: place.precision.name(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            field: &place.field,
            missing: place.missing.as_deref(),
            related,
        }
    }
}

impl<'a> WireRelated<'a> {
    pub(super) fn new(related: &'a Related) -> Self {
        WireRelated {
            relation: related.relation.name(),
            line: related.start.line,
            column: related.start.column,
            end_line: related.end.line,
            end_column: related.end.column,
            field: &related.field,
        }
    }
}

impl<'a> WireCause<'a> {
    pub(super) fn new(cause: &'a Cause) -> Self {
        WireCause {
            edits: cause.edits.iter().map(WireEdit::new).collect(),
            tried: cause.tried,
        }
    }
}

impl<'a> WireEdit<'a> {
    fn new(edit: &'a Edit) -> Self {
        let (instead, value) = match &edit.instead {
            Instead::Absent => ("absent", None),
            Instead::Is(value) => ("value", Some(value)),
            Instead::Other => ("other", None),
        };
        WireEdit {
            field: &edit.field,
            now: edit.now.as_ref(),
            instead,
            value,
        }
    }
}
