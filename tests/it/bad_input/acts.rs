//! Commands that are well written and come at the wrong time or from the wrong desk: refused with a
//! stable reason and the article, or because they are somebody else's to give.

use super::world::{ENTERPRISE, Row, World, form, registration, row, with};
use serde_json::{Value, json};
use tonic::Code;

const NR: &str = "agency:NR/planning-2";

/// An act on the matter under examination that a rule refuses.
fn ruled(what: &str, by: &str, rpc: &'static str, body: Value, reason: &str) -> Row {
    let body = with(body, "/name", "projects/base/matters/S2-06-1".into());
    row(what, by, rpc, body, Code::FailedPrecondition, reason)
}

/// A call on the project that a rule refuses.
fn on_project(what: &str, by: &str, rpc: &'static str, body: Value, reason: &str) -> Row {
    let body = with(body, "/name", "projects/base".into());
    row(what, by, rpc, body, Code::FailedPrecondition, reason)
}

fn not_theirs(what: &str, by: &str, rpc: &'static str, body: Value) -> Row {
    row(what, by, rpc, body, Code::PermissionDenied, "NOT_YOURS")
}

fn matter(body: Value) -> Value {
    with(body, "/name", "projects/base/matters/S2-06-1".into())
}

fn project(body: Value) -> Value {
    with(body, "/name", "projects/base".into())
}

fn granted() -> Value {
    json!({ "outcome": "OUTCOME_GRANTED", "certificate": { "number": "建字第 210213202200001 号" } })
}

fn notice(material: &str) -> Value {
    json!({ "notice": "补〔2022〕1号", "defects": [{ "material": material, "problem": "未盖章" }] })
}

#[tokio::test]
async fn what_is_another_desks_is_permission_denied() {
    let world = World::with_a_project().await;
    let reason = || json!({ "reason": "r" });
    let opinion = json!({ "verdict": "VERDICT_CONSENTS", "opinion": "traffic" });
    world
        .refuses(vec![
            not_theirs(
                "accepted by another agency",
                "agency:EE/eia-1",
                "AcceptMatter",
                matter(json!({})),
            ),
            not_theirs("accepted by the enterprise", ENTERPRISE, "AcceptMatter", matter(json!({}))),
            not_theirs(
                "accepted by a secretary",
                "secretary:ECC/ss-05",
                "AcceptMatter",
                matter(json!({})),
            ),
            not_theirs(
                "accepted by an unknown agency",
                "agency:ZZ/1",
                "AcceptMatter",
                matter(json!({})),
            ),
            not_theirs(
                "accepted by an agency in small letters",
                "agency:nr/planning-2",
                "AcceptMatter",
                matter(json!({})),
            ),
            not_theirs(
                "decided by another agency",
                "agency:EE/eia-1",
                "DecideMatter",
                matter(granted()),
            ),
            not_theirs(
                "corrections by another agency",
                "agency:EE/eia-1",
                "RequestCorrections",
                matter(notice("form_p2")),
            ),
            not_theirs("withdrawn by the agency", NR, "WithdrawApplication", matter(reason())),
            not_theirs(
                "corrected by the agency",
                NR,
                "SupplyCorrections",
                matter(json!({ "materials": [{ "key": "form_p2" }] })),
            ),
            not_theirs("filed by an agency", NR, "FileMatters", form("S2-12", &[])),
            not_theirs(
                "filed by a secretary for nobody",
                "secretary:ECC/ss-05",
                "FileMatters",
                form("S2-12", &[]),
            ),
            not_theirs(
                "an opinion by one who has none",
                "agency:MR/1",
                "GiveOpinion",
                matter(opinion),
            ),
            not_theirs("registered by an agency", NR, "RegisterProject", registration("by-agency")),
            not_theirs("screened by another agency", NR, "ScreenProject", project(json!({}))),
            not_theirs(
                "screened by the enterprise",
                ENTERPRISE,
                "ScreenProject",
                project(json!({})),
            ),
            not_theirs(
                "recognised by another agency",
                NR,
                "DecideKeyProject",
                project(json!({ "secretary": "s" })),
            ),
            not_theirs(
                "a code by another agency",
                "agency:MR/1",
                "AssignProjectCode",
                project(json!({})),
            ),
            not_theirs(
                "contested by an agency",
                NR,
                "ContestKeyProject",
                project(json!({ "grounds": "g" })),
            ),
            not_theirs(
                "flagged by another agency",
                NR,
                "FlagSecurityReview",
                project(json!({ "ground": "key_technology", "actual_control": true })),
            ),
            not_theirs("given up by an agency", NR, "WithdrawProject", project(reason())),
            not_theirs(
                "changed by an agency",
                NR,
                "ChangeProject",
                with(
                    with(project(registration("x")), "/project_id", Value::Null),
                    "/reason",
                    "r".into(),
                ),
            ),
            not_theirs(
                "handed over by another agency",
                "agency:MR/1",
                "HandOverSecretary",
                project(json!({ "to": "s", "reason": "r" })),
            ),
            not_theirs(
                "stated by an agency",
                NR,
                "StateFacts",
                project(json!({ "facts": { "road_works": "true" } })),
            ),
        ])
        .await;
}

