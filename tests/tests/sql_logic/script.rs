//! The form of the files: comments, connections, queries, saved questions and refused statements.
//!
//! ```text
//! connection first             # the cut that what follows is asked of: first, second or latest
//! query
//! SELECT count(*) FROM bill.charges
//! ----
//! count(*)
//! 12
//!
//! question top_accounts limit=3
//! ----
//! …
//!
//! statement error
//! DELETE FROM bill.charges
//! ----
//! weir only reads, …
//! ```

use std::fmt;

/// A file of records.
pub(crate) struct Script {
    pub(crate) records: Vec<Record>,
}

/// One thing that is asked.
pub(crate) struct Record {
    /// Where it begins.
    pub(crate) line: usize,
    /// Comment lines above it.
    comments: Vec<String>,
    /// The cut that it is asked of.
    pub(crate) connection: String,
    pub(crate) wanted: Wanted,
    /// The lines behind `----`.
    pub(crate) answer: String,
}

/// What is asked.
pub(crate) enum Wanted {
    /// Rows.
    Query(String),
    /// A saved question with some of its parameters.
    Question(String, Vec<(String, String)>),
    /// Nothing but the first line of what is wrong.
    Error(String),
}

impl Script {
    /// Reads a file.
    pub(crate) fn parse(text: &str) -> Self {
        let mut records = Vec::new();
        let mut connection = "latest".to_owned();
        let mut comments = Vec::new();
        let mut lines = (1..).zip(text.lines());
        while let Some((line, text)) = lines.next() {
            if let Some(name) = text.strip_prefix("connection ") {
                connection = name.to_owned();
            } else if text.starts_with('#') {
                comments.push(text.to_owned());
            } else if !text.is_empty() {
                let sql = until(&mut lines, "----");
                let wanted = wanted(text, sql).unwrap_or_else(|| panic!("line {line}: {text}"));
                let answer = until(&mut lines, "");
                let comments = std::mem::take(&mut comments);
                let connection = connection.clone();
                records.push(Record { line, comments, connection, wanted, answer });
            }
        }
        Self { records }
    }
}

/// The lines up to one that is only this.
fn until<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>, end: &str) -> String {
    let lines = lines.map(|(_, line)| line).take_while(|line| *line != end);
    lines.map(|line| format!("{line}\n")).collect()
}

fn wanted(first: &str, sql: String) -> Option<Wanted> {
    match first.split_once(' ') {
        None if first == "query" => Some(Wanted::Query(sql)),
        Some(("statement", "error")) => Some(Wanted::Error(sql)),
        Some(("question", rest)) => {
            let mut words = rest.split(' ');
            let name = words.next()?.to_owned();
            let given = words.map(|word| word.split_once('='));
            let given = given.map(|pair| pair.map(|(name, value)| (name.into(), value.into())));
            Some(Wanted::Question(name, given.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut connection = "latest";
        for (place, record) in self.records.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            record.comments.iter().try_for_each(|comment| writeln!(f, "{comment}"))?;
            if record.connection != connection {
                connection = &record.connection;
                writeln!(f, "connection {connection}")?;
            }
            write!(f, "{}----\n{}", record.wanted, record.answer)?;
        }
        Ok(())
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(sql) => write!(f, "query\n{sql}"),
            Self::Error(sql) => write!(f, "statement error\n{sql}"),
            Self::Question(name, given) => {
                write!(f, "question {name}")?;
                given.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))?;
                writeln!(f)
            }
        }
    }
}
