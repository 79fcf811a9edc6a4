//! The page in a real browser. Where chromium is not installed, these tests say so and pass.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::run::sekisho_with;

const EVIL: &str =
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

/// A folder with a page about the unhealthy sample and a Pod with names that would be markup.
fn page() -> Option<TempDir> {
    let found = Command::new("chromium").arg("--version").output();
    if !found.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: chromium is not installed");
        return None;
    }
    let sample = std::fs::read_to_string(crate::run::root().join("tests/manifests/unhealthy.yaml"));
    let name = EVIL.replace('"', "\\\"");
    let pod = format!(
        "{}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: \"{name}\", namespace: other}}\nspec: {{hostPID: true}}\n",
        sample.unwrap()
    );
    let folder = tempfile::tempdir().unwrap();
    let page = sekisho_with(&["check", "-", "-o", "html"], &pod).stdout;
    std::fs::write(folder.path().join("page.html"), page).unwrap();
    Some(folder)
}

/// Starts the browser on the page at `hash`; gives stdout and stderr.
fn browse(folder: &Path, hash: &str, arguments: &[&str]) -> (String, String) {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--virtual-time-budget=5000",
            "--enable-logging=stderr",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .arg(format!("file://{}/page.html{hash}", folder.display()))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn dom(folder: &Path, hash: &str) -> String {
    let (dom, log) = browse(folder, hash, &["--dump-dom"]);
    assert!(dom.contains("</html>"), "{log}");
    let said: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect();
    assert!(said.is_empty(), "{said:?}");
    dom
}

/// The elements with the opening tag `tag`, and those of them that are hidden.
fn shown(dom: &str, tag: &str) -> (usize, usize) {
    let tags: Vec<&str> = dom
        .split(tag)
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
        .collect();
    let hidden = tags.iter().filter(|tag| tag.contains("hidden")).count();
    (tags.len(), hidden)
}

#[test]
fn filter_search_language_and_colours_work() {
    let Some(folder) = page() else { return };
    let folder = folder.path();
    let plain = dom(folder, "");
    assert!(
        plain.contains("<title>sekisho security report</title>"),
        "a script of a manifest ran"
    );
    let (all, hidden) = shown(&plain, "<li class=\"f\"");
    assert_eq!(hidden, 0);
    assert!(plain.contains(&format!("Showing {all} of {all} findings, in 3 resources.")));
    assert!(plain.contains("<form id=\"filter\" role=\"search\">"));

    let found = dom(folder, "#q=HOSTnetwork%20redis");
    assert!(found.contains(&format!("Showing 1 of {all} findings, in 1 resource.")));
    assert_eq!(shown(&found, "<details class=\"w\""), (3, 2));
    assert_eq!(shown(&found, "<details class=\"ns\""), (2, 1));

    let severe = dom(folder, "#severity=low&namespace=default");
    assert!(severe.contains(&format!("Showing 2 of {all} findings, in 2 resources.")));

    let japanese = dom(folder, "#policy=host_namespaces&lang=ja&theme=dark");
    assert!(japanese.contains("<html lang=\"ja\" data-theme=\"dark\">"));
    assert!(japanese.contains("<title>sekisho セキュリティ レポート</title>"));
    assert!(japanese.contains(&format!("{all} 件中 3 件を表示 (リソース 2 件)")));

    // A link to a finding shows it, in whatever is folded.
    let (_, rest) = plain.split_once(" id=\"f-").unwrap();
    let (fingerprint, _) = rest.split_once('"').unwrap();
    let linked = dom(folder, &format!("#f-{fingerprint}"));
    assert!(linked.contains(&format!("Showing {all} of {all} findings")));

    // What is searched for is text, not a pattern and not markup.
    let odd = dom(folder, "#q=%3Cscript%3E(");
    assert!(odd.contains(&format!("Showing 0 of {all} findings, in 0 resources.")));
}

/// Whether each `<details>` that the element with `id` is in is open and shown, from the outside in.
fn around(dom: &str, id: &str) -> Vec<(bool, bool)> {
    let (before, _) = dom.split_once(&format!(" id=\"{id}\"")).unwrap();
    let mut open: Vec<(bool, bool)> = Vec::new();
    for (at, _) in before.match_indices('<') {
        let rest = &before[at..];
        if rest.starts_with("</details>") {
            open.pop();
        } else if rest.starts_with("<details") {
            let (tag, _) = rest.split_once('>').unwrap();
            open.push((tag.contains(" open"), !tag.contains(" hidden")));
        }
    }
    open
}

#[test]
fn a_link_to_a_finding_opens_what_it_is_in() {
    if page().is_none() {
        return;
    }
    // So many that resources are folded at first.
    let container = |name: &str| format!("  - {{name: {name}, image: i}}\n");
    let pods = (0..20).map(|pod| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{pod}, namespace: shop}}\nspec:\n  containers:\n{}{}---\n",
            container("a"),
            container("b")
        )
    });
    let pods: String = pods.collect();
    let page = sekisho_with(&["check", "-", "-o", "html"], &pods).stdout;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |page: &str| std::fs::write(folder.join("page.html"), page).unwrap();
    write(&page);
    let id = page.match_indices(" id=\"f-").nth(100).unwrap().0;
    let (_, id) = page[id..].split_once('"').unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let (open, folded) = ((true, true), (false, true));
    assert_eq!(around(&dom(folder, ""), id), [open, folded]);
    let linked = dom(folder, &format!("#{id}"));
    assert_eq!(around(&linked, id), [open, open]);
    assert_eq!(open_resources(&linked), 1);

    // A browser opens what it goes to by itself. Here the address alone changes, after a search that
    // hides the finding: what then shows it is the page's own script.
    let driver = format!(
        "<script>document.getElementById('q').value = 'of nobody'; \
         document.getElementById('filter').dispatchEvent(new Event('input')); \
         setTimeout(() => {{ \
           document.documentElement.dataset.before = document.getElementById('shown').textContent; \
           history.replaceState(null, '', '#{id}'); \
           dispatchEvent(new HashChangeEvent('hashchange')); \
         }}, 1000);</script></body>"
    );
    let (before, rest) = page.split_once("script-src '").unwrap();
    let (_, rest) = rest.split_once('\'').unwrap();
    let free = format!("{before}script-src 'unsafe-inline'{rest}");
    write(&free.replace("</body>", &driver));
    let driven = dom(folder, "");
    assert!(
        driven.contains("data-before=\"Showing 0 of "),
        "{}",
        &driven[..300]
    );
    assert_eq!(around(&driven, id), [open, open]);
}