#[tokio::test]
async fn commands_out_of_order_are_refused_with_their_article() {
    let world = World::with_a_project().await;
    let act =
        async |by: &str, rpc: &str, body: Value| drop(world.good(by, rpc, matter(body)).await);
    let limit = |n: u32| json!({ "n": n, "unit": "UNIT_WORKING_DAY" });
    let extension = |n: u32, approver: &str| {
        json!({ "by": limit(n), "approver": approver, "approved_on": "2022-03-01", "reason": "r",
            "notice": { "number": "延〔2022〕1号", "given_on": "2022-03-01" } })
    };
    let stop = |ground: &str, number: &str| {
        json!({ "ground": ground, "expected": limit(5), "waits_for": "WAITS_FOR_THIRD_PARTY",
            "notice": { "number": number, "given_on": "2022-03-01" } })
    };
    world
        .refuses(vec![
            ruled("decided before it is accepted", NR, "DecideMatter", granted(), "NOT_YET_ACCEPTED"),
            ruled("opinions before it is accepted", NR, "RequestOpinions", json!({}), "NOT_YET_ACCEPTED"),
            ruled("stopped before it is accepted", NR, "SuspendMatter", stop("hearing", "n"), "NOT_YET_ACCEPTED"),
            ruled("extended before it is accepted", NR, "ExtendMatter", extension(5, "行政机关负责人"), "NOT_YET_ACCEPTED"),
            ruled("delivered before it is decided", NR, "DeliverDecision", json!({ "method": "窗口" }), "NOT_DECIDED"),
            ruled("revoked before it is given", NR, "RevokePermit", json!({ "ground": "REVOCATION_GROUND_DECEIT", "reason": "r" }), "NOT_DECIDED"),
            ruled("corrected without being asked", ENTERPRISE, "SupplyCorrections", json!({ "materials": [{ "key": "form_p2" }] }), "NO_CORRECTIONS_REQUESTED"),
            ruled("a promise on the ordinary track", ENTERPRISE, "RecordCommitment", json!({ "conditions_told": ["c"], "promises": ["p"], "credit_check": "无失信记录" }), "NOT_ON_COMMITMENT"),
        ])
        .await;
    act(NR, "RequestCorrections", notice("design_scheme")).await;
    world
        .refuses(vec![
            ruled(
                "accepted while corrections are awaited",
                NR,
                "AcceptMatter",
                json!({}),
                "CORRECTIONS_AWAITED",
            ),
            ruled(
                "a second notice while the first is open",
                NR,
                "RequestCorrections",
                notice("form_p2"),
                "SECOND_CORRECTION_NOTICE",
            ),
            ruled(
                "something else corrected",
                ENTERPRISE,
                "SupplyCorrections",
                json!({ "materials": [{ "key": "form_p2" }] }),
                "NOTHING_CORRECTED",
            ),
        ])
        .await;
    act(ENTERPRISE, "SupplyCorrections", json!({ "materials": [{ "key": "design_scheme" }] }))
        .await;
    world
        .refuses(vec![ruled(
            "a second notice",
            NR,
            "RequestCorrections",
            notice("form_p2"),
            "SECOND_CORRECTION_NOTICE",
        )])
        .await;
    act(NR, "AcceptMatter", json!({})).await;
    world
        .refuses(vec![
            ruled("accepted twice", NR, "AcceptMatter", json!({}), "ALREADY_ACCEPTED"),
            ruled(
                "declined after it was accepted",
                NR,
                "RefuseAcceptance",
                json!({ "ground": "NOT_ACCEPTED_GROUND_NO_LICENCE_NEEDED", "reason": "r" }),
                "ALREADY_ACCEPTED",
            ),
            ruled(
                "corrections after it was accepted",
                NR,
                "RequestCorrections",
                notice("form_p2"),
                "ALREADY_ACCEPTED",
            ),
            ruled("decided without opinions", NR, "DecideMatter", granted(), "OPINIONS_NOT_ASKED"),
            ruled(
                "stopped without a notice",
                NR,
                "SuspendMatter",
                stop("hearing", ""),
                "NO_WRITTEN_NOTICE",
            ),
            ruled(
                "stopped for no ground of the item",
                NR,
                "SuspendMatter",
                stop("lunch", "n"),
                "UNKNOWN_GROUND",
            ),
            ruled(
                "resumed without a stop",
                NR,
                "ResumeMatter",
                json!({ "ground": "hearing" }),
                "NOT_SUSPENDED",
            ),
            ruled(
                "extended by nobody who may",
                NR,
                "ExtendMatter",
                extension(5, "窗口"),
                "WRONG_APPROVER",
            ),
            ruled(
                "extended beyond the cap",
                NR,
                "ExtendMatter",
                extension(11, "行政机关负责人"),
                "EXTENSION_TOO_LONG",
            ),
            ruled(
                "an opinion of no rule",
                NR,
                "RequestOpinions",
                json!({ "opinions": ["weather"] }),
                "UNKNOWN_OPINION",
            ),
            ruled(
                "rectified without an order",
                NR,
                "RecordRectification",
                json!({ "evidence": "e" }),
                "NOT_DECIDED",
            ),
        ])
        .await;
    act(NR, "RequestOpinions", json!({})).await;
    let opinion = |key: &str, verdict: &str| json!({ "opinion": key, "verdict": verdict, "reason": "r", "document": "d" });
    world
        .refuses(vec![
            ruled(
                "decided while opinions are open",
                NR,
                "DecideMatter",
                granted(),
                "OPINIONS_OPEN",
            ),
            ruled(
                "opinions asked twice",
                NR,
                "RequestOpinions",
                json!({}),
                "OPINION_ALREADY_ASKED",
            ),
            not_theirs(
                "another agency's opinion",
                "agency:EE/eia-1",
                "GiveOpinion",
                matter(opinion("traffic", "VERDICT_CONSENTS")),
            ),
        ])
        .await;
    act("agency:PS/traffic-1", "GiveOpinion", opinion("traffic", "VERDICT_OBJECTS")).await;
    act(NR, "GiveOpinion", opinion("scheme", "VERDICT_CONSENTS")).await;
    world
        .refuses(vec![
            ruled("decided against an objection", NR, "DecideMatter", granted(), "OPINIONS_OBJECT"),
            ruled(
                "an opinion given twice",
                "agency:PS/traffic-1",
                "GiveOpinion",
                opinion("traffic", "VERDICT_CONSENTS"),
                "OPINION_ALREADY_GIVEN",
            ),
        ])
        .await;
    let refused =
        json!({ "outcome": "OUTCOME_REFUSED", "reasons": ["r"], "remedies": ["行政复议"] });
    act(NR, "DecideMatter", refused.clone()).await;
    world
        .refuses(vec![
            ruled("decided twice", NR, "DecideMatter", refused, "ALREADY_DECIDED"),
            ruled(
                "a permit revoked that was refused",
                NR,
                "RevokePermit",
                json!({ "ground": "REVOCATION_GROUND_DECEIT", "reason": "r" }),
                "NOT_GRANTED",
            ),
            ruled(
                "given up after the decision",
                ENTERPRISE,
                "WithdrawApplication",
                json!({}),
                "ALREADY_DECIDED",
            ),
        ])
        .await;
}

