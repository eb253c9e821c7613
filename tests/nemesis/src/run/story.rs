//! What enterprises and agencies would do next: plausible commands for a project and its matters, and nonsense.

use super::{caller::Order, dice::Dice};
use prost::Message;
use proto::{
    acceptance::v1 as acceptance,
    aftercare::v1 as aftercare,
    intake::v1 as intake,
    matter::v1::{self as matter, Matter, NextStep, State},
    planning::v1 as planning,
    r#type::v1::{Limit, Money, Text, Unit},
};
use std::collections::BTreeMap;

pub const MATTERS: &str = "tongban.matter.v1.MatterService/";

/// The order of a message, whose key it carries already.
pub fn order(
    rpc: &'static str,
    log: &'static str,
    project: &str,
    who: &str,
    key: String,
    message: impl Message,
) -> Order {
    Order {
        rpc,
        log,
        project: Some(project.to_owned()),
        who: who.to_owned(),
        key,
        message: message.encode_to_vec(),
        matter: None,
        since: None,
    }
}

pub fn register(project: &str, owner: &str, key: String) -> Order {
    let name = format!("连城试验{project}期");
    let message = intake::RegisterProjectRequest {
        request_id: key.clone(),
        project_id: project.to_owned(),
        facts: Some(facts(&name, project, "31000000.00")),
        ..Default::default()
    };
    order("tongban.intake.v1.IntakeService/RegisterProject", "intake", project, owner, key, message)
}

/// Another amount of investment, as often as one likes.
pub fn change(project: &str, owner: &str, key: String, amount: u64) -> Order {
    let name = format!("连城试验{project}期");
    let message = intake::ChangeProjectRequest {
        request_id: key.clone(),
        name: format!("projects/{project}"),
        facts: Some(facts(&name, project, &format!("{amount}.00"))),
        reason: "增资".to_owned(),
        ..Default::default()
    };
    order("tongban.intake.v1.IntakeService/ChangeProject", "intake", project, owner, key, message)
}

fn facts(name: &str, project: &str, amount: &str) -> intake::ProjectFacts {
    intake::ProjectFacts {
        name: Some(Text { zh: name.to_owned(), en: format!("Trial {project}") }),
        enterprise: format!("{name}有限公司"),
        investors: vec![intake::Investor {
            name: format!("Trial {project} KK"),
            country: "JP".into(),
            share_percent: "100".into(),
        }],
        site: Some(intake::Site {
            district: "210213".into(),
            parcel: format!("parcel {project}"),
            ..Default::default()
        }),
        activity: "unlisted".into(),
        industry: "3670".into(),
        total_investment: Some(Money { currency_code: "USD".into(), amount: amount.into() }),
        scope: "parts".into(),
        ..Default::default()
    }
}

/// The facts that planning asks for: land in hand, nothing special.
pub fn state_facts(project: &str, owner: &str, key: String, energy: u64) -> Order {
    let facts = [
        ("land_supply", "existing"),
        ("plan_attached", "false"),
        ("new_construction_land", "false"),
        ("ecological_red_line", "false"),
        ("area_assessment", "false"),
        ("eia_class", "registration"),
        ("eia_re_review", "false"),
        ("soil_water_plan", "none"),
        ("relics_area", "false"),
        ("hazardous_chemicals", "false"),
        ("special_fire_works", "false"),
        ("civil_building", "false"),
        ("basement_off_site", "false"),
        ("lightning_special_site", "false"),
        ("works_scale", "medium"),
        ("construction_waste", "false"),
        ("road_works", "false"),
        ("annual_electricity_gwh", "3.1"),
    ];
    let mut facts: BTreeMap<String, String> =
        facts.iter().map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned())).collect();
    facts.insert("annual_energy_tce".to_owned(), energy.to_string());
    let name = format!("projects/{project}");
    let message =
        planning::StateFactsRequest { request_id: key.clone(), name, facts, ..Default::default() };
    order(
        "tongban.planning.v1.PlanningService/StateFacts",
        "planning",
        project,
        owner,
        key,
        message,
    )
}

/// The materials that the catalogue wants of the applicant.
fn file(
    project: &str,
    owner: &str,
    key: String,
    log: &'static str,
    items: &[(&str, &[&str])],
) -> Order {
    let applications = items.iter().map(|(item, materials)| matter::Application {
        item: (*item).to_owned(),
        track: matter::Track::Ordinary.into(),
        materials: materials.iter().map(|key| material(key)).collect(),
        commitment: None,
    });
    let message = matter::FileMattersRequest {
        request_id: key.clone(),
        parent: format!("projects/{project}"),
        applications: applications.collect(),
        ..Default::default()
    };
    order("tongban.matter.v1.MatterService/FileMatters", log, project, owner, key, message)
}

