//! Text that is hard and right: stored, returned and found again, composed (NFC) and otherwise as it came.

use super::world::{ENTERPRISE, World, registration, with};
use serde_json::{Value, json};

#[tokio::test]
async fn hard_text_is_kept_as_it_is_or_composed() {
    let world = World::empty().await;
    let long = "Gesellschaft für Präzisionswerkzeuge ".repeat(5) + "GmbH & Co. KG";
    assert_eq!(long.chars().count(), 198);
    for (n, (name, kept)) in [
        ("𠮷田精密（大连）", "𠮷田精密（大连）"),
        ("㼆山机电", "㼆山机电"),
        ("𪚥𱁬𰻝面业", "𪚥𱁬𰻝面业"),
        ("大连ＡＢＣ１２３有限公司", "大连ＡＢＣ１２３有限公司"),
        ("مصانع الخليج", "مصانع الخليج"),
        ("אלביט מערכות", "אלביט מערכות"),
        ("阿不都热依木·买买提", "阿不都热依木·买买提"),
        ("བཀྲ་ཤིས་བདེ་ལེགས", "བཀྲ་ཤིས་བདེ་ལེགས"),
        ("Cafe\u{301} Mu\u{308}nchen", "Café München"),
        ("が\u{3099}", "が\u{3099}"),
        ("か\u{3099}くせい", "がくせい"),
        ("\u{1112}\u{1161}\u{11ab}국", "한국"),
        ("O'Brien & Söhne <Holding>", "O'Brien & Söhne <Holding>"),
        ("Robert'); DROP TABLE event;--", "Robert'); DROP TABLE event;--"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("\\u0000 %00 ${jndi:ldap://x} {{7*7}}", "\\u0000 %00 ${jndi:ldap://x} {{7*7}}"),
        (long.as_str(), long.as_str()),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("hard-{n:02}");
        let body = with(registration(&id), "/facts/name/zh", name.into());
        let body = with(body, "/facts/enterprise", format!("{name}{n}").into());
        let body = with(body, "/facts/site/parcel", name.into());
        let body = with(body, "/facts/investors/0/name", name.into());
        let facts =
            world.good(ENTERPRISE, "RegisterProject", body).await["project"]["facts"].clone();
        let told =
            world.good(ENTERPRISE, "GetProject", json!({ "name": format!("projects/{id}") })).await;
        assert_eq!(told["project"]["facts"], facts, "{name}");
        assert_eq!(facts["name"]["zh"], kept, "{name}");
        assert_eq!(facts["enterprise"], format!("{kept}{n}"), "{name}");
        assert_eq!(facts["site"]["parcel"], kept, "{name}");
        assert_eq!(facts["investors"][0]["name"], kept, "{name}");
        let status = json!({ "name": format!("projects/{id}") });
        let status = world.good(ENTERPRISE, "GetProjectStatus", status).await;
        assert_eq!(status["status"]["title"]["zh"], kept, "{name}");
    }
    world.unharmed();
}

#[tokio::test]
async fn long_texts_keep_their_lines_their_emoji_and_their_joiners() {
    let world = World::with_a_project().await;
    let problem = "第一行\n\t第二行 👷‍♀️🏗️ می‌خواهم Cafe\u{301}";
    let body = json!({
        "name": "projects/base/matters/S2-06-1",
        "notice": "补〔2022〕Cafe\u{301}号",
        "defects": [{ "material": "design_scheme", "problem": problem }],
    });
    let told = world.good("agency:NR/planning-2", "RequestCorrections", body).await;
    let defect = &told["matter"]["outstanding"][0];
    assert_eq!(defect["problem"], "第一行\n\t第二行 👷‍♀️🏗️ می‌خواهم Café");
    assert!(world.stored().contains("补〔2022〕Café号"));
    world.unharmed();
}

/// The two spellings of one name are one enterprise: the second registration is a possible duplicate.
#[tokio::test]
async fn both_spellings_of_a_name_are_one_name() {
    let world = World::empty().await;
    let spelt = |id: &str, name: &str| with(registration(id), "/facts/enterprise", name.into());
    world.good(ENTERPRISE, "RegisterProject", spelt("composed", "Société Générale Café")).await;
    for (id, name) in [
        ("decomposed", "Socie\u{301}te\u{301} Ge\u{301}ne\u{301}rale Cafe\u{301}"),
        ("full-width", "Ｓｏｃｉéｔé　Ｇéｎéｒａｌｅ　Ｃａｆé"),
        ("capitals", "SOCIÉTÉ GÉNÉRALE CAFÉ"),
    ] {
        let said = world.call(ENTERPRISE, "RegisterProject", spelt(id, name)).await;
        super::world::judge(said, tonic::Code::FailedPrecondition, "POSSIBLE_DUPLICATE")
            .unwrap_or_else(|why| panic!("{id}: {why}"));
    }
}

#[tokio::test]
async fn a_credit_code_is_read_in_any_width_and_kept_in_one() {
    let world = World::empty().await;
    for (n, written) in [
        "91210200MA0YB4T89R",
        "91210200ma0yb4t89r",
        "９１２１０２００ＭＡ０ＹＢ４Ｔ８９Ｒ",
        " 91210200MA0YB4T89R ",
    ]
    .into_iter()
    .enumerate()
    {
        // Each in a place and industry of its own, so that none is taken for another.
        let (district, zone) =
            [("210213", "DLZ-FTZ"), ("210202", ""), ("210203", ""), ("210204", "")][n];
        let body = with(registration(&format!("uscc-{n}")), "/facts/uscc", written.into());
        let body = with(body, "/facts/site/district", district.into());
        let body = with(body, "/facts/site/zone", zone.into());
        let body = with(body, "/facts/site/inside_ftz", false.into());
        let body = with(body, "/facts/industry", format!("344{n}").into());
        let told = world.good(ENTERPRISE, "RegisterProject", body).await;
        assert_eq!(told["project"]["facts"]["uscc"], "91210200MA0YB4T89R", "{written:?}");
    }
}

#[tokio::test]
async fn the_gate_is_exact_to_the_cent() {
    let world = World::empty().await;
    for (id, currency, amount, recognised) in [
        ("below", "USD", "29999999.99", false),
        ("exact", "USD", "30000000.00", true),
        ("at-plain", "USD", "30000000", true),
        ("above", "USD", "30000000.01", true),
        ("smallest", "USD", "0.01", false),
        ("largest", "USD", "1000000000000000.00", true),
        ("yen", "JPY", "30000000", false),
    ] {
        let money = json!({ "currency_code": currency, "amount": amount });
        let body = with(registration(id), "/facts/total_investment", money);
        world.good(ENTERPRISE, "RegisterProject", body).await;
        let name = format!("projects/{id}");
        world.good("agency:DRC/list", "ScreenProject", json!({ "name": name })).await;
        let decided = json!({ "name": name, "secretary": "ECC/ss-01" });
        let told = world.good("agency:COM/key", "DecideKeyProject", decided).await;
        let gate = &told["project"]["key_project"];
        let said = gate
            .get("recognised")
            .or_else(|| gate.get("meets"))
            .and_then(Value::as_bool)
            .unwrap_or(false);
        assert_eq!(said, recognised, "{id}: {gate}");
        assert_eq!(told["project"].get("secretary").is_some(), recognised, "{id}");
    }
    world.unharmed();
}
