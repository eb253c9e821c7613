//! Days as text, "2022-04-06": texts compare as the days do. The platform's days are those of Asia/Shanghai,
//! which has been eight hours before UTC in every year that a log can hold.

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// How far Asia/Shanghai is before UTC, in microseconds.
const AHEAD: i64 = 8 * 60 * 60 * 1_000_000;

/// The day of an instant in microseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn of(micros: i64) -> String {
    let days = (micros + AHEAD).div_euclid(DAY);
    // Years that begin in March: then a leap day is the last of its year. 719468 days lie between
    // 0000-03-01 and 1970-01-01; 146097 are 400 years.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whether a text is written as a day.
#[must_use]
pub fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_dalian() {
        // 2022-04-05T16:00:00Z is midnight of 6 April in Asia/Shanghai: 19087 days and 16 hours.
        let midnight = (19_087 * 24 + 16) * 3_600 * 1_000_000;
        assert_eq!(of(midnight), "2022-04-06");
        assert_eq!(of(midnight - 1), "2022-04-05");
        assert_eq!(of(0), "1970-01-01");
        // 2024-02-29T12:00:00Z: 19782 days and 12 hours.
        assert_eq!(of((19_782 * 24 + 12) * 3_600 * 1_000_000), "2024-02-29");
        assert_eq!(of((19_783 * 24 + 12) * 3_600 * 1_000_000), "2024-03-01");
    }

    #[test]
    fn only_days_are_days() {
        assert!(is_day("2022-04-06"));
        assert!(!is_day("2022-4-06") && !is_day("") && !is_day("2022-04-06T"));
    }
}
