//! The shell fed from a text: statements over several lines, commands, and the first error ends it.

use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

use datasets::tables::CHARGES;
use weir_queries::shell::feed;
use weir_queries::{At, Format, QueryError};

use crate::charges::{Charge, MIDNIGHT, logged, rows as batch};
use crate::deletion::Place;
use crate::fixture::LakeFixture;

/// Keeps what the shell writes.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn fed(text: &str, format: Format) -> (String, Result<(), QueryError>) {
    let charges: Vec<Charge> = (0..10).map(Charge).collect();
    let mut lake = LakeFixture::new();
    lake.add((&CHARGES, "file.parquet"), &batch(&charges), logged(&charges));
    lake.seal(1, MIDNIGHT);
    lake.delete((&CHARGES, "file.parquet"), &[0, 1], Place::Log);
    lake.seal(2, MIDNIGHT + 60_000_000);
    let kept = Kept::default();
    let input = Box::new(Cursor::new(text.to_owned()));
    let outcome = feed(lake.open(At::Latest), format, input, Box::new(kept.clone())).await;
    let written = kept.0.lock().unwrap().clone();
    (String::from_utf8(written).unwrap(), outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_end_with_a_semicolon_or_with_the_text() {
    let text =
        "SELECT count(*) AS n\n  FROM charges -- not here;\n; SELECT 'a;\nb' AS t;\nSELECT 3 AS x";
    let (written, outcome) = fed(text, Format::Csv).await;
    outcome.unwrap();
    assert_eq!(written, "n\n8\nt\n\"a;\nb\"\nx\n3\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_move_between_cuts_and_explain() {
    let text =
        "\\cut 1\nSELECT count(*) AS n FROM charges;\n\\cut\nSELECT count(*) AS n FROM charges;
\\f ndjson\n\\d ops.cuts\n\\d\n\\cuts\n\\i\n\\i busiest_hours limit=1\n\\?\n\\q\nSELECT 'unseen';";
    let (written, outcome) = fed(text, Format::Csv).await;
    outcome.unwrap();
    assert!(written.starts_with("n\n10\nn\n8\n"), "{written}");
    for part in [
        "{\"column_name\":\"cut\",\"data_type\":\"long\",\"nullable\":false,\"privacy\":\"none\",\"meaning\":\"Number of the cut, ascending.\"}",
        "bill.charges                          8  one row per rated usage record",
        "*       2  now 2026-11-24T00:01:00Z",
        "        1  now 2026-11-24T00:00:00Z",
        "top_accounts                 Which accounts were charged most?  limit=10",
        "{\"hour_at\":\"2026-11-24T00:00:00Z\",\"service\":\"sms\",\"record_count\":3,\"quantity\":15}",
        "\\q                      end",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
    assert!(!written.contains("unseen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_error_ends_it() {
    for (text, message) in [
        ("SELECT 1 AS x;\nSELECT * FROM bill.charge;\nSELECT 2 AS y;", "did you mean"),
        ("SELECT 1 AS x;\n\\cut 7\nSELECT 2 AS y;", "the retained cuts are 1 to 2"),
        ("SELECT 1 AS x;\n\\z\nSELECT 2 AS y;", "no command"),
        ("SELECT 1 AS x;\n\\d bill.charge\nSELECT 2 AS y;", "did you mean"),
    ] {
        let (written, outcome) = fed(text, Format::Csv).await;
        assert_eq!(written, "x\n1\n");
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
