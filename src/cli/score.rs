//! `--min-score N`.

use anyhow::anyhow;
use clap::Args;

use crate::render;
use crate::report::Score;

use super::Status;
use super::shared;

/// What secure score is enough.
#[derive(Args)]
pub(super) struct Gate {
    /// Exit with 1 where the secure score is below this percentage, whatever --fail-on says of
    /// findings
    #[arg(long, value_name = "N", value_parser = percentage)]
    min_score: Option<f64>,
}

impl Gate {
    /// Whether `score` is enough; where it is not, stderr says why. A run that nothing counts in has
    /// no score: it is enough only where nothing was expected.
    pub(super) fn status(&self, score: &Score, allow_empty: bool) -> Status {
        let Some(least) = self.min_score else {
            return Status::Clean;
        };
        let Some(total) = score.total() else {
            if allow_empty {
                return Status::Clean;
            }
            shared::complain(&anyhow!(
                "there is no secure score for --min-score: no resource counts for a security control \
                 that has points (--allow-empty accepts that)"
            ));
            return Status::Failed;
        };
        let percent = total.percent();
        if percent >= least {
            return Status::Clean;
        }
        shared::complain(&anyhow!(
            "the secure score is {}%, below --min-score {}",
            render::number(percent),
            render::number(least)
        ));
        Status::Findings
    }
}

fn percentage(given: &str) -> Result<f64, String> {
    let expected = || "expected a number from 0 to 100".to_owned();
    let number: f64 = given.parse().map_err(|_| expected())?;
    if !(0.0..=100.0).contains(&number) {
        return Err(expected());
    }
    Ok(number)
}
