//! The tree of a module. Owned, plain, every node with its place in the author's text.

use std::collections::BTreeMap;

/// A place: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Term {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, Hash)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// As written: a sign is part of it.
    Number(String),
    String(String),
    Var(String),
    /// `head.a[b]`; the path is never empty, `.a` is the string `a`.
    Ref(Box<Term>, Vec<Term>),
    /// The function is a variable or a reference of strings.
    Call(Box<Term>, Vec<Term>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    ArrayOf(Box<Term>, Body),
    SetOf(Box<Term>, Body),
    ObjectOf(Box<Term>, Box<Term>, Body),
    Binary(Op, Box<Term>, Box<Term>),
    /// `key, value in collection`
    Member(Option<Box<Term>>, Box<Term>, Box<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Op {
    /// The operator as written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Remainder => "%",
            Op::And => "&",
            Op::Or => "|",
            Op::Equal => "==",
            Op::NotEqual => "!=",
            Op::Less => "<",
            Op::LessEqual => "<=",
            Op::Greater => ">",
            Op::GreaterEqual => ">=",
        }
    }

    /// What OPA calls the built-in behind the operator.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Op::Add => "plus",
            Op::Subtract => "minus",
            Op::Multiply => "mul",
            Op::Divide => "div",
            Op::Remainder => "rem",
            Op::And => "and",
            Op::Or => "or",
            Op::Equal => "equal",
            Op::NotEqual => "neq",
            Op::Less => "lt",
            Op::LessEqual => "lte",
            Op::Greater => "gt",
            Op::GreaterEqual => "gte",
        }
    }
}

/// The statements of a rule, a comprehension or an `every`.
pub(crate) type Body = Vec<Statement>;

#[derive(Clone, Debug, Hash)]
pub(crate) struct Statement {
    pub(crate) place: Place,
    pub(crate) negated: bool,
    pub(crate) kind: StatementKind,
    pub(crate) with: Vec<With>,
}

#[derive(Clone, Debug, Hash)]
pub(crate) enum StatementKind {
    Term(Term),
    /// `:=`
    Assign(Term, Term),
    /// `=`
    Unify(Term, Term),
    /// `some a, b`
    Some(Vec<Name>),
    /// `some key, value in collection`
    SomeIn(Option<Term>, Term, Term),
    /// `every key, value in domain { … }`
    Every(Option<Name>, Name, Term, Body),
}

/// `with target as value`
#[derive(Clone, Debug, Hash)]
pub(crate) struct With {
    pub(crate) target: Term,
    pub(crate) value: Term,
}

/// A name where it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// What a definition adds to its rule.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Head {
    /// `name := value`, `name[key] := value`, `name(args) := value`; no value: `true`.
    Value {
        args: Option<Vec<Term>>,
        value: Option<Term>,
    },
    /// `name contains key`
    Set { key: Term },
}

/// One definition of a rule.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Rule {
    pub(crate) place: Place,
    pub(crate) is_default: bool,
    /// `a.b[x].c`: the first is a plain name.
    pub(crate) name: Name,
    pub(crate) path: Vec<Term>,
    pub(crate) head: Head,
    /// `None`: written without one.
    pub(crate) body: Option<Body>,
    /// `else := value { body }`
    pub(crate) otherwise: Vec<Else>,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Else {
    pub(crate) place: Place,
    pub(crate) value: Option<Term>,
    pub(crate) body: Option<Body>,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Import {
    pub(crate) place: Place,
    /// `data`, `input` and what follows.
    pub(crate) path: Vec<String>,
    pub(crate) alias: Option<Name>,
}

impl Import {
    /// The name by which the module calls what is imported.
    pub(crate) fn name(&self) -> &str {
        match (&self.alias, self.path.last()) {
            (Some(alias), _) => &alias.text,
            (None, Some(last)) => last,
            (None, None) => "",
        }
    }
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Module {
    /// Without `data`.
    pub(crate) package: Vec<String>,
    /// Where the package's name stands.
    pub(crate) place: Place,
    /// `data` and `input` imports; those of keywords have done their work.
    pub(crate) imports: Vec<Import>,
    pub(crate) rules: Vec<Rule>,
    /// Where statements and heads end (the place after), by where they begin.
    pub(crate) spans: BTreeMap<Place, Place>,
}

impl Term {
    pub(crate) fn new(place: Place, kind: Kind) -> Term {
        Term { place, kind }
    }

    pub(crate) fn var(place: Place, name: impl Into<String>) -> Term {
        Term::new(place, Kind::Var(name.into()))
    }

    pub(crate) fn string(place: Place, text: impl Into<String>) -> Term {
        Term::new(place, Kind::String(text.into()))
    }

    /// `data.a.b` of `["data", "a", "b"]`.
    pub(crate) fn path(place: Place, names: &[String]) -> Term {
        let mut names = names.iter();
        let head = Term::var(place, names.next().map_or("data", String::as_str));
        let path: Vec<Term> = names
            .map(|name| Term::string(place, name.as_str()))
            .collect();
        if path.is_empty() {
            head
        } else {
            Term::new(place, Kind::Ref(Box::new(head), path))
        }
    }

    /// The names of a variable or of a reference of strings alone: `data.a["b"]` is
    /// `["data", "a", "b"]`.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        match &self.kind {
            Kind::Var(name) => Some(vec![name.clone()]),
            Kind::Ref(head, path) => {
                let Kind::Var(first) = &head.kind else {
                    return None;
                };
                let mut names = vec![first.clone()];
                for part in path {
                    let Kind::String(text) = &part.kind else {
                        return None;
                    };
                    names.push(text.clone());
                }
                Some(names)
            }
            _ => None,
        }
    }
}
