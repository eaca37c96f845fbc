//! Between being let go and being barred: where an account stands as it did, so that an exposure about its limit bars it once.

use crate::decisions::standing::Standing;

/// The band below the limit in which a barred account stays barred, and any other is not barred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// A barred account is let go below so many hundredths of its limit.
    percent: u8,
}

/// Where an account stands towards its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Below it: nobody is barred here.
    Clear,
    /// In it.
    Within,
    /// At the limit or above: everybody is barred here.
    Exceeded,
}

impl Default for Band {
    fn default() -> Self {
        Self { percent: 90 }
    }
}

impl Band {
    /// The band from so many hundredths of the limit on; at 100 it is empty, and at 0 only who owes nothing is let go.
    #[must_use]
    pub fn from_percent(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self { percent })
    }

    /// Where an account stands; without a standing it owes nothing.
    pub(super) fn place(self, standing: Option<Standing>) -> Place {
        match standing {
            Some(standing) if standing.is_exceeded() => Place::Exceeded,
            Some(Standing { exposure, limit, .. })
                if exposure > 0 && exposure * 100 >= limit * i128::from(self.percent) =>
            {
                Place::Within
            }
            _ => Place::Clear,
        }
    }
}

#[cfg(test)]
mod tests {
    use datasets::units::Currency;

    use super::*;
    use crate::charging::fold::CreditState;

    fn place(percent: u8, exposure: i128, limit: i128) -> Place {
        let state = CreditState::of(exposure, limit);
        let currency = Currency::EUR;
        let standing = Standing { state, exposure, limit, currency, changed_at: None };
        Band::from_percent(percent).unwrap().place(Some(standing))
    }

    #[test]
    fn the_band_begins_at_its_share_and_ends_at_the_limit() {
        assert_eq!(Band::from_percent(101), None);
        assert_eq!(Band::default().place(None), Place::Clear);
        for (percent, exposure, limit, expected) in [
            (90, 89, 100, Place::Clear),
            (90, 90, 100, Place::Within),
            (90, 99, 100, Place::Within),
            (90, 100, 100, Place::Exceeded),
            (100, 99, 100, Place::Clear),
            (0, 1, 100, Place::Within),
            (0, 0, 100, Place::Clear),
            // Without a limit whoever owes anything is exceeded, and whoever owes nothing is clear.
            (90, 1, 0, Place::Exceeded),
            (90, 0, 0, Place::Clear),
            (90, -5, 0, Place::Clear),
        ] {
            assert_eq!(
                place(percent, exposure, limit),
                expected,
                "{percent}: {exposure} of {limit}"
            );
        }
    }
}
