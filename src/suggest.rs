//! What a mistyped word was probably meant to be.

/// More names than these are no help.
const MOST: usize = 20;

/// `; did you mean …?`, or else `; expected one of …`, to stand at the end of an error.
pub(crate) fn among<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match closest(word, known.clone()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => {
            let all: Vec<_> = known.map(|name| format!("`{name}`")).collect();
            match all.get(..MOST) {
                Some(first) if all.len() > MOST => format!(
                    "; expected one of {}, … ({} in all)",
                    first.join(", "),
                    all.len()
                ),
                _ if all.is_empty() => String::new(),
                _ => format!("; expected one of {}", all.join(", ")),
            }
        }
    }
}

/// The known word that is near enough to `word` to be meant by it.
pub(crate) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = normal(word);
    known
        .map(|name| (strsim::jaro_winkler(&word, &normal(name)), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

// `cpuLimit`, `cpu-limit` and `cpu_limit` are the same slip.
fn normal(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
