//! What stops a project as a whole: the negative list, the security review, its own withdrawal.

use super::Project;
use crate::fold::{Review, Screening};
use jiff::civil::Date;
use proto::intake::v1::Outcome;
use rulebook::matter::MatterId;

/// Nothing may be opened or decided meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Halt {
    /// Why, with the article.
    pub(super) because: String,
    /// Since when.
    pub(super) since: Date,
    /// What would let the project go on; `None` where nothing more will come.
    pub(super) lifted_by: Option<Lift>,
}

/// What lets a project go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lift {
    /// The security review, decided outside the platform.
    SecurityReview,
    /// Another screening, or an official's decision on it.
    Screening,
}

impl Lift {
    /// The item that it is.
    pub(super) fn item(self) -> &'static str {
        match self {
            Self::SecurityReview => "S1-03",
            Self::Screening => "S1-02",
        }
    }
}

impl Halt {
    /// Whether a matter may let the project go on.
    pub(super) fn is_lifted_by(&self, id: &MatterId) -> bool {
        self.lifted_by.is_some_and(|lift| lift.item() == id.item())
    }
}

impl Project {
    /// What stops the project; `None` while nothing does.
    pub(super) fn halt(&self) -> Option<Halt> {
        let intake = &self.intake.facts;
        if let Some((on, reason)) = &intake.withdrawn {
            let because = format!("the enterprise gave the project up on {on}: {reason}");
            return Some(Halt { because, since: *on, lifted_by: None });
        }
        let refused = intake.screening.as_ref().filter(|s| s.outcome == Outcome::Refuse);
        if let Some(screening) = refused {
            return Some(refusal(screening));
        }
        let rescreened = intake.screening.as_ref().and_then(void);
        intake.review.as_ref().and_then(review).or(rescreened).or_else(|| self.told_to_wait())
    }

    /// Planning goes by what intake told it; where intake's own facts name no reason, that is the reason.
    fn told_to_wait(&self) -> Option<Halt> {
        let intake = &self.intake.facts;
        let standing = self.planning.facts.standing.as_ref().filter(|told| !told.may_proceed)?;
        let since = intake.screening.as_ref().map(|screening| screening.on);
        let since = since.or(intake.registered_on)?;
        Some(Halt { because: standing.reason.clone(), since, lifted_by: Some(Lift::Screening) })
    }
}

fn refusal(screening: &Screening) -> Halt {
    let Screening { on, edition, item_no, condition, .. } = screening;
    let item = item_no.map(|number| format!(", item {number}")).unwrap_or_default();
    let because = format!(
        "refused by the negative list {edition}{item} on {on}: {condition} (外商投资法 art. 28)"
    );
    Halt { because, since: *on, lifted_by: None }
}

fn void(screening: &Screening) -> Option<Halt> {
    let since = screening.void_since?;
    let because = format!(
        "investors, site or activity changed on {since}, so the project is to be screened again (外商投资法实施条例 art. 34)"
    );
    Some(Halt { because, since, lifted_by: Some(Lift::Screening) })
}

fn review(review: &Review) -> Option<Halt> {
    match &review.concluded {
        None => {
            let (since, article) = (review.flagged_on, &review.article);
            let because = format!(
                "the security review is pending since {since}; nothing may be implemented meanwhile ({article}; 外商投资安全审查办法 art. 7)"
            );
            Some(Halt { because, since, lifted_by: Some(Lift::SecurityReview) })
        }
        Some((on, decision, false)) => {
            let because = format!(
                "the security review prohibits the investment: decision {decision} of {on} (外商投资安全审查办法 art. 12)"
            );
            Some(Halt { because, since: *on, lifted_by: None })
        }
        Some((_, _, true)) => None,
    }
}
