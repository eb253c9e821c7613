//! Values of fields: each bad one is named by its path, and nothing is written.

use super::world::{ENTERPRISE, Row, World, form, key, registration, row, with};
use serde_json::{Value, json};
use tonic::Code;

/// A registration with one place changed, which must be told by the field's path.
fn register(what: &str, pointer: &str, value: Value, field: &str) -> Row {
    let body = with(registration(&key().replace("bad-input-request", "spoilt")), pointer, value);
    row(what, ENTERPRISE, "RegisterProject", body, Code::InvalidArgument, field)
}

/// An act on the matter under examination with one field that is wrong.
fn act(what: &str, rpc: &'static str, body: Value, field: &str) -> Row {
    let body = with(body, "/name", "projects/base/matters/S2-06-1".into());
    row(what, "agency:NR/planning-2", rpc, body, Code::InvalidArgument, field)
}

#[tokio::test]
async fn what_is_not_said_or_not_known_is_named() {
    let world = World::with_a_project().await;
    let base = |fields: Value| with(fields, "/name", "projects/base".into());
    let screening = |outcome: Value| base(json!({ "outcome": outcome, "reason": "r" }));
    let official = |what: &str, outcome: Value| {
        row(
            what,
            "agency:DRC/list",
            "DecideScreening",
            screening(outcome),
            Code::InvalidArgument,
            "outcome",
        )
    };
    let filed = |pointer: &str, value: Value, field: &str| {
        let body = with(form("S2-11", &["eia_registration_form"]), pointer, value);
        row(
            format!("FileMatters {pointer}"),
            ENTERPRISE,
            "FileMatters",
            body,
            Code::InvalidArgument,
            field,
        )
    };
    let listed = |states: Value, field: &str| {
        let body = json!({ "parent": "projects/-", "states": states });
        row(
            format!("states {field}"),
            ENTERPRISE,
            "ListMatters",
            body,
            Code::InvalidArgument,
            field,
        )
    };
    world
        .refuses(vec![
            official("a screening UNSPECIFIED", "OUTCOME_UNSPECIFIED".into()),
            official("a screening not said", Value::Null),
            official("a screening of a newer version", 99.into()),
            official("a screening below zero", (-1).into()),
            register("no facts", "/facts", Value::Null, "facts"),
            register("no name", "/facts/name", Value::Null, "facts.name.zh"),
            register("no English name", "/facts/name/en", "".into(), "facts.name.en"),
            register("a blank name", "/facts/name/zh", " \u{3000} ".into(), "facts.name.zh"),
            register("no enterprise", "/facts/enterprise", "".into(), "facts.enterprise"),
            register("no investors", "/facts/investors", json!([]), "facts.investors"),
            register("no site", "/facts/site", Value::Null, "facts.site"),
            register("no amount", "/facts/total_investment", Value::Null, "facts.total_investment"),
            register("no activity", "/facts/activity", "".into(), "facts.activity"),
            register("an unknown activity", "/facts/activity", "alchemy".into(), "facts.activity"),
            register("an industry of three digits", "/facts/industry", "344".into(), "facts.industry"),
            register("an industry in full width", "/facts/industry", "３４４１".into(), "facts.industry"),
            register("no scope", "/facts/scope", "".into(), "facts.scope"),
            register("a district elsewhere", "/facts/site/district", "110101".into(), "facts.site.district"),
            register("an unknown zone", "/facts/site/zone", "DLZ-XX".into(), "facts.site.zone"),
            register("a country in small letters", "/facts/investors/0/country", "de".into(), "facts.investors[0].country"),
            register("a share of nothing", "/facts/investors/0/share_percent", "0".into(), "facts.investors[0].share_percent"),
            register("a negative share", "/facts/investors/0/share_percent", "-100".into(), "facts.investors[0].share_percent"),
            register("a share of more than all", "/facts/investors/0/share_percent", "100.01".into(), "facts.investors[0].share_percent"),
            register("a share with an exponent", "/facts/investors/0/share_percent", "1e2".into(), "facts.investors[0].share_percent"),
            register("shares that do not sum up", "/facts/investors/0/share_percent", "99.99".into(), "facts.investors"),
            filed("/applications", json!([]), "applications"),
            filed("/applications/0/track", "TRACK_UNSPECIFIED".into(), "applications[0].track"),
            filed("/applications/0/track", 77.into(), "applications[0].track"),
            filed("/applications/0/item", "".into(), "applications[0].item"),
            filed("/applications/0/item", "S9-01".into(), "applications[0].item"),
            filed("/applications/0/item", "S2-1１".into(), "applications[0].item"),
            filed("/applications/0/materials/0/key", "".into(), "applications[0].materials[0].key"),
            filed("/applications/0/materials/0/sha256", "ABC".into(), "applications[0].materials[0].sha256"),
            filed("/parent", "projects/-".into(), "parent"),
            listed(json!([0]), "states[0]"),
            listed(json!([1, 99]), "states[1]"),
            act("a decision UNSPECIFIED", "DecideMatter", json!({}), "outcome"),
            act("an outcome of a newer version", "DecideMatter", json!({ "outcome": 9 }), "outcome"),
            act("a refusal without reasons", "DecideMatter", json!({ "outcome": 2, "remedies": ["r"] }), "reasons"),
            act("a refusal without remedies", "DecideMatter", json!({ "outcome": 2, "reasons": ["r"] }), "remedies"),
            act("an opinion UNSPECIFIED", "GiveOpinion", json!({}), "verdict"),
            act("an opinion of a newer version", "GiveOpinion", json!({ "verdict": 42 }), "verdict"),
            act("an objection without reason", "GiveOpinion", json!({ "verdict": "VERDICT_OBJECTS", "document": "d" }), "reason"),
            act("no ground", "RefuseAcceptance", json!({ "reason": "r" }), "ground"),
            act("corrections of nothing", "RequestCorrections", json!({}), "defects"),
            act("a stop without its length", "SuspendMatter", json!({ "ground": "hearing", "waits_for": 1 }), "expected"),
            act("a stop of no unit", "SuspendMatter", json!({ "ground": "hearing", "waits_for": 1, "expected": { "n": 5 } }), "expected.unit"),
            act("a stop of a newer unit", "SuspendMatter", json!({ "ground": "hearing", "waits_for": 1, "expected": { "n": 5, "unit": 9 } }), "expected.unit"),
            act("a stop for ever", "SuspendMatter", json!({ "ground": "hearing", "waits_for": 1, "expected": { "n": 4294967295u32, "unit": 1 } }), "expected.n"),
            act("a stop for nobody", "SuspendMatter", json!({ "ground": "hearing", "expected": { "n": 5, "unit": 1 } }), "waits_for"),
            act("an extension of nothing", "ExtendMatter", json!({}), "by"),
            act("a check UNSPECIFIED", "CheckCommitment", json!({}), "result"),
            act("no ground of withdrawal", "WithdrawPermit", json!({}), "ground"),
            act("no ground of revocation", "RevokePermit", json!({}), "ground"),
            act("no ground of deregistration", "DeregisterPermit", json!({}), "ground"),
            act("no way of delivery", "DeliverDecision", json!({}), "method"),
            row("a deadline of a newer kind", ENTERPRISE, "ExplainDeadline",
                json!({ "name": "projects/base/matters/S2-06-1", "kind": 99 }), Code::InvalidArgument, "kind"),
            row("names that are none", ENTERPRISE, "GetMatter", json!({ "name": "projects/base/matters/" }), Code::InvalidArgument, "name"),
            row("a way out of the folder", ENTERPRISE, "GetProject", json!({ "name": "projects/../intake" }), Code::InvalidArgument, "name"),
            row("a statement in a name", ENTERPRISE, "GetProjectStatus", json!({ "name": "projects/a';DROP TABLE event--" }), Code::InvalidArgument, "name"),
            row("a project that is not there", ENTERPRISE, "GetProject", json!({ "name": "projects/nowhere" }), Code::PermissionDenied, "NOT_ADMITTED"),
            row("a project that is not there for an agency", "agency:COM/desk-1", "GetProject", json!({ "name": "projects/nowhere" }), Code::NotFound, "UNKNOWN"),
        ])
        .await;
}

