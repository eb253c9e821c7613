//! Who sees what of a project after its launch.

use super::{
    reactions::{NAME, World, from},
    story::*,
};
use crate::{
    case::event::*,
    grpc::{self, View},
};
use desk::caller::Caller;
use proto::aftercare::v1::{self as pb, aftercare_service_server::AftercareService};
use tonic::Code;

const SECRETARY: &str = "secretary:s-0012";

/// A commitment that HC made and NR took over, an order of BE to HC, a rating of MR, a change to report.
fn story() -> Story {
    let made = PromiseMade {
        number: 0,
        promise: text("道路"),
        legal_basis: text("组织法"),
        document: text("协议-12"),
        owner: text("HC"),
        due: day("2022-12-30"),
    };
    let to = PromiseReassigned {
        number: 1,
        from: String::new(),
        to: text("NR"),
        document: text("机构改革方案"),
    };
    let order = OrderIssued {
        number: 0,
        issuer: String::new(),
        agency: text("HC"),
        subject: text("道路"),
        cause: text("promise 1"),
        due: day("2022-03-31"),
    };
    let rated = Rated {
        number: 0,
        rater: String::new(),
        matter: text("projects/yamato/matters/S1-05-1"),
        agency: text("MR"),
        step: text("decision"),
        grade: 4,
        remark: String::new(),
    };
    Story::launched("2022-03-01")
        .then("agency:HC", made)
        .then("agency:HC", to)
        .then("agency:BE", order)
        .then(YAMATO, rated)
}

/// How many commitments, orders and ratings a reader sees, and whether it sees reports.
fn seen(principal: &str) -> (usize, usize, usize, bool) {
    let (story, caller) = (story(), who(principal));
    let bench = bench(story.today);
    let by = View { caller: &caller, bench: &bench };
    let case = &story.case;
    (
        case.promises.iter().filter_map(|one| grpc::promise::view(one, &by)).count(),
        case.orders.iter().filter_map(|one| grpc::service::order(one, &by)).count(),
        case.ratings.iter().filter_map(|one| grpc::service::rating(one, &by)).count(),
        grpc::report::view(case, &by).is_ok(),
    )
}

#[test]
fn an_agency_sees_what_it_has_to_do_with() {
    assert_eq!(seen(YAMATO), (1, 1, 1, true));
    assert_eq!(seen(SECRETARY), (1, 1, 1, true));
    assert_eq!(seen("agency:HC"), (1, 1, 0, false), "it owed the commitment and must act");
    assert_eq!(seen("agency:NR"), (1, 0, 0, false), "it owes it now");
    assert_eq!(seen("agency:BE"), (1, 1, 1, false), "it supervises and ordered");
    assert_eq!(seen("agency:MR"), (0, 0, 1, false), "it is rated");
    assert_eq!(seen("agency:COM"), (0, 0, 0, true), "it receives reports");
    assert_eq!(seen("agency:EE"), (0, 0, 0, false));
}

#[test]
fn nobody_acts_for_an_enterprise_whose_project_it_is_not() {
    let story = story();
    let signed = || PromiseCountersigned { number: 1 };
    assert_eq!(story.refused("enterprise:hanseong/filing", signed()), "UNKNOWN");
    assert_eq!(story.refused("secretary:s-0099", signed()), "UNKNOWN");
    let tries = |principal: &str, whom: &str| {
        let caller = Caller { on_behalf_of: Some(text(whom)), ..who(principal) };
        let fact = Fact::from(signed());
        crate::case::decide::step(&story.case, fact, None, &caller, &bench(story.today)).is_ok()
    };
    assert!(tries(SECRETARY, "enterprise:yamato"));
    assert!(!tries(SECRETARY, "enterprise:hanseong"));
    assert!(!tries("enterprise:hanseong/filing", YAMATO));
}

/// Every read says of another's project what it says of none.
#[tokio::test]
async fn to_a_stranger_the_project_is_not_there() {
    let world = World::open().await;
    let service = &world.service;
    for principal in ["enterprise:hanseong/filing", "secretary:s-0099"] {
        for name in [NAME, "projects/nowhere"] {
            let (name, min_position) = (text(name), Vec::new());
            macro_rules! refused {
                ($call:ident, $request:ident) => {{
                    let message =
                        pb::$request { name: name.clone(), min_position: min_position.clone() };
                    let refused = service.$call(from(principal, message)).await.unwrap_err();
                    (refused.code(), refused.message().to_owned())
                }};
            }
            let told = [
                refused!(list_promises, ListPromisesRequest),
                refused!(list_complaints, ListComplaintsRequest),
                refused!(list_report_duties, ListReportDutiesRequest),
                refused!(list_ratings, ListRatingsRequest),
                refused!(list_orders, ListOrdersRequest),
            ];
            for one in told {
                assert_eq!(one, (Code::NotFound, text("there is no project of this name")));
            }
        }
    }
    let list = pb::ListPromisesRequest { name: text(NAME), min_position: Vec::new() };
    let nobody = service.list_promises(tonic::Request::new(list)).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
}
