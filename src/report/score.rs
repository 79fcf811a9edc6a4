//! Defender's secure score over one run: which of each security control's points are earned.
//!
//! A control earns `maximum ÷ (healthy + unhealthy) × healthy`, counted over the resources that at
//! least one of its recommendations applies to. A resource is healthy for a control where it keeps
//! all of them: keeping three of four earns nothing. A control without such resources is left out,
//! and the secure score is the share that is earned of the others' maxima.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::SecurityControl;

/// The secure score, control by control.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// The controls that resources count for, by their maximum, the highest first.
    pub controls: Vec<ControlScore>,
    /// The policies that count here although their parameters still refuse everything.
    pub unconfigured: Vec<Arc<str>>,
}

/// One security control over one run.
#[derive(Clone, Debug)]
pub struct ControlScore {
    /// The control, with its maximum.
    pub control: SecurityControl,
    /// Its resources by all of its policies, as Defender counts.
    pub all: Tally,
    /// Its resources by those of its policies that are configured.
    pub configured: Tally,
}

/// Resources, each once, by how they stand to a control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They keep everything that applies to them.
    pub healthy: usize,
    /// They violate something.
    pub unhealthy: usize,
    /// Something about them could not be judged, and they violate nothing else. They earn nothing.
    pub unjudged: usize,
}

/// How a resource stands to a policy or a control, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It keeps everything that applies to it.
    Healthy,
    /// Something could not be judged.
    Unjudged,
    /// It violates something.
    Unhealthy,
}

/// Points, with their maximum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// Those that are earned.
    pub current: f64,
    /// Those that there are to earn.
    pub max: u32,
}

/// Adds resources up to a [`Score`].
#[derive(Debug)]
pub struct ScoreCount<'a> {
    controls: BTreeMap<&'a str, ControlScore>,
    unconfigured: Vec<Arc<str>>,
}

/// What one policy says of one resource, for the score.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The control that the policy counts for.
    pub control: &'a SecurityControl,
    /// The policy.
    pub policy: &'a Arc<str>,
    /// Whether its parameters still refuse everything.
    pub unconfigured: bool,
    /// What it says.
    pub standing: Standing,
}

impl<'a> ScoreCount<'a> {
    /// A count for these controls; the first of one id gives it its name and maximum.
    pub fn new(controls: impl Iterator<Item = &'a SecurityControl>) -> Self {
        let mut count = ScoreCount {
            controls: BTreeMap::new(),
            unconfigured: Vec::new(),
        };
        for control in controls {
            count
                .controls
                .entry(&control.id)
                .or_insert_with(|| ControlScore {
                    control: control.clone(),
                    all: Tally::default(),
                    configured: Tally::default(),
                });
        }
        count
    }

    /// Counts one resource, by what the policies that apply to it say.
    pub fn add(&mut self, answers: impl IntoIterator<Item = Answer<'a>>) {
        let mut standings: BTreeMap<&str, (Option<Standing>, Option<Standing>)> = BTreeMap::new();
        for answer in answers {
            let Answer { control, .. } = answer;
            let (all, configured) = standings.entry(&control.id).or_default();
            *all = (*all).max(Some(answer.standing));
            if !answer.unconfigured {
                *configured = (*configured).max(Some(answer.standing));
            } else if control.max_score > 0 && !self.unconfigured.contains(answer.policy) {
                self.unconfigured.push(answer.policy.clone());
            }
        }
        for (id, (all, configured)) in standings {
            if let Some(control) = self.controls.get_mut(id) {
                control.all.add(all);
                control.configured.add(configured);
            }
        }
    }

    /// Counts what was counted elsewhere, for the same controls.
    pub fn merge(&mut self, other: ScoreCount<'a>) {
        for (id, other) in other.controls {
            if let Some(control) = self.controls.get_mut(id) {
                control.all.merge(other.all);
                control.configured.merge(other.configured);
            }
        }
        for policy in other.unconfigured {
            if !self.unconfigured.contains(&policy) {
                self.unconfigured.push(policy);
            }
        }
    }

