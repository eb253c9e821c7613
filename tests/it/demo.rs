//! The demonstration, played through the binary as a newcomer plays it, against dates reckoned by hand.
//!
//! How each date was reckoned is written at the head of its file in `seeds/demo/`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use proto::matter::v1::{DeadlineKind, Light, NextStep, Party};
use proto::planning::v1::{GetBudgetRequest, planning_service_client::PlanningServiceClient};
use proto::status::v1::{
    ExplainDeadlineRequest, GetProjectStatusRequest, Stage,
    status_service_client::StatusServiceClient,
};
use tonic::transport::Channel;

use crate::binary::binary;

/// The day of the last step, on which everything is looked at.
const LAST_DAY: &str = "2026-11-20";

use DeadlineKind::{
    Acceptance, CommitmentCheck as Check, Committed as Promise, Delivery, Rectification,
    Statutory as Law,
};

/// A limit of a matter and its last day, reckoned by hand.
type Due = (&'static str, DeadlineKind, &'static str);

#[rustfmt::skip]
const DUE: &[Due] = &[
    ("shiomine-coldchain/S2-06-1", Promise, "2020-02-04"),
    ("shiomine-coldchain/S2-06-1", Law, "2020-02-21"),
    ("shiomine-coldchain/S2-12-1", Promise, "2020-02-19"),
    ("shiomine-coldchain/S2-12-1", Law, "2020-03-11"),
    ("shiomine-coldchain/S2-07-1", Promise, "2020-03-02"),
    ("shiomine-coldchain/S2-07-1", Law, "2020-03-05"),
    ("shiomine-coldchain/S2-17-1", Promise, "2020-03-05"),
    ("shiomine-coldchain/S2-17-1", Law, "2020-03-09"),

    ("kazahaya-bearings/S1-05-1", Promise, "2021-03-04"),
    ("kazahaya-bearings/S1-05-1", Law, "2021-03-18"),
    ("kazahaya-bearings/S2-04-1", Promise, "2021-04-25"),
    ("kazahaya-bearings/S2-05-1", Promise, "2021-04-20"),
    ("kazahaya-bearings/S2-05-1", Law, "2021-05-18"),
    ("kazahaya-bearings/S2-06-1", Promise, "2021-04-21"),
    ("kazahaya-bearings/S2-09-1", Promise, "2021-04-26"),
    ("kazahaya-bearings/S2-09-1", Law, "2021-05-20"),
    ("kazahaya-bearings/S2-12-1", Promise, "2021-04-21"),
    ("kazahaya-bearings/S2-17-1", Promise, "2021-04-26"),
    ("kazahaya-bearings/S2-17-1", Law, "2021-04-29"),
    ("kazahaya-bearings/S2-07-1", Check, "2021-06-04"),

    ("lindthal-pumps/S2-06-1", Acceptance, "2021-10-14"),
    ("lindthal-pumps/S2-06-1", Promise, "2021-10-20"),
    ("lindthal-pumps/S2-06-1", Law, "2021-11-08"),
    ("lindthal-pumps/S2-06-1", Delivery, "2021-11-02"),
    ("lindthal-pumps/S2-07-1", Promise, "2021-11-01"),
    ("lindthal-pumps/S2-17-1", Promise, "2021-11-04"),
    ("lindthal-pumps/S2-17-1", Law, "2021-11-08"),

    ("cascarra-motors/S2-09-1", Promise, "2022-02-07"),
    ("cascarra-motors/S2-09-1", Law, "2022-03-14"),
    ("cascarra-motors/S2-06-1", Promise, "2022-02-21"),
    ("cascarra-motors/S2-06-1", Law, "2022-03-10"),
    ("cascarra-motors/S2-07-1", Promise, "2022-03-02"),
    ("cascarra-motors/S2-07-1", Law, "2022-03-14"),
    ("cascarra-motors/S2-17-1", Promise, "2022-03-08"),
    ("cascarra-motors/S2-17-1", Law, "2022-03-10"),

    ("saebomgang-optics/S2-06-1", Acceptance, "2022-04-07"),
    ("saebomgang-optics/S2-06-1", Promise, "2022-04-11"),
    ("saebomgang-optics/S2-06-1", Law, "2022-04-27"),
    ("saebomgang-optics/S2-07-1", Promise, "2022-04-26"),
    ("saebomgang-optics/S2-17-1", Promise, "2022-04-29"),
    ("saebomgang-optics/S2-17-1", Law, "2022-05-05"),

    ("merantau-resins/S2-15-1", Promise, "2022-09-21"),
    ("merantau-resins/S2-15-1", Law, "2022-10-08"),
    ("merantau-resins/S2-09-1", Promise, "2022-07-22"),
    ("merantau-resins/S2-09-1", Law, "2022-08-30"),
    ("merantau-resins/S2-06-1", Promise, "2022-10-19"),
    ("merantau-resins/S2-16-1", Promise, "2022-11-04"),
    ("merantau-resins/S2-16-1", Law, "2022-11-18"),
    ("merantau-resins/S2-14-1", Promise, "2022-10-27"),
    ("merantau-resins/S2-14-1", Law, "2022-11-03"),
    ("merantau-resins/S2-08-1", Promise, "2022-10-31"),
    ("merantau-resins/S2-07-1", Promise, "2022-10-31"),
    ("merantau-resins/S2-07-1", Law, "2022-11-10"),
    ("merantau-resins/S2-17-1", Promise, "2022-11-10"),
    ("merantau-resins/S2-17-1", Law, "2022-11-14"),

    ("narubyeok-foods/S2-12-1", Check, "2023-06-21"),
    ("narubyeok-foods/S2-12-1", Rectification, "2023-07-04"),
    ("narubyeok-foods/S2-12-2", Promise, "2023-07-20"),
    ("narubyeok-foods/S2-12-2", Law, "2023-08-10"),
    ("narubyeok-foods/S2-06-1", Promise, "2023-04-25"),
    ("narubyeok-foods/S2-07-1", Promise, "2023-07-27"),
    ("narubyeok-foods/S2-17-1", Promise, "2023-08-02"),
    ("narubyeok-foods/S2-17-1", Law, "2023-08-04"),

    ("tsuikap-terminal/S2-01-1", Promise, "2023-10-12"),
    ("tsuikap-terminal/S2-01-1", Law, "2023-10-31"),
    ("tsuikap-terminal/S2-03-1", Promise, "2023-10-25"),
    ("tsuikap-terminal/S2-04-1", Promise, "2023-12-11"),
    ("tsuikap-terminal/S2-05-1", Promise, "2023-12-11"),
    ("tsuikap-terminal/S2-05-1", Law, "2024-01-04"),
    ("tsuikap-terminal/S2-21-1", Promise, "2023-12-07"),
    ("tsuikap-terminal/S2-21-1", Law, "2024-01-18"),
    ("tsuikap-terminal/S2-06-1", Promise, "2023-12-22"),
    ("tsuikap-terminal/S2-07-1", Promise, "2024-01-04"),
    ("tsuikap-terminal/S2-17-1", Promise, "2024-01-11"),
    ("tsuikap-terminal/S2-17-1", Law, "2024-01-15"),

    ("sorrelwood-filtration/S1-10-1", Promise, "2024-01-29"),
    ("sorrelwood-filtration/S1-10-1", Law, "2024-02-29"),
    ("sorrelwood-filtration/S2-06-1", Promise, "2024-03-13"),
    ("sorrelwood-filtration/S2-07-1", Promise, "2024-03-25"),
    ("sorrelwood-filtration/S2-17-1", Promise, "2024-04-01"),
    ("sorrelwood-filtration/S2-17-1", Law, "2024-04-03"),

    ("tsuikap-terminal-2/S2-06-1", Acceptance, "2024-10-12"),
    ("tsuikap-terminal-2/S2-06-1", Promise, "2024-10-16"),
    ("tsuikap-terminal-2/S2-06-1", Law, "2024-11-04"),
    ("tsuikap-terminal-2/S2-07-1", Promise, "2024-10-29"),
    ("tsuikap-terminal-2/S2-17-1", Promise, "2024-11-04"),
    ("tsuikap-terminal-2/S2-17-1", Law, "2024-11-06"),

    ("silberau-devices/S2-10-1", Promise, "2025-03-24"),
    ("silberau-devices/S2-10-1", Delivery, "2025-04-07"),
    ("silberau-devices/S2-10-2", Promise, "2025-04-14"),
    ("silberau-devices/S2-06-1", Promise, "2025-04-23"),
    ("silberau-devices/S2-06-1", Law, "2025-05-14"),
    ("silberau-devices/S2-20-1", Promise, "2025-05-06"),
    ("silberau-devices/S2-07-1", Promise, "2025-05-12"),
    ("silberau-devices/S2-17-1", Promise, "2025-05-15"),
    ("silberau-devices/S2-17-1", Law, "2025-05-19"),

    ("bukit-seraya-hospital/S1-09-1", Promise, "2025-10-11"),
    ("bukit-seraya-hospital/S1-09-1", Law, "2025-10-24"),
    ("bukit-seraya-hospital/S2-10-1", Promise, "2025-11-03"),
    ("bukit-seraya-hospital/S2-06-1", Promise, "2025-11-12"),
    ("bukit-seraya-hospital/S2-08-1", Promise, "2025-11-24"),
    ("bukit-seraya-hospital/S2-08-1", Law, "2025-12-04"),
    ("bukit-seraya-hospital/S2-07-1", Promise, "2025-11-24"),
    ("bukit-seraya-hospital/S2-07-1", Law, "2025-12-04"),
    ("bukit-seraya-hospital/S2-17-1", Promise, "2025-12-01"),
    ("bukit-seraya-hospital/S2-17-1", Law, "2025-12-03"),

    ("dolsaemi-cathodes/S2-06-1", Promise, "2026-10-21"),
    ("dolsaemi-cathodes/S2-06-1", Law, "2026-11-09"),

    ("kirigahara-power/S1-03-1", Law, "2026-09-16"),
    ("kirigahara-power/S2-09-1", Promise, "2026-12-01"),
    ("kirigahara-power/S2-09-1", Law, "2027-01-11"),
    ("kirigahara-power/S2-06-1", Acceptance, "2026-11-25"),
    ("kirigahara-power/S2-06-1", Promise, "2026-12-01"),
    ("kirigahara-power/S2-06-1", Law, "2026-12-18"),

    ("lokwan-instruments/S2-01-1", Promise, "2026-11-23"),
    ("lokwan-instruments/S2-01-1", Law, "2026-12-10"),

    ("ostermoor-coatings/S2-09-1", Promise, "2026-10-08"),
    ("ostermoor-coatings/S2-09-1", Law, "2026-10-08"),
    ("ostermoor-coatings/S2-09-1", Delivery, "2026-10-22"),
];

