//! Sets of tariff documents: random ones, and ones written down.

use std::fmt;

use connectors::decode::document::read_canonical;
use datasets::ids::id64;
use datasets::reference::{Entity, RefTopic, Validity};

use super::rows::row;
use crate::rating::Plans;

/// Documents with their keys.
pub(crate) struct Set(pub(crate) Vec<(RefTopic, String, Validity, Entity)>);

impl Set {
    /// Documents as JSON, with their topics; their keys are their numbers.
    pub(crate) fn of<'t>(documents: impl IntoIterator<Item = (RefTopic, &'t str)>) -> Self {
        let read = |(number, (topic, text)): (usize, (RefTopic, &str))| {
            let (validity, entity) = read_canonical(topic, text)
                .unwrap_or_else(|reject| panic!("{}: {text}", reject.detail));
            (topic, number.to_string(), validity, entity)
        };
        Self(documents.into_iter().enumerate().map(read).collect())
    }

    pub(crate) fn plans(&self) -> Plans {
        let mut plans = Plans::default();
        for (_, key, validity, entity) in &self.0 {
            plans.hold(id64(key), *validity, entity);
        }
        plans
    }

    /// The same plans after everything came in another order, and some of it twice.
    pub(crate) fn plans_by_detours(&self, rng: &mut fastrand::Rng) -> Plans {
        let mut plans = Plans::default();
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        rng.shuffle(&mut order);
        for place in &order {
            let (_, key, validity, entity) = &self.0[*place];
            plans.hold(id64(key), *validity, entity);
        }
        rng.shuffle(&mut order);
        let again = &order[..order.len() / 2];
        for place in again {
            let (_, key, _, entity) = &self.0[*place];
            plans.withdraw(id64(key), entity);
        }
        for place in again.iter().rev() {
            let (_, key, validity, entity) = &self.0[*place];
            plans.hold(id64(key), *validity, entity);
        }
        plans
    }

    /// A few tariffs with everything that a row may ask for.
    pub(crate) fn random(rng: &mut fastrand::Rng) -> Self {
        use RefTopic::{Destinations, Holidays, Plans, Tariffs, TimeBands};
        let mut documents = Vec::new();
        for (tariff, fallback) in [("a", "b"), ("b", "c"), ("c", "")] {
            if rng.u8(0..4) > 0 {
                let zone = rng.choice(["UTC", "Europe/Berlin", "America/New_York"]).unwrap();
                let fallback = if rng.bool() { fallback } else { "" };
                documents.push((
                    Plans,
                    format!(
                        r#"{{"tariff_id":"{tariff}","time_zone":"{zone}","fallback":"{fallback}"}}"#
                    ),
                ));
            }
        }
        for (prefix, zone) in [("49", "de"), ("4917", "mobile"), ("4930", "berlin"), ("33", "fr")] {
            if rng.u8(0..5) > 0 {
                documents
                    .push((Destinations, format!(r#"{{"prefix":"{prefix}","zone":"{zone}"}}"#)));
            }
        }
        documents.push((
            Destinations,
            r#"{"prefix":"112","zone":"help","kind":"emergency"}"#.to_owned(),
        ));
        for date in ["12-31", "2026-06-05", "02-29"] {
            documents.push((Holidays, format!(r#"{{"calendar":"feasts","date":"{date}"}}"#)));
        }
        documents.extend((0..rng.usize(3..9)).map(|_| (TimeBands, band(rng))));
        documents.extend((0..rng.usize(8..24)).map(|_| (Tariffs, row(rng, false))));
        documents.extend((0..rng.usize(1..5)).map(|_| (Tariffs, row(rng, true))));
        Self::of(documents.iter().map(|(topic, text)| (*topic, text.as_str())))
    }
}

fn band(rng: &mut fastrand::Rng) -> String {
    let band = rng.choice(["peak", "off", "feast"]).unwrap();
    let times =
        ["00:00", "01:30", "02:00", "02:30", "03:00", "08:00", "18:00:30", "22:00", "23:59:59"];
    let (from, to) = loop {
        let pair = (rng.choice(times).unwrap(), rng.choice(times).unwrap());
        if pair.0 != pair.1 {
            break pair;
        }
    };
    let when = rng
        .choice([
            "",
            r#","weekdays":"mon-fri""#,
            r#","weekdays":"sat,sun""#,
            r#","weekdays":"sun""#,
            r#","months":"2-3","days":"29""#,
            r#","date":"2026-06-06""#,
            r#","calendar":"feasts""#,
        ])
        .unwrap();
    format!(r#"{{"band":"{band}","from":"{from}","to":"{to}"{when}}}"#)
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, key, validity, entity) in &self.0 {
            writeln!(f, "{key}: {validity:?} {entity:?}")?;
        }
        Ok(())
    }
}
