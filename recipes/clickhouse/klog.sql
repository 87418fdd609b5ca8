-- ClickHouse: klog's lines, text and JSON, as one table whose columns have types.
-- A collector inserts entries into `klog_entries`, which stores nothing; materialised views read them as they come.
CREATE TABLE klog_entries (entry String) ENGINE = Null;

CREATE TABLE klog (
    time     DateTime64(6, 'UTC'),
    severity LowCardinality(String),
    v        Nullable(UInt8),
    logger   LowCardinality(String),
    caller   LowCardinality(String),
    msg      LowCardinality(String),
    err      String,
    pairs    JSON
) ENGINE = MergeTree ORDER BY (msg, time);

-- JSON: `pairs` has all fields, each with its type.
CREATE MATERIALIZED VIEW klog_from_json TO klog AS
SELECT
    fromUnixTimestamp64Micro(toInt64(JSONExtractFloat(entry, 'ts') * 1000), 'UTC') AS time,
    multiIf(
        JSONExtractString(entry, 'severity') IN ('warning', 'fatal'), JSONExtractString(entry, 'severity'),
        JSONHas(entry, 'v'), 'info',
        'error') AS severity,
    JSONExtract(entry, 'v', 'Nullable(UInt8)') AS v,
    JSONExtractString(entry, 'logger') AS logger,
    JSONExtractString(entry, 'caller') AS caller,
    JSONExtractString(entry, 'msg') AS msg,
    JSONExtractString(entry, 'err') AS err,
    entry AS pairs
FROM klog_entries
WHERE startsWith(entry, '{') AND JSONHas(entry, 'msg');

-- Text: the year is this one, since a header has none. A pair is a key, `=`, and a quoted text, a block or what has no
-- blank outside of quotes. Values that are no JSON, such as texts with Go's `\x1b`, stay as they are written.
CREATE MATERIALIZED VIEW klog_from_text TO klog AS
WITH
    extractGroups(entry, '(?s)^([IWEF])(\\d\\d)(\\d\\d) ([\\d:.]{15}) +\\d+ ([^ :]+:\\d+)\\] ("(?:[^"\\\\]|\\\\.)*")(.*)$') AS header,
    extractAllGroups(
        header[7],
        ' ((?:"(?:[^"\\\\]|\\\\.)*"|[^ ="])+)=(<\\n(?:\\t[^\\n]*\\n)* >|(?:"(?:[^"\\\\]|\\\\.)*"|[^ "\\n])+)') AS found,
    arrayMap(pair -> (
        if(startsWith(pair[1], '"'), pair[1], toJSONString(pair[1])),
        multiIf(
            startsWith(pair[2], '<\n'), toJSONString(replaceAll(substring(pair[2], 4, length(pair[2]) - 6), '\n\t', '\n')),
            isValidJSON(pair[2]), pair[2],
            toJSONString(pair[2]))), found) AS fields
SELECT
    parseDateTime64BestEffort(concat(toString(toYear(now())), '-', header[2], '-', header[3], ' ', header[4]), 6, 'UTC') AS time,
    transform(header[1], ['I', 'W', 'E', 'F'], ['info', 'warning', 'error', 'fatal'], '') AS severity,
    CAST(NULL AS Nullable(UInt8)) AS v,
    JSONExtractString(pairs, 'logger') AS logger,
    header[5] AS caller,
    JSONExtractString(header[6]) AS msg,
    JSONExtractString(pairs, 'err') AS err,
    concat('{', arrayStringConcat(arrayMap(field -> concat(field.1, ':', field.2), fields), ','), '}') AS pairs
FROM klog_entries
WHERE notEmpty(header);

-- What goes wrong, counted while it arrives.
CREATE TABLE klog_errors (minute DateTime('UTC'), msg LowCardinality(String), n UInt64)
ENGINE = SummingMergeTree ORDER BY (msg, minute);

CREATE MATERIALIZED VIEW klog_errors_of_klog TO klog_errors AS
SELECT toStartOfMinute(time) AS minute, msg, count() AS n FROM klog WHERE severity IN ('error', 'fatal') GROUP BY minute, msg;
