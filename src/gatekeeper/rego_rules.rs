//! What Gatekeeper demands of a template's Rego before it compiles it: which imports, which data,
//! which packages.

use super::Problem;
use super::template::Code;
use crate::engine::{Fault, FaultKind, Module, Outline, Reference, outline};

/// Packages that would run into the libraries or the inventory.
const TAKEN: [&str; 2] = ["lib", "inventory"];
/// What Gatekeeper calls every template's package; free for ours to take.
const FREE: &str = "template";

/// What a template's Rego turned out to be.
#[derive(Clone, Debug)]
pub(super) struct CheckedRego {
    /// The rule to ask for.
    pub(super) entry: String,
    /// The main module's text where its package had to give way, line for line the same.
    pub(super) text: Option<String>,
    /// Whether any module looks into `data.inventory`.
    pub(super) uses_inventory: bool,
}

/// Checks `code`; the problems carry the field and the place inside the Rego.
pub(super) fn check(code: &Code) -> Result<CheckedRego, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut read = |module: &Module| match outline(module) {
        Ok(outline) => Some(outline),
        Err(fault) => {
            problems.push(Problem::in_rego(code.field_of(&module.name), fault));
            None
        }
    };
    let main = read(&code.main);
    let libs: Vec<Option<Outline>> = code.libs.iter().map(&mut read).collect();
    let complete = libs.iter().all(Option::is_some);
    let known: Vec<&Outline> = libs.iter().flatten().collect();

    let mut wrong = |module: &Module, at: &Reference, message: String| {
        let fault = Fault {
            module: module.name.clone(),
            line: at.line,
            column: at.column,
            kind: FaultKind::Compile,
            message,
        };
        problems.push(Problem::in_rego(code.field_of(&module.name), fault));
    };
    if let Some(main) = &main
        && !main.rules.iter().any(|rule| rule == "violation")
    {
        wrong(
            &code.main,
            &main.package,
            "the module has no rule `violation`".to_owned(),
        );
    }
    let modules = std::iter::once((&code.main, &main)).chain(code.libs.iter().zip(&libs));
    for (module, outline) in modules {
        let Some(outline) = outline else { continue };
        let is_lib = !std::ptr::eq(module, &code.main);
        let package = &outline.package;
        if is_lib && (package.path.len() < 2 || package.path.first().is_none_or(|p| p != "lib")) {
            let message = format!(
                "the package of a library must be `lib.NAME`, got `{}`",
                package.text
            );
            wrong(module, package, message);
        }
        for import in &outline.imports {
            if let Some(message) = refused_import(import, &known, complete) {
                wrong(module, import, message);
            }
        }
        for reference in &outline.data {
            if let Some(message) = refused_data(reference, &known, complete) {
                wrong(module, reference, message);
            }
        }
    }
    let Some(main) = main.filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let uses_inventory = std::iter::once(&main)
        .chain(known)
        .flat_map(|outline| &outline.data)
        .any(|reference| {
            reference
                .path
                .get(1)
                .is_some_and(|part| part == "inventory")
        });
    let plain = main.package.path.iter().all(|part| is_word(part));
    let taken = main
        .package
        .path
        .first()
        .is_some_and(|part| TAKEN.contains(&part.as_str()));
    // The package is the author's to choose and nobody refers to it: Gatekeeper renames them all.
    if plain && !taken {
        let entry = format!("data.{}.violation", main.package.path.join("."));
        return Ok(CheckedRego {
            entry,
            text: None,
            uses_inventory,
        });
    }
    let bytes = main.package.bytes;
    let text = &code.main.text;
    let before = text.get(..bytes.start).unwrap_or_default();
    let after = text.get(bytes.end..).unwrap_or_default();
    Ok(CheckedRego {
        entry: format!("data.{FREE}.violation"),
        text: Some(format!("{before}{FREE}{after}")),
        uses_inventory,
    })
}

fn refused_import(import: &Reference, libs: &[&Outline], complete: bool) -> Option<String> {
    let path: Vec<&str> = import.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["future", ..] => None,
        ["data", "lib", ..] => undefined(import, libs, complete),
        ["input", ..] => Some(format!("`{}` cannot be imported", import.text)),
        ["rego", "v1"] => Some(
            "Gatekeeper refuses `import rego.v1`: say `version: v1` beside the Rego instead"
                .to_owned(),
        ),
        _ => Some(format!(
            "`{}` cannot be imported: expected `data.lib.NAME` or `future.keywords`",
            import.text
        )),
    }
}

fn refused_data(reference: &Reference, libs: &[&Outline], complete: bool) -> Option<String> {
    match reference.path.get(1).map(String::as_str) {
        Some("inventory") => None,
        Some("lib") => undefined(reference, libs, complete),
        _ => Some(format!(
            "`{}` is out of reach: expected `data.inventory` or `data.lib`",
            reference.text
        )),
    }
}

/// Gatekeeper leaves what it does not find undefined, and the policy silent.
fn undefined(reference: &Reference, libs: &[&Outline], complete: bool) -> Option<String> {
    let path = reference.path.get(1..).unwrap_or_default();
    let found = libs.iter().any(|lib| {
        let package = &lib.package.path;
        if package.len() >= path.len() {
            return package.starts_with(path);
        }
        path.starts_with(package)
            && path
                .get(package.len())
                .is_none_or(|rule| lib.rules.contains(rule))
    });
    // With a library that does not parse, what it would define is not known.
    if found || !complete {
        return None;
    }
    Some(format!(
        "`{}` is in none of the template's libraries",
        reference.text
    ))
}

fn is_word(part: &str) -> bool {
    let mut chars = part.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
