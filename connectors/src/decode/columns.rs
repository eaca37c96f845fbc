//! Decoded records in columns: the typed vector for the dataflow beside the rows of the raw table.

pub(crate) mod reference;
pub(crate) mod topup;
pub(crate) mod usage;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Int32Builder, Int64Builder, StringArray, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datasets::dictionary::Table;
use datasets::provenance::Provenance;

/// Columns of raw tables that the cut decides, which the runtime inserts.
pub const DECIDED_AT_ARRIVAL: [&str; 2] = ["arrival_cut", "lateness"];

/// The schema of a source's rows for a raw table: without the columns that the cut decides.
#[must_use]
pub fn source_schema(table: &Table) -> SchemaRef {
    let schema = table.arrow_schema();
    let own = |field: &&Arc<Field>| !DECIDED_AT_ARRIVAL.contains(&field.name().as_str());
    Arc::new(Schema::new(schema.fields().iter().filter(own).cloned().collect::<Vec<_>>()))
}

/// The provenance columns, which every raw table begins with.
#[derive(Default)]
struct Places {
    partitions: Int32Builder,
    offsets: Int64Builder,
}

impl Places {
    fn push(&mut self, place: Provenance) {
        let partition = i32::try_from(place.partition()).expect("a partition has 14 bits");
        self.partitions.append_value(partition);
        self.offsets.append_value(i64::try_from(place.offset()).expect("an offset has 42 bits"));
    }

    fn finish(&mut self, source_id: &str) -> [ArrayRef; 3] {
        let partitions = self.partitions.finish();
        let ids = StringArray::new_repeated(source_id, partitions.len());
        [Arc::new(ids), Arc::new(partitions), Arc::new(self.offsets.finish())]
    }
}

fn rows(
    table: &Table,
    places: [ArrayRef; 3],
    columns: impl IntoIterator<Item = ArrayRef>,
) -> RecordBatch {
    let columns = places.into_iter().chain(columns).collect();
    RecordBatch::try_new(source_schema(table), columns)
        .expect("the builders follow the table's columns")
}

fn instants() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone("UTC")
}
