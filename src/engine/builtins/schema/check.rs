//! Holding a document against a schema.
//!
//! A complaint about `anyOf` or `oneOf` brings along those of the alternative that came nearest: each
//! check that is passed scores a point, each complaint takes one.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::compile::{keyword, referred};
use super::decimal::{Decimal, double, shown};
use super::{Complaint, format};
use crate::engine::Value;
use crate::engine::builtins::{gofmt, json, order, regex};

/// Steps through references and alternatives that one document may take.
const MOST_STEPS: u32 = 200_000;

/// How deep schemas may lead into each other.
const DEEPEST: usize = 200;

/// All complaints about `document`, in the order in which OPA's library makes them.
pub(super) fn complaints(schema: &Value, document: &Value) -> Result<Vec<Complaint>, String> {
    let mut checker = Checker {
        root: schema,
        steps: 0,
        depth: 0,
    };
    let mut outcome = Outcome::default();
    checker.value(schema, document, &Place(None), &mut outcome)?;
    Ok(outcome.complaints)
}

/// JSON with every number as a double, so that `1.0` is `1`.
pub(super) fn text_of(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Number(_) => gofmt::json(double(value)),
        Value::Array(array) => {
            let items: Vec<String> = array.iter().map(text_of).collect::<Result<_, _>>()?;
            format!("[{}]", items.join(","))
        }
        Value::Object(object) => {
            let mut out = String::from("{");
            for (position, (key, value)) in order::entries(object.iter()).into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                json::string(&mut out, &json::key_text(key)?);
                out.push(':');
                out.push_str(&text_of(value)?);
            }
            out.push('}');
            out
        }
        other => json::marshal(other)?,
    })
}

/// A place in the document, from the inside out.
struct Place<'a>(Option<(&'a Place<'a>, String)>);

impl Place<'_> {
    fn text(&self) -> String {
        match &self.0 {
            None => "(Root)".to_owned(),
            Some((Place(None), step)) => step.clone(),
            Some((outer, step)) => format!("{}.{step}", outer.text()),
        }
    }

    fn step(&self, step: impl Into<String>) -> Place<'_> {
        Place(Some((self, step.into())))
    }
}

#[derive(Debug, Default)]
struct Outcome {
    complaints: Vec<Complaint>,
    score: i64,
}

impl Outcome {
    fn complain(&mut self, kind: &'static str, place: &Place, text: String) {
        self.complaints.push(Complaint {
            kind,
            field: place.text(),
            text,
        });
        self.score -= 1;
    }

    fn merge(&mut self, other: Outcome) {
        self.complaints.extend(other.complaints);
        self.score += other.score;
    }

    fn valid(&self) -> bool {
        self.complaints.is_empty()
    }
}

struct Checker<'s> {
    root: &'s Value,
    steps: u32,
    depth: usize,
}

impl<'s> Checker<'s> {
    /// An outcome of its own.
    fn apart(
        &mut self,
        schema: &'s Value,
        value: &Value,
        place: &Place,
    ) -> Result<Outcome, String> {
        let mut outcome = Outcome::default();
        self.value(schema, value, place, &mut outcome)?;
        Ok(outcome)
    }

    fn value(
        &mut self,
        schema: &'s Value,
        value: &Value,
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        self.steps += 1;
        self.depth += 1;
        if self.depth > DEEPEST || self.steps > MOST_STEPS {
            return Err("the schema leads too deep".to_owned());
        }
        let answer = self.inner(schema, value, place, out);
        self.depth -= 1;
        answer
    }

