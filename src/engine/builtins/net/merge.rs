//! `net.cidr_merge`: as few networks as can be for the same addresses.
//!
//! OPA compares the ends of the networks byte by byte, and its results are those of its bytes: an IPv4
//! network that is written as IPv6 (`::ffff:10.0.0.0/104`) has ends of 28 bytes there, which lie between
//! those of others. Where OPA goes on with such bytes it panics or loses addresses; that is an error here.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Subnets};

use super::{address, network};
use crate::engine::Value;
use crate::engine::builtins::{Answer, args};

/// The addresses from `first` to `last`, as many bytes as OPA has for them.
struct Block {
    first: Vec<u8>,
    last: Vec<u8>,
    /// The network as it is shown where nothing was merged with it.
    shown: Option<String>,
}

pub(super) fn merge(arguments: &[Value]) -> Answer {
    let mut blocks = args::strings(arguments, 0)?
        .iter()
        .map(|text| block(text))
        .collect::<Result<Vec<Block>, String>>()?;
    blocks.sort_by(|a, b| (&a.last, &a.first).cmp(&(&b.last, &b.first)));
    let mut merged: BTreeSet<Value> = BTreeSet::new();
    let mut next = blocks.pop();
    while let Some(block) = next {
        next = blocks.pop();
        match next.take() {
            Some(lower) if previous(&block.first) <= lower.last => {
                next = Some(Block {
                    first: lower.first.min(block.first),
                    last: block.last,
                    shown: None,
                });
            }
            lower => {
                next = lower;
                match &block.shown {
                    Some(shown) => {
                        merged.insert(Value::from(shown.as_str()));
                    }
                    None => merged.extend(networks(&block)?.into_iter().map(Value::from)),
                }
            }
        }
    }
    Ok(Value::from(merged))
}

/// An IPv4 address alone stands for its network of old (class A, B or C), and is shown as it is.
fn block(text: &str) -> Result<Block, String> {
    let net = match address(text) {
        Some(IpAddr::V4(address)) => IpNet::V4(classful(address)?),
        Some(IpAddr::V6(_)) => return Err("IPv6 invalid: needs prefix length".to_owned()),
        None => network(text)?,
    };
    let as_v6 = text.contains(':') && text.contains('/');
    let (first, last) = match net {
        IpNet::V4(v4) if as_v6 => {
            let ends = |upper: Ipv4Addr| {
                let prefix = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().octets();
                let mut bytes = prefix.get(..12).unwrap_or_default().to_vec();
                bytes.extend(upper.octets());
                bytes.extend(
                    v4.network()
                        .to_ipv6_mapped()
                        .octets()
                        .get(4..)
                        .unwrap_or_default(),
                );
                bytes
            };
            (ends(Ipv4Addr::UNSPECIFIED), ends(v4.hostmask()))
        }
        IpNet::V4(v4) => (
            v4.network().to_ipv6_mapped().octets().to_vec(),
            v4.broadcast().to_ipv6_mapped().octets().to_vec(),
        ),
        IpNet::V6(v6) => (
            v6.network().octets().to_vec(),
            v6.broadcast().octets().to_vec(),
        ),
    };
    Ok(Block {
        first,
        last,
        shown: Some(net.to_string()),
    })
}

/// The network of an address by its class.
fn classful(address: Ipv4Addr) -> Result<Ipv4Net, String> {
    let prefix = match address.octets() {
        [0..=127, ..] => 8,
        [128..=191, ..] => 16,
        _ => 24,
    };
    Ipv4Net::new(address, prefix).map_err(|error| error.to_string())
}

/// What is one less; the lowest address of IPv4 and of IPv6 stays.
fn previous(end: &[u8]) -> Vec<u8> {
    let mut bytes = end.to_vec();
    if let Some(address) = whole(end)
        && (address.is_unspecified() || address.to_ipv4_mapped() == Some(Ipv4Addr::UNSPECIFIED))
    {
        return bytes;
    }
    for byte in bytes.iter_mut().rev() {
        let (less, borrowed) = byte.overflowing_sub(1);
        *byte = less;
        if !borrowed {
            break;
        }
    }
    bytes
}

/// The address, if these are the bytes of one.
fn whole(end: &[u8]) -> Option<Ipv6Addr> {
    <[u8; 16]>::try_from(end).ok().map(Ipv6Addr::from)
}

/// The networks of what was merged.
fn networks(block: &Block) -> Result<Vec<String>, String> {
    let cannot = || "networks that OPA cannot merge".to_owned();
    let first = whole(&block.first).ok_or_else(cannot)?;
    let last = whole(&block.last).ok_or_else(cannot)?;
    match (first.to_ipv4_mapped(), last.to_ipv4_mapped()) {
        (Some(first), Some(last)) => Ok(Ipv4Subnets::new(first, last, 0)
            .map(|net| net.to_string())
            .collect()),
        (Some(_), None) => Err(cannot()),
        (None, _) => {
            // The network that spans both, whose zero bytes in front OPA loses.
            let (low, high) = (first.to_bits(), last.to_bits());
            let hosts = 128 - (low ^ high).leading_zeros();
            let ones = 1_u128.checked_shl(hosts).unwrap_or(0).wrapping_sub(1);
            let (span, end) = (high & !ones, high | ones);
            let mapped = |bits: u128| Ipv6Addr::from_bits(bits).to_ipv4_mapped().is_some();
            if (1..1_u128 << 120).contains(&span)
                || span < low && mapped(low.wrapping_sub(1))
                || end > high && mapped(high.wrapping_add(1))
            {
                return Err(cannot());
            }
            Ok(Ipv6Subnets::new(first, last, 0)
                .map(|net| net.to_string())
                .collect())
        }
    }
}
