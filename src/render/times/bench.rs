//! How fast policies answer: what is kept of it, and what people are shown.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::duration;
use super::table::{Row, table};
use super::words::words;
use crate::check::Measured;
use crate::language::Language;
use crate::render::layout::Canvas;

/// What was measured, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// The form of the record: 1.
    pub version: u32,
    /// Objects that were judged.
    pub objects: usize,
    /// How often each policy was asked about each.
    pub rounds: u32,
    /// Objects judged by all policies in a second, on one thread.
    pub reviews_per_second: f64,
    /// By policy.
    pub policies: Vec<Speed>,
}

/// How fast one policy is. Times in microseconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Speed {
    /// Its id.
    pub policy: String,
    /// How many evaluations were measured.
    pub evaluations: usize,
    /// Evaluations in a second.
    #[serde(default)]
    pub reviews_per_second: f64,
    /// The shortest.
    pub min: f64,
    /// The median.
    pub p50: f64,
    /// 95 of 100 stay within.
    pub p95: f64,
    /// 99 of 100 stay within.
    pub p99: f64,
}

impl Record {
    /// Of `objects`, each asked about in so many rounds.
    pub fn of(objects: usize, rounds: u32, measured: &[Measured]) -> Record {
        let policies = measured.iter().map(|measured| Speed {
            policy: measured.policy.to_string(),
            evaluations: measured.times.len(),
            reviews_per_second: rate(measured.times.len() as f64, measured.times.iter().sum()),
            min: micros(measured.times.first().copied().unwrap_or_default()),
            p50: micros(measured.percentile(50)),
            p95: micros(measured.percentile(95)),
            p99: micros(measured.percentile(99)),
        });
        let total = measured.iter().flat_map(|it| &it.times).sum();
        Record {
            version: 1,
            objects,
            rounds,
            reviews_per_second: rate(objects as f64 * f64::from(rounds), total),
            policies: policies.collect(),
        }
    }

    /// As it is kept.
    pub fn json(&self) -> String {
        // Texts and numbers: there is nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    fn get(&self, policy: &str) -> Option<&Speed> {
        self.policies.iter().find(|known| known.policy == policy)
    }

    /// The policies whose median is more than `threshold` percent above that of `before`, a sentence each.
    pub fn slower(&self, before: &Record, threshold: f64) -> Vec<String> {
        let slower = self.policies.iter().filter_map(|now| {
            let known = before.get(&now.policy)?;
            let grown = change(known.p50, now.p50);
            (grown > threshold).then(|| {
                format!(
                    "`{}` takes {:.1} us instead of {:.1} us, {grown:.0} % more: --threshold {threshold}",
                    now.policy, now.p50, known.p50
                )
            })
        });
        slower.collect()
    }

    /// For people; with how the medians changed since `before`.
    pub fn text(&self, before: Option<&Record>, language: Language, canvas: &Canvas) -> String {
        let words = words(language);
        let mut heads = vec![words.policy, "min", "p50", "p95", "p99", words.rate];
        heads.extend(before.map(|_| words.change));
        let shown = |micros: f64| duration(Duration::from_secs_f64(micros.max(0.0) / 1e6));
        let rows = self.policies.iter().map(|speed| {
            let times = [speed.min, speed.p50, speed.p95, speed.p99];
            let mut cells: Vec<String> = times.into_iter().map(shown).collect();
            cells.push(format!("{:.0}", speed.reviews_per_second));
            cells.extend(before.map(|before| match before.get(&speed.policy) {
                Some(known) => format!("{:+.0} %", change(known.p50, speed.p50)),
                None => words.new.to_owned(),
            }));
            Row {
                name: speed.policy.clone(),
                cells,
            }
        });
        let mut out = table(canvas, &heads, &rows.collect::<Vec<_>>());
        let said = (words.speed)(self.reviews_per_second, self.objects, self.rounds);
        out.push_str(&canvas.hang("", 0, &said));
        out
    }
}

/// In a second; a tenth is as much as one may say.
fn rate(count: f64, took: Duration) -> f64 {
    let rate = count / took.as_secs_f64().max(1e-9);
    (rate * 10.0).round() / 10.0
}

/// A tenth of a microsecond is as much as a clock says.
fn micros(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e7).round() / 10.0
}

/// The change in percent.
fn change(before: f64, after: f64) -> f64 {
    if before <= 0.0 {
        return 0.0;
    }
    (after / before - 1.0) * 100.0
}
