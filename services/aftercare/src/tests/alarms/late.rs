//! What was done late while nothing ticked is told all the same, and what was done in time never.

use super::*;

/// Everything that can be owed, begun on Wednesday 2022-03-02 and done on its last day or after it. Seven
/// working days end on 11 March, ten on the 16th, fifteen on the 23rd, twenty on the 30th; ten from 21 March
/// on Saturday 2 April, which makes up for Qingming. What is late is handed on only once it is late.
fn everything(late: bool) -> Story {
    let done = |in_time, after| if late { after } else { in_time };
    let (file, secretary) = ("enterprise:yamato/filing", "secretary:s-0012");
    let steps: Vec<(&str, &str, Fact)> = vec![
        ("2022-03-02", file, complaint().into()),
        ("2022-03-02", file, bad_rating().into()),
        ("2022-03-02", file, matching().into()),
        ("2022-03-02", "agency:MR", visit().into()),
        ("2022-03-02", "agency:HC", road("2022-04-15").into()),
        ("2022-03-02", "agency:BE", order("2022-04-15").into()),
        ("2022-03-02", secretary, contact("2022-04-20").into()),
        (
            done("2022-03-11", "2022-03-15"),
            "agency:COM",
            ComplaintAccepted { number: 1, notice: text("受-1") }.into(),
        ),
        (
            done("2022-03-16", "2022-03-17"),
            "agency:FB",
            ServiceRequestHandedOn {
                number: 1,
                from: String::new(),
                to: text("COM"),
                reason: text("属其职责"),
            }
            .into(),
        ),
        (
            done("2022-03-16", "2022-03-18"),
            "agency:COM",
            ServiceRequestAnswered {
                number: 1,
                agency: String::new(),
                answer: text("已对接"),
                expires_on: String::new(),
            }
            .into(),
        ),
        ("2022-03-21", file, ComplaintWithdrawn { number: 1, reason: text("已解决") }.into()),
        ("2022-03-21", file, ServiceRequestReturned { number: 1, reason: text("不足") }.into()),
        (
            done("2022-03-23", "2022-03-25"),
            "agency:MR",
            RatingAnswered { number: 1, answer: text("已整改") }.into(),
        ),
        (
            done("2022-03-30", "2022-04-01"),
            "agency:MR",
            InspectionPublished { number: 1, place: text("信用公示系统") }.into(),
        ),
        (
            done("2022-03-30", "2022-04-01"),
            file,
            ReportFiled {
                number: 0,
                duty: text("change-1"),
                values: words(&[("change_resolution", "股东会决议")]),
            }
            .into(),
        ),
        (
            done("2022-04-02", "2022-04-06"),
            file,
            ServiceRequestClosed { number: 1, result: text("已获贷款") }.into(),
        ),
        (
            done("2022-04-15", "2022-04-18"),
            "agency:HC",
            PromiseReassigned {
                number: 1,
                from: String::new(),
                to: text("NR"),
                document: text("交接-1"),
            }
            .into(),
        ),
        (
            done("2022-04-15", "2022-04-20"),
            "agency:NR",
            PromisePerformed {
                number: 1,
                performed_on: day(done("2022-04-15", "2022-04-20")),
                evidence: text("照片"),
            }
            .into(),
        ),
        (
            done("2022-04-15", "2022-04-20"),
            "agency:HC",
            OrderEvidenced { number: 1, evidence: text("照片-1") }.into(),
        ),
        (
            done("2022-04-15", "2022-04-20"),
            "agency:BE",
            OrderClosed { number: 1, result: text("已通") }.into(),
        ),
        (
            done("2022-04-20", "2022-04-21"),
            secretary,
            FollowUpEscalated { number: 1, agency: text("EE"), reason: text("未复") }.into(),
        ),
        (
            done("2022-04-20", "2022-04-22"),
            secretary,
            FollowUpDone { number: 1, result: text("已增容") }.into(),
        ),
    ];
    let changed = ReportDutyOpened {
        duty: text("change-1"),
        changed: vec![text("investors")],
        changed_on: day("2022-03-02"),
    };
    let mut story = quiet().learns([changed.into()]);
    let mut steps = steps;
    steps.sort_by_key(|(on, ..)| *on);
    for (on, principal, fact) in steps {
        story = story.on(on).then(principal, fact);
    }
    story
}

fn complaint() -> ComplaintFiled {
    ComplaintFiled {
        number: 0,
        complainant: String::new(),
        lead: String::new(),
        respondents: vec![text("EE")],
        subject: text("重复检查"),
        materials: vec![text("检查记录")],
        sealed: b"sealed".to_vec(),
    }
}

fn bad_rating() -> Rated {
    Rated {
        number: 0,
        rater: String::new(),
        matter: text("projects/yamato/matters/S1-05-1"),
        agency: text("MR"),
        step: text("decision"),
        grade: 4,
        remark: String::new(),
    }
}

