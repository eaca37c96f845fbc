//! Bits for the parts of the catalogue that rating looks at: 48 for rows, 16 for leading digits.

use datasets::number::Digits;
use datasets::usage::Service;

use crate::rating::{Looked, Witness};

/// The parts of the catalogue that a rating looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Footprint(pub u64);

impl Witness for Footprint {
    fn looked(&mut self, at: Looked) {
        self.0 |= match at {
            Looked::Rows(tariff, service, zone) => of_rows(tariff, service, zone),
            Looked::Called(called) => of_called(called),
        };
    }
}

const ROW_BITS: u64 = 48;

/// The bit of the rows of a tariff for a service and a zone, whether there are any or not.
fn of_rows(tariff: u64, service: Service, zone: u64) -> u64 {
    let service = match service {
        Service::Voice => 1,
        Service::Data => 2,
        Service::Sms => 3,
        Service::Event => 4_u64,
    };
    let mixed = (tariff ^ zone.rotate_left(23) ^ service).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    1 << ((mixed >> 32) % ROW_BITS)
}

/// The bit of the destinations that a called number may belong to: by its first two digits.
fn of_called(called: Digits) -> u64 {
    match called.length() {
        0 | 1 => u64::MAX << ROW_BITS,
        _ => 1 << (ROW_BITS + called.first_two() % 16),
    }
}
