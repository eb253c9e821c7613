//! Acceptance as the dossier hears it: the joint survey is held once, the joint opinion is a certificate, and
//! a corrected survey concerns whoever rests on it.

use proto::{
    acceptance::v1::{self as pb, acceptance_event::Kind},
    dossier::v1::{self as dossier_pb, CertificateStatus, dossier_service_server::DossierService},
};
use rulebook::{
    catalogue::Text,
    clock::{Limit, Unit},
    matter::{CitedLimit, Opinion, OpinionTerm},
};
use tonic::Request;

use super::*;
use crate::Grpc;

const SURVEY: &str = "merged_survey_report";
const OPINION: &str = "大联验〔2025〕18号";

impl City {
    /// One command of acceptance.
    async fn acceptance_does(&self, on: &str, kinds: Vec<Kind>) {
        let store = |kind| {
            pb::AcceptanceEvent { occurred_on: on.to_owned(), kind: Some(kind) }.encode_to_vec()
        };
        append(&self.acceptance, "agency:NR/desk-1", kinds.into_iter().map(store).collect()).await;
    }

    /// A matter, received and accepted on a day, that uses the survey.
    async fn uses_the_survey(&self, on: &str, id: &str, terms: Terms) {
        let received = Event::Received {
            on: day(on),
            terms: Box::new(terms),
            materials: brought(&[(SURVEY, "a")]),
        };
        self.acceptance_does(on, vec![step(id, &received), step(id, &accepted(on))]).await;
    }

    fn terms(&self, item: &str) -> Terms {
        Terms::of(self.law.catalogue.editions(item).last().unwrap(), Track::Ordinary)
    }

    /// Joint acceptance with two members, of which only planning verification rests on the survey.
    fn joint(&self) -> Terms {
        let limit = Limit { n: 5, unit: Unit::WorkingDays };
        let member = |key: &str, agency: &str, inputs: &[&str]| OpinionTerm {
            key: key.to_owned(),
            agency: agency.to_owned(),
            subject: Text::default(),
            inputs: inputs.iter().map(|input| (*input).to_owned()).collect(),
            limit: CitedLimit { limit, citation: "国办发〔2019〕11号".to_owned() },
            silence_is_consent: None,
        };
        let opinions =
            vec![member("S3-02", "NR", &[SURVEY]), member("S3-04", "HC", &["as_built_drawings"])];
        Terms { opinions, ..self.terms("S3-09") }
    }

    /// A survey delivered on 2025-03-10, three matters on it, all granted, one of them the joint acceptance
    /// of 2025-03-19.
    async fn built(&self) {
        self.registers("2024-01-08").await;
        let surveyed = Event::Received {
            on: day("2025-03-03"),
            terms: Box::new(self.terms("S3-01")),
            materials: vec![],
        };
        let steps =
            [surveyed, accepted("2025-03-03"), granted("2025-03-10", Some("a".repeat(64)), &[])];
        let delivered = steps.iter().map(|one| step("S3-01-1", one)).chain([survey(1, "a")]);
        self.acceptance_does("2025-03-10", delivered.collect()).await;
        for (on, id) in [("2025-03-12", "S3-02-1"), ("2025-03-21", "S3-13-1")] {
            self.uses_the_survey(on, id, self.terms(&id[..5])).await;
            let certificate = granted(on, Some(on.len().to_string().repeat(32)), &[(SURVEY, "a")]);
            self.acceptance_does(on, vec![step(id, &certificate)]).await;
        }
        self.uses_the_survey("2025-03-17", "S3-09-1", self.joint()).await;
        let keys = || vec!["S3-02".to_owned(), "S3-04".to_owned()];
        let on = day("2025-03-19");
        let said = |key: &str| Event::OpinionGiven {
            on,
            key: key.to_owned(),
            opinion: Opinion::Consents,
            document: String::new(),
        };
        let cited = |key: &str, agency: &str| CitedOpinion {
            key: key.to_owned(),
            agency: agency.to_owned(),
            source: String::new(),
        };
        let mut decided = granted("2025-03-19", Some("c".repeat(64)), &[(SURVEY, "a")]);
        if let Event::Decided { opinions, outcome: Outcome::Granted { certificate, .. }, .. } =
            &mut decided
        {
            *opinions = vec![cited("S3-02", "NR"), cited("S3-04", "HC")];
            certificate.number = OPINION.to_owned();
        }
        let kinds = vec![
            step("S3-09-1", &Event::OpinionsRequested { on, opinions: keys() }),
            step("S3-09-1", &said("S3-02")),
            step("S3-09-1", &said("S3-04")),
            step("S3-09-1", &Event::OpinionsJoined { on, opinions: keys() }),
        ];
        self.acceptance_does("2025-03-19", kinds).await;
        let issued = vec![opinion(1, "c", "a"), step("S3-09-1", &decided)];
        self.acceptance_does("2025-03-19", issued).await;
    }
}

fn step(id: &str, event: &Event) -> Kind {
    Kind::Matter(wire::write(&id.parse().unwrap(), event))
}

