//! What a complaint confides is in no log in the clear, reaches who may read it, and can be made unreadable.

use super::{
    reactions::{NAME, World, from},
    story::*,
};
use crate::grpc::complaint::subject;
use eventlog::testing::Server;
use proto::aftercare::v1::{
    self as pb, aftercare_service_server::AftercareService, handle_complaint_request::Step,
};
use tonic::Code;

const SECRET: &str = "热处理工艺参数";
const COM: &str = "agency:COM/desk-1";
const EE: &str = "agency:EE/desk-1";

fn filing(id: &str, secret: &str) -> pb::HandleComplaintRequest {
    let filed = pb::ComplaintFiled {
        respondents: vec![text("EE")],
        subject: text("一年内重复检查"),
        // Nobody but the platform seals.
        sealed: b"not sealed at all".to_vec(),
        ..Default::default()
    };
    pb::HandleComplaintRequest {
        request_id: format!("call-000000000000000{id}"),
        name: text(NAME),
        occurred_on: String::new(),
        step: Some(Step::Filed(filed)),
        secret: text(secret),
    }
}

impl World {
    async fn complaint(&self, principal: &str) -> pb::Complaint {
        let list = pb::ListComplaintsRequest { name: text(NAME), min_position: Vec::new() };
        let list = self.service.list_complaints(from(principal, list)).await.unwrap();
        list.into_inner().complaints.remove(0)
    }

    /// Everything that the log holds of its events and of the answers it keeps.
    async fn stored(&self) -> Vec<u8> {
        let mut stored = Vec::new();
        for event in self.log.read(0, 100).await.unwrap() {
            stored.extend(event.payload);
            let known = self.log.find(&event.principal, &event.key).await.unwrap();
            stored.extend(known.unwrap().answer.answer);
        }
        stored
    }
}

fn stands(stored: &[u8], text: &str) -> bool {
    stored.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_secret_is_sealed_read_by_who_may_and_shredded_on_both_databases() {
    let server = Server::shared().await.unwrap_or_else(|error| panic!("{error}"));
    for store in [None, Some(server.store().await.unwrap())] {
        let world = World::with(store).await;
        let first = world.service.handle_complaint(from(YAMATO, filing("1", SECRET))).await;
        let first = first.unwrap().into_inner();
        assert_eq!(
            first.complaint.clone().unwrap().secret,
            SECRET,
            "the complainant reads its own"
        );
        let again = world.service.handle_complaint(from(YAMATO, filing("1", SECRET))).await;
        assert_eq!(again.unwrap().into_inner(), first, "the same request, the same answer");
        let other = world.service.handle_complaint(from(YAMATO, filing("1", "别的"))).await;
        assert_eq!(other.unwrap_err().code(), Code::AlreadyExists, "another request");
        let stored = world.stored().await;
        assert!(stands(&stored, "一年内重复检查"), "the search finds what is there");
        assert!(!stands(&stored, SECRET) && !stands(&stored, "not sealed at all"));

        assert_eq!(world.complaint(COM).await.secret, SECRET);
        let seen = world.complaint(EE).await;
        assert!(seen.withheld && seen.secret.is_empty() && !seen.shredded);
        assert!(seen.filed.unwrap().sealed.is_empty());

        let vault = world.log.vault();
        assert!(vault.destroy(&subject("yamato", YAMATO)).await.unwrap());
        for reader in [YAMATO, COM] {
            let seen = world.complaint(reader).await;
            assert!(seen.shredded && seen.secret.is_empty() && !seen.withheld);
        }
        let head = world.log.head().await.unwrap();
        assert_eq!(world.log.verify(Some(head)).await.unwrap().head, head);
    }
}

#[tokio::test]
async fn a_secret_belongs_to_a_complaint_that_is_filed_by_the_enterprise_itself() {
    let world = World::open().await;
    let accepted = Step::Accepted(pb::ComplaintAccepted { number: 1, notice: text("受-1") });
    let with = pb::HandleComplaintRequest { step: Some(accepted), ..filing("1", SECRET) };
    let refused = world.service.handle_complaint(from(COM, with)).await.unwrap_err();
    assert!(refused.message().starts_with("secret: "), "{refused}");
    for (principal, code) in [
        ("enterprise:hanseong/filing", Code::NotFound),
        ("secretary:s-0099", Code::NotFound),
        ("secretary:s-0012", Code::PermissionDenied),
        (COM, Code::PermissionDenied),
    ] {
        let refused = world.service.handle_complaint(from(principal, filing("2", SECRET))).await;
        assert_eq!(refused.unwrap_err().code(), code, "{principal}");
    }
    let long = filing("3", &"密".repeat(10_000));
    let refused = world.service.handle_complaint(from(YAMATO, long)).await.unwrap_err();
    assert!(refused.message().starts_with("secret: "), "{refused}");
}
