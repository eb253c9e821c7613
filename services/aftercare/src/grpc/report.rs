//! Information reports over gRPC.

use super::{Answer, Stated, View};
use crate::{
    Aftercare,
    case::{
        Case,
        decide::{held_material, rung_due},
        report::{self, Duty, Rung},
    },
};
use desk::{docket::Bench, refuse::Refusal};
use proto::aftercare::v1::{self as pb, aftercare_event::Kind, handle_report_request::Step};
use tonic::{Request, Response};

impl Aftercare {
    pub(super) async fn report_step(
        &self,
        request: Request<pb::HandleReportRequest>,
    ) -> Answer<pb::HandleReportResponse> {
        let (metadata, _, message) = request.into_parts();
        let step = message.step.clone().map(|step| match step {
            Step::Filed(step) => Kind::ReportFiled(step),
            Step::Corrected(step) => Kind::ReportCorrected(step),
            Step::Noticed(step) => Kind::ReportNoticed(step),
            Step::Ordered(step) => Kind::ReportOrdered(step),
            Step::Fined(step) => Kind::ReportFined(step),
        });
        let stated = Stated {
            metadata: &metadata,
            method: "HandleReport",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, |case, by| pb::HandleReportResponse {
                // Who may not see them could not have reported or followed up either.
                duties: view(case, by).unwrap_or_default(),
                position: String::new(),
            })
            .await?;
        Ok(Response::new(pb::HandleReportResponse { position, ..answer }))
    }
}

/// Every duty that has opened by today: for the enterprise, its secretary and the agency that receives reports.
///
/// # Errors
/// Another agency asks.
pub(crate) fn view(case: &Case, by: &View<'_>) -> Result<Vec<pb::ReportDuty>, Refusal> {
    if !by.is_party_or(&[]) && !by.holds("reports") {
        let office = by.bench.law.aftercare.office("reports").join(" and ");
        return Err(Refusal::NotYours(format!("information reports are received by {office}")));
    }
    let bench = by.bench;
    let duties = report::duties(case, bench.date, &bench.law.aftercare, &bench.calendar);
    Ok(duties.into_iter().map(|duty| one(case, duty, bench)).collect())
}

fn one(case: &Case, mut duty: Duty, bench: &Bench) -> pb::ReportDuty {
    duty.asked.retain(|key| held_material(bench, key, bench.date).is_none());
    let (report, versions) = match case.reports.of(&duty.key) {
        None => (0, Vec::new()),
        Some((at, report)) => {
            let version =
                |(on, values, reason): &(jiff::civil::Date, _, String)| pb::ReportVersion {
                    on: on.to_string(),
                    values: Clone::clone(values),
                    reason: reason.clone(),
                };
            let number = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
            (number, report.versions.iter().map(version).collect())
        }
    };
    let (ladder, ladder_due) = match case.reports.ladder.get(&duty.key) {
        None => ("", None),
        Some((Rung::Noticed, on)) => ("noticed", rung_due(*on, "report_notice", bench)),
        Some((Rung::Ordered, on)) => ("ordered", rung_due(*on, "report_order", bench)),
        Some((Rung::Fined, _)) => ("fined", None),
    };
    pb::ReportDuty {
        overdue: duty.met.unwrap_or(bench.date) > duty.due,
        duty: duty.key,
        opens_on: duty.opens.to_string(),
        due: duty.due.to_string(),
        citation: duty.citation,
        held: duty.held,
        asked: duty.asked,
        filed_on: duty.met.map(|on| on.to_string()).unwrap_or_default(),
        report,
        versions,
        ladder: ladder.to_owned(),
        ladder_due: ladder_due.map(|on| on.to_string()).unwrap_or_default(),
    }
}
