//! Documents that nobody would write, made of ones that somebody wrote.

use serde_json::Value as Json;

/// xorshift: the same numbers everywhere.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Something of another type, or of the same type and odd.
fn odd(chance: &mut Chance) -> Json {
    let choices = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "1.5",
        "100000000000000000000",
        "\"\"",
        "\"*\"",
        "\"a\"",
        "\"runtime/default\"",
        "\"100m\"",
        "\"1Gi\"",
        "\"docker.io/*\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\": 1}",
        "[\"*\"]",
        "[\"a\", \"b\"]",
        "[{\"name\": \"x\"}]",
        "{\"name\": 5}",
        "\"0.0.0.0/0\"",
        "[1, \"1\"]",
        "65535",
    ];
    serde_json::from_str(choices[chance.below(choices.len())]).unwrap()
}

fn size(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Changes the node number `at`, counted from the top.
fn change(value: &mut Json, at: &mut usize, chance: &mut Chance) {
    if *at == 0 {
        *at = usize::MAX;
        match (chance.below(6), &mut *value) {
            (0, Json::Array(items)) if !items.is_empty() => {
                let copy = items[chance.below(items.len())].clone();
                items.push(copy);
            }
            (1, Json::Array(items)) if !items.is_empty() => {
                items.remove(chance.below(items.len()));
            }
            (0..=2, Json::Object(fields)) if !fields.is_empty() => {
                let key = fields
                    .keys()
                    .nth(chance.below(fields.len()))
                    .unwrap()
                    .clone();
                fields.remove(&key);
            }
            (3, Json::Object(fields)) => {
                let keys = [
                    "securityContext",
                    "name",
                    "image",
                    "namespace",
                    "limits",
                    "labels",
                    "spec",
                    "x",
                ];
                fields.insert(keys[chance.below(keys.len())].to_owned(), odd(chance));
            }
            _ => *value = odd(chance),
        }
        return;
    }
    *at -= 1;
    match value {
        Json::Array(items) => {
            for item in items {
                if *at == usize::MAX {
                    return;
                }
                change(item, at, chance);
            }
        }
        Json::Object(fields) => {
            for (_, item) in fields.iter_mut() {
                if *at == usize::MAX {
                    return;
                }
                change(item, at, chance);
            }
        }
        _ => {}
    }
}

pub(super) fn mutated(value: &Json, chance: &mut Chance) -> Json {
    let mut result = value.clone();
    for _ in 0..=chance.below(3) {
        let mut at = chance.below(size(&result));
        change(&mut result, &mut at, chance);
    }
    result
}
