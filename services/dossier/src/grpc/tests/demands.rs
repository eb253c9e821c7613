//! Demands for what is held, overridden with a citation and nowhere else.

use super::*;

#[tokio::test]
async fn an_agency_overrides_in_a_complaint_too_and_nowhere_that_is_no_place() {
    let mut town = Town::open().await;
    town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let wanted = |matter: &str, id: char| pb::OverrideDemandRequest {
        request_id: id.to_string().repeat(16),
        matter: matter.to_owned(),
        occurred_on: String::new(),
        key: KEY.to_owned(),
        ground: "须核对原件".to_owned(),
        citation: "外商投资企业投诉工作办法 art. 14".to_owned(),
    };
    let complaint = format!("{PROJECT}/complaints/1");
    let check = pb::CheckDemandRequest {
        matter: complaint.clone(),
        key: KEY.to_owned(),
        min_position: Vec::new(),
    };
    let allowed = |answer: pb::CheckDemandResponse| answer.allowed;
    let before = town.client.check_demand(as_caller(AGENCY, check.clone())).await.unwrap();
    assert!(!allowed(before.into_inner()));
    for bad in ["complaints/0", "complaints/01", "complaints/-1", "reports/initial"] {
        let name = format!("{PROJECT}/{bad}");
        let refused = town.client.override_demand(as_caller(AGENCY, wanted(&name, 'b'))).await;
        assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument, "{bad}");
    }
    let enterprise = as_caller(ENTERPRISE, wanted(&complaint, 'c'));
    let refused = town.client.override_demand(enterprise).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    town.client.override_demand(as_caller(AGENCY, wanted(&complaint, 'd'))).await.unwrap();
    let after = town.client.check_demand(as_caller(AGENCY, check)).await.unwrap();
    assert!(allowed(after.into_inner()));
    let counted = pb::ListOverridesRequest {
        parent: PROJECT.to_owned(),
        agency: "NR".to_owned(),
        min_position: Vec::new(),
    };
    let counted = town.client.list_overrides(as_caller(AGENCY, counted)).await.unwrap();
    let demands = counted.into_inner().overrides.into_iter().map(|one| one.demand.unwrap());
    assert_eq!(demands.map(|one| one.matter).collect::<Vec<_>>(), [complaint]);
}

#[tokio::test]
async fn an_override_needs_a_citation_counts_on_the_scorecard_and_opens_the_demand() {
    let mut town = Town::open().await;
    town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let received = town.city.received("2022-04-06", "S2-05", &[]);
    town.city.planning_does("S2-05-1", &[received], None).await;
    let shelf = Shelf::follow(town.dossiers.docket.log().clone());
    shelf.fresh(BTreeMap::new()).await;
    let matter = format!("{PROJECT}/matters/S2-05-1");
    let demand = rulebook::holdings::Demand {
        matter: &matter,
        agency: "NR",
        key: KEY,
        source: None,
        brought: None,
        on: "2022-04-06".parse().unwrap(),
    };
    assert!(shelf.of("yamato").unwrap().holdings.protection(&demand).is_some());
    let checked = pb::CheckDemandRequest {
        matter: matter.clone(),
        key: KEY.to_owned(),
        min_position: Vec::new(),
    };
    let answer = town.client.check_demand(as_caller(AGENCY, checked)).await.unwrap().into_inner();
    assert!(!answer.allowed && answer.held.is_some());
    let wanted = |citation: &str, agency: &str| {
        let request = pb::OverrideDemandRequest {
            request_id: format!("override-{}-{}", agency.len(), "x".repeat(16)),
            matter: matter.clone(),
            occurred_on: String::new(),
            key: KEY.to_owned(),
            ground: "原件须现场核验".to_owned(),
            citation: citation.to_owned(),
        };
        as_caller(agency, request)
    };
    let refused = town.client.override_demand(wanted("", AGENCY)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let refused = town.client.override_demand(wanted("城乡规划法 art. 38", "agency:COM/d")).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    let refused = town.client.override_demand(wanted("城乡规划法 art. 38", ENTERPRISE)).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
    let done = town.client.override_demand(wanted("城乡规划法 art. 38", AGENCY)).await.unwrap();
    let recorded = done.into_inner().r#override.unwrap().demand.unwrap();
    assert_eq!((recorded.material.as_str(), recorded.version), (KEY, 1));
    shelf.fresh(BTreeMap::new()).await;
    assert!(shelf.of("yamato").unwrap().holdings.protection(&demand).is_none());
    let listed = |agency: &str| {
        let request = pb::ListOverridesRequest {
            parent: "projects/-".to_owned(),
            agency: agency.to_owned(),
            min_position: Vec::new(),
        };
        as_caller(AGENCY, request)
    };
    let of_nr = town.client.list_overrides(listed("NR")).await.unwrap().into_inner();
    let of_hc = town.client.list_overrides(listed("HC")).await.unwrap().into_inner();
    assert_eq!((of_nr.overrides.len(), of_hc.overrides.len()), (1, 0));
}
