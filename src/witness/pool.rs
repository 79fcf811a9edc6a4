//! What two policies speak of where they differ: the values and the names of fields in the lines and
//! parameters that only one of them has.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::bundle::{Bundle, Policy};

/// More would be tried for too long.
const VALUES: usize = 16;
const PATHS: usize = 20;

/// A text between quotes, a reference's fields, a number.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        "(?<text> (?: [^"\\] | \\. )* )"
        | `(?<raw> [^`]* )`
        | \b (?<root> [A-Za-z_]\w* ) (?: \[ [^\]]* \] )? (?<path> (?: \. [A-Za-z_]\w* )+ )
        | \b (?<number> \d+ ) \b
        "#,
    )
    .ok()
});

/// What to put into objects.
#[derive(Debug, Default)]
pub(super) struct Pool {
    /// Texts and numbers.
    pub(super) values: Vec<Value>,
    /// Fields below others, as references name them; what differs first, then all that is read.
    pub(super) paths: Vec<Vec<String>>,
}

impl Pool {
    /// What `old` and `new` speak of where they differ.
    pub(super) fn of(old: &Bundle, new: &Bundle) -> Pool {
        let mut pool = Pool::default();
        for (one, other) in [(new, old), (old, new)] {
            for policy in &one.policies {
                let counterpart = other.get(&policy.id);
                pool.rego(policy, counterpart);
                pool.parameters(policy, counterpart);
            }
        }
        // What both read may matter together with what only one does.
        let mut shared = Pool::default();
        for policy in new.policies.iter().chain(&old.policies) {
            shared.rego(policy, None);
        }
        pool.paths.append(&mut shared.paths);
        let mut seen = BTreeSet::new();
        pool.values.retain(|value| seen.insert(value.to_string()));
        pool.values.truncate(VALUES);
        let mut seen = BTreeSet::new();
        pool.paths.retain(|path| seen.insert(path.clone()));
        pool.paths.truncate(PATHS);
        pool
    }

    fn rego(&mut self, policy: &Policy, counterpart: Option<&Policy>) {
        let known: BTreeSet<&str> = counterpart
            .iter()
            .flat_map(|policy| policy.modules())
            .flat_map(|module| module.text.lines().map(str::trim))
            .collect();
        for module in policy.modules() {
            let lines = module.text.lines().map(str::trim);
            for line in lines.filter(|line| {
                !line.starts_with('#') && !line.starts_with("import ") && !known.contains(line)
            }) {
                self.tokens(line);
            }
        }
    }

    fn tokens(&mut self, line: &str) {
        let Some(token) = &*TOKEN else { return };
        for found in token.captures_iter(line) {
            let text = found.name("text").or(found.name("raw"));
            if let Some(text) = text.map(|text| text.as_str()) {
                // A sentence is what the policy says, not what it reads.
                if !text.contains(' ') && !text.contains('%') {
                    self.text(text);
                    if text.chars().all(char::is_alphanumeric) {
                        self.paths.push(vec![text.to_owned()]);
                    }
                }
            }
            let root = found.name("root").map(|root| root.as_str());
            if let Some(path) = found.name("path") {
                // Libraries and their functions are no fields.
                let called = line
                    .get(path.end()..)
                    .is_some_and(|rest| rest.starts_with('('));
                if root != Some("data") && !called {
                    self.path(path.as_str());
                }
            }
            let number = found
                .name("number")
                .and_then(|number| number.as_str().parse().ok());
            if let Some(number) = number {
                self.number(number);
            }
        }
    }

    /// `.securityContext.privileged`, and `.privileged` by itself: part of it may be there.
    fn path(&mut self, text: &str) {
        let steps = text.split('.').filter(|step| !step.is_empty());
        let steps: Vec<String> = steps.map(str::to_owned).collect();
        let of_input = ["review", "object"];
        let skip = steps
            .iter()
            .take_while(|step| of_input.contains(&step.as_str()))
            .count();
        let mut rest = steps.get(skip..).unwrap_or_default();
        if steps.first().is_some_and(|first| first == "parameters") {
            return;
        }
        while let Some((_, after)) = rest.split_first() {
            self.paths.push(rest.to_vec());
            rest = after;
        }
    }

    fn parameters(&mut self, policy: &Policy, counterpart: Option<&Policy>) {
        for constraint in &policy.constraints {
            let same = |other: &&crate::gatekeeper::Constraint| other.name == constraint.name;
            let other = counterpart.and_then(|policy| policy.constraints.iter().find(same));
            let Ok(own) = serde_json::to_value(&constraint.parameters) else {
                continue;
            };
            let other = other.and_then(|other| serde_json::to_value(&other.parameters).ok());
            self.scalars(&own, other.as_ref());
        }
    }

    fn scalars(&mut self, value: &Value, other: Option<&Value>) {
        if Some(value) == other {
            return;
        }
        match value {
            Value::String(text) => self.text(text),
            Value::Number(number) => {
                if let Some(number) = number.as_i64() {
                    self.number(number);
                }
            }
            Value::Array(items) => {
                let others = other.and_then(Value::as_array);
                for item in items {
                    let known = others.is_some_and(|others| others.contains(item));
                    if !known {
                        self.scalars(item, None);
                    }
                }
            }
            Value::Object(fields) => {
                for (key, item) in fields {
                    self.scalars(item, other.and_then(|other| other.get(key)));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.values.extend(sample(text).map(Value::from));
        self.values.push(json!(text));
        // A quantity or a port: what is just above it and just below.
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        if let Ok(number) = number.parse::<i64>() {
            for near in [number.saturating_add(1), number.saturating_sub(1)] {
                self.values.push(json!(format!("{near}{unit}")));
                if unit.is_empty() {
                    self.values.push(json!(near));
                }
            }
            if unit.is_empty() {
                self.values.push(json!(number));
            }
        }
    }

    fn number(&mut self, number: i64) {
        for near in [number, number.saturating_add(1), number.saturating_sub(1)] {
            self.values.push(json!(near));
        }
    }
}

/// A text that a regular expression matches, where that is plain: the expression without its
/// anchors, something in the place of anything.
fn sample(pattern: &str) -> Option<String> {
    let inner = pattern.trim_start_matches('^').trim_end_matches('$');
    if inner == pattern && !pattern.contains(['\\', '*', '+']) {
        return None;
    }
    let mut text = inner.to_owned();
    for (from, to) in [
        ("(.+)", "x"),
        ("(.*)", "x"),
        (".+", "x"),
        (".*", "x"),
        ("\\.", "."),
        ("\\/", "/"),
        ("\\-", "-"),
    ] {
        text = text.replace(from, to);
    }
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || ":/.-_@".contains(c));
    let first = match text.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((choices, rest)) => {
            let choice = choices.split('|').next().unwrap_or_default();
            Some(format!("{choice}{rest}"))
        }
        None => None,
    };
    if plain { Some(text) } else { first }
}
