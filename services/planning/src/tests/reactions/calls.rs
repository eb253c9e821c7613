//! Calls after what intake recorded: carried out once, and certificates numbered once.

use super::*;

#[tokio::test]
async fn a_request_is_carried_out_once_and_a_what_if_never() {
    let mut city = City::open("2022-03-21").await;
    let unknown = city.roadmap("projects/yamato", &[]).await.unwrap_err();
    assert_eq!(code(&unknown), (Code::NotFound, "UNKNOWN".to_owned()));
    city.takes_in(project("USD", "45000000")).await;
    let facts = [("land_supply", "allocated")];
    let first = city.states("state-facts-0001", &facts).await.unwrap();
    assert_eq!(city.states("state-facts-0001", &facts).await.unwrap(), first);
    let reused = city.states("state-facts-0001", &[("land_supply", "existing")]).await.unwrap_err();
    assert_eq!(code(&reused), (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned()));
    let recorded = city.recorded().await;
    let listed =
        |roadmap: pb::Roadmap| roadmap.steps.into_iter().map(|step| step.item).collect::<Vec<_>>();
    let stated = listed(city.roadmap("projects/yamato", &[]).await.unwrap());
    let supposed = [("land_supply", "transferred")];
    let what_if = listed(city.roadmap("projects/yamato", &supposed).await.unwrap());
    assert!(!stated.contains(&"S2-04".to_owned()) && what_if.contains(&"S2-04".to_owned()));
    let nobody = listed(city.roadmap("", &supposed).await.unwrap());
    assert!(nobody.contains(&"S2-04".to_owned()));
    let bad = city.roadmap("", &[("land_supply", "rented")]).await.unwrap_err();
    let fields = bad.get_details_bad_request().unwrap().field_violations;
    assert_eq!(fields[0].field, "facts[land_supply]");
    assert_eq!(city.recorded().await, recorded);
}

impl City {
    async fn acts(&mut self, id: &str, act: Act, key: &str) -> Result<String, Status> {
        let name = MatterName::parse(&format!("projects/yamato/matters/{id}")).unwrap();
        let caller = agency("NR");
        let request = caller.keyed(key.to_owned(), "act", &());
        let answered = self.planning.cases().act(&caller, request, name, act.now(), None).await?;
        Ok(answered.0.certificate.map(|certificate| certificate.number).unwrap_or_default())
    }

    /// Filed, accepted and consulted today; the keys of its acts begin with the item.
    async fn prepares(&mut self, item: &str, opinions: &[&str]) {
        self.file(item).await.unwrap();
        let mut acts = vec![Act::Accept { document: String::new() }];
        if !opinions.is_empty() {
            acts.push(Act::RequestOpinions { opinions: Vec::new() });
        }
        acts.extend(opinions.iter().map(|key| opinion(key, Opinion::Consents)));
        for (n, act) in acts.into_iter().enumerate() {
            let key = format!("{item}-prepare-{n:08}");
            self.acts(&format!("{item}-1"), act, &key).await.unwrap();
        }
    }
}

fn unnumbered() -> Act {
    let certificate =
        matter::Certificate { number: String::new(), valid_until: None, sha256: None };
    let outcome = Outcome::Granted { certificate, conditions: Vec::new() };
    Act::Decide { outcome, document: String::new() }
}

#[tokio::test]
async fn a_certificate_to_which_its_agency_gives_no_number_gets_the_next_one_once() {
    let mut city = City::open("2022-04-06").await;
    let site = intake::Site { district: "210213".to_owned(), ..Default::default() };
    city.takes_in(intake::ProjectFacts { site: Some(site), ..project("USD", "45000000") }).await;
    let land = [("land_supply", "transferred"), ("plan_attached", "yes")];
    city.states("state-facts-0001", &land).await.unwrap();
    for item in ["S2-03", "S2-04"] {
        city.prepares(item, &[]).await;
        let id = format!("{item}-1");
        let refused = city.acts(&id, unnumbered(), "no-number-000001").await.unwrap_err();
        assert_eq!(code(&refused).1, "REQUIRED_PART_MISSING", "{item} is its agency's to number");
        let granted = city.acts(&id, grant(&id), &format!("grant-{item}-0001")).await;
        assert_eq!(granted.unwrap(), number(&id));
    }
    city.prepares("S2-05", &["planning_permit", "land_approval"]).await;
    let first = city.acts("S2-05-1", unnumbered(), "grant-S2-05-0001").await.unwrap();
    assert_eq!(first, "地字第210213202200001号");
    let again = city.acts("S2-05-1", unnumbered(), "grant-S2-05-0001").await.unwrap();
    assert_eq!(again, first, "the same request has the same answer for ever");
    let listed =
        pb::ListCertificatesRequest { name: "projects/yamato".to_owned(), ..Default::default() };
    let listed = city.planning.list_certificates(Request::new(listed)).await.unwrap();
    let numbers: Vec<_> =
        listed.into_inner().certificates.into_iter().map(|issued| issued.number).collect();
    assert_eq!(numbers, [number("S2-03-1"), number("S2-04-1"), first]);
}
