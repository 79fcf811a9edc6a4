//! The pages of the recommendations are what their folders say.

use std::fs;

use crate::run::{root, sekisho};

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
