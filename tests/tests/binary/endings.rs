//! What ends weir with a clear word: records or topics that are gone, and somebody who does not want to wait.

use weir_tests::feeding::Feeding;
use weir_tests::harness::TOPICS;
use weir_tests::weir::Site;
use weir_tests::weir::running::Ended;
use weir_tests::weir::setting::{Input, Setting};

use super::{broker, produce};

/// One process that failed, with a message that has these words and no panic.
fn assert_failed(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.codes, [Some(1)], "{ended:#?}");
    let message = ended.said.lines().find(|line| line.starts_with("error:"));
    let message = message.unwrap_or_else(|| panic!("there is no message in {ended:#?}"));
    assert!(words.iter().all(|word| message.contains(word)), "{message}");
    assert!(!ended.said.contains("panicked"), "{ended:#?}");
}

#[test]
fn deleted_records_are_missed_until_that_is_accepted() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "gap", 1, Vec::new()).unwrap();
    let mut site = Site::found(Setting::of(feeding.input()));
    produce(&broker, "gap.usage.cdr", 0, 0..10);
    site.run_until_idle();
    let before = site.latest();
    produce(&broker, "gap.usage.cdr", 0, 10..20);
    broker.delete_records("gap.usage.cdr", 0, 15).unwrap();
    let ended = site.start().wait();
    assert_failed(
        &ended,
        &["\"gap.usage.cdr\"", "partition 0", "no longer has offset 10", "first is 15"],
    );
    assert_eq!(site.latest(), before);
    assert!(ended.said.contains("accept_gap = true"), "{}", ended.said);
    site.change(|setting| setting.usage = "accept_gap = true\n".to_owned());
    site.run_until_idle();
    assert_eq!(site.latest().unwrap().tables["raw.usage"].rows, 15);
}

#[test]
fn a_topic_that_is_made_again_ends_a_run() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "again", 1, Vec::new()).unwrap();
    let site = Site::found(Setting::of(feeding.input()));
    produce(&broker, "again.usage.cdr", 0, 0..10);
    let mut running = site.start();
    site.sealed(&mut running, "the first topic", |seal| seal.facts.record_count > 0);
    broker.delete_topic("again.usage.cdr").unwrap();
    broker.create_topic("again.usage.cdr", 1, &[]).unwrap();
    produce(&broker, "again.usage.cdr", 0, 0..20);
    assert_failed(&running.wait(), &["\"again.usage.cdr\" is not the one that was read before"]);
    assert_eq!(site.latest().unwrap().tables["raw.usage"].rows, 10);
}

#[test]
fn a_topic_that_was_made_again_meanwhile_is_not_read_until_that_is_accepted() {
    let broker = broker();
    let feeding = Feeding::to_topics(&broker, "meanwhile", 1, Vec::new()).unwrap();
    let mut site = Site::found(Setting::of(feeding.input()));
    produce(&broker, "meanwhile.usage.cdr", 0, 0..10);
    site.run_until_idle();
    let before = site.latest();
    broker.delete_topic("meanwhile.usage.cdr").unwrap();
    broker.create_topic("meanwhile.usage.cdr", 1, &[]).unwrap();
    produce(&broker, "meanwhile.usage.cdr", 0, 0..20);
    let ended = site.start().wait();
    assert_failed(&ended, &["\"meanwhile.usage.cdr\" is not the one that was read before"]);
    assert_eq!(site.latest(), before);
    let (_, rest) = ended.said.split_once("replaces = \"").unwrap();
    let (known, _) = rest.split_once('"').unwrap();
    site.change(|setting| setting.usage = format!("replaces = \"{known}\"\n"));
    site.run_until_idle();
    assert_eq!(site.latest().unwrap().tables["raw.usage"].rows, 30);
}

/// The first interrupt asks for a last cut, which here cannot come; the second one does not wait for it.
#[test]
fn a_second_interrupt_ends_a_process_at_once() {
    let files = tempfile::tempdir().unwrap();
    for topic in TOPICS {
        std::fs::write(files.path().join(format!("{topic}.jsonl")), "").unwrap();
    }
    let input = Input::Files(files.path().to_owned());
    let site = Site::found(Setting { processes: 2, ..Setting::of(input) });
    let ended = site.start_one(0).interrupt();
    assert_eq!(ended.codes, [Some(130)], "{ended:#?}");
    assert!(ended.said.contains("interrupted again"), "{ended:#?}");
}