fn matching() -> ServiceRequestRaised {
    ServiceRequestRaised {
        number: 0,
        service: text("bank_matching"),
        raiser: String::new(),
        association: String::new(),
        agency: String::new(),
        subject: text("流动资金贷款"),
        permit: String::new(),
        expires_on: String::new(),
    }
}

fn visit() -> InspectionVisited {
    InspectionVisited {
        number: 0,
        agencies: vec![text("MR")],
        draw: 0,
        ground: text("complaint"),
        reference: text("投诉-3"),
        credit_class: text("A"),
        items: vec![text("登记事项")],
        inspectors: vec![text("i-01"), text("i-02")],
        result: text("compliant"),
        article: String::new(),
        findings: String::new(),
        merged_into: 0,
    }
}

#[test]
fn what_was_done_late_while_nothing_ticked_is_told_all_the_same() {
    assert_eq!(
        everything(true).on("2022-06-01").due(),
        [
            "2022-03-12 complaints/1/red.decide.2022-03-11 agency:COM",
            "2022-03-17 requests/1/yellow.answer.2022-03-16 agency:FB",
            "2022-03-24 ratings/1/yellow.mend.2022-03-23 agency:MR",
            "2022-03-31 inspections/1/red.publication.2022-03-30 agency:MR",
            "2022-03-31 reports/change-1/red.report.2022-03-30 enterprise",
            "2022-04-03 requests/1/yellow.answer.2022-04-02 agency:COM",
            "2022-04-16 orders/1/yellow.act.2022-04-15 agency:HC",
            "2022-04-16 promises/1/yellow.keep.2022-04-15 agency:HC",
            "2022-04-21 contacts/1/yellow.follow_up.2022-04-20 agency:COM",
        ]
    );
}

#[test]
fn what_was_done_on_its_last_day_is_never_told() {
    assert_eq!(everything(false).on("2022-06-01").due(), [] as [&str; 0]);
}

/// Asked on Friday 2022-03-11, fifteen working days end on 1 April; from Saturday 2 April, which makes up for
/// Qingming, seven end on the 14th; from 18 April sixty on 13 July, prolonged by two to the 15th; from
/// 18 July three on the 21st.
#[test]
fn every_step_of_a_complaint_that_was_late_is_told_of() {
    let (file, lead) = ("enterprise:yamato/filing", "agency:COM");
    let asked =
        ComplaintSupplementAsked {
            number: 1, missing: vec![text("授权书")], notice: text("补-1")
        };
    let supplied = ComplaintSupplemented { number: 1, materials: vec![text("授权书")] };
    let accepted = ComplaintAccepted { number: 1, notice: text("受-1") };
    let answered =
        ComplaintAnswered { number: 1, agency: String::new(), answer: text("今后合并检查") };
    let more = ComplaintExtended {
        number: 1,
        working_days: 2,
        reason: text("鉴定"),
        notice: text("延-1"),
    };
    let closed = ComplaintClosed { number: 1, result: text("合并为一次检查") };
    let told = ComplaintResultTold { number: 1, document: text("告-1") };
    let handled = |supply: &str, accept: &str, prolong: &str, close: &str, tell: &str| {
        let story = quiet().then(file, complaint()).on("2022-03-11").then(lead, asked.clone());
        let story = story.on(supply).then(file, supplied.clone());
        let story =
            story.on(accept).then(lead, accepted.clone()).then("agency:EE", answered.clone());
        let story = story.on(prolong).then(lead, more.clone()).on(close).then(lead, closed.clone());
        story.on(tell).then(lead, told.clone()).on("2022-08-01").due()
    };
    let late = handled("2022-04-02", "2022-04-18", "2022-07-13", "2022-07-18", "2022-07-22");
    assert_eq!(
        late,
        [
            "2022-04-02 complaints/1/red.supplement.2022-04-01 enterprise",
            "2022-04-15 complaints/1/red.decide.2022-04-14 agency:COM",
            "2022-07-16 complaints/1/red.close.2022-07-15 agency:COM",
            "2022-07-22 complaints/1/red.tell.2022-07-21 agency:COM",
        ]
    );
    let in_time = handled("2022-04-01", "2022-04-02", "2022-04-06", "2022-04-07", "2022-04-08");
    assert_eq!(in_time, [] as [&str; 0]);
}

/// It was brought to EE by its last day, and to the market regulator only after that.
#[test]
fn a_follow_up_is_told_of_with_whoever_had_it_on_its_last_day() {
    let brought =
        |to: &str| FollowUpEscalated { number: 1, agency: text(to), reason: text("未复") };
    let secretary = "secretary:s-0012";
    let story = quiet().then(secretary, contact("2022-04-20"));
    let story = story.on("2022-04-20").then(secretary, brought("EE"));
    let story = story.on("2022-04-21").then(secretary, brought("MR"));
    assert_eq!(story.due(), ["2022-04-21 contacts/1/yellow.follow_up.2022-04-20 agency:EE"]);
}
