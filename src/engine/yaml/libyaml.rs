//! The one place that touches libyaml (c2rust's translation, hence `unsafe`).
#![allow(unsafe_code)]

use std::borrow::Cow;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

use libyaml_rs as sys;

use super::{Broken, Event, Kind, Scalar};

/// libyaml's parser over one text.
pub(super) struct Parser<'t> {
    /// In a box, because libyaml keeps the parser's own address.
    raw: Box<MaybeUninit<sys::yaml_parser_t>>,
    /// The event that was handed out last; libyaml owns its strings until it is deleted.
    event: MaybeUninit<sys::yaml_event_t>,
    has_event: bool,
    /// Whether the parser was set up, so that it has to be taken down.
    ready: bool,
    text: PhantomData<&'t str>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Parser<'t> {
        let mut raw = Box::new(MaybeUninit::<sys::yaml_parser_t>::uninit());
        let parser = raw.as_mut_ptr();
        // SAFETY: `parser` points to memory of the right size and alignment, which
        // `yaml_parser_initialize` writes in full. The box keeps it at this address, and `'t` keeps
        // the text alive and unchanged, for as long as the parser lives.
        let ready = unsafe {
            let ready = sys::yaml_parser_initialize(parser).ok;
            if ready {
                sys::yaml_parser_set_encoding(parser, sys::YAML_UTF8_ENCODING);
                sys::yaml_parser_set_input_string(parser, text.as_ptr(), text.len() as u64);
            }
            ready
        };
        Parser {
            raw,
            event: MaybeUninit::uninit(),
            has_event: false,
            ready,
            text: PhantomData,
        }
    }

    pub(super) fn next(&mut self) -> Result<Event<'_>, Broken> {
        loop {
            self.delete_event();
            if !self.ready {
                return Err(Broken {
                    message: "out of memory".to_owned(),
                    at: 0,
                });
            }
            let event = self.event.as_mut_ptr();
            // SAFETY: the parser was initialised (`ready`); `event` points to memory of the right
            // size, which `yaml_parser_parse` zeroes first and, where it succeeds, fills.
            if unsafe { sys::yaml_parser_parse(self.raw.as_mut_ptr(), event).fail } {
                return Err(self.broken());
            }
            self.has_event = true;
            // SAFETY: filled just above, and not deleted before `self` is borrowed again.
            let event = unsafe { &*event };
            // SAFETY: as above: the strings of `event` live as long as the borrow of `self`.
            if let Some(kind) = unsafe { kind(event) }? {
                let start = count(event.start_mark.index);
                return Ok(Event {
                    kind,
                    start,
                    end: count(event.end_mark.index),
                });
            }
        }
    }

    /// What libyaml says is wrong.
    fn broken(&self) -> Broken {
        // SAFETY: called only after `yaml_parser_parse` failed on an initialised parser: the error's
        // fields are set, its texts are static C strings or null.
        let (problem, context, offset, mark, reader) = unsafe {
            let parser = &**self.raw.as_ptr();
            (
                static_text(parser.problem),
                static_text(parser.context),
                parser.problem_offset,
                parser.problem_mark,
                parser.error == sys::YAML_READER_ERROR,
            )
        };
        let problem = problem.unwrap_or("not yaml");
        if reader {
            return Broken {
                message: problem.to_owned(),
                at: count(offset),
            };
        }
        let message = match context {
            Some(context) if problem != super::dialect::COLON => format!("{problem} {context}"),
            _ => problem.to_owned(),
        };
        // libyaml counts characters here; this translation counts bytes.
        Broken {
            message,
            at: count(mark.index),
        }
    }

    fn delete_event(&mut self) {
        if std::mem::take(&mut self.has_event) {
            // SAFETY: `has_event` says that libyaml filled the event and nobody deleted it yet; no
            // borrow of its strings outlives the borrow of `self` that handed it out.
            unsafe { sys::yaml_event_delete(self.event.as_mut_ptr()) }
        }
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        self.delete_event();
        if self.ready {
            // SAFETY: initialised, and this is the last use.
            unsafe { sys::yaml_parser_delete(self.raw.as_mut_ptr()) }
        }
    }
}

/// The event in our words; `None` for the stream's start.
///
/// # Safety
/// `event` was filled by `yaml_parser_parse` and not deleted for as long as `'e`.
unsafe fn kind(event: &sys::yaml_event_t) -> Result<Option<Kind<'_>>, Broken> {
    let at = count(event.start_mark.index);
    // SAFETY: which field of the union is filled follows from the type; pointers are null or C
    // strings, the scalar's value has `length` bytes.
    let kind = unsafe {
        match event.type_ {
            sys::YAML_DOCUMENT_START_EVENT => Kind::DocumentStart,
            sys::YAML_DOCUMENT_END_EVENT => Kind::DocumentEnd,
            // What comes after the end is no event: the end once more.
            sys::YAML_STREAM_END_EVENT | sys::YAML_NO_EVENT => Kind::StreamEnd,
            sys::YAML_ALIAS_EVENT => {
                Kind::Alias(text(event.data.alias.anchor, at)?.unwrap_or_default())
            }
            sys::YAML_SCALAR_EVENT => {
                let scalar = &event.data.scalar;
                let bytes = if scalar.value.is_null() {
                    &[][..]
                } else {
                    &*ptr::slice_from_raw_parts(scalar.value.cast_const(), count(scalar.length))
                };
                Kind::Scalar(Scalar {
                    anchor: text(scalar.anchor, at)?,
                    tag: text(scalar.tag, at)?,
                    value: Cow::Borrowed(utf8(bytes, at)?),
                    plain: scalar.plain_implicit && scalar.style == sys::YAML_PLAIN_SCALAR_STYLE,
                })
            }
            sys::YAML_SEQUENCE_START_EVENT => Kind::SequenceStart {
                anchor: text(event.data.sequence_start.anchor, at)?,
            },
            sys::YAML_SEQUENCE_END_EVENT => Kind::SequenceEnd,
            sys::YAML_MAPPING_START_EVENT => Kind::MappingStart {
                anchor: text(event.data.mapping_start.anchor, at)?,
            },
            sys::YAML_MAPPING_END_EVENT => Kind::MappingEnd,
            _ => return Ok(None),
        }
    };
    Ok(Some(kind))
}

/// # Safety
/// `raw` is null or a C string that lives as long as `'e`.
unsafe fn text<'e>(raw: *const u8, at: usize) -> Result<Option<&'e str>, Broken> {
    if raw.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, hence a C string.
    let bytes = unsafe { CStr::from_ptr(raw.cast()) }.to_bytes();
    utf8(bytes, at).map(Some)
}

/// # Safety
/// `raw` is null or one of libyaml's static texts.
unsafe fn static_text(raw: *const i8) -> Option<&'static str> {
    if raw.is_null() {
        return None;
    }
    // SAFETY: not null, hence a static C string.
    unsafe { CStr::from_ptr(raw.cast()) }.to_str().ok()
}

/// A tag may spell bytes with `%`, so that UTF-8 in does not promise UTF-8 out.
fn utf8(bytes: &[u8], at: usize) -> Result<&str, Broken> {
    std::str::from_utf8(bytes).map_err(|_| Broken {
        message: "invalid UTF-8".to_owned(),
        at,
    })
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
