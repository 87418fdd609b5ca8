"""Validates JSON lines on standard input against klog-rs/schema/line.schema.json: python validate.py SCHEMA < LOG."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)


def problems(line):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(line))]


n_lines = n_bad = 0
for line in sys.stdin:
    n_lines += 1
    for problem in problems(line):
        n_bad += 1
        print(f"line {n_lines}: {problem}")
for example in schema["examples"]:
    assert not problems(json.dumps(example)), example

# What it must refuse, so that it says anything at all.
for line in [
    "[]",
    '{"msg":"m","v":0}',
    '{"ts":1,"v":0}',
    '{"ts":"2026-03-04","msg":"m","v":0}',
    '{"ts":1,"msg":null,"v":0}',
    '{"ts":1,"msg":"m","v":-1}',
    '{"ts":1,"msg":"m","v":"0"}',
    '{"ts":1,"msg":"m","v":0,"logger":""}',
    '{"ts":1,"msg":"m","v":0,"caller":"main.rs"}',
]:
    assert problems(line), f"should be refused: {line}"
print(f"{n_lines} lines, {n_bad} problems")
sys.exit(n_bad > 0)
