//! What functions of libraries answered before, a memory for each thread. Which functions look here
//! is decided where the compiled form is written.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use regorus::Value;

use super::catalogue::Call;
use super::vm;

pub(super) const BUILTINS: &[(&str, u8, Call)] =
    &[("sekisho.keep", 3, keep), ("sekisho.recall", 2, recall)];

/// So many answers to arguments without parts are kept of one function, the last to come.
const PLAIN: usize = 1_024;
/// So many answers to other arguments: of one object all policies ask the same.
const RECENT: usize = 8;
/// Of an argument so many parts are compared; a larger one must be the very same.
const PARTS: usize = 16;

thread_local! {
    static ANSWERS: RefCell<HashMap<Arc<str>, Answers, BuildHasherDefault<Beginning>>> =
        RefCell::default();
}

/// The ids of functions are hashes already: their beginning tells them apart.
#[derive(Default)]
struct Beginning(u64);

impl Hasher for Beginning {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn finish(&self) -> u64 {
        // The table looks at the highest and the lowest bits; those of a digit's text are few.
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

#[derive(Default)]
struct Answers {
    plain: BTreeMap<Value, Value>,
    recent: VecDeque<(Value, Value)>,
}

/// The answer; nothing where none is known.
fn recall(arguments: &[Value]) -> Result<Value, String> {
    let [Value::String(function), asked] = arguments else {
        return Err("no function to recall".to_owned());
    };
    Ok(known(function, asked))
}

/// What `function` answered to the same; undefined where it is not known.
pub(super) fn known(function: &str, asked: &Value) -> Value {
    let answer = ANSWERS.with_borrow(|answers| {
        let answers = answers.get(function)?;
        if is_plain(asked) {
            return answers.plain.get(asked).cloned();
        }
        let mut recent = answers.recent.iter();
        recent.find_map(|(before, answer)| same(before, asked).then(|| answer.clone()))
    });
    answer.unwrap_or(Value::Undefined)
}

/// The answer that was found, which is kept.
fn keep(arguments: &[Value]) -> Result<Value, String> {
    let [Value::String(function), asked, answer] = arguments else {
        return Err("no answer to keep".to_owned());
    };
    // What led to an error must lead there the next time, too.
    if !vm::has_failed() {
        ANSWERS.with_borrow_mut(|answers| {
            let answers = answers.entry(function.clone()).or_default();
            if is_plain(asked) {
                if answers.plain.len() >= PLAIN {
                    answers.plain.clear();
                }
                answers.plain.insert(asked.clone(), answer.clone());
            } else {
                answers.recent.truncate(RECENT - 1);
                answers.recent.push_front((asked.clone(), answer.clone()));
            }
        });
    }
    Ok(answer.clone())
}

fn has_parts(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_) | Value::Set(_))
}

/// Whether none of the arguments has parts, and equal ones are written alike.
fn is_plain(asked: &Value) -> bool {
    match asked {
        Value::Array(asked) => !asked.iter().any(|it| has_parts(it) || is_fraction(it)),
        _ => false,
    }
}

/// Whether a number may be written in another way than its equals: `1.0` is 1.
fn is_fraction(value: &Value) -> bool {
    matches!(value, Value::Number(_))
        && !value
            .to_string()
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Whether two values are the same as far as a glance tells.
fn same(one: &Value, other: &Value) -> bool {
    let glance = |one: &Value, other: &Value| match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            Arc::ptr_eq(one, other)
                || one.len() == other.len() && one.len() <= PARTS && {
                    let mut pairs = one.iter().zip(other.iter());
                    pairs.all(|(one, other)| identical(one, other))
                }
        }
        _ => identical(one, other),
    };
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other.iter())
                    .all(|(one, other)| glance(one, other))
        }
        _ => false,
    }
}

/// Whether two values are one, or equal and without parts.
fn identical(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
        }
        (Value::Object(one), Value::Object(other)) => {
            Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
        }
        (Value::Set(one), Value::Set(other)) => Arc::ptr_eq(one, other),
        (Value::Number(_), Value::Number(_)) => one.to_string() == other.to_string(),
        _ => one == other,
    }
}
