//! YAML as a stream of events, and what its scalars, numbers, anchors and merges are to Kubernetes.
//! Manifests are read through this, and so is what a policy gives to `yaml.unmarshal`.
//!
//! Kubernetes reads YAML with go-yaml, a port of libyaml; so does this room, through another port
//! of libyaml. Where go-yaml reads what libyaml refuses, [`read`] makes up for it (see `dialect`).

pub(crate) mod anchors;
mod dialect;
mod fast;
mod libyaml;
pub(crate) mod merge;
pub(crate) mod number;
pub(crate) mod scalar;
mod value;

use std::borrow::Cow;

use dialect::Dialect;
use fast::Fast;
use libyaml::Parser;

pub(crate) use value::value;

/// How deep collections may nest.
pub(crate) const DEPTH: usize = 1000;

/// One event, with its bytes in the text.
#[derive(Debug)]
pub(crate) struct Event<'e> {
    pub kind: Kind<'e>,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug)]
pub(crate) enum Kind<'e> {
    DocumentStart,
    DocumentEnd,
    /// There is nothing after this.
    StreamEnd,
    Alias(&'e str),
    Scalar(Scalar<'e>),
    SequenceStart {
        anchor: Option<&'e str>,
    },
    SequenceEnd,
    MappingStart {
        anchor: Option<&'e str>,
    },
    MappingEnd,
}

#[derive(Debug)]
pub(crate) struct Scalar<'e> {
    pub anchor: Option<&'e str>,
    /// The tag in full (`tag:yaml.org,2002:str`).
    pub tag: Option<&'e str>,
    pub value: Cow<'e, str>,
    /// Neither quoted nor a block: its type is what it looks like.
    pub plain: bool,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub message: String,
    /// After so many bytes.
    pub at: usize,
}

/// The events of a text, one after the other.
pub(crate) struct Events<'t>(Source<'t>);

enum Source<'t> {
    Fast(Fast<'t>),
    Exact(Box<Exact<'t>>),
}

/// What libyaml says.
struct Exact<'t> {
    parser: Parser<'t>,
    dialect: &'t Dialect<'t>,
    /// A colon at which libyaml stopped and go-yaml would not have.
    colon: Option<usize>,
}

impl Events<'_> {
    /// The next event. After [`Kind::StreamEnd`] or an error there is no other.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Broken> {
        match &mut self.0 {
            Source::Exact(exact) => exact.next(),
            Source::Fast(fast) => fast.next().ok_or(Broken {
                // Nobody sees it: the text is read once more.
                message: String::new(),
                at: 0,
            }),
        }
    }
}

impl Exact<'_> {
    fn next(&mut self) -> Result<Event<'_>, Broken> {
        match self.parser.next() {
            Ok(mut event) => {
                event.start = self.dialect.original(event.start);
                event.end = self.dialect.original(event.end);
                if let Kind::Scalar(scalar) = &mut event.kind {
                    self.dialect.restore(&mut scalar.value);
                }
                Ok(event)
            }
            Err(mut broken) => {
                broken.at = self.dialect.original(broken.at);
                if broken.message == dialect::COLON {
                    self.colon = Some(broken.at);
                }
                Err(broken)
            }
        }
    }
}

/// Reads `text`: hands its events to `take`, which reads until the end or the first error.
///
/// `take` may be called several times, each time from the start; the last answer counts.
pub(crate) fn read<T>(text: &str, mut take: impl FnMut(&mut Events<'_>) -> T) -> T {
    if let Some(fast) = Fast::new(&dialect::ended(text)) {
        let mut events = Events(Source::Fast(fast));
        let answer = take(&mut events);
        if !matches!(&events.0, Source::Fast(fast) if fast.has_given_up()) {
            return answer;
        }
    }
    let mut dialect = Dialect::new(text);
    loop {
        let mut events = Events(Source::Exact(Box::new(Exact {
            parser: Parser::new(dialect.text()),
            dialect: &dialect,
            colon: None,
        })));
        let answer = take(&mut events);
        let colon = match &events.0 {
            Source::Exact(exact) => exact.colon,
            Source::Fast(_) => None,
        };
        drop(events);
        match colon {
            Some(at) if dialect.replace_colon(at) => {}
            _ => return answer,
        }
    }
}
