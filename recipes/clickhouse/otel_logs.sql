-- The columns of the collector's ClickHouse exporter that matter here; the exporter makes the table by itself.
CREATE TABLE otel_logs (
    Timestamp      DateTime64(9),
    TraceId        String,
    SpanId         String,
    SeverityText   LowCardinality(String),
    SeverityNumber UInt8,
    ServiceName    LowCardinality(String),
    Body           String,
    LogAttributes  Map(LowCardinality(String), String)
) ENGINE = MergeTree ORDER BY (ServiceName, Timestamp);
