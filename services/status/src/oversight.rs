//! The calls of agencies on all projects at once: their own approvals that are endangered, their scorecards,
//! and the periodic report of who oversees them.

use crate::{
    Status,
    scorecard::{Period, Tally},
};
use desk::{
    caller::Caller,
    refuse::{self, Refusal, Violation},
};
use jiff::civil::Date;
use proto::status::v1 as pb;
use tonic::metadata::MetadataMap;

impl Status {
    /// The caller's own approvals that are endangered, by name.
    pub(crate) async fn endangered_of(
        &self,
        metadata: &MetadataMap,
        request: &pb::ListEndangeredApprovalsRequest,
    ) -> Result<pb::ListEndangeredApprovalsResponse, tonic::Status> {
        let caller = Caller::of(metadata)?;
        let agency = caller.agency().ok_or_else(|| {
            Refusal::NotYours("this is for an agency to ask, of its own approvals".to_owned())
        })?;
        self.seen(&request.min_position).await?;
        let city = self.city(None).await?;
        let all = city.projects.values().flat_map(|project| project.endangered(&city.bench));
        let mut approvals: Vec<_> = all.filter(|one| one.agency == agency).collect();
        approvals.sort_by(|a, b| a.matter.cmp(&b.matter));
        Ok(pb::ListEndangeredApprovalsResponse {
            approvals,
            stopped: city.basis.stopped(),
            as_of: city.basis.as_of,
        })
    }

    /// One agency's scorecard.
    pub(crate) async fn scorecard_of(
        &self,
        metadata: &MetadataMap,
        request: &pb::GetScorecardRequest,
    ) -> Result<pb::GetScorecardResponse, tonic::Status> {
        let caller = Caller::of(metadata)?;
        let mut violations = Vec::new();
        let by = self.recorded_by(&request.recorded_by, &mut violations);
        let today = by.map_or_else(|| self.time.today(), host::time::date_of);
        if self.law.catalogue.agency(&request.agency).is_none() {
            violations.push(Violation::new("agency", "is the code of an agency of the catalogue"));
        }
        let from = date("from", &request.from, &mut violations);
        let to = date("to", &request.to, &mut violations);
        if to.is_some_and(|to| to > today) {
            let rule = "is not after the day as of which it is counted";
            violations.push(Violation::new("to", rule));
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            violations.push(Violation::new("to", "is not before `from`"));
        }
        let period = match (from, to) {
            (Some(from), Some(to)) if violations.is_empty() => Period { from, to },
            _ => return Err(refuse::fields(violations)),
        };
        if caller.agency() != Some(request.agency.as_str()) && !self.oversees(&caller) {
            let why = "a scorecard is for its agency, and for who oversees it";
            return Err(Refusal::NotYours(why.to_owned()).into());
        }
        self.seen(&request.min_position).await?;
        let city = self.city(by).await?;
        let scorecard = Some(Tally::of_city(period, &city).take(&request.agency));
        Ok(pb::GetScorecardResponse {
            scorecard,
            stopped: city.basis.stopped(),
            as_of: city.basis.as_of,
        })
    }

    /// Every agency's scorecard of a month.
    pub(crate) async fn report_of(
        &self,
        metadata: &MetadataMap,
        request: &pb::GetPeriodicReportRequest,
    ) -> Result<pb::GetPeriodicReportResponse, tonic::Status> {
        let caller = Caller::of(metadata)?;
        let mut violations = Vec::new();
        let by = self.recorded_by(&request.recorded_by, &mut violations);
        let today = by.map_or_else(|| self.time.today(), host::time::date_of);
        let first = format!("{}-01", request.month).parse::<Date>().ok();
        let first = first.filter(|first| first.strftime("%Y-%m").to_string() == request.month);
        let rule = match first {
            None => Some("write a month as YYYY-MM"),
            Some(first) if first > today => {
                Some("has not begun on the day as of which it is counted")
            }
            Some(_) => None,
        };
        violations.extend(rule.map(|rule| Violation::new("month", rule)));
        let from = match first {
            Some(first) if violations.is_empty() => first,
            _ => return Err(refuse::fields(violations)),
        };
        if !self.oversees(&caller) {
            let why = "the periodic report is for who oversees the agencies";
            return Err(Refusal::NotYours(why.to_owned()).into());
        }
        self.seen(&request.min_position).await?;
        let period = Period { from, to: from.last_of_month().min(today) };
        let city = self.city(by).await?;
        Ok(pb::GetPeriodicReportResponse {
            from: period.from.to_string(),
            to: period.to.to_string(),
            scorecards: Tally::of_city(period, &city).into_cards(),
            stopped: city.basis.stopped(),
            as_of: city.basis.as_of,
        })
    }

    /// Whether the caller oversees the agencies, as the catalogue says.
    fn oversees(&self, caller: &Caller) -> bool {
        let agency = caller.agency().and_then(|code| self.law.catalogue.agency(code));
        agency.is_some_and(|agency| agency.oversees)
    }
}

fn date(field: &str, text: &str, violations: &mut Vec<Violation>) -> Option<Date> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    if date.is_none() {
        violations.push(Violation::new(field, "write a date as YYYY-MM-DD"));
    }
    date
}
