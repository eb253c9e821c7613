//! Service requests: who answers, by when it is promised, who closes, and permits that expire.

use super::story::*;
use crate::{
    case::{event::*, request::permits},
    grpc::{self, View},
};
use desk::caller::Caller;
use proto::aftercare::v1::{ServiceRequest, ServiceRequestStanding as Standing};
use rulebook::catalogue::Stage;

const SECRETARY: &str = "secretary:s-0012";

fn raised(service: &str) -> ServiceRequestRaised {
    ServiceRequestRaised {
        number: 0,
        service: text(service),
        raiser: String::new(),
        association: String::new(),
        agency: String::new(),
        subject: text("流动资金贷款"),
        permit: String::new(),
        expires_on: String::new(),
    }
}

fn permit(service: &str, permit: &str, expires_on: &str) -> ServiceRequestRaised {
    let (permit, expires_on) = (text(permit), text(expires_on));
    ServiceRequestRaised { permit, expires_on, ..raised(service) }
}

fn taken() -> ServiceRequestTaken {
    ServiceRequestTaken { number: 1, agency: String::new() }
}

fn handed(to: &str) -> ServiceRequestHandedOn {
    let reason = text("属其职责");
    ServiceRequestHandedOn { number: 1, from: String::new(), to: text(to), reason }
}

fn answered(expires_on: &str) -> ServiceRequestAnswered {
    let (answer, expires_on) = (text("三家银行已对接"), text(expires_on));
    ServiceRequestAnswered { number: 1, agency: String::new(), answer, expires_on }
}

fn returned() -> ServiceRequestReturned {
    ServiceRequestReturned { number: 1, reason: text("额度不足") }
}

fn closed() -> ServiceRequestClosed {
    ServiceRequestClosed { number: 1, result: text("已获贷款") }
}

impl Story {
    fn request_by(&self, principal: &str) -> Option<ServiceRequest> {
        let (caller, bench) = (who(principal), bench(self.today));
        let by = View { caller: &caller, bench: &bench };
        grpc::request::view(&self.case.requests[0], &by)
    }

    fn request(&self) -> ServiceRequest {
        self.request_by(YAMATO).unwrap()
    }

    /// The permits that the enterprise is reminded of.
    fn reminders(&self) -> Vec<String> {
        let permits = permits(&self.case, &bench(self.today)).into_iter();
        let due = permits.filter(|one| self.today >= one.remind_from);
        due.map(|one| format!("{} {}", one.reference, one.expires_on)).collect()
    }
}

/// Asked on Tuesday 1 March 2022, ten working days: 2-4 (3), 7-11 (8), 14, 15 March. Sent back on Monday
/// 14 March: 15-18 (4), 21-25 (9), 28 March.
#[test]
fn the_promise_runs_from_the_request_whoever_has_it_and_anew_when_it_is_sent_back() {
    let story = Story::launched("2022-03-01").then(YAMATO, raised("bank_matching"));
    let shown = story.request();
    assert_eq!((shown.agencies, shown.due.as_str()), (vec![text("FB")], "2022-03-15"));
    assert_eq!(shown.days.iter().filter(|day| day.counted).count(), 10);
    assert_eq!(shown.days.last().unwrap().date, "2022-03-15");
    assert_eq!(shown.days[1].citation, shown.citation);
    let story = story.on("2022-03-03").then("agency:FB", taken());
    assert_eq!(story.request().standing(), Standing::InCharge);
    let story = story.then("agency:FB", handed("PBC"));
    let shown = story.request();
    assert_eq!((shown.standing(), shown.due.as_str()), (Standing::Raised, "2022-03-15"));
    let story = story.on("2022-03-15");
    assert!(!story.request().overdue);
    assert!(story.clone().on("2022-03-16").request().overdue);

    let story = Story::launched("2022-03-01").then(YAMATO, raised("bank_matching"));
    let story = story.on("2022-03-14").then("agency:FB", answered(""));
    let shown = story.request();
    assert_eq!((shown.standing(), shown.due.as_str()), (Standing::Answered, ""));
    let story = story.then(YAMATO, returned());
    assert_eq!(story.request().due, "2022-03-28");
    let story = story.then("agency:FB", answered("")).then(YAMATO, closed());
    assert_eq!(story.request().standing(), Standing::Closed);
}

/// However long nobody says anything, an answered request is not closed, and the agency owes nothing more.
#[test]
fn silence_closes_nothing() {
    let story = Story::launched("2022-03-01").then(YAMATO, raised("fast_channel"));
    let story = story.then("agency:FO", answered("")).on("2022-12-30");
    assert_eq!(story.request().standing(), Standing::Answered);
    assert!(!story.request().overdue);
    assert_eq!(story.then(YAMATO, returned()).request().standing(), Standing::Raised);
}