#[tokio::test]
async fn too_much_of_anything_is_refused_in_few_words() {
    let world = World::with_a_project().await;
    let investor = json!({ "name": "", "country": "?", "share_percent": "?" });
    let many = |n: usize, of: Value| Value::Array(vec![of; n]);
    let facts: serde_json::Map<_, _> = (0..60_000).map(|n| (format!("k{n}"), json!("1"))).collect();
    let few_bad: serde_json::Map<_, _> = (0..200).map(|n| (format!("k{n}"), json!("1"))).collect();
    let stated = |rpc, facts: serde_json::Map<String, Value>, field: &str| {
        let (what, body) = (
            format!("{rpc}: {} facts", facts.len()),
            json!({ "name": "projects/base", "facts": facts }),
        );
        row(what, ENTERPRISE, rpc, body, Code::InvalidArgument, field)
    };
    let long_key = || serde_json::Map::from_iter([("长".repeat(200_000), json!("true"))]);
    let tokens =
        |n: usize| json!({ "name": "projects/base", "min_position": many(n, "intake:1:1".into()) });
    let shown_key = format!("facts[{}…", "长".repeat(38));
    world
        .refuses(vec![
            register("51 investors", "/facts/investors", many(51, investor.clone()), "facts.investors"),
            register("50 investors of whom all is wrong", "/facts/investors", many(50, investor.clone()), "facts.investors[0].name"),
            register("20,000 investors", "/facts/investors", many(20_000, investor), "facts.investors"),
            register("a name of 201 characters", "/facts/name/zh", "大".repeat(201).into(), "facts.name.zh"),
            register("a name of 900 kB", "/facts/name/zh", "n".repeat(900_000).into(), "facts.name.zh"),
            register("a scope of 4,001 characters", "/facts/scope", "大".repeat(4_001).into(), "facts.scope"),
            register("100,000 others", "/not_duplicate_of", many(50_000, "projects/x".into()), "not_duplicate_of"),
            stated("StateIntakeFacts", facts, "facts"),
            stated("StateFacts", few_bad.clone(), "facts[k0]"),
            stated("StateIntakeFacts", few_bad.clone(), "facts[k0]"),
            stated("GetRoadmap", few_bad, "facts[k0]"),
            stated("StateFacts", long_key(), &shown_key),
            stated("StateIntakeFacts", long_key(), &shown_key),
            act("201 defects", "RequestCorrections", json!({ "defects": many(201, json!({ "material": "", "problem": "" })) }), "defects"),
            act("200 defects, all wrong", "RequestCorrections", json!({ "defects": many(200, json!({})) }), "defects[0].material"),
            act("10^5 opinions", "RequestOpinions", json!({ "opinions": many(100_000, "a".into()) }), "opinions"),
            act("10^5 conditions", "DecideMatter", json!({ "outcome": 1, "certificate": { "number": "1" }, "conditions": many(100_000, "a".into()) }), "conditions"),
            row("33 applications", ENTERPRISE, "FileMatters",
                with(form("S2-11", &[]), "/applications", many(33, json!({ "item": "S2-11", "track": 1 }))), Code::InvalidArgument, "applications"),
            row("201 states", ENTERPRISE, "ListMatters", json!({ "parent": "projects/-", "states": many(201, 1.into()) }), Code::InvalidArgument, "states"),
            row("17 positions", ENTERPRISE, "GetProject", tokens(17), Code::InvalidArgument, "min_position"),
            row("10^4 positions", ENTERPRISE, "GetProjectStatus", tokens(10_000), Code::InvalidArgument, "min_position"),
        ])
        .await;
}

