//! Each request as what it asks for. What cannot be read is noted, field by field, and never let through.

mod fields;

use self::fields::{applications, facts, id, materials, name, scope, track};
use crate::case::{Act, Construction, Finding, Unit};
use desk::fields::Fields;
use proto::acceptance::v1::{self as pb, record_construction_request::Happened};

/// What every request that changes something begins with.
pub(super) struct Head<'a> {
    /// Idempotency key.
    pub(super) request_id: &'a str,
    /// Name of the project or of a matter of it.
    pub(super) name: &'a str,
    /// Date in law; empty means today.
    pub(super) occurred_on: &'a str,
}

impl<'a> Head<'a> {
    fn of(request_id: &'a str, name: &'a str, occurred_on: &'a str) -> Self {
        Head { request_id, name, occurred_on }
    }
}

/// A request that changes a project.
pub(super) trait Asked: prost::Message {
    /// Its head.
    fn head(&self) -> Head<'_>;
    /// The project and what is asked; `None` where `fields` has noted why it cannot be read.
    fn read(&self, fields: &mut Fields) -> Option<(String, Act)>;
}

impl Asked for pb::DeclareUnitsRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let project = fields.project("name", &self.name);
        fields.some("units", self.units.len());
        fields.few("units", self.units.len());
        let units = self.units.iter().take(desk::fields::MAX_ENTRIES).enumerate();
        let units = units.map(|(i, declared)| {
            let at = |field: &str| format!("units[{i}].{field}");
            let unit = id(fields, &at("unit"), &declared.unit);
            let told = Unit {
                name: name(fields, &at("name"), declared.name.as_ref()),
                phase: id(fields, &at("phase"), &declared.phase),
                independent_use: declared.independent_use,
                facts: facts(fields, &at("facts"), &declared.facts),
            };
            (unit, told)
        });
        let units = units.collect();
        Some((project, Act::DeclareUnits(units)))
    }
}

impl Asked for pb::FileForScopeRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let project = fields.project("name", &self.name);
        let scope = scope(fields, self.scope.as_ref());
        let applications = applications(fields, &self.applications);
        Some((project, Act::File { scope, applications }))
    }
}

impl Asked for pb::ApplyJointAcceptanceRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let project = fields.project("name", &self.name);
        let scope = scope(fields, self.scope.as_ref());
        let materials = materials(fields, &self.materials);
        let track = fields.word("track", track(self.track()))?;
        Some((project, Act::ApplyJoint { scope, track, materials }))
    }
}

impl Asked for pb::ScheduleInspectionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name);
        let inspect_on = fields.date("inspect_on", &self.inspect_on)?;
        let name = name?;
        Some((name.project, Act::Schedule { matter: name.matter, inspect_on }))
    }
}

impl Asked for pb::RecordInspectionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name)?;
        Some((name.project, Act::Inspect { matter: name.matter }))
    }
}

impl Asked for pb::RecordResultRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name);
        let member = fields.short("member", &self.member);
        let document = fields.short("document", &self.document);
        if self.result() != pb::Result::Rectify && !self.defects.is_empty() {
            fields.wrong("defects", "are only with RECTIFY");
        }
        if self.result() != pb::Result::Rectify && !self.materials.is_empty() {
            fields.wrong("materials", "are only with RECTIFY");
        }
        fields.few("materials", self.materials.len());
        let keys = self.materials.iter().take(desk::fields::MAX_ENTRIES).enumerate();
        let demanded =
            keys.map(|(i, key)| fields.required_short(&format!("materials[{i}]"), key)).collect();
        if self.result() != pb::Result::NotApplicable && !self.reason.is_empty() {
            fields.wrong("reason", "is only with NOT_APPLICABLE");
        }
        let finding = match self.result() {
            pb::Result::Unspecified => None,
            pb::Result::Pass => Some(Finding::Pass),
            pb::Result::Rectify => {
                Some(Finding::Rectify(fields.required_texts("defects", &self.defects)))
            }
            pb::Result::NotApplicable => {
                Some(Finding::NotApplicable(fields.required_long("reason", &self.reason)))
            }
        };
        let finding = fields.word("result", finding)?;
        let name = name?;
        let (project, matter) = (name.project, name.matter);
        Some((project, Act::Examine { matter, member, finding, document, demanded }))
    }
}

impl Asked for pb::ReportRectificationRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name);
        let evidence = fields.required_long("evidence", &self.evidence);
        let materials = materials(fields, &self.materials);
        let name = name?;
        Some((name.project, Act::Report { matter: name.matter, evidence, materials }))
    }
}

impl Asked for pb::IssueOpinionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name);
        let number = fields.required_short("number", &self.number);
        let reason = fields.long("reason", &self.reason);
        let name = name?;
        Some((name.project, Act::Issue { matter: name.matter, number, reason }))
    }
}

impl Asked for pb::CorrectSurveyRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let name = fields.matter(&self.name);
        let number = fields.required_short("number", &self.number);
        let reason = fields.required_long("reason", &self.reason);
        let sha256 = fields.sha256("sha256".to_owned(), &self.sha256);
        if sha256.is_none() {
            fields.wrong("sha256", "is required");
        }
        let (name, sha256) = name.zip(sha256)?;
        Some((name.project, Act::CorrectSurvey { matter: name.matter, number, sha256, reason }))
    }
}

impl Asked for pb::RecordConstructionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let project = fields.project("name", &self.name);
        let commitments = fields.texts("commitments", &self.commitments);
        let happened = match &self.happened {
            None => None,
            Some(Happened::Started(_)) => Some(Construction::Started),
            Some(Happened::StartExtended(told)) => Some(Construction::StartExtended {
                months: told.months,
                document: fields.required_short("start_extended.document", &told.document),
                reason: fields.required_long("start_extended.reason", &told.reason),
            }),
            Some(Happened::Stopped(told)) => Some(Construction::Stopped {
                reason: fields.required_long("stopped.reason", &told.reason),
            }),
            Some(Happened::Reported(told)) => Some(Construction::Reported {
                document: fields.short("reported.document", &told.document),
            }),
            Some(Happened::Reverified(told)) => Some(Construction::Reverified {
                document: fields.required_short("reverified.document", &told.document),
            }),
            Some(Happened::Resumed(_)) => Some(Construction::Resumed),
        };
        let happened = fields.word("happened", happened)?;
        Some((project, Act::Construct { happened, commitments }))
    }
}

impl Asked for pb::RecordUseRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on)
    }

    fn read(&self, fields: &mut Fields) -> Option<(String, Act)> {
        let project = fields.project("name", &self.name);
        let scope = scope(fields, self.scope.as_ref());
        let act = match self.r#use() {
            pb::Use::Unspecified => None,
            pb::Use::OwnerAccepted => {
                let document = fields.required_short("document", &self.document);
                Some(Act::AcceptAsOwner { scope, document })
            }
            pb::Use::PutIntoUse => Some(Act::PutIntoUse(scope)),
            pb::Use::ProductionStarted => Some(Act::StartProduction(scope)),
            pb::Use::PlanningArchiveDelivered => {
                let document = fields.short("document", &self.document);
                Some(Act::DeliverPlanningArchive { scope, document })
            }
        };
        Some((project, fields.word("use", act)?))
    }
}
