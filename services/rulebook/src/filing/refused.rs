//! Why a form is not received: stable codes, articles and sentences.

use jiff::civil::Date;

use crate::catalogue::{Condition, Facts, Source, Stage, Text, Value};
use crate::matter::{MatterId, Rejection};

/// What stands in the way of one application of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which application, from 0.
    pub index: usize,
    /// Its item code as written.
    pub item: String,
    /// Why.
    pub why: Why,
}

/// Why an application is not received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The catalogue has no such item.
    UnknownItem,
    /// No edition of the item is in force on the day.
    ItemNotInForce {
        /// The day.
        on: Date,
    },
    /// The item belongs to another stage.
    OtherStage {
        /// Which.
        stage: Stage,
    },
    /// The item is on the form twice.
    ItemTwice,
    /// The project does not need the item.
    DoesNotConcern {
        /// The conditions that do not hold, e.g. `civil_building is yes (stated: no)`.
        because: Vec<String>,
    },
    /// Nobody can say before these facts are stated.
    FactsMissing {
        /// Their keys.
        facts: Vec<String>,
    },
    /// What must be in force before is not.
    PrerequisiteMissing {
        /// One code out of each group.
        missing: Vec<Vec<String>>,
        /// The item's own legal basis.
        article: String,
    },
    /// A gate is shut.
    GateShut {
        /// Id of the gate.
        gate: String,
        /// Its name.
        name: Text,
        /// One of these codes opens it.
        needs: Vec<String>,
        /// Its legal basis.
        article: String,
    },
    /// An application for the item is open.
    OpenAlready {
        /// Which.
        matter: MatterId,
    },
    /// The permit is in force.
    InForceAlready {
        /// Which.
        matter: MatterId,
    },
    /// The project's land was not transferred with an approved plan.
    NotPlanAttached,
    /// The item is not decided on commitment.
    NotEligibleForCommitment,
    /// An earlier commitment was false and is not put right.
    PromiseBroken {
        /// Of which matter.
        matter: MatterId,
    },
    /// The item's list does not ask this project for the material.
    UnrelatedMaterial {
        /// Key.
        key: String,
    },
    /// The platform fetches the material itself.
    HeldMaterial {
        /// Key.
        key: String,
        /// Where it is fetched.
        source: Source,
    },
    /// The material is there twice.
    MaterialTwice {
        /// Key.
        key: String,
    },
    /// The law of the matter itself says no.
    Matter(Rejection),
}

impl Why {
    /// Stable code.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Why::UnknownItem => "UNKNOWN_ITEM",
            Why::ItemNotInForce { .. } => "ITEM_NOT_IN_FORCE",
            Why::OtherStage { .. } => "OTHER_STAGE",
            Why::ItemTwice => "ITEM_TWICE",
            Why::DoesNotConcern { .. } => "ITEM_NOT_NEEDED",
            Why::FactsMissing { .. } => "FACTS_MISSING",
            Why::PrerequisiteMissing { .. } => "PREREQUISITE_MISSING",
            Why::GateShut { .. } => "GATE_SHUT",
            Why::OpenAlready { .. } => "OPEN_ALREADY",
            Why::InForceAlready { .. } => "IN_FORCE_ALREADY",
            Why::NotPlanAttached => "NOT_PLAN_ATTACHED",
            Why::NotEligibleForCommitment => "NOT_ELIGIBLE_FOR_COMMITMENT",
            Why::PromiseBroken { .. } => "PROMISE_BROKEN",
            Why::UnrelatedMaterial { .. } => "UNRELATED_MATERIAL",
            Why::HeldMaterial { .. } => "HELD_MATERIAL",
            Why::MaterialTwice { .. } => "MATERIAL_TWICE",
            Why::Matter(rejection) => rejection.reason(),
        }
    }

    /// The article or rule it rests on.
    #[must_use]
    pub fn article(&self) -> &str {
        match self {
            // The list of items is published, and nothing outside it can be applied for.
            Why::UnknownItem | Why::ItemNotInForce { .. } => "行政许可法 art. 30",
            Why::OtherStage { .. } | Why::ItemTwice | Why::MaterialTwice { .. } => {
                "国办发〔2019〕11号 (一张表单、一套材料)"
            }
            Why::DoesNotConcern { .. } => "行政许可法 art. 32(1)",
            Why::FactsMissing { .. } | Why::UnrelatedMaterial { .. } => "行政许可法 art. 31",
            Why::PrerequisiteMissing { article, .. } | Why::GateShut { article, .. } => article,
            Why::OpenAlready { .. } => "行政许可法 art. 29",
            Why::InForceAlready { .. } => "行政许可法 art. 49-50",
            Why::NotPlanAttached => "大政发〔2020〕24号 (十五)",
            Why::NotEligibleForCommitment | Why::PromiseBroken { .. } => "国办发〔2020〕42号",
            Why::HeldMaterial { .. } => "大政发〔2020〕24号 (十九); 国务院令第716号 art. 7",
            Why::Matter(rejection) => rejection.article(),
        }
    }

    /// The sentence in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Why::UnknownItem => "the catalogue has no such item".to_owned(),
            Why::ItemNotInForce { on } => format!("no edition of the item is in force on {on}"),
            Why::OtherStage { stage } => {
                format!("the item belongs to stage {stage}; a form is of one stage")
            }
            Why::ItemTwice => "the item is on the form twice".to_owned(),
            Why::DoesNotConcern { because } => {
                format!("the project does not need it: it is for projects where {}", because.join(", "))
            }
            Why::FactsMissing { facts } => {
                format!("state these facts first: {}", facts.join(", "))
            }
            Why::PrerequisiteMissing { missing, .. } => {
                format!("these must be in force first: {}", groups(missing, " or "))
            }
            Why::GateShut { gate, name, needs, .. } => {
                format!("gate {gate} ({}) is shut before {} is done", name.en, needs.join(" or "))
            }
            Why::OpenAlready { matter } => format!("application {matter} is open"),
            Why::InForceAlready { matter } => {
                format!("the permit of {matter} is in force; it is changed or renewed, not asked for again")
            }
            Why::NotPlanAttached => {
                "the land was not transferred with an approved plan, as the facts of the project say"
                    .to_owned()
            }
            Why::NotEligibleForCommitment => "the item is not decided on commitment".to_owned(),
            Why::PromiseBroken { matter } => {
                format!("the commitment of {matter} was false and is not put right; until then no other is taken")
            }
            Why::UnrelatedMaterial { key } => {
                format!("the item does not ask this project for {key}; leave it out")
            }
            Why::HeldMaterial { key, source } => {
                format!("{key} need not be brought: {}", source_en(source))
            }
            Why::MaterialTwice { key } => format!("{key} is there twice"),
            Why::Matter(rejection) => rejection.to_string(),
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Why::UnknownItem => "事项目录中没有该事项。".to_owned(),
            Why::ItemNotInForce { on } => format!("{on}没有有效的事项版本。"),
            Why::OtherStage { stage } => {
                format!("该事项属于{}阶段，一张表单只办理一个阶段的事项。", stage_zh(*stage))
            }
            Why::ItemTwice => "同一事项在表单中重复。".to_owned(),
            Why::DoesNotConcern { because } => {
                format!("本项目无需办理该事项，适用条件为：{}。", because.join("，"))
            }
            Why::FactsMissing { facts } => format!("请先填报项目信息：{}。", facts.join("、")),
            Why::PrerequisiteMissing { missing, .. } => {
                format!("须先办结以下事项：{}。", groups(missing, "或"))
            }
            Why::GateShut { gate, name, needs, .. } => {
                format!("{}（{gate}）尚未开启，须先办结：{}。", name.zh, needs.join("或"))
            }
            Why::OpenAlready { matter } => format!("同一事项已在办理：{matter}。"),
            Why::InForceAlready { matter } => {
                format!("{matter}的许可仍然有效，请申请变更或者延续，不必重新申请。")
            }
            Why::NotPlanAttached => "根据项目信息，该地块不是带方案出让。".to_owned(),
            Why::NotEligibleForCommitment => "该事项不适用告知承诺制。".to_owned(),
            Why::PromiseBroken { matter } => {
                format!("{matter}的承诺不实且尚未改正，改正前不再适用告知承诺制。")
            }
            Why::UnrelatedMaterial { key } => {
                format!("该事项不要求本项目提交材料{key}，请勿提交。")
            }
            Why::HeldMaterial { key, source } => {
                format!("材料{key}无需申请人提交，{}。", source_zh(source))
            }
            Why::MaterialTwice { key } => format!("材料{key}重复提交。"),
            Why::Matter(rejection) => rejection.zh(),
        }
    }
}

