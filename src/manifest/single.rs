//! Files of one value that are no manifests: parameters, templates, suites.

use super::build;
use super::positions::positions;
use super::{Fault, FieldPath, Location, Root};
use crate::engine::Value;
use crate::source::{Cursor, Source};

/// The one value that `source` holds, YAML or JSON; null where it is empty.
///
/// # Errors
/// Where it cannot be read, has a key twice, or holds more than one document.
pub fn value(source: &Source) -> Result<Value, Fault> {
    let text = source.text().text;
    let (documents, broken) = build::documents(&text);
    if let Some(broken) = broken {
        return Err(fault(
            source,
            &text,
            broken.at,
            format!("invalid YAML: {}", broken.message),
        ));
    }
    let mut documents = documents.into_iter();
    let Some(document) = documents.next() else {
        return Ok(Value::Null);
    };
    if let Some((key, at)) = document.duplicates.first() {
        let message = format!("`{key}` stands twice in one mapping");
        return Err(fault(source, &text, *at, message));
    }
    if documents.next().is_some() {
        return Err(fault(
            source,
            &text,
            0,
            "more than one document; expected one".to_owned(),
        ));
    }
    Ok(document.value)
}

/// The place of the one value that `source` holds, for [`positions`].
pub fn whole(source: &Source) -> Location {
    let bytes = 0..source.text().text.len();
    let root = Root::Yaml { bytes, nth: 0 };
    Location {
        root,
        ..Location::new(source.name.clone(), 1, 1)
    }
}

/// An error at the field `path` of the one value that `source` holds, or at its nearest parent.
pub fn fault_at(source: &Source, path: &FieldPath, message: String) -> Fault {
    let place = positions(source, &whole(source)).find(&path.0).place;
    Fault {
        path: source.name.clone(),
        line: place.line,
        column: place.column,
        message,
    }
}

fn fault(source: &Source, text: &str, at: usize, message: String) -> Fault {
    let place = Cursor::new(text).place(at);
    Fault {
        path: source.name.clone(),
        line: place.line,
        column: place.column,
        message,
    }
}
