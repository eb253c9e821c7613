//! Small histories for the tests: one project, one matter, every store as it should be.

use prost::Message as _;
use proto::{
    intake::v1 as intake, matter::v1 as matter, matter::v1::matter_event::Kind,
    planning::v1 as planning, status::v1 as status, r#type::v1 as ty,
};

use crate::hash;
use crate::run::{
    Bytes, Command, Event, Final, Head, Log, Message, Mirror, Quiet, Read, Row, Run, Token, Told,
};
use crate::verdict::Verdict;

/// Rules that a verdict found broken, in its order.
pub(crate) fn broken(verdict: &Verdict) -> Vec<&'static str> {
    verdict.violations.iter().map(|violation| violation.rule).collect()
}

pub(crate) fn holds(verdict: &Verdict) -> bool {
    verdict.violations.is_empty() && (verdict.is_optional || !verdict.saw_nothing())
}

/// The day of everything, unless said otherwise: 2022-04-06, a Wednesday after the Qingming rest days.
const DAY: &str = "2022-04-06";
pub(crate) const ENTERPRISE: &str = "enterprise:yamato/filing";
pub(crate) const AGENCY: &str = "agency:NR/u1";
pub(crate) const MATTER: &str = "projects/p1/matters/S2-05-1";

/// A history in the making.
pub(crate) struct Sample {
    run: Run,
    who: Option<String>,
    recorded_at: i64,
    op: u64,
}

pub(crate) fn name() -> ty::Text {
    ty::Text { zh: "大和泵业".to_owned(), en: "Yamato Pumps".to_owned() }
}

pub(crate) fn terms() -> matter::Terms {
    let opinion = |key: &str| matter::OpinionTerm {
        key: key.to_owned(),
        agency: "MEE".to_owned(),
        ..matter::OpinionTerm::default()
    };
    matter::Terms {
        item: "S2-05".to_owned(),
        agency: "NR".to_owned(),
        opinions: vec![opinion("environment")],
        ..matter::Terms::default()
    }
}

fn facts() -> intake::ProjectFacts {
    intake::ProjectFacts { name: Some(name()), ..intake::ProjectFacts::default() }
}

impl Sample {
    /// Nothing yet, in logs with this hash.
    pub(crate) fn hashed(algorithm: &str) -> Self {
        let mut run = Run::default();
        for (at, name) in ["intake", "planning"].into_iter().enumerate() {
            let head = Head {
                log: name.to_owned(),
                log_id: Bytes(vec![u8::try_from(at).unwrap(); 16]),
                algorithm: algorithm.to_owned(),
                epoch: 1,
                ..Head::default()
            };
            let mut log = Log { head, broker: Some(Vec::new()), ..Log::default() };
            log.head.hash = Bytes(hash::genesis(&log).unwrap());
            run.logs.insert(name.to_owned(), log);
        }
        let mut sample = Self { run, who: None, recorded_at: 0, op: 0 };
        sample.on(DAY);
        sample
    }

    /// The project is registered and has its code, and its matter was received: position 2 of both logs.
    pub(crate) fn begun() -> Self {
        let mut sample = Self::hashed("sha-256");
        sample.begin();
        sample
    }

    /// The whole story: the matter is accepted at position 3 and granted at position 4.
    pub(crate) fn story() -> Run {
        let mut sample = Self::begun();
        sample.accept("accept-1");
        sample.decide("decide-1");
        sample.look();
        sample.run()
    }

    /// As [`Sample::story`], on what is there.
    pub(crate) fn tell(&mut self) {
        self.begin();
        self.accept("accept-1");
        self.decide("decide-1");
    }