/// What was known on the day before the notice of 2020-01-27, and on that day.
#[rustfmt::skip]
const MOVED: &[(&str, DeadlineKind, &str, &str)] = &[
    ("shiomine-coldchain/S2-06-1", Promise, "2020-02-01", "2020-02-04"),
    ("shiomine-coldchain/S2-06-1", Law, "2020-02-19", "2020-02-21"),
];

/// Where a project stands on the last day: stage, who holds the ball, for what, until when, about which
/// matter, and the worst light of its matters.
type Row = (&'static str, Stage, Party, &'static str, NextStep, &'static str, &'static str, Light);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("shiomine-coldchain", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("kazahaya-bearings", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("lindthal-pumps", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("cascarra-motors", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("saebomgang-optics", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("merantau-resins", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("narubyeok-foods", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("tsuikap-terminal", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("sorrelwood-filtration", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("tsuikap-terminal-2", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("silberau-devices", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("bukit-seraya-hospital", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("dolsaemi-cathodes", Stage::Planning, Party::Agency, "PS", NextStep::GiveOpinion, "2026-10-15", "S2-06-1", Light::Red),
    ("kirigahara-power", Stage::Planning, Party::Agency, "PS", NextStep::GiveOpinion, "2026-11-25", "S2-06-1", Light::Green),
    ("lokwan-instruments", Stage::Planning, Party::Agency, "NR", NextStep::Decide, "2026-11-23", "S2-01-1", Light::Amber),
    ("ostermoor-coatings", Stage::Planning, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Red),
    ("mizukage-cells", Stage::Ended, Party::Nobody, "", NextStep::Unspecified, "", "", Light::Green),
];

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

async fn stands(played: &Played, row: &Row, wrong: &mut Vec<String>) {
    let (project, stage, party, who, next, due, about, light) = row;
    let request =
        GetProjectStatusRequest { name: format!("projects/{project}"), ..Default::default() };
    let mut client = StatusServiceClient::new(played.channel.clone());
    let answer = client.get_project_status(request).await.expect("a status").into_inner();
    let status = answer.status.expect("a status");
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

fn every_project_has_its_row(printed: &str) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/demo");
    let files = std::fs::read_dir(seeds).expect("the demonstration's files").count();
    assert_eq!(files, ROWS.len(), "every file has a row here");
    for (project, ..) in ROWS {
        let shown = printed.lines().any(|line| line.starts_with(&format!("{project}: ")));
        assert!(shown, "{project} is printed:\n{printed}");
    }
}
