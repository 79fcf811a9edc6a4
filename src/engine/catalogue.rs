//! Every built-in that can be called, by name: ours, where regorus' own answers otherwise than OPA,
//! regorus' own where it answers the same.

use std::sync::LazyLock;

use regorus::Value;
use regorus::unstable::{BUILTINS, BuiltinFcn, Expr, Ref, Span};

use super::{arithmetic, bounds, builtins, collect, memory};

/// The one built-in through which the compiled form calls all others: `[number, arguments…]`.
pub(super) const SLOT: &str = "array.reverse";

/// What regorus must call itself, because it remembers the answer for one evaluation.
const REMEMBERED: [&str; 4] = ["opa.runtime", "rand.intn", "time.now_ns", "uuid.rfc4122"];

/// What answers otherwise the next time.
pub(super) const CHANGING: [&str; 4] = ["http.send", "net.lookup_ip_addr", "print", "trace"];

pub(super) type Call = fn(&[Value]) -> Result<Value, String>;

#[derive(Clone, Copy)]
enum Body {
    Ours(Call),
    Theirs(BuiltinFcn),
    /// Reaches outside: allowed by the caller, and still not done.
    Offline,
}

struct Entry {
    name: &'static str,
    arity: u8,
    body: Body,
    /// Whether there are arguments that it must not be called with.
    is_bounded: bool,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = Vec::new();
    let ours = arithmetic::BUILTINS
        .iter()
        .chain(collect::BUILTINS)
        .chain(memory::BUILTINS);
    entries.extend(ours.map(|(name, arity, call)| Entry::new(name, *arity, Body::Ours(*call))));
    for builtin in builtins::all() {
        if !REMEMBERED.contains(&builtin.name) {
            let body = Body::Ours(builtin.call);
            entries.push(Entry::new(builtin.name, builtin.arity, body));
        }
    }
    for name in ["http.send", "net.lookup_ip_addr"] {
        entries.push(Entry::new(name, 1, Body::Offline));
    }
    for (name, function) in BUILTINS.iter() {
        if !REMEMBERED.contains(name) && !entries.iter().any(|entry| entry.name == *name) {
            entries.push(Entry::new(name, function.1, Body::Theirs(*function)));
        }
    }
    entries.sort_by_key(|entry| entry.name);
    entries
});

/// Whether a policy can call the built-in `name`.
pub(super) fn is_supported(name: &str) -> bool {
    number(name).is_some() || is_remembered(name)
}

/// The number of the built-in `name` in the table; `None` for what regorus must call itself.
pub(super) fn number(name: &str) -> Option<usize> {
    ENTRIES.binary_search_by(|entry| entry.name.cmp(name)).ok()
}

/// Whether `name` is a built-in of regorus' whose answer is to be remembered for an evaluation.
pub(super) fn is_remembered(name: &str) -> bool {
    REMEMBERED.contains(&name) && BUILTINS.contains_key(name)
}

/// Calls such a built-in; `None` for an error.
pub(super) fn ask(name: &str, arguments: &[Value]) -> Option<Value> {
    let function = BUILTINS.get(name)?;
    STAND_IN.with(|stand_in| {
        let (span, terms) = stand_in.as_ref()?;
        let terms = terms.get(..arguments.len())?;
        (function.0)(span, terms, arguments, false).ok()
    })
}

/// The name of a built-in.
pub(super) fn name(number: usize) -> &'static str {
    ENTRIES.get(number).map_or("", |entry| entry.name)
}

/// The number of arguments of a built-in.
pub(super) fn arity(number: usize) -> u8 {
    ENTRIES.get(number).map_or(0, |entry| entry.arity)
}

/// Whether a built-in does nothing but answer, and answers the same whenever it is asked the same.
pub(super) fn answers_the_same(number: usize) -> bool {
    ENTRIES
        .get(number)
        .is_some_and(|entry| !CHANGING.contains(&entry.name) && !entry.name.starts_with("sekisho."))
}

/// Calls a built-in; `Err` is what OPA calls a built-in error.
pub(super) fn call(number: usize, arguments: &[Value]) -> Result<Value, String> {
    let Some(entry) = ENTRIES.get(number) else {
        return Err("no such built-in".to_owned());
    };
    if arguments.contains(&Value::Undefined) {
        return Ok(Value::Undefined);
    }
    if arguments.len() != usize::from(entry.arity) {
        return Err(format!("{} takes {} arguments", entry.name, entry.arity));
    }
    entry.call(arguments)
}

/// Calls a built-in with as many arguments as it takes, all of which have a value.
pub(super) fn call_whole(number: usize, arguments: &[Value]) -> Result<Value, String> {
    match ENTRIES.get(number) {
        Some(entry) => entry.call(arguments),
        None => Err("no such built-in".to_owned()),
    }
}

impl Entry {
    fn new(name: &'static str, arity: u8, body: Body) -> Entry {
        Entry {
            name,
            arity,
            body,
            is_bounded: bounds::NAMES.contains(&name),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, String> {
        if self.is_bounded
            && let Some(answer) = bounds::check(self.name, arguments)
                .map_err(|message| prefixed(self.name, message))?
        {
            return Ok(answer);
        }
        self.answer(arguments)
    }

    fn answer(&self, arguments: &[Value]) -> Result<Value, String> {
        let name = self.name;
        match self.body {
            Body::Ours(function) => function(arguments).map_err(|message| prefixed(name, message)),
            Body::Theirs(function) => STAND_IN
                .with(|stand_in| {
                    let Some((span, terms)) = stand_in else {
                        return Ok(Value::Undefined);
                    };
                    let terms = terms.get(..arguments.len()).unwrap_or(&[]);
                    (function.0)(span, terms, arguments, true)
                })
                .map_err(|error| prefixed(name, first_line(&error.to_string()))),
            Body::Offline => Err(format!("{name} is not available offline")),
        }
    }
}

fn prefixed(name: &str, message: String) -> String {
    if name.starts_with("sekisho.") || message.starts_with(name) {
        message
    } else {
        format!("{name}: {message}")
    }
}

/// regorus writes the place around its message; the message is after the last `error: `.
fn first_line(text: &str) -> String {
    let message = text
        .rsplit_once("error: ")
        .map_or(text, |(_, message)| message);
    message.lines().next().unwrap_or("").trim().to_owned()
}

thread_local! {
    /// regorus' built-ins want to know where they are called from.
    static STAND_IN: Option<(Span, Vec<Ref<Expr>>)> = stand_in();
}

fn stand_in() -> Option<(Span, Vec<Ref<Expr>>)> {
    let source =
        regorus::Source::from_contents("built-in".to_owned(), "built-in".to_owned()).ok()?;
    let span = Span {
        source,
        line: 1,
        col: 1,
        start: 0,
        end: 0,
    };
    let term = |_| {
        Ref::new(Expr::Null {
            span: span.clone(),
            value: Value::Null,
            eidx: 0,
        })
    };
    let terms = (0..16).map(term).collect();
    Some((span, terms))
}