#[tokio::test]
async fn forms_and_projects_are_refused_with_their_article() {
    let world = World::with_a_project().await;
    let filed = |what: &str, item: &str, materials: &[&str], reason: &str| {
        row(
            what,
            ENTERPRISE,
            "FileMatters",
            form(item, materials),
            Code::FailedPrecondition,
            reason,
        )
    };
    let alike = with(
        registration("alike"),
        "/facts/enterprise",
        registration("base")["facts"]["enterprise"].clone(),
    );
    let unknown = |rpc, name: &str| {
        let by = if rpc == "GetMatter" { ENTERPRISE } else { NR };
        row(format!("{rpc} of {name}"), by, rpc, json!({ "name": name }), Code::NotFound, "UNKNOWN")
    };
    world
        .refuses(vec![
            filed("filed again", "S2-06", &["form_p2"], "MATTER_OPEN"),
            filed("filed after it was granted", "S1-08", &["enterprise_data"], "MATTER_IN_FORCE"),
            filed("filed before what it needs", "S2-07", &[], "PREREQUISITE_MISSING"),
            filed("an item that there is not", "S2-99", &[], "UNKNOWN_ITEM"),
            filed("an item that does not concern it", "S2-14", &[], "ITEM_NOT_CONCERNED"),
            row(
                "a stage whose time has not come",
                ENTERPRISE,
                "FileMatters",
                form("S3-01", &[]),
                Code::FailedPrecondition,
                "NO_CONSTRUCTION_PERMIT",
            ),
            row(
                "a form of two stages",
                ENTERPRISE,
                "FileMatters",
                with(
                    form("S2-12", &[]),
                    "/applications",
                    json!([{ "item": "S2-12", "track": 1 }, { "item": "S1-05", "track": 1 }]),
                ),
                Code::InvalidArgument,
                "applications[1].item",
            ),
            row(
                "a form for no project",
                ENTERPRISE,
                "FileMatters",
                with(form("S2-12", &[]), "/parent", "projects/nowhere".into()),
                Code::PermissionDenied,
                "NOT_ADMITTED",
            ),
            row(
                "registered again",
                ENTERPRISE,
                "RegisterProject",
                registration("base"),
                Code::AlreadyExists,
                "EXISTS",
            ),
            row(
                "registered under another name",
                ENTERPRISE,
                "RegisterProject",
                alike,
                Code::FailedPrecondition,
                "POSSIBLE_DUPLICATE",
            ),
            row(
                "a second code",
                "agency:DRC/codes",
                "AssignProjectCode",
                project(json!({})),
                Code::AlreadyExists,
                "EXISTS",
            ),
            on_project(
                "screened twice",
                "agency:DRC/list",
                "ScreenProject",
                json!({}),
                "ALREADY_SCREENED",
            ),
            on_project(
                "a screening that nobody left open",
                "agency:DRC/list",
                "DecideScreening",
                json!({ "outcome": "OUTCOME_PASS", "reason": "r" }),
                "NO_SCREENING_WAITS",
            ),
            on_project(
                "recognised twice",
                "agency:COM/key",
                "DecideKeyProject",
                json!({ "secretary": "s" }),
                "GATE_DECIDED",
            ),
            on_project(
                "a good decision contested",
                ENTERPRISE,
                "ContestKeyProject",
                json!({ "grounds": "g" }),
                "NOTHING_TO_CONTEST",
            ),
            on_project(
                "handed over to the same",
                "secretary:ECC/ss-05",
                "HandOverSecretary",
                json!({ "to": "ECC/ss-05", "reason": "r" }),
                "SAME_SECRETARY",
            ),
            on_project(
                "a review concluded that is not",
                "agency:COM/nsr",
                "ConcludeSecurityReview",
                json!({ "cleared": true, "decision": "d" }),
                "NO_REVIEW_PENDING",
            ),
            on_project(
                "a change of nothing",
                ENTERPRISE,
                "ChangeProject",
                with(with(registration("base"), "/project_id", Value::Null), "/reason", "r".into()),
                "NOTHING_CHANGED",
            ),
            unknown("GetMatter", "projects/base/matters/S2-06-2"),
            // An enterprise is told the same of what is another's and of what is not there.
            row(
                "GetMatter of no project",
                ENTERPRISE,
                "GetMatter",
                json!({ "name": "projects/nowhere/matters/S2-06-1" }),
                Code::PermissionDenied,
                "NOT_ADMITTED",
            ),
            unknown("AcceptMatter", "projects/base/matters/S2-06-2"),
            unknown("AcceptMatter", "projects/base/matters/S4-01-1"),
        ])
        .await;
}

