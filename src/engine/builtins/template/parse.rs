//! From pieces to a tree.

use super::lex::{Piece, Word, pieces};

#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    /// A pipeline whose value is printed.
    Print(Pipeline),
    /// A pipeline whose value a variable keeps.
    Assign {
        name: String,
        new: bool,
        pipeline: Pipeline,
    },
    If {
        pipeline: Pipeline,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    With {
        pipeline: Pipeline,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Range {
        variables: Vec<String>,
        pipeline: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Break,
    Continue,
}

/// Commands, each given the answer of the one before as its last argument.
pub(super) type Pipeline = Vec<Vec<Operand>>;

/// An operand and the fields taken of it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) of: Of,
    pub(super) fields: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Of {
    Dot,
    Variable(String),
    Function(String),
    Text(String),
    Integer(i64),
    Bool(bool),
    Nil,
    Inner(Pipeline),
}

/// Blocks and parentheses deeper than this are refused.
const DEEPEST: usize = 100;

/// How a list of nodes ended.
#[derive(PartialEq)]
enum End {
    Template,
    Closed,
    /// `else`, with the words after it.
    Else(Vec<Word>),
}

/// Reads a template.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, String> {
    let pieces = pieces(template)?;
    let mut parser = Parser {
        pieces: pieces.into_iter(),
        depth: 0,
        loops: 0,
        variables: vec![String::new()],
    };
    match parser.nodes()? {
        (nodes, End::Template) => Ok(nodes),
        (_, End::Closed) => Err("unexpected {{end}}".to_owned()),
        (_, End::Else(_)) => Err("unexpected {{else}}".to_owned()),
    }
}

struct Parser<'a> {
    pieces: std::vec::IntoIter<Piece<'a>>,
    depth: usize,
    loops: usize,
    /// Those that are known here; `$` is the empty name.
    variables: Vec<String>,
}

