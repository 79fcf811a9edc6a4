//! The built-ins of the catalogue, each as a function of its own: regorus calls functions that are
//! told nothing but their arguments.

use regorus::Value;
use regorus::unstable::{Expr, Ref, Span};

use super::catalogue;
use super::compiled::answer;

type Function = fn(&Span, &[Ref<Expr>], &[Value], bool) -> anyhow::Result<Value>;

fn strict<const NUMBER: usize>(
    _: &Span,
    _: &[Ref<Expr>],
    arguments: &[Value],
    _: bool,
) -> anyhow::Result<Value> {
    Ok(answer(catalogue::call_whole(NUMBER, arguments), true))
}

fn lenient<const NUMBER: usize>(
    _: &Span,
    _: &[Ref<Expr>],
    arguments: &[Value],
    _: bool,
) -> anyhow::Result<Value> {
    Ok(answer(catalogue::call_whole(NUMBER, arguments), false))
}

/// Ten functions a row, from the numbers given.
macro_rules! rows {
    ($function:ident, $($first:literal)*) => {
        &[$(
            $function::<{ $first }>,
            $function::<{ $first + 1 }>,
            $function::<{ $first + 2 }>,
            $function::<{ $first + 3 }>,
            $function::<{ $first + 4 }>,
            $function::<{ $first + 5 }>,
            $function::<{ $first + 6 }>,
            $function::<{ $first + 7 }>,
            $function::<{ $first + 8 }>,
            $function::<{ $first + 9 }>,
        )*]
    };
}

const STRICT: &[Function] = rows!(
    strict,
    0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150 160 170 180 190 200 210 220 230 240 250
);
const LENIENT: &[Function] = rows!(
    lenient,
    0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150 160 170 180 190 200 210 220 230 240 250
);

/// Whether the built-in `number` has a function of its own.
pub(super) fn has(number: usize) -> bool {
    number < STRICT.len()
}

/// The function of the built-in `number`.
pub(super) fn function(number: usize, strict: bool) -> Option<Function> {
    let functions = if strict { STRICT } else { LENIENT };
    functions.get(number).copied()
}
