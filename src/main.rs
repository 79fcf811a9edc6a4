//! The program: parses its arguments, runs, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    sekisho::cli::main(std::env::args_os())
}
