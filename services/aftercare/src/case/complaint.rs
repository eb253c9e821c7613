//! A complaint (外商投资企业投诉工作办法): how far it has come, and what is due next.

use super::event::{
    ComplaintAnswered, ComplaintExtended, ComplaintFiled, ComplaintOverridden, ComplaintRefused,
};
use jiff::civil::Date;
use rulebook::{
    aftercare::AftercareRules,
    calendar::Calendar,
    clock::{Extension, Limit, Unit},
};

/// A complaint as its events have left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// As it was filed.
    pub filed: ComplaintFiled,
    /// Day of filing.
    pub on: Date,
    /// Day of the one notice of what is missing.
    pub asked: Option<Date>,
    /// Day on which that was supplied.
    pub supplied: Option<Date>,
    /// Day of acceptance.
    pub accepted: Option<Date>,
    /// Why and when it was not accepted.
    pub refused: Option<(Date, ComplaintRefused)>,
    /// Answers of the agencies.
    pub answers: Vec<ComplaintAnswered>,
    /// Without whose answers the handling agency goes on.
    pub overridden: Option<ComplaintOverridden>,
    /// The one prolongation.
    pub extended: Option<(Date, ComplaintExtended)>,
    /// Day and result.
    pub closed: Option<(Date, String)>,
    /// Day on which the result was told.
    pub told: Option<Date>,
    /// Day of withdrawal.
    pub withdrawn: Option<Date>,
}

/// What comes next, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// supplement, decide, close or tell.
    pub what: &'static str,
    /// Last day.
    pub due: Date,
    /// Article.
    pub citation: String,
}

impl Complaint {
    /// A complaint just filed.
    #[must_use]
    pub fn new(filed: &ComplaintFiled, on: Date) -> Self {
        Self {
            filed: filed.clone(),
            on,
            asked: None,
            supplied: None,
            accepted: None,
            refused: None,
            answers: Vec::new(),
            overridden: None,
            extended: None,
            closed: None,
            told: None,
            withdrawn: None,
        }
    }

    /// Whether it waits for a decision on acceptance.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.accepted.is_none() && self.refused.is_none() && self.withdrawn.is_none()
    }

    /// Whether it is being handled.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.accepted.is_some() && self.closed.is_none() && self.withdrawn.is_none()
    }

    /// Agencies complained of that have not answered.
    #[must_use]
    pub fn silent(&self) -> Vec<String> {
        let answered = |code: &String| self.answers.iter().any(|answer| answer.agency == *code);
        self.filed.respondents.iter().filter(|code| !answered(code)).cloned().collect()
    }

    /// What comes next; `None` when nothing does.
    #[must_use]
    pub fn next(&self, rules: &AftercareRules, calendar: &Calendar) -> Option<Next> {
        if self.withdrawn.is_some() || self.refused.is_some() || self.told.is_some() {
            return None;
        }
        let (what, key, start) = match (self.accepted, &self.closed, self.asked, self.supplied) {
            (_, Some((closed, _)), _, _) => ("tell", "complaint_result", *closed),
            (Some(accepted), None, _, _) => ("close", "complaint_closing", accepted),
            (None, None, Some(asked), None) => ("supplement", "complaint_supplement", asked),
            (None, None, _, supplied) => {
                ("decide", "complaint_acceptance", supplied.unwrap_or(self.on))
            }
        };
        let row = rules.limit(key)?;
        let mut clock = row.from(start);
        if let (true, Some((on, extended))) = (what == "close", &self.extended) {
            let by = Limit { n: extended.working_days, unit: Unit::WorkingDays };
            clock = clock.extend(Extension {
                by,
                approver: self.filed.lead.clone(),
                approved_on: *on,
                notified_on: *on,
                reason: extended.reason.clone(),
                article: row.citation.clone(),
            });
        }
        let due = clock.deadline(calendar)?.due;
        Some(Next { what, due, citation: row.citation.clone() })
    }
}