    /// The score; `order` is the policies' in which it names them.
    pub fn finish(self, order: impl Iterator<Item = &'a Arc<str>>) -> Score {
        let mut controls: Vec<ControlScore> = self.controls.into_values().collect();
        controls.retain(|control| control.all.resources() > 0);
        // Stable: those of one maximum stay in the order of their ids.
        controls.sort_by_key(|control| std::cmp::Reverse(control.control.max_score));
        let unconfigured = order.filter(|policy| self.unconfigured.contains(policy));
        Score {
            controls,
            unconfigured: unconfigured.cloned().collect(),
        }
    }
}

impl Score {
    /// The secure score, as Defender counts it: what is not configured yet refuses everything, and
    /// so earns nothing. `None` where no resource counts for a control that has points.
    pub fn total(&self) -> Option<Points> {
        Points::sum(self.controls.iter().map(ControlScore::points))
    }

    /// The secure score without the policies that are not configured yet.
    pub fn configured(&self) -> Option<Points> {
        Points::sum(self.controls.iter().map(ControlScore::configured_points))
    }
}

impl ControlScore {
    /// Its points; `None` where no resource counts.
    pub fn points(&self) -> Option<Points> {
        self.all.points(self.control.max_score)
    }

    /// Its points by the policies that are configured; `None` where no resource counts for those.
    pub fn configured_points(&self) -> Option<Points> {
        self.configured.points(self.control.max_score)
    }
}

impl Tally {
    /// The resources that count.
    pub fn resources(&self) -> usize {
        self.healthy + self.unhealthy + self.unjudged
    }

    fn add(&mut self, standing: Option<Standing>) {
        match standing {
            None => {}
            Some(Standing::Healthy) => self.healthy += 1,
            Some(Standing::Unjudged) => self.unjudged += 1,
            Some(Standing::Unhealthy) => self.unhealthy += 1,
        }
    }

    fn merge(&mut self, other: Tally) {
        self.healthy += other.healthy;
        self.unhealthy += other.unhealthy;
        self.unjudged += other.unjudged;
    }

    fn points(&self, max: u32) -> Option<Points> {
        let resources = self.resources();
        (resources > 0).then(|| Points {
            current: f64::from(max) * self.healthy as f64 / resources as f64,
            max,
        })
    }
}

impl Points {
    fn sum(points: impl Iterator<Item = Option<Points>>) -> Option<Points> {
        let none = Points {
            current: 0.0,
            max: 0,
        };
        let sum = points.flatten().fold(none, |sum, points| Points {
            current: sum.current + points.current,
            max: sum.max.saturating_add(points.max),
        });
        (sum.max > 0).then_some(sum)
    }

    /// Those that are earned, to hundredths.
    pub fn rounded(&self) -> f64 {
        self.below(self.current, f64::from(self.max))
    }

    /// The share that is earned, in percent, to hundredths: all that is compared and shown. Where
    /// there are no points, there is nothing to be missed.
    pub fn percent(&self) -> f64 {
        if self.max == 0 {
            return 100.0;
        }
        self.below(self.current / f64::from(self.max) * 100.0, 100.0)
    }

    // What is not all must not be rounded up to all.
    fn below(&self, value: f64, all: f64) -> f64 {
        let rounded = (value * 100.0).round() / 100.0;
        if self.current < f64::from(self.max) && rounded >= all {
            return all - 0.01;
        }
        rounded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all() {
        let tally = Tally {
            healthy: 30_000,
            unhealthy: 1,
            unjudged: 0,
        };
        let points = tally.points(4);
        assert_eq!(points.map(|points| points.percent()), Some(99.99));
        assert_eq!(points.map(|points| points.rounded()), Some(3.99));
    }
}
