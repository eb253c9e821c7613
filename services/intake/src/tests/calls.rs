//! Idempotency, duplicates, codes, and one case through both services.

use proto::matter::v1::matter_service_server::MatterService as _;

use super::*;

#[tokio::test]
async fn the_same_request_has_the_same_answer_for_ever_and_writes_once() {
    let office = Office::open("2021-03-01").await;
    let first = office.registers(registration("kazahaya")).await.unwrap();
    let position = office.log.head().await.unwrap().position;
    // Meanwhile another that looks alike is registered, so that anew it would be refused.
    let mut second = registration("kazahaya-2");
    second.not_duplicate_of = vec!["projects/kazahaya".to_owned()];
    second.not_duplicate_reason = "二期，独立立项".to_owned();
    office.on("2021-03-02").registers(second).await.unwrap();

    let office = office.again("2021-04-01").await;
    let again = office.registers(registration("kazahaya")).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(office.log.head().await.unwrap().position, 2 * position);

    let mut other = registration("kazahaya");
    other.facts.as_mut().unwrap().scope = "另一范围".to_owned();
    let status = office.registers(other).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::AlreadyExists, "REQUEST_ID_REUSED".into()));
}

#[tokio::test]
async fn an_id_that_is_not_wanted_is_derived_from_the_request() {
    let office = Office::open("2021-03-01").await;
    let mut request = registration("");
    request.request_id = "0123456789abcdef".to_owned();
    let first = office.registers(request.clone()).await.unwrap();
    let again = office.registers(request.clone()).await.unwrap();
    assert_eq!(first.name, again.name);
    assert_eq!(office.shows(first.name.strip_prefix("projects/").unwrap()).await.unwrap(), first);
    request.request_id = "0123456789abcdeg".to_owned();
    assert_eq!(reason(&office.registers(request).await.unwrap_err()), "POSSIBLE_DUPLICATE");
}

#[tokio::test]
async fn a_possible_duplicate_is_told_with_its_candidates() {
    let office = Office::open("2024-07-29").await;
    office.registers(registration("phase-one")).await.unwrap();
    let status = office.registers(registration("phase-two")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "POSSIBLE_DUPLICATE");
    assert_eq!(info.metadata["candidates"], "projects/phase-one");
    assert!(info.metadata.contains_key("article"));
    assert!(details.localized_message().is_some_and(|text| text.locale == "zh-CN"));

    // The refusal wrote nothing, so the same id may be used for the declared request.
    let mut declared = registration("phase-two");
    declared.request_id = key("declared", "phase-two");
    declared.not_duplicate_of = vec!["projects/phase-one".to_owned()];
    declared.not_duplicate_reason = "二期，独立立项".to_owned();
    office.registers(declared).await.unwrap();
    let mut taken = unlike("phase-two");
    taken.request_id = key("taken", "phase-two");
    let status = office.registers(taken).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::AlreadyExists, "EXISTS".into()));
}

#[tokio::test]
async fn of_many_alike_at_once_one_is_registered() {
    let office = Office::open("2024-07-29").await;
    let tries = (0..8).map(|n| {
        let intake = office.intake.clone();
        let request = by("enterprise:shiomine/filing", registration(&format!("alike-{n}")));
        tokio::spawn(async move { intake.register_project(request).await })
    });
    let (mut registered, mut refused) = (0, 0);
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(_) => registered += 1,
            Err(status) if reason(&status) == "POSSIBLE_DUPLICATE" => refused += 1,
            Err(status) => panic!("{status:?}"),
        }
    }
    assert_eq!((registered, refused), (1, 7));
}

#[tokio::test]
async fn a_code_belongs_to_one_project() {
    let office = Office::open("2021-03-05").await;
    for project in ["first", "second"] {
        office.registers(unlike(project)).await.unwrap();
        office.screens(project).await;
    }
    let code = "2103-210213-04-01-100016";
    let given = rulebook::identifiers::project_code::check(code);
    assert!(given.result.is_valid(), "{given:?}");
    assert_eq!(office.codes("first", &format!(" {code} ")).await.unwrap(), code);
    let status = office.codes("second", code).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    assert!(status.message().contains("projects/first"), "{status:?}");
    assert_eq!(office.shows("second").await.unwrap().project_code, "");
    assert_eq!(office.codes("first", &format!(" {code} ")).await.unwrap(), code, "once more");
}

