//! The stored format: every fact survives it, and it never changes.

use super::story::*;
use crate::case::{Case, event::*};
use desk::docket::Case as _;
use prost::Message;
use proto::aftercare::v1::AftercareEvent;
use rulebook::matter;
use std::collections::BTreeSet;

/// Every kind of fact, with everything that it can hold.
fn every_fact() -> Vec<Event> {
    let (on, document) = (day("2022-04-08"), text("协议-12"));
    let withdrawn = matter::Event::ApplicationWithdrawn { on, reason: text("改址") };
    let facts: Vec<Fact> = vec![
        admitted().into(),
        prior("S1-05"),
        Fact::Matter("S4-09-1".parse().unwrap(), withdrawn),
        FactsStated { facts: words(&[("foreign_staff", "yes")]) }.into(),
        PromiseMade {
            number: 1,
            promise: text("道路"),
            legal_basis: text("组织法"),
            document: document.clone(),
            owner: text("HC"),
            due: day("2022-06-30"),
        }
        .into(),
        PromiseReassigned { number: 1, from: text("HC"), to: text("NR"), document }.into(),
        PromiseCountersigned { number: 1 }.into(),
        PromiseDisputed { number: 1, grounds: text("未通") }.into(),
        PromisePerformed { number: 1, performed_on: on, evidence: text("备案表") }.into(),
        PromiseChanged {
            number: 1,
            ground: text("改线"),
            document: text("府发"),
            compensation_fen: 50_000_000,
            due: day("2022-12-30"),
        }
        .into(),
        ComplaintFiled {
            number: 1,
            complainant: text(YAMATO),
            lead: text("COM"),
            respondents: vec![text("EE"), text("MR")],
            subject: text("重复检查"),
            materials: vec![text("检查记录")],
            sealed: vec![1, 2, 3],
        }
        .into(),
        ComplaintSupplementAsked {
            number: 1, missing: vec![text("授权书")], notice: text("补-1")
        }
        .into(),
        ComplaintSupplemented { number: 1, materials: vec![text("授权书")] }.into(),
        ComplaintAccepted { number: 1, notice: text("受-1") }.into(),
        ComplaintRefused { number: 1, reasons: text("民事纠纷"), notice: text("不-1") }.into(),
        ComplaintAnswered { number: 1, agency: text("EE"), answer: text("已合并检查") }.into(),
        ComplaintOverridden { number: 1, agencies: vec![text("MR")], reason: text("逾期") }.into(),
        ComplaintExtended {
            number: 1,
            working_days: 20,
            reason: text("鉴定"),
            notice: text("延-1"),
        }
        .into(),
        ComplaintClosed { number: 1, result: text("合并检查") }.into(),
        ComplaintResultTold { number: 1, document: text("告-1") }.into(),
        ComplaintWithdrawn { number: 1, reason: text("已解决") }.into(),
        ReportDutyOpened {
            duty: text("change-1"),
            changed: vec![text("investors")],
            changed_on: on,
        }
        .into(),
        ReportFiled { number: 1, duty: text("change-1"), values: words(&[("a", "b")]) }.into(),
        ReportCorrected { number: 1, values: words(&[("a", "c")]), reason: text("笔误") }.into(),
        ReportNoticed { duty: text("annual-2023"), document: text("通-1") }.into(),
        ReportOrdered { duty: text("annual-2023"), document: text("责-1") }.into(),
        ReportFined {
            duty: text("annual-2023"),
            row: text("ordinary"),
            amount_fen: 10_000_000,
            reasons: text("逾期未报"),
            document: text("罚-1"),
        }
        .into(),
        ContactLogged {
            number: 1,
            secretary: text("s-0012"),
            channel: text("visit"),
            summary: text("用电"),
            follow_up: text("增容"),
            due: Some(day("2022-04-20")),
        }
        .into(),
        FollowUpDone { number: 1, result: text("已增容") }.into(),
        FollowUpEscalated { number: 1, agency: text("COM"), reason: text("逾期") }.into(),
        Rated {
            number: 1,
            rater: text(YAMATO),
            matter: text("projects/yamato/matters/S1-05-1"),
            agency: text("MR"),
            step: text("decision"),
            grade: 5,
            remark: text("慢"),
        }
        .into(),
        RatingAnswered { number: 1, answer: text("已整改") }.into(),
        OrderIssued {
            number: 1,
            issuer: text("BE"),
            agency: text("HC"),
            subject: text("通路"),
            cause: text("promise 1"),
            due: on,
        }
        .into(),
        OrderEvidenced { number: 1, evidence: text("照片-1") }.into(),
        OrderClosed { number: 1, result: text("已通") }.into(),
        ServiceRequestRaised {
            number: 1,
            service: text("work_permit"),
            raiser: text(YAMATO),
            association: text("外商投资企业协会"),
            agency: text("HR"),
            subject: text("延期"),
            permit: text("staff-0042"),
            expires_on: text("2022-09-30"),
        }
        .into(),
        ServiceRequestTaken { number: 1, agency: text("HR") }.into(),
        ServiceRequestHandedOn {
            number: 1,
            from: text("HR"),
            to: text("PS"),
            reason: text("居留"),
        }
        .into(),
        ServiceRequestAnswered {
            number: 1,
            agency: text("PS"),
            answer: text("已延期"),
            expires_on: text("2023-09-30"),
        }
        .into(),
        ServiceRequestReturned { number: 1, reason: text("未办家属") }.into(),
        ServiceRequestClosed { number: 1, result: text("已办结") }.into(),
    ];
    let facts = facts.into_iter().chain(incentives()).chain(inspections()).chain([alarm()]);
    facts.map(|fact| fact.on(on)).collect()
}