    fn begin(&mut self) {
        let registered = intake::ProjectRegistered { facts: Some(facts()), ..Default::default() };
        let registered = intake::intake_event::Kind::ProjectRegistered(registered);
        self.by(ENTERPRISE).intake("register-1", "project_registered", registered);
        let code = intake::ProjectCodeAssigned { code: "2204-1".to_owned() };
        let code = intake::intake_event::Kind::ProjectCodeAssigned(code);
        self.by("agency:DRC/u1").intake("code-1", "project_code_assigned", code);
        self.by("system:reactions").rest("react.intake.1.2");
        let received = matter::Received { terms: Some(terms()), materials: vec![material()] };
        self.by(ENTERPRISE).step("file-1", "received", Kind::Received(received));
    }

    /// Who sends the next command.
    pub(crate) fn by(&mut self, who: &str) -> &mut Self {
        self.who = Some(who.to_owned());
        self
    }

    /// On which day everything is recorded from now on, at noon.
    pub(crate) fn on(&mut self, day: &str) -> &mut Self {
        const DAYS: i64 = 24 * 60 * 60 * 1_000_000;
        let noon = (0..40_000).map(|n| n * DAYS + DAYS / 6);
        self.recorded_at = noon.into_iter().find(|at| crate::date::of(*at) == day).unwrap();
        self
    }

    pub(crate) fn accept(&mut self, key: &str) {
        let mode = matter::AcceptanceMode::Written.into();
        self.step(key, "accepted", Kind::Accepted(matter::Accepted { mode, ..Default::default() }));
    }

    pub(crate) fn decide(&mut self, key: &str) {
        let outcome = matter::Outcome::Granted.into();
        let decided = matter::Decided { outcome, ..matter::Decided::default() };
        self.step(key, "decided", Kind::Decided(decided));
    }

    pub(crate) fn ask(&mut self, key: &str) {
        let opinions = vec!["environment".to_owned()];
        let asked = matter::OpinionsRequested { opinions };
        self.step(key, "opinions_requested", Kind::OpinionsRequested(asked));
    }

    pub(crate) fn give(&mut self, key: &str) {
        let verdict = matter::Verdict::Consents.into();
        let opinion = "environment".to_owned();
        let given = matter::OpinionGiven { opinion, verdict, ..Default::default() };
        self.step(key, "opinion_given", Kind::OpinionGiven(given));
    }

    pub(crate) fn raise(&mut self, key: &str, on: &str, due: &str) {
        let alarm = ty::Alarm {
            kind: ty::AlarmKind::Yellow.into(),
            subject: "S2-05-1".to_owned(),
            limit: "committed".to_owned(),
            due_on: due.to_owned(),
            ..ty::Alarm::default()
        };
        let raised = matter::AlarmRaised { alarm: Some(alarm), ..Default::default() };
        self.by("system:clock").step_on(on, key, "alarm_raised", Kind::AlarmRaised(raised));
    }

    /// An event of planning that moves no matter.
    pub(crate) fn rest(&mut self, key: &str) {
        let admitted = planning::ProjectAdmitted {
            project_code: "2204-1".to_owned(),
            name: Some(name()),
            ..planning::ProjectAdmitted::default()
        };
        let kind = Some(planning::planning_event::Kind::ProjectAdmitted(admitted));
        let event = planning::PlanningEvent { occurred_on: DAY.to_owned(), kind };
        self.append("planning", key, "project_admitted", event.encode_to_vec(), Vec::new());
    }

    fn intake(&mut self, key: &str, kind: &str, fact: intake::intake_event::Kind) {
        let event = intake::IntakeEvent { occurred_on: DAY.to_owned(), kind: Some(fact) };
        self.append("intake", key, kind, event.encode_to_vec(), b"told".to_vec());
    }

    fn step(&mut self, key: &str, kind: &str, step: Kind) {
        self.step_on(DAY, key, kind, step);
    }

