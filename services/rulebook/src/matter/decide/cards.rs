//! What is said of a card: the agency contests it, the supervising agency decides.

use jiff::civil::Date;

use super::{Act, Today, said};
use crate::alarm::Kind;
use crate::matter::cards::{Card, Verdict};
use crate::matter::event::Event;
use crate::matter::rejection::{Part, Rejection};
use crate::matter::state::Matter;

type Decision = Result<Vec<Event>, Rejection>;

fn named<'m>(matter: &'m Matter, name: &str) -> Result<&'m Card, Rejection> {
    matter.card(name).ok_or_else(|| Rejection::UnknownCard { card: name.to_owned() })
}

pub(super) fn contest(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    name: &str,
    reason: &str,
    by: &str,
) -> Decision {
    let card = named(matter, name)?;
    if card.alarm.kind == Kind::Amber {
        return Err(Rejection::OnlyAWarning { card: name.to_owned() });
    }
    if let Some(ruled) = &card.ruled {
        return Err(Rejection::CardDecided { on: ruled.on });
    }
    if let Some(contest) = &card.contested {
        return Err(Rejection::AlreadyContested { on: contest.on });
    }
    said(Part::CardReason, reason)?;
    let on = today.claimed(claimed, card.declared_on)?;
    match card.contest_clock().deadline(today.calendar) {
        Some(deadline) if deadline.due < on => {
            Err(Rejection::TooLateToContest { due: deadline.due })
        }
        Some(_) | None => Ok(vec![Event::CardContested {
            on,
            card: name.to_owned(),
            reason: reason.to_owned(),
            by: by.to_owned(),
        }]),
    }
}

/// A card is annulled once, contested or not, and stays; it is upheld once, after it was contested.
pub(super) fn rule(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    act: &Act,
) -> Decision {
    let Act::RuleOnCard { card: name, verdict, reason, document, by } = act else {
        return Ok(Vec::new());
    };
    let card = named(matter, name)?;
    match (&card.ruled, verdict) {
        (Some(ruled), Verdict::Upheld) => return Err(Rejection::CardDecided { on: ruled.on }),
        (Some(ruled), Verdict::Annulled) if card.is_annulled() => {
            return Err(Rejection::CardDecided { on: ruled.on });
        }
        (Some(_) | None, _) => {}
    }
    said(Part::CardReason, reason)?;
    said(Part::CardDecision, document)?;
    let contested_on = card.contested.as_ref().map(|contest| contest.on);
    let on = today.claimed(claimed, contested_on.unwrap_or(card.declared_on))?;
    let (card, reason) = (name.clone(), reason.clone());
    let (document, by) = (document.clone(), by.clone());
    match verdict {
        Verdict::Annulled => Ok(vec![Event::CardAnnulled { on, card, reason, document, by }]),
        Verdict::Upheld if contested_on.is_none() => Err(Rejection::NotContested),
        Verdict::Upheld => Ok(vec![Event::CardUpheld { on, card, reason, document, by }]),
    }
}
