#!/usr/bin/env python3
"""Writes down which lines OPA covers: record.py, in this folder.

For each module the tests in it are evaluated one after the other; what any of them covers is covered.
Needs the PyPI package opa-golib-python-bindings.
"""
import json
import pathlib
import re

from opa_bindings import OpaEngine, OpaUndefinedError


def rows(ranges):
    found = set()
    for span in ranges or []:
        found.update(range(span["start"]["row"], span["end"]["row"] + 1))
    return found


answers = {}
for path in sorted(pathlib.Path(__file__).parent.glob("*.rego")):
    text = path.read_text("utf-8")
    package = re.search(r"^package (\S+)", text, re.M).group(1)
    covered, missed = set(), set()
    with OpaEngine() as engine:
        engine.add_policy(path.name, text)
        for test in dict.fromkeys(re.findall(r"^(test_\w+)", text, re.M)):
            try:
                value = engine.eval_document(f"{package}.{test}", {}, coverage=True)
            except OpaUndefinedError:
                value = None
            assert value is True, (path.name, test, value)
            report = engine.last_coverage["files"][path.name]
            covered |= rows(report.get("covered"))
            missed |= rows(report.get("not_covered"))
    answers[path.name] = {"covered": sorted(covered), "not_covered": sorted(missed - covered)}
out = ",\n".join(f"  {json.dumps(name)}: {json.dumps(lines)}" for name, lines in answers.items())
pathlib.Path(__file__).with_name("opa.json").write_text("{\n" + out + "\n}\n", "utf-8")
