//! What findings are recognized by.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Serialize, Serializer};

/// What a finding, or what a group of them, is recognized by: 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub(crate) [u8; 16]);

impl Identity {
    /// `work` on its digits.
    fn with_digits<R>(&self, work: impl FnOnce(&str) -> R) -> R {
        work(HEXLOWER.encode_mut_str(&self.0, &mut [0; 32]))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_digits(|digits| f.pad(digits))
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_digits(|digits| serializer.serialize_str(digits))
    }
}
