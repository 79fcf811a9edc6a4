//! Writing a template out.

mod functions;

use super::parse::{Node, Of, Operand, Pipeline};
use crate::engine::Value;
use crate::engine::builtins::{number, order};

/// What one template may write.
const MOST_OUTPUT: usize = 16 << 20;
/// Nodes that one template may run.
const MOST_STEPS: usize = 5_000_000;

/// A value on the way.
#[derive(Clone, Debug)]
enum Item {
    /// From JSON. Numbers are text to Go here.
    Json(Value),
    /// A literal, a length, a position.
    Integer(i64),
    /// A field that the object has not, and every field of it.
    Missing,
}

/// How a list of nodes ended.
#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// The text of `nodes` over `variables`.
pub(super) fn run(nodes: &[Node], variables: &Value) -> Result<String, String> {
    let dot = Item::Json(variables.clone());
    let mut runner = Runner {
        out: String::new(),
        steps: 0,
        variables: vec![(String::new(), dot.clone())],
    };
    runner.nodes(nodes, &dot)?;
    Ok(runner.out)
}

struct Runner {
    out: String,
    steps: usize,
    variables: Vec<(String, Item)>,
}

impl Runner {
    fn nodes(&mut self, nodes: &[Node], dot: &Item) -> Result<Flow, String> {
        let known = self.variables.len();
        let mut flow = Flow::On;
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.out.len() > MOST_OUTPUT {
                return Err("the template writes too much".to_owned());
            }
            flow = self.node(node, dot)?;
            if flow != Flow::On {
                break;
            }
        }
        self.variables.truncate(known);
        Ok(flow)
    }

    fn node(&mut self, node: &Node, dot: &Item) -> Result<Flow, String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Print(pipeline) => {
                let text = match self.pipeline(pipeline, dot)? {
                    Item::Missing | Item::Json(Value::Null) => "<undefined>".to_owned(),
                    item => shown(&item)?,
                };
                self.out.push_str(&text);
            }
            Node::Assign {
                name,
                new,
                pipeline,
            } => {
                let item = self.pipeline(pipeline, dot)?;
                let known = self
                    .variables
                    .iter_mut()
                    .rev()
                    .find(|(known, _)| known == name);
                match known.filter(|_| !*new) {
                    Some((_, value)) => *value = item,
                    None => self.variables.push((name.clone(), item)),
                }
            }
            Node::If {
                pipeline,
                then,
                otherwise,
            } => {
                let item = self.pipeline(pipeline, dot)?;
                return self.nodes(if truth(&item) { then } else { otherwise }, dot);
            }
            Node::With {
                pipeline,
                then,
                otherwise,
            } => {
                let item = self.pipeline(pipeline, dot)?;
                return if truth(&item) {
                    self.nodes(then, &item)
                } else {
                    self.nodes(otherwise, dot)
                };
            }
            Node::Range {
                variables,
                pipeline,
                body,
                otherwise,
            } => {
                return self.range(variables, pipeline, (body, otherwise), dot);
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        variables: &[String],
        pipeline: &Pipeline,
        (body, otherwise): (&[Node], &[Node]),
        dot: &Item,
    ) -> Result<Flow, String> {
        let entries: Vec<(Item, Value)> = match self.pipeline(pipeline, dot)? {
            Item::Json(Value::Array(array)) => (0_i64..)
                .map(Item::Integer)
                .zip(array.iter().cloned())
                .collect(),
            Item::Json(Value::Object(object)) => order::entries(object.iter())
                .into_iter()
                .map(|(key, value)| (Item::Json(key.clone()), value.clone()))
                .collect(),
            Item::Missing | Item::Json(Value::Null) => Vec::new(),
            _ => return Err("range can't iterate over it".to_owned()),
        };
        if entries.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, value) in entries {
            let value = Item::Json(value);
            let known = self.variables.len();
            match variables {
                [one] => self.variables.push((one.clone(), value.clone())),
                [one, two] => {
                    self.variables.push((one.clone(), key));
                    self.variables.push((two.clone(), value.clone()));
                }
                _ => {}
            }
            let flow = self.nodes(body, &value)?;
            self.variables.truncate(known);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Item) -> Result<Item, String> {
        let mut last: Option<Item> = None;
        for command in pipeline {
            last = Some(self.command(command, last, dot)?);
        }
        last.ok_or_else(|| "missing value for command".to_owned())
    }

    fn command(
        &mut self,
        command: &[Operand],
        last: Option<Item>,
        dot: &Item,
    ) -> Result<Item, String> {
        let Some((first, rest)) = command.split_first() else {
            return Err("missing value for command".to_owned());
        };
        if let Of::Function(name) = &first.of {
            let mut items = Vec::new();
            for operand in rest {
                let item = self.operand(operand, dot)?;
                let decided = match name.as_str() {
                    "and" => !truth(&item),
                    "or" => truth(&item),
                    _ => false,
                };
                if decided {
                    return field_chain(item, &first.fields);
                }
                items.push(item);
            }
            items.extend(last);
            return field_chain(functions::call(name, items)?, &first.fields);
        }
        if !rest.is_empty() || last.is_some() {
            return Err("can't give argument to non-function".to_owned());
        }
        if matches!(first.of, Of::Nil) {
            return Err("nil is not a command".to_owned());
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Item) -> Result<Item, String> {
        let item = match &operand.of {
            Of::Dot => dot.clone(),
            Of::Variable(name) => self
                .variables
                .iter()
                .rev()
                .find(|(known, _)| known == name)
                .map(|(_, item)| item.clone())
                .ok_or_else(|| format!("undefined variable \"${name}\""))?,
            Of::Text(text) => Item::Json(Value::from(text.as_str())),
            Of::Integer(number) => Item::Integer(*number),
            Of::Bool(value) => Item::Json(Value::from(*value)),
            Of::Nil => Item::Json(Value::Null),
            Of::Inner(pipeline) => self.pipeline(pipeline, dot)?,
            Of::Function(name) => functions::call(name, Vec::new())?,
        };
        field_chain(item, &operand.fields)
    }
}

