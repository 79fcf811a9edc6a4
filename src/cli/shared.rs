//! What several commands share: which policies with which values, and how to write.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use crate::bundle::{Bundle, Files, Gathered, Providers};
use crate::engine;
use crate::manifest::Fault;
use crate::params::ParameterSet;
use crate::render::Canvas;
use crate::source::{Source, SourcePath};
use crate::suggest;

use super::frame;
use super::rego::Rego;
use super::values::Values;

/// Which policies, with which values.
#[derive(Args, Default)]
#[command(next_help_heading = "Policies")]
pub(super) struct Selection {
    #[command(flatten)]
    values: Values,
    /// Gatekeeper policies of your own: files and folders with ConstraintTemplates, Constraints,
    /// ExpansionTemplates, Namespaces, SyncSets; `-` is stdin; repeatable
    #[arg(long, value_name = "PATH")]
    policies: Vec<PathBuf>,
    /// Leave the bundled recommendations out
    #[arg(long, requires = "policies")]
    no_bundled: bool,
    /// What an external data provider answers: a YAML or JSON file of keys and values; repeatable
    #[arg(long, value_name = "NAME=FILE", requires = "policies")]
    provider: Vec<String>,
    #[command(flatten)]
    rego: Rego,
    /// Only these policies (comma-separated, repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// All policies but these (comma-separated, repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    skip: Vec<String>,
}

impl Selection {
    /// The policies that were asked for.
    pub(super) fn bundle(&self) -> Result<Bundle> {
        let mut bundle = self.bundle_with(Vec::new())?;
        self.narrow(&mut [&mut bundle])?;
        Ok(bundle)
    }

    /// The policies that were asked for, with further values on top, before `--only` and `--skip`.
    pub(super) fn bundle_with(&self, values: Vec<ParameterSet>) -> Result<Bundle> {
        let gathered = match self.policies.as_slice() {
            [] => None,
            paths => Some(Gathered::read(paths)),
        };
        self.put_together(gathered, self.no_bundled, values)
    }

    /// The policies of `gathered` alone, before `--only` and `--skip`.
    pub(super) fn bundle_of(&self, gathered: Gathered) -> Result<Bundle> {
        self.put_together(Some(gathered), true, Vec::new())
    }

    fn put_together(
        &self,
        gathered: Option<Gathered>,
        alone: bool,
        values: Vec<ParameterSet>,
    ) -> Result<Bundle> {
        let files = embedded();
        let mut sets = self.values.layers(&files)?;
        sets.extend(values);
        let options = engine::Options {
            strict_builtins: true,
            ..self.rego.bundled()
        };
        let bundle = match gathered {
            None => Bundle::load(&files, &sets, &options).map_err(said)?,
            Some(gathered) => {
                let users = engine::Options {
                    functions: vec![providers(&self.provider)?.function()],
                    ..self.rego.options()
                };
                let options = (&options, &users);
                Bundle::with_users(&files, gathered, alone, &sets, options).map_err(said)?
            }
        };
        for text in &bundle.notes {
            note(format_args!("note: {text}"));
        }
        Ok(bundle)
    }

    /// Leaves in `bundles` what `--only` and `--skip` say; each of them knows all that is named, or
    /// another one does.
    pub(super) fn narrow(&self, bundles: &mut [&mut Bundle]) -> Result<()> {
        for id in self.only.iter().chain(&self.skip) {
            if !bundles.iter().any(|bundle| bundle.get(id).is_some())
                && let Some(first) = bundles.first()
            {
                known(first, id)?;
            }
        }
        let named = |ids: &[String], id: &str| ids.iter().any(|named| named == id);
        for bundle in bundles.iter_mut() {
            bundle.policies.retain(|policy| {
                (self.only.is_empty() || named(&self.only, &policy.id))
                    && !named(&self.skip, &policy.id)
            });
        }
        if bundles.iter().all(|bundle| bundle.policies.is_empty()) {
            bail!("no policy is left: --skip leaves out all that --only asks for");
        }
        Ok(())
    }
}

/// The policies that the program carries.
fn embedded() -> Files {
    // Made by the build script; empty in a build for development.
    Files::embedded().with_prepared(include_bytes!(concat!(env!("OUT_DIR"), "/prepared")))
}

/// A file that the command line names.
pub(super) fn file(path: &Path) -> Result<Source> {
    let name = path.to_string_lossy().replace('\\', "/").into();
    let path = path.to_path_buf();
    Ok(Source::read(&SourcePath::File { path, name })?)
}

/// That `id` is a policy of `bundle`; else an error that says what was meant.
pub(super) fn known(bundle: &Bundle, id: &str) -> Result<()> {
    if bundle.get(id).is_none() {
        bail!("no policy `{id}`{}", suggest::among(id, bundle.ids()));
    }
    Ok(())
}

impl Selection {
    /// The policies at `path` and no others.
    pub(super) fn only_from(&mut self, path: PathBuf) {
        self.policies.push(path);
        self.no_bundled = true;
    }

    /// Whether there are policies of the user's.
    pub(super) fn has_policies(&self) -> bool {
        !self.policies.is_empty()
    }

