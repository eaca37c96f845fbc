//! A fold to test with: readings of meters, by the house that a meter hangs in.

use std::collections::BTreeMap;

use operators::timeline::{Emit, Fold, Input, Position, Touched, packing};
use serde::{Deserialize, Serialize};

/// A reading of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) at: i64,
    pub(crate) id: u64,
    pub(crate) meter: u64,
    pub(crate) value: i64,
}

/// Where meters hang, and what a unit costs in readings of each size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wiring {
    pub(crate) house_of: BTreeMap<u64, u64>,
    pub(crate) price_of: BTreeMap<u64, i64>,
}

/// A change of the wiring: a meter's house, or the price of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Rewiring {
    House { meter: u64, house: u64 },
    Price { size: u64, price: i64 },
}

/// What a house remembers: a sum, and when to look again after it has passed a hundred.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct House {
    pub(crate) sum: i64,
    pub(crate) looks: i64,
    pub(crate) look_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Row {
    Read { id: u64, house: u64, cost: i64, sum: i64 },
    Looked { house: u64, at: i64, sum: i64 },
    Stands { house: u64, sum: i64, looks: i64 },
    Late { id: u64 },
    Early { id: u64 },
}

impl Reading {
    /// Of 45 sizes: many, so that few readings of a house share one.
    fn size(&self) -> u64 {
        (self.value + 5).unsigned_abs()
    }
}

impl Wiring {
    pub(crate) fn price(&self, reading: &Reading) -> i64 {
        self.price_of.get(&reading.size()).copied().unwrap_or(1)
    }
}

pub(crate) struct Metering;

impl Fold for Metering {
    type Key = u64;
    type Event = Reading;
    type State = House;
    type Context = Wiring;
    type Change = Rewiring;
    type Output = Row;

    fn position(reading: &Reading) -> Position {
        Position { at: reading.at, rank: 0, id: reading.id }
    }

    fn home(reading: &Reading) -> u64 {
        reading.meter
    }

    fn key(wiring: &Wiring, reading: &Reading) -> u64 {
        wiring.house_of.get(&reading.meter).copied().unwrap_or(1_000 + reading.meter)
    }

    fn spread(house: &u64) -> u64 {
        house.wrapping_mul(7)
    }

    fn step(
        (wiring, house): (&Wiring, &u64),
        state: &mut House,
        input: Input<'_, Reading>,
        emit: &mut Emit<'_, Row>,
    ) {
        match input {
            Input::Event(reading) => {
                emit.used(1 << reading.size());
                let cost = reading.value * wiring.price(reading);
                state.sum += reading.value;
                if state.sum > 100 && state.look_at.is_none() {
                    state.look_at = Some(reading.at + 10);
                }
                emit.give(Row::Read { id: reading.id, house: *house, cost, sum: state.sum });
            }
            Input::Timer(at) => {
                emit.give(Row::Looked { house: *house, at, sum: state.sum });
                state.looks += 1;
                state.look_at = (state.looks % 3 != 0).then_some(at + 15);
            }
        }
    }

    fn alarm(state: &House) -> Option<i64> {
        state.look_at
    }

    fn standing(_: &Wiring, house: &u64, state: &House, emit: &mut Emit<'_, Row>) {
        if *state != House::default() {
            emit.give(Row::Stands { house: *house, sum: state.sum, looks: state.looks });
        }
    }

    fn late(reading: &Reading, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Late { id: reading.id });
    }

    fn early(reading: &Reading, emit: &mut Emit<'_, Row>) {
        emit.give(Row::Early { id: reading.id });
    }

    fn touched(wiring: &Wiring, change: &Rewiring) -> Touched<u64> {
        match change {
            Rewiring::House { meter, house } => {
                let before = wiring.house_of.get(meter).copied().unwrap_or(1_000 + meter);
                Touched::Keys(vec![before, *house, 1_000 + meter])
            }
            Rewiring::Price { size, .. } => Touched::Footprint(1 << size),
        }
    }

    fn refresh(wiring: &mut Wiring, change: Rewiring, diff: isize) {
        match change {
            Rewiring::House { meter, house } => rewire(&mut wiring.house_of, meter, house, diff),
            Rewiring::Price { size, price } => rewire(&mut wiring.price_of, size, price, diff),
        }
    }

    fn pack(before: &[u8], readings: &[Reading]) -> Option<Box<[u8]>> {
        let words = |reading: &Reading| {
            let Reading { at, id, meter, value } = *reading;
            [at.cast_unsigned(), id, meter, value.cast_unsigned()]
        };
        Some(packing::pack(before, readings.iter().map(words)))
    }

    fn unpack(packed: &[u8], readings: &mut Vec<Reading>) {
        packing::unpack(packed, |[at, id, meter, value]| {
            readings.push(Reading { at: at.cast_signed(), id, meter, value: value.cast_signed() });
        });
    }
}

/// A value that is taken back after it was replaced changes nothing.
pub(crate) fn rewire<V: PartialEq>(map: &mut BTreeMap<u64, V>, key: u64, value: V, diff: isize) {
    if diff > 0 {
        map.insert(key, value);
    } else if map.get(&key) == Some(&value) {
        map.remove(&key);
    }
}
