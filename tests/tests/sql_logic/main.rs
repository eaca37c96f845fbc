//! Questions and their answers as files: `tests/sql/*.slt` over a lake of one generated operator in three cuts.
//!
//! The files are those of sqllogictest, as far as we need them; its own runner would change features of crates that the
//! whole tree shares. `WEIR_BLESS=1` writes what is answered now; the difference is then read before it is committed.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod lake;

mod script;

use std::env;
use std::fs;
use std::path::PathBuf;

use queries::{Format, Session, output, questions};

use lake::Cuts;
use script::{Record, Script, Wanted};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sql")
}

/// The scripts, with their names.
fn scripts() -> Vec<(String, Script)> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let mut scripts: Vec<_> = files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let script = Script::parse(&fs::read_to_string(path).unwrap());
            (name, script)
        })
        .collect();
    scripts.sort_by(|(one, _), (other, _)| one.cmp(other));
    scripts
}

/// The answer to a record: rows under their names, or what was said instead.
async fn answer(session: &Session, wanted: &Wanted) -> Result<String, String> {
    let frame = match wanted {
        Wanted::Query(sql) | Wanted::Error(sql) => session.query(sql).await,
        Wanted::Question(name, given) => questions::named(name).unwrap().ask(session, given).await,
    };
    let mut rows = Vec::new();
    let frame = frame.map_err(|error| error.to_string())?;
    let outcome = output::write(frame, Format::Csv, &mut rows).await;
    outcome.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(rows).unwrap())
}

/// What stands behind `----`.
async fn said(session: &Session, record: &Record) -> String {
    match (answer(session, &record.wanted).await, &record.wanted) {
        (Ok(rows), Wanted::Error(_)) => format!("no error, but rows:\n{rows}"),
        (Err(error), Wanted::Error(_)) => format!("{}\n", error.lines().next().unwrap()),
        (Err(error), _) => format!("error: {error}\n"),
        (Ok(rows), _) => rows,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_the_answer_that_its_file_says() {
    let cuts = Cuts::publish();
    let mut problems = Vec::new();
    for (name, mut script) in scripts() {
        for record in &mut script.records {
            let session = cuts.session(&record.connection);
            let said = said(&session, record).await.replace(cuts.folder(), "LAKE");
            if said != record.answer {
                let Record { line, answer, .. } = record;
                problems.push(format!("{name}:{line}:\n{said}-- expected:\n{answer}"));
            }
            record.answer = said;
        }
        if env::var_os("WEIR_BLESS").is_some() {
            fs::write(folder().join(&name), script.to_string()).unwrap();
        }
    }
    let blessed = env::var_os("WEIR_BLESS").is_some();
    assert!(blessed || problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_saved_question_is_asked() {
    let scripts = scripts();
    let asked = |name: &str| {
        let mut records = scripts.iter().flat_map(|(_, script)| &script.records);
        records.any(|record| matches!(&record.wanted, Wanted::Question(asked, _) if asked == name))
    };
    let forgotten: Vec<_> = questions::ALL.iter().filter(|one| !asked(one.name)).collect();
    assert!(forgotten.is_empty(), "not in tests/sql: {forgotten:?}");
}
