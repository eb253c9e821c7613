//! The disk: every fact survives the round trip, and one golden line each that never changes.

use prost::Message;
use proto::acceptance::v1::AcceptanceEvent;

use rulebook::alarm::{Alarm, Kind};

use super::*;
use crate::case::{
    Examined, ListedDefect, ListedResult, Member, Opinion, Reference, Scope, SurveyVersion,
};

/// Lines may be added, never changed: `kind hex`.
const GOLDEN: &str = include_str!("golden.txt");

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

fn scope() -> Scope {
    Scope { phase: "1".to_owned(), units: keys(&["a", "b"]) }
}

fn used() -> Reference {
    Reference {
        matter: "S3-01-1".parse().unwrap(),
        material: "merged_survey_report".to_owned(),
        version: 2,
        sha256: hash('b'),
    }
}

fn member() -> Member {
    Member {
        key: "S3-02".to_owned(),
        edition: "2019-2".to_owned(),
        agency: "NR".to_owned(),
        title: text("规划核实", "planning"),
        inputs: keys(&["merged_survey_report"]),
        output: "planning_and_land_verification".to_owned(),
        limit: matter::CitedLimit {
            limit: "5wd".parse().unwrap(),
            citation: "自然资规〔2019〕2号 三".to_owned(),
        },
    }
}

fn opinion() -> Opinion {
    let listed = |member: &str, not_applicable: Option<&str>| ListedResult {
        member: member.to_owned(),
        agency: "NR".to_owned(),
        title: text("规划核实", "planning"),
        not_applicable: not_applicable.map(str::to_owned),
        document: "验-1".to_owned(),
        on: day("2025-03-20"),
    };
    Opinion {
        version: 2,
        number: "联验2025-001".to_owned(),
        scope: scope(),
        results: vec![listed("S3-02", None), listed("public_space", Some("无绿化"))],
        surveys: vec![used()],
        reason: "测绘更正".to_owned(),
        sha256: hash('e'),
    }
}

fn examined(finding: Finding) -> Event {
    let rests_on = vec![used()];
    let document = "验-1".to_owned();
    let (on, demanded) = (day("2025-03-20"), Vec::new());
    let examined = Examined { on, round: 2, finding, document, demanded, rests_on };
    Event::MemberExamined {
        matter: "S3-09-1".parse().unwrap(),
        member: "S3-02".to_owned(),
        examined,
    }
}

/// One of every kind, and one of every finding.
fn all() -> Vec<Event> {
    let on = day("2025-03-20");
    let matter: MatterId = "S3-09-1".parse().unwrap();
    let name = "projects/p/matters/S2-17-1".to_owned();
    let words = |words: &str| words.to_owned();
    let mut unit = unit("1", true);
    unit.facts.insert(words("special_fire_works"), words("yes"));
    let result = SurveyVersion {
        material: words("merged_survey_report"),
        version: 2,
        sha256: hash('b'),
        number: words("测绘2025-001改"),
        reason: words("面积计算有误"),
    };
    let defects = vec![ListedDefect { member: words("S3-04"), problem: words("疏散门未装") }];
    let facts = BTreeMap::from([(words("civil_building"), words("no"))]);
    let changed = vec![words("as_built_drawings")];
    vec![
        Event::ConstructionPermitted {
            on,
            matter: name.clone(),
            agency: words("HC"),
            number: words("210200"),
        },
        Event::PermitHandedOver { on, matter: name.clone() },
        Event::ProjectStanding { on, may_proceed: false, reason: words("外商投资法 art. 28") },
        Event::PriorMatter { on, matter: name, item: words("S2-17"), in_force: true },
        Event::FactsStated { on, facts },
        Event::UnitDeclared { on, id: words("a"), unit },
        Event::Matter {
            id: matter.clone(),
            step: matter::Event::Delivered { on, method: words("电子证照") },
        },
        Event::MatterScoped { on, matter: matter.clone(), scope: scope() },
        Event::SurveyDelivered { on, matter: "S3-01-1".parse().unwrap(), result },
        Event::JointApplied {
            on,
            matter: matter.clone(),
            output: words("joint_acceptance_opinion"),
            members: vec![member()],
        },
        Event::InspectionScheduled {
            on,
            matter: matter.clone(),
            round: 1,
            inspect_on: day("2025-03-21"),
        },
        Event::InspectionHeld { on, matter: matter.clone(), round: 1 },
        examined(Finding::Pass),
        examined(Finding::Rectify(vec![words("疏散门未装"), words("标识缺失")])),
        examined(Finding::NotApplicable(words("无绿化"))),
        Event::MemberOverdue { on, matter: matter.clone(), round: 1, member: words("S3-06") },
        Event::RectificationListed {
            on,
            matter: matter.clone(),
            round: 1,
            number: words("S3-09-1-整改-1"),
            defects,
            demanded: Vec::new(),
        },
        Event::RectificationReported {
            on,
            matter: matter.clone(),
            round: 1,
            evidence: words("整改报告"),
            changed: changed.clone(),
        },
        Event::MembersReopened {
            on,
            matter: matter.clone(),
            round: 2,
            members: vec![words("S3-04")],
            changed,
        },
        Event::OpinionIssued { on, matter, opinion: opinion() },
        Event::ConstructionStarted { on },
        Event::StartExtended {
            on, months: 3, document: words("延-1"), reason: words("冬季停工")
        },
        Event::PermitLapsed { on, declared_on: day("2025-03-25") },
        Event::ConstructionStopped { on, reason: words("资金不到位") },
        Event::StoppageReported { on, document: words("报-1") },
        Event::PermitReverified { on, document: words("核-1") },
        Event::ConstructionResumed { on },
        Event::OwnerAccepted { on, scope: scope(), document: words("竣-1") },
        Event::PutIntoUse { on, unit: words("a") },
        Event::ProductionStarted { on, unit: words("a") },
        Event::PlanningArchiveDelivered { on, scope: scope(), document: words("档-1") },
        Event::AlarmRaised(Alarm {
            on,
            kind: Kind::Red,
            subject: words("units/a"),
            limit: words("planning_archive"),
            due: day("2025-03-19"),
            citation: words("城乡规划法 art. 45"),
            held_by: matter::Party::Enterprise,
        }),
        Event::PriorConditions {
            on,
            matter: words("projects/p/matters/S2-10-1"),
            open: vec![words("补种行道树")],
        },
    ]
    .into_iter()
    .chain(demanding())
    .collect()
}

