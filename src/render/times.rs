//! How long things take, for people: `check --profile`, `sekisho bench`.

pub mod bench;
mod profile;
mod table;
mod words;

use std::time::Duration;

pub use profile::profile;

/// In the unit that shows it best.
fn duration(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 {
        format!("{micros:.1} us")
    } else if micros < 1_000_000.0 {
        format!("{:.2} ms", micros / 1e3)
    } else {
        format!("{:.2} s", micros / 1e6)
    }
}
