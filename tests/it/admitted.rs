//! Who is let at a project: every call of the API, read off its own description, for an enterprise, a foreign
//! one, an agent with and without a mandate, and the authorities.

use std::collections::BTreeSet;

use prost_reflect::{
    DescriptorPool, DynamicMessage, Kind, MethodDescriptor, Value, prost::Message,
};
use proto::{
    Raw,
    intake::v1::{
        AppointAgentRequest, RevokeAgentRequest, intake_service_client::IntakeServiceClient,
    },
    matter::v1::{WatchMattersRequest, matter_service_client::MatterServiceClient},
};
use tonic::{Code, Request, Status, client::Grpc, codegen::http::uri::PathAndQuery};
use tonic_types::StatusExt;

use crate::{
    killed::registration,
    up::{Folder, Up, by},
};

/// How a call says which project it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// `name` or `parent` is of one project.
    Project,
    /// The first message of a stream names it; the dossier's own tests hold who may.
    Stream,
    /// No project: everybody may.
    Nothing,
}

/// A row for every call. One that is added to the API has to be thought about here.
#[rustfmt::skip]
const CALLS: &[(&str, About)] = &[
    ("RegisterProject", About::Nothing), ("VerifyCertificate", About::Nothing),
    ("GetTime", About::Nothing), ("AdvanceTo", About::Nothing),
    ("ListProjectStatuses", About::Nothing), ("DrawInspections", About::Nothing),
    // Between the platform's own parts; not for callers.
    ("GetHead", About::Nothing), ("ReadEvents", About::Nothing), ("ReadStream", About::Nothing),
    ("ResolveCommand", About::Nothing),
    ("ListEndangeredApprovals", About::Nothing),
    ("GetScorecard", About::Nothing), ("GetPeriodicReport", About::Nothing),
    ("UploadMaterial", About::Stream),
    ("ListMatters", About::Project), ("WatchMatters", About::Project), ("GetMatter", About::Project),
    ("FileMatters", About::Project), ("AcceptMatter", About::Project),
    ("RefuseAcceptance", About::Project), ("RequestCorrections", About::Project),
    ("SupplyCorrections", About::Project), ("SuspendMatter", About::Project),
    ("ResumeMatter", About::Project), ("ExtendMatter", About::Project),
    ("RequestOpinions", About::Project), ("GiveOpinion", About::Project),
    ("ResubmitMaterials", About::Project), ("DecideMatter", About::Project),
    ("DeliverDecision", About::Project), ("RecordCommitment", About::Project),
    ("CheckCommitment", About::Project), ("RecordRectification", About::Project),
    ("WithdrawApplication", About::Project), ("WithdrawPermit", About::Project),
    ("RevokePermit", About::Project), ("RevokePermitAsPenalty", About::Project),
    ("DeregisterPermit", About::Project), ("ShowCondition", About::Project),
    ("CheckCondition", About::Project), ("ContestCard", About::Project),
    ("AnnulCard", About::Project), ("UpholdCard", About::Project),
    ("TolerateMissing", About::Project), ("SupplyOwed", About::Project),
    ("ScreenProject", About::Project), ("DecideScreening", About::Project),
    ("DecideKeyProject", About::Project), ("ContestKeyProject", About::Project),
    ("HandOverSecretary", About::Project), ("FlagSecurityReview", About::Project),
    ("ConcludeSecurityReview", About::Project), ("AssignProjectCode", About::Project),
    ("ChangeProject", About::Project), ("WithdrawProject", About::Project),
    ("StateIntakeFacts", About::Project), ("AppointAgent", About::Project),
    ("RevokeAgent", About::Project), ("ListAgents", About::Project), ("GetProject", About::Project),
    ("StateFacts", About::Project), ("GetRoadmap", About::Project), ("GetBudget", About::Project),
    ("ListCertificates", About::Project), ("GetProjectStatus", About::Project),
    ("ExplainDeadline", About::Project), ("DeclareUnits", About::Project),
    ("FileForScope", About::Project), ("ApplyJointAcceptance", About::Project),
    ("ScheduleInspection", About::Project), ("RecordInspection", About::Project),
    ("RecordResult", About::Project), ("ReportRectification", About::Project),
    ("IssueOpinion", About::Project), ("CorrectSurvey", About::Project),
    ("RecordConstruction", About::Project), ("RecordUse", About::Project),
    ("GetAcceptance", About::Project), ("DownloadMaterial", About::Project),
    ("GetMaterial", About::Project), ("ListMaterials", About::Project),
    ("MarkOutdated", About::Project), ("CheckDemand", About::Project),
    ("OverrideDemand", About::Project), ("ListOverrides", About::Project),
    ("ListStale", About::Project), ("StateAftercareFacts", About::Project),
    ("HandlePromise", About::Project), ("ListPromises", About::Project),
    ("HandleComplaint", About::Project), ("ListComplaints", About::Project),
    ("HandleReport", About::Project), ("ListReportDuties", About::Project),
    ("HandleContact", About::Project), ("GetHandover", About::Project),
    ("HandleRating", About::Project), ("ListRatings", About::Project),
    ("HandleOrder", About::Project), ("ListOrders", About::Project),
    ("HandleIncentive", About::Project), ("ListIncentives", About::Project),
    ("HandleInspection", About::Project), ("ListInspections", About::Project),
    ("HandleServiceRequest", About::Project), ("ListServiceRequests", About::Project),
];

