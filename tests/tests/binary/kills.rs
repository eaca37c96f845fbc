//! SIGKILL at any moment under load: in the end the lake is that of a run that was never killed.
//!
//! `WEIR_KILLS=1000 cargo test -p weir-tests --test binary kills` kills each of them so often; without it a few times.

use std::collections::BTreeMap;
use std::time::Duration;

use connectors::lake::Seal;
use fastrand::Rng;
use weir_tests::feeding::{Feeding, recent_operator};
use weir_tests::onlooker::{Onlooker, Seen};
use weir_tests::published::{assert_same, published};
use weir_tests::waiting::{during, until};
use weir_tests::weir::Site;
use weir_tests::weir::running::{Ended, Running};
use weir_tests::weir::setting::{Input, Setting};

use super::{broker, taken};

/// How many sealed cuts are read in full once more at the end.
const VERIFIED_MAX: usize = 40;

#[test]
fn one_process_on_topics() {
    on_topics("one", 1, |_| {});
}

#[test]
fn two_workers_on_topics() {
    on_topics("workers", 2, |setting| setting.workers = 2);
}

#[test]
fn two_processes_on_topics() {
    on_topics("processes", 3, |setting| setting.processes = 2);
}

#[test]
fn two_processes_of_two_workers_on_topics() {
    on_topics("cluster", 5, |setting| (setting.processes, setting.workers) = (2, 2));
}

#[test]
fn one_process_on_files() {
    let folder = tempfile::tempdir().unwrap();
    let (items, _) = recent_operator(4, record_count());
    let feeding = Feeding::to_files(folder.path().to_owned(), items).unwrap();
    let setting = Setting::of(feeding.input());
    Assault::on(setting, feeding, 4).survive();
}

fn on_topics(name: &str, seed: u64, set: impl FnOnce(&mut Setting)) {
    let broker = broker();
    let (items, _) = recent_operator(seed, record_count());
    let feeding = Feeding::to_topics(&broker, &format!("kills-{name}"), 3, items).unwrap();
    let mut setting = Setting::of(feeding.input());
    set(&mut setting);
    Assault::on(setting, feeding, seed).survive();
}

fn kill_count() -> usize {
    std::env::var("WEIR_KILLS").map_or(5, |count| count.parse().expect("WEIR_KILLS is a number"))
}

/// So many that there is something left to read at each kill.
fn record_count() -> u64 {
    2_000 + 60 * u64::try_from(kill_count()).unwrap()
}

/// A weir that is killed again and again while it is fed.
struct Assault {
    site: Site,
    setting: Setting,
    feeding: Feeding,
    rng: Rng,
    /// What is fed between two looks.
    burst: usize,
    /// What may still be fed in this round, so that there is something left for each.
    share: usize,
    /// Every seal that was the newest after a kill.
    sealed: BTreeMap<u64, Seal>,
    onlooker: Onlooker,
}

impl Assault {
    fn on(setting: Setting, feeding: Feeding, seed: u64) -> Self {
        let site = Site::found(setting.clone());
        let onlooker = Onlooker::begin(site.lake_path(), seed);
        let rounds = kill_count() + 2;
        let burst = match setting.input {
            // A file is read as far as it goes at the start, so it grows between the runs.
            Input::Files(_) => 0,
            Input::Topics { .. } => 1 + feeding.counts().1 / rounds / 150,
        };
        let (rng, sealed) = (Rng::with_seed(seed), BTreeMap::new());
        Self { site, setting, feeding, rng, burst, share: 0, sealed, onlooker }
    }

    fn survive(mut self) {
        let kills = kill_count();
        for round in 0..kills {
            self.begin_round(kills + 2 - round);
            let running = self.site.start();
            let running = self.until_some_moment(running);
            let victim = self.rng.usize(..running.process_count());
            let ended = running.kill(victim);
            assert_eq!(ended.codes[victim], None, "round {round}: {ended:#?}");
            assert!(!ended.codes.contains(&Some(0)), "round {round}: {ended:#?}");
            self.remember();
        }
        self.begin_round(2);
        self.stop_under_load();
        self.feeding.feed_all().unwrap();
        self.site.run_until_idle();
        self.remember();
        self.judge();
    }

    /// A round gets its share of the rest; files get it before the run begins.
    fn begin_round(&mut self, rounds_left: usize) {
        self.share = self.feeding.counts().1 / rounds_left;
        if self.burst == 0 {
            self.feeding.feed(self.share).unwrap();
        }
    }

    fn feed_on(&mut self) {
        let count = self.burst.min(self.share);
        self.feeding.feed(count).unwrap();
        self.share -= count;
    }

    /// Feeds on until a moment that nobody has chosen: in a start, or in the middle of a later cut.
    fn until_some_moment(&mut self, mut running: Running) -> Running {
        if self.rng.u8(..4) == 0 {
            let span = Duration::from_millis(self.rng.u64(..2_000));
            during(span, || self.feed_on());
            return running;
        }
        self.until_next_seal(&mut running);
        let span = Duration::from_millis(self.rng.u64(..300));
        during(span, || self.feed_on());
        running
    }

    fn until_next_seal(&mut self, running: &mut Running) {
        let last = self.site.latest().map_or(0, |seal| seal.facts.cut);
        until("another cut", || {
            self.feed_on();
            let newest = self.site.latest().map_or(0, |seal| seal.facts.cut);
            assert!(newest > last || !running.has_ended(), "{}", running.said());
            (newest > last).then_some(())
        });
    }

    /// SIGTERM: one last cut, and a good end.
    fn stop_under_load(&mut self) {
        let mut running = self.site.start();
        self.until_next_seal(&mut running);
        let Ended { codes, said } = running.terminate();
        assert!(codes.iter().all(|code| *code == Some(0)), "{codes:?}: {said}");
        let last = self.site.latest().unwrap();
        assert_eq!(last.facts.reason, "shutdown", "{said}");
        self.remember();
    }

    fn remember(&mut self) {
        if let Some(seal) = self.site.latest() {
            self.sealed.insert(seal.facts.cut, seal);
        }
    }

    fn judge(mut self) {
        let lake = self.site.lake();
        let newest = self.site.latest().unwrap();
        assert_eq!(taken(&newest), self.feeding.counts().0);

        let once = Site::found(Setting { processes: 1, workers: 1, ..self.setting });
        once.run_until_idle();
        assert_same(&published(&lake), &published(&once.lake()), "killed and never killed");

        let retained = lake.seals().unwrap();
        self.sealed.retain(|cut, _| retained.contains(cut));
        for (cut, seal) in &self.sealed {
            assert_eq!(&lake.seal(*cut).unwrap(), seal, "cut {cut} has changed");
        }
        for cut in self.rng.choose_multiple(self.sealed.keys(), VERIFIED_MAX) {
            let problems = lake.verify(*cut).unwrap().problems;
            assert!(problems.is_empty(), "cut {cut}: {problems:#?}");
        }
        let verified = self.site.command(&["cuts", "verify"]).output().unwrap();
        assert!(verified.status.success(), "{verified:?}");
        let Seen { cuts, again_count } = self.onlooker.end();
        assert!(cuts.contains_key(&newest.facts.cut), "the onlooker saw {:?}", cuts.keys());
        assert!(cuts.len() > kill_count() / 3 && again_count > 0, "{again_count} of {cuts:?}");
    }
}
