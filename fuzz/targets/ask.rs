//! One rule, asked again and again, on both engines.

use std::cell::RefCell;

use sekisho::engine::{EngineChoice, EvalErrorKind, Machine, Module, Options, Program, RegoVersion, Value};

pub struct Answers(RefCell<Machine>);

impl Answers {
    /// `rules` define `r`.
    pub fn new(rules: &str) -> Answers {
        let module = Module {
            name: "t.rego".to_owned(),
            text: format!("package t\n{rules}"),
            version: RegoVersion::V1,
        };
        let options = Options {
            engine: EngineChoice::Both,
            ..Options::default()
        };
        let program = Program::compile(&[module], "data.t.r", &options).unwrap();
        assert_eq!(program.not_compiled_because(), None);
        Answers(RefCell::new(program.machine()))
    }

    /// The value of `r`. Panics where the engines differ.
    pub fn ask(&self, input: Value) -> Option<Value> {
        match self.0.borrow_mut().eval("data.t.r", input) {
            Ok(answer) => answer,
            Err(error) if error.kind == EvalErrorKind::Difference => panic!("{error}"),
            Err(_) => None,
        }
    }
}
