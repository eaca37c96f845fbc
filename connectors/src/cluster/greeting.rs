//! How two processes make sure that they belong to one cluster: a greeting of fixed length, and one byte in return.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Membership;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The dataflow's messages.
    Dataflow,
    /// Noticing that a process is lost.
    Lifeline,
}

/// What a caller says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    caller: u32,
    count: u32,
    fingerprint: u64,
    purpose: Purpose,
}

/// Begins every greeting; the last digit is the version of what is said between processes.
const MAGIC: [u8; 8] = *b"weir::1\n";
const LENGTH: usize = 25;
const WELCOME: u8 = b'+';
const REFUSED: u8 = b'-';
/// How long an answer may take: the other side may still be calling others.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a greeting may take: whoever belongs here says it at once, and calls again if it was not heard.
const GREETING: Duration = Duration::from_secs(1);

impl Greeting {
    pub(super) fn of(membership: &Membership, purpose: Purpose) -> Self {
        let number = |count: usize| u32::try_from(count).expect("a cluster has few processes");
        Self {
            caller: number(membership.process),
            count: number(membership.hosts.len()),
            fingerprint: membership.fingerprint,
            purpose,
        }
    }

    fn bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&self.caller.to_be_bytes());
        bytes[12..16].copy_from_slice(&self.count.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.fingerprint.to_be_bytes());
        bytes[24] = u8::from(self.purpose == Purpose::Lifeline);
        bytes
    }

    fn parse(bytes: &[u8; LENGTH]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<8>()?;
        let (caller, rest) = rest.split_first_chunk::<4>()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let (fingerprint, purpose) = rest.split_first_chunk::<8>()?;
        let purpose = match purpose {
            [0] => Purpose::Dataflow,
            [1] => Purpose::Lifeline,
            _ => return None,
        };
        (*magic == MAGIC).then_some(Self {
            caller: u32::from_be_bytes(*caller),
            count: u32::from_be_bytes(*count),
            fingerprint: u64::from_be_bytes(*fingerprint),
            purpose,
        })
    }
}

/// Says who is calling; returns whether the other side agrees.
pub(super) fn greet(stream: &mut TcpStream, greeting: Greeting) -> Result<bool> {
    prepare(stream, ANSWER)?;
    stream.write_all(&greeting.bytes())?;
    let mut answer = [0];
    stream.read_exact(&mut answer)?;
    stream.set_read_timeout(None)?;
    match answer {
        [WELCOME] => Ok(true),
        [REFUSED] => Ok(false),
        _ => Err(Error::new(ErrorKind::InvalidData, "the answer is not one of weir's")),
    }
}

/// Hears who is calling, and answers; `None` for one that does not belong here.
pub(super) fn welcome(
    stream: &mut TcpStream,
    here: &Membership,
) -> Result<Option<(usize, Purpose)>> {
    stream.set_nonblocking(false)?;
    prepare(stream, GREETING)?;
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes)?;
    let agreed = Greeting::parse(&bytes).filter(|greeting| {
        let mine = Greeting::of(here, greeting.purpose);
        let same = greeting.count == mine.count && greeting.fingerprint == mine.fingerprint;
        same && greeting.caller > mine.caller && greeting.caller < mine.count
    });
    stream.write_all(&[if agreed.is_some() { WELCOME } else { REFUSED }])?;
    stream.set_read_timeout(None)?;
    let caller = |greeting: Greeting| {
        let place = usize::try_from(greeting.caller).expect("a cluster has few processes");
        (place, greeting.purpose)
    };
    Ok(agreed.map(caller))
}

fn prepare(stream: &TcpStream, patience: Duration) -> Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_read_as_it_was_said() {
        let greeting =
            Greeting { caller: 2, count: 3, fingerprint: u64::MAX - 5, purpose: Purpose::Lifeline };
        let mut bytes = greeting.bytes();
        assert_eq!(Greeting::parse(&bytes), Some(greeting));
        bytes[6] = b'9';
        assert_eq!(Greeting::parse(&bytes), None, "another version is another language");
    }
}