#[tokio::test]
async fn texts_that_deceive_the_eye_are_refused() {
    let world = World::with_a_project().await;
    let mut rows = Vec::new();
    for (what, bad) in [
        ("NUL", "\0"),
        ("a control character", "\u{7}"),
        ("escape", "\u{1b}[31m"),
        ("C1", "\u{85}"),
        ("delete", "\u{7f}"),
        ("reversal", "\u{202e}"),
        ("isolate", "\u{2066}"),
        ("left-to-right mark", "\u{200e}"),
        ("Arabic letter mark", "\u{61c}"),
        ("zero-width space", "\u{200b}"),
        ("word joiner", "\u{2060}"),
        ("BOM", "\u{feff}"),
        ("line separator", "\u{2028}"),
        ("paragraph separator", "\u{2029}"),
        ("tag", "\u{e0041}"),
        ("interlinear anchor", "\u{fff9}"),
        ("noncharacter", "\u{ffff}"),
    ] {
        let text: Value = format!("大连{bad}泵业").into();
        rows.push(register(
            &format!("{what} in a name"),
            "/facts/name/zh",
            text.clone(),
            "facts.name.zh",
        ));
        rows.push(register(
            &format!("{what} in an enterprise"),
            "/facts/enterprise",
            text.clone(),
            "facts.enterprise",
        ));
        rows.push(register(&format!("{what} in a text"), "/facts/scope", text, "facts.scope"));
    }
    for (what, bad) in [
        ("a new line", "\n"),
        ("a carriage return", "\r"),
        ("a tab", "\t"),
        ("zero-width joiner", "\u{200d}"),
        ("zero-width non-joiner", "\u{200c}"),
    ] {
        rows.push(register(
            &format!("{what} in a name"),
            "/facts/name/en",
            format!("a{bad}b").into(),
            "facts.name.en",
        ));
    }
    let stated = json!({ "name": "projects/base", "facts": { "land\u{202e}": "true" } });
    rows.push(row(
        "reversal in a key",
        ENTERPRISE,
        "StateFacts",
        stated,
        Code::InvalidArgument,
        "facts[land\\u{202e}]",
    ));
    let secretary = json!({ "name": "projects/base", "to": "ECC/\u{202e}50-ss", "reason": "r" });
    rows.push(row(
        "reversal in a reference",
        "secretary:ECC/ss-05",
        "HandOverSecretary",
        secretary,
        Code::InvalidArgument,
        "to",
    ));
    let notice =
        json!({ "notice": "1\u{0}", "defects": [{ "material": "form_p2", "problem": "p" }] });
    rows.push(act("NUL in a number", "RequestCorrections", notice, "notice"));
    world.refuses(rows).await;
}

