//! The answer of `weir rate`: a line per record, and the totals.

use std::collections::BTreeMap;
use std::io::Write;

use datasets::reference::NumberKind;
use datasets::units::{Currency, Money};
use serde_json::{Map, Value, json};

use super::explanation::Explainer;
use super::lines::Line;
use super::tariff_set::TariffSet;
use super::verdict::{Charge, Verdict};
use crate::cli::Failure;

/// Records with what became of them.
pub(super) struct Answer<'a> {
    pub(super) lines: &'a [Line],
    pub(super) verdicts: &'a [Verdict],
    pub(super) set: &'a TariffSet,
    pub(super) explain: bool,
}

impl Answer<'_> {
    /// One line per record; the totals go to stderr, so that the output stays a table.
    pub(super) fn write_csv(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(out);
        for (place, (line, verdict)) in self.lines.iter().zip(self.verdicts).enumerate() {
            let row = self.row(line, verdict);
            let explanation = self.explain.then(|| self.explanation(line, verdict).join("; "));
            if place == 0 {
                let names = row.iter().map(|(name, _)| *name);
                writer.write_record(names.chain(self.explain.then_some("explanation")))?;
            }
            let values = row.iter().map(|(_, value)| value.as_str());
            writer.write_record(values.chain(explanation.as_deref()))?;
        }
        writer.flush()?;
        for (status, count) in self.counts() {
            eprintln!("{count} {status}");
        }
        for (currency, total) in self.totals() {
            eprintln!("total {total} {currency}");
        }
        Ok(())
    }

    /// One object: the records, how many there are of each status, and the totals by currency.
    pub(super) fn write_json(&self, out: &mut impl Write) -> Result<(), Failure> {
        let object = |(line, verdict)| {
            let members = self.row(line, verdict).into_iter();
            let mut object: Map<String, Value> =
                members.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            if self.explain {
                object.insert("explanation".to_owned(), json!(self.explanation(line, verdict)));
            }
            Value::Object(object)
        };
        let records: Vec<Value> = self.lines.iter().zip(self.verdicts).map(object).collect();
        let total = |(currency, total): (Currency, Money)| json!({ "currency": currency.to_string(), "amount": total.to_string() });
        let totals: Vec<Value> = self.totals().into_iter().map(total).collect();
        let counts: Map<String, Value> = self
            .counts()
            .into_iter()
            .map(|(status, count)| (status.to_owned(), json!(count.to_string())))
            .collect();
        let answer = json!({ "records": records, "counts": counts, "totals": totals });
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        Ok(writeln!(out)?)
    }

    /// One record in the output's own words.
    fn row(&self, line: &Line, verdict: &Verdict) -> [(&'static str, String); 14] {
        let text =
            |id: u64| self.set.names.text(id).map_or_else(String::new, |text| text.to_string());
        let charge = match verdict {
            Verdict::Rated(charge) => Some(charge),
            _ => None,
        };
        let of_charge = |show: &dyn Fn(&Charge) -> String| charge.map_or_else(String::new, show);
        let cut_off_at =
            |charge: &Charge| charge.rated.cut_off_at.map_or_else(String::new, |at| at.to_string());
        [
            ("usage_id", line.usage_id.clone()),
            ("status", status(verdict).to_owned()),
            ("reason", reason(verdict).to_owned()),
            ("service", line.usage.service.as_str().to_owned()),
            ("started_at", line.usage.started_at.to_string()),
            ("quantity", line.usage.quantity.to_string()),
            ("account_id", of_charge(&|charge| text(charge.account.spread()))),
            ("zone", of_charge(&|charge| text(charge.rated.zone))),
            ("amount", of_charge(&|charge| Money(i128::from(charge.rated.amount)).to_string())),
            ("currency", of_charge(&|charge| charge.currency.to_string())),
            ("tariff_id", of_charge(&|charge| text(charge.rated.tariff))),
            ("row", of_charge(&|charge| text(charge.rated.row))),
            ("tax_inclusive", of_charge(&|charge| charge.rated.tax_inclusive.to_string())),
            ("cut_off_at", of_charge(&cut_off_at)),
        ]
    }

    fn explanation(&self, line: &Line, verdict: &Verdict) -> Vec<String> {
        let explainer = Explainer { set: self.set, service: line.usage.service };
        match verdict {
            Verdict::Rated(charge) => explainer.sentences(&charge.steps),
            Verdict::Suspended { reason, steps } => {
                let mut sentences = explainer.sentences(steps);
                sentences.push((*reason).to_owned());
                sentences
            }
            Verdict::Superseded | Verdict::Duplicate => Vec::new(),
        }
    }

    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for verdict in self.verdicts {
            *counts.entry(status(verdict)).or_default() += 1;
        }
        counts
    }

    fn totals(&self) -> BTreeMap<Currency, Money> {
        let mut totals: BTreeMap<Currency, Money> = BTreeMap::new();
        for verdict in self.verdicts {
            if let Verdict::Rated(charge) = verdict {
                let amount = Money(i128::from(charge.rated.amount));
                *totals.entry(charge.currency).or_default() += amount;
            }
        }
        totals
    }
}

fn status(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Rated(_) => "rated",
        Verdict::Suspended { .. } => "suspended",
        Verdict::Superseded => "superseded",
        Verdict::Duplicate => "duplicate",
    }
}

/// What a suspended record lacks, or why a rated one costs nothing.
fn reason(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Suspended { reason, .. } => reason,
        Verdict::Rated(charge) => match charge.rated.free {
            Some(NumberKind::Emergency) => "emergency_number",
            Some(_) => "free_number",
            None => "",
        },
        Verdict::Superseded | Verdict::Duplicate => "",
    }
}
