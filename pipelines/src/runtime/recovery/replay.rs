//! The streams of raw rows side by side, cut by cut: what each cut took in, and what it decided.

use std::iter::Peekable;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use connectors::lake::{Arrivals, Arrived, LakeError};
use datasets::reference::RefChange;
use datasets::usage::UsageEvent;
use operators::rows::Epoch;
use operators::tick::Tick;

use super::past::Past;
use crate::mediation::Received;

/// Rows in a slice at least, where the cut has so many. Large slices are folded in order: what was late by less than
/// a slice is sorted before it is folded, and not sorted in behind what was folded.
const SLICE_ROWS: usize = 256 * 1_024;
/// Pieces of usage that are decoded ahead.
const PIECES_AHEAD: usize = 32;

/// Part of what a cut took in.
#[derive(Debug)]
pub struct Slice {
    /// Usage that was to be mediated.
    pub usage: Vec<UsageEvent>,
    /// Top-ups.
    pub topups: Vec<Received>,
    /// Changes to reference data.
    pub changes: Vec<RefChange>,
    /// What the cut recorded; the last slice of a cut ends it.
    pub tick: Tick,
}

impl Slice {
    fn of(tick: Tick) -> Self {
        Self { usage: Vec::new(), topups: Vec::new(), changes: Vec::new(), tick }
    }

    /// How many rows there are.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.usage.len() + self.topups.len() + self.changes.len()
    }
}

type Stream<T> = Peekable<Box<dyn Iterator<Item = Result<Arrived<T>, LakeError>>>>;

/// What the sealed cuts took in: reference data, then events in the order of their cuts. Runs of cuts without rows are
/// one slice. Where all is folded anew, reference data comes with its cut.
pub struct Replay {
    past: Vec<Past>,
    refolds: bool,
    /// How many cuts have ended.
    ended: usize,
    usage: Stream<UsageEvent>,
    topups: Stream<Received>,
    changes: Stream<RefChange>,
    epoch: Epoch,
}

impl Replay {
    /// Reads usage on a thread of its own.
    pub(super) fn begin(
        (past, refolds): (Vec<Past>, bool),
        usage: Arrivals<UsageEvent>,
        topups: Arrivals<Received>,
        changes: Arrivals<RefChange>,
    ) -> Self {
        let usage: Box<dyn Iterator<Item = _>> = Box::new(Ahead::of(usage));
        let topups: Box<dyn Iterator<Item = _>> = Box::new(topups);
        let changes: Box<dyn Iterator<Item = _>> = Box::new(changes);
        Self {
            past,
            refolds,
            ended: 0,
            usage: usage.peekable(),
            topups: topups.peekable(),
            changes: changes.peekable(),
            epoch: 0,
        }
    }

    /// The epoch of the next slice, which is free when there is none.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The next slice.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn next_slice(&mut self) -> Result<Option<Slice>, LakeError> {
        if let Some(slice) = self.reference()? {
            return Ok(Some(slice));
        }
        let cuts = [due(&mut self.usage), due(&mut self.topups), due(&mut self.changes)];
        let due = cuts.into_iter().flatten().min();
        let place = match due {
            // Rows come in the order of their cuts, so those of cuts that have ended are all out.
            Some(cut) => self.past.partition_point(|past| past.cut < cut),
            None => self.past.len(),
        };
        if place > self.ended {
            self.ended = place;
            let past = self.past[place - 1];
            return Ok(Some(Slice::of(self.tick(past, true))));
        }
        let Some(cut) = due else { return Ok(None) };
        let past = self.past[place];
        let mut slice = Slice::of(self.tick(past, false));
        take(&mut self.changes, cut, &mut slice.changes)?;
        take(&mut self.topups, cut, &mut slice.topups)?;
        take(&mut self.usage, cut, &mut slice.usage)?;
        assert!(past.cut == cut, "rows arrived in a sealed cut");
        let mut more = has(&mut self.usage, cut) || has(&mut self.topups, cut);
        more |= has(&mut self.changes, cut);
        slice.tick.ends_cut = !more;
        self.ended = place + usize::from(slice.tick.ends_cut);
        Ok(Some(slice))
    }

    /// Reference data goes first, whatever its cut: what events come to depends on it as it stands in the end, and a
    /// change that finds no events has nothing to fold anew.
    fn reference(&mut self) -> Result<Option<Slice>, LakeError> {
        if self.refolds || self.changes.peek().is_none() {
            return Ok(None);
        }
        let (epoch, least) = (self.next_epoch(), i64::MIN);
        let tick = Tick { epoch, now: least, since: least, ends_cut: false };
        let mut slice = Slice::of(tick);
        take(&mut self.changes, u64::MAX, &mut slice.changes)?;
        Ok(Some(slice))
    }

    fn next_epoch(&mut self) -> Epoch {
        self.epoch += 2;
        self.epoch - 2
    }

    fn tick(&mut self, past: Past, ends_cut: bool) -> Tick {
        let epoch = self.next_epoch();
        Tick { epoch, now: past.now.0, since: past.since.0, ends_cut }
    }
}

/// The cut of the rows that come next; an error is due at once.
fn due<T>(stream: &mut Stream<T>) -> Option<u64> {
    stream.peek().map(|next| next.as_ref().map_or(0, |(cut, _)| *cut))
}

fn has<T>(stream: &mut Stream<T>, cut: u64) -> bool {
    due(stream).is_some_and(|due| due <= cut)
}

/// Takes rows of a cut, until there are enough.
fn take<T>(stream: &mut Stream<T>, cut: u64, rows: &mut Vec<T>) -> Result<(), LakeError> {
    while rows.len() < SLICE_ROWS && has(stream, cut) {
        let (_, mut more) = stream.next().expect("there is a next one")?;
        rows.append(&mut more);
    }
    Ok(())
}

/// Pieces that a thread of its own reads ahead; it ends when nobody listens.
struct Ahead<T> {
    pieces: Receiver<Result<Arrived<T>, LakeError>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Ahead<T> {
    fn of(rows: Arrivals<T>) -> Self {
        let (sender, pieces) = sync_channel(PIECES_AHEAD);
        let read = move || {
            for piece in rows {
                if sender.send(piece).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("recover".to_owned()).spawn(read);
        Self { pieces, thread: Some(thread.expect("the machine can start a thread")) }
    }
}

impl<T> Iterator for Ahead<T> {
    type Item = Result<Arrived<T>, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.pieces.recv().ok();
        if piece.is_none()
            && let Some(thread) = self.thread.take()
        {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        piece
    }
}