#[tokio::test]
async fn amounts_are_exact_or_refused() {
    let world = World::with_a_project().await;
    let mut rows = Vec::new();
    for (currency, amount, part) in [
        ("USD", "-1.00", "amount"),
        ("USD", "-0.01", "amount"),
        ("USD", "0", "amount"),
        ("USD", "0.00", "amount"),
        ("USD", "NaN", "amount"),
        ("USD", "Infinity", "amount"),
        ("USD", "", "amount"),
        ("USD", " 1.00", "amount"),
        ("USD", "1,000.00", "amount"),
        ("USD", "1e9", "amount"),
        ("USD", "+5", "amount"),
        ("USD", "0x10", "amount"),
        ("USD", "１００", "amount"),
        ("USD", ".5", "amount"),
        ("USD", "5.", "amount"),
        ("USD", "1.2.3", "amount"),
        ("USD", "1000000000000000000000000000000", "amount"),
        ("USD", "1000000000000000.01", "amount"),
        ("CNY", "100.001", "amount"),
        ("CNY", "100.000", "amount"),
        ("JPY", "100.5", "amount"),
        ("JPY", "100.00", "amount"),
        ("KWD", "1.0001", "amount"),
        ("", "100.00", "currency_code"),
        ("usd", "100.00", "currency_code"),
        ("XYZ", "100.00", "currency_code"),
        ("RMB", "100.00", "currency_code"),
        ("XAU", "1", "currency_code"),
        ("USD ", "1", "currency_code"),
        ("ＵＳＤ", "1", "currency_code"),
    ] {
        let said = json!({ "currency_code": currency, "amount": amount });
        let field = format!("facts.total_investment.{part}");
        rows.push(register(
            &format!("{currency} {amount}"),
            "/facts/total_investment",
            said,
            &field,
        ));
    }
    world.refuses(rows).await;
}