fn material(key: &str) -> matter::Material {
    matter::Material { key: key.to_owned(), ..Default::default() }
}

/// A project in the hands of a client.
pub struct Project {
    pub id: String,
    pub owner: String,
    /// The next step of its path.
    pub step: usize,
    /// How often the step was refused.
    pub refused: u32,
    pub matters: BTreeMap<String, Matter>,
}

/// Steps of a project's path beside its matters.
pub const STEPS: usize = 12;

impl Project {
    fn has(&self, item: &str) -> bool {
        self.matters.iter().any(|(name, matter)| {
            name.contains(&format!("/matters/{item}-"))
                && matter.state() == State::Granted
                && !matter.delivered_on.is_empty()
        })
    }

    /// The next step of the path, if what it rests on is there.
    pub fn advance(&self, key: String, dice: &mut Dice) -> Option<Order> {
        let (id, owner) = (self.id.as_str(), self.owner.as_str());
        let (request_id, name) = (key.clone(), format!("projects/{id}"));
        let with = |rpc, log, who: &str, bytes: Vec<u8>, key: String| Order {
            rpc,
            log,
            project: Some(id.to_owned()),
            who: who.to_owned(),
            key,
            message: bytes,
            matter: None,
            since: None,
        };
        Some(match self.step {
            0 => {
                let message =
                    intake::ScreenProjectRequest { request_id, name, ..Default::default() };
                let rpc = "tongban.intake.v1.IntakeService/ScreenProject";
                with(rpc, "intake", "agency:DRC/negative-list", message.encode_to_vec(), key)
            }
            1 => {
                let secretary = "ECC/ss-05".to_owned();
                let message = intake::DecideKeyProjectRequest {
                    request_id,
                    name,
                    secretary,
                    ..Default::default()
                };
                let rpc = "tongban.intake.v1.IntakeService/DecideKeyProject";
                with(rpc, "intake", "agency:COM/key-projects", message.encode_to_vec(), key)
            }
            2 => {
                let message =
                    intake::AssignProjectCodeRequest { request_id, name, ..Default::default() };
                let rpc = "tongban.intake.v1.IntakeService/AssignProjectCode";
                with(rpc, "intake", "agency:DRC/codes", message.encode_to_vec(), key)
            }
            3 => {
                let materials: &[&str] = &[
                    "enterprise_data",
                    "project_data",
                    "total_investment",
                    "industrial_policy_declaration",
                ];
                file(id, owner, key, "intake", &[("S1-08", materials)])
            }
            4 => state_facts(id, owner, key, 620),
            5 if self.has("S1-08") => {
                let scheme: &[&str] = &["form_p2", "design_scheme"];
                let form: &[&str] = &["eia_registration_form"];
                file(id, owner, key, "planning", &[("S2-06", scheme), ("S2-11", form)])
            }
            6 if self.has("S2-06") => {
                let drawings: &[&str] = &["construction_drawings", "geotechnical_report"];
                file(id, owner, key, "planning", &[("S2-07", drawings)])
            }
            7 if self.has("S2-07") => {
                let works: &[&str] = &[
                    "form_p3",
                    "construction_contract",
                    "funding_commitment",
                    "quality_and_safety_measures",
                ];
                file(id, owner, key, "planning", &[("S2-17", works)])
            }
            8 if self.has("S2-17") => {
                let unit = acceptance::DeclaredUnit {
                    unit: "hall".into(),
                    name: Some(Text { zh: "装配车间".into(), en: "Hall".into() }),
                    phase: "1".into(),
                    independent_use: true,
                    ..Default::default()
                };
                let message = acceptance::DeclareUnitsRequest {
                    request_id,
                    name,
                    units: vec![unit],
                    ..Default::default()
                };
                let rpc = "tongban.acceptance.v1.AcceptanceService/DeclareUnits";
                with(rpc, "acceptance", owner, message.encode_to_vec(), key)
            }
            9 => {
                let started = acceptance::ConstructionStarted::default();
                let message = acceptance::RecordConstructionRequest {
                    request_id,
                    name,
                    happened: Some(acceptance::record_construction_request::Happened::Started(
                        started,
                    )),
                    ..Default::default()
                };
                let rpc = "tongban.acceptance.v1.AcceptanceService/RecordConstruction";
                with(rpc, "acceptance", owner, message.encode_to_vec(), key)
            }
            10 => request(id, owner, key),
            11 => change(id, owner, key, 31_000_000 + dice.below(1_000)),
            _ => return None,
        })
    }

