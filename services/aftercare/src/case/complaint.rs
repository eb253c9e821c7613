//! A complaint (外商投资企业投诉工作办法): how far it has come, and what is due next.

use super::event::{
    ComplaintAnswered, ComplaintExtended, ComplaintFiled, ComplaintOverridden, ComplaintRefused,
};
use jiff::civil::Date;
use rulebook::{
    aftercare::{AftercareRules, ComplaintDays, ComplaintNext},
    calendar::Calendar,
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
    pub fn next(&self, rules: &AftercareRules, calendar: &Calendar) -> Option<ComplaintNext> {
        self.days().next(&self.filed.lead, rules, calendar)
    }

    /// The days of its steps.
    #[must_use]
    pub fn days(&self) -> ComplaintDays {
        let extended = self.extended.as_ref();
        ComplaintDays {
            filed: self.on,
            asked: self.asked,
            supplied: self.supplied,
            accepted: self.accepted,
            refused: self.refused.as_ref().map(|(on, _)| *on),
            extended: extended.map(|(on, one)| (*on, one.working_days, one.reason.clone())),
            closed: self.closed.as_ref().map(|(on, _)| *on),
            told: self.told,
            withdrawn: self.withdrawn,
        }
    }
}
