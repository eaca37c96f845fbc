//! What a name that does not exist was probably meant to be.

use datafusion::common::DataFusionError;
use datafusion::common::utils::datafusion_strsim::levenshtein;
use datasets::dictionary::Table;

use crate::error::QueryError;

/// How an earlier cut is asked, which SQL has no word for.
const AS_OF: &str = "an earlier cut is at_cut('bill.charges', 42) in place of the table, or \"--cut N\" or \"--as-of INSTANT\" for all tables, and \\cut in the shell";

/// The error of a statement, with the nearest table's name where a table is not found, and how an earlier cut is asked.
pub(super) fn explain(error: DataFusionError, sql: &str, tables: &[&'static Table]) -> QueryError {
    match QueryError::from(error) {
        QueryError::Sql { message } if asks_as_of(sql) => {
            QueryError::Sql { message: format!("{message}; {AS_OF}") }
        }
        QueryError::Sql { message } => QueryError::Sql { message: suggest(message, tables) },
        other => other,
    }
}

/// Whether a statement says "AS OF", as other engines understand it.
fn asks_as_of(sql: &str) -> bool {
    let words: Vec<String> = sql.split_whitespace().map(str::to_lowercase).collect();
    words.windows(2).any(|pair| pair == ["as", "of"])
}

fn suggest(message: String, tables: &[&'static Table]) -> String {
    let wanted = message.strip_prefix("table '").and_then(|rest| rest.split_once("' not found"));
    let Some((wanted, _)) = wanted else { return message };
    let wanted = wanted.strip_prefix("weir.").unwrap_or(wanted);
    match nearest(wanted, tables) {
        Some(table) => format!("no table \"{wanted}\": did you mean \"{table}\"?"),
        None => format!("no table \"{wanted}\": \"SHOW TABLES\" lists them"),
    }
}

/// The table whose name, with or without its schema, is nearest; none if all are far.
fn nearest(wanted: &str, tables: &[&'static Table]) -> Option<String> {
    let bare = wanted.rsplit('.').next().unwrap_or(wanted);
    let distance = |table: &&'static Table| {
        levenshtein(bare, table.name).min(levenshtein(wanted, &table.qualified_name()))
    };
    let closest = tables.iter().min_by_key(|table| distance(table))?;
    (distance(closest) * 2 <= bare.len()).then(|| closest.qualified_name())
}

#[cfg(test)]
mod tests {
    use super::{asks_as_of, suggest};
    use datasets::tables::ALL;

    #[test]
    fn an_earlier_cut_is_asked_in_many_ways() {
        assert!(asks_as_of("SELECT * FROM bill.charges VERSION AS OF 1"));
        assert!(asks_as_of("select * from bill.charges\nas of 1"));
        assert!(!asks_as_of("SELECT a AS office FROM bill.charges"));
    }

    #[test]
    fn the_nearest_table_is_named() {
        let explained = |name: &str| suggest(format!("table 'weir.{name}' not found"), &ALL);
        assert_eq!(
            explained("bill.charge"),
            "no table \"bill.charge\": did you mean \"bill.charges\"?"
        );
        assert_eq!(
            explained("bill.duplicates"),
            "no table \"bill.duplicates\": did you mean \"ops.duplicates\"?"
        );
        assert_eq!(explained("bill.xyz"), "no table \"bill.xyz\": \"SHOW TABLES\" lists them");
        assert_eq!(suggest("other".to_owned(), &ALL), "other");
    }
}