const OWN: &str = "enterprise:trial/legal";
const FOREIGN: &str = "enterprise:other/filing";
const AGENT: &str = "agent:harbour-consult/desk-1 for enterprise:trial";
const AUTHORITIES: [&str; 3] = ["agency:COM/desk-1", "agency:TAX/desk-1", "secretary:ECC/ss-01"];

/// The request of a method about a project: named, and with what is asked of every request.
fn request(method: &MethodDescriptor, project: &str) -> Vec<u8> {
    let mut message = DynamicMessage::new(method.input());
    let service = method.parent_service().name().to_owned();
    for field in method.input().fields().filter(|f| f.kind() == Kind::String && !f.is_list()) {
        let text = match (field.name(), service.as_str()) {
            ("name", _) if method.name() == "ExplainDeadline" => {
                format!("projects/{project}/matters/S1-07-1")
            }
            ("name", "MatterService") => format!("projects/{project}/matters/S1-07-1"),
            ("matter", "DossierService") => format!("projects/{project}/matters/S1-07-1"),
            ("name", "DossierService") => format!("projects/{project}/materials/form_p1"),
            ("name" | "parent", _) => format!("projects/{project}"),
            ("request_id", _) => "admitted-00000001".to_owned(),
            ("reason" | "ground" | "citation" | "material" | "key", _) => "S1-07".to_owned(),
            _ => continue,
        };
        message.set_field(&field, Value::String(text));
    }
    message.encode_to_vec()
}

async fn call(up: &Up, method: &MethodDescriptor, who: &str, project: &str) -> Result<(), Status> {
    let mut request = Request::new(request(method, project));
    let (who, behalf) = who.split_once(" for ").unwrap_or((who, ""));
    request.metadata_mut().insert("tongban-principal", who.parse().expect("plain"));
    if !behalf.is_empty() {
        request.metadata_mut().insert("tongban-on-behalf-of", behalf.parse().expect("plain"));
    }
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let path = PathAndQuery::try_from(path).expect("a path");
    let mut client = Grpc::new(up.channel().await);
    client.ready().await.expect("it answers");
    if method.is_server_streaming() {
        return client.server_streaming(request, path, Raw).await.map(drop);
    }
    client.unary(request, path, Raw).await.map(drop)
}

fn is_barred(done: &Result<(), Status>) -> bool {
    let reason = |status: &Status| status.get_details_error_info().map(|info| info.reason);
    done.as_ref().err().is_some_and(|status| {
        status.code() == Code::PermissionDenied && reason(status).as_deref() == Some("NOT_ADMITTED")
    })
}

