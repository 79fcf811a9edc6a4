//! From a pattern to a tree of matchers, shortened as OPA's library shortens it.

use super::matcher::{Matcher, Tree};
use super::pattern::Node;

/// The matchers of `node`, with `separators` that `*` and `?` do not take.
pub(super) fn plan(node: &Node, separators: &[char]) -> Result<Matcher, String> {
    let matcher = match node {
        Node::Any(alternatives) => {
            if let Some(shorter) = factored(alternatives) {
                return plan(&shorter, separators);
            }
            return Ok(Matcher::AnyOf(planned(alternatives, separators)?));
        }
        Node::Row(nodes) if nodes.is_empty() => return Ok(Matcher::Nothing),
        Node::Row(nodes) => tree(shortened(planned(nodes, separators)?))?,
        Node::Star => Matcher::Star(separators.to_vec()),
        Node::DoubleStar => Matcher::All,
        Node::One => Matcher::One(separators.to_vec()),
        Node::Nothing => Matcher::Nothing,
        Node::List { chars, not } => Matcher::List {
            chars: chars.clone(),
            not: *not,
        },
        Node::Range { low, high, not } => Matcher::Range {
            low: *low,
            high: *high,
            not: *not,
        },
        Node::Text(text) => Matcher::Text(text.clone()),
    };
    Ok(simpler(matcher))
}

fn planned(nodes: &[Node], separators: &[char]) -> Result<Vec<Matcher>, String> {
    nodes
        .iter()
        .map(|node| plan(node, separators).map(simpler))
        .collect()
}

/// A matcher that does the same with less.
fn simpler(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::Star(separators) if separators.is_empty() => Matcher::All,
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => {
            matchers.pop().unwrap_or(Matcher::Nothing)
        }
        Matcher::List { chars, not: false } if chars.len() == 1 => {
            Matcher::Text(chars.into_iter().collect())
        }
        Matcher::Tree(tree) => simpler_tree(*tree),
        other => other,
    }
}