    fn step_on(&mut self, on: &str, key: &str, kind: &str, step: Kind) {
        let matter = "S2-05-1".to_owned();
        let step = matter::MatterEvent { matter, occurred_on: on.to_owned(), kind: Some(step) };
        let kind_ = Some(planning::planning_event::Kind::Matter(step));
        let event = planning::PlanningEvent { occurred_on: on.to_owned(), kind: kind_ };
        let answer = matter::AcceptMatterResponse {
            matter: Some(shown(kind == "decided", "")),
            position: String::new(),
        };
        let answer = match kind {
            "accepted" | "decided" => answer.encode_to_vec(),
            _ => Vec::new(),
        };
        self.append("planning", key, kind, event.encode_to_vec(), answer);
    }

    /// Appends one event as one command, in every store, and answers it.
    fn append(&mut self, name: &str, key: &str, kind: &str, payload: Vec<u8>, answer: Vec<u8>) {
        let who = self.who.take().unwrap_or_else(|| AGENCY.to_owned());
        let log = self.run.logs.get_mut(name).unwrap();
        let algorithm = log.head.algorithm.clone();
        let stream = format!("{name}/p1");
        let before = log.events.iter().rev().find(|event| event.stream == stream);
        let (version, last) =
            before.map_or((0, vec![0; 32]), |event| (event.version, event.stream_hash.0.clone()));
        let fingerprint = hash::of("sha-256", key.as_bytes()).unwrap();
        let digest = hash::command(&algorithm, &fingerprint, &answer, &[]).unwrap();
        let position = log.head.position + 1;
        let mut event = Event {
            position,
            epoch: 1,
            stream: stream.clone(),
            version: version + 1,
            kind: kind.to_owned(),
            recorded_at: self.recorded_at,
            actor: who.clone(),
            principal: who.clone(),
            key: key.to_owned(),
            command_digest: Bytes(digest),
            payload: Bytes(payload),
            ..Event::default()
        };
        event.stream_hash = Bytes(hash::stream(log, &event, &last).unwrap());
        let hash = hash::log(&algorithm, &log.head.hash.0, &event.stream_hash.0).unwrap();
        event.hash = Bytes(hash);
        (log.head.position, log.head.hash) = (position, event.hash.clone());
        log.rows.push(Row {
            principal: who.clone(),
            key: key.to_owned(),
            fingerprint: Bytes(fingerprint.clone()),
            first_position: position,
            last_position: position,
            version: version + 1,
            answer: Bytes(answer.clone()),
        });
        log.broker.as_mut().unwrap().push(Message {
            sequence: position,
            position: Some(position),
            message_id: Some(event.hash.to_string()),
            hash: Some(event.hash.clone()),
            subject: format!("tongban.{name}.{kind}.p1"),
            payload: event.payload.clone(),
        });
        let (follower, hash) = (format!("harness:{name}"), event.hash.clone());
        self.run.told.push(Told { follower, position, hash });
        log.events.push(event);
        self.op += 1;
        if who.starts_with("system:") {
            return;
        }
        let is_matter = !answer.is_empty() && name == "planning";
        self.run.commands.push(Command {
            op: self.op,
            t0: self.op * 1_000,
            t1: Some(self.op * 1_000 + 500),
            rpc: match is_matter {
                true => "tongban.matter.v1.MatterService/AcceptMatter".to_owned(),
                false => "tongban.intake.v1.IntakeService/RegisterProject".to_owned(),
            },
            who,
            log: name.to_owned(),
            stream: Some(stream),
            key: Some(key.to_owned()),
            request: Some(Bytes(fingerprint)),
            res: "ok".to_owned(),
            position: Some(Token { log: name.to_owned(), epoch: 1, position }),
            answer: Some(Bytes(answer)),
            ..Command::default()
        });
    }