fn groups(groups: &[Vec<String>], or: &str) -> String {
    groups.iter().map(|group| group.join(or)).collect::<Vec<_>>().join(", ")
}

fn stage_zh(stage: Stage) -> &'static str {
    match stage {
        Stage::Intake => "项目谋划与准入",
        Stage::Planning => "多审合一、多证合一",
        Stage::Acceptance => "多测整合、多验合一",
        Stage::Aftercare => "投产后服务",
    }
}

fn source_en(source: &Source) -> String {
    match source {
        Source::Applicant => "the applicant has it".to_owned(),
        Source::Prior(item) => format!("it came out of {item}"),
        Source::Shared(agency) => format!("{agency} has it"),
    }
}

fn source_zh(source: &Source) -> String {
    match source {
        Source::Applicant => "由申请人持有".to_owned(),
        Source::Prior(item) => format!("由平台从事项{item}的结果中取得"),
        Source::Shared(agency) => format!("由平台从部门{agency}共享取得"),
    }
}

impl Condition {
    /// The parts that do not hold, each with what is stated: `land_supply is transferred (stated: existing)`.
    pub(super) fn why_not(&self, facts: &Facts) -> Vec<String> {
        if self.holds(facts).is_yes() {
            return Vec::new();
        }
        let stated = |fact: &str| match facts.get(fact) {
            None => "not stated".to_owned(),
            Some(Value::Flag(true)) => "stated: yes".to_owned(),
            Some(Value::Flag(false)) => "stated: no".to_owned(),
            Some(Value::Word(word)) => format!("stated: {word}"),
            Some(Value::Number(number)) => format!("stated: {number}"),
        };
        match self {
            Condition::All(parts) => parts.iter().flat_map(|part| part.why_not(facts)).collect(),
            Condition::Any(parts) => {
                let parts = parts.iter().flat_map(|part| part.why_not(facts));
                vec![parts.collect::<Vec<_>>().join(" or ")]
            }
            Condition::Flag { fact, is } => {
                vec![format!("{fact} is {} ({})", if *is { "yes" } else { "no" }, stated(fact))]
            }
            Condition::Word { fact, is } => {
                vec![format!("{fact} is {} ({})", is.join(" or "), stated(fact))]
            }
            Condition::AtLeast { fact, number } => {
                vec![format!("{fact} is at least {number} ({})", stated(fact))]
            }
            Condition::Below { fact, number } => {
                vec![format!("{fact} is below {number} ({})", stated(fact))]
            }
        }
    }
}