#[test]
fn each_step_is_for_who_has_the_request() {
    let story = Story::launched("2022-03-01").then(YAMATO, raised("bank_matching"));
    assert_eq!(story.refused("agency:FO", taken()), "NOT_YOURS");
    assert_eq!(story.refused(YAMATO, answered("")), "NOT_YOURS");
    assert_eq!(story.refused("agency:FB", closed()), "NOT_YOURS");
    assert_eq!(story.refused("agency:FB", raised("bank_matching")), "NOT_YOURS");
    assert_eq!(story.refused(SECRETARY, closed()), "NOT_YOURS", "the enterprise raised it");
    assert_eq!(story.refused("enterprise:hanseong/filing", closed()), "UNKNOWN");
    assert!(story.refused(YAMATO, returned()).starts_with("REQUEST_OUT_OF_ORDER"));
    for to in ["FB", "PORT", "NR", "XX"] {
        assert_eq!(story.refused("agency:FB", handed(to)), "to");
    }
    let handed = story.clone().then("agency:FB", taken()).then("agency:FB", handed("PBC"));
    assert_eq!(handed.refused("agency:FB", answered("")), "NOT_YOURS");
    for (reader, sees) in [("agency:FB", true), ("agency:PBC", true), ("agency:FO", false)] {
        assert_eq!(handed.request_by(reader).is_some(), sees, "{reader}");
    }
    let again = story.then("agency:FB", taken());
    assert!(again.refused("agency:FB", taken()).starts_with("REQUEST_OUT_OF_ORDER"));
    let ended = again.then(YAMATO, closed());
    assert!(ended.refused("agency:FB", answered("")).starts_with("REQUEST_OUT_OF_ORDER"));
    let unknown = ServiceRequestClosed { number: 2, ..closed() };
    assert_eq!(ended.refused(YAMATO, unknown), "UNKNOWN");
}

#[test]
fn an_association_speaks_through_the_secretary_or_the_enterprise() {
    let story = Story::launched("2022-03-01");
    let matter = |association: &str| ServiceRequestRaised {
        association: text(association),
        ..raised("association_matter")
    };
    assert_eq!(story.refused(SECRETARY, matter(" ")), "association");
    let other = ServiceRequestRaised { association: text("商会"), ..raised("bank_matching") };
    assert_eq!(story.refused(YAMATO, other), "association");
    assert_eq!(story.refused(YAMATO, raised("haircut")), "service");
    let story = story.then(SECRETARY, matter("外商投资企业协会"));
    let raised = story.request().raised.unwrap();
    assert_eq!((raised.agency.as_str(), raised.raiser.as_str()), ("COM", SECRETARY));
    let named = Caller { on_behalf_of: Some(text(YAMATO)), ..who(SECRETARY) };
    let fact = Fact::from(closed());
    let bench = bench(story.today);
    assert!(crate::case::decide::step(&story.case, fact, None, &named, &bench).is_ok());
    assert_eq!(story.then(SECRETARY, closed()).request().standing(), Standing::Closed);
}

/// Sixty days before 30 September 2022 is 1 August: thirty to 31 August, thirty more.
#[test]
fn a_permit_is_reminded_of_until_it_is_prolonged() {
    let asked = permit("work_permit", "staff-0042", "2022-09-30");
    let story = Story::launched("2022-03-01").then(YAMATO, asked).on("2022-07-31");
    assert!(story.reminders().is_empty());
    let story = story.on("2022-08-01");
    assert_eq!(story.reminders(), ["staff-0042 2022-09-30"]);
    assert_eq!(story.refused("agency:HR", answered("2022-09-30")), "expires_on");
    assert_eq!(story.refused("agency:HR", answered("2023-02-29")), "expires_on");
    let story = story.then("agency:HR", answered("2023-09-30"));
    assert!(story.reminders().is_empty());
    let again = permit("work_permit", "staff-0042", "2022-09-15");
    let corrected = story.then(YAMATO, again);
    assert_eq!(corrected.reminders(), ["staff-0042 2022-09-15"], "as told last");
}

#[test]
fn a_member_of_staff_is_known_by_an_opaque_reference_only() {
    let story = Story::launched("2022-03-01");
    for told in ["", "staff", "staff-", "山田", "E12345678", "e-12345678", "staff-0042-yamada"] {
        let told = permit("work_permit", told, "2022-09-30");
        assert_eq!(story.refused(YAMATO, told), "permit");
    }
    for day in ["", "2022-02-29", "20220930"] {
        let told = permit("residence_permit", "staff-0042", day);
        assert_eq!(story.refused(YAMATO, told), "expires_on");
    }
    let needless = permit("fast_channel", "staff-0042", "2022-09-30");
    assert_eq!(story.refused(YAMATO, needless), "permit");
    let story = story.then(YAMATO, permit("work_permit", "staff-0042", "2022-09-30"));
    let staff = |principal: &str| {
        let (caller, bench) = (who(principal), bench(story.today));
        grpc::request::staff(&story.case, &View { caller: &caller, bench: &bench }).len()
    };
    assert_eq!((staff(YAMATO), staff(SECRETARY), staff("agency:HR")), (1, 1, 0));
}

#[test]
fn every_service_and_office_is_held_by_an_agency_that_acts_after_the_launch() {
    let law = law();
    assert!(law.aftercare.requests().len() >= 5);
    for row in law.aftercare.requests() {
        let agency = law.catalogue.agency(&row.agency).unwrap();
        assert!(agency.acts_in(Stage::Aftercare), "{}", row.key);
    }
    for office in rulebook::aftercare::OFFICES {
        for code in law.aftercare.office(office) {
            assert!(law.catalogue.agency(code).unwrap().acts_in(Stage::Aftercare), "{office}");
        }
    }
}
