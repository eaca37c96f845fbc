//! Clusters on loopback: they come together, part, notice who is lost, and refuse strangers.

use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use super::*;

fn hosts(count: usize) -> Vec<String> {
    let listeners: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().to_string()).collect()
}

fn joining(
    hosts: &[String],
    process: usize,
    fingerprint: u64,
) -> JoinHandle<Result<Sockets, ClusterError>> {
    let membership = Membership { hosts: hosts.to_vec(), process, fingerprint };
    std::thread::spawn(move || join(&membership))
}

fn joined(count: usize) -> Vec<Sockets> {
    let hosts = hosts(count);
    let threads: Vec<_> = (0..count).map(|process| joining(&hosts, process, 7)).collect();
    threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
}

/// Waits until a process has noticed that another is lost.
fn notices(sockets: &Sockets) {
    let waited = Stopwatch::started();
    while !sockets.lifelines.lost().load(Ordering::Relaxed) {
        assert!(!waited.has_passed(Duration::from_secs(10)), "a loss is noticed at once");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
fn every_process_is_connected_with_every_other() {
    for (process, sockets) in joined(3).into_iter().enumerate() {
        let connected: Vec<bool> = sockets.dataflow.iter().map(Option::is_some).collect();
        let expected: Vec<bool> = (0..3).map(|other| other != process).collect();
        assert_eq!(connected, expected, "process {process}");
    }
}

#[test]
fn whoever_is_lost_is_noticed_by_the_first_and_through_it_by_the_rest() {
    let mut sockets = joined(3);
    drop(sockets.remove(1));
    notices(&sockets[0]);
    drop(sockets.remove(0));
    notices(&sockets[0]);
}

#[test]
fn a_farewell_is_no_loss() {
    let mut sockets = joined(2);
    let (second, first) = (sockets.remove(1), sockets.remove(0));
    let lost = first.lifelines.lost();
    second.lifelines.farewell();
    first.lifelines.farewell();
    assert!(!lost.load(Ordering::Relaxed));
}

#[test]
fn a_process_with_another_configuration_is_refused() {
    let hosts = hosts(2);
    let first = joining(&hosts, 0, 7);
    let stranger = joining(&hosts, 1, 8).join().unwrap();
    assert!(matches!(stranger, Err(ClusterError::Disagreement { other: 0, .. })));
    let second = joining(&hosts, 1, 7).join().unwrap();
    assert!(second.is_ok() && first.join().unwrap().is_ok());
}

/// A probe of a port that connects and says nothing keeps nobody waiting.
#[test]
fn a_stranger_who_says_nothing_is_not_waited_for() {
    let hosts = hosts(2);
    let waited = Stopwatch::started();
    let first = joining(&hosts, 0, 7);
    let stranger = loop {
        match TcpStream::connect(hosts[0].as_str()) {
            Ok(stranger) => break stranger,
            Err(_) => std::thread::yield_now(),
        }
    };
    assert!(joining(&hosts, 1, 7).join().unwrap().is_ok() && first.join().unwrap().is_ok());
    assert!(!waited.has_passed(Duration::from_secs(15)));
    drop(stranger);
}
