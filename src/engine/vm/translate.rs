//! One step of regorus' code after the other. Where a failed condition leads is told from the loops
//! and comprehensions around it.

use regorus::Value;
use regorus::rvm::Program;
use regorus::rvm::instructions::{ComprehensionMode, GuardMode, Instruction, ObjectCreateParams};
use regorus::rvm::program::RuleType;

use super::code::{
    Address, Callee, Code, Comparison, FAIL, Fields, Literal, Loop, Op, Path, Register, Root, Rule,
    Several,
};
use super::load::{self, Document};
use crate::engine::shorten::steps::{Op as Step, Part, Segment};

pub(super) struct Translation<'p> {
    program: &'p Program,
    ops: Vec<Op>,
    origins: Vec<u16>,
    loops: Vec<Loop>,
    objects: Vec<Fields>,
    paths: Vec<Path>,
    registers: Vec<Register>,
    values: Vec<Value>,
    /// What the step that is translated stands in, the innermost last.
    open: Vec<Open>,
    /// The step that is translated.
    origin: u16,
}

/// A loop or a comprehension that is not at its end.
struct Open {
    kind: Around,
    /// The step with which it ends.
    last: u16,
    /// The ops that lead to its end when they fail.
    fail: Vec<usize>,
}

enum Around {
    /// The one of that number.
    Loop(u16),
    Comprehension {
        mode: ComprehensionMode,
        into: u8,
    },
}

type Translated = Result<(), String>;

