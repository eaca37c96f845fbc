//! Distances on the earth, in integers: every machine and every restart gets the same metre.

/// A place, in millionths of a degree.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Place {
    /// North of the equator, up to 90 degrees.
    pub latitude: i32,
    /// East of Greenwich, up to 180 degrees.
    pub longitude: i32,
}

/// Fixed point: so much is one.
const ONE: i128 = 1_000_000_000_000;
/// The angle of 180 degrees.
const PI: i128 = 3_141_592_653_590;
/// The earth's mean radius in metres.
const RADIUS: i128 = 6_371_009;

/// The length of the great circle between two places in metres, by haversines; right to the metre or two for a sphere.
#[must_use]
pub fn distance(one: Place, other: Place) -> u64 {
    let (north, south) = (angle(one.latitude), angle(other.latitude));
    let across = haversine(angle(other.longitude) - angle(one.longitude));
    let cosines = multiply(sine(PI / 2 - north), sine(PI / 2 - south));
    let wanted = haversine(south - north) + multiply(cosines, across);
    let (mut less, mut more) = (0, PI);
    while more - less > 1 {
        let middle = less + (more - less) / 2;
        if haversine(middle) <= wanted { less = middle } else { more = middle }
    }
    u64::try_from(less * RADIUS / ONE).expect("a way on the earth is positive and short")
}

fn angle(micro_degrees: i32) -> i128 {
    i128::from(micro_degrees) * PI / 180_000_000
}

fn multiply(one: i128, other: i128) -> i128 {
    one * other / ONE
}

/// The square of the sine of half an angle.
fn haversine(angle: i128) -> i128 {
    let half = sine(angle / 2);
    multiply(half, half)
}

/// The sine of an angle of at most 180 degrees, by its series.
fn sine(angle: i128) -> i128 {
    let square = multiply(angle, angle);
    let (mut sum, mut term) = (0, angle);
    for place in 1..16 {
        sum += term;
        term = -multiply(term, square) / (2 * place * (2 * place + 1));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(latitude: i32, longitude: i32) -> Place {
        Place { latitude, longitude }
    }

    #[test]
    fn ways_are_as_long_as_they_are() {
        let check = |one: Place, other: Place, kilometres: u64| {
            let found = distance(one, other);
            assert_eq!(found, distance(other, one));
            assert!(found.abs_diff(kilometres * 1_000) < 1_000, "{found} m, not {kilometres} km");
        };
        let (london, istanbul) = (place(51_507_400, -127_800), place(41_008_200, 28_978_400));
        check(london, istanbul, 2_501);
        check(london, london, 0);
        check(place(0, 0), place(0, 180_000_000), 20_015);
        check(place(90_000_000, 0), place(-90_000_000, 0), 20_015);
        check(place(0, 179_500_000), place(0, -179_500_000), 111);
        check(place(-33_868_800, 151_209_300), place(40_712_800, -74_006_000), 15_989);
    }

    #[test]
    fn short_ways_are_exact_too() {
        // A millionth of a degree of latitude is 11 cm.
        let found = distance(place(48_000_000, 11_000_000), place(48_009_000, 11_000_000));
        assert!(found.abs_diff(1_001) <= 1, "{found}");
        assert!(distance(place(0, 0), place(0, 100)).abs_diff(11) <= 2);
    }
}