fn simpler_tree(mut tree: Tree) -> Matcher {
    tree.left = tree.left.map(simpler);
    tree.right = tree.right.map(simpler);
    let Matcher::Text(text) = &tree.value else {
        return Matcher::Tree(Box::new(tree));
    };
    let text = text.clone();
    match (&tree.left, &tree.right) {
        (None, None) => Matcher::Text(text),
        (Some(Matcher::All), Some(Matcher::All)) => Matcher::Contains { text, not: false },
        (Some(Matcher::All), None) => Matcher::Suffix(text),
        (None, Some(Matcher::All)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::Ends {
            prefix: text,
            suffix: suffix.clone(),
        },
        (Some(Matcher::Prefix(prefix)), None) => Matcher::Ends {
            prefix: prefix.clone(),
            suffix: text,
        },
        (Some(Matcher::Star(separators)), None) => Matcher::StarSuffix {
            text,
            separators: separators.clone(),
        },
        (None, Some(Matcher::Star(separators))) => Matcher::PrefixStar {
            text,
            separators: separators.clone(),
        },
        _ => Matcher::Tree(Box::new(tree)),
    }
}

/// A tree around the last of the longest matchers of fixed length.
fn tree(mut matchers: Vec<Matcher>) -> Result<Matcher, String> {
    if matchers.len() <= 1 {
        return matchers
            .pop()
            .ok_or_else(|| "compile error: need at least one matcher".to_owned());
    }
    if let Some(glued) = glued(&matchers) {
        return Ok(glued);
    }
    let longest = matchers
        .iter()
        .enumerate()
        .filter_map(|(at, matcher)| matcher.length().map(|length| (length, at)))
        .max();
    let Some((_, at)) = longest else {
        let right = tree(matchers.split_off(1))?;
        let value = matchers.pop().unwrap_or(Matcher::Nothing);
        return Ok(Matcher::Tree(Box::new(Tree::new(value, None, Some(right)))));
    };
    let right = matchers.split_off(at + 1);
    let value = matchers.pop().unwrap_or(Matcher::Nothing);
    let side = |matchers: Vec<Matcher>| {
        if matchers.is_empty() {
            Ok(None)
        } else {
            tree(matchers).map(Some)
        }
    };
    Ok(Matcher::Tree(Box::new(Tree::new(
        value,
        side(matchers)?,
        side(right)?,
    ))))
}

fn glued(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() <= 1 {
        return None;
    }
    glued_every(matchers).or_else(|| {
        let lengths: Option<Vec<usize>> = matchers.iter().map(Matcher::length).collect();
        lengths.map(|lengths| Matcher::Row {
            matchers: matchers.to_vec(),
            length: lengths.iter().sum(),
        })
    })
}

/// Neighbours that only count characters and refuse separators, the same ones.
fn glued_every(matchers: &[Matcher]) -> Option<Matcher> {
    let (mut all, mut star, mut least) = (false, false, 0);
    let mut shared: Option<&[char]> = None;
    for matcher in matchers {
        let separators: &[char] = match matcher {
            Matcher::All => {
                all = true;
                &[]
            }
            Matcher::Star(separators) => {
                star = true;
                separators
            }
            Matcher::One(separators)
            | Matcher::List {
                chars: separators,
                not: true,
            } => {
                least += 1;
                separators
            }
            _ => return None,
        };
        if *shared.get_or_insert(separators) != separators {
            return None;
        }
    }
    let separators = shared.unwrap_or_default();
    if least == 0 && all != star {
        return Some(if all {
            Matcher::All
        } else {
            Matcher::Star(separators.to_vec())
        });
    }
    if (star || all) && least > 0 && separators.is_empty() {
        return Some(Matcher::AtLeast(least));
    }
    let mut every = Vec::new();
    if least > 0 {
        every.push(Matcher::AtLeast(least));
        if !star && !all {
            every.push(Matcher::AtMost(least));
        }
    }
    if !separators.is_empty() {
        every.push(Matcher::Contains {
            text: separators.iter().collect(),
            not: true,
        });
    }
    Some(Matcher::EveryOf(every))
}

/// Glues the longest run of neighbours, again and again.
fn shortened(matchers: Vec<Matcher>) -> Vec<Matcher> {
    let mut best: Option<(Matcher, usize, usize)> = None;
    for left in 0..matchers.len() {
        for right in (left + 1..=matchers.len()).rev() {
            let Some(glued) = matchers.get(left..right).and_then(glued) else {
                continue;
            };
            let better = match &best {
                None => true,
                Some((known, from, to)) => {
                    let longer = matches!((known.length(), glued.length()), (Some(known), Some(new)) if new > known);
                    longer || to - from < right - left
                }
            };
            if better {
                best = Some((glued, left, right));
            }
        }
    }
    let Some((glued, left, right)) = best else {
        return matchers;
    };
    let mut next: Vec<Matcher> = matchers.get(..left).unwrap_or_default().to_vec();
    next.push(glued);
    next.extend_from_slice(matchers.get(right..).unwrap_or_default());
    if next.len() == matchers.len() {
        next
    } else {
        shortened(next)
    }
}

/// `{ab*,ac*}`: what all alternatives start and end with goes before and after them.
fn factored(alternatives: &[Node]) -> Option<Node> {
    let rows: Vec<&[Node]> = alternatives
        .iter()
        .map(|node| match node {
            Node::Row(nodes) => Some(nodes.as_slice()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (left, right) = common(&rows);
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let mut result = Vec::new();
    if !left.is_empty() {
        result.push(Node::Row(left.clone()));
    }
    let mut inner: Vec<Node> = Vec::new();
    for row in &rows {
        let rest = row
            .get(left.len()..row.len().saturating_sub(right.len()))
            .unwrap_or_default();
        let node = if rest.is_empty() {
            Node::Nothing
        } else {
            Node::Row(rest.to_vec())
        };
        if !inner.contains(&node) {
            inner.push(node);
        }
    }
    match inner.as_slice() {
        [only] if *only != Node::Nothing => result.push(only.clone()),
        [_] | [] => {}
        _ => result.push(Node::Any(inner)),
    }
    if !right.is_empty() {
        result.push(Node::Row(right));
    }
    Some(Node::Row(result))
}

/// The pieces that all rows start with, and those that all end with, without overlap.
fn common(rows: &[&[Node]]) -> (Vec<Node>, Vec<Node>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    if rows.len() <= 1 {
        return (left, right);
    }
    let Some((shortest, row)) = rows.iter().enumerate().min_by_key(|(_, row)| row.len()) else {
        return (left, right);
    };
    let others = || {
        rows.iter()
            .enumerate()
            .filter(|(at, _)| *at != shortest)
            .map(|(_, other)| *other)
    };
    let (mut stop_left, mut stop_right) = (false, false);
    for (i, j) in (0..row.len()).zip((0..row.len()).rev()) {
        if left.len() + right.len() >= row.len() || (stop_left && stop_right) {
            break;
        }
        for other in others() {
            if stop_left && stop_right {
                break;
            }
            stop_left = stop_left || row.get(i) != other.get(i);
            stop_right = stop_right || (!stop_left && j <= i);
            stop_right = stop_right || row.get(j) != other.get(j + other.len() - row.len());
        }
        if !stop_left {
            left.extend(row.get(i).cloned());
        }
        if !stop_right {
            right.extend(row.get(j).cloned());
        }
    }
    right.reverse();
    (left, right)
}
