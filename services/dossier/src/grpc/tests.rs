//! The dossier over the wire: uploads, downloads, demands and certificates as callers meet them.

mod demands;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use desk::holdings::Shelf;
use proto::dossier::v1::{
    dossier_service_client::DossierServiceClient, dossier_service_server::DossierServiceServer,
};
use tokio::net::TcpListener;
use tonic::{Code, service::Routes, transport::Channel};
use tonic_types::StatusExt;

use super::*;
use crate::{
    react::tests::{City, NUMBER, accepted, granted, revoked},
    scan::{Scanner, Verdict},
    store::digest_of,
};

const PROJECT: &str = "projects/yamato";
const ENTERPRISE: &str = "enterprise:yamato";
const AGENCY: &str = "agency:NR/desk-1";
const KEY: &str = "planning_conditions";

#[tokio::test]
async fn what_is_uploaded_is_there_once_under_its_hash_and_comes_back_byte_for_byte() {
    let mut town = Town::open().await;
    let bytes = pdf(300_000);
    let filed = town.upload(ENTERPRISE, upload("k1", &bytes)).await.unwrap();
    let version = filed.version.unwrap();
    assert_eq!(version.name, format!("{PROJECT}/materials/{KEY}/versions/1"));
    assert_eq!(version.sha256, digest_of(&bytes).sha256);
    assert_eq!(version.state(), pb::VersionState::Current);
    assert!(filed.position.starts_with("dossier:"));
    // Repeated, it is the same answer; under another key, the same version.
    let again = town.upload(ENTERPRISE, upload("k1", &bytes)).await.unwrap();
    assert_eq!(again.position, filed.position);
    let other_key = town.upload(ENTERPRISE, upload("k2", &bytes)).await.unwrap();
    assert_eq!(other_key.version.unwrap().version, 1);
    // The same key for other bytes is refused.
    let refused = town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    let (described, back) = town.download(ENTERPRISE, &version.name).await.unwrap();
    assert_eq!(back, bytes);
    assert_eq!(
        described.content_disposition,
        "attachment; filename=\"material\"; filename*=UTF-8''%E8%A7%84%E5%88%92%20%E6%9D%A1%E4%BB%B6.pdf"
    );
}

#[tokio::test]
async fn everything_that_the_sender_says_of_a_file_must_be_true_of_it() {
    let mut town = Town::open().await;
    let bytes = pdf(100);
    let lies: [(&str, Lie); 9] = [
        ("size", |d| d.size = 99),
        ("size", |d| d.size = 104_857_601),
        ("sha256", |d| d.sha256 = "a".repeat(64)),
        ("media_type", |d| d.media_type = "image/png".to_owned()),
        ("file_name", |d| d.file_name = "conditions.pdf.exe".to_owned()),
        ("file_name", |d| d.file_name = "../conditions.pdf".to_owned()),
        ("file_name", |d| d.file_name = "snoitidnoc\u{202E}fdp.pdf".to_owned()),
        ("key", |d| d.key = "patents".to_owned()),
        ("valid_until", |d| {
            d.valid_from = "2022-05-06".to_owned();
            d.valid_until = "2022-05-05".to_owned();
        }),
    ];
    for (field, lie) in lies {
        let mut wanted = upload("k1", &bytes);
        if let Some(Part::Description(described)) = &mut wanted[0].kind {
            lie(described);
        }
        let refused = town.upload(ENTERPRISE, wanted).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}: {refused}");
        let violations = refused.get_details_bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, field, "{violations:?}");
    }
    let refused = town.upload(ENTERPRISE, upload("k1", b"<html>")).await.unwrap_err();
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "content");
    let no_description = upload("k1", &bytes).split_off(1);
    let refused = town.upload(ENTERPRISE, no_description).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(town.upload(ENTERPRISE, upload("k1", &bytes)).await.is_ok(), "nothing was spent");
}

#[tokio::test]
async fn an_enterprise_learns_nothing_of_another_s_project() {
    let mut town = Town::open().await;
    let filed = town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let name = filed.version.unwrap().name;
    let mut nowhere = upload("k2", &pdf(10));
    if let Some(Part::Description(described)) = &mut nowhere[0].kind {
        described.parent = "projects/nowhere".to_owned();
    }
    let unknown = town.upload(ENTERPRISE, nowhere).await.unwrap_err();
    let foreign = town.upload("enterprise:other", upload("k2", &pdf(10))).await.unwrap_err();
    assert_eq!(foreign.code(), Code::NotFound);
    assert_eq!(foreign.message(), unknown.message());
    let foreign = town.download("enterprise:other", &name).await.unwrap_err();
    assert_eq!((foreign.code(), foreign.message()), (Code::NotFound, unknown.message()));
    assert!(town.download(AGENCY, &name).await.is_ok());
}

