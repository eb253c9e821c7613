//! Bad input, each with the field that is told (reliability: I4–I13).

use super::*;

/// What is wrong with a registration after a change, as fields.
async fn wrong(office: &Office, change: impl FnOnce(&mut pb::RegisterProjectRequest)) -> String {
    let mut request = registration("fields-project");
    change(&mut request);
    match office.registers(request).await {
        Ok(project) => panic!("registered {}", project.name),
        Err(status) => bad_fields(&status).join(" "),
    }
}

/// What is wrong with the facts after a change.
async fn bad(office: &Office, change: impl FnOnce(&mut pb::ProjectFacts)) -> String {
    let fields = wrong(office, |request| change(request.facts.as_mut().unwrap())).await;
    fields
        .split(' ')
        .map(|field| field.strip_prefix("facts.").unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

fn share(facts: &mut pb::ProjectFacts, share: &str) {
    facts.investors[0].share_percent = share.to_owned();
}

fn money(facts: &mut pb::ProjectFacts, amount: &str, currency_code: &str) {
    let (amount, currency_code) = (amount.to_owned(), currency_code.to_owned());
    facts.total_investment = Some(ty::Money { amount, currency_code });
}

#[tokio::test]
async fn names_say_what_they_are_and_nothing_else() {
    let office = Office::open("2021-03-01").await;
    let names = [
        "",
        "  ",
        "a\u{0}b",
        "a\u{202E}b",
        "a\u{2066}b",
        "a\u{200B}b",
        "a\u{FEFF}b",
        "a\nb",
        "a\tb",
        "\u{7}",
    ];
    for name in names {
        let bad = bad(&office, |facts| facts.enterprise = name.to_owned()).await;
        assert_eq!(bad, "enterprise", "{name:?}");
    }
    let long = "名".repeat(201);
    assert_eq!(bad(&office, |facts| facts.enterprise = long).await, "enterprise");
    let broken = "a\u{202E}b".to_owned();
    assert_eq!(bad(&office, |f| f.name.as_mut().unwrap().zh = broken.clone()).await, "name.zh");
    assert_eq!(bad(&office, |f| f.investors[0].name = broken.clone()).await, "investors[0].name");
    assert_eq!(bad(&office, |f| f.site.as_mut().unwrap().parcel = broken).await, "site.parcel");
    assert_eq!(bad(&office, |f| f.scope = "長".repeat(4_001)).await, "scope");
}

#[tokio::test]
async fn investors_hold_the_whole_together() {
    let office = Office::open("2021-03-01").await;
    for text in ["", "-1", "101", "0", "1e2", "100%", "NaN", "１００", "33.", "1 00"] {
        let bad = bad(&office, |facts| share(facts, text)).await;
        assert_eq!(bad, "investors[0].share_percent investors", "{text:?}");
    }
    assert_eq!(bad(&office, |facts| share(facts, "99.99")).await, "investors");
    assert_eq!(bad(&office, |facts| facts.investors.clear()).await, "investors");
    for country in ["", "J", "JPN", "jp", "日本", "1A"] {
        let bad = bad(&office, |facts| facts.investors[0].country = country.to_owned()).await;
        assert_eq!(bad, "investors[0].country", "{country:?}");
    }
    let second = |facts: &mut pb::ProjectFacts| {
        share(facts, "40");
        let other = pb::Investor { share_percent: "x".to_owned(), ..facts.investors[0].clone() };
        facts.investors.push(other);
    };
    assert_eq!(bad(&office, second).await, "investors[1].share_percent investors");
    assert!(
        bad(&office, |f| f.investors = vec![f.investors[0].clone(); 51])
            .await
            .starts_with("investors")
    );
}

#[tokio::test]
async fn amounts_are_exact_and_of_a_known_currency() {
    let office = Office::open("2021-03-01").await;
    for (amount, currency, field) in [
        ("", "USD", "amount"),
        ("-1", "USD", "amount"),
        ("0", "USD", "amount"),
        ("NaN", "USD", "amount"),
        ("1e9", "USD", "amount"),
        ("1,000", "USD", "amount"),
        ("1.001", "USD", "amount"),
        ("1.5", "JPY", "amount"),
        ("1000000000000000000000000000000", "USD", "amount"),
        ("1", "", "currency_code"),
        ("1", "usd", "currency_code"),
        ("1", "ABC", "currency_code"),
        ("1", "XAU", "currency_code"),
    ] {
        let bad = bad(&office, |facts| money(facts, amount, currency)).await;
        assert_eq!(bad, format!("total_investment.{field}"), "{amount} {currency}");
    }
    assert_eq!(bad(&office, |facts| facts.total_investment = None).await, "total_investment");
}

#[tokio::test]
async fn codes_are_checked_and_an_override_needs_its_reason() {
    let office = Office::open("2021-03-01").await;
    for code in ["9121020", "91210200MA10Q7K31I", "91210200MA10Q7K31Z", "91350203M0001QAY9B"] {
        let bad = bad(&office, |facts| facts.uscc = code.to_owned()).await;
        assert_eq!(bad, "uscc", "{code}");
    }
    let unreadable = |facts: &mut pb::ProjectFacts| {
        facts.uscc = "91350203M0001QAY9B".to_owned();
        facts.uscc_override_reason = "a\u{202E}b".to_owned();
    };
    assert_eq!(bad(&office, unreadable).await, "uscc_override_reason uscc");
    for industry in ["", "34", "34510", "C345", "３４５１"] {
        let bad = bad(&office, |facts| facts.industry = industry.to_owned()).await;
        assert!(bad.starts_with("industry"), "{industry:?}: {bad}");
    }
    assert_eq!(bad(&office, |facts| facts.activity = "cars".to_owned()).await, "activity");

    let mut request = registration("override");
    let facts = request.facts.as_mut().unwrap();
    facts.uscc = " ９１３50203m0001qay9b ".to_owned();
    facts.uscc_override_reason = "营业执照原件如此".to_owned();
    let kept = office.registers(request).await.unwrap().facts.unwrap();
    assert_eq!(kept.uscc, "91350203M0001QAY9B", "normalised in the open");
    assert_eq!(kept.uscc_override_reason, "营业执照原件如此");
}

#[tokio::test]
async fn a_site_is_one_that_the_catalogue_knows() {
    let office = Office::open("2021-03-01").await;
    let site = |facts: &mut pb::ProjectFacts, district: &str, zone: &str, inside_ftz: bool| {
        let parcel = "P".to_owned();
        let (district, zone) = (district.to_owned(), zone.to_owned());
        facts.site = Some(pb::Site { district, zone, parcel, inside_ftz });
    };
    assert_eq!(bad(&office, |f| site(f, "110101", "", false)).await, "site.district");
    assert_eq!(bad(&office, |f| site(f, "210213", "DLZ-XX", false)).await, "site.zone");
    assert_eq!(bad(&office, |f| site(f, "210211", "DLZ-GX", true)).await, "site.inside_ftz");
    assert_eq!(bad(&office, |f| site(f, "210211", "", true)).await, "site.inside_ftz");
    assert_eq!(bad(&office, |f| f.site = None).await, "site");
    // Jinpu hosts the free-trade zone, so a parcel of Jinpu may lie inside its boundary.
    for zone in ["DLZ-FTZ", "DLZ-JP", ""] {
        let project = format!("inside{}", zone.to_ascii_lowercase());
        let mut request = unlike(&project);
        site(request.facts.as_mut().unwrap(), "210213", zone, true);
        office.registers(request).await.unwrap();
    }
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    let office = Office::open("2021-03-01").await;
    let fields = wrong(&office, |request| {
        request.request_id = "short".to_owned();
        request.occurred_on = "2021-02-29".to_owned();
        request.project_id = "X".to_owned();
        request.not_duplicate_of = vec!["first".to_owned()];
        let facts = request.facts.as_mut().unwrap();
        facts.site = None;
        facts.scope.clear();
        money(facts, "-1", "USD");
    })
    .await;
    assert_eq!(
        fields,
        "request_id occurred_on facts.site facts.total_investment.amount facts.scope not_duplicate_of[0] project_id"
    );
    assert_eq!(wrong(&office, |request| request.facts = None).await, "facts");
    for id in ["abc", "Abcd", "a_bcd", "-abcd", "abcd-", &"a".repeat(41), "工厂工厂"] {
        assert_eq!(
            wrong(&office, |request| request.project_id = id.to_owned()).await,
            "project_id",
            "{id}"
        );
    }
    for date in ["2021-02-29", "2021-3-1", "0000-00-00", "2021-03-01T00:00Z", "tomorrow"] {
        let bad = wrong(&office, |request| request.occurred_on = date.to_owned()).await;
        assert_eq!(bad, "occurred_on", "{date}");
    }
    for key in ["", "a", &"k".repeat(65), "кляксакляксакляк", "0123456789abcde "] {
        let bad = wrong(&office, |request| request.request_id = key.to_owned()).await;
        assert_eq!(bad, "request_id", "{key}");
    }
}

#[tokio::test]
async fn hard_but_good_text_comes_back_as_it_was_but_composed() {
    let office = Office::open("2021-03-01").await;
    let mut request = registration("hard-text");
    let facts = request.facts.as_mut().unwrap();
    let names =
        ["𠮷野㼆株式会社", "Cafe\u{301} GmbH", "나루벽식품 주식회사", "شركة", "ئۇيغۇر·تۇرسۇن"];
    facts.investors = names
        .iter()
        .map(|name| pb::Investor {
            name: (*name).to_owned(),
            country: "JP".to_owned(),
            share_percent: "20".to_owned(),
        })
        .collect();
    let kept = office.registers(request).await.unwrap().facts.unwrap();
    let kept: Vec<_> = kept.investors.iter().map(|investor| investor.name.as_str()).collect();
    assert_eq!(kept, ["𠮷野㼆株式会社", "Café GmbH", names[2], names[3], names[4]]);
}

#[tokio::test]
async fn the_other_calls_name_their_bad_fields_too() {
    let office = Office::open("2021-03-01").await;
    office.registers(registration("calls")).await.unwrap();
    office.screens("calls").await;
    let status = office.codes("calls", "2103-210213-04-01-100017").await.unwrap_err();
    assert_eq!(bad_fields(&status), ["code"]);
    assert!(!status.message().contains("100017"), "a bad code is not repeated: {status:?}");

    let request = pb::DecideScreeningRequest {
        request_id: "x".to_owned(),
        name: "calls".to_owned(),
        occurred_on: "2021".to_owned(),
        outcome: 17,
        reason: " ".to_owned(),
    };
    let status = office.intake.decide_screening(by("agency:DRC/list", request)).await.unwrap_err();
    let mut fields = bad_fields(&status);
    fields.sort();
    assert_eq!(fields, ["name", "occurred_on", "outcome", "reason", "request_id"]);

    let anonymous = Request::new(registration("nobody"));
    let status = office.intake.register_project(anonymous).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}
