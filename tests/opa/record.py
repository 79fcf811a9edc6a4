#!/usr/bin/env python3
"""Writes down what OPA answers: record.py FILE.tsv...

Each line of a file is a Rego v1 expression, a tab, and OPA's answer: JSON, `undefined`, or `error: ` and
its text (built-in errors; undefined to a policy unless it is asked strictly). Lines
that start with # are kept as they are. Answers are written anew; a line without one gets one.
OPA 1.17 and later call an int `int64`; the OPA of released Gatekeepers says `int`, which is kept.
Expressions read `input`, which is `input.json` beside the file.
Needs the PyPI package opa-golib-python-bindings.
"""
import json
import pathlib
import re
import sys

from opa_bindings import OpaEngine, OpaError, OpaUndefinedError


def answer(number, expression, value):
    with OpaEngine() as engine:
        try:
            engine.add_policy("t.rego", f"package t\n\nr := {expression}\n")
            text = json.dumps(engine.eval_document("t.r", value), ensure_ascii=False, sort_keys=True)
            return re.sub(r'(?<![a-z])int64(?=[="])', "int", text)
        except OpaUndefinedError:
            return "undefined"
        except OpaError as error:
            text = str(error)
            # OPA panics at some networks; no policy gets an answer there either.
            if "eval_error: " in text or text.startswith("panic: "):
                return "error: " + text.split("t.rego:3: ", 1)[-1]
            sys.exit(f"line {number}: {expression}: {text}")


for name in sys.argv[1:]:
    path = pathlib.Path(name)
    value = json.loads((path.parent / "input.json").read_text("utf-8"))
    out = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            expression = line.split("\t")[0]
            line = expression + "\t" + answer(number, expression, value)
        out.append(line)
    path.write_text("\n".join(out) + "\n", "utf-8")
