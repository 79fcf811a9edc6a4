//! What the program carries is embedded from folders; a new folder must trigger a new build.
//!
//! A release build compiles the bundled policies, with the program's own rooms, so that a run need
//! not. A build for development does without: it shall be built fast.

use std::path::Path;

/// The rooms of `src/` up to the one that reads and compiles policies.
#[cfg(not(debug_assertions))]
macro_rules! rooms {
    ($($path:literal $name:ident),*) => {
        $(
            #[path = $path]
            #[allow(dead_code, unused_imports, missing_docs, unreachable_pub)]
            mod $name;
        )*
    };
}

#[cfg(not(debug_assertions))]
rooms! {
    "src/engine.rs" engine,
    "src/language.rs" language,
    "src/suggest.rs" suggest,
    "src/workers.rs" workers,
    "src/source.rs" source,
    "src/manifest.rs" manifest,
    "src/gatekeeper.rs" gatekeeper,
    "src/params.rs" params,
    "src/bundle.rs" bundle
}

fn main() {
    for path in ["build.rs", "params", "rego"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let folder = std::env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = std::fs::write(Path::new(&folder).join("prepared"), prepared()) {
        println!("cargo:error=cannot write what is prepared: {error}");
    }
}

#[cfg(debug_assertions)]
fn prepared() -> Vec<u8> {
    Vec::new()
}

#[cfg(not(debug_assertions))]
fn prepared() -> Vec<u8> {
    let files = bundle::Files::embedded();
    match bundle::prepare(&files, &bundle::Bundle::options()) {
        Ok(prepared) => prepared,
        Err(faults) => {
            for fault in faults {
                println!("cargo:error={fault}");
            }
            Vec::new()
        }
    }
}