#[tokio::test]
async fn a_code_that_is_made_moves_on_when_it_is_taken() {
    let alone = Office::open("2021-03-05").await;
    alone.registers(unlike("wanting")).await.unwrap();
    alone.screens("wanting").await;
    let wanted = alone.codes("wanting", "").await.unwrap();

    let office = Office::open("2021-03-05").await;
    for project in ["holding", "wanting"] {
        office.registers(unlike(project)).await.unwrap();
        office.screens(project).await;
    }
    office.codes("holding", &wanted).await.unwrap();
    let made = office.codes("wanting", "").await.unwrap();
    assert_ne!(made, wanted);
    let serial = |code: &str| code.rsplit('-').next().unwrap()[..5].parse::<u32>().unwrap();
    assert_eq!(serial(&made), (serial(&wanted) + 1) % 100_000);
    assert_eq!(office.codes("wanting", "").await.unwrap(), made);
}

#[tokio::test]
async fn a_project_shows_the_same_after_the_service_was_opened_again() {
    let office = Office::open("2021-03-05").await;
    office.registers(registration("reopened")).await.unwrap();
    office.screens("reopened").await;
    office.codes("reopened", "").await.unwrap();
    let before = office.shows("reopened").await.unwrap();
    let office = office.again("2021-03-05").await;
    assert_eq!(office.shows("reopened").await.unwrap(), before);
    assert_eq!(office.shows("unknown").await.unwrap_err().code(), Code::NotFound);
    office.log.verify(None).await.unwrap();
}

#[tokio::test]
async fn a_read_is_never_older_than_the_position_it_names() {
    let office = Office::open("2021-03-05").await;
    let request = by("enterprise:shiomine/filing", registration("position"));
    let position = office.intake.register_project(request).await.unwrap().into_inner().position;
    let read = |position: &str| {
        let name = "projects/position".to_owned();
        let message = pb::GetProjectRequest { name, min_position: vec![position.to_owned()] };
        office.intake.get_project(Request::new(message))
    };
    assert_eq!(read(&position).await.unwrap().into_inner().position, position);
    assert_eq!(read("intake:9").await.unwrap_err().code(), Code::InvalidArgument);
    let [log, epoch, number] = position.split(':').collect::<Vec<_>>()[..] else {
        panic!("{position}")
    };
    let other = format!("{log}:{}:{number}", epoch.parse::<u32>().unwrap() + 1);
    assert_eq!(reason(&read(&other).await.unwrap_err()), "OTHER_EPOCH");
}

#[tokio::test]
async fn a_filing_goes_through_the_one_desk() {
    let office = Office::open("2021-03-05").await;
    office.registers(registration("desk")).await.unwrap();
    office.screens("desk").await;
    office.codes("desk", "").await.unwrap();
    let material = |key: &str| mpb::Material { key: key.to_owned(), ..Default::default() };
    let file = mpb::FileMattersRequest {
        request_id: key("file", "desk"),
        parent: "projects/desk".to_owned(),
        occurred_on: String::new(),
        applications: vec![mpb::Application {
            item: "S1-08".to_owned(),
            track: mpb::Track::Ordinary.into(),
            materials: vec![material("enterprise_data"), material("project_data")],
            commitment: None,
        }],
        min_position: Vec::new(),
    };
    let filed = office.desk.file_matters(by("enterprise:shiomine/filing", file)).await.unwrap();
    assert_eq!(filed.into_inner().matters[0].name, "projects/desk/matters/S1-08-1");
    let accept = mpb::AcceptMatterRequest {
        request_id: key("accept", "desk"),
        name: "projects/desk/matters/S1-08-1".to_owned(),
        ..Default::default()
    };
    let foreign = office.desk.accept_matter(by("agency:NR/desk-1", accept.clone())).await;
    assert_eq!(foreign.unwrap_err().code(), Code::PermissionDenied);
    let accepted = office.desk.accept_matter(by("agency:DRC/filing", accept)).await.unwrap();
    let matter = accepted.into_inner().matter.unwrap();
    assert_eq!(matter.state(), mpb::State::UnderReview);
    assert_eq!(matter.accepted_on, "2021-03-05");
}