#[tokio::test]
async fn nothing_is_served_that_no_scanner_called_clean() {
    let mut town = Town::open().await;
    town.scanner.says(Verdict::Unknown { why: "down".to_owned() });
    let filed = town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let version = filed.version.unwrap();
    assert_eq!(version.state(), pb::VersionState::BeingChecked);
    let refused = town.download(ENTERPRISE, &version.name).await.unwrap_err();
    assert_eq!(reason(&refused), "BEING_CHECKED");
    town.dossiers.scan_pending().await;
    assert_eq!(town.state(KEY).await, [pb::VersionState::BeingChecked], "still down");
    town.scanner.says(Verdict::Clean);
    town.dossiers.scan_pending().await;
    assert_eq!(town.state(KEY).await, [pb::VersionState::Current]);
    assert!(town.download(ENTERPRISE, &version.name).await.is_ok());
    // A later version that is malicious takes no place.
    town.scanner.says(Verdict::Malicious { finding: "Eicar-Signature".to_owned() });
    let filed = town.upload(ENTERPRISE, upload("k2", &pdf(20))).await.unwrap();
    let bad = filed.version.unwrap();
    assert_eq!(
        (bad.state(), bad.reason.as_str()),
        (pb::VersionState::Quarantined, "Eicar-Signature")
    );
    let refused = town.download(ENTERPRISE, &bad.name).await.unwrap_err();
    assert_eq!(reason(&refused), "QUARANTINED");
    let states = [pb::VersionState::Current, pb::VersionState::Quarantined];
    assert_eq!(town.state(KEY).await, states);
}

#[tokio::test]
async fn damaged_bytes_are_never_served() {
    let mut town = Town::open().await;
    let filed = town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let version = filed.version.unwrap();
    let path = town.dossiers.store.path("yamato", &version.sha256).unwrap();
    std::fs::write(&path, pdf(11)).unwrap();
    let lost = town.download(ENTERPRISE, &version.name).await.unwrap_err();
    assert_eq!(lost.code(), Code::DataLoss);
    std::fs::remove_file(&path).unwrap();
    let lost = town.download(ENTERPRISE, &version.name).await.unwrap_err();
    assert_eq!(lost.code(), Code::DataLoss);
}

#[tokio::test]
async fn after_a_kill_between_rename_and_event_the_orphan_is_swept_and_what_is_named_stays() {
    let mut town = Town::open().await;
    let filed = town.upload(ENTERPRISE, upload("k1", &pdf(10))).await.unwrap();
    let named = filed.version.unwrap();
    // As far as an upload gets before its event.
    let orphan = town.dossiers.store.put("yamato", &pdf(99), town.city.time.now()).unwrap();
    assert_eq!(town.dossiers.sweep().await.unwrap(), 0);
    town.city.time.advance_to("2022-04-07".parse().unwrap()).unwrap();
    assert_eq!(town.dossiers.sweep().await.unwrap(), 0, "not before the day is over");
    town.city.time.advance_to("2022-04-08".parse().unwrap()).unwrap();
    assert_eq!(town.dossiers.sweep().await.unwrap(), 1);
    assert!(town.dossiers.store.read("yamato", &orphan).is_err());
    assert!(town.download(ENTERPRISE, &named.name).await.is_ok());
}

