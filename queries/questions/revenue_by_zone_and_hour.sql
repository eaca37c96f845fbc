-- What did each destination zone earn in each hour?
-- Grain: one row per zone, hour and currency.  View: bill.charges.  Parameters: $from = 2000-01-01, $until = 2100-01-01.
SELECT
    date_trunc('hour', started_at) AS hour_at,
    zone,
    currency,
    count(*) AS charge_count,
    sum(amount) AS amount
FROM bill.charges
WHERE started_at >= $from AND started_at < $until
GROUP BY hour_at, zone, currency
ORDER BY hour_at, zone, currency
