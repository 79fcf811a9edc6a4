//! From regorus' code to the form in which it is run.

use std::collections::HashMap;

use regorus::Value;
use regorus::rvm::Program;
use regorus::rvm::instructions::LiteralOrRegister;
use regorus::rvm::program::RuleType;

use super::code::{Body, Callee, Code, Definition, Key, Kind, Path, Root, Rule};
use super::translate::Translation;
use crate::engine::catalogue;
use crate::engine::shorten::steps::{self, Op as Step, Part, Segment};

impl Code {
    /// `direct` are the catalogue's numbers of the last built-ins in the table of `program`. `Err`:
    /// what is in it that is not run here.
    pub(in crate::engine) fn load(program: &Program, direct: &[u16]) -> Result<Code, String> {
        let segments = steps::apart(program).ok_or("it is not made as it always is")?;
        let mut translation = Translation::of(program);
        let mut starts: HashMap<Part, usize> = HashMap::new();
        let mut entry = None;
        for segment in segments {
            if segment.part == Part::Entry {
                entry =
                    Some(entry_rule(&segment).ok_or("it begins otherwise than it always does")?);
                continue;
            }
            starts.insert(segment.part, translation.begin());
            translation.segment(segment)?;
        }
        let rules = (0..program.rule_infos.len()).map(|index| rule(program, index, &starts));
        let rules = rules.collect::<Option<Vec<_>>>();
        let calls = (0..program.builtin_info_table.len())
            .map(|index| callee(program, index, direct))
            .collect::<Result<Vec<_>, _>>()?;
        let code = translation.code(
            rules.ok_or("a body is missing")?,
            entry.ok_or("nothing is asked")?,
            calls,
        );
        match code.is_sound() {
            true => Ok(code),
            false => Err("it names what is not there".to_owned()),
        }
    }
}

/// The rule that is asked for: all that stands where an evaluation begins.
fn entry_rule(segment: &Segment) -> Option<usize> {
    use regorus::rvm::instructions::Instruction::{CallRule, Return};
    match segment.steps.as_slice() {
        [call, end] => match (&call.op, &end.op) {
            (Step::Plain(CallRule { dest, rule_index }), Step::Plain(Return { value }))
                if dest == value =>
            {
                Some(usize::from(*rule_index))
            }
            _ => None,
        },
        _ => None,
    }
}

fn rule(program: &Program, index: usize, starts: &HashMap<Part, usize>) -> Option<Rule> {
    let info = program.rule_infos.get(index)?;
    let kind = match info.rule_type {
        RuleType::Complete => Kind::Complete,
        RuleType::PartialSet => Kind::Set,
        RuleType::PartialObject => Kind::Object,
    };
    let arguments = info.function_info.as_ref().map(|it| it.num_params);
    let kept = match (arguments, kind) {
        (Some(arguments), _) => usize::try_from(arguments).ok()?.checked_add(1)?,
        (None, Kind::Complete) => 0,
        (None, _) => 1,
    };
    let registers = usize::from(info.num_registers);
    let mut definitions = Vec::new();
    for (at, bodies) in info.definitions.iter().enumerate() {
        let block = info.destructuring_blocks.get(at).copied().flatten();
        let arguments = match block {
            Some(_) => Some(*starts.get(&Part::Arguments(index, at))?),
            None => None,
        };
        let is_else = |body: usize| {
            let marks = info.else_bodies.get(at);
            marks.and_then(|marks| marks.get(body)).copied() == Some(true)
        };
        let body = |body: usize| {
            Some(Body {
                start: *starts.get(&Part::Body(index, at, body))?,
                next_is_else: is_else(body + 1),
            })
        };
        definitions.push(Definition {
            arguments,
            bodies: (0..bodies.len()).map(body).collect::<Option<_>>()?,
        });
    }
    (kept <= registers).then_some(Rule {
        kind,
        is_function: arguments.is_some(),
        definitions,
        registers,
        kept,
        result: info.result_reg,
        default: info.default_literal_index,
        first_counts: info.early_exit_on_first_success,
    })
}

fn callee(program: &Program, index: usize, direct: &[u16]) -> Result<Callee, String> {
    let table = &program.builtin_info_table;
    let first = table.len().saturating_sub(direct.len());
    let number = index.checked_sub(first).and_then(|at| direct.get(at));
    let name = table.get(index).map_or("", |info| info.name.as_str());
    match number {
        Some(number) => Ok(Callee::Number(*number)),
        None if name == catalogue::SLOT => Ok(Callee::Slot),
        None if catalogue::is_remembered(name) => Ok(Callee::Remembered(name.to_owned())),
        None => Err(format!("the built-in {name} is called by name")),
    }
}

/// What a look into `data` reads: a rule and what follows in its answer, or what was given as data.
pub(super) enum Document {
    Rule(u16, Path),
    Given(Path),
}

/// What `components` of `data` are, which go to the register `to`; `None` where that is known only
/// when they are read, which no program does that the gate admits.
pub(super) fn document(
    program: &Program,
    to: u8,
    components: &[LiteralOrRegister],
) -> Option<Document> {
    let keys = |components: &[LiteralOrRegister]| components.iter().map(key).collect();
    let mut node = &program.rule_tree["data"];
    for (at, component) in components.iter().enumerate() {
        let LiteralOrRegister::Literal(literal) = component else {
            return None;
        };
        let name = program.literals.get(usize::from(*literal))?;
        if !matches!(name, Value::String(_)) {
            return None;
        }
        node = &node[name];
        match node {
            Value::Undefined => {
                return Some(Document::Given(Path {
                    to,
                    root: Root::Data,
                    keys: keys(components),
                }));
            }
            Value::Number(_) => {
                let rule = u16::try_from(node.as_u64().ok()?).ok()?;
                return Some(Document::Rule(
                    rule,
                    Path {
                        to,
                        root: Root::Register(to),
                        keys: keys(components.get(at + 1..)?),
                    },
                ));
            }
            _ => {}
        }
    }
    None
}

pub(super) fn key(component: &LiteralOrRegister) -> Key {
    match component {
        LiteralOrRegister::Literal(literal) => Key::Literal(*literal),
        LiteralOrRegister::Register(register) => Key::Register(*register),
    }
}
