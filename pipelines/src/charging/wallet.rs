//! What an account has, by currency.

use datasets::units::Currency;
use serde::{Deserialize, Serialize};

/// What an account has in one currency: amounts of two currencies are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wallet {
    /// The currency of the amounts.
    pub currency: Currency,
    /// Sum of the charges, in 10⁻⁹.
    pub charged: i128,
    /// Sum of the top-ups, in 10⁻⁹.
    pub topped_up: i128,
    /// How many charges.
    pub charge_count: u64,
    /// How many top-ups.
    pub topup_count: u64,
}

impl Wallet {
    fn empty(currency: Currency) -> Self {
        Self { currency, charged: 0, topped_up: 0, charge_count: 0, topup_count: 0 }
    }

    /// What is owed, in 10⁻⁹; negative where there is money left.
    #[must_use]
    pub fn exposure(&self) -> i128 {
        self.charged - self.topped_up
    }
}

/// The wallets of an account, one per currency, in the order of first use.
///
/// It is nearly always one, and the timeline saves states by the million: one takes no room of its own in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Vec<Wallet>", into = "Vec<Wallet>")]
pub(super) enum Wallets {
    #[default]
    None,
    One(Wallet),
    Several(Vec<Wallet>),
}

impl Wallets {
    pub(super) fn as_slice(&self) -> &[Wallet] {
        match self {
            Self::None => &[],
            Self::One(wallet) => std::slice::from_ref(wallet),
            Self::Several(wallets) => wallets,
        }
    }

    /// The wallet of a currency, which is there from now on.
    pub(super) fn of(&mut self, currency: Currency) -> &mut Wallet {
        let place = self.as_slice().iter().position(|wallet| wallet.currency == currency);
        let place = place.unwrap_or_else(|| self.add(Wallet::empty(currency)));
        match self {
            Self::One(wallet) => wallet,
            Self::Several(wallets) => &mut wallets[place],
            Self::None => unreachable!("it has just been added"),
        }
    }

    fn add(&mut self, wallet: Wallet) -> usize {
        let place = self.as_slice().len();
        *self = match std::mem::take(self) {
            Self::None => Self::One(wallet),
            Self::One(first) => Self::Several(vec![first, wallet]),
            Self::Several(mut wallets) => {
                wallets.push(wallet);
                Self::Several(wallets)
            }
        };
        place
    }
}

impl From<Vec<Wallet>> for Wallets {
    fn from(wallets: Vec<Wallet>) -> Self {
        match wallets.as_slice() {
            [] => Self::None,
            [wallet] => Self::One(*wallet),
            _ => Self::Several(wallets),
        }
    }
}

impl From<Wallets> for Vec<Wallet> {
    fn from(wallets: Wallets) -> Self {
        match wallets {
            Wallets::Several(wallets) => wallets,
            few => few.as_slice().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_its_wallet() {
        let mut wallets = Wallets::default();
        assert!(wallets.as_slice().is_empty());
        let codes = ["EUR", "USD", "EUR", "GBP", "USD", "EUR"];
        for (place, code) in codes.into_iter().enumerate() {
            wallets.of(code.parse().unwrap()).charge_count += 1;
            let again = Wallets::from(Vec::from(wallets.clone()));
            assert_eq!(again, wallets, "after {} codes", place + 1);
        }
        let counts: Vec<_> = wallets
            .as_slice()
            .iter()
            .map(|wallet| (wallet.currency.as_str(), wallet.charge_count))
            .collect();
        assert_eq!(counts, [("EUR", 3), ("USD", 2), ("GBP", 1)]);
    }
}
