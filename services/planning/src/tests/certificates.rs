//! One certificate for each grant, which cites every opinion (多证合一).

use super::story::*;
use crate::{
    case::event::{Certificate, Event, Fact},
    certificate,
};
use desk::name::MatterName;
use rulebook::{
    consultation::Opinion,
    matter::{self, Act, Material, Outcome},
};

fn cited(certificate: &Certificate) -> Vec<String> {
    let opinions = certificate.opinions.iter();
    opinions
        .map(|one| {
            format!(
                "{} {} {} {} {}",
                one.agency,
                one.subject,
                one.verdict,
                one.given_on,
                one.conditions.replace('\n', "/")
            )
            .trim_end()
            .to_owned()
        })
        .collect()
}

#[test]
fn the_land_permit_is_one_certificate_that_cites_every_opinion() {
    let story = Story::factory("2022-04-06", &[]).granted("S2-03").granted("S2-04");
    let story = story.files(&["S2-05"]).accepted("S2-05-1");
    let conditions = vec!["6月底前完成交地".into(), "保留古树".into()];
    let story = story
        .act("S2-05-1", Act::RequestOpinions { opinions: Vec::new() })
        .on("2022-04-07")
        .act("S2-05-1", opinion("planning_permit", Opinion::Consents))
        .act("S2-05-1", opinion("land_approval", Opinion::Consents))
        .on("2022-04-08")
        .act("S2-05-1", opinion("site_ready", Opinion::ConsentsWithConditions(conditions)));
    let events = story.acting("S2-05-1", grant("S2-05-1"));
    let kinds: Vec<_> = events.iter().map(|event| event.fact.kind()).collect();
    assert_eq!(kinds, ["decided", "certificate_issued"], "in one append");
    let story = story.happened(&events);
    let certificate = story.certificate("S2-05-1").unwrap();
    assert_eq!(certificate.number, number("S2-05-1"));
    assert_eq!(certificate.title.zh, "建设用地规划许可证");
    assert_eq!(certificate.merges, ["建设用地规划许可证（旧）", "建设用地批准书"]);
    assert_eq!(
        cited(certificate),
        [
            "NR 建设用地批准 consents 2022-04-07",
            "NR 建设用地规划许可 consents 2022-04-07",
            "DISTRICT 净地及交地条件 consents_with_conditions 2022-04-08 6月底前完成交地/保留古树",
        ]
    );
}

#[test]
fn site_selection_and_land_pre_examination_are_one_certificate() {
    let story = Story::factory("2022-03-21", &[("new_construction_land", "yes")]);
    let story = story.granted("S2-01");
    let certificate = story.certificate("S2-01-1").unwrap();
    assert_eq!(certificate.title.zh, "建设项目用地预审与选址意见书");
    assert_eq!(certificate.merges, ["建设项目选址意见书", "建设项目用地预审意见"]);
    assert_eq!(
        cited(certificate),
        [
            "CUL 文物保护范围及地下文物埋藏区 consents 2022-03-21",
            "EE 生态保护红线及环境敏感目标 consents 2022-03-21",
            "NR 建设项目用地预审 consents 2022-03-21",
            "NR 建设项目选址 consents 2022-03-21",
        ]
    );
}

