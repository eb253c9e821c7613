//! The demonstration, played through the binary as a newcomer plays it, against what was reckoned by hand.
//!
//! How each date was reckoned is written at the head of its file in `seeds/demo/`.

mod aftercare;
mod byhand;
mod supervision;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use byhand::{DUE, DUTIES, Duty, LAST_DAY, MOVED, ROWS, Row, UNITS};
use proto::acceptance::v1::{
    Acceptance, GetAcceptanceRequest, acceptance_service_client::AcceptanceServiceClient,
};
use proto::aftercare::v1::PromiseStanding;
use proto::matter::v1::{
    DeadlineKind, ListMattersRequest, matter_service_client::MatterServiceClient,
};
use proto::planning::v1::{GetBudgetRequest, planning_service_client::PlanningServiceClient};
use proto::status::v1::{
    ExplainDeadlineRequest, GetProjectStatusRequest, ProjectStatus, UnitState,
    status_service_client::StatusServiceClient,
};
use tonic::{Request, transport::Channel};

use crate::binary::binary;

/// The demonstration played into a folder, and the platform that serves it afterwards.
struct Played {
    printed: String,
    folder: PathBuf,
    up: Child,
    channel: Channel,
}

impl Played {
    fn play() -> Self {
        let folder = std::env::temp_dir().join(format!("tongban-demo-test-{}", std::process::id()));
        let printed = demo(&folder);
        let heads = verified(&folder);
        assert_eq!(demo(&folder), printed, "played again, every call answers as before");
        assert_eq!(verified(&folder), heads, "played again, nothing is added");
        let mut up = command("up", &folder)
            .args(["--at", LAST_DAY, "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("tongban runs");
        let out = up.stdout.take().expect("its output");
        let line = BufReader::new(out).lines().next().expect("a line").expect("UTF-8");
        let address = line.split_whitespace().last().expect("an address");
        let channel = Channel::from_shared(format!("http://{address}"))
            .unwrap_or_else(|error| panic!("{line}: {error}"))
            .connect_lazy();
        Self { printed, folder, up, channel }
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        drop(self.up.kill());
        drop(self.up.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// What the demonstration prints.
fn demo(folder: &Path) -> String {
    succeeds(command("demo", folder))
}

/// How many events each log holds, and the hash over them.
fn verified(folder: &Path) -> String {
    let mut log = command("log", folder);
    log.arg("verify");
    succeeds(log)
}

fn succeeds(mut command: Command) -> String {
    let output = command.output().expect("tongban runs");
    let (printed, said) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{command:?} fails:\n{printed}\n{said}");
    printed
}

fn command(word: &str, folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.env_remove("TONGBAN_SEEDS").current_dir(std::env::temp_dir());
    command.arg(word).arg("--data").arg(folder);
    command
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_ends_as_reckoned_by_hand() {
    let played = Played::play();
    let mut wrong = Vec::new();
    for &(matter, kind, due) in DUE {
        let said = explained(&played, matter, kind, "").await;
        let provisional = due > "2026-12-31";
        note(&mut wrong, matter, kind, &said, &(due.to_owned(), provisional));
    }
    for &(project, units) in UNITS {
        let status = status(&played, project).await;
        let shown = status.units.iter().map(|unit| (unit.unit.as_str(), unit.state()));
        let shown: Vec<(&str, UnitState)> = shown.collect();
        note(&mut wrong, project, "units", &shown, &units.to_vec());
    }
    for duty in DUTIES {
        owed(&played, duty, &mut wrong).await;
    }
    aftercare::stands(&played, &mut wrong).await;
    supervision::stands(&played, &mut wrong).await;
    for &(matter, kind, before, after) in MOVED {
        let said = explained(&played, matter, kind, "2020-01-26").await;
        note(&mut wrong, matter, kind, &said, &(before.to_owned(), false));
        let said = explained(&played, matter, kind, "2020-01-27").await;
        note(&mut wrong, matter, kind, &said, &(after.to_owned(), false));
    }
    for row in ROWS {
        stands(&played, row, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    the_budget_is_kept(&played).await;
    every_item_of_the_catalogue_was_used(&played).await;
    every_project_has_its_row(&played.printed);
}

fn note<T: PartialEq + std::fmt::Debug>(
    wrong: &mut Vec<String>,
    what: &str,
    kind: impl std::fmt::Debug,
    said: &T,
    by_hand: &T,
) {
    if said != by_hand {
        wrong.push(format!("{what} {kind:?}: {said:?}, by hand {by_hand:?}"));
    }
}

/// A request of the agency that supervises all others.
fn asked<T>(message: T) -> Request<T> {
    asked_by("agency:BE/supervision-1", message)
}

fn asked_by<T>(principal: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let principal = principal.parse().expect("a principal");
    request.metadata_mut().insert("tongban-principal", principal);
    request
}

async fn acceptance(played: &Played, project: &str) -> Acceptance {
    let name = format!("projects/{project}");
    let request = GetAcceptanceRequest { name, min_position: Vec::new() };
    let mut client = AcceptanceServiceClient::new(played.channel.clone());
    let answer = client.get_acceptance(asked(request)).await.expect("an answer");
    answer.into_inner().acceptance.expect("an acceptance")
}

/// What the enterprise owes by law: until when, when it was done, and whether that was late.
async fn owed(played: &Played, (project, rule, unit, due, done): &Duty, wrong: &mut Vec<String>) {
    let acceptance = acceptance(played, project).await;
    let concerns = |units: &[String]| match *unit {
        "" => units.is_empty(),
        unit => units.iter().any(|one| one == unit),
    };
    let duties = acceptance.duties.iter();
    let found: Vec<_> =
        duties.filter(|duty| duty.citation == *rule && concerns(&duty.units)).collect();
    let said: Vec<_> =
        found.iter().map(|duty| (duty.due_on.as_str(), duty.done_on.as_str(), duty.late)).collect();
    let until = if done.is_empty() { LAST_DAY } else { done };
    note(wrong, &format!("{project} {unit}"), rule, &said, &vec![(*due, *done, until > *due)]);
}

/// The due day and whether it is provisional, with the proof checked: as many days counted as the limit
/// and its extension allow, the last of them the due day unless that was moved.
async fn explained(
    played: &Played,
    matter: &str,
    kind: DeadlineKind,
    calendar_as_of: &str,
) -> (String, bool) {
    let (project, id) = matter.split_once('/').expect("a project and a matter");
    let request = ExplainDeadlineRequest {
        name: format!("projects/{project}/matters/{id}"),
        kind: kind.into(),
        calendar_as_of: calendar_as_of.to_owned(),
        ..Default::default()
    };
    let mut status = StatusServiceClient::new(played.channel.clone());
    let answer = match status.explain_deadline(request).await {
        Ok(answer) => answer.into_inner(),
        Err(refused) => return (format!("{}: {}", refused.code(), refused.message()), false),
    };
    let deadline = answer.deadline.expect("a deadline");
    let extended = answer.extension.and_then(|extension| extension.by).map_or(0, |by| by.n);
    let limit = deadline.limit.expect("a limit").n + extended;
    let counted = answer.days.iter().filter(|day| day.counted).count();
    if deadline.due_on != deadline.started_on {
        assert_eq!(answer.days.last().map(|day| day.date.as_str()), Some(deadline.due_on.as_str()));
        assert_eq!(counted, limit as usize, "days counted of {matter} {kind:?}");
    }
    (deadline.due_on, deadline.provisional)
}

async fn status(played: &Played, project: &str) -> ProjectStatus {
    let request =
        GetProjectStatusRequest { name: format!("projects/{project}"), ..Default::default() };
    let mut client = StatusServiceClient::new(played.channel.clone());
    let answer = client.get_project_status(asked(request)).await.expect("a status").into_inner();
    answer.status.expect("a status")
}

async fn stands(played: &Played, row: &Row, wrong: &mut Vec<String>) {
    let (project, stage, party, who, next, due, about, light) = row;
    let status = status(played, project).await;
    let holder = status.holder.clone().unwrap_or_default();
    let about_said = status.about.rsplit('/').next().unwrap_or_default().to_owned();
    let said = (
        status.stage(),
        holder.party(),
        holder.who.clone(),
        holder.next(),
        holder.due_on.clone(),
        about_said,
        status.light(),
    );
    let by_hand =
        (*stage, *party, (*who).to_owned(), *next, (*due).to_owned(), (*about).to_owned(), *light);
    note(wrong, project, "row", &said, &by_hand);
}

/// Five of the ten working days, those of the authorities' clocks and no others.
async fn the_budget_is_kept(played: &Played) {
    let name = "projects/kazahaya-bearings".to_owned();
    let request = GetBudgetRequest { name, min_position: Vec::new() };
    let mut client = PlanningServiceClient::new(played.channel.clone());
    let budget = client.get_budget(request).await.expect("an answer").into_inner().budget;
    let budget = budget.expect("a budget");
    assert_eq!(budget.started_on, "2021-04-19");
    assert_eq!(budget.finished_on, "2021-04-25");
    assert_eq!(budget.limit, 10);
    let used = ["2021-04-20", "2021-04-21", "2021-04-22", "2021-04-23", "2021-04-25"];
    assert_eq!(budget.used, used);
    assert_eq!(budget.elapsed_working_days, 5);
}

/// As the platform recorded it: matters, and members of joint acceptances that examine an item's part.
async fn every_item_of_the_catalogue_was_used(played: &Played) {
    let mut client = MatterServiceClient::new(played.channel.clone());
    let (mut used, mut page_token) = (BTreeSet::new(), String::new());
    loop {
        let parent = "projects/-".to_owned();
        let request =
            ListMattersRequest { parent, page_size: 200, page_token, ..Default::default() };
        let page = client.list_matters(asked(request)).await.expect("a page").into_inner();
        used.extend(page.matters.into_iter().map(|matter| matter.terms.expect("terms").item));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    for (project, _) in UNITS {
        let joints = acceptance(played, project).await.joints;
        let members = joints.into_iter().flat_map(|joint| joint.members);
        used.extend(members.map(|member| member.member.expect("a member").member));
    }
    let unused: Vec<String> = items().into_iter().filter(|code| !used.contains(code)).collect();
    assert!(unused.is_empty(), "no project of the demonstration uses {}", unused.join(", "));
}

/// The codes of the catalogue, one file each.
fn items() -> Vec<String> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/catalogue");
    let files = std::fs::read_dir(seeds).expect("the catalogue").map(|file| file.expect("a file"));
    let names = files.map(|file| file.file_name().into_string().expect("UTF-8"));
    let codes = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned));
    let mut codes: Vec<String> = codes.filter(|code| code.starts_with('S')).collect();
    codes.sort();
    assert_eq!(codes.len(), 64);
    codes
}

fn every_project_has_its_row(printed: &str) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/demo");
    let files = std::fs::read_dir(seeds).expect("the demonstration's files").count();
    assert_eq!(files, ROWS.len(), "every file has a row here");
    for (project, ..) in ROWS {
        let shown = printed.lines().any(|line| line.starts_with(&format!("{project}: ")));
        assert!(shown, "{project} is printed:\n{printed}");
    }
    let table = printed.split("\n\n").next().unwrap_or_default();
    // What is not ASCII here takes two columns, or one.
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let wide: Vec<&str> = table.lines().filter(|line| width(line) > 100).collect();
    assert!(wide.is_empty(), "wider than a terminal: {wide:?}");
}
