//! Requests after the decision: the check of a commitment, and how a permit ends.

use proto::matter::v1 as pb;
use rulebook::matter::Act;

use super::{Head, ToAct, keys};
use crate::{fields::Fields, wire};

impl ToAct for pb::CheckCommitmentRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let findings = match self.result() {
            pb::CheckResult::False => fields.required_texts("findings", &self.findings),
            pb::CheckResult::Kept | pb::CheckResult::Unspecified => Vec::new(),
        };
        let check = fields.word("result", wire::check(self.result(), &findings));
        let document = fields.short("document", &self.document);
        let materials = keys(fields, "materials", &self.materials);
        if !materials.is_empty() && self.result() != pb::CheckResult::False {
            fields.wrong("materials", "goes with CHECK_RESULT_FALSE only");
        }
        Some(Act::CheckCommitment { check: check?, document, materials })
    }
}

impl ToAct for pb::RecordRectificationRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let evidence = fields.required_long("evidence", &self.evidence);
        Some(Act::RecordRectification { evidence })
    }
}

impl ToAct for pb::ShowConditionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let number = numbered(fields, self.number);
        let evidence = fields.required_long("evidence", &self.evidence);
        Some(Act::ShowCondition { number, evidence })
    }
}

impl ToAct for pb::CheckConditionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let number = numbered(fields, self.number);
        let findings = fields.required_long("findings", &self.findings);
        Some(Act::CheckCondition { number, met: self.met, findings })
    }
}

/// The number of a condition.
fn numbered(fields: &mut Fields, number: u32) -> u32 {
    if number == 0 {
        fields.wrong("number", "is the number of a condition, from 1");
    }
    number
}

impl ToAct for pb::WithdrawPermitRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let ground = fields.word("ground", wire::withdrawal_ground(self.ground()));
        let public_interest = fields.required_long("public_interest", &self.public_interest);
        let compensation = fields.required_long("compensation", &self.compensation);
        let document = fields.short("document", &self.document);
        Some(Act::WithdrawPermit { ground: ground?, public_interest, compensation, document })
    }
}

impl ToAct for pb::RevokePermitRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let ground = fields.word("ground", wire::revocation_ground(self.ground()));
        let reason = fields.required_long("reason", &self.reason);
        let document = fields.short("document", &self.document);
        Some(Act::RevokePermit { ground: ground?, reason, document })
    }
}

impl ToAct for pb::RevokePermitAsPenaltyRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let violated = fields.required_short("violated", &self.violated);
        let penalty_basis = fields.required_short("penalty_basis", &self.penalty_basis);
        let document = fields.required_short("document", &self.document);
        Some(Act::RevokePermitAsPenalty { violated, penalty_basis, document })
    }
}

impl ToAct for pb::DeregisterPermitRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let ground = fields.word("ground", wire::deregistration_ground(self.ground()));
        let reason = fields.required_long("reason", &self.reason);
        Some(Act::DeregisterPermit { ground: ground?, reason })
    }
}
