//! The Rego tests beside the bundled policies pass on the program's own engine, and leave no line
//! of the policies out.

use sekisho::bundle::Files;
use sekisho::engine::{Module, Options, Probes, Program, RegoVersion, Value};

#[test]
fn every_rego_test_passes_and_every_line_is_reached() {
    let files = Files::embedded();
    let modules: Vec<Module> = files
        .below("rego")
        .filter(|(path, _)| path.ends_with(".rego"))
        .map(|(path, text)| Module {
            name: path.to_owned(),
            text: text.to_owned().into(),
            version: RegoVersion::V1,
        })
        .collect();
    let options = Options {
        probes: Probes::Lines,
        ..Options::default()
    };
    let program = Program::library(&modules, &options).unwrap();
    let mut machine = program.machine();
    let tests = program.tests();
    for (package, name, module, line) in &tests {
        let answer = machine.eval(&format!("data.{package}.{name}"), Value::new_object());
        assert_eq!(
            answer.unwrap(),
            Some(Value::from(true)),
            "{module}:{line}: {name}"
        );
    }
    assert!(tests.len() > 250, "only {} tests", tests.len());
    for module in modules.iter().filter(|module| !is_test(module)) {
        let beside = module.name.replace(".rego", "_test.rego");
        assert!(
            tests.iter().any(|(_, _, name, _)| *name == beside),
            "{} has no test",
            module.name
        );
    }

    let reached = machine.coverage();
    let mut lines = 0;
    let mut missed = Vec::new();
    for (module, covered) in &reached.modules {
        if !module.ends_with("_test.rego") {
            lines += covered.len();
            let not = covered.iter().filter(|(_, covered)| !**covered);
            missed.extend(not.map(|(line, _)| format!("{module}:{line}")));
        }
    }
    assert!(lines > 300, "only {lines} lines were watched");
    assert!(missed.is_empty(), "no test reaches\n{}", missed.join("\n"));
}

fn is_test(module: &Module) -> bool {
    module.name.ends_with("_test.rego")
}
