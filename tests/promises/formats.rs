//! Every form of the report is what its readers expect, whatever stands in the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::outputs::formats;
use crate::run::{assert_snapshot, root, sekisho_in};

/// What one run wrote, by format.
type Written = BTreeMap<String, String>;

/// A run over the article's unhealthy sample.
pub(crate) fn sample(format: &str) -> String {
    static ONCE: LazyLock<Written> = LazyLock::new(|| {
        let (status, written) = written(&root(), &["tests/manifests/unhealthy.yaml"]);
        assert_eq!(status, 1);
        written
    });
    ONCE[format].clone()
}

const NAME: &str = "c|`x` <b>&amp; ::error::%0A ##vso[task.complete];] # \\u0007 \\n=1+1";

/// A run over names that mean something to one format or another, a document that cannot be read, and
/// a policy that cannot judge.
pub(crate) fn hostile(format: &str) -> String {
    static ONCE: LazyLock<Written> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "a,b;c]%d.yaml",
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: '=cmd()', namespace: shop}}\nspec:\n  containers:\n  - name: \"{NAME}\"\n    image: a\n    securityContext: {{privileged: true}}\n---\nbroken: [\n"
            ),
        );
        write(
            "policies.yaml",
            "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: odd}\nspec:\n  crd: {spec: {names: {kind: Odd}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package odd\n      violation[{\"msg\": msg}] { msg := input.review.object.spec }\n---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Odd\nmetadata: {name: odd}\nspec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}]}}\n",
        );
        let arguments = ["a,b;c]%d.yaml", "--policies", "policies.yaml"];
        let (status, written) = written(folder.path(), &arguments);
        assert_eq!(status, 2);
        written
    });
    ONCE[format].clone()
}

/// One run in `folder` that writes every form.
fn written(folder: &Path, arguments: &[&str]) -> (i32, Written) {
    let out = tempfile::tempdir().unwrap();
    let path = |format: &str| out.path().join(format);
    let formats = formats();
    let outputs = formats
        .iter()
        .map(|it| format!("--output={it}={}", path(it).display()));
    let outputs: Vec<String> = outputs.collect();
    let mut all = vec!["check"];
    all.extend(arguments);
    all.extend(outputs.iter().map(String::as_str));
    let run = sekisho_in(folder, &all, "");
    let read = |format: String| {
        let text = fs::read_to_string(path(&format)).unwrap();
        (format, text)
    };
    (run.status, formats.into_iter().map(read).collect())
}

pub(crate) fn findings() -> usize {
    let report: Value = serde_json::from_str(&sample("json")).unwrap();
    report["findings"].as_array().unwrap().len()
}

fn assert_valid(schema: &str, instance: &Value) {
    let text = fs::read_to_string(root().join("tests/schemas").join(schema)).unwrap();
    // A stray bracket in the pattern of a language, which is no regular expression of JSON Schema's.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn samples_in_every_form_are_as_reviewed() {
    let (status, written) = written(
        &root(),
        &[
            "tests/manifests/healthy.yaml",
            "--params=tests/manifests/configured.yaml",
            // Findings, none, and nothing that it applies to.
            "--only=token_automount,default_namespace,privileged_containers,ingress_https",
        ],
    );
    assert_eq!(status, 1);
    for (format, text) in written {
        // Their snapshots are in `article`, or too long to be read.
        if ["text", "json", "html"].contains(&format.as_str()) {
            continue;
        }
        let version = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");
        let text = text.replace(version, "\"VERSION\"");
        assert_snapshot(&format!("formats/{format}"), &text);
    }
}