    /// Takes over what an answer says of matters; repeated or single, they are the first field.
    pub fn learn(&mut self, order: &Order, answer: &[u8]) {
        if order.rpc.starts_with(MATTERS)
            && let Ok(told) = matter::FileMattersResponse::decode(answer)
        {
            for mut matter in told.matters {
                // In the answer of a command the position stands beside the matter.
                matter.position.clone_from(&told.position);
                self.matters.insert(matter.name.clone(), matter);
            }
        }
    }
}

/// A request of an enterprise after the launch.
pub fn request(project: &str, owner: &str, key: String) -> Order {
    use aftercare::handle_service_request_request::Step;
    let raised = aftercare::ServiceRequestRaised {
        service: "bank_matching".into(),
        subject: "流动资金贷款对接".into(),
        ..Default::default()
    };
    let message = aftercare::HandleServiceRequestRequest {
        request_id: key.clone(),
        name: format!("projects/{project}"),
        step: Some(Step::Raised(raised)),
        ..Default::default()
    };
    let rpc = "tongban.aftercare.v1.AftercareService/HandleServiceRequest";
    order(rpc, "aftercare", project, owner, key, message)
}

fn days(n: u32) -> Option<Limit> {
    Some(Limit { n, unit: Unit::WorkingDay.into() })
}

/// Which log a matter is in.
pub fn log_of(name: &str) -> &'static str {
    match name.split("/matters/S").nth(1).and_then(|rest| rest.chars().next()) {
        Some('2') => "planning",
        Some('3') => "acceptance",
        Some('4') => "aftercare",
        _ => "intake",
    }
}

/// An act on a matter, on the day.
struct Act<'a> {
    matter: &'a Matter,
    owner: &'a str,
    project: &'a str,
    today: &'a str,
    key: String,
    /// The position at which the matter was read, of a caller who rests on that; else empty.
    since: String,
}

impl Act<'_> {
    fn send(self, rpc: &'static str, who: &str, message: impl Message) -> Option<Order> {
        let log = log_of(&self.matter.name);
        let since = Some(self.since).filter(|since| !since.is_empty());
        let matter = Some(self.matter.name.clone());
        let order = order(rpc, log, self.project, who, self.key, message);
        Some(Order { matter, since, ..order })
    }

    fn ids(&self) -> (String, String, String) {
        (self.key.clone(), self.matter.name.clone(), self.since.clone())
    }
}

/// What a matter's holder would do next, by what the platform itself says of it.
pub fn act(
    matter: &Matter,
    project: &Project,
    today: &str,
    key: String,
    dice: &mut Dice,
) -> Option<Order> {
    let (owner, id) = (project.owner.as_str(), project.id.as_str());
    let rests = dice.percent(60);
    let since = if rests { matter.position.clone() } else { String::new() };
    let act = Act { matter, owner, project: id, today, key, since };
    let agency = matter.terms.as_ref().map(|terms| terms.agency.clone()).unwrap_or_default();
    let desk = format!("agency:{agency}/desk-{}", dice.below(4));
    let next = matter.holder.as_ref().map_or(NextStep::Unspecified, |holder| holder.next());
    match matter.state() {
        State::Received if dice.percent(4) => withdraw(act),
        State::Received if dice.percent(25) => corrections(act, &desk, dice),
        State::Received => accept(act, &desk),
        State::AwaitingCorrections if dice.percent(5) => withdraw(act),
        State::AwaitingCorrections => supply(act),
        State::Suspended => resume(act, &desk),
        State::UnderReview if dice.percent(10) => suspend(act, &desk),
        State::UnderReview if dice.percent(8) => extend(act, &desk),
        State::UnderReview => review(act, &desk, next, dice),
        State::Granted | State::Refused if matter.delivered_on.is_empty() => {
            let (request_id, name, unchanged_since) = act.ids();
            let method = "电子证照".to_owned();
            let message = matter::DeliverDecisionRequest {
                request_id,
                name,
                method,
                unchanged_since,
                ..Default::default()
            };
            act.send("tongban.matter.v1.MatterService/DeliverDecision", &desk, message)
        }
        State::Granted if dice.percent(5) => rate(act, &agency, dice),
        State::Granted if dice.percent(1) => {
            let (request_id, name, unchanged_since) = act.ids();
            let message = matter::RevokePermitRequest {
                request_id,
                name,
                ground: matter::RevocationGround::WrongProcedure.into(),
                reason: "未经听证".into(),
                document: "大撤〔2022〕1号".into(),
                unchanged_since,
                ..Default::default()
            };
            act.send("tongban.matter.v1.MatterService/RevokePermit", &desk, message)
        }
        _ => None,
    }
}

