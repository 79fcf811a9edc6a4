//! One instruction after the other.

use regorus::Value;

use super::code::{Address, Code, FAIL, Op, Register};
use super::create::{self, UNDEFINED};
use super::{Stop, Vm};
use crate::engine::field::part;

impl Vm {
    #[inline]
    pub(super) fn get(&self, base: usize, register: Register) -> &Value {
        let value = self.registers.get(base + usize::from(register));
        value.unwrap_or(&UNDEFINED)
    }

    #[inline]
    pub(super) fn slot(&mut self, base: usize, register: Register) -> Option<&mut Value> {
        self.registers.get_mut(base + usize::from(register))
    }

    #[inline]
    pub(super) fn set(&mut self, base: usize, register: Register, value: Value) {
        if let Some(slot) = self.slot(base, register) {
            let before = std::mem::replace(slot, value);
            // Most have nothing to give back, which is sooner seen here.
            if matches!(before, Value::Undefined | Value::Null | Value::Bool(_)) {
                std::mem::forget(before);
            }
        }
    }

    /// Runs what begins at `start`, with the registers from `base` on.
    pub(super) fn run(&mut self, code: &Code, start: usize, base: usize) -> Result<(), Stop> {
        let mut at = start;
        loop {
            self.count += 1;
            if self.count >= self.pause {
                self.pause(at)?;
            }
            let Some(op) = code.ops.get(at) else {
                return Ok(());
            };
            at += 1;
            match op {
                Op::Value(to, value) => self.set(base, *to, code.value(*value).clone()),
                Op::Input(to) => self.set(base, *to, self.input.clone()),
                Op::Data(to) => self.set(base, *to, self.data.clone()),
                Op::Move(to, from) => self.set(base, *to, self.get(base, *from).clone()),
                Op::Clear(register) => self.set(base, *register, Value::Undefined),
                Op::Field(to, of, name) => {
                    let part = part(self.get(base, *of), code.value(*name)).clone();
                    self.set(base, *to, part);
                }
                Op::Index(to, of, key) => {
                    let part = part(self.get(base, *of), self.get(base, *key)).clone();
                    self.set(base, *to, part);
                }
                Op::Path(number) => {
                    if let Some(path) = code.paths.get(usize::from(*number)) {
                        self.set(base, path.to, self.part(code, base, path));
                    }
                }
                Op::Is(register, or) => {
                    if matches!(self.get(base, *register), Value::Undefined) {
                        at = failed(*or)?;
                    }
                }
                Op::Holds(register, or) => {
                    let value = self.get(base, *register);
                    if matches!(value, Value::Undefined | Value::Bool(false)) {
                        at = failed(*or)?;
                    }
                }
                Op::HoldsNot(register, or) => {
                    let value = self.get(base, *register);
                    if !matches!(value, Value::Undefined | Value::Bool(false)) {
                        at = failed(*or)?;
                    }
                }
                Op::Equal([left, right], or) => {
                    let (left, right) = (self.get(base, *left), self.get(base, *right));
                    if matches!(left, Value::Undefined) || left != right {
                        at = failed(*or)?;
                    }
                }
                Op::Compare(how, to, [left, right]) => {
                    let (left, right) = (self.get(base, *left), self.get(base, *right));
                    self.set(base, *to, create::compare(*how, left, right));
                }
                Op::Builtin(to, of, given) => {
                    let answer = self.ask(code, *of, code.several(*given), base);
                    self.set(base, *to, answer);
                }
                Op::Function(to, of, given) => {
                    let answer = self.call(code, *of, code.several(*given), base)?;
                    self.set(base, *to, answer);
                }
                Op::Rule(to, index) => {
                    let answer = self.answer(code, usize::from(*index))?;
                    self.set(base, *to, answer);
                }
                Op::Loop(number) => {
                    let it = code.loops.get(usize::from(*number));
                    at = place(self.begin(it.ok_or(Stop::Failed)?, base));
                }
                Op::Next(number) => {
                    let it = code.loops.get(usize::from(*number));
                    at = place(self.next(it.ok_or(Stop::Failed)?, base, true));
                }
                Op::NextFailed(number) => {
                    let it = code.loops.get(usize::from(*number));
                    at = place(self.next(it.ok_or(Stop::Failed)?, base, false));
                }
                Op::Object(number) => {
                    if let Some(fields) = code.objects.get(usize::from(*number)) {
                        self.set(base, fields.to, self.object(code, base, fields));
                    }
                }
                Op::Array(to, of) => {
                    let array = self.array(base, code.several(*of));
                    self.set(base, *to, array);
                }
                Op::Set(to, of) => {
                    let set = self.set_of(base, code.several(*of));
                    self.set(base, *to, set);
                }
                Op::NewArray(to) => self.set(base, *to, Value::new_array()),
                Op::NewSet(to) => self.set(base, *to, Value::new_set()),
                Op::NewObject(to) => self.set(base, *to, Value::new_object()),
                Op::Push(to, from) => self.push(base, *to, *from)?,
                Op::Add(to, from) => self.add(base, *to, *from)?,
                Op::Insert(to, from) => self.insert(base, *to, *from)?,
                Op::Contains(to, [collection, value]) => {
                    let collection = self.get(base, *collection);
                    let is_in = create::contains(collection, self.get(base, *value));
                    self.set(base, *to, Value::Bool(is_in));
                }
                Op::Count(to, of) => self.set(base, *to, create::count(self.get(base, *of))),
                Op::Not(to, of) => {
                    let value = self.get(base, *of);
                    let is_not = matches!(value, Value::Undefined | Value::Bool(false));
                    self.set(base, *to, Value::Bool(is_not));
                }
                Op::And(to, of) => {
                    let both = self.truths(base, *of)?;
                    let value = both.map(|(one, other)| one && other);
                    self.set(base, *to, value.map_or(Value::Undefined, Value::Bool));
                }
                Op::Or(to, of) => {
                    let both = self.truths(base, *of)?;
                    let value = both.map(|(one, other)| one || other);
                    self.set(base, *to, value.map_or(Value::Undefined, Value::Bool));
                }
                Op::Done => return Ok(()),
            }
        }
    }

    fn truths(
        &self,
        base: usize,
        [one, other]: [Register; 2],
    ) -> Result<Option<(bool, bool)>, Stop> {
        let (one, other) = (self.get(base, one), self.get(base, other));
        if matches!(one, Value::Undefined) || matches!(other, Value::Undefined) {
            return Ok(None);
        }
        Ok(create::truth(one)?.zip(create::truth(other)?))
    }
}

/// Where it goes on after a condition failed.
fn failed(or: Address) -> Result<usize, Stop> {
    match or {
        FAIL => Err(Stop::Failed),
        or => Ok(place(or)),
    }
}

fn place(address: Address) -> usize {
    usize::try_from(address).unwrap_or(usize::MAX)
}