/// Findings and a list that demand materials.
fn demanding() -> [Event; 2] {
    let keys = || vec!["as_built_drawings".to_owned()];
    let mut found = examined(Finding::Rectify(vec!["疏散门未装".to_owned()]));
    if let Event::MemberExamined { examined, .. } = &mut found {
        examined.demanded = keys();
    }
    let listed = Event::RectificationListed {
        on: day("2025-03-20"),
        matter: "S3-09-1".parse().unwrap(),
        round: 1,
        number: "S3-09-1-整改-1".to_owned(),
        defects: Vec::new(),
        demanded: keys(),
    };
    [found, listed]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_fact_survives_the_disk() {
    for event in all() {
        let bytes = event.to_wire().encode_to_vec();
        let stored = AcceptanceEvent::decode(bytes.as_slice()).unwrap();
        assert_eq!(Event::from_wire(&stored), Ok(event));
    }
}

#[test]
fn what_was_ever_written_is_written_so_for_ever() {
    let written: Vec<String> = all()
        .iter()
        .map(|event| format!("{} {}", event.kind(), hex(&event.to_wire().encode_to_vec())))
        .collect();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    assert_eq!(written, golden, "a line may be added, never changed:\n{}", written.join("\n"));
}

#[test]
fn what_cannot_be_read_names_its_field() {
    let check = |change: fn(&mut AcceptanceEvent), field: &str| {
        let mut stored = all()[0].to_wire();
        change(&mut stored);
        assert_eq!(Event::from_wire(&stored).unwrap_err().field, field);
    };
    check(|stored| stored.kind = None, "kind");
    check(|stored| stored.occurred_on = "2025-3-20".to_owned(), "occurred_on");
    check(|stored| stored.occurred_on = "2025-02-29".to_owned(), "occurred_on");
    check(|stored| stored.occurred_on = String::new(), "occurred_on");
}

#[test]
fn the_opinions_hash_is_taken_over_everything_it_says() {
    let id: MatterId = "S3-09-1".parse().unwrap();
    let said = opinion().canonical(&id, day("2025-03-24"));
    let changes: [fn(&mut Opinion); 7] = [
        |o| o.version = 3,
        |o| o.number.push('x'),
        |o| o.reason.push('x'),
        |o| o.results[0].document.push('x'),
        |o| o.results[0].not_applicable = Some("x".to_owned()),
        |o| o.surveys[0].version = 3,
        |o| o.scope.units = keys(&["a"]),
    ];
    for change in changes {
        let mut other = opinion();
        change(&mut other);
        assert_ne!(other.canonical(&id, day("2025-03-24")), said);
    }
    assert_ne!(opinion().canonical(&id, day("2025-03-25")), said);
}
