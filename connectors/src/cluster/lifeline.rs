//! A connection that says nothing but "still here", so that a process that is lost is noticed by the others.
//!
//! The first process holds one to each other process. Whoever is lost ends the first process, and that ends the rest.

use std::io::{ErrorKind, Read, Result, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::stopwatch::Stopwatch;

const STILL_HERE: u8 = b'.';
const FAREWELL: u8 = b'!';
/// How often a process says that it is still here.
const BEAT: Duration = Duration::from_secs(1);
/// After how long a silent process is taken for lost.
const SILENCE: Duration = Duration::from_secs(15);

/// The lifelines of a process; dropped without a farewell, they tell the others that it is lost.
pub struct Lifelines {
    lines: Vec<Line>,
    lost: Arc<AtomicBool>,
}

struct Line {
    stream: TcpStream,
    farewell: Sender<()>,
    speaker: JoinHandle<()>,
}

impl Lifelines {
    /// Begins to say "still here", and to listen for it.
    pub(super) fn hold(streams: Vec<TcpStream>) -> Result<Self> {
        let lost = Arc::<AtomicBool>::default();
        let mut lines = Vec::new();
        for stream in streams {
            stream.set_read_timeout(Some(SILENCE))?;
            let (farewell, parting) = channel();
            let (speaking, listening) = (stream.try_clone()?, stream.try_clone()?);
            let speaker = spawn(move || speak(speaking, &parting))?;
            let flag = Arc::clone(&lost);
            spawn(move || flag.fetch_or(!hears_farewell(listening), Ordering::Relaxed))?;
            lines.push(Line { stream, farewell, speaker });
        }
        Ok(Self { lines, lost })
    }

    /// Set when a process is lost.
    #[must_use]
    pub fn lost(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.lost)
    }

    /// Whether a process turns out to be lost, within a span: its channels break a moment before its lifeline does.
    #[must_use]
    pub fn breaks_within(&self, span: Duration) -> bool {
        let waited = Stopwatch::started();
        while !self.lost.load(Ordering::Relaxed) && !waited.has_passed(span) {
            std::thread::park_timeout(Duration::from_millis(10));
        }
        self.lost.load(Ordering::Relaxed)
    }

    /// Tells the others that this process ends as it should.
    ///
    /// # Panics
    /// Never: a speaking thread does not panic.
    pub fn farewell(mut self) {
        for Line { farewell, speaker, .. } in self.lines.drain(..) {
            // The thread has ended if the other side has gone first; then there is nobody to tell.
            let _gone = farewell.send(());
            speaker.join().expect("a speaking thread does not panic");
        }
    }
}

impl Drop for Lifelines {
    /// Without a farewell the streams are cut, so that the others need not wait for silence.
    fn drop(&mut self) {
        for Line { stream, .. } in self.lines.drain(..) {
            let _already_closed = stream.shutdown(Shutdown::Both);
        }
    }
}

fn spawn<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<JoinHandle<R>> {
    std::thread::Builder::new().name("lifeline".to_owned()).spawn(work)
}

/// Speaks until it is time to part, with a farewell or without.
fn speak(mut stream: TcpStream, parting: &Receiver<()>) {
    loop {
        match parting.recv_timeout(BEAT) {
            Err(RecvTimeoutError::Timeout) if stream.write_all(&[STILL_HERE]).is_ok() => {}
            Err(_) => return,
            Ok(()) => {
                let _gone = stream.write_all(&[FAREWELL]);
                return;
            }
        }
    }
}

/// Listens until the other side says farewell (`true`) or is lost.
fn hears_farewell(mut stream: TcpStream) -> bool {
    let mut byte = [0];
    loop {
        match stream.read_exact(&mut byte) {
            Ok(()) if byte == [FAREWELL] => return true,
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}
