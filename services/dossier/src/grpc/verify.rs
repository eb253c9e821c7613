//! Whether a certificate is genuine and in force: for anybody, and no more than the certificate shows.

use desk::fields::Fields;
use jiff::civil::Date;
use proto::dossier::v1 as pb;
use rulebook::holdings::{Certificate, Holdings, MaterialId, State, Version};
use tonic::{Request, Response};

use super::{Answer, Grpc};

impl Grpc {
    pub(super) async fn verify(
        &self,
        request: Request<pb::VerifyCertificateRequest>,
    ) -> Answer<pb::VerifyCertificateResponse> {
        let message = request.into_inner();
        let mut fields = Fields::default();
        fields.short("number", &message.number);
        fields.short("licence_id", &message.licence_id);
        fields.sha256("sha256".to_owned(), &message.sha256);
        if [&message.number, &message.sha256, &message.licence_id].iter().all(|it| it.is_empty()) {
            fields.wrong("number", "or sha256 or licence_id is required");
        }
        fields.finish(())?;
        self.ears.caught_up().await;
        let on = self.dossiers.docket.bench().date;
        let found = self.dossiers.docket.read(|cases| {
            let all = cases.iter().flat_map(|(_, held)| answers(&held.case.holdings, &message, on));
            // One number may have been used twice; what is in force is what is meant.
            all.min_by_key(|answer| answer.status)
        })?;
        let unknown = || pb::VerifyCertificateResponse {
            status: pb::CertificateStatus::Unknown.into(),
            ..Default::default()
        };
        Ok(Response::new(found.unwrap_or_else(unknown)))
    }
}

fn answers(
    holdings: &Holdings,
    asked: &pb::VerifyCertificateRequest,
    on: Date,
) -> Vec<pb::VerifyCertificateResponse> {
    let versions = holdings.materials().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let certificates = versions.filter_map(|(id, version)| {
        let certificate = version.certificate.as_ref()?;
        is_meant(asked, version, certificate).then_some((id, version, certificate))
    });
    certificates
        .map(|(id, version, certificate)| answer(holdings, id, version, certificate, on))
        .collect()
}

/// Everything that was asked must be true of the one certificate.
fn is_meant(
    asked: &pb::VerifyCertificateRequest,
    version: &Version,
    certificate: &Certificate,
) -> bool {
    let licence = certificate.licence_id.as_deref().unwrap_or_default();
    (asked.number.is_empty() || asked.number == certificate.number)
        && (asked.sha256.is_empty() || asked.sha256 == version.content.sha256)
        && (asked.licence_id.is_empty() || asked.licence_id == licence)
}

fn answer(
    holdings: &Holdings,
    id: &MaterialId,
    version: &Version,
    certificate: &Certificate,
    on: Date,
) -> pb::VerifyCertificateResponse {
    let status = match holdings.state(id, version.number, on) {
        _ if version.ended.is_some() => pb::CertificateStatus::Ended,
        Some(State::Superseded) => pb::CertificateStatus::Superseded,
        Some(State::NotValid) => pb::CertificateStatus::Expired,
        Some(State::Current) => pb::CertificateStatus::Valid,
        _ => pb::CertificateStatus::Unknown,
    };
    let ending = version.ended.map(|(_, ending)| desk::holdings::ending_to_wire(ending));
    pb::VerifyCertificateResponse {
        status: status.into(),
        ending: ending.unwrap_or_default().into(),
        title: Some(proto::r#type::v1::Text {
            zh: certificate.title.zh.clone(),
            en: certificate.title.en.clone(),
        }),
        agency: certificate.agency.clone(),
        issued_on: certificate.issued_on.to_string(),
        valid_until: version.valid_until.map_or_else(String::new, |until| until.to_string()),
        sha256: version.content.sha256.clone(),
    }
}
