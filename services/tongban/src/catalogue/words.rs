//! The catalogue's values as words, the same for the card and for JSON.

use rulebook::catalogue::{Condition, DutyWithin, Eligible, InForce, Kind, Mark, Silence, Source};

pub(super) fn in_force(effective: InForce) -> String {
    match effective.until {
        Some(until) => format!("from {} until {until}", effective.from),
        None => format!("from {}", effective.from),
    }
}

pub(super) fn mark(mark: Mark) -> &'static str {
    Mark::WORDS.iter().find(|(_, known)| *known == mark).map_or("", |(word, _)| word)
}

pub(super) fn kind(kind: Kind) -> &'static str {
    Kind::WORDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

pub(super) fn silence(silence: Silence) -> &'static str {
    match silence {
        Silence::Accepted => "accepted",
        Silence::NoEffect => "no_effect",
    }
}

pub(super) fn commitment(eligible: &Eligible) -> &'static str {
    match eligible {
        Eligible::Yes => "yes",
        Eligible::No => "no",
        Eligible::Conditional(_) => "conditional",
        Eligible::NotApplicable => "not_applicable",
    }
}

/// Where a material comes from, as one word and whom or what it names.
pub(super) fn source(source: &Source) -> (&'static str, Option<&str>) {
    match source {
        Source::Applicant => ("applicant", None),
        Source::Prior(item) => ("prior", Some(item)),
        Source::Shared(agency) => ("shared", Some(agency)),
    }
}

pub(super) fn within(within: DutyWithin) -> String {
    match within {
        DutyWithin::Limit(limit) => limit.to_string(),
        DutyWithin::YearlyWindow { from, until } => format!(
            "{:02}-{:02} to {:02}-{:02} of the following year",
            from.0, from.1, until.0, until.1
        ),
    }
}

/// A condition as it is read aloud.
pub(super) fn condition(condition: &Condition) -> String {
    let joined = |parts: &[Condition], word: &str| {
        let parts: Vec<String> = parts.iter().map(nested).collect();
        parts.join(word)
    };
    match condition {
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Flag { fact, is: true } => fact.clone(),
        Condition::Flag { fact, is: false } => format!("not {fact}"),
        Condition::Word { fact, is } => format!("{fact} is {}", is.join(" or ")),
        Condition::AtLeast { fact, number } => format!("{fact} at least {number}"),
        Condition::Below { fact, number } => format!("{fact} below {number}"),
    }
}

fn nested(part: &Condition) -> String {
    match part {
        Condition::All(parts) | Condition::Any(parts) if parts.len() > 1 => {
            format!("({})", condition(part))
        }
        _ => condition(part),
    }
}
