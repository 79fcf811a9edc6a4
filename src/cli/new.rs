//! `sekisho new`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::language::Language;

use super::Status;
use super::shared;

/// Begin a policy: a folder with template, Rego, tests, samples and facts
#[derive(Args)]
pub(super) struct New {
    /// The folder to make; its name is the policy's: lower case, digits, `_`
    #[arg(value_name = "NAME")]
    folder: PathBuf,
}

/// Path in the folder, text.
const FILES: [(&str, &str); 8] = [
    ("template.yaml", include_str!("new/template.yaml.txt")),
    ("policy.rego", include_str!("new/policy.rego.txt")),
    ("policy_test.rego", include_str!("new/policy_test.rego.txt")),
    ("suite.yaml", include_str!("new/suite.yaml.txt")),
    (
        "recommendation.yaml",
        include_str!("new/recommendation.yaml.txt"),
    ),
    (
        "samples/constraint.yaml",
        include_str!("new/constraint.yaml.txt"),
    ),
    ("samples/good.yaml", include_str!("new/good.yaml.txt")),
    ("samples/bad.yaml", include_str!("new/bad.yaml.txt")),
];

impl New {
    pub(super) fn run(&self, language: Language) -> Result<Status> {
        let shown = self.folder.display();
        let id = self
            .folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !is_id(id) {
            bail!(
                "`{id}` cannot be a policy's name: expected at most 40 lower case letters, digits and `_`, a \
                 letter first"
            );
        }
        if KEYWORDS.contains(&id) {
            bail!("`{id}` cannot be a policy's name: it is a keyword of Rego");
        }
        if fs::symlink_metadata(&self.folder).is_ok() {
            bail!("`{shown}` is there already: nothing is overwritten");
        }
        for (path, text) in FILES {
            let path = self.folder.join(path);
            let written = match path.parent() {
                Some(folder) => fs::create_dir_all(folder),
                None => Ok(()),
            };
            written
                .and_then(|()| fs::write(&path, filled(text, id)))
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        let said = match language {
            Language::En => {
                format!("{shown} is there. One of its tests fails, and says how to go on:")
            }
            Language::Ja => format!(
                "{shown} を作成しました。失敗するテストが 1 件あり、次にすることを示します。"
            ),
        };
        shared::write(&format!(
            "{}\n  sekisho test {shown}\n  sekisho lint {shown}\n  \
             sekisho check --policies {shown} --no-bundled {shown}/samples/bad.yaml\n",
            shared::canvas().hang("", 0, &said)
        ))?;
        Ok(Status::Clean)
    }
}

const KEYWORDS: [&str; 16] = [
    "as", "contains", "data", "default", "else", "every", "false", "if", "import", "in", "input",
    "lib", "not", "null", "package", "true",
];

fn is_id(id: &str) -> bool {
    id.len() <= 40
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn filled(text: &str, id: &str) -> String {
    let words: Vec<&str> = id.split('_').filter(|word| !word.is_empty()).collect();
    let kind: String = words.iter().map(|word| capital(word)).collect();
    let title = capital(&words.join(" "));
    let mut out = text.replace("__LOWER__", &kind.to_lowercase());
    for (hole, value) in [
        ("__KIND__", kind.as_str()),
        ("__TITLE__", &title),
        ("__DASHED__", &words.join("-")),
        ("__ID__", id),
    ] {
        out = out.replace(hole, value);
    }
    out
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
