#!/usr/bin/env python3
"""Answers what OPA answers, a line of JSON for a line of JSON.

A question holds `modules` (file names and Rego texts) under a `key`, or only the `key` of modules that
were given before; `v0`, whether they are in the old dialect; the `rule` (`data.t.violation`), `input` and
`inventory`. The answer is `{"value": …}`, `{}` where OPA says undefined, `{"conflict": …}` for
contradictions, `{"error": …}` for built-ins that are given nonsense (errors are strict), or
`{"refused": …}` for anything else that OPA says.

Needs the PyPI package opa-golib-python-bindings, whose OPA reads Rego v1: modules of the old dialect are
given to it with `if` and `contains` written out.
"""
import json
import re
import sys

from opa_bindings import OpaEngine, OpaError

CLOSE = {"{": "}", "[": "]", "(": ")"}


def end_of(text, at):
    """The place after the string, comment, bracket or character that begins at `at`."""
    letter = text[at]
    if letter == '"':
        at += 1
        while text[at] != '"':
            at += 2 if text[at] == "\\" else 1
        return at + 1
    if letter == "`":
        return text.index("`", at + 1) + 1
    if letter == "#":
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if letter in CLOSE:
        at += 1
        while text[at] != CLOSE[letter]:
            at = end_of(text, at)
        return at + 1
    return at + 1


def v1(text):
    """Rules of Rego v0 with `if` and `contains`."""
    out, at, head = [], 0, ""
    while at < len(text):
        rule = re.compile(r"(default\s+)?([a-zA-Z_]\w*)").match(text, at)
        starts = at == 0 or text[at - 1] == "\n"
        after_body = "".join(out).rstrip().endswith("}")
        if not after_body and not starts or not rule and text[at] != "{":
            end = end_of(text, at)
            out.append(text[at:end])
            at = end
            continue
        if rule and (rule[1] or rule[2] in ("package", "import")):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            while text[at:end].count("{") > text[at:end].count("}"):
                end = end_of(text, text.index("{", at))
            out.append(text[at:end])
            at = end
            continue
        if not rule:
            # Another body of the rule before.
            out.append("\n" + head + " if ")
            end = end_of(text, at)
            out.append(text[at:end])
            at = end
            continue
        at, start = rule.end(), at
        key = None
        value = ""
        if text[at : at + 1] == "[":
            end = end_of(text, at)
            key, at = text[at + 1 : end - 1], end
        elif text[at : at + 1] == "(":
            at = end_of(text, at)
        name = rule[2] if key is not None else text[start:at]
        space = re.compile(r"[ \t]*(:?=)[ \t]*").match(text, at)
        if space:
            begin = at
            at = space.end()
            while at < len(text) and text[at] != "\n" and not (text[at] == "{" and text[at - 1] == " " and at > space.end()):
                at = end_of(text, at)
            value = text[begin:at].rstrip()
        if key is not None:
            head = f"{name}[{key}]{value}" if value else f"{name} contains {key}"
        else:
            head = name + value
        brace = re.compile(r"\s*\{").match(text, at)
        if brace:
            at = brace.end() - 1
            end = end_of(text, at)
            out.append(head + " if " + text[at:end])
            at = end
        else:
            out.append(head)
    return "".join(out)


def answer(engine, question):
    query = f"x = {question['rule']} with input as input.input with data.inventory as input.inventory"
    try:
        rows = engine.eval_query(query, {"input": question["input"], "inventory": question["inventory"]})
    except OpaError as error:
        text = str(error)
        found = re.search(r"eval_conflict_error: ([^\n]*)", text)
        if found:
            return {"conflict": found[1]}
        return {"error" if "eval_type_error" in text or "eval_builtin_error" in text else "refused": text}
    return {"value": rows[0]["x"]} if rows else {}


def main():
    engines = {}
    print("ready", flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        key = question["key"]
        if "modules" in question:
            engine = OpaEngine()
            try:
                for name, text in question["modules"].items():
                    engine.add_policy(name, v1(text) if question["v0"] else text)
                engine.eval_query("1")
                engines[key] = engine
            except (OpaError, IndexError, ValueError) as error:
                print(json.dumps({"refused": f"{type(error).__name__}: {error}"}), flush=True)
                continue
        engine = engines.get(key)
        print(json.dumps(answer(engine, question) if engine else {"refused": "no modules"}), flush=True)


main()
