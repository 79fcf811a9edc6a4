//! Cobertura's `coverage-04.dtd`: a package a folder, a class a file. There are no branches, and no
//! clock: the timestamp is 0.

use std::collections::BTreeMap;

use anyhow::Result;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::suite::{CoverageReport, CoveredFile};

/// The report as Cobertura XML.
pub fn cobertura(report: &CoverageReport) -> Result<String> {
    let mut folders: BTreeMap<&str, Vec<&CoveredFile>> = BTreeMap::new();
    for file in &report.files {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(file);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::DocType(BytesText::from_escaped(
        "coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\"",
    )))?;
    let (reached, lines) = report.lines();
    writer
        .create_element("coverage")
        .with_attributes([
            ("line-rate", rate(reached, lines).as_str()),
            ("branch-rate", "0"),
            ("lines-covered", &reached.to_string()),
            ("lines-valid", &lines.to_string()),
            ("branches-covered", "0"),
            ("branches-valid", "0"),
            ("complexity", "0"),
            ("version", env!("CARGO_PKG_VERSION")),
            ("timestamp", "0"),
        ])
        .write_inner_content(|writer| {
            writer
                .create_element("sources")
                .write_inner_content(|writer| {
                    writer
                        .create_element("source")
                        .write_text_content(BytesText::new("."))?;
                    Ok(())
                })?;
            writer
                .create_element("packages")
                .write_inner_content(|writer| {
                    for (folder, files) in &folders {
                        package(writer, folder, files)?;
                    }
                    Ok(())
                })?;
            Ok(())
        })?;
    let mut text = String::from_utf8(writer.into_inner())?;
    text.push('\n');
    Ok(text)
}

fn package(
    writer: &mut Writer<Vec<u8>>,
    folder: &str,
    files: &[&CoveredFile],
) -> std::io::Result<()> {
    let reached = files.iter().map(|file| file.reached()).sum();
    let lines = files.iter().map(|file| file.lines.len()).sum();
    writer
        .create_element("package")
        .with_attributes([
            ("name", folder.replace('/', ".").as_str()),
            ("line-rate", &rate(reached, lines)),
            ("branch-rate", "0"),
            ("complexity", "0"),
        ])
        .write_inner_content(|writer| {
            writer
                .create_element("classes")
                .write_inner_content(|writer| {
                    for file in files {
                        class(writer, file)?;
                    }
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

fn class(writer: &mut Writer<Vec<u8>>, file: &CoveredFile) -> std::io::Result<()> {
    let name = file
        .path
        .rsplit_once('/')
        .map_or(&*file.path, |(_, name)| name);
    writer
        .create_element("class")
        .with_attributes([
            ("name", name),
            ("filename", &*file.path),
            ("line-rate", &rate(file.reached(), file.lines.len())),
            ("branch-rate", "0"),
            ("complexity", "0"),
        ])
        .write_inner_content(|writer| {
            writer.create_element("methods").write_empty()?;
            writer
                .create_element("lines")
                .write_inner_content(|writer| {
                    for (line, reached) in &file.lines {
                        writer
                            .create_element("line")
                            .with_attributes([
                                ("number", line.to_string().as_str()),
                                ("hits", if *reached { "1" } else { "0" }),
                                ("branch", "false"),
                            ])
                            .write_empty()?;
                    }
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

fn rate(reached: usize, lines: usize) -> String {
    let rate = if lines == 0 {
        1.0
    } else {
        reached as f64 / lines as f64
    };
    format!("{rate:.4}")
}
