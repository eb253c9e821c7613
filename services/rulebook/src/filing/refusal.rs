//! Why an application is not received, as sentences with their articles.

use crate::catalogue::{Condition, Facts, Stage, Value};
use crate::matter::MatterId;

/// An application that is not received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Item code of the application.
    pub item: String,
    /// Why.
    pub why: Why,
}

/// Why an application is not received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The catalogue never had such an item.
    Unknown,
    /// No edition of the item is in force on that day.
    NotInForce,
    /// The item is on the form twice.
    Twice,
    /// The item belongs to another stage.
    OtherStage(Stage),
    /// The item does not concern a project with these facts: the conditions that do not hold.
    NotConcerned(Vec<String>),
    /// Whether it does is not known before these facts are.
    FactsMissing(Vec<String>),
    /// A matter of this item is open.
    Open(MatterId),
    /// A matter of this item was granted and is in force.
    InForce(MatterId),
    /// One of these items must be granted first.
    Needs(Vec<String>),
    /// A gate is shut, with what it rests on.
    GateShut(String, Vec<String>),
    /// The project's land was not transferred with a plan.
    NotPlanAttached,
    /// The item is not decided on commitment.
    NotOnCommitment,
    /// An earlier commitment was false and is not put right.
    PromiseBroken(MatterId),
    /// A material is brought twice.
    MaterialTwice(String),
    /// A material has nothing to do with the item.
    MaterialNotAsked(String),
    /// The platform gets a material itself.
    MaterialHeld {
        /// Key of the material.
        key: String,
        /// The item or agency that it comes from.
        from: String,
    },
}

