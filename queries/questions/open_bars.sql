-- Which accounts are barred now, since when, and what do they owe?
-- Grain: one row per bar that nothing has withdrawn.  View: ops.actions.  Parameters: $limit = 50.
SELECT
    bar.account_id,
    bar.policy,
    bar.decided_at,
    bar.amount AS barred_at_amount,
    credit.amount AS exposure_amount,
    credit.limit_amount,
    bar.currency,
    bar.action_id
FROM ops.actions AS bar
LEFT JOIN bill.credit AS credit ON credit.account_id = bar.account_id
WHERE
    bar.action = 'bar'
    AND NOT EXISTS (
        SELECT 1 FROM ops.actions AS unbar WHERE unbar.withdraws_action_id = bar.action_id
    )
ORDER BY bar.decided_at DESC, bar.account_id
LIMIT $limit
