//! How Rego is run, for the commands that run it.

use std::time::Duration;

use clap::{Args, ValueEnum, value_parser};

use crate::engine::{EngineChoice, Limits, Options};

/// What runs Rego; `docs/rego.md` tells them apart.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Engine {
    /// The compiled form where it was shown to be right, else the interpreter
    #[default]
    Auto,
    /// The interpreter
    Interpreter,
    /// The compiled form; a policy that it cannot run is an error
    Compiled,
    /// One after the other; a difference is an error
    Both,
}

/// How Rego is run.
#[derive(Args, Default)]
pub(super) struct Rego {
    /// What runs policies: auto, interpreter, compiled or both; Rego unit tests are always the
    /// interpreter's
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "auto",
        hide_possible_values = true
    )]
    engine: Engine,
    /// Seconds that one evaluation may take, 10 unless said otherwise
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u32).range(1..))]
    time_limit: Option<u32>,
    /// Load Rego of yours that calls http.send, net.lookup_ip_addr or opa.runtime; the calls are
    /// undefined, nothing opens a connection
    #[arg(long)]
    allow_outside: bool,
}

impl Rego {
    /// How policies of the user's are run.
    pub(super) fn options(&self) -> Options {
        Options {
            allow_outside: self.allow_outside,
            ..self.bundled()
        }
    }

    /// How the bundled policies are run, which call nothing outside.
    pub(super) fn bundled(&self) -> Options {
        let mut limits = Limits::default();
        if let Some(seconds) = self.time_limit {
            let usual = limits.time.as_secs().max(1);
            let times = usize::try_from(u64::from(seconds).div_ceil(usual)).unwrap_or(usize::MAX);
            limits.time = Duration::from_secs(u64::from(seconds));
            limits.instructions = limits.instructions.saturating_mul(times);
        }
        Options {
            engine: match self.engine {
                Engine::Auto => EngineChoice::Auto,
                Engine::Interpreter => EngineChoice::Interpreter,
                Engine::Compiled => EngineChoice::Compiled,
                Engine::Both => EngineChoice::Both,
            },
            limits,
            ..Options::default()
        }
    }
}
