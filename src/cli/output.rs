//! `--output FORMAT[=PATH]`: where reports go, and how they get there whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::render::{Canvas, Format, Look};
use crate::report::Report;
use crate::suggest;

use super::shared;

/// One `--output`: a form, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    format: &'static Format,
    /// The file; `None` is stdout.
    path: Option<PathBuf>,
}

impl Output {
    /// Reads `FORMAT` or `FORMAT=PATH`.
    pub(super) fn parse(given: &str) -> Result<Output> {
        let (name, path) = match given.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (given, None),
        };
        let Some(format) = Format::get(name) else {
            let known = Format::ALL.iter().map(|format| format.name);
            bail!("no format `{name}`{}", suggest::among(name, known));
        };
        let path = match path {
            Some("") => bail!("no path after `{name}=`"),
            None | Some("-") => None,
            Some(path) => Some(PathBuf::from(path)),
        };
        Ok(Output { format, path })
    }
}

/// The names of the formats with what they are for, for the help.
pub(super) fn help() -> String {
    let widest = Format::ALL.iter().map(|format| format.name.len()).max();
    let rows = Format::ALL.iter().map(|format| {
        let width = widest.unwrap_or_default();
        format!("  {:width$}  {}", format.name, format.about)
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "Form of the report, and the file that it goes to; stdout where none is named; repeatable \
         [default: text]\n\n{}",
        rows.join("\n")
    )
}

/// Where all reports of one run go.
#[derive(Debug)]
pub(super) struct Outputs(Vec<(&'static Format, Option<Target>)>);

/// A file to be written.
#[derive(Debug)]
struct Target {
    /// As the user wrote it.
    given: PathBuf,
    /// Where it is: behind links, in a folder that is there.
    file: PathBuf,
    /// A device or a pipe: nothing that could be replaced.
    special: bool,
}

impl Outputs {
    /// Makes sure, before any work, that every report can go where it shall.
    pub(super) fn open(given: &[Output]) -> Result<Outputs> {
        let mut outputs = Vec::new();
        for Output { format, path } in given {
            let target = path.as_deref().map(Target::find).transpose()?;
            outputs.push((*format, target));
        }
        if outputs.is_empty() {
            outputs.extend(Format::ALL.first().map(|format| (format, None)));
        }
        for (index, (format, target)) in outputs.iter().enumerate() {
            let place = |target: &Option<Target>| target.as_ref().map(|it| it.file.clone());
            let before = outputs.iter().take(index);
            if let Some((other, _)) = before
                .into_iter()
                .find(|(_, other)| place(other) == place(target))
            {
                let (other, name) = (other.name, format.name);
                match target {
                    Some(target) => bail!(
                        "--output {other} and --output {name} both go to `{}`",
                        target.given.display()
                    ),
                    None => bail!(
                        "--output {other} and --output {name} both go to stdout: name a file, as in `{name}=PATH`"
                    ),
                }
            }
        }
        Ok(Outputs(outputs))
    }

    /// Whether what goes to stdout is for programs, so that nothing else may.
    pub(super) fn have_programs_on_stdout(&self) -> bool {
        let mut outputs = self.0.iter();
        outputs.any(|(format, target)| target.is_none() && !format.styled)
    }

    /// Whether any of them shows lines of the files.
    pub(super) fn show_lines(&self) -> bool {
        self.0.iter().any(|(format, _)| format.shows_lines)
    }

    /// Writes `report` everywhere.
    pub(super) fn write(&self, report: &Report, look: &Look) -> Result<()> {
        for (format, target) in &self.0 {
            match target {
                None => {
                    let look = Look {
                        canvas: shared::canvas(),
                        ..*look
                    };
                    let write = |out: &mut dyn Write| format.write(report, &look, out);
                    if format.styled {
                        shared::write_with(write)?;
                    } else {
                        shared::write_bytes(write)?;
                    }
                }
                Some(target) => {
                    let look = Look {
                        canvas: Canvas {
                            width: None,
                            color: shared::always_colors(),
                            links: false,
                        },
                        ..*look
                    };
                    target.write(|out| format.write(report, &look, out))?;
                }
            }
        }
        Ok(())
    }
}

impl Target {
    fn find(given: &Path) -> Result<Target> {
        let shown = given.display();
        let cannot = || format!("cannot write `{shown}`");
        if let Ok(file) = fs::canonicalize(given) {
            let kind = fs::metadata(&file).with_context(cannot)?.file_type();
            if kind.is_dir() {
                bail!("cannot write `{shown}`: it is a folder");
            }
            let target = Target {
                given: given.to_owned(),
                file,
                special: !kind.is_file(),
            };
            if !target.special {
                target.draft().with_context(cannot)?;
            }
            return Ok(target);
        }
        let (Some(name), folder) = (given.file_name(), given.parent()) else {
            bail!("cannot write `{shown}`: it names no file");
        };
        let folder = folder
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder)
            .with_context(|| format!("cannot write `{shown}`: no folder `{}`", folder.display()))?;
        let target = Target {
            given: given.to_owned(),
            file: folder.join(name),
            special: false,
        };
        // Where a file can be made now, the report can be put later; it goes again at once, so that
        // a run that is broken off leaves nothing behind.
        target.draft().with_context(cannot)?;
        Ok(target)
    }

    /// A new file beside the one that it will replace.
    fn draft(&self) -> std::io::Result<tempfile::NamedTempFile> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".sekisho-");
        match fs::metadata(&self.file) {
            Ok(metadata) => builder.permissions(metadata.permissions()),
            #[cfg(unix)]
            Err(_) => {
                use std::os::unix::fs::PermissionsExt;
                // What the umask leaves of it: others may read a report.
                builder.permissions(fs::Permissions::from_mode(0o666))
            }
            #[cfg(not(unix))]
            Err(_) => &mut builder,
        };
        builder.tempfile_in(folder)
    }

    /// Puts there what `write` writes: whole, or not at all.
    fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let written = if self.special {
            let file = fs::OpenOptions::new().write(true).open(&self.file);
            file.and_then(|mut file| shared::buffered(&mut file, write))
        } else {
            self.draft().and_then(|mut draft| {
                shared::buffered(&mut draft, write)?;
                draft.as_file().sync_all()?;
                draft.persist(&self.file)?;
                Ok(())
            })
        };
        written.with_context(|| format!("cannot write `{}`", self.given.display()))
    }
}