fn sha256(text: &str) -> String {
    let hash = eventlog::Algorithm::Sha256.hash(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_digest_is_over_the_canonical_text() {
    let story = Story::factory("2022-03-21", &[("new_construction_land", "yes")]);
    let story = story.granted("S2-01");
    let text = "tongban-certificate\t1\n\
        project\t2203-210213-04-01-100017\n\
        matter\tS2-01-1\t2019-2\n\
        agency\tNR\n\
        title\t建设项目用地预审与选址意见书\n\
        number\t地字第210213202200001号 S2-01-1\n\
        issued-on\t2022-03-21\n\
        valid-until\t-\n\
        merges\t建设项目选址意见书\n\
        merges\t建设项目用地预审意见\n\
        opinion\tCUL\t文物保护范围及地下文物埋藏区\tconsents\t2022-03-21\t\n\
        opinion\tEE\t生态保护红线及环境敏感目标\tconsents\t2022-03-21\t\n\
        opinion\tNR\t建设项目用地预审\tconsents\t2022-03-21\t\n\
        opinion\tNR\t建设项目选址\tconsents\t2022-03-21\t\n";
    assert_eq!(story.certificate("S2-01-1").unwrap().content_sha256, sha256(text));
}

/// A material with its hash, an end and conditions that try to pass for more lines.
#[test]
fn no_field_of_the_canonical_text_can_pass_for_another() {
    let mut form = apply("S2-06");
    let sha256_of_scheme = Some("a1".repeat(32));
    form.materials =
        vec![Material { key: "design_scheme".to_owned(), sha256: sha256_of_scheme, version: 2 }];
    let story = Story::plan_attached("2022-04-06", &[]).granted("S2-05");
    let events = story.file(&[form]).unwrap();
    let story = story.happened(&events).accepted("S2-06-1");
    let certificate = matter::Certificate {
        number: "建字第210213202200009号".to_owned(),
        valid_until: Some(day("2023-04-06")),
        sha256: None,
    };
    let conditions = vec!["开工\t前\\报告\ncondition\t乙".into(), "丙".into()];
    let outcome = Outcome::Granted { certificate, conditions };
    let story = story.act("S2-06-1", Act::Decide { outcome, document: String::new() });
    let text = format!(
        "tongban-certificate\t1\n\
        project\t2203-210213-04-01-100017\n\
        matter\tS2-06-1\t2019-1\n\
        agency\tNR\n\
        title\t建设工程规划许可证\n\
        number\t建字第210213202200009号\n\
        issued-on\t2022-04-06\n\
        valid-until\t2023-04-06\n\
        merges\t建设工程设计方案审查\n\
        merges\t修建性详细规划审查\n\
        merges\t建设工程规划许可\n\
        condition\t开工\\t前\\\\报告\\ncondition\\t乙\n\
        condition\t丙\n\
        material\tdesign_scheme\t2\t{}\n",
        "a1".repeat(32)
    );
    assert_eq!(story.certificate("S2-06-1").unwrap().content_sha256, sha256(&text));
}

fn numbered(id: &str, on: &str, taken: &[&str]) -> Option<String> {
    let name = MatterName { project: "yamato".to_owned(), matter: id.parse().unwrap() };
    certificate::number(&name, "210213", day(on), taken.iter().copied())
}

#[test]
fn a_number_is_region_year_and_serial_until_the_electronic_number_came() {
    let first = |id, on| numbered(id, on, &[]);
    assert_eq!(first("S2-01-1", "2022-04-06").unwrap(), "用字第210213202200001号");
    assert_eq!(first("S2-05-1", "2022-04-06").unwrap(), "地字第210213202200001号");
    assert_eq!(first("S2-06-1", "2024-08-31").unwrap(), "建字第210213202400001号");
    let electronic = first("S2-06-1", "2024-09-01").unwrap();
    assert!(electronic.starts_with("ES") && electronic.len() == 22, "{electronic}");
    assert_ne!(Some(electronic), first("S2-05-1", "2024-09-01"));
    assert_eq!(first("S2-17-1", "2022-04-06"), None, "its agency numbers it");
    let name = MatterName { project: "yamato".to_owned(), matter: "S2-05-1".parse().unwrap() };
    let nowhere = certificate::number(&name, "", day("2022-04-06"), std::iter::empty());
    assert_eq!(nowhere, None, "six digits are the region's");
}

#[test]
fn a_number_follows_the_highest_of_its_kind_region_and_year() {
    let taken = [
        "地字第210213202200041号",
        "地字第210213202100099号",
        "地字第210211202200098号",
        "建字第210213202200097号",
        "地字第2102132022000999号",
        "手写 42",
    ];
    let next = numbered("S2-05-1", "2022-04-06", &taken);
    assert_eq!(next.unwrap(), "地字第210213202200042号");
    assert_eq!(numbered("S2-05-1", "2022-04-06", &["地字第210213202299999号"]), None);
}

#[test]
fn numbers_of_national_form_are_kept_for_one_certificate() {
    let story = Story::plan_attached("2022-04-06", &[]);
    let story = story.files(&["S2-05"]).accepted("S2-05-1").consulted("S2-05-1");
    let kept = |events: &[Event]| {
        let reserved = certificate::reserved(events).into_iter();
        reserved.map(|one| format!("{} {}", one.kind, one.value)).collect::<Vec<_>>()
    };
    let land = story.acting("S2-05-1", grant("S2-05-1"));
    assert_eq!(kept(&land), [format!("certificate_number {}", number("S2-05-1"))]);
    let story = story.happened(&land).granted("S2-06").files(&["S2-17"]).accepted("S2-17-1");
    assert!(kept(&story.acting("S2-17-1", grant("S2-17-1"))).is_empty(), "its agency numbers it");
}

#[test]
fn a_refusal_issues_nothing_and_neither_does_any_other_act() {
    let story = Story::factory("2022-03-21", &[]).files(&["S2-03"]).accepted("S2-03-1");
    assert!(story.case.certificates.is_empty());
    let events = story.acting("S2-03-1", refuse());
    assert!(!events.iter().any(|event| matches!(event.fact, Fact::CertificateIssued(_))));
    let story = story.act("S2-03-1", grant("S2-03-1"));
    let story = story.act("S2-03-1", Act::Deliver { method: "电子证照".to_owned() });
    assert_eq!(story.case.certificates.len(), 1);
}

#[test]
fn a_certificate_stays_on_the_list_when_its_permit_ends() {
    let story = Story::factory("2022-03-21", &[]).granted("S2-03");
    let revoked = story.on("2022-03-28").act(
        "S2-03-1",
        Act::RevokePermit {
            ground: rulebook::matter::RevocationGround::ExceededPowers,
            reason: "超越职权".to_owned(),
            document: "撤-1".to_owned(),
        },
    );
    assert!(!revoked.matter("S2-03-1").is_in_force());
    assert_eq!(revoked.case.certificates.len(), 1, "what was issued was issued");
    let again = revoked.file(&[apply("S2-03")]).unwrap();
    let Fact::Matter(id, _) = &again[0].fact else { panic!("{again:?}") };
    assert_eq!(id.to_string(), "S2-03-2");
}
