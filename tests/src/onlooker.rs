//! A reader that looks at every cut while weir runs and is killed, and at earlier cuts again: money must always tie out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::display::array_value_to_string;
use queries::{At, Session};
use tokio::runtime::Runtime;

/// Accounts whose charges are not what was taken from their balances, at one cut.
const CHARGES_AGAINST_MOVEMENTS: &str = "
    SELECT account_id, currency, sum(amount) AS difference FROM (
        SELECT account_id, currency, amount FROM bill.charges
        UNION ALL
        SELECT account_id, currency, amount FROM bill.balance_movements WHERE movement = 'charge')
    GROUP BY account_id, currency HAVING sum(amount) <> 0";

/// Accounts whose balance is not the sum of their movements, at one cut.
const MOVEMENTS_AGAINST_BALANCES: &str = "
    SELECT account_id, currency, sum(amount) AS difference FROM (
        SELECT account_id, currency, amount FROM bill.balance_movements
        UNION ALL
        SELECT account_id, currency, -amount FROM bill.balances)
    GROUP BY account_id, currency HAVING sum(amount) <> 0";

/// States of usage that are not as many as the rows that show them, at one cut.
const ACCOUNTING_AGAINST_ROWS: &str = "
    SELECT state, sum(record_count) AS difference FROM (
        SELECT state, record_count FROM ops.usage_accounting
        UNION ALL SELECT 'rated', -count(*) FROM bill.charges
        UNION ALL SELECT 'suspended', -count(*) FROM bill.suspended_usage)
    WHERE state IN ('rated', 'suspended')
    GROUP BY state HAVING sum(record_count) <> 0";

/// What the balances come to.
const BALANCES: &str =
    "SELECT currency, sum(amount), count(*) FROM bill.balances GROUP BY currency ORDER BY currency";

/// How long the onlooker rests between two looks, so that weir gets on too.
const REST: Duration = Duration::from_millis(30);

/// A thread that looks on.
pub struct Onlooker {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// What an onlooker has seen: the sums of the balances at each cut.
#[derive(Debug, Default)]
pub struct Seen {
    /// By cut.
    pub cuts: BTreeMap<u64, Vec<String>>,
    /// How often an earlier cut was looked at again.
    pub again_count: u64,
}

impl Onlooker {
    /// Looks at a lake from its first cut on.
    ///
    /// # Panics
    /// If the machine cannot start a thread.
    #[must_use]
    pub fn begin(lake: PathBuf, seed: u64) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&stop);
        let look = move || {
            let mut eye = Eye::open(&lake, seed);
            while !stopped.load(Ordering::Relaxed) {
                eye.look();
                std::thread::park_timeout(REST);
            }
            eye.look();
            eye.seen
        };
        let thread = std::thread::Builder::new().name("onlooker".to_owned()).spawn(look);
        Self { stop, thread: thread.expect("the machine can start a thread") }
    }

    /// Ends looking, and says what was seen.
    ///
    /// # Panics
    /// If anything did not tie out.
    #[must_use]
    pub fn end(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        match self.thread.join() {
            Ok(seen) => seen,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

struct Eye {
    lake: String,
    runtime: Runtime,
    rng: fastrand::Rng,
    seen: Seen,
}

impl Eye {
    fn open(lake: &Path, seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self {
            lake: lake.display().to_string(),
            runtime: runtime.expect("the machine can start a runtime"),
            rng: fastrand::Rng::with_seed(seed),
            seen: Seen::default(),
        }
    }

    /// Looks at the newest cut if it is a new one, else at an earlier one again.
    fn look(&mut self) {
        let sealed = Path::new(&self.lake).join("_weir/cuts");
        if !sealed.is_dir() || sealed.read_dir().is_ok_and(|mut seals| seals.next().is_none()) {
            return;
        }
        let session = Session::open(&self.lake, At::Latest).expect("a lake can always be read");
        let cut = session.cut().cut;
        if self.seen.cuts.contains_key(&cut) {
            return self.look_again();
        }
        for question in
            [CHARGES_AGAINST_MOVEMENTS, MOVEMENTS_AGAINST_BALANCES, ACCOUNTING_AGAINST_ROWS]
        {
            let differences = self.ask(&session, question);
            assert!(differences.is_empty(), "cut {cut}: {differences:#?} by {question}");
        }
        self.check_change(&session, cut);
        let balances = self.ask(&session, BALANCES);
        self.seen.cuts.insert(cut, balances);
    }

    /// Movements that were posted since an earlier cut are the change of the balances.
    fn check_change(&self, session: &Session, cut: u64) {
        let Some((before, _)) = self.seen.cuts.last_key_value() else { return };
        assert!(*before < cut, "cut {cut} comes behind cut {before}");
        let question = format!(
            "SELECT currency, sum(amount) AS difference FROM (
                SELECT currency, amount FROM bill.balances
                UNION ALL SELECT currency, -amount FROM at_cut('bill.balances', {before})
                UNION ALL
                SELECT currency, -amount FROM bill.balance_movements WHERE cut > {before})
             GROUP BY currency HAVING sum(amount) <> 0"
        );
        let differences = self.ask(session, &question);
        assert!(differences.is_empty(), "between cut {before} and {cut}: {differences:#?}");
    }

    /// An earlier cut says what it has always said.
    fn look_again(&mut self) {
        let place = self.rng.usize(..self.seen.cuts.len());
        let (cut, balances) = self.seen.cuts.iter().nth(place).expect("a place among the cuts");
        let Ok(session) = Session::open(&self.lake, At::Cut(*cut)) else {
            return self.check_gone(*cut);
        };
        assert_eq!(&self.ask(&session, BALANCES), balances, "cut {cut} has changed");
        self.seen.again_count += 1;
    }

    /// Cuts of long ago are thinned out; others can always be opened.
    fn check_gone(&self, cut: u64) {
        let session = Session::open(&self.lake, At::Latest).expect("a lake can always be read");
        let retained = session.retained_cuts().expect("a lake can always be read");
        assert!(!retained.contains(&cut), "cut {cut} is retained but cannot be opened");
    }

    fn ask(&self, session: &Session, question: &str) -> Vec<String> {
        let rows = self.runtime.block_on(async {
            let frame = session.query(question).await.expect("the question is sound");
            frame.collect().await.expect("a sealed cut can be read")
        });
        rows.iter().flat_map(lines).collect()
    }
}

/// The rows of a batch as text.
fn lines(batch: &RecordBatch) -> Vec<String> {
    let line = |row: usize| {
        let show =
            |column: &ArrayRef| array_value_to_string(column, row).expect("values can be shown");
        batch.columns().iter().map(show).collect::<Vec<_>>().join("|")
    };
    (0..batch.num_rows()).map(line).collect()
}