#[tokio::test]
async fn dates_are_real_and_written_one_way() {
    let world = World::with_a_project().await;
    let mut rows = Vec::new();
    for bad in [
        "2025-02-29",
        "2022-02-30",
        "2022-13-01",
        "2022-00-10",
        "2022-03-00",
        "22-03-01",
        "2022-3-1",
        "2022-03-1",
        "2022/03/01",
        "20220301",
        "2022-03-01T00:00:00",
        "2022-03-01T00:00:00Z",
        "2022-03-01+08:00",
        "2022-03-01[Asia/Shanghai]",
        " 2022-03-01",
        "2022-03-01 ",
        "+2022-03-01",
        "-2022-03-01",
        "+002022-03-01",
        "２０２２-03-01",
        "2022-W09-2",
        "2022-060",
        "today",
        "1646092800",
    ] {
        rows.push(register(
            &format!("registered on {bad:?}"),
            "/occurred_on",
            bad.into(),
            "occurred_on",
        ));
        let body = json!({ "name": "projects/base/matters/S2-06-1", "calendar_as_of": bad });
        rows.push(row(
            format!("a calendar of {bad:?}"),
            ENTERPRISE,
            "ExplainDeadline",
            body,
            Code::InvalidArgument,
            "calendar_as_of",
        ));
    }
    let on = |on: &str| json!({ "name": "projects/base/matters/S2-06-1", "occurred_on": on });
    let accept = |what: &str, when: &str, reason: &str| {
        row(
            what,
            "agency:NR/planning-2",
            "AcceptMatter",
            on(when),
            Code::FailedPrecondition,
            reason,
        )
    };
    rows.push(accept("accepted tomorrow", "2022-03-02", "DATE_IN_THE_FUTURE"));
    rows.push(accept("accepted at the end of time", "9999-12-31", "DATE_IN_THE_FUTURE"));
    rows.push(accept("accepted before it was filed", "2022-02-28", "DATE_OUT_OF_ORDER"));
    rows.push(accept("accepted in the year 0", "0000-01-01", "DATE_OUT_OF_ORDER"));
    let project = |what: &str, rpc, by: &str, body: Value, when: &str, reason: &str| {
        let body = with(with(body, "/name", "projects/base".into()), "/occurred_on", when.into());
        row(what, by, rpc, body, Code::FailedPrecondition, reason)
    };
    let reason = || json!({ "reason": "r" });
    rows.push(project(
        "given up before it was registered",
        "WithdrawProject",
        ENTERPRISE,
        reason(),
        "2022-02-28",
        "DATE_OUT_OF_ORDER",
    ));
    rows.push(project(
        "given up tomorrow",
        "WithdrawProject",
        ENTERPRISE,
        reason(),
        "2022-03-02",
        "DATE_IN_THE_FUTURE",
    ));
    rows.push(project(
        "screened in the year 0",
        "ScreenProject",
        "agency:DRC/list",
        json!({}),
        "0000-12-31",
        "DATE_OUT_OF_ORDER",
    ));
    rows.push(project(
        "screened at the end of time",
        "ScreenProject",
        "agency:DRC/list",
        json!({}),
        "9999-12-31",
        "DATE_IN_THE_FUTURE",
    ));
    rows.push(project(
        "stated before it was known",
        "StateFacts",
        ENTERPRISE,
        json!({ "facts": { "road_works": "false" } }),
        "2022-02-28",
        "NO_PROJECT_CODE",
    ));
    rows.push(project(
        "stated tomorrow",
        "StateFacts",
        ENTERPRISE,
        json!({ "facts": { "road_works": "false" } }),
        "2022-03-02",
        "DATE_IN_THE_FUTURE",
    ));
    let mut filed = |item: &str, when: &str, reason: &str| {
        let body = with(form(item, &[]), "/occurred_on", when.into());
        rows.push(row(
            format!("{item} filed on {when}"),
            ENTERPRISE,
            "FileMatters",
            body,
            Code::FailedPrecondition,
            reason,
        ));
    };
    filed("S1-05", "2022-03-02", "DATE_IN_THE_FUTURE");
    filed("S1-05", "2022-02-28", "DATE_OUT_OF_ORDER");
    filed("S2-11", "2022-02-28", "NO_PROJECT_CODE");
    let registered = |when: &str| with(registration("early"), "/occurred_on", when.into());
    rows.push(row(
        "registered tomorrow",
        ENTERPRISE,
        "RegisterProject",
        registered("2022-03-02"),
        Code::FailedPrecondition,
        "DATE_IN_THE_FUTURE",
    ));
    rows.push(row(
        "registered in the year 0",
        ENTERPRISE,
        "RegisterProject",
        registered("0000-01-01"),
        Code::FailedPrecondition,
        "ITEM_NOT_IN_FORCE",
    ));
    let recorded = |by: &str| json!({ "name": "projects/base", "recorded_by": by });
    for bad in [
        "2022-03-01",
        "yesterday",
        "9999-12-31T23:59:59Z",
        "2022-02-30T00:00:00Z",
        "2022-03-01T00:00:00",
    ] {
        rows.push(row(
            format!("as recorded by {bad:?}"),
            ENTERPRISE,
            "GetProjectStatus",
            recorded(bad),
            Code::InvalidArgument,
            "recorded_by",
        ));
    }
    for bad in ["2022-02-28", "2022-3-2", "2025-02-29", ""] {
        let code =
            if bad == "2022-02-28" { Code::FailedPrecondition } else { Code::InvalidArgument };
        let names = if bad == "2022-02-28" { "CLOCK_BACKWARD" } else { "date" };
        rows.push(row(
            format!("the clock on {bad:?}"),
            ENTERPRISE,
            "AdvanceTo",
            json!({ "date": bad }),
            code,
            names,
        ));
    }
    let valid_until =
        json!({ "outcome": 1, "certificate": { "number": "1", "valid_until": "2025-02-29" } });
    rows.push(act(
        "valid until a day that is none",
        "DecideMatter",
        valid_until,
        "certificate.valid_until",
    ));
    world.refuses(rows).await;
}