fn said(done: &Result<(), Status>) -> String {
    done.as_ref()
        .err()
        .map(|status| format!("{:?} {}", status.code(), status.message()))
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_lets_in_whom_the_project_concerns_and_nobody_else() {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).expect("a description");
    let services = pool.services().filter(|one| one.full_name().starts_with("tongban."));
    let methods: Vec<MethodDescriptor> =
        services.flat_map(|one| one.methods().collect::<Vec<_>>()).collect();
    let named: BTreeSet<&str> = methods.iter().map(MethodDescriptor::name).collect();
    let rows: BTreeSet<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, rows, "every call of the API has its row, and no other");
    assert_eq!(rows.len(), CALLS.len(), "a row is there twice");

    let folder = Folder::new("admitted");
    let up = Up::start(folder.path(), "2022-03-01");
    let mut intake = IntakeServiceClient::new(up.channel().await);
    let registered = intake.register_project(by("enterprise:trial/filing", registration(7, 7)));
    let project = registered.await.expect("registered").into_inner().project.expect("a project");
    let id = project.name.trim_start_matches("projects/").to_owned();
    let appointed = AppointAgentRequest {
        request_id: "appoint-000000001".to_owned(),
        name: project.name.clone(),
        agent: "harbour-consult".to_owned(),
        ..Default::default()
    };
    intake.appoint_agent(by(OWN, appointed)).await.expect("appointed");

    let about = |wanted: About| {
        let rows = CALLS.iter().filter(move |(_, about)| *about == wanted);
        let names: BTreeSet<&str> = rows.map(|(name, _)| *name).collect();
        methods.iter().filter(move |method| names.contains(method.name())).collect::<Vec<_>>()
    };
    for method in about(About::Project) {
        let foreign = call(&up, method, FOREIGN, &id).await;
        assert!(is_barred(&foreign), "{}: {}", method.name(), said(&foreign));
        let nowhere = call(&up, method, FOREIGN, "nowhere").await;
        assert_eq!(said(&foreign), said(&nowhere), "{}", method.name());
        let idle = call(&up, method, "agent:idle/1 for enterprise:trial", &id).await;
        assert!(is_barred(&idle), "{}: {}", method.name(), said(&idle));
        let misled =
            call(&up, method, "agent:harbour-consult/desk-1 for enterprise:other", &id).await;
        assert!(is_barred(&misled), "{}: {}", method.name(), said(&misled));
        for who in [OWN, AGENT].into_iter().chain(AUTHORITIES) {
            let done = call(&up, method, who, &id).await;
            assert!(!is_barred(&done), "{} by {who}: {}", method.name(), said(&done));
        }
    }
    for method in about(About::Nothing).into_iter().filter(|method| method.name() != "AdvanceTo") {
        let done = call(&up, method, FOREIGN, &id).await;
        assert!(!is_barred(&done), "{}: {}", method.name(), said(&done));
    }

    // An open watch ends with the mandate, and so does everything else, at once.
    let watch = WatchMattersRequest { parent: project.name.clone(), ..Default::default() };
    let mut request = by("agent:harbour-consult/desk-1", watch);
    let behalf = "enterprise:trial".parse().expect("plain");
    request.metadata_mut().insert("tongban-on-behalf-of", behalf);
    let mut desk = MatterServiceClient::new(up.channel().await);
    let mut watched = desk.watch_matters(request).await.expect("it watches").into_inner();
    let revoked = RevokeAgentRequest {
        request_id: "revoke-0000000001".to_owned(),
        name: project.name.clone(),
        agent: "harbour-consult".to_owned(),
        ..Default::default()
    };
    intake.revoke_agent(by(OWN, revoked)).await.expect("revoked");
    for method in about(About::Project) {
        let done = call(&up, method, AGENT, &id).await;
        assert!(is_barred(&done), "{}: {}", method.name(), said(&done));
    }
    let ended = watched.message().await;
    assert_eq!(ended.map(drop).map_err(|status| status.code()), Err(Code::PermissionDenied));
}
