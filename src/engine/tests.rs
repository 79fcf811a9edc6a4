//! Rego's own unit tests: rules whose names begin with `test_`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use regorus::Value;

use super::fault::EvalError;
use super::machine::Print;
use super::program::Program;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// The rule is true.
    Pass,
    /// The rule is false or undefined.
    Fail,
    /// The name begins with `todo_`: not run.
    Skip,
    /// The evaluation did not end in an answer.
    Error(EvalError),
}

/// One test that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// The package, without `data`.
    pub package: String,
    /// The rule's name.
    pub name: String,
    /// The module in which it stands first.
    pub module: String,
    /// Its line there.
    pub line: u32,
    /// How it ended.
    pub outcome: TestOutcome,
    /// What it printed.
    pub prints: Vec<Print>,
}

impl Program {
    /// The tests of the program: (package, name, module, line), by place.
    pub fn tests(&self) -> Vec<(String, String, String, u32)> {
        let mut found: BTreeMap<(String, String), (String, u32)> = BTreeMap::new();
        let mut order = Vec::new();
        for tree in self.inner.trees() {
            let package = tree.tree.package.join(".");
            for rule in &tree.tree.rules {
                let name = &rule.name.text;
                if !(name.starts_with("test_") || name.starts_with("todo_test_"))
                    || rule.args().is_some()
                {
                    continue;
                }
                let key = (package.clone(), name.clone());
                if let Entry::Vacant(entry) = found.entry(key) {
                    order.push(entry.key().clone());
                    entry.insert((tree.name.clone(), rule.place.line));
                }
            }
        }
        order
            .into_iter()
            .filter_map(|key| {
                let (module, line) = found.get(&key)?.clone();
                Some((key.0, key.1, module, line))
            })
            .collect()
    }

    /// Runs the tests for which `wanted` (package, name) holds.
    pub fn run_tests(&self, wanted: &dyn Fn(&str, &str) -> bool) -> Vec<TestResult> {
        let mut machine = self.machine();
        self.tests()
            .into_iter()
            .filter(|(package, name, _, _)| wanted(package, name))
            .map(|(package, name, module, line)| {
                let outcome = if name.starts_with("todo_") {
                    TestOutcome::Skip
                } else {
                    match machine.eval(&format!("data.{package}.{name}"), Value::new_object()) {
                        Ok(Some(Value::Bool(false)) | None) => TestOutcome::Fail,
                        Ok(Some(_)) => TestOutcome::Pass,
                        Err(error) => TestOutcome::Error(error),
                    }
                };
                TestResult {
                    package,
                    name,
                    module,
                    line,
                    outcome,
                    prints: machine.take_prints(),
                }
            })
            .collect()
    }
}
