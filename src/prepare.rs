//! The build script. What the program carries is embedded from folders; a new folder must trigger a
//! new build.
//!
//! A release build compiles the bundled policies, with the program's own rooms up to the one that
//! does it, so that a run need not. A build for development does without: it shall be built fast.

// Of the rooms only what compiles policies is used here.
#![allow(dead_code, unused_imports, missing_docs, unreachable_pub)]

use std::path::Path;

#[cfg(not(debug_assertions))]
mod bundle;
#[cfg(not(debug_assertions))]
mod engine;
#[cfg(not(debug_assertions))]
mod gatekeeper;
#[cfg(not(debug_assertions))]
mod language;
#[cfg(not(debug_assertions))]
mod lazy;
#[cfg(not(debug_assertions))]
mod manifest;
#[cfg(not(debug_assertions))]
mod params;
#[cfg(not(debug_assertions))]
mod source;
#[cfg(not(debug_assertions))]
mod suggest;
#[cfg(not(debug_assertions))]
mod workers;

fn main() {
    for path in ["params", "rego"] {
        println!("cargo:rerun-if-changed={path}");
    }
    link_in_place();
    let folder = std::env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = std::fs::write(Path::new(&folder).join("prepared"), prepared()) {
        println!("cargo:error=cannot write what is prepared: {error}");
    }
}

/// What the program is made of holds some 50,000 addresses, most of them in the names of time zones. Were
/// its place in memory chosen when it starts, all would be written then, which takes longer than all
/// that a run over one file reads. Its libraries, its heap and its stack have no fixed place.
fn link_in_place() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|given| given == value);
    let is_static = std::env::var("CARGO_CFG_TARGET_FEATURE")
        .is_ok_and(|features| features.split(',').any(|feature| feature == "crt-static"));
    if cfg!(not(debug_assertions))
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && !is_static
    {
        println!("cargo:rustc-link-arg-bins=-no-pie");
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
