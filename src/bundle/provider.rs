//! `external_data`: what providers outside of the cluster would answer, read from files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::{Function, Value};
use crate::manifest::{self, Fault, FieldPath, Step};
use crate::source::Source;
use crate::suggest;

const NAME: &str = "external_data";
/// The answer for keys that have none of their own.
const ANY: &str = "*";

/// The answers of providers, by the provider's name.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    answers: BTreeMap<String, BTreeMap<String, Answer>>,
}

#[derive(Clone, Debug)]
enum Answer {
    Value(Value),
    Error(String),
}

thread_local! {
    /// What was asked and nobody can answer. The rest of an evaluation goes on with undefined, which
    /// to a policy may look like nothing wrong: whoever evaluates asks here afterwards.
    static UNANSWERED: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Providers {
    /// Adds the provider `name`, whose answers `source` holds: a mapping of each key to its value, or
    /// to `{error: why}`; `*` is for all other keys.
    pub fn add(&mut self, name: &str, source: &Source) -> Result<(), Fault> {
        let expected = "expected a mapping of keys to values, or to `{error: text}`";
        let Value::Object(entries) = manifest::value(source)? else {
            let message = format!("no answers of a provider: {expected}");
            return Err(manifest::fault_at(source, &FieldPath::default(), message));
        };
        let mut answers = BTreeMap::new();
        for (key, value) in entries.iter() {
            let Value::String(key) = key else { continue };
            let answer = match value {
                Value::Object(fields) if fields.len() == 1 => match &value["error"] {
                    Value::String(text) => Answer::Error(text.to_string()),
                    Value::Undefined => Answer::Value(value.clone()),
                    other => {
                        let message = format!("the error of `{key}` is `{other}`; expected text");
                        let path = FieldPath(vec![Step::Key(key.to_string())]);
                        return Err(manifest::fault_at(source, &path, message));
                    }
                },
                _ => Answer::Value(value.clone()),
            };
            answers.insert(key.to_string(), answer);
        }
        self.answers.insert(name.to_owned(), answers);
        Ok(())
    }

    /// The function that Rego calls.
    pub fn function(self) -> Function {
        Function {
            name: NAME.to_owned(),
            arity: 1,
            call: Arc::new(move |arguments| self.answer(arguments)),
        }
    }

    /// Gatekeeper's answer: `responses` and `errors` as pairs of key and text, `status_code`,
    /// `system_error`.
    fn answer(&self, arguments: &[Value]) -> Result<Value, String> {
        let request = arguments.first().unwrap_or(&Value::Undefined);
        let (Value::String(provider), Value::Array(keys)) =
            (&request["provider"], &request["keys"])
        else {
            return unanswered(format!(
                "{NAME}: expected {{\"provider\": name, \"keys\": [key]}}, got `{request}`"
            ));
        };
        let Some(answers) = self.answers.get(&**provider) else {
            let help = suggest::closest(provider, self.answers.keys().map(String::as_str))
                .map(|meant| format!("; did you mean `{meant}`?"))
                .unwrap_or_default();
            return unanswered(format!(
                "needs the provider `{provider}`; give its answers with `--provider {provider}=FILE`{help}"
            ));
        };
        let (mut responses, mut errors) = (Vec::new(), Vec::new());
        for key in keys.iter() {
            let Value::String(text) = key else {
                return unanswered(format!("{NAME}: the key `{key}` is not a string"));
            };
            let answer = answers.get(&**text).or_else(|| answers.get(ANY));
            match answer {
                Some(Answer::Value(value)) => responses.push(pair(key, value.clone())),
                Some(Answer::Error(text)) => errors.push(pair(key, text.as_str().into())),
                None => {
                    let message = format!("the provider `{provider}` has no answer for `{text}`");
                    return unanswered(message);
                }
            }
        }
        let fields = [
            ("errors", Value::from(errors)),
            ("responses", Value::from(responses)),
            ("status_code", Value::from(200_u64)),
            ("system_error", Value::from("")),
        ];
        let fields = fields.map(|(key, value)| (Value::from(key), value));
        Ok(Value::from(BTreeMap::from(fields)))
    }
}

/// What the last evaluation on this thread asked of a provider in vain.
pub fn take_unanswered() -> Option<String> {
    UNANSWERED.with(RefCell::take)
}

fn unanswered(message: String) -> Result<Value, String> {
    UNANSWERED.with(|slot| {
        slot.borrow_mut().get_or_insert(message);
    });
    Ok(Value::Undefined)
}

fn pair(key: &Value, value: Value) -> Value {
    Value::from(vec![key.clone(), value])
}
