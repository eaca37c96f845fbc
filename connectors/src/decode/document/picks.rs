//! Choices among weekdays, months and days of the month, as lists and ranges.

use datasets::reference::Picks;

use crate::decode::fields::Fields;
use crate::decode::reject::Reject;

const WEEKDAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTH_NAMES: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A field of small numbers, some of which have names.
pub(super) struct Picked {
    pub(super) field: &'static str,
    wanted: &'static str,
    /// The names of the numbers from the first on, where they have names.
    names: &'static [&'static str],
    first: u32,
    last: u32,
}

pub(super) const WEEKDAYS: Picked = Picked {
    field: "weekdays",
    wanted: "days of the week such as mon-fri,sun",
    names: &WEEKDAY_NAMES,
    first: 0,
    last: 6,
};
pub(super) const MONTHS: Picked = Picked {
    field: "months",
    wanted: "months such as 6-8,12",
    names: &MONTH_NAMES,
    first: 1,
    last: 12,
};
pub(super) const DAYS: Picked = Picked {
    field: "days",
    wanted: "days of the month such as 1-7,24",
    names: &[],
    first: 1,
    last: 31,
};

impl Picked {
    fn number(&self, name: &str) -> Option<u32> {
        if let Some(place) = position(self.names, name) {
            return Some(place + self.first);
        }
        // Weekdays go by their names only: whether 1 is Monday would have to be guessed.
        let number = two_digits(name).filter(|_| self.first > 0)?;
        (self.first..=self.last).contains(&number).then_some(number)
    }

    /// A list that reads back as the choice.
    pub(super) fn text(&self, picks: Picks) -> String {
        let name = |number: u32| {
            let place = usize::try_from(number - self.first).unwrap_or(usize::MAX);
            self.names.get(place).map_or_else(|| number.to_string(), |name| (*name).to_owned())
        };
        picks.named().map(name).collect::<Vec<_>>().join(",")
    }

    fn next(&self, number: u32) -> u32 {
        if number == self.last { self.first } else { number + 1 }
    }
}

/// A list of numbers and ranges of numbers, `mon-fri,sun`; a range may go round the end.
pub(super) fn read(fields: &Fields<'_>, picked: &Picked) -> Result<Picks, Reject> {
    let value = fields.get(picked.field);
    let text = match value.optional_text(picked.field) {
        Ok(text) => text.map(str::to_owned),
        // A single number may stand in JSON without quotes.
        Err(_) => value.optional_whole(picked.field, 31)?.map(|number| number.to_string()),
    };
    let Some(text) = text else { return Ok(Picks::default()) };
    let refuse = || Reject::bad(picked.field, picked.wanted);
    let mut picks = Picks::default();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let mut next = picked.number(first).ok_or_else(refuse)?;
        let last = picked.number(last).ok_or_else(refuse)?;
        picks = picks.with(next);
        while next != last {
            next = picked.next(next);
            picks = picks.with(next);
        }
    }
    if picks.0 == 0 { Err(refuse()) } else { Ok(picks) }
}

fn position(names: &[&str], name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let place = names.iter().position(|known| *known == name)?;
    u32::try_from(place).ok()
}

/// A number of one or two digits.
pub(super) fn two_digits(text: &str) -> Option<u32> {
    let plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
