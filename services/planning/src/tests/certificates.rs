//! One certificate for each grant, which cites every opinion (多证合一).

use super::story::*;
use crate::case::event::{Certificate, Fact};
use rulebook::{consultation::Opinion, matter::Act};

fn cited(certificate: &Certificate) -> Vec<String> {
    let opinions = certificate.opinions.iter();
    opinions
        .map(|one| {
            format!(
                "{} {} {} {} {}",
                one.agency, one.subject, one.verdict, one.given_on, one.conditions
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
    let conditions = vec!["6月底前完成交地".to_owned(), "保留古树".to_owned()];
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
            "DISTRICT 净地及交地条件 consents_with_conditions 2022-04-08 6月底前完成交地; 保留古树",
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

#[test]
fn the_digest_is_over_the_canonical_text_and_every_line_of_it_matters() {
    let story = Story::factory("2022-03-21", &[("new_construction_land", "yes")]);
    let story = story.granted("S2-01");
    let certificate = story.certificate("S2-01-1").unwrap();
    let text = "project: 2203-210213-04-01-100017\n\
        matter: S2-01-1\n\
        number: 地字第210213202200001号 S2-01-1\n\
        title: 建设项目用地预审与选址意见书\n\
        issued: 2022-03-21\n\
        merges: 建设项目选址意见书\n\
        merges: 建设项目用地预审意见\n\
        opinion: CUL | 文物保护范围及地下文物埋藏区 | consents | 2022-03-21 | \n\
        opinion: EE | 生态保护红线及环境敏感目标 | consents | 2022-03-21 | \n\
        opinion: NR | 建设项目用地预审 | consents | 2022-03-21 | \n\
        opinion: NR | 建设项目选址 | consents | 2022-03-21 | \n";
    let hash = eventlog::Algorithm::Sha256.hash(text.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(certificate.content_sha256, hex);
    let later = Story::factory("2022-03-22", &[("new_construction_land", "yes")]);
    let later = later.granted("S2-01");
    assert_ne!(later.certificate("S2-01-1").unwrap().content_sha256, hex);
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