#[tokio::test]
async fn an_upload_that_is_cut_leaves_nothing() {
    let mut town = Town::open().await;
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let stream = tokio_stream::wrappers::ReceiverStream::new(receive);
    let mut client = town.client.clone();
    let call =
        tokio::spawn(async move { client.upload_material(as_caller(ENTERPRISE, stream)).await });
    for part in upload("k1", &pdf(300_000)).into_iter().take(2) {
        send.send(part).await.unwrap();
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    drop(send);
    assert!(town.client.get_material(as_caller(ENTERPRISE, get())).await.is_err());
    let blobs = town.city.directory.path().join("files/blobs");
    assert_eq!(std::fs::read_dir(blobs).unwrap().count(), 0);
}

#[tokio::test]
async fn no_more_bytes_are_taken_than_were_said_or_than_there_is_room_for() {
    let mut town = Town::open().await;
    let mut parts = upload("k1", &pdf(300_000));
    if let Some(Part::Description(described)) = &mut parts[0].kind {
        described.size = 250_000;
    }
    let refused = town.upload(ENTERPRISE, parts).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let rule = &refused.get_details_bad_request().unwrap().field_violations[0];
    assert_eq!(
        (rule.field.as_str(), rule.description.as_str()),
        ("size", "250000 bytes were said, more came")
    );
    // A project with room for 200,000 bytes takes no more, whether or not the size is said.
    let (_log, dossiers, ears) = town.city.small(200_000).await;
    let grpc = Grpc::new(dossiers, ears);
    let mut client = serve(grpc).await;
    let stream = tokio_stream::iter(upload("k2", &pdf(300_000)));
    let refused = client.upload_material(as_caller(ENTERPRISE, stream)).await.unwrap_err();
    let rule = &refused.get_details_bad_request().unwrap().field_violations[0];
    assert_eq!(rule.description, "has at most 200000 bytes");
    let stream = tokio_stream::iter(upload("k3", &pdf(100_000)));
    assert!(client.upload_material(as_caller(ENTERPRISE, stream)).await.is_ok());
    let files = town.city.directory.path().join("small");
    assert_eq!(std::fs::read_dir(files.join("arriving")).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(files.join("blobs/yamato")).unwrap().count(), 1);
}

#[tokio::test]
async fn anybody_can_check_a_certificate_by_its_number_and_its_hash() {
    let mut town = Town::open().await;
    let hash = "c".repeat(64);
    let received = town.city.received("2022-04-06", "S2-05", &[]);
    let steps = [received, accepted("2022-04-06"), granted("2022-04-06", None, &[])];
    town.city.planning_does("S2-05-1", &steps, Some(&hash)).await;
    use pb::CertificateStatus::{Ended, Unknown, Valid};
    for (number, sha256, status) in [
        (NUMBER, "", Valid),
        ("", hash.as_str(), Valid),
        (NUMBER, hash.as_str(), Valid),
        (NUMBER, &"d".repeat(64), Unknown),
        ("地字第210213202200002号", &hash, Unknown),
    ] {
        assert_eq!(town.verify(number, sha256).await.status(), status, "{number} {sha256}");
    }
    town.city.planning_does("S2-05-1", &[revoked("2022-04-06")], None).await;
    let answer = town.verify(NUMBER, "").await;
    assert_eq!((answer.status(), answer.ending()), (Ended, pb::CertificateEnding::Revoked));
    let nothing = pb::VerifyCertificateRequest::default();
    let refused = town.client.verify_certificate(nothing).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_replaced_material_is_told_to_the_agencies_that_rest_on_it() {
    let mut town = Town::open().await;
    let old = pdf(10);
    town.upload(ENTERPRISE, upload("k1", &old)).await.unwrap();
    let sha256 = digest_of(&old).sha256;
    let mut received = town.city.received("2022-04-06", "S2-05", &[(KEY, "a")]);
    if let rulebook::matter::Event::Received { materials, .. } = &mut received {
        materials[0].sha256 = Some(sha256);
    }
    town.city.planning_does("S2-05-1", &[received], None).await;
    assert_eq!(town.stale("").await, Vec::<String>::new());
    town.upload(ENTERPRISE, upload("k2", &pdf(20))).await.unwrap();
    let versions = format!("{PROJECT}/materials/{KEY}/versions");
    assert_eq!(town.stale("").await, [format!("NR: {versions}/1 -> {versions}/2 superseded")]);
    assert_eq!(town.stale("HC").await, Vec::<String>::new());
}

#[tokio::test]
async fn lists_go_on_where_the_last_page_ended() {
    let mut town = Town::open().await;
    for (n, key) in ["design_scheme", "form_p1", KEY].into_iter().enumerate() {
        let mut wanted = upload(&format!("k{n}"), &pdf(n));
        if let Some(Part::Description(described)) = &mut wanted[0].kind {
            key.clone_into(&mut described.key);
        }
        town.upload(ENTERPRISE, wanted).await.unwrap();
    }
    let mut keys = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListMaterialsRequest {
            parent: PROJECT.to_owned(),
            page_size: 2,
            page_token,
            min_position: Vec::new(),
        };
        let page = town.client.list_materials(as_caller(AGENCY, request)).await.unwrap();
        let page = page.into_inner();
        assert!(page.materials.iter().all(|material| material.held));
        keys.push(page.materials.into_iter().map(|material| material.key).collect::<Vec<_>>());
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(keys, [vec!["design_scheme", "form_p1"], vec![KEY]]);
}

use pb::upload_material_request::Kind as Part;

/// Something untrue about a file.
type Lie = fn(&mut pb::UploadDescription);

/// A scanner that says what it is told.
struct Puppet(Mutex<Verdict>);

impl Puppet {
    fn says(&self, verdict: Verdict) {
        *self.0.lock().unwrap() = verdict;
    }
}

#[async_trait]
impl Scanner for Puppet {
    fn name(&self) -> &str {
        "puppet"
    }

    async fn scan(&self, file: &std::path::Path) -> Verdict {
        assert!(file.exists(), "the scanner is shown what is kept");
        self.0.lock().unwrap().clone()
    }
}

struct Town {
    city: City,
    dossiers: Dossiers,
    scanner: Arc<Puppet>,
    client: DossierServiceClient<Channel>,
}

impl Town {
    /// A registered project, and the dossier served on a port of its own.
    async fn open() -> Self {
        let city = City::new("2022-04-06").await;
        city.registers("2022-04-06").await;
        let scanner = Arc::new(Puppet(Mutex::new(Verdict::Clean)));
        let (dossiers, ears) = city.open(scanner.clone()).await;
        let client = serve(Grpc::new(dossiers.clone(), ears)).await;
        Self { city, dossiers, scanner, client }
    }

    async fn upload(
        &mut self,
        who: &str,
        parts: Vec<pb::UploadMaterialRequest>,
    ) -> Result<pb::UploadMaterialResponse, Status> {
        let stream = tokio_stream::iter(parts);
        Ok(self.client.upload_material(as_caller(who, stream)).await?.into_inner())
    }

    async fn download(
        &mut self,
        who: &str,
        name: &str,
    ) -> Result<(pb::DownloadDescription, Vec<u8>), Status> {
        use pb::download_material_response::Kind;
        let request =
            pb::DownloadMaterialRequest { name: name.to_owned(), min_position: Vec::new() };
        let mut stream = self.client.download_material(as_caller(who, request)).await?.into_inner();
        let Some(Kind::Description(described)) = stream.message().await?.unwrap().kind else {
            panic!("the description comes first")
        };
        let mut bytes = Vec::new();
        while let Some(part) = stream.message().await? {
            let Some(Kind::Chunk(chunk)) = part.kind else { panic!("the description comes once") };
            bytes.extend(chunk);
        }
        Ok((described, bytes))
    }

    async fn state(&mut self, key: &str) -> Vec<pb::VersionState> {
        let name = format!("{PROJECT}/materials/{key}");
        let request = pb::GetMaterialRequest { name, min_position: Vec::new() };
        let material = self.client.get_material(as_caller(AGENCY, request)).await.unwrap();
        let versions = material.into_inner().material.unwrap().versions;
        versions.iter().map(|version| version.state()).collect()
    }

    async fn verify(&mut self, number: &str, sha256: &str) -> pb::VerifyCertificateResponse {
        // Without metadata: anybody may ask.
        let request = pb::VerifyCertificateRequest {
            number: number.to_owned(),
            sha256: sha256.to_owned(),
            licence_id: String::new(),
        };
        self.client.verify_certificate(request).await.unwrap().into_inner()
    }

    async fn stale(&mut self, agency: &str) -> Vec<String> {
        let request = pb::ListStaleRequest {
            parent: PROJECT.to_owned(),
            agency: agency.to_owned(),
            min_position: Vec::new(),
        };
        let stale = self.client.list_stale(as_caller(AGENCY, request)).await.unwrap().into_inner();
        let told = stale.stale.into_iter();
        told.map(|one| {
            format!("{}: {} -> {} {}", one.agency, one.rests_on, one.in_force, one.reason)
        })
        .collect()
    }
}

async fn serve(grpc: Grpc) -> DossierServiceClient<Channel> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Routes::new(DossierServiceServer::new(grpc));
    tokio::spawn(async move {
        let health = host::health::Health::default();
        host::serve::serve(listener, routes, &health, std::future::pending()).await
    });
    DossierServiceClient::connect(format!("http://{address}")).await.unwrap()
}

fn as_caller<T>(who: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(desk::caller::PRINCIPAL, who.parse().unwrap());
    request
}

fn get() -> pb::GetMaterialRequest {
    let name = format!("{PROJECT}/materials/{KEY}");
    pb::GetMaterialRequest { name, min_position: Vec::new() }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap().reason
}

/// A PDF with so many bytes of nothing in it.
fn pdf(filling: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(bytes.len() + filling, b'x');
    bytes.extend(b"\nstartxref\n9\n%%EOF\n");
    bytes
}

fn upload(key: &str, bytes: &[u8]) -> Vec<pb::UploadMaterialRequest> {
    let described = pb::UploadDescription {
        request_id: format!("{key}-{}", "x".repeat(16)),
        parent: PROJECT.to_owned(),
        key: KEY.to_owned(),
        file_name: "规划 条件.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        ..Default::default()
    };
    let described = pb::UploadMaterialRequest { kind: Some(Part::Description(described)) };
    let chunks = bytes
        .chunks(100_000)
        .map(|chunk| pb::UploadMaterialRequest { kind: Some(Part::Chunk(chunk.to_vec())) });
    std::iter::once(described).chain(chunks).collect()
}
