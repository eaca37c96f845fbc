//! SIGTERM and SIGINT: what ends a run in order, and what ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use super::Failure;

/// The exit code of a process that ended at once, as shells give it.
const INTERRUPTED: i32 = 130;

/// A flag that SIGTERM and SIGINT set: the run then ends with one last cut. A SIGINT after that ends the process at once,
/// which the next start puts right like any crash.
pub(crate) fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&stop);
    let wait = async move {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        flag.store(true, Ordering::Relaxed);
        if interrupt.recv().await.is_some() {
            eprintln!(
                "interrupted again: ended without a last cut; the next start goes on behind the newest one"
            );
            std::process::exit(INTERRUPTED);
        }
        std::io::Result::Ok(())
    };
    let listener = std::thread::Builder::new().name("signals".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("could not listen for signals")?;
    listener.spawn(move || runtime.block_on(wait)).context("could not listen for signals")?;
    Ok(stop)
}