impl<'p> Translation<'p> {
    pub(super) fn of(program: &'p Program) -> Translation<'p> {
        Translation {
            program,
            ops: Vec::with_capacity(program.instructions.len()),
            origins: Vec::with_capacity(program.instructions.len()),
            loops: Vec::new(),
            objects: Vec::new(),
            paths: Vec::new(),
            registers: Vec::new(),
            values: program.literals.clone(),
            open: Vec::new(),
            origin: 0,
        }
    }

    pub(super) fn code(self, rules: Vec<Rule>, entry: usize, calls: Vec<Callee>) -> Code {
        Code {
            ops: self.ops,
            origins: self.origins,
            rules,
            entry,
            loops: self.loops,
            objects: self.objects,
            paths: self.paths,
            calls,
            registers: self.registers,
            values: self.values,
        }
    }

    /// Where the next op is going to stand.
    pub(super) fn begin(&self) -> usize {
        self.ops.len()
    }

    fn here(&self) -> Result<Address, String> {
        Address::try_from(self.ops.len()).map_err(|_| "it is too long".to_owned())
    }

    fn push(&mut self, op: Op) {
        self.ops.push(op);
        self.origins.push(self.origin);
    }

    pub(super) fn segment(&mut self, segment: Segment) -> Translated {
        let part = segment.part;
        for step in segment.steps {
            self.origin = step.id;
            self.step(step.op, part)?;
            while let Some(open) = self.open.pop_if(|open| open.last == step.id) {
                self.close(open)?;
            }
        }
        match self.open.is_empty() {
            true => Ok(()),
            false => Err("a loop does not end".to_owned()),
        }
    }

    fn close(&mut self, open: Open) -> Translated {
        let end = match open.kind {
            Around::Loop(number) => {
                let failed = self.here()?;
                self.push(Op::NextFailed(number));
                let exit = self.here()?;
                let Some(it) = self.loops.get_mut(usize::from(number)) else {
                    return Err("a loop is missing".to_owned());
                };
                it.exit = exit;
                failed
            }
            Around::Comprehension { .. } => self.here()?,
        };
        for op in open.fail {
            if let Some(Op::Equal(_, to) | Op::Holds(_, to) | Op::HoldsNot(_, to) | Op::Is(_, to)) =
                self.ops.get_mut(op)
            {
                *to = end;
            }
        }
        Ok(())
    }

    /// Adds what fails into the end of what it stands in.
    fn condition(&mut self, op: Op) {
        let at = self.ops.len();
        if let Some(open) = self.open.last_mut() {
            open.fail.push(at);
        }
        self.push(op);
    }

    fn step(&mut self, step: Step, part: Part) -> Translated {
        match step {
            Step::Gone => {}
            Step::Plain(instruction) => return self.plain(instruction, part),
            Step::Loop(it) => {
                let number = last(self.loops.len() + 1)?;
                let end = it.loop_end.checked_sub(1).ok_or("a loop has no end")?;
                self.push(Op::Loop(number));
                let body = self.here()?;
                self.loops.push(Loop {
                    mode: it.mode,
                    over: it.collection,
                    key: (it.key_reg != it.value_reg).then_some(it.key_reg),
                    value: it.value_reg,
                    result: it.result_reg,
                    body,
                    exit: body,
                });
                self.open.push(Open {
                    kind: Around::Loop(number),
                    last: end,
                    fail: Vec::new(),
                });
            }
            Step::Comprehension(it) => {
                if it.collection_reg != it.result_reg {
                    return Err("a comprehension goes through something by itself".to_owned());
                }
                self.push(match it.mode {
                    ComprehensionMode::Array => Op::NewArray(it.result_reg),
                    ComprehensionMode::Set => Op::NewSet(it.result_reg),
                    ComprehensionMode::Object => Op::NewObject(it.result_reg),
                });
                let end = it.comprehension_end.checked_sub(1);
                self.open.push(Open {
                    kind: Around::Comprehension {
                        mode: it.mode,
                        into: it.result_reg,
                    },
                    last: end.ok_or("a comprehension has no end")?,
                    fail: Vec::new(),
                });
            }
            Step::Builtin(call) => {
                let given = self.several(call.arg_registers())?;
                self.push(Op::Builtin(call.dest, call.builtin_index, given));
            }
            Step::Function(call) => {
                let given = self.several(call.arg_registers())?;
                self.push(Op::Function(call.dest, call.func_rule_index, given));
            }
            Step::Object(it) => {
                let fields = self.fields(&it)?;
                self.objects.push(fields);
                let number = last(self.objects.len())?;
                self.push(Op::Object(number));
            }
            Step::Array(it) => {
                let of = self.several(&it.elements)?;
                self.push(Op::Array(it.dest, of));
            }
            Step::Set(it) => {
                let of = self.several(&it.elements)?;
                self.push(Op::Set(it.dest, of));
            }
            Step::Chain(it) => self.path(Path {
                to: it.dest,
                root: Root::Register(it.root),
                keys: it.path_components.iter().map(load::key).collect(),
            })?,
            Step::Document(it) => {
                match load::document(self.program, it.dest, &it.path_components)
                    .ok_or("it reads a whole package")?
                {
                    Document::Given(path) => self.path(path)?,
                    Document::Rule(rule, path) => {
                        self.push(Op::Rule(path.to, rule));
                        if !path.keys.is_empty() {
                            self.path(path)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn plain(&mut self, instruction: Instruction, part: Part) -> Translated {
        use Instruction as I;
        let compare = |how, to, left, right| Op::Compare(how, to, [left, right]);
        let op = match instruction {
            I::Load { dest, literal_idx } => Op::Value(dest, literal_idx),
            I::LoadTrue { dest } => Op::Value(dest, self.literal(Value::Bool(true))?),
            I::LoadFalse { dest } => Op::Value(dest, self.literal(Value::Bool(false))?),
            I::LoadBool { dest, value } => Op::Value(dest, self.literal(Value::Bool(value))?),
            I::LoadNull { dest } => Op::Value(dest, self.literal(Value::Null)?),
            I::LoadData { dest } => Op::Data(dest),
            I::LoadInput { dest } => Op::Input(dest),
            I::Move { dest, src } => Op::Move(dest, src),
            I::Eq { dest, left, right } => compare(Comparison::Equal, dest, left, right),
            I::Ne { dest, left, right } => compare(Comparison::Unequal, dest, left, right),
            I::Lt { dest, left, right } => compare(Comparison::Less, dest, left, right),
            I::Le { dest, left, right } => compare(Comparison::LessOrEqual, dest, left, right),
            I::Gt { dest, left, right } => compare(Comparison::Greater, dest, left, right),
            I::Ge { dest, left, right } => compare(Comparison::GreaterOrEqual, dest, left, right),
            I::And { dest, left, right } => Op::And(dest, [left, right]),
            I::Or { dest, left, right } => Op::Or(dest, [left, right]),
            I::Not { dest, operand } => Op::Not(dest, operand),
            I::ObjectSet { obj, key, value } => Op::Insert(obj, [key, value]),
            I::Index {
                dest,
                container,
                key,
            } => Op::Index(dest, container, key),
            I::IndexLiteral {
                dest,
                container,
                literal_idx,
            } => Op::Field(dest, container, literal_idx),
            I::ArrayNew { dest } => Op::NewArray(dest),
            I::ArrayPush { arr, value } => Op::Push(arr, value),
            I::SetNew { dest } => Op::NewSet(dest),
            I::SetAdd { set, value } => Op::Add(set, value),
            I::Contains {
                dest,
                collection,
                value,
            } => Op::Contains(dest, [collection, value]),
            I::Count { dest, collection } => Op::Count(dest, collection),
            I::AssertEq { left, right } => {
                self.condition(Op::Equal([left, right], FAIL));
                return Ok(());
            }
            I::Guard { register, mode } => {
                self.condition(match mode {
                    GuardMode::Condition => Op::Holds(register, FAIL),
                    GuardMode::Not => Op::HoldsNot(register, FAIL),
                    GuardMode::NotUndefined => Op::Is(register, FAIL),
                });
                return Ok(());
            }
            I::LoopNext { .. } => match self.open.last() {
                Some(Open {
                    kind: Around::Loop(number),
                    last,
                    ..
                }) if *last == self.origin => Op::Next(*number),
                _ => return Err("a loop ends in another".to_owned()),
            },
            I::CallRule { dest, rule_index } => Op::Rule(dest, rule_index),
            I::RuleInit {
                result_reg,
                rule_index,
            } => match self.init(result_reg, rule_index, part)? {
                Some(op) => op,
                None => return Ok(()),
            },
            I::ComprehensionYield { value_reg, key_reg } => self.found(value_reg, key_reg)?,
            I::ComprehensionEnd {} => return Ok(()),
            I::RuleReturn {} | I::DestructuringSuccess {} => Op::Done,
            other => return Err(format!("it has the instruction {other:?}")),
        };
        self.push(op);
        Ok(())
    }

    /// The place of a value that the code does not hold as one.
    fn literal(&mut self, value: Value) -> Result<Literal, String> {
        let known = self.values.iter().rposition(|known| *known == value);
        let at = known.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        last(at + 1)
    }

    fn several(&mut self, registers: &[Register]) -> Result<Several, String> {
        let long = |_| "it is too long".to_owned();
        let first = u32::try_from(self.registers.len()).map_err(long)?;
        let count = u8::try_from(registers.len()).map_err(long)?;
        self.registers.extend(registers);
        Ok(Several { first, count })
    }

    fn path(&mut self, path: Path) -> Translated {
        self.paths.push(path);
        let number = last(self.paths.len())?;
        self.push(Op::Path(number));
        Ok(())
    }

    /// What begins a body: there is no answer yet, or the set or object to which the first body of
    /// all adds.
    fn init(&self, result: u8, rule: u16, part: Part) -> Result<Option<Op>, String> {
        let info = self.program.rule_infos.get(usize::from(rule));
        let info = info.ok_or("a rule is missing")?;
        let is_first = matches!(part, Part::Body(_, 0, 0));
        Ok(match info.rule_type {
            RuleType::Complete => Some(Op::Clear(result)),
            RuleType::PartialSet if is_first => Some(Op::NewSet(result)),
            RuleType::PartialObject if is_first => Some(Op::NewObject(result)),
            RuleType::PartialSet | RuleType::PartialObject => None,
        })
    }

    /// What the innermost comprehension found.
    fn found(&self, value: u8, key: Option<u8>) -> Result<Op, String> {
        let mut around = self.open.iter().rev();
        let comprehension = around.find_map(|open| match &open.kind {
            Around::Comprehension { mode, into } => Some((mode, *into)),
            Around::Loop(_) => None,
        });
        match (comprehension, key) {
            (Some((ComprehensionMode::Array, into)), None) => Ok(Op::Push(into, value)),
            (Some((ComprehensionMode::Set, into)), None) => Ok(Op::Add(into, value)),
            (Some((ComprehensionMode::Object, into)), Some(key)) => {
                Ok(Op::Insert(into, [key, value]))
            }
            _ => Err("something is found outside of a comprehension".to_owned()),
        }
    }

    fn fields(&mut self, params: &ObjectCreateParams) -> Result<Fields, String> {
        let literals = &self.program.literals;
        let literal = |at: u16| literals.get(usize::from(at)).ok_or("a name is missing");
        let Value::Object(template) = literal(params.template_literal_idx)? else {
            return Err("an object is made of something else".to_owned());
        };
        let mut template = (**template).clone();
        for (name, _) in &params.literal_key_fields {
            let name = literal(*name)?;
            if !template.contains_key(name) {
                template.insert(name.clone(), Value::Undefined);
            }
        }
        // As a value it is stored without gaps, so that copies are cheap.
        let template = self.literal(template.into_value())?;
        Ok(Fields {
            to: params.dest,
            template,
            known: params.literal_key_fields.clone(),
            named: params.fields.clone(),
        })
    }
}

/// The number of the last of so many.
fn last(count: usize) -> Result<u16, String> {
    let number = u16::try_from(count.saturating_sub(1));
    number.map_err(|_| "it is too long".to_owned())
}
