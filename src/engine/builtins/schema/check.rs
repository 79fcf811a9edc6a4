//! Holding a document against a schema.
//!
//! A complaint about `anyOf` or `oneOf` brings along those of the alternative that came nearest: each
//! group of keywords scores a point, each complaint takes two.

mod collection;
mod outcome;
mod scalar;

use super::Complaint;
use super::compile::{keyword, referred};
use super::decimal::{Decimal, double};
use crate::engine::Value;
use crate::engine::builtins::{gofmt, json, order};
use outcome::{Outcome, Place};
use scalar::{children, common, list, number, string};

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
}
