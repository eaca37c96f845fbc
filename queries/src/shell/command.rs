//! What a backslash means.

use datasets::units::EventTime;

use crate::lake::At;

/// The list that `\?` prints.
pub(super) const HELP: &str = "\
\\d                      tables, with their rows at this cut and what a row is
\\d schema.table         columns of a table, with their meaning
\\cuts                   the newest retained cuts
\\cut N                  read cut N; \\cut alone the newest; an instant the newest cut until then
\\i                      saved questions
\\i question [name=value] ask one, with other parameters
\\f format               write answers as table, csv, json, ndjson or parquet
\\q                      end
Statements end with a semicolon. at_cut('bill.charges', 42) is a table as another cut sealed it.
";

/// A command of the shell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'line> {
    Quit,
    Help,
    Tables,
    Columns(&'line str),
    Cuts,
    Cut(At),
    Format(&'line str),
    Questions,
    Ask(&'line str, Vec<(String, String)>),
    Unknown(&'line str),
}

impl<'line> Command<'line> {
    /// Reads a line that begins with a backslash; a semicolon at its end is forgiven.
    pub(super) fn parse(line: &'line str) -> Self {
        let words: Vec<&str> = line.trim_end_matches([';', ' ']).split_whitespace().collect();
        match words.as_slice() {
            ["\\q"] => Self::Quit,
            ["\\?"] => Self::Help,
            ["\\d"] => Self::Tables,
            ["\\d", table] => Self::Columns(table),
            ["\\cuts"] => Self::Cuts,
            ["\\cut"] => Self::Cut(At::Latest),
            ["\\cut", at] => cut(at).map_or(Self::Unknown(line), Self::Cut),
            ["\\f", format] => Self::Format(format),
            ["\\i"] => Self::Questions,
            ["\\i", question, given @ ..] => {
                pairs(given).map_or(Self::Unknown(line), |given| Self::Ask(question, given))
            }
            _ => Self::Unknown(line),
        }
    }
}

fn cut(text: &str) -> Option<At> {
    let instant = || EventTime::parse_rfc3339(text).map(At::Instant);
    text.parse().map(At::Cut).or_else(|_| instant()).ok()
}

fn pairs(words: &[&str]) -> Option<Vec<(String, String)>> {
    let pair = |word: &&str| {
        let (name, value) = word.split_once('=')?;
        Some((name.trim_start_matches('$').to_owned(), value.to_owned()))
    };
    words.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_its_command() {
        assert_eq!(Command::parse("\\d bill.charges;"), Command::Columns("bill.charges"));
        assert_eq!(Command::parse("\\cut 42"), Command::Cut(At::Cut(42)));
        assert_eq!(Command::parse("\\cut"), Command::Cut(At::Latest));
        assert_eq!(Command::parse("\\cut soon"), Command::Unknown("\\cut soon"));
        let given = vec![("limit".to_owned(), "3".to_owned())];
        assert_eq!(
            Command::parse("\\i top_accounts $limit=3"),
            Command::Ask("top_accounts", given)
        );
        assert_eq!(Command::parse("\\x"), Command::Unknown("\\x"));
    }
}
