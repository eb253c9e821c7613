//! Steps of a complaint (外商投资企业投诉工作办法).

use super::{At, enterprise, entry, next, required, rule, wrong};
use crate::case::{
    complaint::Complaint,
    event::{
        ComplaintAccepted, ComplaintAnswered, ComplaintClosed, ComplaintExtended, ComplaintFiled,
        ComplaintOverridden, ComplaintRefused, ComplaintResultTold, ComplaintSupplementAsked,
        ComplaintSupplemented, ComplaintWithdrawn, Fact,
    },
};
use desk::{
    caller::{Caller, Principal},
    holdings::refuse_demand,
    refuse::Refusal,
    sight,
};
use rulebook::holdings::{self, Demand};

type Step = Result<Fact, Refusal>;

pub(super) fn file(at: &At<'_>, mut filed: ComplaintFiled) -> Step {
    filed.complainant = enterprise(at.case, at.caller)?;
    required(&[("subject", &filed.subject)])?;
    if filed.respondents.is_empty() {
        return Err(wrong("respondents", "has at least one entry"));
    }
    for (index, code) in filed.respondents.iter().enumerate() {
        at.known_agency(&format!("respondents[{index}]"), code)?;
        if filed.respondents[..index].contains(code) {
            return Err(wrong(&format!("respondents[{index}]"), "is named twice"));
        }
    }
    let mut office = at.bench.law.aftercare.office("complaints").iter();
    let lead = office.find(|lead| !filed.respondents.contains(lead));
    let Some(lead) = lead else {
        return Err(rule(
            "NO_IMPARTIAL_LEAD",
            "外商投资企业投诉工作办法 art. 23",
            "every agency that could handle it is complained of; file it with the next higher body",
            "受理机构均为被投诉人，请向上一级投诉工作机构提出",
        ));
    };
    lead.clone_into(&mut filed.lead);
    filed.number = next(&at.case.complaints);
    Ok(filed.into())
}

/// One notice, of everything, in time.
pub(super) fn ask(at: &At<'_>, step: ComplaintSupplementAsked) -> Step {
    let complaint = undecided(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("notice", &step.notice)])?;
    if step.missing.is_empty() {
        return Err(wrong("missing", "has at least one entry"));
    }
    let article = "外商投资企业投诉工作办法 art. 14";
    if complaint.asked.is_some() {
        return Err(rule(
            "SECOND_NOTICE",
            article,
            "everything missing is asked for in one notice, and that was given",
            "应当一次性告知需要补正的全部内容，不得再次通知",
        ));
    }
    let row = at.bench.law.aftercare.limit("complaint_notice");
    let due = row.and_then(|row| row.from(complaint.on).deadline(&at.bench.calendar));
    if due.is_some_and(|due| at.on > due.due) {
        return Err(rule(
            "NOTICE_TOO_LATE",
            article,
            "the notice of what is missing was due within seven working days",
            "补正通知应当在七个工作日内作出",
        ));
    }
    for line in &step.missing {
        may_be_asked(at, &complaint.filed.lead, step.number, line)?;
    }
    Ok(step.into())
}

/// Nothing that the dossier holds, or that agencies have from each other, is missing (大政发〔2020〕24号 (十九)).
fn may_be_asked(at: &At<'_>, agency: &str, number: u32, line: &str) -> Result<(), Refusal> {
    let (held, catalogue) = (&at.bench.held, &at.bench.law.catalogue);
    let matter = format!("projects/{}/complaints/{number}", held.project);
    let refused = holdings::named(catalogue, line, at.on).into_iter().find_map(|key| {
        let source = holdings::source(catalogue, None, key, at.on);
        let demand = Demand { matter: &matter, agency, key, source, brought: None, on: at.on };
        refuse_demand(held, &demand)
    });
    refused.map_or(Ok(()), Err)
}

pub(super) fn supply(at: &At<'_>, step: ComplaintSupplemented) -> Step {
    let complaint = undecided(at, step.number)?;
    complainant(complaint, at.caller)?;
    if step.materials.is_empty() {
        return Err(wrong("materials", "has at least one entry"));
    }
    if complaint.asked.is_none() || complaint.supplied.is_some() {
        return Err(out_of_order("nothing is asked for"));
    }
    Ok(step.into())
}

pub(super) fn accept(at: &At<'_>, step: ComplaintAccepted) -> Step {
    let complaint = undecided(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    if complaint.asked.is_some() && complaint.supplied.is_none() {
        return Err(out_of_order("it waits for what was asked for"));
    }
    Ok(step.into())
}

/// While the complainant still has time to supply what was asked for, it is not refused.
pub(super) fn refuse(at: &At<'_>, step: ComplaintRefused) -> Step {
    let complaint = undecided(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("reasons", &step.reasons), ("notice", &step.notice)])?;
    let next = complaint.next(&at.bench.law.aftercare, &at.bench.calendar);
    if next.is_some_and(|next| next.what == "supplement" && at.on <= next.due) {
        return Err(out_of_order("the time to supply what is missing still runs"));
    }
    Ok(step.into())
}

