//! A process of a cluster that is lost: the others end, and say that it was not they who failed.

use weir_tests::feeding::{Feeding, recent_operator};
use weir_tests::weir::Site;
use weir_tests::weir::setting::Setting;

/// Whichever process is killed, the other ends with a message that says what has happened and what to do.
#[test]
fn a_lost_process_is_told_as_one() {
    for lost in [0, 1] {
        let folder = tempfile::tempdir().unwrap();
        let (items, _) = recent_operator(50, 500);
        let mut feeding = Feeding::to_files(folder.path().to_owned(), items).unwrap();
        feeding.feed_all().unwrap();
        let site = Site::found(Setting { processes: 2, ..Setting::of(feeding.input()) });
        let mut running = site.start();
        site.sealed(&mut running, "a cut", |seal| seal.facts.record_count > 0);
        let ended = running.kill(lost);
        assert_eq!(ended.codes[lost], None, "{ended:#?}");
        assert_eq!(ended.codes[1 - lost], Some(1), "{ended:#?}");
        let errors: Vec<_> = ended.said.lines().filter(|line| line.starts_with("error:")).collect();
        let [message] = errors[..] else { panic!("there is not one message in {ended:#?}") };
        for words in [
            "another process of the cluster has ended",
            "start all of them again",
            "last sealed cut",
        ] {
            assert!(message.contains(words), "{message}");
        }
        assert!(!ended.said.contains("panicked"), "{}", ended.said);
        site.run_until_idle();
    }
}
