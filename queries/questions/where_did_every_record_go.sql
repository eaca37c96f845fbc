-- Where did every usage record go, and is none missing?
-- Grain: one row per state and reason; accounted_count equals received_count, records that could not be read included, when none is missing.  View: ops.usage_accounting.  Parameters: none.
SELECT
    state,
    reason,
    record_count,
    sum(record_count) OVER () AS accounted_count,
    (SELECT count(*) FROM raw.usage) + (
        SELECT count(*) FROM ops.dead_letters
        WHERE topic = 'usage.cdr' OR source_id IN (SELECT source_id FROM raw.usage)
    ) AS received_count
FROM ops.usage_accounting
ORDER BY record_count DESC, state, reason
