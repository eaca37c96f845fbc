//! Opens a worker's sources where the sealed cuts left off.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use connectors::source::running::RunningSource;
use connectors::source::{Batch, Launch, Role, Share, Start as Begin};
use timely::worker::Worker;

use super::orders::Start;
use super::{RuntimeError, Shared};

/// How many batches may wait before sources pause.
const BATCHES_WAITING: usize = 16;

type Opened = (Vec<(u8, RunningSource)>, Receiver<Batch>);

/// Starts the sources that are this worker's: its share of those that can be shared, and in turn the others.
pub(super) fn open_sources(
    worker: &Worker,
    shared: &Shared,
    start: &Start,
) -> Result<Opened, RuntimeError> {
    let (sender, batches) = std::sync::mpsc::sync_channel(BATCHES_WAITING);
    let mut sources = Vec::new();
    for (place, feed) in shared.feeds.iter().enumerate() {
        let share = match feed.is_shared() {
            true => Share { reader: worker.index(), of: worker.peers() },
            false => Share::WHOLE,
        };
        if share == Share::WHOLE && place % worker.peers() != worker.index() {
            continue;
        }
        let number = number_of(feed.source_id(), start);
        let positions = start.facts.positions.iter().filter(|at| at.source == number);
        let positions: BTreeMap<u32, u64> =
            positions.map(|at| (at.partition, at.next_offset)).collect();
        let begin = match feed.role() {
            _ if !positions.is_empty() => Begin::Positions(positions),
            // Without the documents from before the instant nothing could be rated.
            Role::Reference(_) => Begin::Earliest,
            Role::Usage | Role::TopUps => shared.settings.begin.clone(),
        };
        let pseudonyms = shared.pseudonyms.clone();
        let launch = Launch { number, share, pseudonyms, start: begin, batches: sender.clone() };
        let files = start.facts.files.get(feed.source_id()).map_or(&[][..], Vec::as_slice);
        let source = feed.start(launch, files)?;
        shared.vitals.opened(feed.source_id(), source.shared_status());
        sources.push((number, source));
    }
    Ok((sources, batches))
}

/// The lake's number for a source.
fn number_of(source_id: &str, start: &Start) -> u8 {
    let place = start.facts.sources.iter().position(|known| known == source_id);
    let place = place.expect("the start names every configured source");
    u8::try_from(place).expect("a lake has at most 256 sources")
}

/// What the records of each source are, by its number.
pub(super) fn roles(shared: &Shared, start: &Start) -> BTreeMap<u8, Role> {
    let feeds = shared.feeds.iter();
    feeds.map(|feed| (number_of(feed.source_id(), start), feed.role())).collect()
}
