//! The secure score for programs. Points and percentages are rounded to hundredths.

use serde::Serialize;

use crate::language::Language;
use crate::report::{ControlScore, Points, Score, Tally};

#[derive(Serialize)]
pub(super) struct WireScore<'a> {
    #[serde(flatten)]
    total: WirePoints,
    configured: WirePoints,
    unconfigured: Vec<&'a str>,
    controls: Vec<WireControl<'a>>,
}

#[derive(Serialize)]
struct WirePoints {
    percent: Option<f64>,
    current: f64,
    max: u32,
}

#[derive(Serialize)]
struct WireControl<'a> {
    id: &'a str,
    name: &'a str,
    max: u32,
    #[serde(flatten)]
    all: WireTally,
    configured: WireTally,
}

#[derive(Serialize)]
struct WireTally {
    current: Option<f64>,
    healthy: usize,
    unhealthy: usize,
    unjudged: usize,
}

impl<'a> WireScore<'a> {
    pub(super) fn new(score: &'a Score, language: Language) -> Self {
        WireScore {
            total: WirePoints::new(score.total()),
            configured: WirePoints::new(score.configured()),
            unconfigured: score.unconfigured.iter().map(|id| &**id).collect(),
            controls: score
                .controls
                .iter()
                .map(|control| WireControl::new(control, language))
                .collect(),
        }
    }
}

impl WirePoints {
    fn new(points: Option<Points>) -> Self {
        WirePoints {
            percent: points.map(|points| points.percent()),
            current: points.map_or(0.0, |points| points.rounded()),
            max: points.map_or(0, |points| points.max),
        }
    }
}

impl<'a> WireControl<'a> {
    fn new(score: &'a ControlScore, language: Language) -> Self {
        WireControl {
            id: &score.control.id,
            name: score.control.name.get(language),
            max: score.control.max_score,
            all: WireTally::new(score.points(), &score.all),
            configured: WireTally::new(score.configured_points(), &score.configured),
        }
    }
}

impl WireTally {
    fn new(points: Option<Points>, tally: &Tally) -> Self {
        WireTally {
            current: points.map(|points| points.rounded()),
            healthy: tally.healthy,
            unhealthy: tally.unhealthy,
            unjudged: tally.unjudged,
        }
    }
}
