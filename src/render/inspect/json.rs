//! Answers for programs; `docs/authoring.md` describes the fields.

use serde_json::{Value as Json, json};

use crate::check::{Said, Traced, TracedLine};
use crate::engine::{BodyKind, Seen, Value};

use super::Answer;

/// The answers as one JSON document with a final newline.
pub fn json(answers: &[Answer]) -> String {
    let document = json!({
        "version": 1,
        "answers": answers.iter().map(answer).collect::<Vec<_>>(),
    });
    // Texts, numbers and maps with text keys: there is nothing that could fail.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

fn answer(answer: &Answer) -> Json {
    let evaluated = &answer.evaluated;
    let (value, error) = match &evaluated.answer {
        Ok(value) => (value.as_ref().map(wire), None),
        Err(message) => (None, Some(message)),
    };
    let mut out = json!({
        "policy": &*answer.policy,
        "defined": value.is_some(),
        "value": value,
        "error": error,
        "prints": evaluated.prints.iter().map(|print| json!({
            "path": print.module, "line": print.line, "text": print.text,
        })).collect::<Vec<_>>(),
    });
    let Some(fields) = out.as_object_mut() else {
        return out;
    };
    if let Some(question) = &answer.question {
        fields.insert("constraint".to_owned(), question.constraint.as_str().into());
        let unasked = question.unasked.as_ref().map(|why| why.en.to_string());
        fields.insert("unasked".to_owned(), unasked.into());
        fields.insert("madeOf".to_owned(), question.made_of.clone().into());
        let name = &question.name;
        fields.insert(
            "resource".to_owned(),
            json!({
                "apiVersion": name.api_version,
                "kind": name.kind,
                "namespace": name.namespace,
                "name": name.name,
            }),
        );
    }
    if let Some(location) = &answer.location {
        fields.insert(
            "location".to_owned(),
            json!({"path": &*location.path, "line": location.line, "column": location.column}),
        );
    }
    if let Some(violations) = &answer.violations {
        let violations: Vec<Json> = violations.iter().map(violation).collect();
        fields.insert("violations".to_owned(), violations.into());
    }
    if !evaluated.trace.is_empty() {
        let trace: Vec<Json> = evaluated.trace.iter().map(body).collect();
        fields.insert("trace".to_owned(), trace.into());
        fields.insert("traceTruncated".to_owned(), evaluated.truncated.into());
    }
    out
}

fn violation(said: &Said) -> Json {
    json!({
        "message": said.message,
        "details": wire(&said.details),
        "field": said.field,
        "line": said.place.map(|(line, _)| line),
        "column": said.place.map(|(_, column)| column),
    })
}

fn body(body: &Traced) -> Json {
    json!({
        "path": &*body.path,
        "line": body.line,
        "column": body.column,
        "rule": body.rule,
        "kind": match body.kind {
            BodyKind::Rule => "rule",
            BodyKind::Else => "else",
            BodyKind::Comprehension => "comprehension",
            BodyKind::Every => "every",
        },
        "entered": body.entered,
        "held": body.held,
        "holds": body.holds.iter().map(seen).collect::<Vec<_>>(),
        "statements": body.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &TracedLine) -> Json {
    json!({
        "line": step.line,
        "column": step.column,
        "text": step.text,
        "reached": step.reached,
        "stopped": step.stopped,
        "stops": step.stops.iter().map(seen).collect::<Vec<_>>(),
    })
}

/// Each operand with its values; none: undefined.
fn seen(seen: &Seen) -> Json {
    let values = seen.values.iter().map(|(name, values)| {
        let values: Vec<Json> = values.iter().map(wire).collect();
        (name.clone(), Json::from(values))
    });
    Json::Object(values.collect())
}

/// Rego's values as JSON has them: sets become arrays.
fn wire(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}
