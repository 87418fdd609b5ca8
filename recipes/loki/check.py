"""Runs the regular expressions of `queries.logql` and `collector.yaml` with RE2, whose syntax Go's have.

python check.py QUERIES COLLECTOR TEXT_LOG
"""

import json
import re
import sys

import re2

with open(sys.argv[3], encoding="utf-8") as file:
    lines = file.read().splitlines(keepends=True)
entries = []
for line in lines:
    if line[0] in "\t ":
        entries[-1] += line
    else:
        entries.append(line)
entries = [entry.rstrip("\n") for entry in entries]

with open(sys.argv[1], encoding="utf-8") as file:
    expressions = re.findall(r"\| regexp `([^`]*)`", file.read())
assert len(expressions) == 3, expressions
for expression in expressions:
    # Loki sees entries that Alloy has joined.
    found = [found.groupdict() for found in map(re2.compile(expression).search, entries) if found]
    print(len(found), "of", len(entries), json.dumps(found[-1], ensure_ascii=False))

with open(sys.argv[2], encoding="utf-8") as file:
    [expression] = re.findall(r"^ *regex: '(.*)'$", file.read(), re.MULTILINE)
for entry in entries:
    found = re2.compile(expression).search(entry)
    assert found, entry
    print(found["severity"], found["caller"], f'"{found["msg"]}"{found["pairs"]}')
    # Nothing is lost but the time and the process id.
    assert entry.endswith(f'] "{found["msg"]}"{found["pairs"]}'), entry
