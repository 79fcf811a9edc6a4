//! The same work over many items on several threads, in an order that no thread can change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, PoisonError};

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

/// How many threads work where `given` are asked for; 0: as many as the machine has cores.
pub(crate) fn threads(given: usize) -> usize {
    match given {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        given => given,
    }
}

/// `work` on each of the `items`, of which only as many are there at once as threads work; `take` has
/// the results, one at a time, in the order of the items. What is not begun when `stop` is set stays
/// undone, and in `items`.
pub(crate) fn stream<T: Send, S, R: Send>(
    items: &mut (impl Iterator<Item = T> + Send),
    threads: usize,
    stop: &AtomicBool,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    take: impl FnMut(R) + Send,
) {
    let waiting = Mutex::new(items.by_ref().enumerate());
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        waiting.next()
    };
    let queue = Mutex::new(Queue {
        next: 0,
        early: BTreeMap::new(),
        take,
    });
    on_threads(threads, || {
        let mut state = state();
        while let Some((number, item)) = next() {
            let result = work(&mut state, item);
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.done(number, result);
        }
    });
}

/// Hands results on in their order.
struct Queue<R, F> {
    next: usize,
    /// Results that are there before others that come first.
    early: BTreeMap<usize, R>,
    take: F,
}

impl<R, F: FnMut(R)> Queue<R, F> {
    fn done(&mut self, number: usize, result: R) {
        self.early.insert(number, result);
        while let Some(result) = self.early.remove(&self.next) {
            (self.take)(result);
            self.next += 1;
        }
    }
}

/// `work` on pieces of `items`, each of so many; this thread has the results with `take`, in the order
/// of the items, while others work. No more wait than there are threads. It ends with the first error.
pub(crate) fn pass_on<T: Sync, R: Send, E>(
    items: &[T],
    size: usize,
    threads: usize,
    work: impl Fn(&[T]) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (done, results) = mpsc::sync_channel(threads);
    let run = |done: SyncSender<(usize, R)>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(items) = items.chunks(size).nth(number) else {
                break;
            };
            // Where nobody takes them there was an error.
            if done.send((number, work(items))).is_err() {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        let run = &run;
        let mut spawned = 0;
        for _ in 0..threads {
            let done = done.clone();
            let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
            spawned += usize::from(thread.spawn_scoped(scope, move || run(done)).is_ok());
        }
        drop(done);
        if spawned == 0 {
            return items.chunks(size).map(&work).try_for_each(take);
        }
        let mut early = BTreeMap::new();
        let mut number = 0;
        for (place, result) in results {
            early.insert(place, result);
            while let Some(result) = early.remove(&number) {
                take(result)?;
                number += 1;
            }
        }
        Ok(())
    })
}

fn in_order<R>(done: Mutex<Vec<(usize, R)>>) -> Vec<R> {
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// `run` on so many threads, until it is done on all of them.
fn on_threads(threads: usize, run: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = std::thread::Builder::new()
                .stack_size(STACK_SIZE)
                .spawn_scoped(scope, &run);
            // Without another thread the ones that there are do all of it; without any, this one.
            if spawned.is_err() {
                run();
            }
        }
    });
}

fn batches<T: Sync, S, R: Send>(
    items: &[T],
    size: usize,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let threads = self::threads(threads)
        .min(items.len().div_ceil(size))
        .max(1);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    on_threads(threads, || {
        let mut state = state();
        loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            let Some(items) = items.chunks(size).nth(batch) else {
                break;
            };
            let results: Vec<R> = items.iter().map(|item| work(&mut state, item)).collect();
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((batch, results));
        }
    });
    in_order(done).into_iter().flatten().collect()
}