fn survey(version: u32, letter: &str) -> Kind {
    Kind::SurveyDelivered(pb::SurveyDelivered {
        matter: "S3-01-1".to_owned(),
        material: SURVEY.to_owned(),
        version,
        sha256: letter.repeat(64),
        number: format!("测绘2025-00{version}"),
        reason: if version > 1 { "面积有误".to_owned() } else { String::new() },
    })
}

fn reference(letter: &str) -> pb::Reference {
    pb::Reference {
        matter: "S3-01-1".to_owned(),
        material: SURVEY.to_owned(),
        version: if letter == "a" { 1 } else { 2 },
        sha256: letter.repeat(64),
    }
}

fn opinion(version: u32, letter: &str, survey: &str) -> Kind {
    Kind::OpinionIssued(pb::OpinionIssued {
        matter: "S3-09-1".to_owned(),
        version,
        number: OPINION.to_owned(),
        surveys: vec![reference(survey)],
        content_sha256: letter.repeat(64),
        ..Default::default()
    })
}

/// Everything stale, as `matter agency opinion`.
fn stale(dossiers: &Dossiers) -> Vec<String> {
    let dossier = dossier(dossiers);
    let stale = dossier.holdings.stale();
    let told = stale.iter().map(|one| {
        let matter = one.matter.rsplit('/').next().unwrap_or_default();
        format!("{matter} {} {}", one.agency, one.opinion.unwrap_or_default())
    });
    told.collect()
}

async fn verified(grpc: &Grpc, letter: &str) -> (CertificateStatus, String) {
    let request = dossier_pb::VerifyCertificateRequest {
        number: OPINION.to_owned(),
        sha256: letter.repeat(64),
        ..Default::default()
    };
    // Nobody says who asks: anybody may.
    let answer = grpc.verify_certificate(Request::new(request)).await.unwrap().into_inner();
    (answer.status(), answer.title.unwrap_or_default().zh)
}

#[tokio::test]
async fn the_joint_opinion_is_a_certificate_that_anybody_can_check() {
    let city = City::new("2025-04-21").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    city.built().await;
    ears.caught_up().await;
    let output = city.law.catalogue.editions("S3-09").last().unwrap().output.clone();
    let grpc = Grpc::new(dossiers.clone(), ears.clone());
    assert_eq!(verified(&grpc, "c").await, (CertificateStatus::Valid, output.name.zh.clone()));
    assert_eq!(verified(&grpc, "d").await, (CertificateStatus::Unknown, String::new()));
    let held = dossier(&dossiers).holdings.versions(&output.key.parse().unwrap()).to_vec();
    assert_eq!(held.len(), 1, "said twice in one command, entered once");
    // A corrected opinion is a version of its own; the first stays, and is known to be replaced.
    city.acceptance_does("2025-04-21", vec![opinion(2, "d", "a")]).await;
    ears.caught_up().await;
    assert_eq!(verified(&grpc, "c").await.0, CertificateStatus::Superseded);
    assert_eq!(verified(&grpc, "d").await.0, CertificateStatus::Valid);
}

#[tokio::test]
async fn a_corrected_survey_makes_stale_whoever_rests_on_it_until_they_looked_again() {
    let city = City::new("2025-04-21").await;
    let (dossiers, ears) = city.open(Arc::new(TrustEverything)).await;
    city.built().await;
    ears.caught_up().await;
    let (_, held) = {
        let dossier = dossier(&dossiers);
        let (id, version) = dossier.holdings.held(SURVEY, day("2025-04-07")).unwrap();
        (id.clone(), version.clone())
    };
    assert_eq!((held.number, held.content.sha256), (1, "a".repeat(64)));
    assert!(stale(&dossiers).is_empty());
    city.acceptance_does("2025-04-07", vec![survey(2, "b")]).await;
    ears.caught_up().await;
    // One survey, four parts of three matters; the member that never looked at it is not told.
    let all = ["S3-02-1 NR ", "S3-09-1 HC ", "S3-09-1 NR S3-02", "S3-13-1 NR "];
    assert_eq!(stale(&dossiers), all);
    let examined = pb::MemberExamined {
        matter: "S3-09-1".to_owned(),
        round: 2,
        member: "S3-02".to_owned(),
        result: pb::Result::Pass.into(),
        rests_on: vec![reference("b")],
        ..Default::default()
    };
    city.acceptance_does("2025-04-14", vec![Kind::MemberExamined(examined)]).await;
    ears.caught_up().await;
    assert_eq!(stale(&dossiers), ["S3-02-1 NR ", "S3-09-1 HC ", "S3-13-1 NR "]);
    city.acceptance_does("2025-04-21", vec![opinion(2, "d", "b")]).await;
    ears.caught_up().await;
    assert_eq!(stale(&dossiers), ["S3-02-1 NR ", "S3-13-1 NR "]);
    let kept = dossier(&dossiers).holdings.versions(&SURVEY.parse().unwrap()).len();
    assert_eq!(kept, 2, "the first version stays what the decisions rested on");
}