#[tokio::test]
async fn codes_and_keys_have_their_form() {
    let world = World::with_a_project().await;
    let mut rows = Vec::new();
    for (what, code) in [
        ("too short", "91210200MA0YB4T89"),
        ("too long", "91210200MA0YB4T89RR"),
        ("wrong check character", "91210200MA0YB4T89A"),
        ("the letter I", "9121020IMA0YB4T89R"),
        ("the letter O", "9121020OMA0YB4T89R"),
        ("a hyphen", "91210200-A0YB4T89R"),
        ("the letter S", "9121020SMA0YB4T89R"),
        ("blanks only", "   "),
        ("inner blank", "91210200 MA0YB4T89R"),
        ("emoji", "91210200MA0YB4T8🙂"),
    ] {
        rows.push(register(
            &format!("a credit code with {what}"),
            "/facts/uscc",
            code.into(),
            "facts.uscc",
        ));
    }
    rows.push({
        let body = with(registration("reason"), "/facts/uscc", "91210200MA0YB4T89A".into());
        let body = with(body, "/facts/uscc_override_reason", "\u{202e}".into());
        row(
            "a hidden reason",
            ENTERPRISE,
            "RegisterProject",
            body,
            Code::InvalidArgument,
            "facts.uscc_override_reason",
        )
    });
    for code in [
        "2020",
        "2203-210213-04-01-12345",
        "2213-210213-04-01-123456",
        "2203-210213-04-01-12345I",
        "二〇二二",
    ] {
        let body = json!({ "name": "projects/base", "code": code });
        rows.push(row(
            format!("the project code {code}"),
            "agency:DRC/codes",
            "AssignProjectCode",
            body,
            Code::InvalidArgument,
            "code",
        ));
    }
    for id in [
        "abc",
        "a".repeat(41).as_str(),
        "Upper-case",
        "-dash",
        "dash-",
        "under_score",
        "大连项目",
        "a/b/c/d",
        "a..b",
        "pro ject",
    ] {
        let body = with(registration("id"), "/project_id", id.into());
        rows.push(row(
            format!("the id {id:?}"),
            ENTERPRISE,
            "RegisterProject",
            body,
            Code::InvalidArgument,
            "project_id",
        ));
    }
    let long = "k".repeat(10_000);
    for key in [
        "",
        "a",
        "fifteen-letters",
        &"k".repeat(65),
        &long,
        "密钥密钥密钥密钥密钥密钥密钥密钥",
        "sixteen letters!",
        "sixteen-letters\n",
        "sixteen-letters\0",
    ] {
        let shown: String = key.chars().take(20).collect();
        let body = with(registration("key"), "/request_id", key.into());
        rows.push(row(
            format!("the key {shown:?} for a registration"),
            ENTERPRISE,
            "RegisterProject",
            body,
            Code::InvalidArgument,
            "request_id",
        ));
        rows.push(act(
            &format!("the key {shown:?} for an act"),
            "AcceptMatter",
            json!({ "request_id": key }),
            "request_id",
        ));
        let body = with(form("S2-11", &[]), "/request_id", key.into());
        rows.push(row(
            format!("the key {shown:?} for a form"),
            ENTERPRISE,
            "FileMatters",
            body,
            Code::InvalidArgument,
            "request_id",
        ));
        let body = json!({ "name": "projects/base", "facts": {}, "request_id": key });
        rows.push(row(
            format!("the key {shown:?} for facts"),
            ENTERPRISE,
            "StateFacts",
            body,
            Code::InvalidArgument,
            "request_id",
        ));
    }
    world.refuses(rows).await;
}

