//! Complaints: their clock, several agencies with one reply, and what the respondent does not see.

use super::story::*;
use crate::{case::event::*, grpc};

fn filed() -> ComplaintFiled {
    ComplaintFiled {
        number: 0,
        complainant: String::new(),
        lead: String::new(),
        respondents: vec![text("EE"), text("MR")],
        subject: text("一年内重复检查"),
        materials: vec![text("检查记录")],
        sealed: b"sealed".to_vec(),
    }
}

fn asked() -> ComplaintSupplementAsked {
    ComplaintSupplementAsked { number: 1, missing: vec![text("授权书")], notice: text("补-1") }
}

fn accepted() -> ComplaintAccepted {
    ComplaintAccepted { number: 1, notice: text("受-1") }
}

fn answered() -> ComplaintAnswered {
    ComplaintAnswered { number: 1, agency: String::new(), answer: text("今后合并检查") }
}

fn closed() -> ComplaintClosed {
    ComplaintClosed { number: 1, result: text("两部门合并为一次检查") }
}

fn extended(working_days: u32) -> ComplaintExtended {
    ComplaintExtended { number: 1, working_days, reason: text("鉴定"), notice: text("延-1") }
}

impl Story {
    /// What comes next, and by when.
    fn next(&self) -> Option<(&'static str, String)> {
        let bench = bench(self.today);
        let next = self.case.complaints[0].next(&law().aftercare, &bench.calendar);
        next.map(|next| (next.what, next.due.to_string()))
    }

    fn seen_by(&self, principal: &str) -> Option<proto::aftercare::v1::Complaint> {
        let (caller, bench) = (who(principal), bench(self.today));
        let by = grpc::View { caller: &caller, bench: &bench };
        grpc::complaint::view(&self.case.complaints[0], &by)
    }
}

/// Filed on 1 March 2022, a Tuesday: the seventh working day is 10 March.
#[test]
fn one_notice_within_seven_working_days_and_the_decision_seven_after_everything_is_there() {
    let story = Story::launched("2022-03-01").then(YAMATO, filed());
    assert_eq!(story.next(), Some(("decide", text("2022-03-10"))));
    let late = story.clone().on("2022-03-11");
    assert!(late.refused("agency:COM", asked()).starts_with("NOTICE_TOO_LATE"));
    let story = story.on("2022-03-10").then("agency:COM", asked());
    assert_eq!(story.next(), Some(("supplement", text("2022-03-31"))));
    assert!(story.refused("agency:COM", asked()).starts_with("SECOND_NOTICE"));
    assert!(story.refused("agency:COM", accepted()).starts_with("COMPLAINT_OUT_OF_ORDER"));
    let refused =
        ComplaintRefused { number: 1, reasons: text("材料不齐"), notice: text("不-1") };
    assert!(story.refused("agency:COM", refused.clone()).starts_with("COMPLAINT_OUT_OF_ORDER"));
    let supplied = ComplaintSupplemented { number: 1, materials: vec![text("授权书")] };
    assert_eq!(story.refused("enterprise:hanseong/filing", supplied.clone()), "UNKNOWN");
    assert_eq!(story.clone().on("2022-04-01").then("agency:COM", refused).next(), None);
    let story = story.on("2022-03-14").then("enterprise:yamato/legal", supplied);
    assert_eq!(story.next(), Some(("decide", text("2022-03-23"))));
}

/// Accepted on 2 March 2022: sixty working days over Qingming, May and Dragon Boat end on 31 May.
#[test]
fn closed_in_sixty_working_days_prolonged_once_and_told_within_three() {
    let story = Story::launched("2022-03-01").then(YAMATO, filed()).on("2022-03-02");
    let story = story.then("agency:COM", accepted());
    let (what, due) = story.next().unwrap();
    let counted = bench(story.today).calendar.working_days(story.today, day(&due)).count;
    assert_eq!((what, counted), ("close", 60));
    assert_eq!(story.refused("agency:COM", extended(61)), "working_days");
    assert_eq!(story.refused("agency:EE", extended(20)), "NOT_YOURS");
    let mut late = story.clone().on(&due);
    late.today = late.today.tomorrow().unwrap();
    assert!(late.refused("agency:COM", extended(20)).starts_with("NO_EXTENSION"));
    let story = story.on(&due).then("agency:COM", extended(20));
    assert!(story.refused("agency:COM", extended(20)).starts_with("NO_EXTENSION"));
    let (_, later) = story.next().unwrap();
    assert_eq!(bench(story.today).calendar.working_days(day(&due), day(&later)).count, 20);
    let story = story.then("agency:EE", answered()).then("agency:MR", answered());
    let story = story.on("2022-06-10").then("agency:COM", closed());
    assert_eq!(story.next(), Some(("tell", text("2022-06-15"))));
    let told = ComplaintResultTold { number: 1, document: text("告-1") };
    assert_eq!(story.then("agency:COM", told).next(), None);
}