    fn inner(
        &mut self,
        schema: &'s Value,
        value: &Value,
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => {
                out.complain("false", place, "False always fails validation".to_owned());
                return Ok(());
            }
            _ => {}
        }
        if let Some(Value::String(reference)) = keyword(schema, "$ref") {
            return self.value(referred(self.root, reference)?, value, place, out);
        }
        let given = match value {
            Value::Number(_) if Decimal::of(value).is_some_and(|number| number.is_integer()) => {
                "integer"
            }
            Value::Number(_) => "number",
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            _ => "object",
        };
        let types: Vec<&str> = match keyword(schema, "type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(|name| match name {
                    Value::String(name) => Some(name.as_ref()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let fits = types.contains(&given) || (given == "integer" && types.contains(&"number"));
        if !types.is_empty() && !fits {
            let expected = match types.as_slice() {
                [one] => (*one).to_owned(),
                several => format!("[{}]", several.join(",")),
            };
            out.complain(
                "invalid_type",
                place,
                format!("Invalid type. Expected: {expected}, given: {given}"),
            );
            return Ok(());
        }
        self.schemas(schema, value, place, out)?;
        match value {
            Value::Array(array) => {
                let items: Vec<&Value> = array.iter().collect();
                self.array(schema, &items, place, out)?;
                common(schema, value, place, out)?;
            }
            Value::Object(object) => {
                let fields = order::entries(object.iter());
                self.object(schema, &fields, place, out)?;
                common(schema, value, place, out)?;
                for (name, part) in children(schema, "properties") {
                    if let Some((_, value)) = fields.iter().find(|(key, _)| *key == name) {
                        self.value(part, value, &place.step(json::key_text(name)?), out)?;
                    }
                }
            }
            _ => {
                number(schema, value, place, out);
                common(schema, value, place, out)?;
                string(schema, value, place, out)?;
            }
        }
        out.score += 1;
        Ok(())
    }

    /// Schemas about the whole value.
    fn schemas(
        &mut self,
        schema: &'s Value,
        value: &Value,
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        for (name, kind, text) in [
            (
                "anyOf",
                "number_any_of",
                "Must validate at least one schema (anyOf)",
            ),
            (
                "oneOf",
                "number_one_of",
                "Must validate one and only one schema (oneOf)",
            ),
        ] {
            let parts = list(schema, name);
            if parts.is_empty() {
                continue;
            }
            let (mut valid, mut best): (usize, Option<Outcome>) = (0, None);
            for part in parts {
                let outcome = self.apart(part, value, place)?;
                if outcome.valid() {
                    valid += 1;
                    if name == "anyOf" {
                        break;
                    }
                } else if valid == 0 && best.as_ref().is_none_or(|best| outcome.score > best.score)
                {
                    best = Some(outcome);
                }
            }
            if valid != 1 {
                out.complain(kind, place, text.to_owned());
                if let Some(best) = best.filter(|_| valid == 0) {
                    out.merge(best);
                }
            }
        }
        let (mut failed, parts) = (false, list(schema, "allOf"));
        for part in parts {
            let outcome = self.apart(part, value, place)?;
            failed |= !outcome.valid();
            out.merge(outcome);
        }
        if failed {
            out.complain(
                "number_all_of",
                place,
                "Must validate all the schemas (allOf)".to_owned(),
            );
        }
        if let Some(part) = keyword(schema, "not")
            && self.apart(part, value, place)?.valid()
        {
            out.complain(
                "number_not",
                place,
                "Must not validate the schema (not)".to_owned(),
            );
        }
        self.dependencies(schema, value, place, out)?;
        if let Some(condition) = keyword(schema, "if") {
            let valid = self.apart(condition, value, place)?.valid();
            let (name, kind, text) = if valid {
                (
                    "then",
                    "condition_then",
                    "Must validate \"then\" as \"if\" was valid",
                )
            } else {
                (
                    "else",
                    "condition_else",
                    "Must validate \"else\" as \"if\" was not valid",
                )
            };
            if let Some(part) = keyword(schema, name) {
                let outcome = self.apart(part, value, place)?;
                if !outcome.valid() {
                    out.complain(kind, place, text.to_owned());
                    out.merge(outcome);
                }
            }
        }
        out.score += 1;
        Ok(())
    }

    fn dependencies(
        &mut self,
        schema: &'s Value,
        value: &Value,
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        let Value::Object(object) = value else {
            return Ok(());
        };
        for (name, dependency) in children(schema, "dependencies") {
            if !object.contains_key(name) {
                continue;
            }
            match dependency {
                Value::Array(names) => {
                    for name in names.iter().filter(|name| !object.contains_key(name)) {
                        let text = format!("Has a dependency on {}", json::key_text(name)?);
                        out.complain("missing_dependency", place, text);
                    }
                }
                part => self.value(part, value, place, out)?,
            }
        }
        Ok(())
    }

    fn array(
        &mut self,
        schema: &'s Value,
        items: &[&Value],
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        match keyword(schema, "items") {
            Some(Value::Array(parts)) if !parts.is_empty() => {
                let count = parts.iter().count();
                for (at, (part, item)) in parts.iter().zip(items).enumerate() {
                    let outcome = self.apart(part, item, &place.step(at.to_string()))?;
                    out.merge(outcome);
                }
                match keyword(schema, "additionalItems") {
                    Some(Value::Bool(false)) if items.len() > count => {
                        let text = "No additional items allowed on array".to_owned();
                        out.complain("array_no_additional_items", place, text);
                    }
                    Some(part @ Value::Object(_)) => {
                        for (at, item) in items.iter().enumerate().skip(count) {
                            let outcome = self.apart(part, item, &place.step(at.to_string()))?;
                            out.merge(outcome);
                        }
                    }
                    _ => {}
                }
            }
            Some(part @ (Value::Object(_) | Value::Bool(_))) => {
                for (at, item) in items.iter().enumerate() {
                    let outcome = self.apart(part, item, &place.step(at.to_string()))?;
                    out.merge(outcome);
                }
            }
            _ => {}
        }
        if let Some(least) = bound(schema, "minItems").filter(|least| items.len() < *least) {
            out.complain(
                "array_min_items",
                place,
                format!("Array must have at least {least} items"),
            );
        }
        if let Some(most) = bound(schema, "maxItems").filter(|most| items.len() > *most) {
            out.complain(
                "array_max_items",
                place,
                format!("Array must have at most {most} items"),
            );
        }
        if keyword(schema, "uniqueItems") == Some(&Value::Bool(true)) {
            let mut seen: HashMap<String, usize> = HashMap::new();
            for (at, item) in items.iter().enumerate() {
                if let Some(before) = seen.insert(text_of(item)?, at) {
                    out.complain(
                        "unique",
                        place,
                        format!("array items[{before},{at}] must be unique"),
                    );
                }
            }
        }
        if let Some(part) = keyword(schema, "contains") {
            let mut best: Option<Outcome> = None;
            let mut found = false;
            for (at, item) in items.iter().enumerate() {
                let outcome = self.apart(part, item, &place.step(at.to_string()))?;
                if outcome.valid() {
                    found = true;
                    break;
                }
                if best.as_ref().is_none_or(|best| outcome.score > best.score) {
                    best = Some(outcome);
                }
            }
            if !found {
                out.complain(
                    "contains",
                    place,
                    "At least one of the items must match".to_owned(),
                );
                if let Some(best) = best {
                    out.merge(best);
                }
            }
        }
        out.score += 1;
        Ok(())
    }

    fn object(
        &mut self,
        schema: &'s Value,
        fields: &[(&Value, &Value)],
        place: &Place,
        out: &mut Outcome,
    ) -> Result<(), String> {
        if let Some(least) = bound(schema, "minProperties").filter(|least| fields.len() < *least) {
            out.complain(
                "array_min_properties",
                place,
                format!("Must have at least {least} properties"),
            );
        }
        if let Some(most) = bound(schema, "maxProperties").filter(|most| fields.len() > *most) {
            out.complain(
                "array_max_properties",
                place,
                format!("Must have at most {most} properties"),
            );
        }
        for name in list(schema, "required") {
            if fields.iter().any(|(key, _)| *key == name) {
                out.score += 1;
            } else {
                out.complain(
                    "required",
                    place,
                    format!("{} is required", json::key_text(name)?),
                );
            }
        }
        let patterns = children(schema, "patternProperties");
        for (key, value) in fields {
            let name = json::key_text(key)?;
            let mut known = children(schema, "properties")
                .iter()
                .any(|(property, _)| property == key);
            let mut matched = false;
            for (pattern, part) in &patterns {
                if regex::is_match(&json::key_text(pattern)?, &name)? {
                    matched = true;
                    let outcome = self.apart(part, value, &place.step(name.as_str()))?;
                    out.merge(outcome);
                }
            }
            out.score += i64::from(matched);
            known |= matched;
            match keyword(schema, "additionalProperties") {
                Some(Value::Bool(false)) if !known => {
                    let text = format!("Additional property {name} is not allowed");
                    out.complain("additional_property_not_allowed", place, text);
                }
                Some(part @ Value::Object(_)) if !known => {
                    let outcome = self.apart(part, value, &place.step(name.as_str()))?;
                    out.merge(outcome);
                }
                _ => {}
            }
        }
        if let Some(part) = keyword(schema, "propertyNames") {
            for (key, _) in fields {
                let outcome = self.apart(part, key, place)?;
                if !outcome.valid() {
                    let text = format!(
                        "Property name of \"{}\" does not match",
                        json::key_text(key)?
                    );
                    out.complain("invalid_property_name", place, text);
                    out.merge(outcome);
                }
            }
        }
        out.score += 1;
        Ok(())
    }
}

/// The values of a keyword that is a list.
fn list<'a>(schema: &'a Value, name: &str) -> Vec<&'a Value> {
    match keyword(schema, name) {
        Some(Value::Array(values)) => values.iter().collect(),
        _ => Vec::new(),
    }
}

/// The entries of a keyword that is an object, sorted.
fn children<'a>(schema: &'a Value, name: &str) -> Vec<(&'a Value, &'a Value)> {
    match keyword(schema, name) {
        Some(Value::Object(entries)) => order::entries(entries.iter()),
        _ => Vec::new(),
    }
}

fn bound(schema: &Value, name: &str) -> Option<usize> {
    match keyword(schema, name) {
        Some(Value::Number(number)) => number
            .as_i64()
            .and_then(|bound| usize::try_from(bound).ok()),
        _ => None,
    }
}

fn number(schema: &Value, value: &Value, place: &Place, out: &mut Outcome) {
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

fn common(schema: &Value, value: &Value, place: &Place, out: &mut Outcome) -> Result<(), String> {
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

fn string(schema: &Value, value: &Value, place: &Place, out: &mut Outcome) -> Result<(), String> {
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
