//! Keywords about one value, whatever is in it.

use std::cmp::Ordering;

use super::outcome::{Outcome, Place};
use super::text_of;
use crate::engine::Value;
use crate::engine::builtins::schema::compile::keyword;
use crate::engine::builtins::schema::decimal::{Decimal, shown};
use crate::engine::builtins::schema::format;
use crate::engine::builtins::{order, regex};

/// The values of a keyword that is a list.
pub(super) fn list<'a>(schema: &'a Value, name: &str) -> Vec<&'a Value> {
    match keyword(schema, name) {
        Some(Value::Array(values)) => values.iter().collect(),
        _ => Vec::new(),
    }
}

/// The entries of a keyword that is an object, sorted.
pub(super) fn children<'a>(schema: &'a Value, name: &str) -> Vec<(&'a Value, &'a Value)> {
    match keyword(schema, name) {
        Some(Value::Object(entries)) => order::entries(entries.iter()),
        _ => Vec::new(),
    }
}

pub(super) fn bound(schema: &Value, name: &str) -> Option<usize> {
    match keyword(schema, name) {
        Some(Value::Number(number)) => number
            .as_i64()
            .and_then(|bound| usize::try_from(bound).ok()),
        _ => None,
    }
}

pub(super) fn number(schema: &Value, value: &Value, place: &Place, out: &mut Outcome) {
    let Some(number) = Decimal::of(value) else {
        return;
    };
    let limit = |name: &str| {
        keyword(schema, name).and_then(|limit| Some((Decimal::of(limit)?, shown(limit))))
    };
    if let Some((of, shown)) = limit("multipleOf")
        && !number.is_multiple_of(&of)
    {
        out.complain(
            "multiple_of",
            place,
            format!("Must be a multiple of {shown}"),
        );
    }
    for (side, beyond, names) in [
        (
            "imum",
            Ordering::Greater,
            [
                ("max", "number_lte", "less than or equal to"),
                ("exclusiveMax", "number_lt", "less than"),
            ],
        ),
        (
            "imum",
            Ordering::Less,
            [
                ("min", "number_gte", "greater than or equal to"),
                ("exclusiveMin", "number_gt", "greater than"),
            ],
        ),
    ] {
        let [
            (plain, plain_kind, plain_text),
            (strict, strict_kind, strict_text),
        ] = names;
        let strict_name = format!("{strict}{side}");
        // In draft 4 the strict one is a flag on the other.
        let flagged = keyword(schema, &strict_name) == Some(&Value::Bool(true));
        if let Some((limit, shown)) = limit(&format!("{plain}{side}")) {
            let order = number.compare(&limit);
            if flagged && (order == beyond || order == Ordering::Equal) {
                out.complain(strict_kind, place, format!("Must be {strict_text} {shown}"));
            } else if order == beyond {
                out.complain(plain_kind, place, format!("Must be {plain_text} {shown}"));
            }
        }
        if let Some((limit, shown)) = limit(&strict_name) {
            let order = number.compare(&limit);
            if order == beyond || order == Ordering::Equal {
                out.complain(strict_kind, place, format!("Must be {strict_text} {shown}"));
            }
        }
    }
    out.score += 1;
}

pub(super) fn common(
    schema: &Value,
    value: &Value,
    place: &Place,
    out: &mut Outcome,
) -> Result<(), String> {
    if let Some(constant) = keyword(schema, "const") {
        let allowed = text_of(constant)?;
        if allowed != text_of(value)? {
            out.complain(
                "const",
                place,
                format!("{} does not match: {allowed}", place.text()),
            );
        }
    }
    let allowed: Vec<String> = list(schema, "enum")
        .into_iter()
        .map(text_of)
        .collect::<Result<_, _>>()?;
    if !allowed.is_empty() && !allowed.contains(&text_of(value)?) {
        let text = format!(
            "{} must be one of the following: {}",
            place.text(),
            allowed.join(", ")
        );
        out.complain("enum", place, text);
    }
    if let Some(Value::String(name)) = keyword(schema, "format")
        && let Value::String(text) = value
        && !format::fits(name, text)?
    {
        out.complain("format", place, format!("Does not match format '{name}'"));
    }
    out.score += 1;
    Ok(())
}

pub(super) fn string(
    schema: &Value,
    value: &Value,
    place: &Place,
    out: &mut Outcome,
) -> Result<(), String> {
    let Value::String(text) = value else {
        return Ok(());
    };
    let length = text.chars().count();
    if let Some(least) = bound(schema, "minLength").filter(|least| length < *least) {
        out.complain(
            "string_gte",
            place,
            format!("String length must be greater than or equal to {least}"),
        );
    }
    if let Some(most) = bound(schema, "maxLength").filter(|most| length > *most) {
        out.complain(
            "string_lte",
            place,
            format!("String length must be less than or equal to {most}"),
        );
    }
    if let Some(Value::String(pattern)) = keyword(schema, "pattern")
        && !regex::is_match(pattern, text)?
    {
        out.complain(
            "pattern",
            place,
            format!("Does not match pattern '{pattern}'"),
        );
    }
    out.score += 1;
    Ok(())
}
