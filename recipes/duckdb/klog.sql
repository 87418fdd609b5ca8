-- DuckDB: klog's lines as tables, first those of JSON. Columns have types; pairs without a column of their own are in `pairs`.
CREATE OR REPLACE VIEW klog AS
SELECT
    make_timestamp((CAST(json->>'$.ts' AS DOUBLE) * 1000)::BIGINT) AS time,
    CASE
        WHEN (json->>'$.severity') IN ('warning', 'fatal') THEN json->>'$.severity'
        WHEN (json->'$.v') IS NULL THEN 'error'
        ELSE 'info'
    END AS severity,
    (json->>'$.v')::INTEGER AS v,
    json->>'$.logger' AS logger,
    json->>'$.caller' AS caller,
    json->>'$.msg' AS msg,
    json->>'$.err' AS err,
    json AS pairs
FROM read_ndjson_objects('json.log', ignore_errors = true)
-- A line that is no JSON is NULL.
WHERE json IS NOT NULL;

-- What goes wrong, and how often.
SELECT severity, msg, count(*) AS n, min(time) AS first FROM klog WHERE severity <> 'info' GROUP BY ALL ORDER BY n DESC, first;

-- Everything about a pod.
SELECT time, msg, pairs->>'$.status' AS status
FROM klog
WHERE (pairs->>'$.pod.namespace') = 'kube-system' AND (pairs->>'$.pod.name') = 'kubedns'
ORDER BY time;

-- A number is one.
SELECT msg, (pairs->>'$.exitCode')::INTEGER AS exitCode FROM klog WHERE (pairs->>'$.exitCode')::INTEGER > 0;

-- With columns that are named, other pairs are not read at all, which is faster over many files.
SELECT msg, pod.namespace, pod.name, "attempt"
FROM read_json('json.log', format = 'newline_delimited', ignore_errors = true, columns = {
    ts: 'DOUBLE', msg: 'VARCHAR', v: 'INTEGER', err: 'VARCHAR', attempt: 'INTEGER',
    pod: 'STRUCT(name VARCHAR, namespace VARCHAR)'
})
WHERE v IS NULL AND pod IS NOT NULL;

-- klog's text. A number is bare in it and a text is quoted, so that `attempt="3"` would be none.
CREATE OR REPLACE VIEW klog_text AS
SELECT
    regexp_extract(line, '^\S+ \S+ +\d+ [^ :]+:\d+\] "((?:[^"\\]|\\.)*)"', 1) AS msg,
    regexp_replace(line, '"(?:[^"\\]|\\.)*"', '""', 'g') AS unquoted
FROM (SELECT unnest(string_split(content, chr(10))) AS line FROM read_text('text.log'))
-- What is no entry, and what belongs to the value of several lines before.
WHERE regexp_matches(line, '^[IWEF]\d{4} [\d:.]+ +\d+ [^ :]+:\d+\] "');

CREATE OR REPLACE MACRO number_in(unquoted, key) AS
    TRY_CAST(regexp_extract(unquoted, ' ' || key || '=(-?\d[\d.eE+-]*)(?: |$)', 1) AS DOUBLE);

-- The same number in both outputs, compared as one.
SELECT 'json' AS output, msg, (pairs->>'$.attempt')::DOUBLE AS attempt
FROM klog
WHERE json_type(pairs, '$.attempt') IN ('UBIGINT', 'BIGINT', 'DOUBLE') AND (pairs->>'$.attempt')::DOUBLE > 2
UNION ALL
SELECT 'text', msg, number_in(unquoted, 'attempt') FROM klog_text WHERE number_in(unquoted, 'attempt') > 2
ORDER BY output;
