//! Amounts of money as exact decimals with their ISO 4217 currency, dated exchange rates, and the
//! gate that makes a project a key project. Nothing here rounds without saying so.

use std::fmt;

pub use iso_currency::Currency;
use rust_decimal::Decimal;

mod key_project;
mod plain;
mod rate;

pub use key_project::{KeyProjectDecision, KeyProjectRule, KeyProjectRules, NotDecidable};
pub use plain::{NotPlain, plain_decimal};
pub use rate::{BadRate, Rate};

#[cfg(test)]
mod tests;

/// The largest amount, in whole units of its currency: a thousand million million. Far above any
/// project, and low enough that every conversion is exact in 128 bits.
pub const LARGEST: u64 = 1_000_000_000_000_000;

/// An amount that is not negative, with no more decimals than its currency has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Always at the scale of the currency, so that equal amounts print alike.
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// Reads an amount as written, `30000000.00`, and the three-letter code of its currency.
    /// Only digits and one decimal point: no sign, exponent, separator or blank.
    ///
    /// # Errors
    /// [`MoneyError`], whose [`MoneyError::field`] is `amount` or `currency`.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        let currency = currency_of(currency)?;
        Self::new(plain_decimal(amount)?, currency)
    }

    /// An amount in a currency.
    ///
    /// # Errors
    /// [`MoneyError`]: negative, too large, or more decimals than the currency has.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = decimals(currency)?;
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(MoneyError::Negative);
        }
        if amount.scale() > decimals {
            return Err(MoneyError::TooManyDecimals { currency, decimals });
        }
        if amount > Decimal::from(LARGEST) {
            return Err(MoneyError::TooLarge);
        }
        let mut amount = amount.abs();
        amount.rescale(decimals);
        Ok(Self { amount, currency })
    }

    /// An amount from its minor units (cents, fen; whole yen), the form it has on the wire.
    ///
    /// # Errors
    /// [`MoneyError`]: negative or too large.
    pub fn from_minor_units(units: i128, currency: Currency) -> Result<Self, MoneyError> {
        if units < 0 {
            return Err(MoneyError::Negative);
        }
        let amount = Decimal::try_from_i128_with_scale(units, decimals(currency)?)
            .map_err(|_| MoneyError::TooLarge)?;
        Self::new(amount, currency)
    }

    /// The amount in minor units.
    pub fn minor_units(&self) -> i128 {
        self.amount.mantissa()
    }

    /// The amount, at the scale of its currency.
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`] or [`MoneyError::TooLarge`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::from_minor_units(self.minor_units() + other.minor_units(), self.currency)
    }

    /// What remains of an amount after another of the same currency is taken from it.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`], or [`MoneyError::Negative`] if it does not suffice.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::from_minor_units(self.minor_units() - other.minor_units(), self.currency)
    }

    /// Whether this amount is the other or more.
    ///
    /// # Errors
    /// [`MoneyError::CurrenciesDiffer`].
    pub fn at_least(self, other: Self) -> Result<bool, MoneyError> {
        self.same_currency(other)?;
        Ok(self.amount >= other.amount)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrenciesDiffer) }
    }
}

impl fmt::Display for Money {
    /// `USD 30000000.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency.code(), self.amount)
    }
}

/// Why something is not an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("the amount {0}")]
    NotPlain(#[from] NotPlain),
    /// Below zero.
    #[error("the amount is negative")]
    Negative,
    /// More than [`LARGEST`].
    #[error("the amount is larger than {LARGEST}")]
    TooLarge,
    /// A fraction of the currency's smallest unit.
    #[error("the amount has more than the {decimals} decimals of {}", .currency.code())]
    TooManyDecimals {
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        decimals: u32,
    },
    /// Nothing where a currency is needed.
    #[error("the currency is missing")]
    MissingCurrency,
    /// Not a code of ISO 4217, or one of its codes that no amount is written in (metals, tests).
    #[error("the currency is not an ISO 4217 currency code of three capital letters")]
    UnknownCurrency,
    /// Two amounts that cannot be added or compared without a rate.
    #[error("the currencies of the two amounts differ")]
    CurrenciesDiffer,
}

impl MoneyError {
    /// The field to be corrected: `amount` or `currency`.
    pub fn field(self) -> &'static str {
        match self {
            Self::NotPlain(_) | Self::Negative | Self::TooLarge | Self::TooManyDecimals { .. } => {
                "amount"
            }
            Self::MissingCurrency | Self::UnknownCurrency | Self::CurrenciesDiffer => "currency",
        }
    }
}

fn currency_of(code: &str) -> Result<Currency, MoneyError> {
    if code.trim().is_empty() {
        return Err(MoneyError::MissingCurrency);
    }
    Currency::from_code(code).ok_or(MoneyError::UnknownCurrency)
}

/// ISO 4217 gives no minor unit to metals, units of account and codes for testing.
fn decimals(currency: Currency) -> Result<u32, MoneyError> {
    currency.exponent().map(u32::from).ok_or(MoneyError::UnknownCurrency)
}