pub(super) fn answer(at: &At<'_>, mut step: ComplaintAnswered) -> Step {
    let complaint = under_way(at, step.number)?;
    let code = at.caller.agency().unwrap_or_default();
    if !complaint.filed.respondents.iter().any(|one| one == code) {
        return Err(Refusal::NotYours("only an agency complained of answers".to_owned()));
    }
    required(&[("answer", &step.answer)])?;
    code.clone_into(&mut step.agency);
    Ok(step.into())
}

pub(super) fn go_on(at: &At<'_>, mut step: ComplaintOverridden) -> Step {
    let complaint = under_way(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("reason", &step.reason)])?;
    step.agencies = complaint.silent();
    if step.agencies.is_empty() {
        return Err(out_of_order("every agency has answered"));
    }
    Ok(step.into())
}

pub(super) fn extend(at: &At<'_>, step: ComplaintExtended) -> Step {
    let complaint = under_way(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("reason", &step.reason), ("notice", &step.notice)])?;
    let rules = &at.bench.law.aftercare;
    let cap = rules.limit("complaint_extension").map_or(0, |row| row.limit.n);
    if step.working_days == 0 || step.working_days > cap {
        return Err(wrong("working_days", format!("is 1 to {cap}")));
    }
    let due = complaint.next(rules, &at.bench.calendar).map(|next| next.due);
    if complaint.extended.is_some() || due.is_some_and(|due| at.on > due) {
        return Err(rule(
            "NO_EXTENSION",
            "外商投资企业投诉工作办法 art. 19",
            "the time is prolonged once, and before it has run out",
            "办理期限只能在届满前延长一次",
        ));
    }
    Ok(step.into())
}

/// One reply for all: when every agency has answered, or the handling agency says why it does not wait.
pub(super) fn close(at: &At<'_>, step: ComplaintClosed) -> Step {
    let complaint = under_way(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("result", &step.result)])?;
    let silent = complaint.silent();
    let waived = complaint.overridden.as_ref().map_or(&[][..], |step| &step.agencies);
    if silent.iter().any(|code| !waived.contains(code)) {
        return Err(rule(
            "ANSWERS_MISSING",
            "外商投资企业投诉工作办法 art. 18",
            format!("{} have not answered; wait, or say why not", silent.join(", ")),
            format!("{}尚未答复，应当等待或者说明理由", silent.join("、")),
        ));
    }
    Ok(step.into())
}

pub(super) fn tell(at: &At<'_>, step: ComplaintResultTold) -> Step {
    let complaint = complaint(at, step.number)?;
    at.agency(&complaint.filed.lead)?;
    required(&[("document", &step.document)])?;
    if complaint.closed.is_none() || complaint.told.is_some() {
        return Err(out_of_order("there is no result to tell"));
    }
    Ok(step.into())
}

pub(super) fn withdraw(at: &At<'_>, step: ComplaintWithdrawn) -> Step {
    let complaint = complaint(at, step.number)?;
    complainant(complaint, at.caller)?;
    if !complaint.is_undecided() && !complaint.is_under_way() {
        return Err(out_of_order("it has come to its end"));
    }
    Ok(step.into())
}

/// Whether the caller is the enterprise that complained. Nobody else is by naming it.
pub(crate) fn is_complainant(complaint: &Complaint, caller: &Caller) -> bool {
    matches!(caller.principal, Principal::Enterprise { .. })
        && sight::enterprise(&caller.principal.to_string())
            == sight::enterprise(&complaint.filed.complainant)
}

fn complainant(complaint: &Complaint, caller: &Caller) -> Result<(), Refusal> {
    if is_complainant(complaint, caller) {
        return Ok(());
    }
    Err(Refusal::NotYours("this is for the complainant to do".to_owned()))
}

fn complaint<'a>(at: &At<'a>, number: u32) -> Result<&'a Complaint, Refusal> {
    let complaint = entry(&at.case.complaints, number, "complaint")?;
    let closed = complaint.closed.as_ref().map(|(on, _)| *on);
    let so_far = [Some(complaint.on), complaint.asked, complaint.supplied, complaint.accepted];
    at.not_before(so_far.into_iter().chain([closed]).flatten().max().unwrap_or(complaint.on))?;
    Ok(complaint)
}

fn undecided<'a>(at: &At<'a>, number: u32) -> Result<&'a Complaint, Refusal> {
    let complaint = complaint(at, number)?;
    if complaint.is_undecided() {
        return Ok(complaint);
    }
    Err(out_of_order("its acceptance is decided"))
}

fn under_way<'a>(at: &At<'a>, number: u32) -> Result<&'a Complaint, Refusal> {
    let complaint = complaint(at, number)?;
    if complaint.is_under_way() {
        return Ok(complaint);
    }
    Err(out_of_order("it is not being handled"))
}

fn out_of_order(why: &str) -> Refusal {
    rule(
        "COMPLAINT_OUT_OF_ORDER",
        "外商投资企业投诉工作办法 art. 14-22",
        why,
        "投诉所处阶段不允许此项操作",
    )
}