impl Parser<'_> {
    fn nodes(&mut self) -> Result<(Vec<Node>, End), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("blocks nest deeper than {DEEPEST} levels"));
        }
        let known = self.variables.len();
        let mut nodes = Vec::new();
        let end = loop {
            match self.pieces.next() {
                None => break End::Template,
                Some(Piece::Text("")) => {}
                Some(Piece::Text(text)) => nodes.push(Node::Text(text.to_owned())),
                Some(Piece::Action(words)) => match words.split_first() {
                    Some((Word::Name(name), [])) if name == "end" => break End::Closed,
                    Some((Word::Name(name), rest)) if name == "else" => {
                        break End::Else(rest.to_vec());
                    }
                    _ => nodes.push(self.action(words)?),
                },
            }
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok((nodes, end))
    }

    fn action(&mut self, words: Vec<Word>) -> Result<Node, String> {
        let Some((first, rest)) = words.split_first() else {
            return Err("missing value for command".to_owned());
        };
        if let Word::Name(name) = first {
            match name.as_str() {
                "if" | "with" | "range" => return self.block(name, rest),
                "break" | "continue" if rest.is_empty() => {
                    if self.loops == 0 {
                        return Err(format!("{{{{{name}}}}} outside {{{{range}}}}"));
                    }
                    return Ok(if name == "break" {
                        Node::Break
                    } else {
                        Node::Continue
                    });
                }
                "define" | "template" | "block" => {
                    return Err(format!("`{name}` is not supported"));
                }
                _ => {}
            }
        }
        if let [
            Word::Variable(name),
            Word::Sign(sign @ (":=" | "=")),
            pipeline @ ..,
        ] = words.as_slice()
        {
            let pipeline = self.pipeline(pipeline)?;
            if *sign == ":=" {
                self.variables.push(name.clone());
            } else {
                self.known(name)?;
            }
            return Ok(Node::Assign {
                name: name.clone(),
                new: *sign == ":=",
                pipeline,
            });
        }
        Ok(Node::Print(self.pipeline(&words)?))
    }

    fn block(&mut self, keyword: &str, words: &[Word]) -> Result<Node, String> {
        let before = self.variables.len();
        let node = self.block_inside(keyword, words);
        self.variables.truncate(before);
        node
    }

    fn block_inside(&mut self, keyword: &str, words: &[Word]) -> Result<Node, String> {
        let (variables, words) = match words {
            [Word::Variable(one), Word::Sign(":="), rest @ ..] => (vec![one.clone()], rest),
            [
                Word::Variable(one),
                Word::Sign(","),
                Word::Variable(two),
                Word::Sign(":="),
                rest @ ..,
            ] => (vec![one.clone(), two.clone()], rest),
            words => (Vec::new(), words),
        };
        if keyword != "range" && !variables.is_empty() {
            return Err(format!("variables in `{keyword}` are not supported"));
        }
        let pipeline = self.pipeline(words)?;
        self.variables.extend(variables.iter().cloned());
        let looping = usize::from(keyword == "range");
        self.loops += looping;
        let (body, end) = self.nodes()?;
        self.loops -= looping;
        let otherwise = match end {
            End::Closed => Vec::new(),
            End::Template => return Err("unexpected EOF".to_owned()),
            End::Else(words) if words.is_empty() => match self.nodes()? {
                (nodes, End::Closed) => nodes,
                (_, End::Template) => return Err("unexpected EOF".to_owned()),
                (_, End::Else(_)) => return Err("expected end; found {{else}}".to_owned()),
            },
            End::Else(words) => match words.split_first() {
                // The inner block takes the end of the outer one.
                Some((Word::Name(inner), rest)) if inner == keyword && keyword != "range" => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(format!("blocks nest deeper than {DEEPEST} levels"));
                    }
                    let node = self.block(inner, rest)?;
                    self.depth -= 1;
                    vec![node]
                }
                _ => return Err("unexpected words in {{else}}".to_owned()),
            },
        };
        Ok(match keyword {
            "if" => Node::If {
                pipeline,
                then: body,
                otherwise,
            },
            "with" => Node::With {
                pipeline,
                then: body,
                otherwise,
            },
            _ => Node::Range {
                variables,
                pipeline,
                body,
                otherwise,
            },
        })
    }

    fn known(&self, name: &str) -> Result<(), String> {
        if self.variables.iter().any(|known| known == name) {
            Ok(())
        } else {
            Err(format!("undefined variable \"${name}\""))
        }
    }

    fn pipeline(&mut self, words: &[Word]) -> Result<Pipeline, String> {
        let mut at = 0;
        let pipeline = self.commands(words, &mut at, 0)?;
        if at < words.len() {
            return Err("unexpected words in command".to_owned());
        }
        Ok(pipeline)
    }

    fn commands(
        &mut self,
        words: &[Word],
        at: &mut usize,
        depth: usize,
    ) -> Result<Pipeline, String> {
        if depth > DEEPEST {
            return Err(format!("parentheses nest deeper than {DEEPEST} levels"));
        }
        let mut commands = vec![Vec::new()];
        while let Some(word) = words.get(*at) {
            if *word == Word::Sign(")") && depth > 0 {
                break;
            }
            *at += 1;
            let of = match word {
                Word::Sign("|") => {
                    commands.push(Vec::new());
                    continue;
                }
                Word::Sign("(") => {
                    let inner = self.commands(words, at, depth + 1)?;
                    if words.get(*at) != Some(&Word::Sign(")")) {
                        return Err("unclosed left paren".to_owned());
                    }
                    *at += 1;
                    Of::Inner(inner)
                }
                Word::Sign(sign) => return Err(format!("unexpected {sign:?} in command")),
                Word::Dot => Of::Dot,
                Word::Field { .. } => {
                    *at -= 1;
                    Of::Dot
                }
                Word::Variable(name) => {
                    self.known(name)?;
                    Of::Variable(name.clone())
                }
                Word::Text(text) => Of::Text(text.clone()),
                Word::Integer(number) => Of::Integer(*number),
                Word::Name(name) => match name.as_str() {
                    "true" => Of::Bool(true),
                    "false" => Of::Bool(false),
                    "nil" => Of::Nil,
                    "and" | "or" | "not" | "eq" | "ne" | "len" | "index" | "print" | "printf" => {
                        Of::Function(name.clone())
                    }
                    _ => return Err(format!("function \"{name}\" not defined")),
                },
            };
            let mut fields = Vec::new();
            let mut first = matches!(word, Word::Field { .. });
            while let Some(Word::Field { name, chained }) = words.get(*at)
                && (*chained || first)
            {
                fields.push(name.clone());
                first = false;
                *at += 1;
            }
            if let Some(command) = commands.last_mut() {
                command.push(Operand { of, fields });
            }
        }
        if commands.iter().any(Vec::is_empty) {
            return Err("missing value for command".to_owned());
        }
        Ok(commands)
    }
}
