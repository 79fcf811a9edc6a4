//! Hashes and keyed hashes, in hexadecimal digits.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{Answer, Table, args};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("crypto.hmac.equal", 2, equal),
    ("crypto.hmac.md5", 2, |arguments| {
        keyed::<Hmac<Md5>>(arguments)
    }),
    ("crypto.hmac.sha1", 2, |arguments| {
        keyed::<Hmac<Sha1>>(arguments)
    }),
    ("crypto.hmac.sha256", 2, |arguments| {
        keyed::<Hmac<Sha256>>(arguments)
    }),
    ("crypto.hmac.sha512", 2, |arguments| {
        keyed::<Hmac<Sha512>>(arguments)
    }),
    ("crypto.md5", 1, hash::<Md5>),
    ("crypto.sha1", 1, hash::<Sha1>),
    ("crypto.sha256", 1, hash::<Sha256>),
];

fn hash<D: Digest>(arguments: &[Value]) -> Answer {
    let digest = D::digest(args::string(arguments, 0)?.as_bytes());
    Ok(Value::from(HEXLOWER.encode(&digest)))
}

/// `crypto.hmac.sha256(text, key)`.
fn keyed<M: Mac + KeyInit>(arguments: &[Value]) -> Answer {
    let (text, key) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    Ok(Value::from(
        HEXLOWER.encode(&code::<M>(key.as_bytes(), text.as_bytes())?),
    ))
}

fn code<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|error| error.to_string())?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// The code of `text` under `key` for a JSON Web Token's algorithm.
pub(super) fn token_code(algorithm: &str, key: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
    match algorithm {
        "HS256" => code::<Hmac<Sha256>>(key, text),
        "HS384" => code::<Hmac<Sha384>>(key, text),
        "HS512" => code::<Hmac<Sha512>>(key, text),
        other => Err(format!("unknown signature algorithm: {other}")),
    }
}

fn equal(arguments: &[Value]) -> Answer {
    Ok(Value::from(
        args::string(arguments, 0)? == args::string(arguments, 1)?,
    ))
}
