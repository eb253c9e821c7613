//! How far a complaint has come (外商投资企业投诉工作办法), and what is due next.

use jiff::civil::Date;

use super::AftercareRules;
use crate::calendar::Calendar;
use crate::clock::{Extension, Limit, Unit};

/// The days of a complaint's steps; `None` for those not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintDays {
    /// It was filed.
    pub filed: Date,
    /// The one notice of what is missing was given (art. 14).
    pub asked: Option<Date>,
    /// What was missing was supplied.
    pub supplied: Option<Date>,
    /// It was accepted (art. 15).
    pub accepted: Option<Date>,
    /// It was not accepted (art. 15).
    pub refused: Option<Date>,
    /// The time to close was prolonged, once, by so many working days, for this reason (art. 19).
    pub extended: Option<(Date, u32, String)>,
    /// It was closed (art. 18).
    pub closed: Option<Date>,
    /// The result was told in writing (art. 22).
    pub told: Option<Date>,
    /// The complainant withdrew it.
    pub withdrawn: Option<Date>,
}

/// What comes next, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintNext {
    /// supplement, decide, close or tell.
    pub what: &'static str,
    /// Last day.
    pub due: Date,
    /// Article.
    pub citation: String,
}

impl ComplaintDays {
    /// A complaint just filed.
    #[must_use]
    pub fn filed(on: Date) -> Self {
        Self {
            filed: on,
            asked: None,
            supplied: None,
            accepted: None,
            refused: None,
            extended: None,
            closed: None,
            told: None,
            withdrawn: None,
        }
    }

    /// What comes next; `None` when nothing does. `lead` is the agency that handles it.
    #[must_use]
    pub fn next(
        &self,
        lead: &str,
        rules: &AftercareRules,
        calendar: &Calendar,
    ) -> Option<ComplaintNext> {
        if self.withdrawn.is_some() || self.refused.is_some() || self.told.is_some() {
            return None;
        }
        let (what, key, start) = match (self.accepted, self.closed, self.asked, self.supplied) {
            (_, Some(closed), _, _) => ("tell", "complaint_result", closed),
            (Some(accepted), None, _, _) => ("close", "complaint_closing", accepted),
            (None, None, Some(asked), None) => ("supplement", "complaint_supplement", asked),
            (None, None, _, supplied) => {
                ("decide", "complaint_acceptance", supplied.unwrap_or(self.filed))
            }
        };
        let row = rules.limit(key)?;
        let mut clock = row.from(start);
        if let (true, Some((on, days, reason))) = (what == "close", &self.extended) {
            clock = clock.extend(Extension {
                by: Limit { n: *days, unit: Unit::WorkingDays },
                approver: lead.to_owned(),
                approved_on: *on,
                notified_on: *on,
                reason: reason.clone(),
                article: row.citation.clone(),
            });
        }
        let due = clock.deadline(calendar)?.due;
        Some(ComplaintNext { what, due, citation: row.citation.clone() })
    }
}
