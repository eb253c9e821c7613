//! A dated exchange rate to the US dollar, as published: so many units for so many dollars.

use std::cmp::Ordering;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Currency, Money, MoneyError};

/// Bounds that keep every conversion exact in 128 bits; no published rate comes near them.
const MOST_DECIMALS: u32 = 6;
const LARGEST_MANTISSA: i128 = 1_000_000_000;

/// `units` of a currency are `usd` US dollars. A rate is held in the direction in which it was
/// published (6.4566 yuan for 1 dollar; 1 euro for 1.1868 dollars), because inverting it would
/// round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    currency: Currency,
    units: Decimal,
    usd: Decimal,
    date: Date,
    source: String,
}

impl Rate {
    /// A rate of a day, with the source it was taken from.
    ///
    /// # Errors
    /// [`BadRate`] when a side is not above zero or has more digits than any published rate.
    pub fn new(
        currency: Currency,
        units: Decimal,
        usd: Decimal,
        date: Date,
        source: impl Into<String>,
    ) -> Result<Self, BadRate> {
        let (units, usd) = (units.normalize(), usd.normalize());
        for side in [units, usd] {
            if side <= Decimal::ZERO {
                return Err(BadRate::NotAboveZero);
            }
            if side.scale() > MOST_DECIMALS || side.mantissa() > LARGEST_MANTISSA {
                return Err(BadRate::TooManyDigits);
            }
        }
        if currency == Currency::USD && units != usd {
            return Err(BadRate::DollarForDollar);
        }
        Ok(Self { currency, units, usd, date, source: source.into() })
    }

    /// The dollar itself: one for one on any day.
    pub fn dollar(date: Date) -> Self {
        let source = "amount in US dollars, no conversion".to_owned();
        Self { currency: Currency::USD, units: Decimal::ONE, usd: Decimal::ONE, date, source }
    }

    /// The currency that is not the dollar.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// So many units of the currency …
    pub fn units(&self) -> Decimal {
        self.units
    }

    /// … are so many US dollars.
    pub fn usd(&self) -> Decimal {
        self.usd
    }

    /// The day the rate was published for.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Where it was taken from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The amount in US dollars, cut to whole cents and never rounded up.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`] if the rate is for another currency,
    /// [`MoneyError::TooLarge`] if the dollars are more than can be held.
    pub fn to_usd(&self, amount: Money) -> Result<Money, MoneyError> {
        let (numerator, denominator) = self.cents(amount)?;
        Money::from_minor_units(numerator / denominator, Currency::USD)
    }

    /// How the amount stands to an amount in US dollars, exactly: nothing is cut or rounded.
    ///
    /// # Errors
    /// As [`Rate::to_usd`], and if `dollars` are not US dollars.
    pub fn compare(&self, amount: Money, dollars: Money) -> Result<Ordering, MoneyError> {
        if dollars.currency() != Currency::USD {
            return Err(MoneyError::CurrenciesDiffer);
        }
        let (numerator, denominator) = self.cents(amount)?;
        let bar = denominator.checked_mul(dollars.minor_units()).ok_or(MoneyError::TooLarge)?;
        Ok(numerator.cmp(&bar))
    }

    /// The amount in cents as an exact fraction: minor · usd · 100 / (10^decimals · units).
    fn cents(&self, amount: Money) -> Result<(i128, i128), MoneyError> {
        if amount.currency() != self.currency {
            return Err(MoneyError::CurrenciesDiffer);
        }
        let ten_to = |exponent: u32| 10i128.pow(exponent);
        let numerator =
            product([amount.minor_units(), self.usd.mantissa(), ten_to(self.units.scale()), 100]);
        let denominator = product([
            ten_to(amount.amount().scale()),
            self.units.mantissa(),
            ten_to(self.usd.scale()),
            1,
        ]);
        numerator.zip(denominator).ok_or(MoneyError::TooLarge)
    }
}

fn product(factors: [i128; 4]) -> Option<i128> {
    factors.into_iter().try_fold(1i128, i128::checked_mul)
}

/// Why something is not an exchange rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRate {
    /// Zero or less on either side.
    #[error("both sides of a rate must be above zero")]
    NotAboveZero,
    /// More digits than any published rate.
    #[error("a rate has at most six decimals and nine digits")]
    TooManyDigits,
    /// A dollar that is not a dollar.
    #[error("a US dollar is worth one US dollar")]
    DollarForDollar,
}
