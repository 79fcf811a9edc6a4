//! Times, for people.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::check::{Profile, Time};
use crate::render::pad;

/// A policy's time, and that of each of its Constraints.
type Spent = (Time, Vec<(String, Time)>);

/// A line for each policy, the slowest first, and below it one for each of its Constraints.
pub(super) fn table(profile: &Profile) -> String {
    let mut policies: BTreeMap<Arc<str>, Spent> = BTreeMap::new();
    for (policy, constraint, time) in profile.times() {
        let (total, constraints) = policies.entry(policy).or_default();
        total.add(time);
        constraints.push((constraint, time));
    }
    let mut rows = Vec::new();
    let mut ordered: Vec<_> = policies.into_iter().collect();
    ordered.sort_by(|(a, (one, _)), (b, (other, _))| (other.total, a).cmp(&(one.total, b)));
    let mut all = Time::default();
    for (policy, (total, mut constraints)) in ordered {
        all.add(total);
        rows.push((policy.to_string(), total));
        constraints.sort_by(|(a, one), (b, other)| (other.total, a).cmp(&(one.total, b)));
        rows.extend(
            constraints
                .into_iter()
                .map(|(constraint, time)| (format!("  {constraint}"), time)),
        );
    }
    rows.push(("all".to_owned(), all));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default().max("policy".len());
    let mut out = format!(
        "{}  {:>8}  {:>10}  {:>10}",
        pad("policy", width),
        "count",
        "total",
        "mean"
    );
    for (name, time) in rows {
        out.push_str(&format!(
            "\n{}  {:>8}  {:>10}  {:>10}",
            pad(&name, width),
            time.count,
            duration(time.total),
            duration(time.mean())
        ));
    }
    out
}

/// In the unit that shows it best.
pub(super) fn duration(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 {
        format!("{micros:.1} us")
    } else if micros < 1_000_000.0 {
        format!("{:.2} ms", micros / 1e3)
    } else {
        format!("{:.2} s", micros / 1e6)
    }
}
