//! The pages of the recommendations are what their folders say.

use std::fs;

use crate::run::{root, sekisho};

/// The words in backticks of the first and the fourth column, line by line, where there is a table.
fn words(page: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        let named = [1, 4].into_iter().filter_map(|column| cells.get(column));
        let named = named.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        named.map(str::to_owned).collect()
    })
    .collect()
}

#[test]
fn the_differences_are_the_same_in_both_languages() {
    let (english, japanese) = (words("differences.md"), words("differences.ja.md"));
    assert_eq!(english, japanese);
    let schema = sekisho(&["params", "schema"]).json();
    for (id, policy) in schema["properties"].as_object().unwrap() {
        let row = english.iter().find(|row| row.first() == Some(id));
        for name in row
            .unwrap_or_else(|| panic!("no row for {id}"))
            .iter()
            .skip(1)
        {
            let known = serde_json::to_string(policy).unwrap();
            assert!(known.contains(&format!("\"{name}\"")), "{id}: {name}");
        }
    }
}

#[test]
fn every_recommendation_has_a_current_page_in_both_languages() {
    let listed = sekisho(&["params", "schema"]);
    let schema = listed.json();
    let ids: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(ids.len(), 16);
    let folder = root().join("docs/recommendations");
    for id in &ids {
        for (language, name) in [("en", format!("{id}.md")), ("ja", format!("{id}.ja.md"))] {
            let run = sekisho(&["explain", "--markdown", "--lang", language, id]);
            assert_eq!(run.status, 0, "{}", run.stderr);
            let page = fs::read_to_string(folder.join(&name)).unwrap_or_default();
            assert!(
                page == run.stdout,
                "docs/recommendations/{name} is not what `sekisho explain --markdown --lang {language} {id}` prints"
            );
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2 * ids.len());
}
