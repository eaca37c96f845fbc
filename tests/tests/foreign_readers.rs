//! DuckDB, Polars and delta-rs read every table at every sealed version as weir does.
//!
//! Needs `python3` with `venv` and a package index; the packages go to `WEIR_TEST_CACHE`, or into the target folder.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimeUnit};
use arrow::util::display::array_value_to_string;
use connectors::lake::Lake;
use datasets::tables;
use serde_json::{Value, json};

#[path = "../../connectors/tests/lake/rows.rs"]
#[allow(dead_code, reason = "the lake's own tests use the rest")]
mod rows;
#[path = "../../connectors/tests/lake/script.rs"]
#[allow(dead_code, reason = "the lake's own tests use the rest")]
mod script;

fn readers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("readers")
}

/// The interpreter of a virtual environment with the readers' packages.
fn python() -> &'static Path {
    static PYTHON: LazyLock<PathBuf> = LazyLock::new(make_environment);
    &PYTHON
}

/// Makes the environment, unless an earlier run has.
fn make_environment() -> PathBuf {
    let cache = env::var_os("WEIR_TEST_CACHE").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let wanted = fs::read_to_string(readers().join("requirements.txt")).unwrap();
    let folder = cache.join(format!("readers-{}", digest([wanted.as_str()])));
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        let requirements = readers().join("requirements.txt");
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(requirements));
        fs::write(ready, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let status = command.status();
    assert!(
        status.as_ref().is_ok_and(|status| status.success()),
        "{command:?} failed with {status:?}: install python3 3.10 or newer with its venv and pip modules \
         (on Debian: apt-get install python3-venv), and let it reach a package index"
    );
}

fn ask(requests: &[Value]) -> Vec<Value> {
    let mut child = Command::new(python())
        .arg(readers().join("read_tables.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let requests = serde_json::to_vec(requests).unwrap();
    child.stdin.take().unwrap().write_all(&requests).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the readers failed: {}", output.status);
    output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// FNV-1a of 64 bits over the lines, each followed by a line feed.
fn digest<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let bytes = lines.into_iter().flat_map(|line| line.bytes().chain([b'\n']));
    let step = |value: u64, byte| (value ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    format!("{:016x}", bytes.fold(0xCBF2_9CE4_8422_2325, step))
}

/// The rows as the readers' script writes them.
fn lines(batch: &RecordBatch) -> Vec<String> {
    let line = |row| {
        let value = |column: &arrow::array::ArrayRef| value(column, row);
        batch.columns().iter().map(value).collect::<Vec<_>>().join("|")
    };
    (0..batch.num_rows()).map(line).collect()
}

fn value(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value(row).to_string(),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let micros = cast(column, &DataType::Int64).unwrap();
            micros.as_primitive::<Int64Type>().value(row).to_string()
        }
        _ => array_value_to_string(column, row).unwrap(),
    }
}

/// What weir itself says of each table at each version that some cut sealed.
fn expectations(lake: &Lake, root: &Path) -> Vec<(Value, Value)> {
    let mut expectations = Vec::new();
    for table in tables::ALL {
        let mut last = -1;
        for cut in lake.seals().unwrap() {
            let name = table.qualified_name();
            let sealed = lake.seal(cut).unwrap().tables[&name];
            if sealed.version == last {
                continue;
            }
            last = sealed.version;
            let batches = lake.read(table, sealed.version).unwrap();
            let mut rows: Vec<String> = batches.flat_map(|batch| lines(&batch.unwrap())).collect();
            rows.sort_unstable();
            let path = root.join(table.folder());
            expectations.push((
                json!({ "table": name, "path": path, "version": last, "total": table.total }),
                json!({
                    "rows": sealed.rows,
                    "total": sealed.amount.to_string(),
                    "digest": digest(rows.iter().map(String::as_str)),
                }),
            ));
        }
    }
    expectations
}

fn compare(lake: &Lake, root: &Path) {
    let expectations = expectations(lake, root);
    let requests: Vec<Value> = expectations.iter().map(|(request, _)| request.clone()).collect();
    let answers = ask(&requests);
    assert_eq!(answers.len(), requests.len() * 3, "three engines answer each question");
    for (answers, (request, expected)) in answers.chunks(3).zip(&expectations) {
        for answer in answers {
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&answer[key], value, "{key} of {request} differs: {answer}");
            }
        }
    }
}

#[test]
fn foreign_readers_agree_through_merges_and_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    script::run_to_end(&lake, &script::history(21, 14, 60)).unwrap();
    compare(&lake, folder.path());
}

#[test]
fn foreign_readers_agree_on_vectors_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    script::run_to_end(&lake, &script::history(31, 4, 6_000)).unwrap();
    let files = lake.store().list("bill/charges").unwrap();
    assert!(files.iter().any(|name| name.starts_with("deletion_vector_")), "{files:?}");
    compare(&lake, folder.path());
}

#[test]
fn foreign_readers_agree_where_the_log_was_thinned_out() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::local(folder.path()).unwrap();
    let history = script::history(17, 240, 12);
    script::run_with(&lake, &history, script::forgetful_upkeep(0)).unwrap();
    assert!(lake.seals().unwrap().len() < 40);
    compare(&lake, folder.path());
}
