//! What a module says of itself before it is compiled: its package, imports, rules, and where it
//! reaches into `data`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;

use regorus::unstable::{
    Expr, Lexer, Literal, Module as Tree, Parser, Query, Ref, Rule, RuleAssign, RuleBody, RuleHead,
    Span, TokenKind,
};

use super::{Fault, FaultKind, Module, RegoVersion};

/// The table of contents of a [`Module`].
#[derive(Clone, Debug)]
pub struct Outline {
    /// The package, `data` left out: `["lib", "images"]`.
    pub package: Reference,
    /// Every import, first word included: `["data", "lib", "images"]`, `["future", "keywords"]`.
    pub imports: Vec<Reference>,
    /// The first word of each rule's head, in the order of the text; a rule in several parts is
    /// there several times.
    pub rules: Vec<String>,
    /// Every reference to `data`, wherever it stands: bodies, heads, `with`, other references.
    pub data: Vec<Reference>,
}

/// A reference as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its leading parts that are known before evaluation: `data.inventory[x].y` has
    /// `["data", "inventory"]`.
    pub path: Vec<String>,
    /// Its text.
    pub text: String,
    /// Line in the module's text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Where it stands in the module's text, in bytes.
    pub bytes: Range<usize>,
}

/// Reads the outline of `module`; a [`Fault`] where it does not parse.
pub fn outline(module: &Module) -> Result<Outline, Fault> {
    let tree = parse(module, &module.text).or_else(|error| {
        // Several bodies after one head are v0 Rego that regorus does not read on sets.
        let unchained = unchain(module).filter(|_| module.version == RegoVersion::V0);
        let tree = unchained.and_then(|text| parse(module, &text).ok());
        tree.ok_or_else(|| fault(&module.name, &error))
    })?;
    let mut data = Vec::new();
    for rule in &tree.policy {
        walk_rule(rule, &mut data);
    }
    data.sort_by_key(|reference| reference.bytes.start);
    Ok(Outline {
        package: reference(&tree.package.refr),
        imports: tree
            .imports
            .iter()
            .map(|import| reference(&import.refr))
            .collect(),
        rules: tree
            .policy
            .iter()
            .filter_map(|rule| rule_name(rule))
            .collect(),
        data,
    })
}

fn parse(module: &Module, text: &str) -> anyhow::Result<Tree> {
    let source = source(module, text)?;
    let mut parser = Parser::new(&source)?;
    parser.set_max_col(NonZeroU32::MAX);
    if module.version == RegoVersion::V1 {
        parser.enable_rego_v1()?;
    }
    parser.parse()
}

/// A policy may be as long and as wide as its author likes: the limits of regorus are lifted.
fn source(module: &Module, text: &str) -> anyhow::Result<regorus::Source> {
    let (bytes, lines) = (NonZeroUsize::MAX, NonZeroUsize::MAX);
    regorus::Source::from_contents_with_limits(module.name.clone(), text.to_owned(), bytes, lines)
}

/// The text with a head for each body that has none: the blank before it becomes the head, so that
/// all positions stay. A body at the start of a line moves its line by one column. `None` where
/// there is no such body.
fn unchain(module: &Module) -> Option<String> {
    let source = source(module, &module.text).ok()?;
    let mut lexer = Lexer::new(&source);
    lexer.set_max_col(NonZeroU32::MAX);
    let mut depth = 0_u32;
    let mut closed = false;
    let mut bodies = Vec::new();
    loop {
        let token = lexer.next_token().ok()?;
        let span = &token.1;
        let symbol = if token.0 == TokenKind::Symbol {
            span.text()
        } else {
            ""
        };
        match symbol {
            "{" if depth == 0 && closed => {
                bodies.push(span.start as usize);
                depth += 1;
            }
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ if token.0 == TokenKind::Eof => break,
            _ => {}
        }
        closed = symbol == "}" && depth == 0;
    }
    let mut text = module.text.clone();
    for body in bodies.iter().rev() {
        let blank = text.get(..*body)?.ends_with([' ', '\t']);
        text.replace_range(body - usize::from(blank)..*body, "x");
    }
    Some(text).filter(|_| !bodies.is_empty())
}

/// Takes regorus' drawing of an error apart: `--> file:line:col`, the lines, `error: message`.
fn fault(module: &str, error: &anyhow::Error) -> Fault {
    let text = error.to_string();
    let mut place = (0, 0);
    for line in text.lines() {
        let Some(rest) = line.trim_start().strip_prefix("--> ") else {
            continue;
        };
        let mut parts = rest.rsplitn(3, ':');
        if let (Some(column), Some(line)) = (parts.next(), parts.next()) {
            place = (
                line.trim().parse().unwrap_or(0),
                column.trim().parse().unwrap_or(0),
            );
        }
        break;
    }
    let message = match text.rsplit_once("error: ") {
        Some((_, message)) => message,
        None => &text,
    };
    let message = message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("does not parse");
    Fault {
        module: module.to_owned(),
        line: place.0,
        column: place.1,
        kind: FaultKind::Parse,
        message: message.trim().to_owned(),
    }
}

