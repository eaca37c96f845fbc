-- What could not be read, from where, and why?
-- Grain: one row per topic and reason.  View: ops.dead_letters.  Parameters: none.
SELECT
    topic,
    reason,
    count(*) AS record_count,
    min(cut) AS first_cut,
    max(cut) AS last_cut
FROM ops.dead_letters
GROUP BY topic, reason
ORDER BY record_count DESC, topic, reason
