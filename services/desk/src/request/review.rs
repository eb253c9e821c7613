//! Requests of the review: special procedures, extension, opinions, decision, delivery.

use proto::matter::v1 as pb;
use rulebook::matter::{Act, Certificate, Condition, Outcome};

use super::{Head, ToAct, materials, notice};
use crate::{fields::Fields, wire};

impl ToAct for pb::SuspendMatterRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let ground = fields.required_short("ground", &self.ground);
        // Whether there is a notice is a question of law, which the matter answers.
        let notice = match self.notice.as_ref().filter(|given| !given.number.is_empty()) {
            Some(given) => Some(notice(fields, "notice", given)?),
            None => None,
        };
        let expected = fields.limit("expected", self.expected.as_ref());
        let waits_for = fields.word("waits_for", wire::waits_for(self.waits_for()));
        Some(Act::Suspend { ground, notice, expected: expected?, waits_for: waits_for? })
    }
}

impl ToAct for pb::ResumeMatterRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(Act::Resume { ground: fields.required_short("ground", &self.ground) })
    }
}

impl ToAct for pb::ExtendMatterRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let by = fields.limit("by", self.by.as_ref());
        let approver = fields.required_short("approver", &self.approver);
        let approved_on = fields.date("approved_on", &self.approved_on);
        let given = self.notice.clone().unwrap_or_default();
        let notice = notice(fields, "notice", &given);
        let reason = fields.required_long("reason", &self.reason);
        Some(Act::Extend { by: by?, approver, approved_on: approved_on?, notice: notice?, reason })
    }
}

impl ToAct for pb::RequestOpinionsRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.few("opinions", self.opinions.len());
        let keys = self.opinions.iter().enumerate();
        let opinions =
            keys.map(|(i, key)| fields.required_short(&format!("opinions[{i}]"), key)).collect();
        Some(Act::RequestOpinions { opinions })
    }
}

impl ToAct for pb::GiveOpinionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let key = fields.short("opinion", &self.opinion);
        let (conditions, reason) = match self.verdict() {
            pb::Verdict::ConsentsWithConditions => {
                let texts = fields.required_texts("conditions", &self.conditions);
                (conditions(fields, texts, &self.condition_terms), String::new())
            }
            pb::Verdict::Objects => (Vec::new(), fields.required_long("reason", &self.reason)),
            pb::Verdict::Consents | pb::Verdict::Unspecified => (Vec::new(), String::new()),
        };
        let document = match self.verdict() {
            pb::Verdict::Objects => fields.required_short("document", &self.document),
            pb::Verdict::ConsentsWithConditions
            | pb::Verdict::Consents
            | pb::Verdict::Unspecified => fields.short("document", &self.document),
        };
        let opinion = wire::opinion(self.verdict(), conditions, &reason);
        Some(Act::GiveOpinion { key, opinion: fields.word("verdict", opinion)?, document })
    }
}

impl ToAct for pb::ResubmitMaterialsRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        fields.some("materials", self.materials.len());
        Some(Act::Resubmit { materials: materials(fields, "materials", &self.materials) })
    }
}

impl ToAct for pb::DecideMatterRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let outcome = match self.outcome() {
            pb::Outcome::Granted => {
                let certificate = certificate(fields, self.certificate.as_ref());
                let texts = fields.texts("conditions", &self.conditions);
                let conditions = conditions(fields, texts, &self.condition_terms);
                Some(Outcome::Granted { certificate, conditions })
            }
            pb::Outcome::Refused => Some(Outcome::Refused {
                reasons: fields.required_texts("reasons", &self.reasons),
                remedies: fields.required_texts("remedies", &self.remedies),
            }),
            pb::Outcome::Unspecified => None,
        };
        let document = fields.short("document", &self.document);
        Some(Act::Decide { outcome: fields.word("outcome", outcome)?, document })
    }
}

impl ToAct for pb::DeliverDecisionRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(Act::Deliver { method: fields.required_short("method", &self.method) })
    }
}

/// Conditions in words with what is set for some of them.
fn conditions(
    fields: &mut Fields,
    texts: Vec<String>,
    terms: &[pb::ConditionTerm],
) -> Vec<Condition> {
    fields.few("condition_terms", terms.len());
    let mut read: Vec<_> = texts.iter().map(|text| Condition::from(text.as_str())).collect();
    for (i, term) in terms.iter().take(crate::fields::MAX_ENTRIES).enumerate() {
        let at = |field: &str| format!("condition_terms[{i}].{field}");
        let due = match term.due.as_str() {
            "" => None,
            text => fields.date(&at("due"), text),
        };
        if terms.iter().take(i).any(|earlier| earlier.number == term.number) {
            fields.wrong(at("number"), "is there twice");
        }
        match wire::condition_mut(&mut read, term.number) {
            Some(condition) => (condition.due, condition.lasting) = (due, term.lasting),
            None => fields.wrong(at("number"), "is the number of one of the conditions, from 1"),
        }
    }
    read
}

fn certificate(fields: &mut Fields, given: Option<&pb::Certificate>) -> Certificate {
    let given = given.cloned().unwrap_or_default();
    let valid_until = match given.valid_until.as_str() {
        "" => None,
        text => fields.date("certificate.valid_until", text),
    };
    Certificate {
        number: fields.short("certificate.number", &given.number),
        valid_until,
        sha256: fields.sha256("certificate.sha256".to_owned(), &given.sha256),
    }
}