#[test]
fn one_reply_when_all_have_answered_or_the_lead_says_why_not() {
    let story = Story::launched("2022-03-01").then(YAMATO, filed()).on("2022-03-02");
    let story = story.then("agency:COM", accepted());
    let go_on =
        ComplaintOverridden { number: 1, agencies: Vec::new(), reason: text("两次催办未复") };
    let story = story.then("agency:EE", answered());
    assert!(story.refused("agency:COM", closed()).starts_with("ANSWERS_MISSING"));
    assert_eq!(story.refused("agency:NR", answered()), "NOT_YOURS");
    assert_eq!(story.refused("agency:MR", go_on.clone()), "NOT_YOURS");
    let silent = ComplaintOverridden { reason: String::new(), ..go_on.clone() };
    assert_eq!(story.refused("agency:COM", silent), "reason");
    let story = story.then("agency:COM", go_on).then("agency:COM", closed());
    let shown = story.seen_by(YAMATO).unwrap();
    assert_eq!(shown.overridden.unwrap().agencies, ["MR"]);
    assert_eq!(shown.result, closed().result);
    assert!(shown.answers.is_empty(), "one reply, not those behind it");
}

#[test]
fn the_agencies_complained_of_cannot_see_what_is_secret() {
    let story = Story::launched("2022-03-01").then(YAMATO, filed());
    for reader in [YAMATO, "enterprise:yamato/legal", "agency:COM"] {
        assert_eq!(story.seen_by(reader).unwrap().filed.unwrap().sealed, filed().sealed);
    }
    for reader in ["agency:EE", "agency:MR"] {
        let shown = story.seen_by(reader).unwrap();
        let all = format!("{shown:?}");
        assert!(shown.withheld && all.contains("重复检查"));
        assert!(
            shown.filed.unwrap().sealed.is_empty()
                && !all.contains("检查记录")
                && !all.contains("yamato")
        );
    }
    for stranger in ["agency:NR", "enterprise:hanseong/filing", "secretary:s-0012"] {
        assert_eq!(story.seen_by(stranger), None);
    }
    let mut pretending = who("agency:EE");
    pretending.on_behalf_of = Some(text(YAMATO));
    let bench = bench(story.today);
    let by = grpc::View { caller: &pretending, bench: &bench };
    assert!(grpc::complaint::view(&story.case.complaints[0], &by).unwrap().withheld);
}

#[test]
fn no_agency_handles_a_complaint_about_itself() {
    let about = |codes: &[&str]| ComplaintFiled {
        respondents: codes.iter().copied().map(text).collect(),
        ..filed()
    };
    let story = Story::launched("2022-03-01");
    let against = story.clone().then(YAMATO, about(&["COM", "EE"]));
    assert_eq!(against.case.complaints[0].filed.lead, "BE");
    assert!(story.refused(YAMATO, about(&["COM", "BE"])).starts_with("NO_IMPARTIAL_LEAD"));
    assert_eq!(story.refused(YAMATO, about(&[])), "respondents");
    assert_eq!(story.refused(YAMATO, about(&["EE", "EE"])), "respondents[1]");
    assert_eq!(story.refused("agency:EE", about(&["MR"])), "NOT_YOURS");
}

/// A permit's clocks do not know that somebody complained: of two projects with the same matters and the same
/// days, one of which complains, every matter has the same clocks by every day.
#[test]
fn a_complaint_moves_no_clock() {
    let quiet = Story::launched("2022-03-01").files("S4-16").files("S4-08");
    assert_eq!(quiet.case.matters.len(), 2);
    let mut loud = quiet.clone();
    let against = ComplaintFiled { respondents: vec![text("SAFE"), text("TAX")], ..filed() };
    let steps: [(&str, &str, Fact); 6] = [
        ("2022-03-02", YAMATO, against.into()),
        ("2022-03-03", "agency:COM", asked().into()),
        (
            "2022-03-10",
            YAMATO,
            ComplaintSupplemented { number: 1, materials: vec![text("授权书")] }.into(),
        ),
        ("2022-03-14", "agency:COM", accepted().into()),
        ("2022-04-20", "agency:COM", extended(20).into()),
        ("2022-05-06", YAMATO, ComplaintWithdrawn { number: 1, reason: text("已解决") }.into()),
    ];
    for (on, who, step) in steps {
        loud = loud.on(on).then(who, step);
        let calendar = bench(loud.today).calendar;
        for (id, matter) in &loud.case.matters {
            assert_eq!(
                format!("{:?}", matter.clocks(&calendar)),
                format!("{:?}", quiet.case.matters[id].clocks(&calendar)),
                "{id} on {on}"
            );
        }
    }
    assert_eq!(loud.case.matters, quiet.case.matters);
}
