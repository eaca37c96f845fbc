//! Allowances as documents write them.

use datasets::reference::Validity;
use datasets::reference::allowance::Allowance as Document;

use super::allowance::{Allowance, Rollover};
use super::scope::Scope;
use crate::balances::bucket::{Unit, id_of};
use crate::names::Names;

impl Allowance {
    /// What a holder is granted by a document that was checked.
    ///
    /// Whoever reads it finds the holder: the account, the pool, or each account that has the offering.
    #[must_use]
    pub fn read((validity, document): (Validity, &Document), holder: u64, names: &Names) -> Self {
        let ids = |texts: &[String]| texts.iter().map(|text| names.intern(text)).collect();
        let id = names.intern(&document.allowance_id);
        Self {
            // Holders of one offering have each their own.
            id: id_of(id, validity.from, holder),
            name: id,
            holder,
            scope: Scope {
                service: Some(document.service),
                zones: ids(&document.zones),
                bands: ids(&document.bands),
            },
            unit: Unit::of(document.service),
            quantity: document.quantity,
            increment: document.increment,
            priority: document.priority,
            validity,
            cycle: document.every.as_ref().and_then(|every| every.cycle()),
            is_prorated: document.prorated,
            rollover: document
                .rollover
                .map(|rollover| Rollover { most: rollover.most, periods: rollover.periods }),
            cap: document.cap,
            is_blocker: document.blocker,
        }
    }
}

#[cfg(test)]
mod tests {
    use datasets::reference::dated::read;
    use datasets::units::EventTime;

    use super::*;

    #[test]
    fn an_allowance_reads_as_it_is_written() {
        let text = r#"{"allowance_id":"bolt-on","account_id":"a","service":"data","quantity":3000,"prorated":true,
            "zones":["home"],"every":{"period":"month","time_zone":"UTC"},"valid_from":"2026-04-11T00:00:00Z"}"#;
        let (validity, document) = read::<Document>(text).unwrap();
        let names = Names::default();
        let allowance = Allowance::read((validity, &document), 7, &names);
        let at = EventTime::parse_rfc3339("2026-04-20T00:00:00Z").unwrap();
        assert_eq!(allowance.portion(at).unwrap().quantity, 2_000);
        assert_eq!(allowance.scope.zones, [names.intern("home")]);
        assert_ne!(allowance.id, Allowance::read((validity, &document), 8, &names).id);
    }
}
