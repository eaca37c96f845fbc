//! The saved questions: one `.sql` file each, English first, embedded in the binary.

use datafusion::common::ScalarValue;
use datafusion::prelude::DataFrame;
use futures::future::BoxFuture;

use crate::error::QueryError;
use crate::session::Session;

/// A saved question.
///
/// Its file begins with the question in English, then a line with its grain, its view and its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name of its file, without `.sql`.
    pub name: &'static str,
    /// The whole file.
    pub sql: &'static str,
}

/// A parameter of a question and the value that it has unless another is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without the dollar sign.
    pub name: &'static str,
    /// Its default.
    pub default: &'static str,
}

macro_rules! question {
    ($name:literal) => {
        Question { name: $name, sql: include_str!(concat!("../questions/", $name, ".sql")) }
    };
}

/// All saved questions.
pub static ALL: [Question; 9] = [
    question!("where_did_every_record_go"),
    question!("balances_tie_out"),
    question!("revenue_by_zone_and_hour"),
    question!("busiest_hours"),
    question!("top_accounts"),
    question!("accounts_near_limit"),
    question!("open_bars"),
    question!("suspended_value_by_reason"),
    question!("dead_letters_by_reason"),
];

/// The question of this name.
///
/// # Errors
/// Names those that exist when there is none.
pub fn named(name: &str) -> Result<&'static Question, QueryError> {
    let known = || ALL.map(|question| question.name).join(", ");
    let found = ALL.iter().find(|question| question.name == name);
    found.ok_or_else(|| QueryError::UnknownQuestion { name: name.to_owned(), known: known() })
}

impl Question {
    /// The question in English: the first line of its file.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.comment(0)
    }

    /// Its parameters, from the second line of its file.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let (_, listed) = self.comment(1).split_once("Parameters: ").unwrap_or_default();
        let parameter = |text: &'static str| {
            let (name, default) = text.strip_prefix('$')?.split_once(" = ")?;
            Some(Parameter { name, default })
        };
        listed.trim_end_matches('.').split(", ").filter_map(parameter).collect()
    }

    /// Plans the question in a session; parameters that are not given keep their defaults.
    ///
    /// # Errors
    /// When a parameter does not exist, or its value does not fit.
    pub fn ask<'ask>(
        &'ask self,
        session: &'ask Session,
        given: &'ask [(String, String)],
    ) -> BoxFuture<'ask, Result<DataFrame, QueryError>> {
        Box::pin(self.plan(session, given))
    }

    async fn plan(
        &self,
        session: &Session,
        given: &[(String, String)],
    ) -> Result<DataFrame, QueryError> {
        let parameters = self.parameters();
        let known = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
        if let Some((name, _)) = given.iter().find(|(name, _)| !known(name)) {
            return Err(self.unknown(name));
        }
        let frame = session.query(self.sql).await?;
        if parameters.is_empty() {
            return Ok(frame);
        }
        let value = |parameter: &Parameter| {
            let other = given.iter().rfind(|(name, _)| name == parameter.name);
            let text = other.map_or(parameter.default, |(_, text)| text.as_str());
            (parameter.name, scalar(text))
        };
        Ok(frame.with_param_values(parameters.iter().map(value).collect::<Vec<_>>())?)
    }

    fn comment(&self, line: usize) -> &'static str {
        let line = self.sql.lines().nth(line).unwrap_or_default();
        line.strip_prefix("-- ").unwrap_or_default()
    }

    fn unknown(&self, name: &str) -> QueryError {
        let known = self.parameters().iter().map(|parameter| parameter.name).collect::<Vec<_>>();
        QueryError::UnknownParameter {
            question: self.name.to_owned(),
            name: name.to_owned(),
            known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
        }
    }
}

/// A whole number where the text is one, else the text.
fn scalar(text: &str) -> ScalarValue {
    text.parse().map_or_else(|_| ScalarValue::from(text), |number: i64| ScalarValue::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_says_what_it_asks() {
        for question in ALL {
            assert!(question.title().ends_with('?'), "{}", question.name);
            let second = question.comment(1);
            assert!(second.starts_with("Grain: one row per "), "{}", question.name);
            assert!(second.contains("  View: ") && second.contains("  Parameters: "), "{second}");
            let placeholders = question.sql.lines().skip(2).any(|line| line.contains('$'));
            assert_eq!(placeholders, !question.parameters().is_empty(), "{}", question.name);
        }
    }

    #[test]
    fn parameters_carry_defaults() {
        let parameters = named("revenue_by_zone_and_hour").unwrap().parameters();
        let shown: Vec<_> =
            parameters.iter().map(|parameter| (parameter.name, parameter.default)).collect();
        assert_eq!(shown, [("from", "2000-01-01"), ("until", "2100-01-01")]);
        assert!(named("nothing").unwrap_err().to_string().contains("busiest_hours"));
    }
}
