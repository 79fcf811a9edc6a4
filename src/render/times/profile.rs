//! The times of a run: by policy, Constraint, and rule.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::duration;
use super::table::{Row, table};
use super::words::{Words, words};
use crate::check::{Profile, Rules, Time};
use crate::language::Language;
use crate::render::layout::{Canvas, pad_left, widest};

/// A policy's time, and that of each of its Constraints.
type Spent = (Time, Vec<(String, Time)>);

/// Rules that take less than this share are summed up.
const LEAST: f64 = 3.0;

/// A line for each policy, the slowest first, and below it one for each of its Constraints where there are
/// several; then the rules of each policy.
pub fn profile(profile: &Profile, language: Language, canvas: &Canvas) -> String {
    let words = words(language);
    let mut policies: BTreeMap<Arc<str>, Spent> = BTreeMap::new();
    for (policy, constraint, time) in profile.times() {
        let (total, constraints) = policies.entry(policy).or_default();
        total.add(time);
        constraints.push((constraint, time));
    }
    let mut ordered: Vec<(Arc<str>, Spent)> = policies.into_iter().collect();
    ordered.sort_by(|(a, (one, _)), (b, (other, _))| (other.total, a).cmp(&(one.total, b)));
    let row = |name: String, time: Time| Row {
        name,
        cells: vec![
            time.count.to_string(),
            duration(time.total),
            duration(time.mean()),
        ],
    };
    let mut rows = Vec::new();
    let mut all = Time::default();
    for (policy, (total, constraints)) in &mut ordered {
        all.add(*total);
        rows.push(row(policy.to_string(), *total));
        if constraints.len() < 2 {
            continue;
        }
        constraints.sort_by(|(a, one), (b, other)| (other.total, a).cmp(&(one.total, b)));
        let lines = constraints
            .iter()
            .map(|(constraint, time)| row(format!("  {constraint}"), *time));
        rows.extend(lines);
    }
    rows.push(row(words.all.to_owned(), all));
    let heads = [words.policy, words.count, words.total, words.mean];
    let mut out = table(canvas, &heads, &rows);
    let rules = profile.rules();
    let recorded = |policy: &Arc<str>| rules.get(policy).filter(|rules| !rules.rules.is_empty());
    let recorded: Vec<(&Arc<str>, &Rules)> = ordered
        .iter()
        .filter_map(|(policy, _)| Some((policy, recorded(policy)?)))
        .collect();
    if !recorded.is_empty() {
        out.push('\n');
        out.push_str(&canvas.hang("", 0, words.rules));
    }
    for (policy, rules) in recorded {
        out.push_str(&of_policy(policy, rules, words, canvas));
    }
    out
}

/// The definitions of one policy's rules, those that take most first.
fn of_policy(policy: &str, rules: &Rules, words: &Words, canvas: &Canvas) -> String {
    let all: Duration = rules.rules.values().map(|rule| rule.spent).sum();
    let share = |spent: Duration| 100.0 * spent.as_secs_f64() / all.as_secs_f64().max(1e-9);
    let recorded = (words.recorded)(rules.recorded, rules.asked, &duration(all));
    let mut out = format!(
        "\n{}\n",
        canvas
            .hang("", 0, &format!("{policy}: {recorded}"))
            .trim_end()
    );
    let mut ordered: Vec<_> = rules.rules.iter().collect();
    ordered.sort_by(|(a, one), (b, other)| (other.spent, a).cmp(&(one.spent, b)));
    let shown = ordered.partition_point(|(_, rule)| share(rule.spent) >= LEAST);
    let (shown, rest) = ordered.split_at_checked(shown).unwrap_or((&ordered, &[]));
    // Share, how often begun, the rule, its place.
    let mut lines = vec![[words.share, words.begun, words.rule, ""].map(str::to_owned)];
    for ((path, line, _), rule) in shown {
        lines.push([
            percent(share(rule.spent)),
            rule.begun.to_string(),
            rule.rule.clone(),
            format!("{path}:{line}"),
        ]);
    }
    if !rest.is_empty() {
        let spent = rest.iter().map(|(_, rule)| rule.spent).sum();
        let begun: u64 = rest.iter().map(|(_, rule)| rule.begun).sum();
        let others = (words.others)(rest.len());
        lines.push([
            percent(share(spent)),
            begun.to_string(),
            others,
            String::new(),
        ]);
    }
    let shares = widest(lines.iter().map(|[share, ..]| share.as_str()));
    let counts = widest(lines.iter().map(|[_, begun, ..]| begun.as_str()));
    let indent = shares + counts + 6;
    for [share, begun, rule, place] in &lines {
        let lead = format!(
            "  {}  {}  ",
            pad_left(share, shares),
            pad_left(begun, counts)
        );
        out.push_str(&match place.as_str() {
            "" => canvas.hang(&lead, indent, rule),
            place => canvas.with_place((&lead, indent), rule, indent, place),
        });
    }
    out
}

fn percent(share: f64) -> String {
    format!("{share:.1} %")
}