#[tokio::test]
async fn a_key_belongs_to_its_principal_and_to_one_request() {
    let world = World::empty().await;
    let mine = registration("mine-1");
    let first = world.good(ENTERPRISE, "RegisterProject", mine.clone()).await;
    assert_eq!(world.good(ENTERPRISE, "RegisterProject", mine.clone()).await, first);
    let other = with(mine.clone(), "/facts/scope", "别的".into());
    let another_call =
        json!({ "name": "projects/mine-1", "reason": "r", "request_id": mine["request_id"] });
    world
        .refuses(vec![
            row(
                "the same key for another body",
                ENTERPRISE,
                "RegisterProject",
                other,
                Code::AlreadyExists,
                "REQUEST_ID_REUSED",
            ),
            row(
                "the same key for another call",
                ENTERPRISE,
                "WithdrawProject",
                another_call,
                Code::AlreadyExists,
                "REQUEST_ID_REUSED",
            ),
            // Another principal's key tells nothing: the command is judged as its own.
            row(
                "another principal's key",
                "enterprise:other/filing",
                "RegisterProject",
                mine.clone(),
                Code::AlreadyExists,
                "EXISTS",
            ),
        ])
        .await;
    let theirs = with(registration("theirs"), "/request_id", mine["request_id"].clone());
    let answer = world.good("enterprise:other/filing", "RegisterProject", theirs).await;
    assert_eq!(answer["project"]["name"], "projects/theirs");
    for length in [16, 64] {
        let mut body = registration(&format!("length-{length}"));
        body["request_id"] = key().repeat(4)[..length].into();
        world.good("enterprise:length/filing", "RegisterProject", body).await;
    }
    world.unharmed();
}
