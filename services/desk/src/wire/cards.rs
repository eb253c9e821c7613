//! Alarms and cards to and from their stored messages. The alarm has one shape, whoever raises it.

use jiff::civil::Date;
use proto::{
    matter::v1::{self as pb, matter_event::Kind as Stored},
    r#type::v1 as ty,
};
use rulebook::{
    alarm::{Alarm, Kind},
    matter::{CitedLimit, Event, Party},
};

use super::{Malformed, values};

/// An alarm as it is stored.
#[must_use]
pub fn alarm_to_wire(alarm: &Alarm) -> ty::Alarm {
    let kind = match alarm.kind {
        Kind::Amber => ty::AlarmKind::Amber,
        Kind::Yellow => ty::AlarmKind::Yellow,
        Kind::Red => ty::AlarmKind::Red,
    };
    ty::Alarm {
        kind: kind.into(),
        subject: alarm.subject.clone(),
        limit: alarm.limit.clone(),
        due_on: alarm.due.to_string(),
        citation: alarm.citation.clone(),
        held_by: alarm.held_by.code(),
    }
}

/// A stored alarm, raised on a day.
///
/// # Errors
/// The field that is missing or cannot be read.
pub fn alarm(on: Date, stored: Option<&ty::Alarm>) -> Result<Alarm, Malformed> {
    let stored = stored.ok_or(Malformed::new("alarm", "is missing"))?;
    let kind = match stored.kind() {
        ty::AlarmKind::Unspecified => {
            return Err(Malformed::new("alarm.kind", "is not said or unknown"));
        }
        ty::AlarmKind::Amber => Kind::Amber,
        ty::AlarmKind::Yellow => Kind::Yellow,
        ty::AlarmKind::Red => Kind::Red,
    };
    let held_by = Party::of_code(&stored.held_by);
    Ok(Alarm {
        on,
        kind,
        subject: stored.subject.clone(),
        limit: stored.limit.clone(),
        due: values::date_in("alarm.due_on", &stored.due_on)?,
        citation: stored.citation.clone(),
        held_by: held_by.ok_or(Malformed::new("alarm.held_by", "is no party"))?,
    })
}

pub(super) fn raised(alarm: &Alarm, declared_on: Date, contest: &CitedLimit) -> Stored {
    Stored::AlarmRaised(pb::AlarmRaised {
        alarm: Some(alarm_to_wire(alarm)),
        declared_on: declared_on.to_string(),
        contest: Some(values::cited_to_wire(contest)),
    })
}

pub(super) fn contested(card: &str, reason: &str, by: &str) -> Stored {
    let (card, reason, by) = (card.to_owned(), reason.to_owned(), by.to_owned());
    Stored::CardContested(pb::CardContested { card, reason, by })
}

pub(super) fn annulled(words: [&String; 4]) -> Stored {
    let [card, reason, document, by] = words.map(Clone::clone);
    Stored::CardAnnulled(pb::CardAnnulled { card, reason, document, by })
}

pub(super) fn upheld(words: [&String; 4]) -> Stored {
    let [card, reason, document, by] = words.map(Clone::clone);
    Stored::CardUpheld(pb::CardUpheld { card, reason, document, by })
}

/// What is stored of a card; any other kind is not asked of this.
pub(super) fn from_wire(on: Date, kind: &Stored) -> Result<Event, Malformed> {
    match kind {
        Stored::AlarmRaised(stored) => Ok(Event::AlarmRaised {
            alarm: alarm(on, stored.alarm.as_ref()).map_err(|bad| bad.inside("alarm_raised"))?,
            declared_on: values::date_in("alarm_raised.declared_on", &stored.declared_on)?,
            contest: values::cited("alarm_raised.contest", stored.contest.as_ref())?,
        }),
        Stored::CardContested(pb::CardContested { card, reason, by }) => {
            let (card, reason, by) = (card.clone(), reason.clone(), by.clone());
            Ok(Event::CardContested { on, card, reason, by })
        }
        Stored::CardAnnulled(pb::CardAnnulled { card, reason, document, by }) => {
            let [card, reason, document, by] = [card, reason, document, by].map(Clone::clone);
            Ok(Event::CardAnnulled { on, card, reason, document, by })
        }
        Stored::CardUpheld(pb::CardUpheld { card, reason, document, by }) => {
            let [card, reason, document, by] = [card, reason, document, by].map(Clone::clone);
            Ok(Event::CardUpheld { on, card, reason, document, by })
        }
        _ => Err(Malformed::new("kind", "is nothing of a card")),
    }
}
