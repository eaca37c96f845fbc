//! The documents of prices and destinations, and what changes in them while usage flows.

use super::config::Config;
use super::documents::{Destination, Document, Entity, Price};
use super::prefixes::Prefixes;
use super::registrar::{established_at, version_key};
use super::tariffs::{self, TARIFFS};
use super::zones::{NATIONAL_FIXED, NATIONAL_MOBILE, PREMIUM, ZONES};
use crate::reference::Validity;
use crate::units::{EventTime, Money};
use crate::usage::Service;

/// The documents of all prices; where anything is unsettled, one price was wrong, one changes and one comes late.
pub(super) fn prices(config: &Config) -> Vec<Document> {
    tariffs::list().into_iter().flat_map(|price| price_documents(config, price)).collect()
}

fn price_documents(config: &Config, price: Price) -> Vec<Document> {
    let arrived_at = config.started_at.plus_seconds(-1_800);
    let always = Validity { from: established_at(config), to: EventTime::MAX };
    let other = Price { price: Money(price.price.0 * 3 / 4), ..price };
    let voice = price.service == Service::Voice;
    let settled = config.trouble.unsettled == 0;
    match (TARIFFS[price.tariff], price.zone) {
        ("smart", Some(NATIONAL_MOBILE)) if voice && !settled => {
            vec![priced(price, always, arrived_at), priced(other, always, config.at_permille(600))]
        }
        ("basic", Some(NATIONAL_MOBILE)) if voice && !settled => {
            let change = config.at_permille(500);
            vec![
                priced(price, Validity { to: change, ..always }, arrived_at),
                priced(other, Validity { from: change, ..always }, arrived_at),
            ]
        }
        ("business", Some(NATIONAL_FIXED)) if !voice && !settled => {
            vec![priced(price, always, config.at_permille(400))]
        }
        _ => vec![priced(price, always, arrived_at)],
    }
}

fn priced(price: Price, validity: Validity, arrived_at: EventTime) -> Document {
    let zone = price.zone.map_or(String::new(), |zone| format!("-{}", ZONES[zone].name));
    let name = format!("tar-{}-{}{zone}", TARIFFS[price.tariff], price.service.as_str());
    Document::of(version_key(&name, validity.from), arrived_at, validity, Entity::Price(price))
}

/// The documents of all prefixes; where anything is unsettled, one is deleted, one changes its zone and one comes late.
pub(super) fn destinations(config: &Config, prefixes: &Prefixes) -> Vec<Document> {
    let arrived_at = config.started_at.plus_seconds(-1_200);
    let plain = |(prefix, zone)| located(prefix, zone, Validity::ALWAYS, arrived_at);
    let mut documents: Vec<_> = prefixes.iter().map(plain).collect();
    if config.trouble.unsettled == 0 {
        return documents;
    }
    let inner = |place: &(usize, (u64, usize))| place.1.0 > 99_999 && place.1.1 == NATIONAL_MOBILE;
    let chosen: Vec<_> = prefixes.iter().enumerate().filter(inner).take(3).collect();
    for (fate, (place, (prefix, zone))) in chosen.into_iter().enumerate() {
        let change = config.at_permille(500);
        let before = Validity { to: change, ..Validity::ALWAYS };
        let after = Validity { from: change, ..Validity::ALWAYS };
        match fate {
            0 => documents.push(documents[place].tombstone(change)),
            1 => {
                documents[place] = located(prefix, zone, before, arrived_at);
                documents.push(located(prefix, PREMIUM, after, arrived_at));
            }
            _ => documents[place].arrived_at = config.at_permille(300),
        }
    }
    documents
}

fn located(prefix: u64, zone: usize, validity: Validity, arrived_at: EventTime) -> Document {
    let name = format!("dst-{prefix}");
    let key = match validity.from {
        EventTime::MIN => name,
        from => version_key(&name, from),
    };
    Document::of(key, arrived_at, validity, Entity::Destination(Destination { prefix, zone }))
}