    /// The files and folders on which it depends, with those that policies in the exploded layout
    /// reach beside them.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let mut roots = self.values.files().to_vec();
        for path in &self.policies {
            roots.push(path.clone());
            roots.extend(beside(path));
        }
        let provided = self.provider.iter().filter_map(|one| one.split_once('='));
        roots.extend(provided.map(|(_, path)| path.into()));
        roots
    }

    /// Lets `bundle` have what of `kept` it can use, and keeps it in its place.
    pub(super) fn reuse(&self, bundle: &Bundle, kept: Option<&Bundle>) {
        // What a provider answers is compiled in.
        if let Some(kept) = kept
            && self.provider.is_empty()
        {
            bundle.reuse(kept);
        }
    }

    /// That stdin is not asked for twice: `paths` are those of manifests.
    pub(super) fn one_stdin(&self, paths: &[PathBuf]) -> Result<()> {
        if self.reads_stdin() && paths.iter().any(|path| path.as_os_str() == "-") {
            bail!("stdin is asked for twice: it holds manifests or policies, not both");
        }
        Ok(())
    }

    /// Whether stdin holds policies.
    fn reads_stdin(&self) -> bool {
        self.policies.iter().any(|path| path.as_os_str() == "-")
    }
}

/// The folders beside `path` in which the libraries and values of exploded policies stand.
pub(super) fn beside(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return Vec::new();
    }
    let above = |path: &Path| path.join("..");
    let near = [
        above(path).join("lib"),
        above(path).join("params"),
        above(&above(path)).join("params"),
    ];
    near.into_iter().filter(|path| path.is_dir()).collect()
}

/// The external data providers of `--provider NAME=FILE`.
pub(super) fn providers(given: &[String]) -> Result<Providers> {
    let mut providers = Providers::default();
    for given in given {
        let Some((name, path)) = given.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            bail!("--provider `{given}`: expected NAME=FILE");
        };
        let source = file(path.as_ref())?;
        providers
            .add(name, &source)
            .map_err(|fault| said(vec![fault]))?;
    }
    Ok(providers)
}

/// Several errors at places in files.
#[derive(Debug)]
pub(super) struct Faults(Vec<Fault>);

impl Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.0.iter().map(frame::headline).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Faults {}

/// One error of several.
pub(super) fn said(faults: Vec<Fault>) -> anyhow::Error {
    Faults(faults).into()
}

/// Says on stderr why the work was not done: a line for each error, and where it is about a place in
/// a file, the lines around that.
pub(super) fn complain(error: &anyhow::Error) {
    let red = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Red.into()));
    if let Some(Faults(faults)) = error.downcast_ref() {
        for fault in faults {
            anstream::eprintln!("{red}error{red:#}: {}", frame::headline(fault));
            if let Some(frame) = frame::of_file(fault, canvas_of_notes().width) {
                anstream::eprintln!("{frame}");
            }
        }
        return;
    }
    for line in format!("{error:#}").lines() {
        anstream::eprintln!("{red}error{red:#}: {line}");
    }
}

/// Says something about the run on stderr.
pub(super) fn note(text: impl Display) {
    anstream::eprintln!("{text}");
}

/// What stdout is: its width where it is a terminal, and whether it takes colour.
pub(super) fn canvas() -> Canvas {
    let stdout = std::io::stdout();
    let width = stdout.is_terminal().then(|| {
        terminal_size::terminal_size()
            .map_or(80, |(width, _)| usize::from(width.0))
            .clamp(40, 120)
    });
    let color = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
    // Where colour is forced into a pipe, nobody knows what reads it.
    let links =
        color && width.is_some() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    Canvas {
        width,
        color,
        links,
    }
}

/// What stderr is, for what is said of the run there.
pub(super) fn canvas_of_notes() -> Canvas {
    let stderr = std::io::stderr();
    let width = stderr.is_terminal().then(|| {
        terminal_size::terminal_size_of(&stderr)
            .map_or(80, |(width, _)| usize::from(width.0))
            .clamp(40, 120)
    });
    let color = anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never;
    Canvas {
        width,
        color,
        links: false,
    }
}

/// Whether colour was asked for, wherever it goes.
pub(super) fn always_colors() -> bool {
    anstream::ColorChoice::global() == anstream::ColorChoice::Always
}

/// Writes the result to stdout, as far as stdout takes its escape sequences. A reader that has seen
/// enough is no error.
pub(super) fn write(text: &str) -> Result<()> {
    write_with(|out| out.write_all(text.as_bytes()))
}

/// The same with what `write` writes.
pub(super) fn write_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    to(&mut anstream::stdout().lock(), write)
}

/// Writes to stdout what `write` writes, as it is.
pub(super) fn write_bytes(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    to(&mut io::stdout().lock(), write)
}

fn to(stdout: &mut impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    match buffered(stdout, write) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            bail!("cannot write the result: {error}")
        }
        _ => Ok(()),
    }
}

/// Writes to `out` what `write` writes, many bytes at a time.
pub(super) fn buffered(
    out: &mut impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    const BYTES: usize = 64 << 10;
    let mut out = io::BufWriter::with_capacity(BYTES, out);
    let written = write(&mut out).and_then(|()| out.flush());
    if written.is_err() {
        // What is left would be tried again, and would fail again.
        let _ = out.into_parts();
    }
    written
}
