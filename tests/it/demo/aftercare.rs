//! What follows the launch, as the enterprise itself sees it at the end.

use super::byhand::{CLAIMS, COMPLAINTS, ORDERS, PROMISES, RATINGS, REPORTS, REQUESTS, VISITS};
use super::{Played, asked_by, note};
use proto::aftercare::v1::{
    ListComplaintsRequest, ListIncentivesRequest, ListInspectionsRequest, ListOrdersRequest,
    ListPromisesRequest, ListRatingsRequest, ListReportDutiesRequest, ListServiceRequestsRequest,
    aftercare_service_client::AftercareServiceClient,
};
use tonic::transport::Channel;

type Client = AftercareServiceClient<Channel>;

pub(super) async fn stands(played: &Played, wrong: &mut Vec<String>) {
    let mut client = AftercareServiceClient::new(played.channel.clone());
    promises(&mut client, wrong).await;
    reports(&mut client, wrong).await;
    complaints(&mut client, wrong).await;
    orders(&mut client, wrong).await;
    ratings(&mut client, wrong).await;
    claims(&mut client, wrong).await;
    visits(&mut client, wrong).await;
    requests(&mut client, wrong).await;
}

/// A request of the enterprise whose project it is: the first word of the project is its reference.
fn own<T>(project: &str, message: T) -> tonic::Request<T> {
    let enterprise = project.split('-').next().unwrap_or(project);
    asked_by(&format!("enterprise:{enterprise}/filing"), message)
}

fn name(project: &str) -> String {
    format!("projects/{project}")
}

async fn promises(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, number, standing, performed_on, countersigned) in PROMISES {
        let request = ListPromisesRequest { name: name(project), ..Default::default() };
        let answer = client.list_promises(own(project, request)).await.expect("promises");
        let promise = &answer.into_inner().promises[number - 1];
        let said = (promise.standing(), promise.performed_on.as_str(), promise.countersigned);
        note(wrong, project, ("promise", number), &said, &(standing, performed_on, countersigned));
    }
}

async fn reports(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, duty, due, filed_on) in REPORTS {
        let request = ListReportDutiesRequest { name: name(project), ..Default::default() };
        let answer = client.list_report_duties(own(project, request)).await.expect("duties");
        let duties = answer.into_inner().duties;
        let found = duties.iter().find(|one| one.duty == duty).expect("the duty");
        let said = (found.due.as_str(), found.filed_on.as_str(), found.overdue);
        note(wrong, project, duty, &said, &(due, filed_on, filed_on > due));
    }
}

async fn complaints(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, next, due) in COMPLAINTS {
        let request = ListComplaintsRequest { name: name(project), ..Default::default() };
        let answer = client.list_complaints(own(project, request)).await.expect("complaints");
        let complaint = answer.into_inner().complaints.pop().expect("a complaint");
        let said = (complaint.next.as_str(), complaint.due.as_str());
        note(wrong, project, "complaint", &said, &(next, due));
    }
}

async fn orders(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, result) in ORDERS {
        let request = ListOrdersRequest { name: name(project), ..Default::default() };
        let answer = client.list_orders(own(project, request)).await.expect("orders");
        let order = answer.into_inner().orders.pop().expect("an order");
        note(wrong, project, "order", &(order.result.as_str(), order.overdue), &(result, false));
    }
}

async fn ratings(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, due) in RATINGS {
        let request = ListRatingsRequest { name: name(project), ..Default::default() };
        let answer = client.list_ratings(own(project, request)).await.expect("ratings");
        let rating = answer.into_inner().ratings.pop().expect("a rating");
        let said = (rating.due.as_str(), rating.answer.is_empty());
        note(wrong, project, "rating", &said, &(due, false));
    }
}

async fn claims(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, paid, clawed_back, repaid) in CLAIMS {
        let request = ListIncentivesRequest { name: name(project), ..Default::default() };
        let answer = client.list_incentives(own(project, request)).await.expect("incentives");
        let totals = answer.into_inner().totals.pop().expect("totals");
        let said = (totals.paid_minor, totals.clawed_back_minor, totals.repaid_minor);
        note(wrong, project, "claim", &said, &(paid, clawed_back, repaid));
    }
}

async fn visits(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, result, publish_by, published_on) in VISITS {
        let request = ListInspectionsRequest { name: name(project), ..Default::default() };
        let answer = client.list_inspections(own(project, request)).await.expect("inspections");
        let visit = answer.into_inner().visits.pop().expect("a visit");
        let visited = visit.visited.expect("what was found");
        let said = (&*visited.result, &*visit.publish_by, &*visit.published_on);
        note(wrong, project, "visit", &said, &(result, publish_by, published_on));
    }
}

async fn requests(client: &mut Client, wrong: &mut Vec<String>) {
    for &(project, number, standing, due) in REQUESTS {
        let request = ListServiceRequestsRequest { name: name(project), ..Default::default() };
        let answer = client.list_service_requests(own(project, request)).await.expect("requests");
        let request = &answer.into_inner().requests[number - 1];
        let said = (request.standing(), request.due.as_str());
        note(wrong, project, ("request", number), &said, &(standing, due));
    }
}
