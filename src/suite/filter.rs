//! `--run`: which tests and cases.

use super::pattern::Pattern;

/// Chooses tests and cases by name, as gator's `--run` does.
///
/// | text | runs |
/// |---|---|
/// | `RE` | all cases of the tests whose name matches, and every case whose name matches |
/// | `RE//` | all cases of the tests whose name matches |
/// | `//RE` | every case whose name matches |
/// | `RE//RE` | of the tests whose name matches the cases whose name matches |
///
/// For Rego unit tests the package is the test and the rule the case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    kind: Kind,
}

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    All,
    Either(Pattern),
    Both(Pattern, Pattern),
}

impl Filter {
    /// Reads the argument of `--run`; an error is one line.
    pub fn parse(text: &str) -> Result<Filter, String> {
        let kind = match text.split_once("//") {
            None => Kind::Either(Pattern::new(text)?),
            Some((_, case)) if case.contains("//") => {
                return Err(format!("`{text}` has more than one `//`"));
            }
            Some((test, case)) => Kind::Both(Pattern::new(test)?, Pattern::new(case)?),
        };
        Ok(Filter { kind })
    }

    /// Whether the test itself, without its cases, is wanted.
    pub fn wants_test(&self, test: &str) -> bool {
        match &self.kind {
            Kind::All => true,
            Kind::Either(pattern) => pattern.is_in(test),
            Kind::Both(pattern, case) => pattern.is_in(test) && case.as_str().is_empty(),
        }
    }

    /// Whether `case` of `test` is wanted.
    pub fn wants(&self, test: &str, case: &str) -> bool {
        match &self.kind {
            Kind::All => true,
            Kind::Either(pattern) => pattern.is_in(test) || pattern.is_in(case),
            Kind::Both(tests, cases) => tests.is_in(test) && cases.is_in(case),
        }
    }
}
