-- Which accounts have used most of their credit limit?
-- Grain: one row per account in warning or exceeded.  View: bill.credit.  Parameters: $limit = 20.
SELECT
    account_id,
    state,
    amount AS exposure_amount,
    limit_amount,
    CAST(100 * amount / nullif(limit_amount, 0) AS DECIMAL(18, 1)) AS used_percent,
    currency,
    changed_at
FROM bill.credit
WHERE state <> 'normal'
ORDER BY used_percent DESC NULLS FIRST, account_id
LIMIT $limit
