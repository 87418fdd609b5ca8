-- Attributes are texts in the exporter's table, so a number is read as one.
SELECT SeverityText, Body, LogAttributes['pod'] AS pod, LogAttributes['err'] AS err
FROM otel_logs WHERE SeverityNumber >= 17 ORDER BY pod;

SELECT Body, toFloat64OrNull(LogAttributes['durationSeconds']) AS seconds FROM otel_logs WHERE seconds > 0.1 ORDER BY seconds;

-- The entries of a span's trace: every entry inside of a span has its ids.
SELECT countIf(TraceId != '') > 0 AS traced, uniqExactIf(TraceId, TraceId != '') > 1 AS several FROM otel_logs;
