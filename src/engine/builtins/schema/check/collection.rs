//! Keywords about arrays and objects.

use std::collections::HashMap;

use super::outcome::{Outcome, Place};
use super::scalar::{bound, children, list};
use super::{Checker, text_of};
use crate::engine::Value;
use crate::engine::builtins::schema::compile::keyword;
use crate::engine::builtins::{json, regex};

impl<'s> Checker<'s> {
    pub(super) fn array(
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

    pub(super) fn object(
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
