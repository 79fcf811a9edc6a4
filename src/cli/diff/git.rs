//! The policies of a git revision: read by the program `git`, written nowhere.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use crate::bundle::Gathered;
use crate::source::Source;

/// `REVISION:PATH`, where `given` is of that form.
pub(super) fn split(given: &str) -> Option<(&str, &str)> {
    let (revision, path) = given.split_once(':')?;
    (!revision.is_empty()).then_some((revision, path))
}

/// What `path` holds at `revision`. The path is counted from the repository's top, or with `./` from
/// the current folder, as git has it.
pub(super) fn gather(revision: &str, path: &str) -> Result<Gathered> {
    let given = format!("{revision}:{path}");
    let tree = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &format!("{revision}^{{tree}}"),
    ])
    .map_err(|error| match error.to_string() {
        said if said.is_empty() => anyhow!(
            "`{given}`: there is no file or folder of this name, and no git revision `{revision}`"
        ),
        said => anyhow!("`{given}`: {said}"),
    })?;
    let tree = text(tree)?;
    let prefix = match path.strip_prefix("./") {
        Some(_) => text(git(&["rev-parse", "--show-prefix"])?)?,
        None => String::new(),
    };
    let folder = format!("{prefix}{}", path.strip_prefix("./").unwrap_or(path));
    let folder = folder.trim_matches('/');
    let listed = git(&["ls-tree", "-r", "-z", "--full-tree", tree.trim()])?;
    let (mut named, mut around) = (Vec::new(), Vec::new());
    for entry in listed.split(|byte| *byte == 0) {
        let entry = String::from_utf8_lossy(entry);
        // `100644 blob HASH<TAB>PATH`; links and submodules are no files.
        let Some((head, path)) = entry.split_once('\t') else {
            continue;
        };
        let mut head = head.split(' ');
        let is_file = head.next().is_some_and(|mode| mode.starts_with("100"));
        let hash = head.nth(1).unwrap_or_default().to_owned();
        if !is_file || !is_policy_file(path) {
            continue;
        }
        if is_below(path, folder) {
            named.push((hash, path.to_owned()));
        } else if is_around(path, folder) {
            around.push((hash, path.to_owned()));
        }
    }
    if named.is_empty() {
        bail!("`{given}`: no such file or folder with policies in that revision");
    }
    let named = read(revision, named)?;
    let around = read(revision, around)?;
    Ok(Gathered::of(named, around, format!("`{given}`")))
}

fn is_policy_file(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|one| one.to_str());
    let wanted = extension.is_some_and(|one| {
        ["yaml", "yml", "json", "rego"]
            .iter()
            .any(|wanted| one.eq_ignore_ascii_case(wanted))
    });
    // As in a folder: what begins with a dot is left out.
    wanted && !path.split('/').any(|part| part.starts_with('.'))
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path == folder
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Libraries and default values that the policies of `folder` may need; for one template, all that
/// is beside it.
fn is_around(path: &str, folder: &str) -> bool {
    let parent = |path: &str| {
        path.rsplit_once('/')
            .map_or("", |(parent, _)| parent)
            .to_owned()
    };
    let mut above = folder.to_owned();
    if is_policy_file(folder) {
        above = parent(folder);
        if is_below(path, &above) {
            return true;
        }
    }
    loop {
        let inner = match above.as_str() {
            "" => Some(path),
            above => path
                .strip_prefix(above)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        if inner.is_some_and(|inner| inner.starts_with("lib/") || inner.starts_with("params/")) {
            return true;
        }
        if above.is_empty() {
            return false;
        }
        above = parent(&above);
    }
}

/// The blobs' bytes, named `REVISION:/PATH`: the slash keeps folders apart from the revision, so that
/// what is beside a folder is found.
fn read(revision: &str, blobs: Vec<(String, String)>) -> Result<Vec<Source>> {
    let mut child = command(&["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot run `git`")?;
    let asked: String = blobs.iter().map(|(hash, _)| format!("{hash}\n")).collect();
    let mut stdin = child
        .stdin
        .take()
        .ok_or_else(|| anyhow!("`git` takes no input"))?;
    // It answers while it is asked: both at once, or both wait for ever.
    let asking = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let output = child.wait_with_output().context("cannot run `git`")?;
    if !matches!(asking.join(), Ok(Ok(()))) || !output.status.success() {
        bail!("`git cat-file` failed: {}", one_line(&output.stderr));
    }
    let mut rest = output.stdout.as_slice();
    let mut sources = Vec::new();
    for (hash, path) in blobs {
        let bytes =
            blob(&mut rest).with_context(|| format!("git has no text of `{path}` ({hash})"))?;
        sources.push(Source::new(format!("{revision}:/{path}"), bytes));
    }
    Ok(sources)
}

/// `HASH blob SIZE`, a line end, the bytes, a line end.
fn blob<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, after) = (rest.get(..end)?, rest.get(end + 1..)?);
    let size: usize = String::from_utf8_lossy(head)
        .split(' ')
        .nth(2)?
        .parse()
        .ok()?;
    let bytes = after.get(..size)?;
    *rest = after.get(size + 1..)?;
    Some(bytes)
}

fn git(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = command(arguments)
        .output()
        .context("cannot run `git`, which reads revisions")?;
    if !output.status.success() {
        bail!("{}", one_line(&output.stderr));
    }
    Ok(output.stdout)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(arguments)
        // What is not on this machine is not fetched.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn text(bytes: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(bytes).context("git answers with no text")?;
    Ok(text.trim_end().to_owned())
}

fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text: Vec<&str> = text.split_whitespace().collect();
    text.join(" ").trim_start_matches("fatal: ").to_owned()
}
