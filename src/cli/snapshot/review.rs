//! Walking through what waits, one key each.

use anyhow::{Context, Result};
use console::{Key, Term};

use crate::language::Language;
use crate::render::{self, Canvas};
use crate::snapshot::Pending;

use super::super::{Status, shared};
use super::troubled;

/// Shows each of `pending` and asks what to do with it.
pub(super) fn walk(pending: &[Pending], terminal: &Term, language: Language) -> Result<Status> {
    let canvas = shared::canvas();
    let words = words(language);
    let (mut accepted, mut rejected) = (0, 0);
    let mut answers = pending.iter().enumerate();
    for (index, one) in &mut answers {
        terminal.clear_screen()?;
        shared::write(&page(
            one,
            (index + 1, pending.len()),
            words,
            language,
            &canvas,
        ))?;
        match ask(terminal)? {
            Answer::Accept => {
                one.accept(&[]).map_err(|one| troubled(vec![one]))?;
                accepted += 1;
            }
            Answer::Reject => {
                one.reject().map_err(|one| troubled(vec![one]))?;
                rejected += 1;
            }
            Answer::Skip => {}
            Answer::Quit => break,
        }
    }
    terminal.clear_screen()?;
    let skipped = pending.len() - accepted - rejected;
    shared::write(&format!("{}\n", (words.done)(accepted, rejected, skipped)))?;
    Ok(if skipped == 0 {
        Status::Clean
    } else {
        Status::Findings
    })
}

enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

fn ask(terminal: &Term) -> Result<Answer> {
    loop {
        let key = terminal.read_key().context("cannot read the terminal")?;
        return Ok(match key {
            Key::Char('a' | 'A') | Key::Enter => Answer::Accept,
            Key::Char('r' | 'R') | Key::Escape => Answer::Reject,
            Key::Char('s' | 'S' | ' ') => Answer::Skip,
            Key::Char('q' | 'Q') | Key::CtrlC => Answer::Quit,
            _ => continue,
        });
    }
}

fn page(
    one: &Pending,
    (number, all): (usize, usize),
    words: &Words,
    language: Language,
    canvas: &Canvas,
) -> String {
    let rule = canvas.dim("─".repeat(canvas.width.unwrap_or(80)));
    let mut out = format!(
        "{} {}\n",
        (words.title)(number, all),
        canvas.bold(one.name())
    );
    if one.old.is_none() {
        out.push_str(words.first);
        out.push('\n');
    } else {
        let tally = render::tally_of(&one.changes, language);
        out.push_str(&(words.changes)(&tally));
        out.push('\n');
    }
    out.push_str(&format!("{rule}\n"));
    out.push_str(&render::difference(&one.old_text, &one.new_text, canvas));
    out.push_str(&format!("{rule}\n"));
    for (key, action, meaning) in [
        ("a", words.accept, words.accepting),
        ("r", words.reject, words.rejecting),
        ("s", words.skip, words.skipping),
        ("q", words.quit, ""),
    ] {
        if meaning.is_empty() {
            out.push_str(&format!("  {} {action}\n", canvas.bold(key)));
            continue;
        }
        let action = render::pad(action, 8);
        out.push_str(&format!(
            "  {} {action} {}\n",
            canvas.bold(key),
            canvas.dim(meaning)
        ));
    }
    out
}

struct Words {
    title: fn(usize, usize) -> String,
    changes: fn(&str) -> String,
    first: &'static str,
    accept: &'static str,
    accepting: &'static str,
    reject: &'static str,
    rejecting: &'static str,
    skip: &'static str,
    skipping: &'static str,
    quit: &'static str,
    done: fn(usize, usize, usize) -> String,
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ja => &JA,
    }
}

static EN: Words = Words {
    title: |number, all| format!("Snapshot {number} of {all}:"),
    changes: |tally| format!("Changes: {tally}"),
    first: "Not recorded yet.",
    accept: "accept",
    accepting: "record what is said now",
    reject: "reject",
    rejecting: "keep the record as it is",
    skip: "skip",
    skipping: "decide later",
    quit: "quit",
    done: |accepted, rejected, skipped| {
        format!("{accepted} accepted, {rejected} rejected, {skipped} skipped")
    },
};

static JA: Words = Words {
    title: |number, all| format!("記録 {number}/{all}:"),
    changes: |tally| format!("変化: {tally}"),
    first: "まだ記録されていません。",
    accept: "受け入れ",
    accepting: "現在の結果を記録します",
    reject: "却下",
    rejecting: "記録を変えません",
    skip: "保留",
    skipping: "後で決めます",
    quit: "終了",
    done: |accepted, rejected, skipped| {
        format!("受け入れ {accepted} 件、却下 {rejected} 件、保留 {skipped} 件")
    },
};
