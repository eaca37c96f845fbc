-- Which hours carried the most rated usage?
-- Grain: one row per hour and service; quantity in the service's base unit.  View: bill.charges.  Parameters: $limit = 24.
SELECT
    date_trunc('hour', started_at) AS hour_at,
    service,
    count(*) AS record_count,
    sum(quantity) AS quantity
FROM bill.charges
GROUP BY hour_at, service
ORDER BY record_count DESC, hour_at, service
LIMIT $limit
