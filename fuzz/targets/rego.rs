//! Mutations of Rego by its tokens: most changes of single bytes leave text that does not parse.

use libfuzzer_sys::fuzzer_mutate;

/// Where the tokens of `text` begin, and its end.
fn tokens(text: &[u8]) -> Vec<usize> {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => 1,
        b'\n' => 2,
        b' ' | b'\t' => 3,
        128.. => 4,
        _ => 0,
    };
    let mut starts = vec![0];
    for at in 1..text.len() {
        let (before, here) = (kind(text[at - 1]), kind(text[at]));
        if before != here || here == 0 || here == 2 {
            starts.push(at);
        }
    }
    starts.push(text.len());
    starts
}

/// Takes out, doubles, moves, or swaps tokens and lines; now and then what libFuzzer would do.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut state = u64::from(seed) << 1 | 1;
    let mut below = move |limit: usize| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (state >> 33) as usize % limit.max(1)
    };
    if size == 0 || below(4) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let text = data[..size].to_vec();
    let starts = if below(4) == 0 {
        // Whole lines.
        let ends = (0..size).filter(|at| text[*at] == b'\n').map(|at| at + 1);
        std::iter::once(0).chain(ends).chain([size]).collect()
    } else {
        tokens(&text)
    };
    let count = starts.len() - 1;
    let mut range = || {
        let from = below(count);
        let length = 1 + if below(3) == 0 { below(12) } else { 0 };
        starts[from]..starts[(from + length).min(count)]
    };
    let (one, other) = (range(), range());
    let mut out = text[..one.start].to_vec();
    match below(4) {
        0 => out.extend(&text[one.end..]),
        1 => {
            out.extend(&text[other]);
            out.extend(&text[one.start..]);
        }
        2 => {
            out.extend(&text[other]);
            out.extend(&text[one.end..]);
        }
        _ if one.end <= other.start => {
            out.extend(&text[other.clone()]);
            out.extend(&text[one.end..other.start]);
            out.extend(&text[one]);
            out.extend(&text[other.end..]);
        }
        _ => {
            out.extend(&text[one.clone()]);
            out.extend(&text[one.start..]);
        }
    }
    out.truncate(max_size);
    data[..out.len()].copy_from_slice(&out);
    out.len()
}
