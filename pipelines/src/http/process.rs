//! Memory and processor time of this process, as Linux tells them.

use std::time::Duration;

/// Memory that is resident, in bytes; none where the system does not tell.
pub(super) fn resident_bytes() -> Option<u64> {
    kibibytes(&std::fs::read_to_string("/proc/self/status").ok()?).map(|kib| kib * 1_024)
}

/// Processor time, of user and system; none where the system does not tell.
pub(super) fn cpu_time() -> Option<Duration> {
    ticks(&std::fs::read_to_string("/proc/self/stat").ok()?)
        // Linux tells processor time to programs in hundredths of a second, whatever its own clock.
        .map(|ticks| Duration::from_millis(ticks * 10))
}

fn kibibytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn ticks(stat: &str) -> Option<u64> {
    // The name of the program, in parentheses, may hold spaces; fields are counted behind it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_linux_writes() {
        assert_eq!(kibibytes("VmPeak:\t  9 kB\nVmRSS:\t  1234 kB\n"), Some(1_234));
        let stat = "7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("nonsense"), None);
    }
}