fn alarm() -> Fact {
    AlarmRaised {
        kind: text("red"),
        subject: text("complaints/1"),
        limit: text("close"),
        due: day("2022-07-05"),
        citation: text("外商投资企业投诉工作办法 art. 19"),
        agency: text("COM"),
    }
    .into()
}

fn incentives() -> Vec<Fact> {
    vec![
        IncentiveClaimed {
            number: 1,
            rule: text("capital-arrival"),
            edition: text("2021-1"),
            period: text("2021"),
            claimant: text(YAMATO),
            currency: text("CNY"),
            base_minor: 45_000_000_000,
            amount_minor: 450_000_000,
            materials: vec![text("验资报告")],
        }
        .into(),
        IncentiveApproved {
            number: 1,
            amount_minor: 400_000_000,
            reasons: text("核减"),
            document: text("批-1"),
        }
        .into(),
        IncentiveRefused { number: 1, reasons: text("材料不符"), document: text("批-2") }.into(),
        IncentivePaid { number: 1, amount_minor: 100_000_000, voucher: text("支-1") }.into(),
        IncentiveClawedBack {
            number: 1,
            ground: text("capital_withdrawn"),
            amount_minor: 50_000_000,
            reasons: text("抽回出资"),
            document: text("追-1"),
        }
        .into(),
        IncentiveRepaid { number: 1, amount_minor: 10_000_000, voucher: text("收-1") }.into(),
    ]
}

fn inspections() -> Vec<Fact> {
    let candidate =
        InspectionCandidate { project: text("yamato"), credit_class: text("A"), percent: 1 };
    vec![
        InspectionDrawn {
            number: 1,
            agencies: vec![text("MR"), text("EE")],
            plan: text("2022-2"),
            items: vec![text("登记事项")],
            seed: text("lottery-2022104"),
            algorithm: text("sha256-lots-1"),
            candidates: vec![candidate],
            inspectors: vec![text("i-01"), text("i-02")],
        }
        .into(),
        InspectionVisited {
            number: 1,
            agencies: vec![text("MR")],
            draw: 1,
            ground: text("draw"),
            reference: text("投诉-3"),
            credit_class: text("A"),
            items: vec![text("登记事项")],
            inspectors: vec![text("i-01"), text("i-02")],
            result: text("exempt_minor"),
            article: text("行政处罚法 art. 33"),
            findings: text("当场改正"),
            merged_into: 2,
        }
        .into(),
        InspectionPublished { number: 1, place: text("信用公示系统") }.into(),
    ]
}

#[test]
fn every_fact_survives_being_stored() {
    for event in every_fact() {
        let stored = Case::write(&event);
        assert_eq!(stored.kind, event.fact.kind());
        assert_eq!(Case::read(&stored.payload), Ok(event));
    }
}

/// The words of the oneof, from the proto itself.
#[test]
fn no_fact_of_the_proto_is_missing_here() {
    let set = prost_types::FileDescriptorSet::decode(proto::DESCRIPTORS).unwrap();
    let messages = set.file.iter().flat_map(|file| &file.message_type);
    let event = messages.into_iter().find(|message| message.name() == "AftercareEvent").unwrap();
    let kinds = event.field.iter().filter(|field| field.oneof_index.is_some());
    let kinds: BTreeSet<&str> = kinds.map(|field| field.name()).collect();
    let kind = |event: &Event| event.fact.step().map_or(event.fact.kind(), |_| "matter");
    assert_eq!(every_fact().iter().map(kind).collect::<BTreeSet<_>>(), kinds);
}

/// One line for each fact that ever shipped: lines are added, never changed.
#[test]
fn the_stored_bytes_are_what_they_always_were() {
    let lines: Vec<String> = every_fact()
        .iter()
        .map(Case::write)
        .map(|stored| {
            let hex = stored.payload.iter().map(|byte| format!("{byte:02x}"));
            format!("{} {}", stored.kind, hex.collect::<String>())
        })
        .collect();
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(lines, golden, "\n{}\n", lines.join("\n"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let bad = |at: usize, change: fn(&mut AftercareEvent)| {
        let written = Case::write(&every_fact()[at]).payload;
        let mut stored = AftercareEvent::decode(written.as_slice()).unwrap();
        change(&mut stored);
        let refused = Case::read(&stored.encode_to_vec()).unwrap_err();
        text(refused.0.split([':', ' ']).next().unwrap())
    };
    let fields = [
        bad(0, |stored| stored.kind = None),
        bad(0, |stored| stored.occurred_on = text("2022-02-29")),
        bad(4, |stored| {
            use proto::aftercare::v1::aftercare_event::Kind;
            let Some(Kind::PromiseMade(made)) = &mut stored.kind else { panic!() };
            made.due = text("2022-06-31");
        }),
    ];
    assert_eq!(fields, ["kind", "occurred_on", "promise_made.due"]);
    assert!(Case::read(b"\xff").is_err());
}
