//! The zones that calls go to: real country codes, invented ranges, and how dear each zone is.

/// A class of destinations that are priced alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    /// Its name in documents.
    pub(super) name: &'static str,
    /// Which price it has, from 0 for free to 7 for the dearest.
    pub(super) tier: usize,
    /// The prefixes that it is rooted in.
    pub(super) roots: &'static [u64],
}

const fn zone(name: &'static str, tier: usize, roots: &'static [u64]) -> Zone {
    Zone { name, tier, roots }
}

/// Short codes, which are whole numbers and no country's.
pub(super) const SHORT_CODES: [u64; 4] = [110, 112, 115, 116_117];
/// The zone of the operator's own country, mobile; most calls go there.
pub(super) const NATIONAL_MOBILE: usize = 0;
/// The zone of the operator's own country, fixed.
pub(super) const NATIONAL_FIXED: usize = 1;
/// The dear zone in which pockets of the own country lie.
pub(super) const PREMIUM: usize = 2;
/// The zone of short codes.
pub(super) const SHORT: usize = 5;
/// The dear zone in which pockets of foreign countries lie.
pub(super) const SPECIAL: usize = 6;
/// The first zone abroad.
pub(super) const FIRST_ABROAD: usize = 6;
/// A country code that no zone covers.
pub(super) const UNASSIGNED: u64 = 999;

/// All zones.
pub(super) static ZONES: [Zone; 42] = [
    zone("national_mobile", 2, &[4915, 4916, 4917]),
    zone("national_fixed", 1, &[49]),
    zone("premium", 6, &[49900]),
    zone("freephone", 0, &[49800]),
    zone("shared_cost", 2, &[49180, 49137, 49700]),
    zone("short_codes", 0, &SHORT_CODES),
    zone("special_international", 7, &[979, 888]),
    zone("satellite", 7, &[870, 881, 882, 883]),
    zone("austria", 3, &[43]),
    zone("austria_mobile", 4, &[43650, 43660, 43664, 43676, 43699]),
    zone("switzerland", 4, &[41]),
    zone("switzerland_mobile", 5, &[4175, 4176, 4177, 4178, 4179]),
    zone("france", 3, &[33]),
    zone("france_mobile", 4, &[336, 337]),
    zone("italy", 3, &[39]),
    zone("italy_mobile", 4, &[393]),
    zone("spain", 3, &[34]),
    zone("spain_mobile", 4, &[346, 347]),
    zone("netherlands", 3, &[31]),
    zone("netherlands_mobile", 4, &[316]),
    zone("belgium", 3, &[32]),
    zone("belgium_mobile", 4, &[324]),
    zone("poland", 3, &[48]),
    zone("poland_mobile", 4, &[4850, 4851, 4853, 4857, 4860, 4866, 4869, 4872, 4878]),
    zone("united_kingdom", 4, &[44]),
    zone("united_kingdom_mobile", 5, &[447]),
    zone("scandinavia", 4, &[45, 46, 47, 358]),
    zone("sweden_mobile", 4, &[467]),
    zone("czechia", 3, &[420]),
    zone("portugal_ireland", 3, &[351, 353]),
    zone("greece", 3, &[30]),
    zone("south_east_europe", 4, &[36, 40, 359, 385, 386]),
    zone("turkey", 4, &[90]),
    zone("turkey_mobile", 5, &[905]),
    zone("eastern_europe", 5, &[380, 375, 7]),
    zone("north_america", 4, &[1]),
    zone("caribbean", 6, &[1242, 1246, 1264, 1268, 1284, 1345, 1473, 1649, 1664, 1758, 1784, 1876]),
    zone("east_asia", 5, &[81, 82, 86]),
    zone("south_asia", 5, &[91, 92, 94]),
    zone("latin_america", 5, &[52, 54, 55, 56, 57]),
    zone("africa", 6, &[20, 212, 213, 216, 221, 233, 234, 27]),
    zone("oceania", 5, &[61, 64]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_roots_are_unique_and_named_zones_are_where_they_should_be() {
        let names: BTreeSet<_> = ZONES.iter().map(|zone| zone.name).collect();
        let roots: Vec<_> = ZONES.iter().flat_map(|zone| zone.roots).collect();
        assert_eq!(names.len(), ZONES.len());
        assert_eq!(roots.iter().collect::<BTreeSet<_>>().len(), roots.len());
        let named = [NATIONAL_MOBILE, NATIONAL_FIXED, PREMIUM, SHORT, SPECIAL];
        let expected = [
            "national_mobile",
            "national_fixed",
            "premium",
            "short_codes",
            "special_international",
        ];
        assert_eq!(named.map(|zone| ZONES[zone].name), expected);
        assert_eq!(ZONES[FIRST_ABROAD].name, "special_international");
    }
}