fn field_chain(mut item: Item, fields: &[String]) -> Result<Item, String> {
    for field in fields {
        item = match &item {
            Item::Json(Value::Object(object)) => object
                .get(&Value::from(field.as_str()))
                .map_or(Item::Missing, |value| Item::Json(value.clone())),
            Item::Missing => Item::Missing,
            Item::Json(Value::Null) => {
                return Err(format!("nil pointer evaluating interface {{}}.{field}"));
            }
            _ => {
                return Err(format!(
                    "can't evaluate field {field} in type interface {{}}"
                ));
            }
        };
    }
    Ok(item)
}

fn truth(item: &Item) -> bool {
    match item {
        Item::Missing => false,
        Item::Integer(number) => *number != 0,
        Item::Json(value) => match value {
            Value::Bool(value) => *value,
            Value::String(text) => !text.is_empty(),
            Value::Array(array) => !array.is_empty(),
            Value::Object(object) => !object.is_empty(),
            // Even zero: a text that is not empty.
            Value::Number(_) => true,
            _ => false,
        },
    }
}

fn shown(item: &Item) -> Result<String, String> {
    match item {
        Item::Missing => Err("no value".to_owned()),
        Item::Integer(number) => Ok(number.to_string()),
        Item::Json(value) => text(value),
    }
}

/// A value as Go's `%v` shows it.
fn text(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::String(text) => text.to_string(),
        Value::Number(_) => number::text(value),
        Value::Array(array) => {
            let items: Vec<String> = array.iter().map(text).collect::<Result<_, _>>()?;
            format!("[{}]", items.join(" "))
        }
        Value::Object(object) => {
            let mut items = Vec::new();
            for (key, value) in order::entries(object.iter()) {
                items.push(format!("{}:{}", text(key)?, text(value)?));
            }
            format!("map[{}]", items.join(" "))
        }
        Value::Set(_) | Value::Undefined => return Err("a value that JSON cannot say".to_owned()),
    })
}
