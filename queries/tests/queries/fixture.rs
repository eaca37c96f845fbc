//! A lake on disk, written by hand: Delta logs as JSON, data as Parquet, seals as JSON.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{RecordBatch, new_null_array};
use datasets::dictionary::{Kind, Table};
use datasets::tables;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};
use tempfile::TempDir;
use weir_queries::{At, Session};

use crate::deletion::{self, Place};

/// A lake in the making.
pub(crate) struct LakeFixture {
    folder: TempDir,
    logs: BTreeMap<String, Log>,
}

/// A file, by its table and its name in it.
type Name<'name> = (&'name Table, &'name str);

/// The log of one table.
#[derive(Default)]
struct Log {
    version: i64,
    pending: Vec<Value>,
    /// Each live file: its `add` and how many rows it has lost.
    files: BTreeMap<String, (Value, usize)>,
}

impl LakeFixture {
    /// All tables exist and are empty; nothing is sealed.
    pub(crate) fn new() -> Self {
        let mut lake = Self { folder: TempDir::new().unwrap(), logs: BTreeMap::new() };
        for table in tables::ALL {
            let log = Log { version: -1, pending: head(table), ..Log::default() };
            lake.logs.insert(table.qualified_name(), log);
            fs::create_dir_all(lake.path(table).join("_delta_log")).unwrap();
            lake.commit(table);
        }
        lake
    }

    pub(crate) fn name(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    pub(crate) fn path(&self, table: &Table) -> PathBuf {
        self.folder.path().join(table.folder())
    }

    pub(crate) fn open(&self, at: At) -> Session {
        Session::open(self.name(), at).unwrap()
    }

    /// Adds a file of small row groups and pages.
    pub(crate) fn add(&mut self, (table, file): Name, batch: &RecordBatch, logged: Value) {
        let path = self.path(table).join(file);
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(100.max(batch.num_rows() / 16)))
            .set_data_page_row_count_limit(20)
            .set_write_batch_size(20)
            .build();
        let written = File::create(&path).unwrap();
        let mut writer = ArrowWriter::try_new(written, batch.schema(), Some(properties)).unwrap();
        writer.write(batch).unwrap();
        writer.close().unwrap();
        let add = json!({
            "path": file, "partitionValues": {}, "size": fs::metadata(&path).unwrap().len(),
            "modificationTime": 0, "dataChange": true, "stats": stats(batch.num_rows(), logged),
        });
        self.put((table, file), add, 0);
    }

    /// Replaces a file's deletion vector.
    pub(crate) fn delete(&mut self, (table, file): Name, deleted: &[u64], place: Place) {
        let vector = deletion::descriptor(&self.path(table), deleted, place);
        let (mut add, _) = self.log(table).files.remove(file).unwrap();
        self.take_back(table, &add);
        add["deletionVector"] = vector;
        self.put((table, file), add, deleted.len());
    }

    /// Commits what is pending, of all tables, and seals.
    pub(crate) fn seal(&mut self, cut: u64, now_micros: i64) {
        for table in tables::ALL {
            self.commit(table);
        }
        let sealed: Value =
            self.logs.iter().map(|(name, log)| (name.clone(), log.seal())).collect();
        let seal = json!({
            "cut": cut, "now": now_micros, "since": now_micros, "reason": "interval",
            "record_count": 7, "sources": ["test"], "positions": [], "step_versions": {},
            "tables": sealed, "generation": 1, "sealed_at": now_micros + 1,
        });
        let cuts = self.folder.path().join("_weir/cuts");
        fs::create_dir_all(&cuts).unwrap();
        for name in [format!("{cut:020}.json"), "latest.json".to_owned()] {
            fs::write(cuts.join(name), seal.to_string()).unwrap();
        }
    }

    /// A file that is not committed yet loses its `add`; any other is removed.
    fn take_back(&mut self, table: &Table, add: &Value) {
        let pending = &mut self.log(table).pending;
        if let Some(at) = pending.iter().position(|action| action["add"] == *add) {
            pending.remove(at);
            return;
        }
        let mut remove = json!({
            "path": add["path"], "deletionTimestamp": 0, "dataChange": true,
            "extendedFileMetadata": true, "partitionValues": {}, "size": add["size"],
        });
        if let Some(old) = add.get("deletionVector") {
            remove["deletionVector"] = old.clone();
        }
        pending.push(json!({ "remove": remove }));
    }

    fn put(&mut self, (table, file): Name, add: Value, lost: usize) {
        let log = self.log(table);
        log.pending.push(json!({ "add": add.clone() }));
        log.files.insert(file.to_owned(), (add, lost));
    }

    fn commit(&mut self, table: &Table) {
        let folder = self.path(table).join("_delta_log");
        let log = self.log(table);
        if log.pending.is_empty() {
            return;
        }
        log.version += 1;
        let lines: String = log.pending.drain(..).map(|action| format!("{action}\n")).collect();
        fs::write(folder.join(format!("{:020}.json", log.version)), lines).unwrap();
    }

    fn log(&mut self, table: &Table) -> &mut Log {
        self.logs.get_mut(&table.qualified_name()).unwrap()
    }
}

impl Log {
    fn seal(&self) -> Value {
        let live = |(add, lost): &(Value, usize)| {
            let stats: Value = serde_json::from_str(add["stats"].as_str().unwrap()).unwrap();
            usize::try_from(stats["numRecords"].as_u64().unwrap()).unwrap() - lost
        };
        let rows: usize = self.files.values().map(live).sum();
        json!({ "version": self.version, "rows": rows, "files": self.files.len(), "amount": "0" })
    }
}

/// A batch of the table with these columns; the others are null.
pub(crate) fn batch(table: &Table, columns: &[(&str, arrow::array::ArrayRef)]) -> RecordBatch {
    let schema = table.arrow_schema();
    let relaxed = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let length = columns[0].1.len();
    let column = |field: &Arc<arrow::datatypes::Field>| {
        let given = columns.iter().find(|(name, _)| name == field.name());
        given.map_or_else(|| new_null_array(field.data_type(), length), |(_, array)| array.clone())
    };
    let arrays = schema.fields().iter().map(column).collect();
    let relaxed = arrow::datatypes::Schema::new(relaxed.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(relaxed), arrays).unwrap()
}

fn stats(row_count: usize, mut logged: Value) -> String {
    logged["numRecords"] = row_count.into();
    logged.to_string()
}

/// Protocol and metadata.
fn head(table: &Table) -> Vec<Value> {
    let protocol = if table.kind == Kind::Current {
        json!({
            "minReaderVersion": 3, "minWriterVersion": 7,
            "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"],
        })
    } else {
        json!({ "minReaderVersion": 1, "minWriterVersion": 2 })
    };
    let field = |column: &datasets::dictionary::Column| {
        json!({
            "name": column.name, "type": column.kind.delta(), "nullable": column.nullable,
            "metadata": { "comment": column.meaning },
        })
    };
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    let schema = json!({ "type": "struct", "fields": fields }).to_string();
    let metadata = json!({
        "id": uuid::Uuid::new_v4(), "format": { "provider": "parquet", "options": {} },
        "schemaString": schema, "partitionColumns": [], "configuration": {}, "createdTime": 0,
    });
    vec![json!({ "protocol": protocol }), json!({ "metaData": metadata })]
}
