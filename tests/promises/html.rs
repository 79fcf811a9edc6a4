//! The page is complete in itself, holds everything, and nothing of a manifest becomes markup.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::policies::{CONSTRAINT, template};
use crate::run::{sekisho, sekisho_in, sekisho_with};

const UNHEALTHY: &str = "tests/manifests/unhealthy.yaml";

/// What stands between `before` and `after`, which occur once.
fn between<'t>(page: &'t str, before: &str, after: &str) -> &'t str {
    let parts: Vec<&str> = page.split(before).collect();
    assert_eq!(
        parts.len(),
        2,
        "`{before}` occurs {} times",
        parts.len() - 1
    );
    parts[1].split_once(after).unwrap().0
}

#[test]
fn page_loads_nothing_and_names_its_own_style_and_script_alone() {
    let page = sekisho(&["check", UNHEALTHY, "-o", "html"]).stdout;
    let policy = between(
        &page,
        "http-equiv=\"Content-Security-Policy\" content=\"",
        "\"",
    );
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
    let style = between(&page, "<style>", "</style>");
    let script = between(&page, "<script>", "</script>");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; \
             form-action 'none'",
            hash(style),
            hash(script)
        )
    );
    for loads in [
        "src=",
        "url(",
        "@import",
        "<iframe",
        "<base",
        "style=\"",
        "<object",
        "<embed",
        "<form action",
    ] {
        assert!(!page.contains(loads), "{loads}");
    }
    // Addresses of the web stand in links, which a reader follows or not, and nowhere else.
    let rest = page
        .replace("xmlns='http://www.w3.org/2000/svg'", "")
        .replace("<a href=\"https://", "");
    for tag in rest.split('<').filter_map(|tag| tag.split_once('>')) {
        assert!(
            !tag.0.contains("http:") && !tag.0.contains("https:"),
            "{}",
            tag.0
        );
    }
    assert!(
        page.contains("<a href=\"https://"),
        "recommendations are linked"
    );
}

#[test]
fn page_holds_every_finding_in_both_languages_with_its_lines() {
    for language in ["en", "ja"] {
        let page = sekisho(&["check", UNHEALTHY, "-o", "html", "--lang", language]).stdout;
        let start = format!("<!DOCTYPE html>\n<html lang=\"{language}\">");
        assert!(page.starts_with(&start), "{}", &page[..60]);
        let chosen = format!("id=\"{language}\" checked>");
        assert_eq!(page.matches("checked> <span translate").count(), 1);
        assert!(page.contains(&chosen));
        for said in ["en", "ja"] {
            let report = sekisho(&["check", UNHEALTHY, "-o", "json", "--lang", said]).json();
            for finding in report["findings"].as_array().unwrap() {
                let message = finding["message"].as_str().unwrap().replace('\'', "&#39;");
                assert!(page.contains(&message), "{message}");
                let field = finding["place"]["field"].as_str().unwrap();
                assert!(page.contains(field), "{field}");
                let place = &finding["place"];
                let (line, column) = (&place["line"], &place["column"]);
                assert!(page.contains(&format!(
                    "<span class=\"path\">{UNHEALTHY}:{line}:{column}</span>"
                )));
                let fingerprint = finding["fingerprint"].as_str().unwrap();
                assert_eq!(page.matches(&format!(" id=\"f-{fingerprint}\"")).count(), 1);
            }
            for one in report["assessments"].as_array().unwrap() {
                assert!(page.contains(one["name"].as_str().unwrap()));
            }
        }
        assert!(
            page.contains("<span class=m data-n=17>      <mark>hostNetwork: true</mark></span>")
        );
        assert_eq!(page.matches("<li class=\"f\" ").count(), 18);
    }
}

#[test]
fn findings_of_one_cause_stand_together() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  hostNetwork: true\n  containers:\n  - {name: a, image: i, ports: [{containerPort: 1}]}\n  - {name: b, image: i}\n";
    let only = ["--only", "token_automount,host_network_ports"];
    let arguments = [&["check", "-", "-o", "html"][..], &only].concat();
    let page = sekisho_with(&arguments, pod).stdout;
    assert_eq!(page.matches("<mark>hostNetwork: true</mark>").count(), 1);
    assert_eq!(page.matches("<details class=\"w\" open>").count(), 1);
    assert_eq!(page.matches("<div class=\"c\">").count(), 2);
}

