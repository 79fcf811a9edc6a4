//! JSON Web Tokens: reading them, and checking the signatures that a shared secret made.
//!
//! Signatures by key pairs and `io.jwt.decode_verify` are not offered: their callers are refused when
//! a policy is loaded.

use data_encoding::HEXLOWER;

use super::{Answer, Table, args, encoding, hash, json};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("io.jwt.decode", 1, decode),
    ("io.jwt.verify_hs256", 2, |arguments| {
        verify(arguments, "HS256")
    }),
    ("io.jwt.verify_hs384", 2, |arguments| {
        verify(arguments, "HS384")
    }),
    ("io.jwt.verify_hs512", 2, |arguments| {
        verify(arguments, "HS512")
    }),
];

/// How often a token may hold another.
const DEEPEST: usize = 16;

/// Header, payload and signature, still encoded.
fn parts(token: &str) -> Result<[&str; 3], String> {
    let parts: Vec<&str> = token.split('.').collect();
    <[&str; 3]>::try_from(parts.as_slice())
        .map_err(|_| format!("encoded JWT must have 3 sections, found {}", parts.len()))
}

fn bytes(part: &str, what: &str) -> Result<Vec<u8>, String> {
    encoding::base64url(part)
        .map_err(|_| format!("JWT {what} had invalid encoding: illegal base64url string: {part}"))
}

fn object(part: &str, what: &str) -> Answer {
    let text = encoding::text(&bytes(part, what)?);
    match json::read(&text)? {
        object @ Value::Object(_) => Ok(object),
        _ => Err("decoded JSON type was not an Object".to_owned()),
    }
}

/// `io.jwt.decode(token)`: `[header, payload, signature in hexadecimal]`; of a token in a token, the
/// inner one.
fn decode(arguments: &[Value]) -> Answer {
    let mut token = args::string(arguments, 0)?.to_owned();
    for _ in 0..DEEPEST {
        let [header, payload, signature] = parts(&token)?;
        let header = object(header, "header")?;
        let Value::Object(fields) = &header else {
            break;
        };
        if fields.contains_key(&Value::from("enc")) {
            return Err("JWT is a JWE object, which is not supported".to_owned());
        }
        if fields.get(&Value::from("cty")) == Some(&Value::from("JWT")) {
            token = encoding::text(&bytes(payload, "payload")?);
            continue;
        }
        let signature = HEXLOWER.encode(&bytes(signature, "signature")?);
        return Ok(args::list([
            header,
            object(payload, "payload")?,
            Value::from(signature),
        ]));
    }
    Err(format!("more than {DEEPEST} tokens in each other"))
}

fn verify(arguments: &[Value], algorithm: &str) -> Answer {
    let (token, secret) = (args::string(arguments, 0)?, args::string(arguments, 1)?);
    let [header, payload, signature] = parts(token)?;
    object(header, "header")?;
    let signature = bytes(signature, "signature")?;
    let signed = format!("{header}.{payload}");
    Ok(Value::from(
        hash::token_code(algorithm, secret.as_bytes(), signed.as_bytes())? == signature,
    ))
}
