//! A compiled program as bytes, so that it can be compiled before it is needed.
//!
//! The bytes are for the very build that made them: they hold numbers of its built-ins. What most
//! runs do without is read of them when it is first asked for.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::compiled::Compiled;
use super::options::{EngineChoice, EngineKind, Module, Options, Probes};
use super::program::{Inner, Program};
use super::reads::LazyReads;

#[derive(Serialize, Deserialize)]
struct Image<'a> {
    entry: &'a str,
    strict: bool,
    reads: &'a [u8],
    code: &'a [u8],
    spans: &'a [u8],
}

impl Program {
    /// The program as bytes; `None` where only the interpreter runs it.
    pub fn image(&self) -> Option<Vec<u8>> {
        let inner = &self.inner;
        if !takes_images(&inner.options) || inner.kind != EngineKind::Compiled {
            return None;
        }
        let (code, spans) = inner.compiled.as_ref().ok()?.bytes()?;
        let reads = postcard::to_allocvec(inner.reads.get()).ok()?;
        let image = Image {
            entry: &inner.entry,
            strict: inner.options.strict_builtins,
            reads: &reads,
            code: &code,
            spans: &spans,
        };
        postcard::to_allocvec(&image).ok()
    }

    /// The program that [`image`](Program::image) was made of: `modules`, `entry` and `options` are
    /// those that it was compiled from. `None` where the bytes do not suit them.
    pub fn of_image(
        image: &'static [u8],
        modules: &[Module],
        entry: &str,
        options: &Options,
    ) -> Option<Program> {
        let image: Image<'static> = postcard::from_bytes(image).ok()?;
        let suits = image.entry == entry && image.strict == options.strict_builtins;
        if !suits || !takes_images(options) {
            return None;
        }
        let compiled = Compiled::of_bytes(image.code, image.spans, options)?;
        Some(Program {
            inner: Arc::new(Inner {
                entry: image.entry.to_owned(),
                compiled: Ok(compiled),
                kind: EngineKind::Compiled,
                options: options.clone(),
                reads: LazyReads::of_bytes(image.reads),
                modules: modules.to_vec(),
                checked: OnceLock::new(),
                interpreter: OnceLock::new(),
            }),
        })
    }
}

/// Whether a program that is compiled so is nothing but its code.
fn takes_images(options: &Options) -> bool {
    matches!(options.engine, EngineChoice::Auto | EngineChoice::Compiled)
        && options.probes == Probes::None
        && !options.prints
        && options.functions.is_empty()
}