#[test]
fn nothing_of_a_manifest_becomes_markup() {
    let evil = "<script>document.title='owned'</script>";
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"{evil}\"\n  namespace: \"'\\\"><img src=x onerror=owned()>\"\nspec:\n  hostPID: true # {evil} </style></code>\n  containers:\n  - name: \"a\\u202eb\\u0000c\"\n    image: \"</script>{evil}\"\n"
    );
    let run = sekisho_with(&["check", "-", "-o", "html"], &pod);
    let page = run.stdout;
    assert!(page.contains("hostPID: true"), "{}", run.stderr);
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("</style").count(), 1);
    assert!(!page.contains("<img"));
    assert!(page.contains("&#60;script&#62;document.title=&#39;owned&#39;&#60;/script&#62;"));
    assert!(page.contains("a\\u{202e}b\\u{0}c"));
    assert!(!page.contains(['\u{202e}', '\0']));
}

#[test]
fn what_could_not_be_judged_is_said_before_the_findings() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "broken.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
    );
    write("values.yaml", "a: 1\n");
    write(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true}\n",
    );
    let odd = "package odd\nviolation[{\"msg\": 1}] { true }";
    std::fs::create_dir(folder.path().join(".policies")).unwrap();
    write(
        ".policies/odd.yaml",
        &format!("{}{CONSTRAINT}", template(odd)),
    );
    let arguments = [
        "check",
        ".",
        "-o",
        "html",
        "--policies",
        ".policies/odd.yaml",
    ];
    let run = sekisho_in(folder.path(), &arguments, "");
    assert_eq!(run.status, 2);
    let page = run.stdout;
    let trouble = page.find("Not everything could be judged").unwrap();
    assert!(trouble < page.find("id=\"findings\"").unwrap());
    assert!(page.contains("<code>broken.yaml:"), "{page}");
    // What a message quotes is code.
    assert!(
        page.contains("<code>msg</code> of a violation is"),
        "{page}"
    );
    assert!(page.contains("<code>values.yaml:1</code>"));
    let clean = sekisho(&["check", UNHEALTHY, "-o", "html"]).stdout;
    assert!(!clean.contains("Not everything could be judged"));
}

#[test]
fn page_without_findings_says_so() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: []}\n";
    let only = ["--only", "host_namespaces"];
    let arguments = [&["check", "-", "-o", "html"][..], &only].concat();
    let page = sekisho_with(&arguments, pod).stdout;
    assert!(page.contains("Nothing was found."));
    assert!(page.contains("<p class=\"big\">100%</p>"));
    assert!(!page.contains("<form"));
}

#[test]
fn page_stays_small_and_the_same_for_any_number_of_threads() {
    let container = "  - {name: NAME, image: i, securityContext: {privileged: true}}\n";
    let mut text = String::new();
    for pod in 0..200 {
        text.push_str(&format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p{pod}, namespace: n{}}}\nspec:\n  hostPID: true\n  containers:\n", pod % 7));
        text.push_str(&container.replace("NAME", "a"));
        text.push_str(&container.replace("NAME", "b"));
        text.push_str("---\n");
    }
    let page =
        |jobs: &str| sekisho_with(&["check", "-", "-o", "html", "--jobs", jobs], &text).stdout;
    let one = page("1");
    assert_eq!(one, page("3"));
    let findings = one.matches("<li class=\"f\" ").count();
    assert!(findings > 2000, "{findings}");
    // 30,000 findings have to stay a page that a browser opens.
    assert!(
        one.len() / findings < 1000,
        "{} bytes a finding",
        one.len() / findings
    );
    // Many are closed at first, so that a browser need not lay them out.
    assert!(!one.contains("<details class=\"w\" open>"));
    assert_eq!(one.matches("<details class=\"w\">").count(), 200);
}