fn rule_name(rule: &Rule) -> Option<String> {
    let mut head = match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        },
    };
    loop {
        match head.as_ref() {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => head = refr,
            Expr::Var { span, .. } => return Some(span.text().to_owned()),
            _ => return None,
        }
    }
}

/// One reference, from its root to its end.
fn reference(expr: &Ref<Expr>) -> Reference {
    let mut links = Vec::new();
    let mut at = expr;
    loop {
        links.push(at);
        match at.as_ref() {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => at = refr,
            _ => break,
        }
    }
    let mut path = Vec::new();
    for link in links.iter().rev() {
        match link.as_ref() {
            Expr::Var { span, .. } if path.is_empty() => path.push(span.text().to_owned()),
            Expr::RefDot { field, .. } => path.push(field.0.text().to_owned()),
            Expr::RefBrack { index, .. } => match index.as_ref() {
                Expr::String { value, .. } | Expr::RawString { value, .. } => {
                    path.push(
                        value
                            .as_string()
                            .map(|text| text.to_string())
                            .unwrap_or_default(),
                    );
                }
                _ => break,
            },
            _ => break,
        }
    }
    let root: &Span = at.span();
    let end = expr.span().end;
    let bytes = root.start as usize..(end.max(root.end)) as usize;
    let text = root
        .source
        .contents()
        .get(bytes.clone())
        .unwrap_or_default()
        .to_owned();
    Reference {
        path,
        text,
        line: root.line,
        column: root.col,
        bytes,
    }
}

fn walk_rule(rule: &Rule, found: &mut Vec<Reference>) {
    match rule {
        Rule::Default {
            refr, args, value, ..
        } => {
            walk_all([refr, value], found);
            walk_all(args, found);
        }
        Rule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { refr, assign, .. } => {
                    walk(refr, found);
                    walk_assign(assign.as_ref(), found);
                }
                RuleHead::Set { refr, key, .. } => {
                    walk(refr, found);
                    walk_all(key, found);
                }
                RuleHead::Func {
                    refr, args, assign, ..
                } => {
                    walk(refr, found);
                    walk_all(args, found);
                    walk_assign(assign.as_ref(), found);
                }
            }
            for RuleBody { assign, query, .. } in bodies {
                walk_assign(assign.as_ref(), found);
                walk_query(query, found);
            }
        }
    }
}

fn walk_assign(assign: Option<&RuleAssign>, found: &mut Vec<Reference>) {
    if let Some(assign) = assign {
        walk(&assign.value, found);
    }
}

fn walk_query(query: &Query, found: &mut Vec<Reference>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                walk_all(key, found);
                walk_all([value, collection], found);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => walk(expr, found),
            Literal::Every { domain, query, .. } => {
                walk(domain, found);
                walk_query(query, found);
            }
        }
        for with in &statement.with_mods {
            walk_all([&with.refr, &with.r#as], found);
        }
    }
}

fn walk_all<'a>(exprs: impl IntoIterator<Item = &'a Ref<Expr>>, found: &mut Vec<Reference>) {
    for expr in exprs {
        walk(expr, found);
    }
}

fn walk(expr: &Ref<Expr>, found: &mut Vec<Reference>) {
    match expr.as_ref() {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. } => {}
        Expr::Var { span, .. } => {
            if span.text() == "data" {
                found.push(reference(expr));
            }
        }
        Expr::RefDot { .. } | Expr::RefBrack { .. } => walk_reference(expr, found),
        Expr::Array { items, .. } | Expr::Set { items, .. } => walk_all(items, found),
        Expr::Object { fields, .. } => {
            for (_, key, value) in fields {
                walk_all([key, value], found);
            }
        }
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            walk(term, found);
            walk_query(query, found);
        }
        Expr::ObjectCompr {
            key, value, query, ..
        } => {
            walk_all([key, value], found);
            walk_query(query, found);
        }
        Expr::Call { fcn, params, .. } => {
            walk(fcn, found);
            walk_all(params, found);
        }
        Expr::UnaryExpr { expr, .. } => walk(expr, found),
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => walk_all([lhs, rhs], found),
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => {
            walk_all(key, found);
            walk_all([value, collection], found);
        }
    }
}

/// A chain of dots and brackets is one reference; what stands in its brackets are others.
fn walk_reference(expr: &Ref<Expr>, found: &mut Vec<Reference>) {
    let mut at = expr;
    loop {
        match at.as_ref() {
            Expr::RefDot { refr, .. } => at = refr,
            Expr::RefBrack { refr, index, .. } => {
                walk(index, found);
                at = refr;
            }
            Expr::Var { span, .. } => {
                if span.text() == "data" {
                    found.push(reference(expr));
                }
                return;
            }
            _ => return walk(at, found),
        }
    }
}
