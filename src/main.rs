//! The program: parses its arguments, runs, exits.

use std::process::ExitCode;

mod allocator;

#[global_allocator]
static ALLOCATOR: allocator::Mimalloc = allocator::Mimalloc;

fn main() -> ExitCode {
    without_backtraces();
    allocator::keep_memory();
    sekisho::cli::main(std::env::args_os())
}

/// Where `RUST_BACKTRACE` is set, every error that the engine makes on its way, and passes over, would
/// take a backtrace, which costs more than all else. A panic still shows its own.
#[allow(unsafe_code)]
fn without_backtraces() {
    const NAME: &str = "RUST_LIB_BACKTRACE";
    if std::env::var_os(NAME).is_none() {
        // SAFETY: nothing has been started yet: this thread is the only one.
        unsafe { std::env::set_var(NAME, "0") }
    }
}
