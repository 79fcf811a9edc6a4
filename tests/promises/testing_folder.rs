//! A folder of test files, and what `sekisho test` says of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::run::{Outcome, sekisho_in};

/// The template that the cases of these promises share: it wants labels.
pub(crate) const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: needslabels
spec:
  crd:
    spec:
      names:
        kind: NeedsLabels
      validation:
        openAPIV3Schema:
          type: object
          properties:
            labels:
              type: array
              items: {type: string}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needslabels
      violation[{"msg": msg, "details": {"missing": missing, "field": field}}] {
        missing := input.parameters.labels[_]
        not input.review.object.metadata.labels[missing]
        field := sprintf("metadata.labels.%s", [missing])
        msg := sprintf("label {%s} is missing", [missing])
        print("looked for", missing)
      }
"#;

/// A Constraint of that template.
pub(crate) const CONSTRAINT: &str = "apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabels
metadata: {name: owner-and-team}
spec:
  parameters: {labels: [owner, team]}
";

/// A Pod with the labels `labels`.
pub(crate) fn pod(labels: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: shop, labels: {{{labels}}}}}\n"
    )
}

/// Files by name.
pub(crate) struct Folder {
    inner: tempfile::TempDir,
}

impl Folder {
    /// The template, its Constraint and Pods `bare.yaml`, `owned.yaml`, `full.yaml`.
    pub(crate) fn with_policy() -> Folder {
        let folder = Folder {
            inner: tempfile::tempdir().unwrap(),
        };
        folder
            .add("template.yaml", TEMPLATE)
            .add("constraint.yaml", CONSTRAINT)
            .add("bare.yaml", &pod(""))
            .add("owned.yaml", &pod("owner: me"))
            .add("full.yaml", &pod("owner: me, team: us"))
    }

    pub(crate) fn empty() -> Folder {
        Folder {
            inner: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn add(self, name: &str, text: &str) -> Folder {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Adds a Suite with one test `t` of the policy and these cases.
    pub(crate) fn cases(self, cases: &str) -> Folder {
        let suite = format!(
            "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\nmetadata: {{name: s}}\ntests:\n\
             - name: t\n  template: template.yaml\n  constraint: constraint.yaml\n  cases:\n{cases}"
        );
        self.add("suite.yaml", &suite)
    }

    /// Adds a Suite with these tests.
    pub(crate) fn tests(self, tests: &str) -> Folder {
        let suite =
            format!("apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests:\n{tests}");
        self.add("suite.yaml", &suite)
    }

    pub(crate) fn path(&self) -> &Path {
        self.inner.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let mut all = vec!["test"];
        all.extend(arguments);
        sekisho_in(self.path(), &all, "")
    }

    /// `test//case` (`test` for what is about the test) to its status.
    pub(crate) fn statuses(&self, arguments: &[&str]) -> BTreeMap<String, String> {
        let mut all = vec!["--output", "json"];
        all.extend(arguments);
        statuses(&self.run(&all).json())
    }

    /// What one check says where it does not pass: the messages of its failures and errors.
    pub(crate) fn said(&self, check: &str) -> String {
        let run = self.run(&["--output", "json"]);
        let report = run.json();
        let found = checks(&report).find(|(name, _)| name == check);
        let (_, found) = found.unwrap_or_else(|| panic!("no {check} in {}", run.stdout));
        let lists = ["failures", "errors"];
        let messages = lists
            .iter()
            .flat_map(|list| found[list].as_array().unwrap());
        let line =
            |it: &serde_json::Value| format!("{}: {}", it["line"], it["message"].as_str().unwrap());
        messages.map(line).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) fn checks(
    report: &serde_json::Value,
) -> impl Iterator<Item = (String, &serde_json::Value)> {
    let files = report["files"].as_array().unwrap().iter();
    files
        .flat_map(|file| file["checks"].as_array().unwrap())
        .map(|check| {
            let test = check["test"].as_str().unwrap();
            let name = match check["case"].as_str() {
                Some(case) => format!("{test}//{case}"),
                None => test.to_owned(),
            };
            (name, check)
        })
}

pub(crate) fn statuses(report: &serde_json::Value) -> BTreeMap<String, String> {
    checks(report)
        .map(|(name, check)| (name, check["status"].as_str().unwrap().to_owned()))
        .collect()
}

/// `name: status` pairs as [`statuses`] gives them.
pub(crate) fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let own = |(name, status): &(&str, &str)| ((*name).to_owned(), (*status).to_owned());
    pairs.iter().map(own).collect()
}
