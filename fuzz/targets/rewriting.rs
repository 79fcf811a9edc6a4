//! Any text, as v0 and as v1, is compiled or refused; and what is written for the engine loads.
#![no_main]

mod rego;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use sekisho::engine::{EngineChoice, Fault, Module, Options, Program, RegoVersion, outline};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    rego::mutate(data, size, max_size, seed)
});

fuzz_target!(|text: &str| {
    for version in [RegoVersion::V0, RegoVersion::V1] {
        let module = Module {
            name: "t.rego".to_owned(),
            text: text.to_owned(),
            version,
        };
        let modules = [module];
        if let Err(faults) = Program::library(&modules, &Options::default()) {
            sound(&faults, text);
            continue;
        }
        let Ok(outline) = outline(&modules[0]) else {
            continue;
        };
        let options = Options {
            engine: EngineChoice::Both,
            ..Options::default()
        };
        let mut names = outline.rules;
        names.dedup();
        for name in names.iter().take(2) {
            let entry = format!("data.{}.{name}", outline.package.path.join("."));
            if let Err(faults) = Program::compile(&modules, &entry, &options) {
                sound(&faults, text);
            }
        }
    }
});

/// A refusal says why, where, and never that the engine does not take what was written for it.
fn sound(faults: &[Fault], text: &str) {
    let lines = text.split('\n').count() as u32;
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(
            !fault.message.contains("cannot be evaluated here"),
            "{fault}"
        );
        assert!(!fault.message.contains('\n'), "{fault:?}");
        assert!((1..=lines).contains(&fault.line), "{fault}");
    }
}