#[tokio::test]
async fn a_project_that_was_given_up_stays_so() {
    let world = World::with_a_project().await;
    world.good(ENTERPRISE, "WithdrawProject", project(json!({ "reason": "资金不足" }))).await;
    // What intake recorded reaches planning; asking for the status waits for it.
    let gone = "PROJECT_WITHDRAWN";
    world
        .refuses(vec![
            on_project(
                "given up twice",
                ENTERPRISE,
                "WithdrawProject",
                json!({ "reason": "r" }),
                gone,
            ),
            on_project("screened", "agency:DRC/list", "ScreenProject", json!({}), gone),
            on_project(
                "recognised",
                "agency:COM/key",
                "DecideKeyProject",
                json!({ "secretary": "s", "reason": "r" }),
                gone,
            ),
            on_project(
                "changed",
                ENTERPRISE,
                "ChangeProject",
                with(
                    with(registration("other"), "/project_id", Value::Null),
                    "/reason",
                    "r".into(),
                ),
                gone,
            ),
            on_project(
                "stated",
                ENTERPRISE,
                "StateIntakeFacts",
                json!({ "facts": { "annual_energy_tce": "1" } }),
                gone,
            ),
            on_project(
                "handed over",
                "secretary:ECC/ss-05",
                "HandOverSecretary",
                json!({ "to": "s", "reason": "r" }),
                gone,
            ),
            on_project(
                "flagged",
                "agency:DRC/nsr",
                "FlagSecurityReview",
                json!({ "ground": "key_technology", "actual_control": true }),
                gone,
            ),
            row(
                "filed",
                ENTERPRISE,
                "FileMatters",
                form("S2-12", &[]),
                Code::FailedPrecondition,
                "PROJECT_STOPPED",
            ),
            row(
                "filed with intake",
                ENTERPRISE,
                "FileMatters",
                form("S1-05", &[]),
                Code::FailedPrecondition,
                gone,
            ),
        ])
        .await;
}
