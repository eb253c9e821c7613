//! Requests from receipt to acceptance, and the applicant's way out.

use proto::matter::v1 as pb;
use rulebook::matter::{Act, Defect};

use super::{Head, ToAct, commitment, keys, materials};
use crate::{
    fields::{Fields, MAX_ENTRIES},
    wire,
};

impl ToAct for pb::AcceptMatterRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(Act::Accept { document: fields.short("document", &self.document) })
    }
}

impl ToAct for pb::TolerateMissingRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.some("owed", self.owed.len());
        let owed = keys(fields, "owed", &self.owed);
        let promise = fields.required_long("promise", &self.promise);
        Some(Act::TolerateMissing {
            owed,
            promise,
            document: fields.short("document", &self.document),
        })
    }
}

impl ToAct for pb::SupplyOwedRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.some("materials", self.materials.len());
        Some(Act::SupplyOwed { materials: materials(fields, "materials", &self.materials) })
    }
}

impl ToAct for pb::RefuseAcceptanceRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let right_authority = fields.short("right_authority", &self.right_authority);
        let ground = wire::not_accepted_ground(self.ground(), &right_authority);
        let ground = fields.word("ground", ground);
        let reason = fields.required_long("reason", &self.reason);
        let document = fields.short("document", &self.document);
        Some(Act::Decline { ground: ground?, reason, document })
    }
}

impl ToAct for pb::RequestCorrectionsRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.some("defects", self.defects.len());
        fields.few("defects", self.defects.len());
        let mut defects = Vec::new();
        for (i, defect) in self.defects.iter().take(MAX_ENTRIES).enumerate() {
            let material =
                fields.required_short(&format!("defects[{i}].material"), &defect.material);
            let problem = fields.required_long(&format!("defects[{i}].problem"), &defect.problem);
            defects.push(Defect { material, problem });
        }
        Some(Act::RequestCorrections { defects, notice: fields.short("notice", &self.notice) })
    }
}

impl ToAct for pb::SupplyCorrectionsRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.some("materials", self.materials.len());
        Some(Act::SupplyCorrections { materials: materials(fields, "materials", &self.materials) })
    }
}

impl ToAct for pb::RecordCommitmentRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let stored = pb::CommitmentRecorded {
            conditions_told: self.conditions_told.clone(),
            promises: self.promises.clone(),
            credit_check: self.credit_check.clone(),
        };
        Some(Act::RecordCommitment(commitment(fields, "", &stored)))
    }
}

impl ToAct for pb::WithdrawApplicationRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(Act::WithdrawApplication { reason: fields.long("reason", &self.reason) })
    }
}
