//! The same work over many items on several threads, in an order that no thread can change.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::STACK_SIZE;

// Enough to keep a thread busy, little enough that two threads end together.
const BATCH: usize = 16;

/// `work` on each of `items`, in their order; each thread has a state of its own.
pub(crate) fn map<T: Sync, S, R: Send>(
    items: &[T],
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    batches(items, BATCH, threads, state, work)
}

/// `work` on each of `items`, in their order, where each is work enough for a thread to fetch alone.
pub(crate) fn map_heavy<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    batches(items, 1, threads, || (), |(), item| work(item))
}

fn batches<T: Sync, S, R: Send>(
    items: &[T],
    size: usize,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        given => given,
    };
    let threads = threads.min(items.len().div_ceil(size)).max(1);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let run = || {
        let mut state = state();
        loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            let Some(items) = items.chunks(size).nth(batch) else {
                break;
            };
            let results: Vec<R> = items.iter().map(|item| work(&mut state, item)).collect();
            done.lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push((batch, results));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = std::thread::Builder::new()
                .stack_size(STACK_SIZE)
                .spawn_scoped(scope, run);
            // Without another thread the ones that there are do all of it; without any, this one.
            if spawned.is_err() {
                run();
            }
        }
    });
    let mut batches = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    batches.sort_by_key(|(batch, _)| *batch);
    batches
        .into_iter()
        .flat_map(|(_, results)| results)
        .collect()
}
