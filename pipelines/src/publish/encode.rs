//! Rows as Arrow columns. Text is dictionary-encoded from ids: a text is looked up once per batch, not once per row.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int32Array, Int64Array, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{Field, Int32Type, Schema};
use datasets::dictionary::Table;
use datasets::ids::AccountId;
use datasets::provenance::Provenance;
use datasets::tables;
use datasets::units::EventTime;
use hashbrown::HashMap;

use super::cut_rows::Duplicate;
use super::movement::Movement;
use crate::charging::Base;
use crate::charging::base::STEP_VERSION;
use crate::charging::fold::{Balance, Charge, Credit, Suspended};
use crate::names::Names;

/// Encodes the rows of a lake: knows the text behind ids and source numbers.
#[derive(Clone, Debug)]
pub struct Encoder {
    names: Names,
    sources: Vec<Arc<str>>,
}

impl Encoder {
    /// An encoder over the texts of a process and the source ids of a lake, by their numbers.
    #[must_use]
    pub fn new(names: Names, sources: Vec<Arc<str>>) -> Self {
        Self { names, sources }
    }

    /// The text of an account.
    ///
    /// # Panics
    /// If nobody has registered it; whoever reads an account's records has.
    #[must_use]
    pub fn account(&self, account: AccountId) -> String {
        let text = self.names.text(account.spread());
        text.expect("ids come from registered texts").to_string()
    }

    /// Rows of `bill.charges`.
    #[must_use]
    pub fn charges(&self, rows: &[Charge]) -> RecordBatch {
        let mut columns = self.provenances(rows.iter().map(|row| row.provenance));
        columns.extend([
            self.texts(rows.iter().map(|row| row.account.spread())),
            self.texts(rows.iter().map(|row| row.subscription)),
            words(rows.iter().map(|row| row.service.as_str())),
            self.texts(rows.iter().map(|row| row.zone)),
            self.texts(rows.iter().map(|row| row.tariff)),
            instants(rows.iter().map(|row| Some(row.started_at))),
            counts(rows.iter().map(|row| row.quantity)),
            amounts(rows.iter().map(|row| i128::from(row.amount))),
            words(rows.iter().map(|row| row.currency)),
            counts(rows.iter().map(|row| row.included)),
        ]);
        batch(&tables::CHARGES, columns)
    }

    /// Rows of `bill.suspended_usage`.
    #[must_use]
    pub fn suspended(&self, rows: &[Suspended]) -> RecordBatch {
        let mut columns = self.provenances(rows.iter().map(|row| row.usage.provenance));
        columns.extend([
            words(rows.iter().map(|row| row.reason.as_str())),
            plain(rows.iter().map(|row| Some(row.usage.subscriber))),
            words(rows.iter().map(|row| row.usage.service.as_str())),
            plain(rows.iter().map(|row| Some(row.usage.called).filter(|called| !called.is_none()))),
            instants(rows.iter().map(|row| Some(row.usage.started_at))),
            counts(rows.iter().map(|row| row.usage.quantity)),
        ]);
        batch(&tables::SUSPENDED_USAGE, columns)
    }

    /// Rows of `bill.balance_movements`, posted by a cut.
    #[must_use]
    pub fn movements(&self, cut: u64, rows: &[Movement]) -> RecordBatch {
        let mut columns = vec![
            counts(rows.iter().map(|_| cut)),
            self.texts(rows.iter().map(|row| row.account.spread())),
            words(rows.iter().map(|row| row.kind)),
            Arc::new(rows.iter().map(|row| Some(row.reversal)).collect::<BooleanArray>()),
        ];
        columns.extend(self.provenances(rows.iter().map(|row| row.provenance)));
        columns.extend([
            instants(rows.iter().map(|row| Some(row.happened_at))),
            amounts(rows.iter().map(|row| i128::from(row.amount))),
            words(rows.iter().map(|row| row.currency)),
        ]);
        batch(&tables::BALANCE_MOVEMENTS, columns)
    }

    /// Rows of `bill.balances`.
    #[must_use]
    pub fn balances(&self, rows: &[Balance]) -> RecordBatch {
        let wallets = || rows.iter().map(|row| row.wallet);
        batch(
            &tables::BALANCES,
            vec![
                self.texts(rows.iter().map(|row| row.account.spread())),
                words(wallets().map(|wallet| wallet.currency)),
                totals(wallets().map(|wallet| -wallet.exposure())),
                totals(wallets().map(|wallet| wallet.charged)),
                totals(wallets().map(|wallet| wallet.topped_up)),
                counts(wallets().map(|wallet| wallet.charge_count)),
                counts(wallets().map(|wallet| wallet.topup_count)),
            ],
        )
    }

    /// Rows of `bill.credit`.
    #[must_use]
    pub fn credits(&self, rows: &[Credit]) -> RecordBatch {
        batch(
            &tables::CREDIT,
            vec![
                self.texts(rows.iter().map(|row| row.account.spread())),
                words(rows.iter().map(|row| row.state.as_str())),
                totals(rows.iter().map(|row| row.exposure)),
                totals(rows.iter().map(|row| row.limit)),
                words(rows.iter().map(|row| row.currency)),
                instants(rows.iter().map(|row| row.changed_at)),
            ],
        )
    }