    /// The project's status and its matter, read at the end of the story.
    fn look(&mut self) {
        let heads = [("intake", 2), ("planning", 4)];
        let body = Self::status_as_of(&self.run, &heads);
        let as_of = heads.map(|(log, position)| Token { log: log.to_owned(), epoch: 1, position });
        let read = Read {
            op: 101,
            session: 7,
            t0: 20_000,
            t1: Some(20_500),
            rpc: "tongban.status.v1.StatusService/GetProjectStatus".to_owned(),
            who: ENTERPRISE.to_owned(),
            object: Some("projects/p1".to_owned()),
            as_of: as_of.to_vec(),
            res: "ok".to_owned(),
            body: Some(body.clone()),
            ..Read::default()
        };
        let last = Final { object: "projects/p1".to_owned(), as_of: as_of.to_vec(), body };
        self.run.statuses.push(last);
        self.run.reads.push(read.clone());
        let body = Self::matter_as_of(&self.run, 4);
        let (op, t0, t1) = (102, 21_000, Some(21_500));
        let rpc = "tongban.matter.v1.MatterService/GetMatter".to_owned();
        let (object, as_of) = (Some(MATTER.to_owned()), Vec::new());
        let (who, body) = (AGENCY.to_owned(), Some(body));
        self.run.reads.push(Read { op, t0, t1, rpc, object, as_of, who, body, ..read });
        self.run.healed = Some(30_000);
        self.run.quiet = Some(Quiet { t0: 31_000, converged: true, what: None });
    }

    /// The matter as a reader is shown it who has seen so much of planning's log.
    pub(crate) fn matter_as_of(_: &Run, position: u64) -> Bytes {
        let matter = Some(shown(position >= 4, &format!("planning:1:{position}")));
        Bytes(matter::GetMatterResponse { matter }.encode_to_vec())
    }

    /// The project's status as of these positions; the matter is shown from planning's position 3 on.
    pub(crate) fn status_as_of(_: &Run, heads: &[(&str, u64)]) -> Bytes {
        let planning = heads.iter().find(|(log, _)| *log == "planning").map_or(0, |head| head.1);
        let matter = (planning >= 3)
            .then(|| shown(planning >= 4, &format!("planning:1:{planning}")))
            .map(|matter| status::MatterStatus { matter: Some(matter), ..Default::default() });
        let status = status::ProjectStatus {
            name: "projects/p1".to_owned(),
            project_code: "2204-1".to_owned(),
            title: Some(name()),
            matters: matter.into_iter().collect(),
            ..status::ProjectStatus::default()
        };
        let as_of = heads.iter().map(|(log, position)| format!("{log}:1:{position}")).collect();
        let shown =
            status::GetProjectStatusResponse { status: Some(status), as_of, ..Default::default() };
        Bytes(shown.encode_to_vec())
    }

    /// A whole copy of a log.
    pub(crate) fn mirror(run: &Run, reader: &str, log: &str) -> Mirror {
        let held = &run.logs[log];
        let head = format!(
            r#"{{"epoch":1,"position":{},"hash":"{}"}}"#,
            held.head.position, held.head.hash
        );
        Mirror {
            reader: reader.to_owned(),
            log: log.to_owned(),
            checkpoint: Some(serde_json::from_str(&head).unwrap()),
            rows: held.events.clone(),
        }
    }

    /// What was recorded so far.
    pub(crate) fn run(&self) -> Run {
        self.run.clone()
    }
}

fn material() -> matter::Material {
    matter::Material { key: "site_plan".to_owned(), sha256: String::new(), version: 1 }
}

/// The matter after its acceptance, or after its decision.
pub(crate) fn shown(decided: bool, position: &str) -> matter::Matter {
    let state = if decided { matter::State::Granted } else { matter::State::UnderReview };
    let outcome = if decided { matter::Outcome::Granted } else { matter::Outcome::Unspecified };
    matter::Matter {
        name: MATTER.to_owned(),
        terms: Some(terms()),
        state: state.into(),
        received_on: DAY.to_owned(),
        accepted_on: DAY.to_owned(),
        acceptance_mode: matter::AcceptanceMode::Written.into(),
        decided_on: if decided { DAY.to_owned() } else { String::new() },
        outcome: outcome.into(),
        materials: vec![material()],
        position: position.to_owned(),
        ..matter::Matter::default()
    }
}
