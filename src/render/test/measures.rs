//! What tests reach and what they notice, for people.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use crate::suite::{CoverageReport, CoveredFile, Mutant, MutantOutcome, MutationReport, percent};

use super::super::layout::{Canvas, pad, pad_left};
use super::words::Words;

/// So many unreached lines of one file are shown; their numbers are said of all.
const SHOWN: usize = 12;

/// Each file's share, and the lines that no test reaches.
pub(super) fn coverage(report: &CoverageReport, canvas: &Canvas, words: &Words) -> String {
    let mut out = format!("\n{}\n", canvas.bold(words.coverage));
    for file in &report.files {
        let lines = (file.reached(), file.lines.len());
        out.push_str(&share(canvas, lines, &file.path));
        out.push_str(&unreached(canvas, words, file));
    }
    out.push_str(&share(canvas, report.lines(), words.total));
    out
}

/// `  93.3 %  14/15  name`
fn share(canvas: &Canvas, part: (usize, usize), name: &str) -> String {
    let color = match percent(part) {
        all if all >= 100.0 => AnsiColor::Green,
        most if most >= 80.0 => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    let number = pad_left(&format!("{} %", cut(percent(part))), 9);
    let number = canvas.paint(Style::new().fg_color(Some(color.into())), number);
    let of = pad_left(&format!("{}/{}", part.0, part.1), 11);
    format!("{number} {of}  {name}\n")
}

/// Never 100 where something is missing.
fn cut(share: f64) -> String {
    format!("{:.1}", (share * 10.0).floor() / 10.0)
}

fn unreached(canvas: &Canvas, words: &Words, file: &CoveredFile) -> String {
    let missed: Vec<u32> = file.unreached().collect();
    if missed.is_empty() {
        return String::new();
    }
    let lead = " ".repeat(11);
    if missed.len() == file.lines.len() {
        return canvas.hang(&lead, 11, words.untested);
    }
    let said = format!("{} {}", words.unreached, ranges(&missed));
    let mut out = canvas.hang(&lead, 11, &said);
    let width = missed.last().map_or(1, |last| last.to_string().len());
    let lines: BTreeMap<u32, &str> = (1..).zip(file.text.lines()).collect();
    for line in missed.iter().take(SHOWN) {
        let text = lines.get(line).copied().unwrap_or_default();
        out.push_str(&code(canvas, *line, width, text));
    }
    if missed.len() > SHOWN {
        out.push_str(&format!("{lead}  …\n"));
    }
    out
}

fn code(canvas: &Canvas, line: u32, width: usize, text: &str) -> String {
    let number = canvas.dim(format!("{} |", pad_left(&line.to_string(), width)));
    let text = text.trim_end().replace('\t', "    ");
    let room = canvas
        .width
        .map_or(usize::MAX, |all| all.saturating_sub(width + 16));
    let shown: String = if text.chars().count() > room {
        text.chars()
            .take(room.saturating_sub(1))
            .chain(['…'])
            .collect()
    } else {
        text
    };
    format!("{}  {number} {shown}\n", " ".repeat(11))
}

/// `3, 7-9, 12`
fn ranges(lines: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => ranges.push((*line, *line)),
        }
    }
    let said = ranges.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The changes that no test notices, then each file's score.
pub(super) fn mutation(report: &MutationReport, canvas: &Canvas, words: &Words) -> String {
    let mut out = format!("\n{}\n", canvas.bold(words.mutation));
    for mutant in &report.mutants {
        match mutant.outcome {
            MutantOutcome::Survived => {
                out.push_str(&survivor(canvas, words.survived, mutant, words))
            }
            MutantOutcome::Unreached => {
                out.push_str(&survivor(canvas, words.not_reached, mutant, words))
            }
            _ => {}
        }
    }
    let mut files: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for mutant in &report.mutants {
        let (killed, all) = files.entry(&*mutant.path).or_default();
        match mutant.outcome {
            MutantOutcome::Killed(_) => {
                *killed += 1;
                *all += 1;
            }
            MutantOutcome::Survived | MutantOutcome::Unreached => *all += 1,
            MutantOutcome::Invalid | MutantOutcome::Skipped => {}
        }
    }
    for (path, part) in &files {
        out.push_str(&share(canvas, *part, path));
    }
    out.push_str(&share(canvas, report.score(), words.total));
    let of = |is: fn(&MutantOutcome) -> bool| report.count(is);
    let said = (words.mutants)([
        of(|outcome| matches!(outcome, MutantOutcome::Killed(_))),
        of(|outcome| *outcome == MutantOutcome::Survived),
        of(|outcome| *outcome == MutantOutcome::Unreached),
        of(|outcome| *outcome == MutantOutcome::Skipped),
        of(|outcome| *outcome == MutantOutcome::Invalid),
    ]);
    out.push_str(&canvas.hang("", 0, &said));
    out
}

fn survivor(canvas: &Canvas, word: &str, mutant: &Mutant, words: &Words) -> String {
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into())).bold();
    let place = format!("{}:{}:{}", mutant.path, mutant.line, mutant.column);
    let head = format!("{}  {}\n", canvas.paint(yellow, word), canvas.bold(place));
    let mutation = &mutant.mutation;
    let lead = pad("", 4);
    let said = (words.changed)(mutation.kind, &mutation.before, &mutation.after);
    format!("{head}{}", canvas.hang(&lead, 4, &said))
}
