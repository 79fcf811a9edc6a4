//! What somebody sees and can do while a run takes its time: a bar on a terminal, and Ctrl-C.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::check::Progress;

use super::Status;

/// What takes longer than this is worth a bar.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// A run that is watched until this is dropped.
pub(super) struct Watched {
    over: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    bar: Option<JoinHandle<()>>,
}

impl Watched {
    pub(super) fn begin(progress: &Arc<Progress>) -> Watched {
        let over = Arc::new(AtomicBool::new(false));
        // The first time the run is asked to stop; the second, and when it is over, the program ends.
        // Where the signal cannot be had, it ends the program as ever.
        let status = Status::Interrupted as i32;
        let _ = flag::register_conditional_shutdown(SIGINT, status, progress.stop.clone());
        let _ = flag::register(SIGINT, progress.stop.clone());
        let bar = std::io::stderr().is_terminal().then(|| {
            let (ended, progress) = (over.clone(), progress.clone());
            std::thread::spawn(move || show(&ended, &progress))
        });
        let stop = progress.stop.clone();
        Watched { over, stop, bar }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.stop.store(true, Ordering::Relaxed);
        if let Some(bar) = self.bar.take() {
            bar.thread().unpark();
            // It only draws: whatever became of it, the run is over.
            let _ = bar.join();
        }
    }
}

fn show(over: &AtomicBool, progress: &Progress) {
    std::thread::park_timeout(PATIENCE);
    if over.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) =
        ProgressStyle::with_template("judging {bar:30} {percent:>3} % after {elapsed}")
    {
        bar.set_style(style);
    }
    while !over.load(Ordering::Relaxed) {
        bar.set_length(progress.all.load(Ordering::Relaxed) as u64);
        bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}
