-- What usage cannot be rated now, why, and how much is it?
-- Grain: one row per reason and service; quantity in the service's base unit.  View: bill.suspended_usage.  Parameters: none.
SELECT
    reason,
    service,
    count(*) AS record_count,
    sum(quantity) AS quantity,
    count(DISTINCT subscriber_id) AS subscriber_count,
    min(started_at) AS oldest_at,
    max(started_at) AS newest_at
FROM bill.suspended_usage
GROUP BY reason, service
ORDER BY record_count DESC, reason, service
