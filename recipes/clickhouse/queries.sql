-- Every entry is there, and its message is the same in both formats.
SELECT count() AS entries, uniqExact(msg) AS messages FROM klog;

-- What goes wrong, and how often: the view has counted it.
SELECT msg, sum(n) AS n FROM klog_errors GROUP BY msg ORDER BY n DESC, msg;

-- A number is one, whichever format it came in.
SELECT severity, msg, pairs.podCount.:Int64 AS podCount FROM klog WHERE podCount > 3 ORDER BY podCount;

-- Everything about a pod: text has an object as `namespace/name`, JSON as an object.
SELECT formatDateTime(time, '%m-%d %T', 'UTC') AS at, msg, pairs.status.:String AS status
FROM klog
WHERE pairs.pod.:String = 'kube-system/kubedns' OR (pairs.pod.namespace.:String = 'kube-system' AND pairs.pod.name.:String = 'kubedns')
ORDER BY time, msg, status;

-- Texts of several lines are whole.
SELECT DISTINCT pairs.err.:String AS err FROM klog WHERE msg = 'Error of two lines';

-- A key that is asked for often becomes a column, also of what is stored.
ALTER TABLE klog ADD COLUMN podCount Nullable(Int64) MATERIALIZED pairs.podCount.:Int64;
SELECT count() FROM klog WHERE podCount > 3;
