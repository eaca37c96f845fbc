//! The last words of a run until idle: where the records of the lake went, and what could not be read.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use queries::{At, QueryError, Session};

use crate::cli::{Failure, block_on};

/// States that are told even when no record is in them; others follow.
const STATES: [&str; 5] = ["rated", "suspended", "rejected", "duplicate", "superseded"];
/// So many topics or files with dead letters are named.
const NAMED: usize = 5;

/// Usage by state and reason, the most frequent reason first.
const USAGE: &str = "SELECT state, reason, record_count FROM ops.usage_accounting ORDER BY record_count DESC, state, reason";
/// Dead letters by topic and reason, and whether anything of their source could be read.
const DEAD: &str = "
    WITH sources AS (
        SELECT source_id FROM raw.usage
        UNION SELECT source_id FROM raw.topups
        UNION SELECT source_id FROM raw.reference
    )
    SELECT topic, reason, count(*) AS record_count, count(sources.source_id) > 0 AS is_read
    FROM ops.dead_letters AS dead LEFT JOIN sources ON dead.source_id = sources.source_id
    GROUP BY topic, reason, dead.source_id
    ORDER BY record_count DESC, topic, reason";

/// Usage records of one state and reason.
struct Counted {
    state: String,
    reason: String,
    count: i64,
}

/// Dead letters of one topic or file, for one reason.
struct Dead {
    topic: String,
    reason: String,
    count: i64,
    is_read: bool,
}

/// Counts the records of the lake by state, and says which commands show them.
pub(super) fn tell(lake: &str) -> Result<(), Failure> {
    let session = match Session::open(lake, At::Latest) {
        // Nothing has been read, and nothing was published.
        Err(QueryError::NoLake { .. }) => return Ok(()),
        session => session?,
    };
    let (counted, dead) = block_on(count(&session))?;
    eprintln!("{}", usage_line(&counted));
    if !dead.is_empty() {
        eprintln!("of all sources could not be read:");
    }
    dead_lines(&dead).iter().for_each(|line| eprintln!("  {line}"));
    if !counted.iter().all(|row| row.state == "rated") {
        eprintln!("  weir sql --lake {lake} -c 'SELECT * FROM ops.usage_accounting'");
    }
    if counted.iter().any(|row| row.state == "suspended") {
        eprintln!("  weir sql --lake {lake} -c 'SELECT * FROM bill.suspended_usage LIMIT 10'");
    }
    if !dead.is_empty() {
        eprintln!("  weir dead-letters show --lake {lake}");
    }
    Ok(())
}

async fn count(session: &Session) -> Result<(Vec<Counted>, Vec<Dead>), QueryError> {
    let usage = session.query(USAGE).await?.collect().await?;
    let letters = session.cut().tables.get("ops.dead_letters").map_or(0, |table| table.row_count);
    let dead = match letters {
        0 => Vec::new(),
        _ => session.query(DEAD).await?.collect().await?,
    };
    Ok((usage.iter().flat_map(counted).collect(), dead.iter().flat_map(dead_rows).collect()))
}

fn counted(batch: &RecordBatch) -> Vec<Counted> {
    let row = |row| Counted {
        state: text(batch, "state", row),
        reason: text(batch, "reason", row),
        count: number(batch, row),
    };
    (0..batch.num_rows()).map(row).collect()
}

fn dead_rows(batch: &RecordBatch) -> Vec<Dead> {
    let is_read = batch["is_read"].as_boolean();
    let row = |row| Dead {
        topic: text(batch, "topic", row),
        reason: text(batch, "reason", row),
        count: number(batch, row),
        is_read: is_read.value(row),
    };
    (0..batch.num_rows()).map(row).collect()
}

/// Texts of tables come as they are written, or as views of them.
fn text(batch: &RecordBatch, column: &str, row: usize) -> String {
    let column = &batch[column];
    match column.as_string_view_opt() {
        Some(texts) => texts.value(row).to_owned(),
        None => column.as_string::<i32>().value(row).to_owned(),
    }
}

fn number(batch: &RecordBatch, row: usize) -> i64 {
    batch["record_count"].as_primitive::<Int64Type>().value(row)
}

/// All states with their counts, and the commonest reason of each that has reasons.
fn usage_line(counted: &[Counted]) -> String {
    let mut states = STATES.to_vec();
    for row in counted {
        if !states.contains(&row.state.as_str()) {
            states.push(&row.state);
        }
    }
    let told: Vec<String> = states.into_iter().map(|state| of_state(state, counted)).collect();
    let total: i64 = counted.iter().map(|row| row.count).sum();
    format!("the lake has {total} usage records: {}", told.join(", "))
}

fn of_state(state: &str, counted: &[Counted]) -> String {
    let rows: Vec<&Counted> = counted.iter().filter(|row| row.state == state).collect();
    let count: i64 = rows.iter().map(|row| row.count).sum();
    let commonest = rows.iter().map(|row| row.reason.as_str()).find(|reason| !reason.is_empty());
    match (commonest, rows.len()) {
        (None, _) => format!("{count} {state}"),
        (Some(reason), 1) => format!("{count} {state} ({reason})"),
        (Some(reason), _) => format!("{count} {state} (mostly {reason})"),
    }
}

/// A line per topic or file of which records could not be read.
fn dead_lines(dead: &[Dead]) -> Vec<String> {
    let line = |dead: &Dead| {
        let Dead { topic, reason, count, is_read } = dead;
        let whole = match (*is_read, reason.as_str()) {
            (true, _) => "",
            (false, "filtered") => ", as \"only\" of its mapping wants",
            (false, _) => {
                ", and nothing of that source was read: is the format in its [[source]] right?"
            }
        };
        format!("{count} × {reason} in \"{topic}\"{whole}")
    };
    let mut lines: Vec<String> = dead.iter().take(NAMED).map(line).collect();
    if let more @ 1.. = dead.len().saturating_sub(NAMED) {
        lines.push(format!("and {more} more topics and reasons"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row((state, reason, count): (&str, &str, i64)) -> Counted {
        Counted { state: state.to_owned(), reason: reason.to_owned(), count }
    }

    #[test]
    fn every_state_is_counted_and_the_commonest_reason_named() {
        let counted = [
            ("rated", "", 7),
            ("suspended", "no_rate", 3),
            ("suspended", "future", 1),
            ("pending", "assembly", 1),
            ("rejected", "", 1),
        ];
        assert_eq!(
            usage_line(&counted.map(row)),
            "the lake has 13 usage records: 7 rated, 4 suspended (mostly no_rate), 1 rejected, 0 duplicate, 0 superseded, 1 pending (assembly)"
        );
    }

    #[test]
    fn a_source_of_which_nothing_is_read_is_asked_about() {
        let dead = |topic: &str, is_read| {
            let (topic, reason) = (topic.to_owned(), "not_json".to_owned());
            Dead { topic, reason, count: 2, is_read }
        };
        let lines = dead_lines(&[dead("a", true), dead("b.csv", false)]);
        assert_eq!(lines[0], "2 × not_json in \"a\"");
        assert!(
            lines[1].contains("nothing of that source") && lines[1].contains("[[source]]"),
            "{lines:?}"
        );
        let many: Vec<_> = (0..7).map(|number| dead(&number.to_string(), true)).collect();
        assert_eq!(dead_lines(&many).last().unwrap(), "and 2 more topics and reasons");
    }
}
