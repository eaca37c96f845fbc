-- Which accounts were charged most?
-- Grain: one row per account, ranked within its currency.  View: bill.balances.  Parameters: $limit = 10.
WITH ranked AS (
    SELECT
        row_number() OVER (PARTITION BY currency ORDER BY charged_amount DESC, account_id) AS place,
        account_id,
        currency,
        charged_amount,
        charge_count,
        amount AS balance_amount
    FROM bill.balances
)
SELECT place, account_id, currency, charged_amount, charge_count, balance_amount
FROM ranked
WHERE place <= $limit
ORDER BY currency, place