impl Refused {
    /// Stable code for machines.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.why {
            Why::Unknown => "UNKNOWN_ITEM",
            Why::NotInForce => "ITEM_NOT_IN_FORCE",
            Why::Twice => "ITEM_TWICE",
            Why::OtherStage(_) => "ITEM_OF_OTHER_STAGE",
            Why::NotConcerned(_) => "ITEM_NOT_CONCERNED",
            Why::FactsMissing(_) => "FACTS_MISSING",
            Why::Open(_) => "MATTER_OPEN",
            Why::InForce(_) => "MATTER_IN_FORCE",
            Why::Needs(_) => "PREREQUISITE_MISSING",
            Why::GateShut(..) => "GATE_SHUT",
            Why::NotPlanAttached => "NOT_PLAN_ATTACHED",
            Why::NotOnCommitment => "NOT_ELIGIBLE_FOR_COMMITMENT",
            Why::PromiseBroken(_) => "PROMISE_BROKEN",
            Why::MaterialTwice(_) => "MATERIAL_TWICE",
            Why::MaterialNotAsked(_) => "MATERIAL_NOT_ASKED",
            Why::MaterialHeld { .. } => "HELD_MATERIAL",
        }
    }

    /// The article or rule.
    #[must_use]
    pub fn article(&self) -> String {
        match &self.why {
            // The list of items is published, and nothing outside it can be applied for.
            Why::Unknown | Why::NotInForce | Why::OtherStage(_) => "行政许可法 art. 30".to_owned(),
            // What needs no licence is told at once.
            Why::NotConcerned(_) => "行政许可法 art. 32(1)".to_owned(),
            Why::FactsMissing(_) | Why::Twice | Why::MaterialTwice(_) => {
                "国办发〔2019〕11号 (八)".to_owned()
            }
            Why::Open(_) | Why::InForce(_) => "优化营商环境条例 art. 36".to_owned(),
            Why::Needs(_) => "国办发〔2019〕11号 (四)".to_owned(),
            Why::GateShut(_, basis) => basis.join("; "),
            Why::NotPlanAttached => "大政发〔2020〕24号 (十五)".to_owned(),
            Why::NotOnCommitment | Why::PromiseBroken(_) => "国办发〔2020〕42号".to_owned(),
            Why::MaterialNotAsked(_) => "行政许可法 art. 31".to_owned(),
            Why::MaterialHeld { .. } => "大政发〔2020〕24号 (十九)".to_owned(),
        }
    }

    /// The sentence in English.
    #[must_use]
    pub fn en(&self) -> String {
        let item = &self.item;
        match &self.why {
            Why::Unknown => format!("the catalogue has no item {item}"),
            Why::NotInForce => format!("{item} is not in force on that day"),
            Why::Twice => format!("{item} is on the form twice"),
            Why::OtherStage(stage) => format!("{item} belongs to the stage {stage}; file it there"),
            Why::NotConcerned(unmet) => {
                format!("{item} does not concern the project; it would if {}", unmet.join(" and "))
            }
            Why::FactsMissing(facts) => format!(
                "whether {item} concerns the project is not known; state {}",
                facts.join(", ")
            ),
            Why::Open(id) => format!("{id} is open already"),
            Why::InForce(id) => format!("{id} was granted and is in force"),
            Why::Needs(codes) => format!("{item} needs {} to be granted first", codes.join(" or ")),
            Why::GateShut(gate, _) => format!("{item} lies behind gate {gate}, which is shut"),
            Why::NotPlanAttached => format!(
                "{item} can take the plan-attached track only where the land was transferred with a plan"
            ),
            Why::NotOnCommitment => format!("{item} cannot be decided on commitment"),
            Why::PromiseBroken(id) => {
                format!(
                    "the commitment of {id} was false and is not put right; until then {item} cannot be decided on one"
                )
            }
            Why::MaterialTwice(key) => format!("{key} is brought twice for {item}"),
            Why::MaterialNotAsked(key) => format!("{item} does not ask for {key}"),
            Why::MaterialHeld { key, from } => {
                format!("{key} need not be brought for {item}: the platform gets it from {from}")
            }
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        let item = &self.item;
        match &self.why {
            Why::Unknown => format!("目录中没有事项{item}"),
            Why::NotInForce => format!("该日事项{item}没有有效的版本"),
            Why::Twice => format!("表单中事项{item}重复"),
            Why::OtherStage(stage) => format!("事项{item}属于{stage}阶段，请在该阶段申请"),
            Why::NotConcerned(unmet) => {
                format!("项目不涉及事项{item}，须符合：{}", unmet.join("，"))
            }
            Why::FactsMissing(facts) => {
                format!("尚不能确定项目是否涉及事项{item}，请先说明：{}", facts.join("、"))
            }
            Why::Open(id) => format!("办件{id}正在办理"),
            Why::InForce(id) => format!("办件{id}已准予且有效"),
            Why::Needs(codes) => format!("办理{item}须先取得{}", codes.join("或")),
            Why::GateShut(gate, _) => format!("闸口{gate}未放行，不能办理{item}"),
            Why::NotPlanAttached => format!("只有带方案出让的项目才能按带方案出让方式办理{item}"),
            Why::NotOnCommitment => format!("事项{item}不适用告知承诺制"),
            Why::PromiseBroken(id) => {
                format!("{id}的承诺不实且尚未改正，改正前事项{item}不适用告知承诺制")
            }
            Why::MaterialTwice(key) => format!("申请{item}时材料{key}重复"),
            Why::MaterialNotAsked(key) => format!("事项{item}不需要材料{key}"),
            Why::MaterialHeld { key, from } => {
                format!("办理{item}无需提交材料{key}，平台自行从{from}取得")
            }
        }
    }
}

impl Condition {
    /// The parts that do not hold, each with what is stated: `land_supply is transferred (stated: existing)`.
    pub(super) fn unmet(&self, facts: &Facts) -> Vec<String> {
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
            Condition::All(parts) => parts.iter().flat_map(|part| part.unmet(facts)).collect(),
            Condition::Any(parts) => {
                let parts = parts.iter().flat_map(|part| part.unmet(facts));
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
