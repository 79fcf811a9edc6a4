//! Threads on which deep terms and deep documents can be evaluated.

use std::thread;

/// The stack, in bytes, that a thread which evaluates needs: a document at the limit of
/// [`Limits::depth`](super::Limits) and calls as deep as the largest program allows.
pub const STACK_SIZE: usize = 64 << 20;

/// Runs `work` on a thread with a stack of [`STACK_SIZE`] and waits for it.
///
/// A panic of `work` goes on in the caller; the system's refusal to start a thread is an error.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    thread::scope(|scope| {
        let running = thread::Builder::new()
            .stack_size(STACK_SIZE)
            .spawn_scoped(scope, work)?;
        match running.join() {
            Ok(result) => Ok(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
