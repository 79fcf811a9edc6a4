//! Networks in CIDR notation, as Go's `net` reads them.

mod merge;

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::{Answer, Table, args, order};
use crate::engine::Value;

pub(super) const TABLE: Table = &[
    ("net.cidr_contains", 2, contains),
    ("net.cidr_contains_matches", 2, contains_matches),
    ("net.cidr_expand", 1, expand),
    ("net.cidr_intersects", 2, intersects),
    ("net.cidr_is_valid", 1, is_valid),
    ("net.cidr_merge", 1, merge::merge),
    ("net.cidr_overlap", 2, contains),
];

/// How many addresses `net.cidr_expand` lists at most.
const MOST_ADDRESSES: u128 = 1 << 20;

/// An address; one of IPv4 within IPv6 is one of IPv4.
fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

/// A network, its address cut to the prefix.
fn network(text: &str) -> Result<IpNet, String> {
    let invalid = || format!("invalid CIDR address: {text}");
    let (address, prefix) = text.split_once('/').ok_or_else(invalid)?;
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    let prefix = prefix.trim_start_matches('0');
    let prefix: u8 = if prefix.is_empty() {
        0
    } else {
        prefix.parse().map_err(|_| invalid())?
    };
    let net = IpNet::new(address.parse().map_err(|_| invalid())?, prefix)
        .map_err(|_| invalid())?
        .trunc();
    let IpNet::V6(v6) = net else { return Ok(net) };
    match v6.network().to_ipv4_mapped() {
        Some(v4) if prefix >= 96 => Ok(IpNet::V4(
            Ipv4Net::new(v4, prefix - 96).map_err(|_| invalid())?,
        )),
        _ => Ok(net),
    }
}

/// Whether `net` contains the address or network `inner`.
fn holds(net: &IpNet, inner: &str) -> Result<bool, String> {
    if let Some(address) = address(inner) {
        return Ok(net.contains(&address));
    }
    let inner = network(inner)?;
    Ok(net.contains(&inner.network()) && net.contains(&inner.broadcast()))
}

fn contains(arguments: &[Value]) -> Answer {
    let net = network(args::string(arguments, 0)?)?;
    holds(&net, args::string(arguments, 1)?).map(Value::from)
}

fn intersects(arguments: &[Value]) -> Answer {
    let (a, b) = (
        network(args::string(arguments, 0)?)?,
        network(args::string(arguments, 1)?)?,
    );
    Ok(Value::from(
        a.contains(&b.network()) || b.contains(&a.network()),
    ))
}

fn is_valid(arguments: &[Value]) -> Answer {
    Ok(Value::from(match args::at(arguments, 0)? {
        Value::String(text) => network(text).is_ok(),
        _ => false,
    }))
}

/// An operand of `net.cidr_contains_matches`: what stands for each network in the answer, and the
/// network or address.
fn named(arguments: &[Value], position: usize) -> Result<Vec<(Value, String)>, String> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.to_string()),
        Value::Array(array) => match array.first() {
            Some(Value::String(text)) => Ok(text.to_string()),
            _ => Err(format!(
                "operand {}: element must be string or non-empty array",
                position + 1
            )),
        },
        _ => Err(format!(
            "operand {}: element must be string or non-empty array",
            position + 1
        )),
    };
    let value = args::at(arguments, position)?;
    match value {
        Value::String(_) => Ok(vec![(value.clone(), text(value)?)]),
        Value::Array(array) => array
            .iter()
            .enumerate()
            .map(|(at, element)| Ok((Value::from(at), text(element)?)))
            .collect(),
        Value::Set(set) => order::sorted(set.iter())
            .into_iter()
            .map(|element| Ok((element.clone(), text(element)?)))
            .collect(),
        Value::Object(object) => order::entries(object.iter())
            .into_iter()
            .map(|(key, value)| Ok((key.clone(), text(value)?)))
            .collect(),
        other => Err(args::wrong(
            position,
            other,
            "one of {string, array, set, object}",
        )),
    }
}

fn contains_matches(arguments: &[Value]) -> Answer {
    let (nets, inner) = (named(arguments, 0)?, named(arguments, 1)?);
    let mut found = Vec::new();
    for (name, net) in &nets {
        for (inner_name, inner) in &inner {
            if holds(&network(net)?, inner)? {
                found.push(args::list([name.clone(), inner_name.clone()]));
            }
        }
    }
    Ok(args::set(found))
}

fn expand(arguments: &[Value]) -> Answer {
    let net = network(args::string(arguments, 0)?)?;
    let bits = u32::from(net.max_prefix_len() - net.prefix_len());
    if 1_u128
        .checked_shl(bits)
        .is_none_or(|addresses| addresses > MOST_ADDRESSES)
    {
        return Err(format!("more than {MOST_ADDRESSES} addresses in {net}"));
    }
    // Not `hosts`, which leaves out the first and last address.
    let addresses: Vec<Value> = match net {
        IpNet::V4(net) => {
            let (first, last) = (net.network().to_bits(), net.broadcast().to_bits());
            (first..=last)
                .map(|bits| Value::from(Ipv4Addr::from_bits(bits).to_string()))
                .collect()
        }
        IpNet::V6(net) => {
            let (first, last) = (net.network().to_bits(), net.broadcast().to_bits());
            (first..=last)
                .map(|bits| Value::from(std::net::Ipv6Addr::from_bits(bits).to_string()))
                .collect()
        }
    };
    Ok(args::set(addresses))
}