#[test]
fn no_form_is_silent_about_what_could_not_be_judged() {
    for format in formats() {
        let said = hostile(&format);
        for what in ["expected text", "did not find expected"] {
            assert!(said.contains(what), "{format}: {said}");
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_in_every_form() {
    let with = |jobs: &str| written(&root(), &["tests/manifests", "--jobs", jobs]).1;
    assert!(with("1") == with("7"));
}

#[test]
fn sarif_is_valid_and_ready_for_code_scanning() {
    for text in [sample("sarif"), hostile("sarif")] {
        let log: Value = serde_json::from_str(&text).unwrap();
        assert_valid("sarif-2.1.0.json", &log);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for rule in rules {
            let help = &rule["help"];
            assert!(!help["text"].as_str().unwrap().is_empty(), "{rule}");
            assert!(!help["markdown"].as_str().unwrap().is_empty(), "{rule}");
            assert!(rule["defaultConfiguration"]["level"].is_string());
            let properties = &rule["properties"];
            assert!(!properties["tags"].as_array().unwrap().is_empty());
            if let Some(severity) = properties["security-severity"].as_str() {
                let severity: f64 = severity.parse().unwrap();
                assert!(severity > 0.0 && severity <= 10.0);
            }
        }
        let results = run["results"].as_array().unwrap();
        assert!(!results.is_empty());
        let mut related = 0;
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let further = result["relatedLocations"].as_array();
            let ids: Vec<u64> = further
                .into_iter()
                .flatten()
                .map(|further| further["id"].as_u64().unwrap())
                .collect();
            let different: BTreeSet<&u64> = ids.iter().collect();
            assert_eq!(different.len(), ids.len(), "{result}");
            related += ids.len();
            let place = &result["locations"][0]["physicalLocation"];
            let artifact = &place["artifactLocation"];
            assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
            let uri = artifact["uri"].as_str().unwrap();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            assert!(uri.chars().all(plain) && !uri.starts_with('/'), "{uri}");
            assert!(place["region"]["startLine"].as_u64().unwrap() > 1);
            assert!(result["partialFingerprints"]["sekisho/v1"].is_string());
        }
        assert!(related > results.len() / 2, "{related}");
    }
}

#[test]
fn sarif_says_whether_everything_could_be_judged() {
    let log: Value = serde_json::from_str(&hostile("sarif")).unwrap();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    let errors = notifications.iter().filter(|it| it["level"] == "error");
    assert_eq!(errors.count(), 2, "{invocation}");
    let log: Value = serde_json::from_str(&sample("sarif")).unwrap();
    assert_eq!(
        log["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
}

#[test]
fn fingerprints_survive_moved_lines_and_other_words() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(root().join("tests/manifests/unhealthy.yaml")).unwrap();
    let prints = |text: &str, language: &str| -> BTreeSet<String> {
        fs::write(folder.path().join("m.yaml"), text).unwrap();
        let arguments = ["check", "m.yaml", "-o", "sarif", "--lang", language];
        let run = sekisho_in(folder.path(), &arguments, "");
        let log: Value = serde_json::from_str(&run.stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        results
            .map(|result| result["partialFingerprints"].to_string())
            .collect()
    };
    let before = prints(&text, "en");
    assert_eq!(before.len(), findings());
    assert_eq!(before, prints(&format!("# a\n\n# b\n---\n{text}"), "en"));
    assert_eq!(before, prints(&text, "ja"));
}

#[test]
fn github_and_azure_devops_see_one_command_a_finding() {
    for (format, start, escaped) in [
        ("github", "::", "%0A=1+1"),
        ("azuredevops", "##vso[task.logissue ", "%0A=1+1"),
    ] {
        let text = sample(format);
        let commands = text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(commands, findings(), "{text}");
        assert_eq!(text.lines().count(), commands + 1, "{text}");

        let text = hostile(format);
        let lines: Vec<&str> = text.lines().collect();
        let (last, commands) = lines.split_last().unwrap();
        assert!(last.contains("1"), "{last}");
        for line in commands {
            assert!(line.starts_with(start), "{line}");
            let rest = &line[start.len()..];
            let (properties, _) = match format {
                "github" => rest.split_once("::").unwrap(),
                _ => rest.split_once(']').unwrap(),
            };
            let file = match format {
                "github" => "file=a%2Cb;c]%25d.yaml",
                _ => "sourcepath=a,b%3Bc%5D%AZP25d.yaml;",
            };
            assert!(properties.contains(file), "{properties}");
        }
        assert!(text.contains(escaped), "{text}");
    }
}

#[test]
fn gitlab_is_valid_and_tells_findings_apart() {
    for text in [sample("gitlab"), hostile("gitlab")] {
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_valid("gitlab-code-quality.json", &report);
        let entries = report.as_array().unwrap();
        let prints: BTreeSet<&str> = entries
            .iter()
            .map(|entry| entry["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(prints.len(), entries.len());
    }
}

#[test]
fn csv_has_even_rows_and_nothing_to_compute() {
    let rows = |text: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        // A row of another length would be an error.
        reader.records().map(|row| row.unwrap()).collect()
    };
    assert_eq!(rows(&sample("csv")).len(), findings());
    let text = hostile("csv");
    let rows = rows(&text);
    for cell in rows.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
    assert!(rows.iter().any(|row| &row[9] == "'=cmd()"), "{text}");
    let kinds = |kind: &str| rows.iter().filter(|row| &row[0] == kind).count();
    assert_eq!((kinds("unreadable"), kinds("unjudged")), (1, 1));
    assert!(text.lines().count() > 1 && text.contains("\r\n"));
}

#[test]
fn tap_keeps_its_plan() {
    for text in [sample("tap"), hostile("tap")] {
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("TAP version 14"));
        let plan: usize = lines.next().unwrap()[3..].parse().unwrap();
        let point = |line: &&str| line.starts_with("ok ") || line.starts_with("not ok ");
        assert_eq!(text.lines().filter(point).count(), plan);
        for line in lines.filter(|line| !line.starts_with("  ")) {
            assert!(point(&line), "{line}");
        }
    }
    let failed = |text: String| text.lines().filter(|it| it.starts_with("not ok ")).count();
    assert_eq!(failed(sample("tap")), findings());
}

#[test]
fn policy_reports_are_valid_and_add_up() {
    for text in [sample("policyreport"), hostile("policyreport")] {
        let mut kinds = Vec::new();
        for document in text.split("---\n").filter(|text| !text.is_empty()) {
            let report: Value = serde_yaml::from_str(document).unwrap();
            assert_valid("policyreport-v1alpha2.json", &report);
            let results = report["results"].as_array().unwrap();
            for word in ["pass", "fail", "warn", "error", "skip"] {
                let counted = results.iter().filter(|it| it["result"] == word).count();
                assert_eq!(report["summary"][word], counted, "{word}");
            }
            for result in results {
                for resource in result["resources"].as_array().into_iter().flatten() {
                    assert_eq!(resource["namespace"], report["metadata"]["namespace"]);
                }
            }
            kinds.push(report["kind"].as_str().unwrap().to_owned());
        }
        assert_eq!(kinds, ["ClusterPolicyReport", "PolicyReport"]);
    }
}

#[test]
fn policy_reports_have_an_error_for_what_could_not_be_judged() {
    let text = hostile("policyreport");
    let mut errors = Vec::new();
    for document in text.split("---\n").filter(|text| !text.is_empty()) {
        let report: Value = serde_yaml::from_str(document).unwrap();
        let results = report["results"].as_array().unwrap().iter();
        for error in results.filter(|result| result["result"] == "error") {
            errors.push(
                [
                    &report["metadata"]["namespace"],
                    &error["policy"],
                    &error["resources"][0]["kind"],
                    &error["properties"]["line"],
                ]
                .map(|value| value.as_str().unwrap_or("-").to_owned()),
            );
        }
    }
    let said = errors.iter().map(|error| error.join(" "));
    assert_eq!(
        said.collect::<Vec<_>>(),
        ["- unreadable - 11", "shop Odd Pod 1"],
        "{text}"
    );
}

#[test]
fn markdown_tables_keep_their_columns() {
    let text = hostile("markdown");
    let columns = |row: &str| row.replace("\\|", "").matches('|').count();
    let mut tables = 0;
    for table in text.split("\n\n").filter(|part| part.contains("\n|--")) {
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
        assert!(
            rows.iter().all(|row| columns(row) == columns(rows[0])),
            "{table}"
        );
        tables += 1;
    }
    assert!(tables >= 3, "{text}");
    assert!(text.contains("&lt;b&gt;&amp;amp;"), "{text}");
}

#[test]
fn json_lines_are_the_json_report_line_by_line() {
    let whole: Value = serde_json::from_str(&sample("json")).unwrap();
    let text = sample("jsonl");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.first().unwrap()["type"], "run");
    assert_eq!(lines.last().unwrap()["type"], "summary");
    for (kind, field) in [("finding", "findings"), ("assessment", "assessments")] {
        let mut of_kind = Vec::new();
        for line in lines.iter().filter(|line| line["type"] == kind) {
            let mut line = line.clone();
            line.as_object_mut().unwrap().remove("type");
            of_kind.push(line);
        }
        assert_eq!(&of_kind, whole[field].as_array().unwrap());
    }
}