/// How many resources are open.
fn open_resources(dom: &str) -> usize {
    dom.matches("<details class=\"w\" open").count()
}

#[test]
fn everything_is_readable_without_scripts() {
    let Some(folder) = page() else { return };
    let folder = folder.path();
    let paper = folder.join("page.pdf");
    let print = format!("--print-to-pdf={}", paper.display());
    // Search and filters need scripts, so they are not there; nothing else is hidden.
    let page = std::fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("<form id=\"filter\" role=\"search\" hidden>"));
    let (body, _) = page.split_once("<script>").unwrap();
    let (_, body) = body.split_once("</head>").unwrap();
    assert_eq!(body.matches(" hidden").count(), 1);
    // The browser prints with a script of its own, so the page's alone is refused.
    let (before, after) = page.split_once("script-src '").unwrap();
    let (_, after) = after.split_once('\'').unwrap();
    let without = format!("{before}script-src 'none'{after}");
    std::fs::write(folder.join("page.html"), without).unwrap();
    let (_, log) = browse(folder, "", &[&print, "--no-pdf-header-footer"]);
    assert!(paper.exists(), "{log}");
    let text = match Command::new("pdftotext").arg(&paper).arg("-").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(_) => return eprintln!("skipped: pdftotext is not installed"),
    };
    // Folded parts are unfolded on paper, one language is shown, and so is the source.
    for said in [
        "Secure score",
        "Container redis runs privileged",
        "hostNetwork: true",
        "Remove the capability from",
        "document.title='owned'",
    ] {
        assert!(text.contains(said), "`{said}` is not on paper: {text}");
    }
    assert!(!text.contains("セキュア"), "both languages are on paper");
}
