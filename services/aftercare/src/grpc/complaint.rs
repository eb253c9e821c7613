//! Complaints over gRPC: what is secret is sealed before anything is kept, and reaches the complainant and the
//! handling agency only.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::{
        complaint::Complaint,
        decide::{enterprise, is_complainant},
    },
};
use desk::{fields::Fields, refuse, sight};
use proto::aftercare::v1::{self as pb, aftercare_event::Kind, handle_complaint_request::Step};
use tonic::{Request, Response, Status, metadata::MetadataMap};

impl Aftercare {
    pub(super) async fn complaint_step(
        &self,
        request: Request<pb::HandleComplaintRequest>,
    ) -> Answer<pb::HandleComplaintResponse> {
        let (metadata, _, mut message) = request.into_parts();
        self.seal(&metadata, &mut message).await?;
        if let (Some(Step::SupplementAsked(_)), Some(project)) =
            (&message.step, desk::name::project(&message.name))
        {
            self.docket.before_demanding(project).await?;
        }
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(Step::Filed(s)) => (0, Some(Kind::ComplaintFiled(s))),
            Some(Step::SupplementAsked(s)) => (s.number, Some(Kind::ComplaintSupplementAsked(s))),
            Some(Step::Supplemented(s)) => (s.number, Some(Kind::ComplaintSupplemented(s))),
            Some(Step::Accepted(s)) => (s.number, Some(Kind::ComplaintAccepted(s))),
            Some(Step::Refused(s)) => (s.number, Some(Kind::ComplaintRefused(s))),
            Some(Step::Answered(s)) => (s.number, Some(Kind::ComplaintAnswered(s))),
            Some(Step::Overridden(s)) => (s.number, Some(Kind::ComplaintOverridden(s))),
            Some(Step::Extended(s)) => (s.number, Some(Kind::ComplaintExtended(s))),
            Some(Step::Closed(s)) => (s.number, Some(Kind::ComplaintClosed(s))),
            Some(Step::ResultTold(s)) => (s.number, Some(Kind::ComplaintResultTold(s))),
            Some(Step::Withdrawn(s)) => (s.number, Some(Kind::ComplaintWithdrawn(s))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleComplaint",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (mut answer, position) = self
            .step(stated, move |case, by| pb::HandleComplaintResponse {
                complaint: touched(&case.complaints, number).and_then(|one| view(one, by)),
                position: String::new(),
            })
            .await?;
        if let Some(complaint) = &mut answer.complaint {
            self.unseal(complaint).await?;
        }
        Ok(Response::new(pb::HandleComplaintResponse { position, ..answer }))
    }

    /// Seals what is secret before anything of the request is kept: the event, the answer that is stored with
    /// it and the digest of the request know the sealed bytes only. One key for each enterprise of a project.
    async fn seal(
        &self,
        metadata: &MetadataMap,
        message: &mut pb::HandleComplaintRequest,
    ) -> Result<(), Status> {
        let secret = std::mem::take(&mut message.secret);
        let mut fields = Fields::default();
        fields.long("secret", &secret);
        let Some(Step::Filed(filed)) = &mut message.step else {
            if !secret.is_empty() {
                fields.wrong("secret", "is told with a complaint that is filed");
            }
            return fields.finish(());
        };
        fields.finish(())?;
        filed.sealed.clear();
        if !secret.is_empty() {
            let seen = self.look(metadata, &message.name, &[]).await?;
            let complainant = enterprise(&seen.case, &seen.caller)?;
            let subject = subject(&seen.project, &complainant);
            let sealed = self.docket.log().vault().seal(&subject, secret.as_bytes()).await;
            filed.sealed = sealed.map_err(refuse::vault)?;
        }
        Ok(())
    }

    /// Opens what is secret for a reader who may read it; for the others, [`view`] has left it out.
    pub(super) async fn unseal(&self, complaint: &mut pb::Complaint) -> Result<(), Status> {
        let Some(filed) = &mut complaint.filed else { return Ok(()) };
        let sealed = std::mem::take(&mut filed.sealed);
        if sealed.is_empty() {
            return Ok(());
        }
        match self.docket.log().vault().open(&sealed).await.map_err(refuse::vault)? {
            None => complaint.shredded = true,
            Some(text) => {
                complaint.secret = String::from_utf8(text).map_err(|_| refuse::internal())?;
            }
        }
        Ok(())
    }
}

/// Whose key a complaint is sealed with: destroying it makes unreadable what that enterprise confided in this
/// project's complaints.
pub(crate) fn subject(project: &str, complainant: &str) -> String {
    format!("projects/{project}/complainants/{}", sight::enterprise(complainant))
}

/// A complaint as its reader may see it; `None` for who may not know of it. An agency complained of sees
/// the subject and its own answer.
pub(crate) fn view(complaint: &Complaint, by: &View<'_>) -> Option<pb::Complaint> {
    let agency = by.caller.agency().unwrap_or_default();
    let handles = agency == complaint.filed.lead;
    let complains = is_complainant(complaint, by.caller);
    let respondent = complaint.filed.respondents.iter().any(|code| code == agency);
    if !handles && !complains && !respondent {
        return None;
    }
    let mut filed: pb::ComplaintFiled = (&complaint.filed).into();
    let withheld = !handles && !complains;
    if withheld {
        filed.sealed.clear();
        filed.materials.clear();
        filed.complainant.clear();
    }
    let own = |answer: &&crate::case::event::ComplaintAnswered| handles || answer.agency == agency;
    let next = complaint.next(&by.bench.law.aftercare, &by.bench.calendar);
    let refused = complaint.refused.as_ref().filter(|_| !withheld);
    let overridden = complaint.overridden.as_ref().filter(|_| !withheld);
    Some(pb::Complaint {
        filed: Some(filed),
        filed_on: complaint.on.to_string(),
        withheld,
        overdue: next.as_ref().is_some_and(|next| by.bench.date > next.due),
        due: next.as_ref().map(|next| next.due.to_string()).unwrap_or_default(),
        citation: next.as_ref().map(|next| next.citation.clone()).unwrap_or_default(),
        next: next.map(|next| next.what.to_owned()).unwrap_or_default(),
        answers: complaint.answers.iter().filter(own).map(Into::into).collect(),
        result: complaint.closed.as_ref().map(|(_, result)| result.clone()).unwrap_or_default(),
        refused: refused.map(|(_, refused)| refused.reasons.clone()).unwrap_or_default(),
        extended: complaint.extended.as_ref().map(|(_, e)| e.reason.clone()).unwrap_or_default(),
        overridden: overridden.map(Into::into),
        secret: String::new(),
        shredded: false,
    })
}
