//! Numbers as they are dialled in one country, made E.164.

use std::borrow::Cow;

/// How numbers are dialled where a record comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// The country's calling code, such as `49`.
    pub country: String,
    /// What is dialled before a foreign number, such as `00`.
    pub international: String,
    /// What is dialled before a national number, such as `0`; empty where nothing is.
    #[serde(default)]
    pub trunk: String,
    /// Numbers with fewer digits are services of the network, such as 112, and stay as they are.
    #[serde(default = "shortest")]
    pub shortest: usize,
}

const fn shortest() -> usize {
    7
}

impl Home {
    /// The number as E.164 has it, without `+`; what is no number stays none.
    ///
    /// Where a trunk prefix is dialled, a number with none of the prefixes is taken to begin with its calling code.
    ///
    /// ```
    /// use weir_datasets::number::Home;
    /// let home = Home { country: "49".into(), international: "00".into(), trunk: "0".into(), shortest: 7 };
    /// for dialled in ["+49 (0)30 123456", "0049-30-123456", "030/123456", "4930123456"] {
    ///     assert_eq!(home.e164(dialled), "4930123456");
    /// }
    /// assert_eq!(home.e164("112"), "112");
    /// ```
    #[must_use]
    pub fn e164<'t>(&self, dialled: &'t str) -> Cow<'t, str> {
        let plain = plain(dialled);
        if let Some(digits) = plain.strip_prefix('+') {
            return Cow::Owned(digits.to_owned());
        }
        if plain.len() < self.shortest {
            return plain;
        }
        if let Some(digits) = foreign(&plain, &self.international) {
            return Cow::Owned(digits.to_owned());
        }
        match plain.strip_prefix(self.trunk.as_str()) {
            Some(national) => Cow::Owned(format!("{}{national}", self.country)),
            None => plain,
        }
    }
}

fn foreign<'t>(plain: &'t str, international: &str) -> Option<&'t str> {
    plain.strip_prefix(international).filter(|_| !international.is_empty())
}

/// Without what is written between digits to read them more easily.
fn plain(dialled: &str) -> Cow<'_, str> {
    let is_between = |letter: char| matches!(letter, ' ' | '-' | '.' | '/' | '(' | ')');
    if !dialled.contains(is_between) {
        return Cow::Borrowed(dialled);
    }
    // What is in "+49 (0)30" is dialled at home only.
    let dialled = match dialled.trim_start().starts_with('+') {
        true => dialled.replace("(0)", ""),
        false => dialled.to_owned(),
    };
    Cow::Owned(dialled.replace(is_between, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(home: &Home, number: &str) {
        let Home { country, international, trunk, .. } = home;
        let expected = format!("{country}{number}");
        for dialled in [
            format!("+{country}{number}"),
            format!("+{country} {}-{}", &number[..2], &number[2..]),
            format!("{international}{country}{number}"),
            format!("{trunk}{number}"),
        ] {
            assert_eq!(home.e164(&dialled), expected, "{dialled} in {home:?}");
        }
    }

    #[test]
    fn one_number_is_one_however_it_is_dialled() {
        let home = |country: &str, international: &str, trunk: &str| Home {
            country: country.to_owned(),
            international: international.to_owned(),
            trunk: trunk.to_owned(),
            shortest: 7,
        };
        check(&home("49", "00", "0"), "3012345678");
        check(&home("1", "011", "1"), "2125550100");
        check(&home("34", "00", ""), "911234567");
        check(&home("36", "00", "06"), "11234567");
        let german = home("49", "00", "0");
        for number in ["112", "1002", "115", "unknown", "", "4930123456"] {
            assert_eq!(german.e164(number), number);
        }
    }

    #[test]
    fn every_country_of_the_numbering_plan_has_its_way() {
        let path = "/work/shared/data/ref-e164-libphonenumber/e164_country_codes_derived.csv";
        let Ok(table) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is not there");
            return;
        };
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let mut tried = 0;
        for line in table.lines().skip(1) {
            let columns: Vec<&str> = line.rsplitn(3, ',').collect();
            let [international, trunk, rest] = columns.as_slice() else { continue };
            let country = rest.split(',').next().unwrap_or_default();
            if international.is_empty() || !plain(international) || !plain(trunk) {
                continue;
            }
            let [country, international, trunk] =
                [country, international, trunk].map(str::to_owned);
            check(&Home { country, international, trunk, shortest: 7 }, "712345678");
            tried += 1;
        }
        assert!(tried > 100, "{tried}");
    }
}
