//! The Rego tests beside the bundled policies pass on the program's own engine.

use sekisho::bundle::Files;
use sekisho::engine::{Module, Options, Program, RegoVersion, Value};

#[test]
fn every_rego_test_passes() {
    let files = Files::embedded();
    let modules: Vec<Module> = files
        .below("rego")
        .filter(|(path, _)| path.ends_with(".rego"))
        .map(|(path, text)| Module {
            name: path.to_owned(),
            text: text.to_owned(),
            version: RegoVersion::V1,
        })
        .collect();
    let mut ran = 0;
    for module in modules
        .iter()
        .filter(|module| module.name.ends_with("_test.rego"))
    {
        let package = module
            .text
            .lines()
            .find_map(|line| line.strip_prefix("package "))
            .unwrap();
        let names = module.text.lines().filter(|line| line.starts_with("test_"));
        let names: Vec<&str> = names
            .map(|line| line.split([' ', '(']).next().unwrap())
            .collect();
        assert!(!names.is_empty(), "{} has no test", module.name);
        let entry = format!("data.{package}.{}", names[0]);
        let program = Program::compile(&modules, &entry, &Options::default()).unwrap();
        let mut machine = program.machine();
        for name in names {
            let answer = machine
                .eval(&format!("data.{package}.{name}"), Value::new_object())
                .unwrap();
            assert_eq!(answer, Some(Value::from(true)), "{}: {name}", module.name);
            ran += 1;
        }
    }
    eprintln!("{ran} Rego tests");
    assert!(ran > 100);
}
