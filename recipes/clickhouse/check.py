"""Runs the statements of this directory with chdb, ClickHouse's engine as a library.

python check.py TEXT_LOG JSON_LOG OTLP_OUTPUT, where the last is what examples/otlp prints.
"""

import json
import pathlib
import re
import sys

from chdb import session

here = pathlib.Path(__file__).parent
clickhouse = session.Session()


def run(file):
    for statement in (here / file).read_text(encoding="utf-8").split(";\n"):
        if answer := str(clickhouse.query(statement, "TabSeparatedWithNames")):
            print(answer, end="")


def insert(table, rows):
    lines = "\n".join(json.dumps(row) for row in rows)
    clickhouse.query(f"INSERT INTO {table} FORMAT JSONEachRow {lines}")


def entries(path):
    """The lines of a file; those of a block belong to the one before."""
    found = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n"):
        if line[:1] in ("\t", " ") and found:
            found[-1] += "\n" + line
        elif line:
            found.append(line)
    return found


run("klog.sql")
drained = [
    'I0304 06:00:00.000001    4711 drain.rs:7] "Node drained" node="worker-1" podCount=3',
    'I0304 06:00:01.000001    4711 drain.rs:7] "Node drained" node="worker-2" podCount=12',
    '{"ts":1772604002000.001,"caller":"src/drain.rs:7","msg":"Node drained","v":0,"node":"worker-3","podCount":5}',
]
insert("klog_entries", ({"entry": entry} for path in sys.argv[1:3] for entry in entries(path)))
insert("klog_entries", ({"entry": entry} for entry in drained))
run("queries.sql")

# OpenTelemetry: the collector's exporter makes the table; its rows are what has arrived in the example.
run("otel_logs.sql")
rows = []
for line in pathlib.Path(sys.argv[3]).read_text(encoding="utf-8").splitlines():
    if record := re.fullmatch(r"([A-Z]+)\((\d+)\) ([^|]*?) \| ([^|]*?)(?: \| traceID=(\w+) spanID=(\w+))?", line):
        text, number, body, attributes, trace, span = record.groups("")
        pairs = re.split(r"(?:^| )([\w.]+):(?:string|int|bool|double)=", attributes)[1:]
        row = {"SeverityText": text, "SeverityNumber": int(number), "Body": body, "TraceId": trace, "SpanId": span}
        rows.append(row | {"LogAttributes": dict(zip(pairs[::2], pairs[1::2]))})
assert len(rows) > 3, rows
insert("otel_logs", rows)
run("otel_queries.sql")
