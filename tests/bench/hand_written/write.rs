//! Narrow Parquet: charges as they come, balances at the end.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use anyhow::Result;
use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::fold::{CREDIT, Charged, Fold};
use super::reference::Texts;

/// Batches that are encoded together.
const TOGETHER: usize = 8;

/// Writes all charges into one file; returns its size.
pub(super) fn charges(path: &Path, texts: &Texts, batches: &Receiver<Charged>) -> Result<u64> {
    let mut writer: Option<ArrowWriter<File>> = None;
    let mut waiting = Vec::new();
    let mut write = |waiting: &mut Vec<RecordBatch>| -> Result<()> {
        let Some(first) = waiting.first() else { return Ok(()) };
        let rows = concat_batches(&first.schema(), waiting.iter())?;
        if writer.is_none() {
            let file = File::create(path)?;
            writer = Some(ArrowWriter::try_new(file, rows.schema(), Some(properties()))?);
        }
        waiting.clear();
        Ok(writer.as_mut().map_or(Ok(()), |writer| writer.write(&rows))?)
    };
    for batch in batches {
        waiting.push(rows_of(batch, texts)?);
        if waiting.len() == TOGETHER {
            write(&mut waiting)?;
        }
    }
    write(&mut waiting)?;
    if let Some(writer) = writer {
        writer.into_inner()?.sync_all()?;
    }
    Ok(path.metadata()?.len())
}

/// Writes what all accounts stand at; returns the file's size.
pub(super) fn balances(path: &Path, fold: &Fold) -> Result<u64> {
    let accounts = fold.accounts();
    let amounts: Decimal128Array = accounts.iter().map(|account| Some(account.balance)).collect();
    let states = accounts.iter().map(|account| Some(CREDIT[account.credit]));
    let rows = RecordBatch::try_from_iter([
        ("account_id", fold.texts().accounts),
        ("amount", Arc::new(amounts.with_precision_and_scale(28, 9)?)),
        ("state", Arc::new(states.collect::<StringArray>())),
    ])?;
    let mut writer = ArrowWriter::try_new(File::create(path)?, rows.schema(), Some(properties()))?;
    writer.write(&rows)?;
    writer.into_inner()?.sync_all()?;
    Ok(path.metadata()?.len())
}

fn rows_of(charged: Charged, texts: &Texts) -> Result<RecordBatch> {
    let words = |places: Vec<i32>, values: &ArrayRef| -> ArrayRef {
        Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(places), values.clone()))
    };
    let zones: Int32Array =
        charged.zones.iter().map(|zone| Some(*zone).filter(|z| *z > 0)).collect();
    let amounts = Decimal128Array::from(charged.amounts).with_precision_and_scale(18, 9)?;
    let currency: ArrayRef = Arc::new(StringArray::from(vec!["EUR"]));
    let one = vec![0; charged.offsets.len()];
    let partitions: ArrayRef = Arc::new(Int32Array::from(charged.partitions));
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("source_partition", partitions, false),
        ("source_offset", Arc::new(Int64Array::from(charged.offsets)), false),
        ("account_id", words(charged.accounts, &texts.accounts), false),
        ("service", words(charged.services, &texts.services), false),
        ("zone", Arc::new(DictionaryArray::<Int32Type>::new(zones, texts.zones.clone())), true),
        ("tariff_id", words(charged.tariffs, &texts.tariffs), false),
        ("started_at", Arc::new(TimestampMicrosecondArray::from(charged.started_at)), false),
        ("quantity", Arc::new(Int64Array::from(charged.quantities)), false),
        ("amount", Arc::new(amounts), false),
        ("currency", words(one, &currency), false),
    ])?)
}

fn properties() -> WriterProperties {
    let numbers = ["source_partition", "source_offset", "started_at", "quantity"];
    let general = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("zstd has a level 1")))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_dictionary_enabled("amount".into(), false);
    numbers
        .into_iter()
        .fold(general, |properties, name| {
            properties
                .set_column_dictionary_enabled(name.into(), false)
                .set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED)
        })
        .build()
}
