//! Certificates: one for each granted matter, citing every opinion that it rests on (多证合一).

use crate::case::{
    Case,
    event::{Certificate, Event, Fact, OpinionCited},
};
use desk::docket::Bench;
use eventlog::Algorithm;
use rulebook::{
    consultation::{Answer, Asked, Opinion},
    matter::{self, Matter, MatterId, Ruling},
};
use std::fmt::Write;

/// The certificate that a decision issues; none unless the steps grant the matter under a number.
pub(crate) fn issued(after: &Case, id: &MatterId, steps: &[Event], bench: &Bench) -> Option<Event> {
    let on = steps.iter().find_map(|event| match &event.fact {
        Fact::Matter(_, matter::Event::Decided { on, .. }) => Some(*on),
        _ => None,
    })?;
    let matter = after.matters.get(id)?;
    let Ruling::Granted { certificate: Some(granted), .. } = &matter.decided()?.ruling else {
        return None;
    };
    let item = bench.law.catalogue.item_edition(&matter.terms.item, &matter.terms.edition)?;
    let mut certificate = Certificate {
        matter: id.clone(),
        number: granted.number.clone(),
        title: item.output.name.clone(),
        merges: item.merges.clone(),
        opinions: opinions(matter),
        content_sha256: String::new(),
    };
    let code = after.admitted.as_ref().map(|admitted| admitted.code.as_str()).unwrap_or_default();
    certificate.content_sha256 = digest(&certificate, code, on);
    Some(Fact::CertificateIssued(certificate).on(on))
}

fn opinions(matter: &Matter) -> Vec<OpinionCited> {
    let Some(review) = matter.review() else { return Vec::new() };
    let cited = review.consultation.iter().filter_map(|(key, asked): (&str, &Asked)| {
        let subject = matter.terms.opinion(key)?.subject.zh.clone();
        let (given_on, verdict, conditions) = match asked.answer.as_ref()? {
            Answer::Given { on, opinion: Opinion::Consents, .. } => {
                (*on, "consents", String::new())
            }
            Answer::Given { on, opinion: Opinion::ConsentsWithConditions(conditions), .. } => {
                (*on, "consents_with_conditions", conditions.join("; "))
            }
            Answer::Given { opinion: Opinion::Objects(_), .. } => return None,
            Answer::Deemed { on, .. } => (*on, "deemed_consent", String::new()),
        };
        Some(OpinionCited {
            agency: asked.agency.clone(),
            subject,
            verdict: verdict.to_owned(),
            given_on,
            conditions,
        })
    });
    cited.collect()
}

/// SHA-256 over the certificate's canonical text, so that a third party can check a copy. One line a field,
/// each `name: value` ended by a line feed, in this order: project, matter, number, title, issued, every
/// merged certificate, every opinion (agency, subject, verdict, day and conditions parted by ` | `).
fn digest(certificate: &Certificate, project_code: &str, on: jiff::civil::Date) -> String {
    let Certificate { matter, number, title, merges, opinions, .. } = certificate;
    let mut text = format!(
        "project: {project_code}\nmatter: {matter}\nnumber: {number}\ntitle: {}\nissued: {on}\n",
        title.zh
    );
    for merged in merges {
        let _ = writeln!(text, "merges: {merged}");
    }
    for OpinionCited { agency, subject, verdict, given_on, conditions } in opinions {
        let _ =
            writeln!(text, "opinion: {agency} | {subject} | {verdict} | {given_on} | {conditions}");
    }
    Algorithm::Sha256
        .hash(text.as_bytes())
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
