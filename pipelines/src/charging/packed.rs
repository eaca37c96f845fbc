//! Charging events as rows of words, as the timeline packs them: what the events of an account share stands still.

use datasets::ids::Id128;
use datasets::number::Digits;
use datasets::provenance::Provenance;
use datasets::units::{Currency, EventTime};
use datasets::usage::{Direction, Facets, Service};

use super::fold::{ChargingEvent, Credited, Usage};

/// Time, provenance, the two words of the party, number or currency, quantity or amount, and kind.
type Words = [u64; 7];

/// What stands in the place of a service in the kind of a top-up.
const TOP_UP: u64 = 15;

/// The words of an event.
pub(super) fn words(event: &ChargingEvent) -> Words {
    match event {
        ChargingEvent::Usage(usage) => {
            let Usage { started_at, provenance, subscriber, called, quantity, service, facets } =
                *usage;
            let [high, low] = subscriber.words();
            let kind = number_of_facets(facets) << 8;
            let kind = kind | (number_of(service) << 4) | u64::from(called.length());
            let at = started_at.0.cast_unsigned();
            [at, provenance.packed(), high, low, align_right(called), quantity, kind]
        }
        ChargingEvent::TopUp(topup) => {
            let Credited { topped_up_at, provenance, account, amount, currency } = *topup;
            let [high, low] = account.words();
            let letters = currency.as_str().bytes();
            let currency = letters.fold(0, |word, letter| (word << 8) | u64::from(letter));
            let (at, amount) = (topped_up_at.0.cast_unsigned(), amount.cast_unsigned());
            [at, provenance.packed(), high, low, currency, amount, TOP_UP << 4]
        }
    }
}

/// The event of the words.
pub(super) fn event([at, provenance, high, low, number, quantity, kind]: Words) -> ChargingEvent {
    let at = EventTime(at.cast_signed());
    let provenance = Provenance::from_packed(provenance);
    let party = Id128::of_words([high, low]);
    if kind >> 4 == TOP_UP {
        return ChargingEvent::TopUp(Credited {
            topped_up_at: at,
            provenance,
            account: party,
            amount: quantity.cast_signed(),
            currency: currency_of(number),
        });
    }
    ChargingEvent::Usage(Usage {
        started_at: at,
        provenance,
        subscriber: party,
        called: align_left(number, kind & 0xF),
        quantity,
        service: service_of((kind >> 4) & 0xF),
        facets: facets_of(kind >> 8),
    })
}

/// The digits at the low end of a word, so that numbers of one length differ in few bytes.
fn align_right(number: Digits) -> u64 {
    match number.length() {
        0 => 0,
        length => number.packed() >> (u64::BITS - 4 * length),
    }
}

fn align_left(digits: u64, length: u64) -> Digits {
    Digits::from_packed(match length {
        0 => 0,
        length => (digits << (64 - 4 * length)) | length,
    })
}

fn number_of(service: Service) -> u64 {
    match service {
        Service::Voice => 0,
        Service::Data => 1,
        Service::Sms => 2,
        Service::Event => 3,
    }
}

fn service_of(number: u64) -> Service {
    let place = usize::try_from(number).expect("a kind is a byte");
    [Service::Voice, Service::Data, Service::Sms, Service::Event][place]
}

/// Nothing in nearly every event: three flags, and the direction above them.
fn number_of_facets(facets: Facets) -> u64 {
    let Facets { direction, on_net, friend, continuation } = facets;
    let place = Direction::ALL.iter().position(|other| *other == direction);
    let direction = place.and_then(|place| u64::try_from(place).ok()).expect("it is one of them");
    let flags = [on_net, friend, continuation].map(u64::from);
    (direction << 3) | (flags[0] << 2) | (flags[1] << 1) | flags[2]
}

fn facets_of(number: u64) -> Facets {
    let place = usize::try_from(number >> 3).expect("a direction is a small number");
    Facets {
        direction: Direction::ALL[place],
        on_net: number & 4 != 0,
        friend: number & 2 != 0,
        continuation: number & 1 != 0,
    }
}

fn currency_of(word: u64) -> Currency {
    let [_, _, _, _, _, letters @ ..] = word.to_be_bytes();
    let code = std::str::from_utf8(&letters).expect("a currency was packed");
    code.parse().expect("a currency was packed")
}

#[cfg(test)]
mod tests {
    use datasets::ids::account_id;
    use operators::timeline::Fold;

    use super::super::fold::Charging;
    use super::*;

    fn check(events: &[ChargingEvent]) -> usize {
        let packed = Charging::pack(&[], events).unwrap();
        let mut again = Vec::new();
        Charging::unpack(&packed, &mut again);
        assert_eq!(again, events);
        packed.len()
    }

    fn usage(number: u64) -> Usage {
        let digits = ["", "1", "12345678", "49170123456", "999999999999999"];
        let place = |count: u64| usize::try_from(number % count).unwrap();
        Usage {
            started_at: EventTime(
                1_793_577_600_000_000 + i64::try_from(number).unwrap() * 12_345_678_901,
            ),
            provenance: Provenance::new(1, 3, number * 200_000),
            subscriber: account_id(["one", "two"][place(2)]),
            called: Digits::parse(digits[place(5)]).unwrap_or_default(),
            quantity: number * 1_000,
            service: Service::ALL[place(4)],
            facets: Facets {
                direction: Direction::ALL[place(5)],
                on_net: number % 2 == 1,
                friend: number % 3 == 1,
                continuation: number % 7 == 6,
            },
        }
    }

    #[test]
    fn events_come_back() {
        let mut events: Vec<_> =
            (0..64).map(|number| ChargingEvent::Usage(usage(number))).collect();
        for (place, amount) in [0, -1, i64::MIN, i64::MAX].into_iter().enumerate() {
            let provenance = Provenance::from_packed(u64::MAX);
            let (account, currency) = (account_id("one"), "CHF".parse().unwrap());
            let topped_up_at = EventTime(amount);
            let topup = Credited { topped_up_at, provenance, account, amount, currency };
            events.insert(place * 9, ChargingEvent::TopUp(topup));
        }
        let extreme = Usage {
            started_at: EventTime::MIN,
            provenance: Provenance::from_packed(u64::MAX),
            quantity: u64::MAX,
            ..usage(4)
        };
        events.push(ChargingEvent::Usage(extreme));
        check(&events);
    }

    #[test]
    fn an_event_takes_a_third_of_its_size() {
        let events: Vec<_> = (0..64).map(|number| ChargingEvent::Usage(usage(number))).collect();
        assert!(check(&events) * 3 < size_of_val(events.as_slice()));
    }
}
