//! Several blocking jobs at a time: what a cut waits for is mostly the disk.

use std::sync::Mutex;
use std::thread;

const THREADS: usize = 4;

/// Does `work` on each item, some at a time; the results stand in the order of the items.
///
/// All items are tried; the first error in their order is returned.
pub(crate) fn in_parallel<T: Send, R: Send, E: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let mut done: Vec<(usize, Result<R, E>)> = Vec::with_capacity(items.len());
    let threads = items.len().min(THREADS);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().expect("taking the next item cannot panic").next();
    let run =
        || std::iter::from_fn(next).map(|(place, item)| (place, work(item))).collect::<Vec<_>>();
    thread::scope(|scope| {
        let running: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        done.extend(run());
        for thread in running {
            done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_the_first_error_wins() {
        let double = |number: u32| if number < 50 { Ok(number * 2) } else { Err(number) };
        assert_eq!(in_parallel((0..50).collect(), double), Ok((0..100).step_by(2).collect()));
        assert_eq!(in_parallel((0..80).collect(), double), Err(50));
        assert_eq!(in_parallel(Vec::new(), double), Ok(Vec::new()));
    }
}
