//! Several statements in one text: where each ends, and running them in order.

use std::io::Write;

use futures::future::BoxFuture;

use crate::error::QueryError;
use crate::output::{self, Format};
use crate::session::Session;
use scan::Scanner;

mod scan;

/// A text cut at its semicolons.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Script<'text> {
    /// The statements that end with a semicolon, without it; empty ones are left out.
    pub(crate) statements: Vec<&'text str>,
    /// What follows the last semicolon; empty if there is only white space and comments.
    pub(crate) rest: &'text str,
}

impl<'text> Script<'text> {
    /// Cuts a text at the semicolons that stand outside of quotes and comments.
    pub(crate) fn cut(text: &'text str) -> Self {
        let mut statements = Vec::new();
        let mut scanner = Scanner::new(text);
        while let Some(statement) = scanner.next_statement() {
            statements.extend(statement);
        }
        Self { statements, rest: scanner.rest() }
    }

    /// All statements, the last one with or without its semicolon.
    pub(crate) fn all(mut self) -> Vec<&'text str> {
        if !self.rest.is_empty() {
            self.statements.push(self.rest);
        }
        self.statements
    }
}

/// Runs the statements of a text in order and writes their answers, up to the first that fails.
///
/// # Errors
/// When a statement fails, or when a Parquet file is to hold other than one answer.
pub fn run_statements<'run>(
    session: &'run Session,
    sql: &'run str,
    format: Format,
    out: &'run mut (dyn Write + Send),
) -> BoxFuture<'run, Result<(), QueryError>> {
    Box::pin(run(session, sql, format, out))
}

async fn run(
    session: &Session,
    sql: &str,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<(), QueryError> {
    let statements = Script::cut(sql).all();
    if format == Format::Parquet && statements.len() != 1 {
        return Err(QueryError::OneResultOnly(statements.len()));
    }
    for statement in statements {
        output::write(session.query(statement).await?, format, out).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Script;

    fn cut(text: &str) -> (Vec<&str>, &str) {
        let script = Script::cut(text);
        (script.statements, script.rest)
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        assert_eq!(cut("SELECT 1; SELECT 2;"), (vec!["SELECT 1", "SELECT 2"], ""));
        assert_eq!(cut("SELECT 1"), (vec![], "SELECT 1"));
        assert_eq!(cut(" ; ;\n;"), (vec![], ""));
        assert_eq!(cut("SELECT 1;\n-- the end\n"), (vec!["SELECT 1"], ""));
    }

    #[test]
    fn quotes_and_comments_hide_it() {
        for hidden in ["';'", "'it''s;'", "\";\"", "1 -- ;\n", "1 /* ; /* ; */ ; */"] {
            let statement = format!("SELECT {hidden}");
            assert_eq!(cut(&format!("{statement};")).0, [statement.trim()]);
        }
    }

    #[test]
    fn what_is_still_open_is_not_ended() {
        for open in ["SELECT 'a;", "SELECT \"a;", "SELECT 1 /* ;"] {
            assert_eq!(cut(open), (vec![], open));
        }
    }
}
