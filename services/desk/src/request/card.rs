//! Requests about cards of electronic supervision.

use proto::matter::v1 as pb;
use rulebook::matter::{Act, Verdict};

use super::{Head, ToAct};
use crate::fields::Fields;

impl ToAct for pb::ContestCardRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        let card = fields.required_short("card", &self.card);
        let reason = fields.required_long("reason", &self.reason);
        // Who says so is who calls; the desk fills it in.
        Some(Act::ContestCard { card, reason, by: String::new() })
    }
}

impl ToAct for pb::AnnulCardRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(ruling(fields, Verdict::Annulled, [&self.card, &self.reason, &self.document]))
    }
}

impl ToAct for pb::UpholdCardRequest {
    fn head(&self) -> Head<'_> {
        Head::of(&self.request_id, &self.name, &self.occurred_on, &self.unchanged_since)
    }

    fn act(&self, fields: &mut Fields) -> Option<Act> {
        Some(ruling(fields, Verdict::Upheld, [&self.card, &self.reason, &self.document]))
    }
}

fn ruling(fields: &mut Fields, verdict: Verdict, [card, reason, document]: [&String; 3]) -> Act {
    let card = fields.required_short("card", card);
    let reason = fields.required_long("reason", reason);
    let document = fields.required_short("document", document);
    Act::RuleOnCard { card, verdict, reason, document, by: String::new() }
}