fn rate(act: Act<'_>, agency: &str, dice: &mut Dice) -> Option<Order> {
    let (request_id, matter, _) = act.ids();
    let rated = aftercare::Rated {
        matter,
        agency: agency.to_owned(),
        step: "decision".into(),
        grade: 1 + u32::try_from(dice.below(3)).ok()?,
        ..Default::default()
    };
    let message = aftercare::HandleRatingRequest {
        request_id,
        name: format!("projects/{}", act.project),
        step: Some(aftercare::handle_rating_request::Step::Rated(rated)),
        ..Default::default()
    };
    let rpc = "tongban.aftercare.v1.AftercareService/HandleRating";
    Some(order(rpc, "aftercare", act.project, act.owner, act.key, message))
}

fn accept(act: Act<'_>, desk: &str) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let message =
        matter::AcceptMatterRequest { request_id, name, unchanged_since, ..Default::default() };
    act.send("tongban.matter.v1.MatterService/AcceptMatter", desk, message)
}

fn withdraw(act: Act<'_>) -> Option<Order> {
    let ((request_id, name, unchanged_since), owner) = (act.ids(), act.owner);
    let reason = "改期".to_owned();
    let message = matter::WithdrawApplicationRequest {
        request_id,
        name,
        reason,
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/WithdrawApplication", owner, message)
}

fn corrections(act: Act<'_>, desk: &str, dice: &mut Dice) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let material = dice.pick(&act.matter.materials).map(|material| material.key.clone());
    let defect = matter::Defect {
        material: material.unwrap_or_default(),
        problem: "总平面图未标注消防车道".into(),
    };
    let message = matter::RequestCorrectionsRequest {
        request_id,
        name,
        defects: vec![defect],
        notice: "补正〔2022〕1号".into(),
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/RequestCorrections", desk, message)
}

fn supply(act: Act<'_>) -> Option<Order> {
    let ((request_id, name, unchanged_since), owner) = (act.ids(), act.owner);
    let materials = act.matter.outstanding.iter().map(|defect| material(&defect.material));
    let materials = materials.collect();
    let message = matter::SupplyCorrectionsRequest {
        request_id,
        name,
        materials,
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/SupplyCorrections", owner, message)
}

fn suspend(act: Act<'_>, desk: &str) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let exclusions = act.matter.terms.as_ref().map(|terms| terms.exclusions.as_slice());
    let ground = exclusions.unwrap_or_default().last()?.key.clone();
    let given_on = act.today.to_owned();
    let message = matter::SuspendMatterRequest {
        request_id,
        name,
        ground,
        notice: Some(matter::Notice { number: "告〔2022〕7号".into(), given_on }),
        expected: days(10),
        waits_for: matter::WaitsFor::ThirdParty.into(),
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/SuspendMatter", desk, message)
}

fn resume(act: Act<'_>, desk: &str) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let open = act.matter.suspensions.iter().find(|one| one.until.is_empty());
    let ground = open.or(act.matter.suspensions.last())?.ground.clone();
    let message = matter::ResumeMatterRequest {
        request_id,
        name,
        ground,
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/ResumeMatter", desk, message)
}

fn extend(act: Act<'_>, desk: &str) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let term = act.matter.terms.as_ref().and_then(|terms| terms.extension.as_ref());
    let approver = term.map(|term| term.approver.clone())?;
    let message = matter::ExtendMatterRequest {
        request_id,
        name,
        by: days(5),
        approver,
        approved_on: act.today.to_owned(),
        notice: Some(matter::Notice {
            number: "延〔2022〕3号".into(),
            given_on: act.today.to_owned(),
        }),
        reason: "数据需核对".into(),
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/ExtendMatter", desk, message)
}

fn review(act: Act<'_>, desk: &str, next: NextStep, dice: &mut Dice) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    match next {
        NextStep::RequestOpinions => {
            let message = matter::RequestOpinionsRequest {
                request_id,
                name,
                unchanged_since,
                ..Default::default()
            };
            act.send("tongban.matter.v1.MatterService/RequestOpinions", desk, message)
        }
        NextStep::GiveOpinion => opinion(act, dice),
        NextStep::Resubmit => {
            let owner = act.owner;
            let materials = act.matter.materials.iter().map(|known| material(&known.key));
            let materials = materials.collect();
            let message = matter::ResubmitMaterialsRequest {
                request_id,
                name,
                materials,
                unchanged_since,
                ..Default::default()
            };
            act.send("tongban.matter.v1.MatterService/ResubmitMaterials", owner, message)
        }
        _ => decide(act, desk, dice),
    }
}

fn opinion(act: Act<'_>, dice: &mut Dice) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let asked = act.matter.opinions.iter().filter(|one| {
        !one.asked_on.is_empty() && one.answered_on.is_empty() && one.deemed_by.is_empty()
    });
    let asked: Vec<_> = asked.collect();
    let one = dice.pick(&asked)?;
    let who = format!("agency:{}/desk-{}", one.agency, dice.below(4));
    let objects = dice.percent(8);
    let verdict = if objects { matter::Verdict::Objects } else { matter::Verdict::Consents };
    let message = matter::GiveOpinionRequest {
        request_id,
        name,
        opinion: one.opinion.clone(),
        verdict: verdict.into(),
        reason: if objects { "净宽不足".into() } else { String::new() },
        unchanged_since,
        ..Default::default()
    };
    act.send("tongban.matter.v1.MatterService/GiveOpinion", &who, message)
}

fn decide(act: Act<'_>, desk: &str, dice: &mut Dice) -> Option<Order> {
    let (request_id, name, unchanged_since) = act.ids();
    let message = if dice.percent(92) {
        matter::DecideMatterRequest {
            request_id: request_id.clone(),
            name,
            outcome: matter::Outcome::Granted.into(),
            certificate: Some(matter::Certificate {
                number: format!("证字{}", &request_id[request_id.len() - 8..]),
                ..Default::default()
            }),
            unchanged_since,
            ..Default::default()
        }
    } else {
        matter::DecideMatterRequest {
            request_id,
            name,
            outcome: matter::Outcome::Refused.into(),
            reasons: vec!["不符合规划条件".into()],
            remedies: vec!["可在六十日内申请行政复议".into()],
            document: "不予〔2022〕1号".into(),
            unchanged_since,
            ..Default::default()
        }
    };
    act.send("tongban.matter.v1.MatterService/DecideMatter", desk, message)
}

/// A command that nobody should send: of the wrong agency, on what is not there, or without its fields.
pub fn nonsense(project: &Project, key: String, dice: &mut Dice) -> Order {
    let (id, request_id) = (project.id.as_str(), key.clone());
    let name = match project.matters.keys().next() {
        Some(name) if dice.percent(70) => name.clone(),
        _ => format!("projects/{id}/matters/S2-06-9"),
    };
    let log = log_of(&name);
    let rpc = "tongban.matter.v1.MatterService/DecideMatter";
    match dice.below(4) {
        0 => {
            let message = matter::AcceptMatterRequest { request_id, name, ..Default::default() };
            order(
                "tongban.matter.v1.MatterService/AcceptMatter",
                log,
                id,
                "agency:SAFE/1",
                key,
                message,
            )
        }
        1 => {
            let message = matter::DecideMatterRequest { request_id, name, ..Default::default() };
            order(rpc, log, id, "agency:NR/1", key, message)
        }
        2 => {
            let outcome = matter::Outcome::Granted.into();
            let message =
                matter::DecideMatterRequest { request_id, name, outcome, ..Default::default() };
            order(rpc, log, id, "enterprise:nobody/filing", key, message)
        }
        _ => {
            let name = format!("projects/{id}");
            let reason = "不是本企业".to_owned();
            let message =
                intake::WithdrawProjectRequest { request_id, name, reason, ..Default::default() };
            let rpc = "tongban.intake.v1.IntakeService/WithdrawProject";
            order(rpc, "intake", id, "enterprise:nobody/filing", key, message)
        }
    }
}

/// A command on a matter that is not there: its service alone can say so.
pub fn unknown_matter(project: &str, item: &str, log: &'static str, key: String) -> Order {
    let name = format!("projects/{project}/matters/{item}-99");
    let message =
        matter::AcceptMatterRequest { request_id: key.clone(), name, ..Default::default() };
    order("tongban.matter.v1.MatterService/AcceptMatter", log, project, "agency:NR/1", key, message)
}

/// A command on a material that is not there.
pub fn unknown_file(project: &str, owner: &str, key: String) -> Order {
    let message = proto::dossier::v1::MarkOutdatedRequest {
        request_id: key.clone(),
        name: format!("projects/{project}/materials/site_plan"),
        reason: "已更新".to_owned(),
        ..Default::default()
    };
    let rpc = "tongban.dossier.v1.DossierService/MarkOutdated";
    order(rpc, "dossier", project, owner, key, message)
}
