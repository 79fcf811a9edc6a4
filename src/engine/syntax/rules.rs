//! Rules: heads, bodies, `else`, defaults.

use super::lexer::TokenKind;
use super::parse::{Parsed, Parser};
use super::tree::{Body, Else, Head, Kind, Name, Rule, Term};

impl Parser {
    /// One rule as written; chained bodies make several.
    pub(super) fn rule(&mut self, rules: &mut Vec<Rule>) -> Parsed<()> {
        if !self.token().first && !rules.is_empty() {
            return Err(self.unexpected("a new line after the rule"));
        }
        let place = self.place();
        let is_default = self.accept_keyword("default");
        let (name, path) = self.rule_name()?;
        let args = if self.token().joined && self.is("(") {
            self.advance();
            // OPA takes a function without arguments for a rule.
            Some(self.list(")")?).filter(|args| !args.is_empty())
        } else {
            None
        };
        if is_default {
            if !self.accept(":=") && !self.accept("=") {
                return Err(self.unexpected("`:=` and a value"));
            }
            let value = Some(self.full_term()?);
            self.ends(place);
            let head = Head::Value { args, value };
            rules.push(Rule {
                place,
                is_default,
                name,
                path,
                head,
                body: None,
                otherwise: Vec::new(),
            });
            return Ok(());
        }
        let mut path = path;
        let mut bare_element = false;
        let mut head = if args.is_none() && self.accept_keyword("contains") {
            Head::Set {
                key: self.full_term()?,
            }
        } else {
            let value = if self.accept(":=") || self.accept("=") {
                Some(self.full_term()?)
            } else {
                None
            };
            bare_element =
                value.is_none() && args.is_none() && path.len() == 1 && !self.is_keyword("if");
            Head::Value { args, value }
        };
        if bare_element {
            if self.v1 {
                return Err(self.fault("`contains` is required for a rule that makes a set"));
            }
            if let Some(key) = path.pop() {
                head = Head::Set { key };
            }
        }
        self.ends(place);
        let body = self.rule_body()?;
        if body.is_none() {
            match &head {
                Head::Value {
                    args: None,
                    value: None,
                } if path.is_empty() => {
                    return Err(self.unexpected("a value or a body for the rule"));
                }
                _ => {}
            }
        }
        let braces = body.is_some();
        let mut otherwise = Vec::new();
        while self.is_keyword("else") {
            let place = self.place();
            if matches!(head, Head::Set { .. }) {
                return Err(self.fault("`else` cannot follow a rule that makes a set"));
            }
            self.advance();
            let value = if self.accept(":=") || self.accept("=") {
                Some(self.full_term()?)
            } else {
                None
            };
            self.ends(place);
            let body = self.rule_body()?;
            if value.is_none() && body.is_none() {
                return Err(self.unexpected("a value or a body after `else`"));
            }
            let last = body.is_none();
            otherwise.push(Else { place, value, body });
            if last {
                break;
            }
        }
        let chain = otherwise.is_empty() && braces;
        let first = Rule {
            place,
            is_default,
            name,
            path,
            head,
            body,
            otherwise,
        };
        rules.push(first.clone());
        while chain && self.is("{") {
            let place = self.place();
            self.advance();
            let body = Some(self.body("}")?);
            rules.push(Rule {
                place,
                body,
                ..first.clone()
            });
        }
        Ok(())
    }

    fn rule_name(&mut self) -> Parsed<(Name, Vec<Term>)> {
        let name = self.name("a rule")?;
        if name.text == "input" || name.text == "data" {
            return Err(self.fault(format!("a rule cannot be named `{}`", name.text)));
        }
        let mut path = Vec::new();
        while self.token().joined {
            if self.is(".") {
                self.advance();
                let place = self.place();
                match self.token().kind.clone() {
                    TokenKind::Name(text) if self.token().joined => {
                        self.advance();
                        path.push(Term::string(place, text));
                    }
                    _ => return Err(self.unexpected("a name right after `.`")),
                }
            } else if self.is("[") {
                self.advance();
                path.push(self.full_term()?);
                self.expect("]")?;
            } else {
                break;
            }
        }
        Ok((name, path))
    }

    fn rule_body(&mut self) -> Parsed<Option<Body>> {
        if self.accept_keyword("if") {
            if self.is("{") {
                let start = self.at;
                self.advance();
                match self.body("}") {
                    Ok(body) => return Ok(Some(body)),
                    Err(fault) => {
                        // `if {1, 2} == x`, `if {}`: a term that begins with a brace.
                        self.think_again(start, fault.clone())?;
                        return match self.statement() {
                            Ok(statement) if !matches!(self.token().kind, TokenKind::Symbol(_)) => {
                                Ok(Some(vec![statement]))
                            }
                            _ => Err(fault),
                        };
                    }
                }
            }
            return Ok(Some(vec![self.statement()?]));
        }
        if self.is("{") {
            if self.v1 {
                return Err(self.fault("`if` is required before the body of a rule"));
            }
            self.advance();
            return Ok(Some(self.body("}")?));
        }
        Ok(None)
    }
}

impl Rule {
    /// The arguments of a function.
    pub(crate) fn args(&self) -> Option<&Vec<Term>> {
        match &self.head {
            Head::Value { args, .. } => args.as_ref(),
            Head::Set { .. } => None,
        }
    }

    /// The names that lead to what the rule defines, as far as they are fixed: `a.b[x]` is `["a", "b"]`.
    pub(crate) fn fixed_path(&self) -> Vec<String> {
        let mut names = vec![self.name.text.clone()];
        for part in &self.path {
            match &part.kind {
                Kind::String(text) => names.push(text.clone()),
                _ => break,
            }
        }
        names
    }
}