    /// Rows of `state.accounts`, folded for good up to `since`.
    #[must_use]
    pub fn bases(&self, since: EventTime, rows: &[Base]) -> RecordBatch {
        let version = i32::try_from(STEP_VERSION).expect("versions are counted by hand");
        batch(
            &tables::STATE_ACCOUNTS,
            vec![
                self.texts(rows.iter().map(|row| row.account.spread())),
                instants(rows.iter().map(|_| Some(since))),
                Arc::new(rows.iter().map(|_| Some(version)).collect::<Int32Array>()),
                plain(rows.iter().map(|row| Some(row.state_text()))),
            ],
        )
    }

    /// Rows of `ops.duplicates`, found by a cut.
    #[must_use]
    pub fn duplicates(&self, cut: u64, rows: &[Duplicate]) -> RecordBatch {
        let mut columns = vec![counts(rows.iter().map(|_| cut))];
        columns.extend(self.provenances(rows.iter().map(|row| row.provenance)));
        columns.extend(self.provenances(rows.iter().map(|row| row.of)));
        batch(&tables::DUPLICATES, columns)
    }

    /// The three columns of provenances.
    #[must_use]
    pub fn provenances(&self, rows: impl Iterator<Item = Provenance> + Clone) -> Vec<ArrayRef> {
        let ids = rows.clone().map(|row| &*self.sources[usize::from(row.source())]);
        let partition =
            |row: Provenance| i32::try_from(row.partition()).expect("a partition has 14 bits");
        vec![
            words(ids),
            Arc::new(Int32Array::from_iter_values(rows.clone().map(partition))),
            counts(rows.map(Provenance::offset)),
        ]
    }

    /// The id of a source by its number.
    pub(super) fn source(&self, row: Provenance) -> &str {
        &self.sources[usize::from(row.source())]
    }

    /// The texts of ids; 0 stands for none.
    pub(super) fn texts(&self, ids: impl Iterator<Item = u64>) -> ArrayRef {
        self.names.with(|texts| {
            let mut places: HashMap<u64, i32> = HashMap::new();
            let mut values = StringBuilder::new();
            let mut place_of = |id: u64| {
                let next =
                    i32::try_from(places.len()).expect("a batch has fewer rows than i32::MAX");
                *places.entry(id).or_insert_with(|| {
                    values.append_value(texts.get(&id).expect("ids come from registered texts"));
                    next
                })
            };
            let keys: Int32Array = ids.map(|id| (id != 0).then(|| place_of(id))).collect();
            dictionary(keys, values.finish())
        })
    }
}

fn dictionary(keys: Int32Array, values: StringArray) -> ArrayRef {
    Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(values)))
}

/// Words of which there are few.
pub fn words<W: AsRef<str>>(rows: impl Iterator<Item = W>) -> ArrayRef {
    let mut known: Vec<String> = Vec::new();
    let mut last = 0;
    let keys = Int32Array::from_iter_values(rows.map(|word| {
        let word = word.as_ref();
        if known.get(last).is_none_or(|known| known != word) {
            let place = known.iter().position(|known| known == word);
            last = place.unwrap_or_else(|| {
                known.push(word.to_owned());
                known.len() - 1
            });
        }
        i32::try_from(last).expect("there are few words")
    }));
    dictionary(keys, StringArray::from(known))
}

/// Texts that seldom repeat, some of them absent.
pub fn plain<W: std::fmt::Display>(rows: impl Iterator<Item = Option<W>>) -> ArrayRef {
    Arc::new(rows.map(|word| word.map(|word| word.to_string())).collect::<StringArray>())
}

/// Instants, some of them absent.
pub fn instants(rows: impl Iterator<Item = Option<EventTime>>) -> ArrayRef {
    let micros: TimestampMicrosecondArray = rows.map(|at| at.map(|at| at.0)).collect();
    Arc::new(micros.with_timezone("UTC"))
}

/// Counts and quantities.
pub fn counts(rows: impl Iterator<Item = u64>) -> ArrayRef {
    let count = |count| i64::try_from(count).expect("a count is below 2^63");
    Arc::new(Int64Array::from_iter_values(rows.map(count)))
}

/// Amounts of one record, in 10⁻⁹.
pub fn amounts(rows: impl Iterator<Item = i128>) -> ArrayRef {
    decimals(rows, 18)
}

/// Sums of amounts, in 10⁻⁹.
pub fn totals(rows: impl Iterator<Item = i128>) -> ArrayRef {
    decimals(rows, 28)
}

fn decimals(rows: impl Iterator<Item = i128>, precision: u8) -> ArrayRef {
    let values = Decimal128Array::from_iter_values(rows);
    Arc::new(values.with_precision_and_scale(precision, 9).expect("a scale of 9 fits"))
}

/// A batch of a table; text columns may come as dictionaries, which Parquet stores alike.
pub fn batch(table: &Table, columns: Vec<ArrayRef>) -> RecordBatch {
    let field = |(field, column): (&Arc<Field>, &ArrayRef)| {
        Field::new(field.name(), column.data_type().clone(), field.is_nullable())
    };
    let fields: Vec<_> = table.arrow_schema().fields().iter().zip(&columns).map(field).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns fit their table")
}
