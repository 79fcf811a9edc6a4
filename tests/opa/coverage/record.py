#!/usr/bin/env python3
"""Writes down which lines OPA covers: record.py, in this folder.

opa.json: for each module here the tests in it are evaluated one after the other; what any of them covers
is covered. policies.json: the same of five of the bundled policies, with their libraries, by a few of
their tests, so that some lines stay uncovered; the digests say of which texts (the tests', then the modules') that is true.
Needs the PyPI package opa-golib-python-bindings.
"""
import hashlib
import json
import pathlib
import re

from opa_bindings import OpaEngine, OpaUndefinedError

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
POLICIES = ["apparmor_profiles", "host_paths", "image_registries", "ingress_https", "linux_capabilities"]
TESTS = 3


def rows(ranges):
    found = set()
    for span in ranges or []:
        found.update(range(span["start"]["row"], span["end"]["row"] + 1))
    return found


def tests(text):
    return list(dict.fromkeys(re.findall(r"^(test_\w+)", text, re.M)))


def lines(modules, package, names):
    """Per module the lines that the tests cover, and those that they do not."""
    covered, missed = {}, {}
    with OpaEngine() as engine:
        for name, text in modules.items():
            engine.add_policy(name, text)
        for test in names:
            try:
                value = engine.eval_document(f"{package}.{test}", {}, coverage=True)
            except OpaUndefinedError:
                value = None
            assert value is True, (package, test, value)
            for name, report in engine.last_coverage["files"].items():
                covered.setdefault(name, set()).update(rows(report.get("covered")))
                missed.setdefault(name, set()).update(rows(report.get("not_covered")))
    return {
        name: {"covered": sorted(covered[name]), "not_covered": sorted(missed[name] - covered[name])}
        for name in sorted(covered)
    }


def write(name, answers):
    out = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in answers.items())
    (HERE / name).write_text("{\n" + out + "\n}\n", "utf-8")


answers = {}
for path in sorted(HERE.glob("*.rego")):
    text = path.read_text("utf-8")
    package = re.search(r"^package (\S+)", text, re.M).group(1)
    answers[path.name] = lines({path.name: text}, package, tests(text))[path.name]
write("opa.json", answers)

answers = {}
libraries = [path for path in sorted(ROOT.glob("rego/lib/*/*.rego")) if not path.name.endswith("_test.rego")]
for policy in POLICIES:
    folder = ROOT / "rego" / policy
    paths = [*libraries, folder / "policy.rego", folder / "policy_test.rego"]
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}
    test = f"rego/{policy}/policy_test.rego"
    names = tests(texts[test])[:TESTS]
    # A module of which nothing is covered is one that the policy does not use.
    found = {
        name: said
        for name, said in lines(texts, f"{policy}_test", names).items()
        if said["covered"] and name != test
    }
    digest = hashlib.sha256("".join(texts[name] for name in [test, *found]).encode()).hexdigest()
    answers[policy] = {"tests": names, "sha256": digest, "modules": found}
write("policies.json", answers)
