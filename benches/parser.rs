//! The parser that manifests are read with, by itself: its events, thrown away.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use libyaml_rs as sys;

/// How many events `text` has, up to its end or the first error.
pub(crate) fn events(text: &[u8]) -> usize {
    let mut parser = Box::new(MaybeUninit::<sys::yaml_parser_t>::uninit());
    let parser = parser.as_mut_ptr();
    let mut count = 0;
    // SAFETY: the parser and each event are written in full before they are read, the box keeps the
    // parser where it is, `text` outlives it, and each is deleted once.
    unsafe {
        assert!(sys::yaml_parser_initialize(parser).ok);
        sys::yaml_parser_set_encoding(parser, sys::YAML_UTF8_ENCODING);
        sys::yaml_parser_set_input_string(parser, text.as_ptr(), text.len() as u64);
        loop {
            let mut event = MaybeUninit::<sys::yaml_event_t>::uninit();
            if sys::yaml_parser_parse(parser, event.as_mut_ptr()).fail {
                break;
            }
            let is_last = (*event.as_ptr()).type_ == sys::YAML_STREAM_END_EVENT;
            sys::yaml_event_delete(event.as_mut_ptr());
            count += 1;
            if is_last {
                break;
            }
        }
        sys::yaml_parser_delete(parser);
    }
    count
}
