//! Where a finding stands, with the lines around it: a renderer never opens a file.

use std::sync::Arc;

use crate::manifest::Location;

/// Where a finding stands in the text that the user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How near it is.
    pub precision: Precision,
    /// Where the marked text begins.
    pub start: Point,
    /// Where it ends, exclusive.
    pub end: Point,
    /// The path of the marked field in the resource as written: the field itself, or the nearest
    /// parent that is there. Empty: the resource itself.
    pub field: Arc<str>,
    /// What is missing below it (`securityContext.privileged`), where the field is not there.
    pub missing: Option<String>,
    /// The lines around it; without lines where the text cannot be read again, or has changed.
    pub excerpt: Excerpt,
    /// Further places that belong to the finding; those of a resource share them.
    pub related: Vec<Arc<Related>>,
}

/// A place in a text, as an editor shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The field itself.
    Field,
    /// The nearest parent that is there, of a field that is not.
    Parent,
    /// The container that the message names: which field of it is not known.
    Container,
    /// The resource: which field of it is not known.
    Resource,
}

impl Precision {
    /// Its name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Field => "field",
            Precision::Parent => "parent",
            Precision::Container => "container",
            Precision::Resource => "resource",
        }
    }
}

/// Lines of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line, from 1.
    pub first: u32,
    /// The lines, one after the other, without their ends; tabs are kept.
    pub lines: Arc<[Line]>,
}

/// A line of a text, or where it is very long a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The column of its first character in the file: 1, unless the beginning was left out.
    pub column: u32,
    /// What stands there.
    pub text: Arc<str>,
    /// Whether its end was left out.
    pub cut: bool,
}

/// A further place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What it is to the finding.
    pub relation: Relation,
    /// Where it begins.
    pub start: Point,
    /// Where it ends, exclusive.
    pub end: Point,
    /// The path of its field in the resource.
    pub field: String,
    /// Its first line.
    pub excerpt: Excerpt,
}

/// What a further place is to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The resource's first line.
    Resource,
    /// The container that it is about: its name, or its first line.
    Container,
    /// The alias through which the marked text is part of the resource.
    Alias,
    /// A further field that has to change with the marked one.
    Cause,
}

impl Relation {
    /// Its name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Resource => "resource",
            Relation::Container => "container",
            Relation::Alias => "alias",
            Relation::Cause => "cause",
        }
    }
}

impl Place {
    /// The resource itself, without a look at its text.
    pub fn of_resource(location: &Location) -> Place {
        let point = Point {
            line: location.line,
            column: location.column,
        };
        Place {
            precision: Precision::Resource,
            start: point,
            end: point,
            field: Arc::default(),
            missing: None,
            excerpt: Excerpt::default(),
            related: Vec::new(),
        }
    }
}
