-- Do charges, movements and balances tell the same amount?
-- Grain: one row per currency; ties_out is true when all three agree.  View: bill.charges.  Parameters: none.
WITH sums AS (
    SELECT currency, 'charges' AS told_by, sum(amount) AS amount
    FROM bill.charges GROUP BY currency
    UNION ALL
    SELECT currency, 'movements', sum(-amount)
    FROM bill.balance_movements WHERE movement = 'charge' GROUP BY currency
    UNION ALL
    SELECT currency, 'balances', sum(charged_amount)
    FROM bill.balances GROUP BY currency
),
sides AS (
    SELECT
        currency,
        coalesce(sum(amount) FILTER (WHERE told_by = 'charges'), 0) AS charges_amount,
        coalesce(sum(amount) FILTER (WHERE told_by = 'movements'), 0) AS movements_amount,
        coalesce(sum(amount) FILTER (WHERE told_by = 'balances'), 0) AS balances_amount
    FROM sums
    GROUP BY currency
)
SELECT
    currency,
    charges_amount,
    movements_amount,
    balances_amount,
    charges_amount = movements_amount AND charges_amount = balances_amount AS ties_out
FROM sides
ORDER BY currency
