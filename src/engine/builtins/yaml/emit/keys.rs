//! The order of keys: letters after all else, runs of digits by their number.

use std::cmp::Ordering;

/// Compares two keys as go-yaml sorts them.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else {
        return a.len().cmp(&b.len());
    };
    let (Some(left), Some(right)) = (a.get(at), b.get(at)) else {
        return Ordering::Equal;
    };
    match (left.is_alphabetic(), right.is_alphabetic()) {
        (true, true) => return left.cmp(right),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Digits before, that both share, count where a zero would lose its weight.
    let zero = *left == '0' || *right == '0';
    let weighty = zero
        && a.get(..at)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|c| c.is_numeric())
            .any(|c| *c != '0');
    let (a_number, a_length) = number(a.get(at..).unwrap_or_default(), weighty);
    let (b_number, b_length) = number(b.get(at..).unwrap_or_default(), weighty);
    a_number
        .cmp(&b_number)
        .then_with(|| a_length.cmp(&b_length))
        .then_with(|| left.cmp(right))
}

/// The number that digits at the start make, wrapping as Go's does, and how many there are.
fn number(text: &[char], weighty: bool) -> (i64, usize) {
    let digits = text.iter().map_while(|c| c.to_digit(10));
    digits.fold((i64::from(weighty), 0), |(number, length), digit| {
        (
            number.wrapping_mul(10).wrapping_add(i64::from(digit)),
            length + 1,
        )
    })
}
