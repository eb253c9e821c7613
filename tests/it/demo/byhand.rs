//! What was reckoned by hand: the tables of the demonstration's test.

use super::DeadlineKind::{
    self, Acceptance, CommitmentCheck as Check, Committed as Promise, Delivery, Owed,
    Rectification, Statutory as Law,
};
use super::PromiseStanding::{self, Broken, Kept, Late};
use super::UnitState::{
    self, Operating, UnderConstruction as Built, UnderJointAcceptance as Examined,
};
use proto::aftercare::v1::ServiceRequestStanding::{self, Closed, Raised};
use proto::matter::v1::CardVerdict::{self, Annulled, Upheld};
use proto::matter::v1::{Light, NextStep, Party};
use proto::status::v1::Stage;

/// The day of the last step, on which everything is looked at.
pub(super) const LAST_DAY: &str = "2026-11-20";

/// A limit of a matter and its last day.
type Due = (&'static str, DeadlineKind, &'static str);

#[rustfmt::skip]
pub(super) const DUE: &[Due] = &[
    ("shiomine-coldchain/S2-06-1", Promise, "2020-02-04"),
    ("shiomine-coldchain/S2-06-1", Law, "2020-02-21"),
    ("shiomine-coldchain/S2-12-1", Promise, "2020-02-19"),
    ("shiomine-coldchain/S2-12-1", Law, "2020-03-11"),
    ("shiomine-coldchain/S2-07-1", Promise, "2020-03-02"),
    ("shiomine-coldchain/S2-07-1", Law, "2020-03-05"),
    ("shiomine-coldchain/S2-17-1", Promise, "2020-03-05"),
    ("shiomine-coldchain/S2-17-1", Law, "2020-03-09"),
    ("shiomine-coldchain/S3-01-1", Promise, "2021-05-19"),
    ("shiomine-coldchain/S3-09-1", Promise, "2021-06-07"),
    ("shiomine-coldchain/S3-09-1", Law, "2021-07-27"),
    ("shiomine-coldchain/S3-10-1", Promise, "2021-06-04"),
    ("shiomine-coldchain/S3-12-1", Promise, "2021-06-22"),
    ("shiomine-coldchain/S3-13-1", Promise, "2021-06-24"),
    ("shiomine-coldchain/S3-13-1", Law, "2021-08-02"),
    ("shiomine-coldchain/S4-02-1", Promise, "2021-06-29"),

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
    ("kazahaya-bearings/S2-18-1", Promise, "2021-05-12"),
    ("kazahaya-bearings/S3-01-1", Promise, "2022-06-15"),
    ("kazahaya-bearings/S3-09-1", Promise, "2022-07-08"),
    ("kazahaya-bearings/S3-13-1", Promise, "2022-07-14"),
    ("kazahaya-bearings/S3-13-1", Law, "2022-08-24"),
    ("kazahaya-bearings/S3-14-1", Promise, "2022-07-21"),
    ("kazahaya-bearings/S3-12-1", Promise, "2022-08-31"),
    ("kazahaya-bearings/S3-01-2", Promise, "2023-05-31"),
    ("kazahaya-bearings/S3-09-2", Promise, "2023-06-14"),
    ("kazahaya-bearings/S3-09-2", Law, "2023-08-08"),
    ("kazahaya-bearings/S1-07-1", Promise, "2021-03-09"),
    ("kazahaya-bearings/S4-07-1", Promise, "2022-08-08"),
    ("kazahaya-bearings/S4-01-1", Promise, "2022-09-13"),
    ("kazahaya-bearings/S4-01-1", Law, "2022-09-19"),
    ("kazahaya-bearings/S4-14-1", Promise, "2024-03-25"),
    ("kazahaya-bearings/S4-16-1", Promise, "2024-05-20"),

    ("lindthal-pumps/S2-06-1", Acceptance, "2021-10-14"),
    ("lindthal-pumps/S2-06-1", Promise, "2021-10-20"),
    ("lindthal-pumps/S2-06-1", Law, "2021-11-08"),
    ("lindthal-pumps/S2-06-1", Delivery, "2021-11-02"),
    ("lindthal-pumps/S2-07-1", Promise, "2021-11-01"),
    ("lindthal-pumps/S2-17-1", Promise, "2021-11-04"),
    ("lindthal-pumps/S2-17-1", Law, "2021-11-08"),
    ("lindthal-pumps/S2-17-2", Promise, "2022-09-08"),
    ("lindthal-pumps/S2-17-2", Law, "2022-09-13"),
    ("lindthal-pumps/S3-01-1", Promise, "2023-08-23"),
    ("lindthal-pumps/S3-09-1", Promise, "2023-09-18"),
    ("lindthal-pumps/S3-09-1", Law, "2023-11-10"),
    ("lindthal-pumps/S3-13-1", Promise, "2023-10-19"),
    ("lindthal-pumps/S3-13-1", Law, "2023-11-27"),

    ("cascarra-motors/S2-09-1", Promise, "2022-02-07"),
    ("cascarra-motors/S2-09-1", Law, "2022-03-14"),
    ("cascarra-motors/S2-06-1", Promise, "2022-02-21"),
    ("cascarra-motors/S2-06-1", Law, "2022-03-10"),
    ("cascarra-motors/S2-07-1", Promise, "2022-03-02"),
    ("cascarra-motors/S2-07-1", Law, "2022-03-14"),
    ("cascarra-motors/S2-17-1", Promise, "2022-03-08"),
    ("cascarra-motors/S2-17-1", Law, "2022-03-10"),
    ("cascarra-motors/S2-18-1", Promise, "2022-03-21"),
    ("cascarra-motors/S3-01-1", Promise, "2023-08-16"),
    ("cascarra-motors/S3-02-1", Promise, "2023-08-28"),
    ("cascarra-motors/S3-02-1", Law, "2023-09-18"),
    ("cascarra-motors/S3-09-1", Promise, "2023-09-25"),
    ("cascarra-motors/S3-09-2", Promise, "2025-04-08"),
    ("cascarra-motors/S3-09-2", Law, "2025-05-29"),
    ("cascarra-motors/S4-01-1", Promise, "2024-01-22"),
    ("cascarra-motors/S4-01-1", Law, "2024-02-22"),

    ("saebomgang-optics/S2-06-1", Acceptance, "2022-04-07"),
    ("saebomgang-optics/S2-06-1", Promise, "2022-04-11"),
    ("saebomgang-optics/S2-06-1", Law, "2022-04-27"),
    ("saebomgang-optics/S2-07-1", Promise, "2022-04-26"),
    ("saebomgang-optics/S2-17-1", Promise, "2022-04-29"),
    ("saebomgang-optics/S2-17-1", Law, "2022-05-05"),
    ("saebomgang-optics/S3-01-1", Promise, "2024-05-22"),
    ("saebomgang-optics/S3-09-1", Promise, "2024-06-11"),
    ("saebomgang-optics/S3-09-1", Law, "2024-07-30"),
    ("saebomgang-optics/S3-13-1", Promise, "2024-07-04"),
    ("saebomgang-optics/S3-13-1", Law, "2024-08-12"),

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
    ("merantau-resins/S3-01-1", Promise, "2024-04-17"),
    ("merantau-resins/S3-08-1", Promise, "2024-05-08"),
    ("merantau-resins/S3-08-1", Law, "2024-05-14"),
    ("merantau-resins/S3-09-1", Promise, "2024-05-27"),
    ("merantau-resins/S3-09-1", Law, "2024-07-16"),
    ("merantau-resins/S4-01-1", Promise, "2024-09-02"),
    ("merantau-resins/S4-01-1", Law, "2024-09-18"),

    ("narubyeok-foods/S2-12-1", Check, "2023-06-21"),
    ("narubyeok-foods/S2-12-1", Rectification, "2023-07-04"),
    ("narubyeok-foods/S2-12-2", Promise, "2023-07-20"),
    ("narubyeok-foods/S2-12-2", Law, "2023-08-10"),
    ("narubyeok-foods/S2-06-1", Promise, "2023-04-25"),
    ("narubyeok-foods/S2-07-1", Promise, "2023-07-27"),
    ("narubyeok-foods/S2-17-1", Promise, "2023-08-02"),
    ("narubyeok-foods/S2-17-1", Law, "2023-08-04"),
    ("narubyeok-foods/S3-01-1", Promise, "2024-06-26"),
    ("narubyeok-foods/S3-06-1", Check, "2024-08-12"),
    ("narubyeok-foods/S3-06-1", Rectification, "2024-08-26"),
    ("narubyeok-foods/S3-09-1", Promise, "2024-07-22"),
    ("narubyeok-foods/S3-09-1", Law, "2024-09-09"),
    ("narubyeok-foods/S3-12-1", Promise, "2024-09-02"),

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
    ("tsuikap-terminal/S2-20-1", Acceptance, "2024-03-04"),
    ("tsuikap-terminal/S3-01-1", Promise, "2025-05-21"),
    ("tsuikap-terminal/S3-09-1", Promise, "2025-06-10"),
    ("tsuikap-terminal/S3-09-1", Law, "2025-07-29"),
    ("tsuikap-terminal/S3-13-1", Promise, "2025-06-19"),
    ("tsuikap-terminal/S3-13-1", Law, "2025-07-28"),
    ("tsuikap-terminal/S3-09-2", Promise, "2026-11-23"),

    ("sorrelwood-filtration/S1-10-1", Promise, "2024-01-29"),
    ("sorrelwood-filtration/S1-10-1", Law, "2024-02-29"),
    ("sorrelwood-filtration/S2-06-1", Promise, "2024-03-13"),
    ("sorrelwood-filtration/S2-07-1", Promise, "2024-03-25"),
    ("sorrelwood-filtration/S2-17-1", Promise, "2024-04-01"),
    ("sorrelwood-filtration/S2-17-1", Law, "2024-04-03"),
    ("sorrelwood-filtration/S2-06-2", Promise, "2025-04-23"),
    ("sorrelwood-filtration/S2-06-2", Law, "2025-05-14"),
    ("sorrelwood-filtration/S2-07-2", Promise, "2025-05-15"),
    ("sorrelwood-filtration/S2-17-2", Promise, "2025-05-22"),
    ("sorrelwood-filtration/S2-17-2", Law, "2025-05-26"),

    ("tsuikap-terminal-2/S2-06-1", Acceptance, "2024-10-12"),
    ("tsuikap-terminal-2/S2-06-1", Promise, "2024-10-16"),
    ("tsuikap-terminal-2/S2-06-1", Law, "2024-11-04"),
    ("tsuikap-terminal-2/S2-07-1", Promise, "2024-10-29"),
    ("tsuikap-terminal-2/S2-17-1", Promise, "2024-11-04"),
    ("tsuikap-terminal-2/S2-17-1", Law, "2024-11-06"),
    ("tsuikap-terminal-2/S3-01-1", Promise, "2025-11-19"),
    ("tsuikap-terminal-2/S3-09-1", Promise, "2026-01-06"),

    ("silberau-devices/S2-10-1", Promise, "2025-03-24"),
    ("silberau-devices/S2-10-1", Delivery, "2025-04-07"),
    ("silberau-devices/S2-10-2", Promise, "2025-04-14"),
    ("silberau-devices/S2-06-1", Promise, "2025-04-23"),
    ("silberau-devices/S2-06-1", Law, "2025-05-14"),
    ("silberau-devices/S2-20-1", Promise, "2025-05-06"),
    ("silberau-devices/S2-07-1", Promise, "2025-05-12"),
    ("silberau-devices/S2-17-1", Promise, "2025-05-15"),
    ("silberau-devices/S2-17-1", Law, "2025-05-19"),
    ("silberau-devices/S3-01-1", Promise, "2026-09-17"),

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

    ("haverkoorn-seals/S1-07-1", Promise, "2023-02-13"),
    ("haverkoorn-seals/S1-05-1", Promise, "2023-02-14"),
    ("haverkoorn-seals/S1-05-1", Law, "2023-02-16"),
    ("haverkoorn-seals/S1-06-1", Promise, "2023-02-14"),
    ("haverkoorn-seals/S1-11-1", Promise, "2023-02-17"),
    ("haverkoorn-seals/S2-02-1", Promise, "2023-02-23"),
    ("haverkoorn-seals/S2-13-1", Promise, "2023-04-10"),
    ("haverkoorn-seals/S2-13-1", Law, "2023-04-23"),
    ("haverkoorn-seals/S2-03-1", Promise, "2023-04-19"),
    ("haverkoorn-seals/S2-04-1", Promise, "2023-06-19"),
    ("haverkoorn-seals/S2-05-1", Promise, "2023-06-16"),
    ("haverkoorn-seals/S2-05-1", Law, "2023-07-12"),
    ("haverkoorn-seals/S2-21-1", Promise, "2023-06-14"),
    ("haverkoorn-seals/S2-21-1", Law, "2023-07-26"),
    ("haverkoorn-seals/S2-06-1", Promise, "2023-06-29"),
    ("haverkoorn-seals/S2-06-1", Law, "2023-07-18"),
    ("haverkoorn-seals/S2-09-1", Promise, "2023-06-29"),
    ("haverkoorn-seals/S2-09-1", Law, "2023-07-19"),
    ("haverkoorn-seals/S2-07-1", Promise, "2023-07-19"),
    ("haverkoorn-seals/S2-18-1", Promise, "2023-07-26"),
    ("haverkoorn-seals/S2-20-1", Promise, "2023-07-26"),
    ("haverkoorn-seals/S2-20-1", Law, "2023-08-16"),
    ("haverkoorn-seals/S2-17-1", Promise, "2023-08-03"),
    ("haverkoorn-seals/S2-17-1", Law, "2023-08-07"),
    ("haverkoorn-seals/S2-19-1", Check, "2023-09-18"),
    ("haverkoorn-seals/S3-01-1", Promise, "2025-03-12"),
    ("haverkoorn-seals/S3-09-1", Promise, "2025-03-31"),
    ("haverkoorn-seals/S3-09-1", Law, "2025-05-22"),
    ("haverkoorn-seals/S3-14-1", Promise, "2025-04-10"),
    ("haverkoorn-seals/S4-01-1", Promise, "2025-06-17"),
    ("haverkoorn-seals/S4-01-1", Law, "2025-06-23"),
    ("haverkoorn-seals/S4-12-1", Promise, "2025-07-14"),
    ("haverkoorn-seals/S4-12-1", Law, "2025-07-21"),
    ("haverkoorn-seals/S4-13-1", Promise, "2025-07-23"),
    ("haverkoorn-seals/S4-13-1", Law, "2025-07-29"),
    ("haverkoorn-seals/S4-11-1", Promise, "2025-09-15"),
    ("haverkoorn-seals/S4-11-1", Law, "2025-09-17"),
    ("haverkoorn-seals/S4-09-1", Promise, "2026-03-09"),
    ("haverkoorn-seals/S4-17-1", Promise, "2026-03-10"),
    ("haverkoorn-seals/S4-15-1", Promise, "2026-05-13"),
    ("haverkoorn-seals/S4-08-1", Promise, "2026-06-15"),
    ("haverkoorn-seals/S4-06-1", Acceptance, "2026-11-23"),

    ("aubrelle-aromas/S2-06-1", Promise, "2025-04-16"),
    ("aubrelle-aromas/S2-06-1", Law, "2025-05-07"),
    ("aubrelle-aromas/S2-07-1", Promise, "2025-05-21"),
    ("aubrelle-aromas/S2-17-1", Owed, "2025-06-10"),
    ("aubrelle-aromas/S2-17-2", Promise, "2025-06-19"),
    ("aubrelle-aromas/S2-17-2", Law, "2025-06-23"),

    ("hinokage-robotics/S2-06-1", Promise, "2026-03-11"),
    ("hinokage-robotics/S2-06-1", Law, "2026-03-30"),
    ("hinokage-robotics/S2-07-1", Promise, "2026-04-23"),
];

/// What was known on the day before the notice of 2020-01-27, and on that day.
#[rustfmt::skip]
pub(super) const MOVED: &[(&str, DeadlineKind, &str, &str)] = &[
    ("shiomine-coldchain/S2-06-1", Promise, "2020-02-01", "2020-02-04"),
    ("shiomine-coldchain/S2-06-1", Law, "2020-02-19", "2020-02-21"),
];

/// What an enterprise owes by law: the project, the rule, the unit if it is about one, the last day, and the day
/// on which it was done, if it was.
pub(super) type Duty = (&'static str, &'static str, &'static str, &'static str, &'static str);

const BEGIN: &str = "建筑法 art. 9";
const STOPPAGE: &str = "建筑法 art. 10";
const FILING: &str = "建设工程质量管理条例 art. 49";
const AS_BUILT: &str = "城乡规划法 art. 45";
const ENVIRONMENT: &str = "竣工环境保护验收暂行办法 (国环规环评〔2017〕4号)";

#[rustfmt::skip]
pub(super) const DUTIES: &[Duty] = &[
    ("shiomine-coldchain", BEGIN, "", "2020-06-05", "2020-03-16"),
    ("shiomine-coldchain", STOPPAGE, "", "2020-12-16", "2020-12-10"),
    ("shiomine-coldchain", FILING, "hall", "2021-06-17", "2021-06-03"),
    ("shiomine-coldchain", AS_BUILT, "hall", "2021-12-02", "2021-11-15"),
    ("kazahaya-bearings", BEGIN, "", "2021-07-26", "2021-05-17"),
    ("kazahaya-bearings", FILING, "a", "2022-07-26", "2022-07-12"),
    ("kazahaya-bearings", ENVIRONMENT, "a", "2022-10-11", "2022-08-22"),
    ("kazahaya-bearings", FILING, "b", "2023-06-27", "2023-06-13"),
    ("kazahaya-bearings", ENVIRONMENT, "b", "2023-09-12", "2023-08-28"),
    ("lindthal-pumps", BEGIN, "", "2022-12-08", "2022-10-10"),
    ("lindthal-pumps", FILING, "pumps", "2023-10-10", "2023-10-09"),
    ("lindthal-pumps", AS_BUILT, "pumps", "2024-03-25", "2024-03-20"),
    ("cascarra-motors", BEGIN, "", "2022-06-08", "2022-03-28"),
    ("cascarra-motors", FILING, "press", "2023-10-07", "2023-09-21"),
    ("cascarra-motors", ENVIRONMENT, "press", "2023-12-20", "2023-11-20"),
    ("saebomgang-optics", BEGIN, "", "2022-07-29", "2022-06-06"),
    ("saebomgang-optics", STOPPAGE, "", "2022-10-08", "2022-10-12"),
    ("saebomgang-optics", FILING, "line", "2024-06-20", "2024-06-24"),
    ("merantau-resins", BEGIN, "", "2023-02-10", "2022-12-05"),
    ("merantau-resins", FILING, "tanks", "2024-06-05", "2024-05-22"),
    ("merantau-resins", ENVIRONMENT, "tanks", "2024-08-21", "2024-08-12"),
    ("narubyeok-foods", BEGIN, "", "2023-11-02", "2023-09-04"),
    ("narubyeok-foods", FILING, "cold", "2024-07-31", "2024-07-18"),
    ("narubyeok-foods", AS_BUILT, "cold", "2025-01-16", "2025-01-13"),
    ("tsuikap-terminal", BEGIN, "", "2024-04-11", "2024-03-04"),
    ("tsuikap-terminal", FILING, "berth", "2025-06-19", "2025-06-10"),
    ("tsuikap-terminal-2", BEGIN, "", "2025-02-05", "2025-02-05"),
    ("tsuikap-terminal-2", FILING, "annex", "2026-01-20", "2026-01-20"),
    ("tsuikap-terminal-2", AS_BUILT, "annex", "2026-07-06", ""),
    ("silberau-devices", BEGIN, "", "2025-08-15", "2025-06-09"),
    ("bukit-seraya-hospital", BEGIN, "", "2026-02-28", "2026-01-12"),
    ("bukit-seraya-hospital", STOPPAGE, "", "2026-11-09", ""),
    ("haverkoorn-seals", BEGIN, "", "2023-11-02", "2023-08-28"),
    ("haverkoorn-seals", FILING, "a", "2025-04-09", "2025-03-26"),
    ("aubrelle-aromas", BEGIN, "", "2025-09-19", "2025-07-14"),
];

/// The units of the projects that build, and where each stands on the last day.
#[rustfmt::skip]
pub(super) const UNITS: &[(&str, &[(&str, UnitState)])] = &[
    ("shiomine-coldchain", &[("hall", Operating)]),
    ("kazahaya-bearings", &[("a", Operating), ("b", Operating)]),
    ("lindthal-pumps", &[("pumps", Operating), ("test", Operating)]),
    ("cascarra-motors", &[("body", Operating), ("final", Operating), ("press", Operating)]),
    ("saebomgang-optics", &[("line", Operating)]),
    ("merantau-resins", &[("plant", Operating), ("tanks", Operating)]),
    ("narubyeok-foods", &[("cold", Operating)]),
    ("tsuikap-terminal", &[("berth", Operating), ("office", Examined)]),
    ("sorrelwood-filtration", &[("media", Built), ("media-2", Built)]),
    ("tsuikap-terminal-2", &[("annex", Operating)]),
    ("silberau-devices", &[("lab", Examined)]),
    ("bukit-seraya-hospital", &[("clinic", Built), ("ward", Built)]),
    ("haverkoorn-seals", &[("a", Operating), ("b", Built)]),
    ("aubrelle-aromas", &[("mix", Built)]),
];

/// A promise of an authority by its number: what became of it, the day of performance if there was one, and
/// whether the enterprise has countersigned.
pub(super) type Promised = (&'static str, usize, PromiseStanding, &'static str, bool);

#[rustfmt::skip]
pub(super) const PROMISES: &[Promised] = &[
    ("kazahaya-bearings", 1, Kept, "2021-12-17", true),
    ("kazahaya-bearings", 2, Late, "2022-08-12", true),
    ("haverkoorn-seals", 1, Broken, "", true),
];

/// A duty to report: its last day, and the day of the report.
#[rustfmt::skip]
pub(super) const REPORTS: &[(&str, &str, &str, &str)] = &[
    ("kazahaya-bearings", "annual-2022", "2022-06-30", "2022-05-18"),
    ("kazahaya-bearings", "annual-2023", "2023-06-30", "2023-07-27"),
    ("kazahaya-bearings", "annual-2024", "2024-06-30", "2024-04-22"),
    ("kazahaya-bearings", "annual-2025", "2025-06-30", "2025-06-30"),
    ("kazahaya-bearings", "annual-2026", "2026-06-30", "2026-03-16"),
    ("haverkoorn-seals", "annual-2024", "2024-06-30", "2024-05-06"),
    ("haverkoorn-seals", "annual-2025", "2025-06-30", "2025-04-14"),
    ("haverkoorn-seals", "change-1", "2025-10-14", "2025-10-13"),
    ("haverkoorn-seals", "annual-2026", "2026-06-30", "2026-06-22"),
];

/// The last complaint of a project: what comes next, and by when; nothing where its result was told.
#[rustfmt::skip]
pub(super) const COMPLAINTS: &[(&str, &str, &str)] = &[
    ("kazahaya-bearings", "", ""),
    ("cascarra-motors", "decide", "2026-11-25"),
];

/// The last supervision order of a project, and what came of it; nothing while it is open.
#[rustfmt::skip]
pub(super) const ORDERS: &[(&str, &str)] = &[
    ("kazahaya-bearings", "逾期 43 日后兑付，企业已会签"),
    ("haverkoorn-seals", ""),
];

/// The bad rating of a project, and the last day for its answer.
#[rustfmt::skip]
pub(super) const RATINGS: &[(&str, &str)] = &[
    ("kazahaya-bearings", "2022-08-05"),
];

/// The claim of an incentive: what was paid, ordered back and repaid, in fen.
#[rustfmt::skip]
pub(super) const CLAIMS: &[(&str, u64, u64, u64)] = &[
    ("kazahaya-bearings", 50_000_000, 0, 0),
    ("lindthal-pumps", 50_000_000, 20_000_000, 20_000_000),
];

/// A drawn visit: its result, the last day to publish it, and the day of publication.
#[rustfmt::skip]
pub(super) const VISITS: &[(&str, &str, &str, &str)] = &[
    ("saebomgang-optics", "exempt_minor", "2026-06-23", "2026-06-15"),
];

/// A service request by its number, and its last day while it waits for an agency.
#[rustfmt::skip]
pub(super) const REQUESTS: &[(&str, usize, ServiceRequestStanding, &str)] = &[
    ("haverkoorn-seals", 1, Closed, ""),
    ("haverkoorn-seals", 2, Raised, "2026-12-01"),
];

/// The cards of a matter that somebody contested, and what the supervisor found.
#[rustfmt::skip]
pub(super) const CARDS: &[(&str, &str, CardVerdict)] = &[
    ("hinokage-robotics/S2-06-1", "yellow.opinion:traffic.2026-03-05", Annulled),
    ("hinokage-robotics/S2-06-1", "yellow.committed.2026-03-11", Upheld),
];

/// The approvals of a project that a change endangers.
#[rustfmt::skip]
pub(super) const ENDANGERED: &[(&str, &[&str])] = &[
    ("hinokage-robotics", &["S1-08-1", "S2-06-1", "S2-11-1"]),
];

/// Entries recorded after their day: what, of which matter, the day in law, and the day of the recording.
#[rustfmt::skip]
pub(super) const BACK_FILLED: &[(&str, &str, &str, &str, &str)] = &[
    ("shiomine-coldchain", "accepted", "S3-12-1", "2021-06-15", "2021-06-17"),
];

/// Where a project stands on the last day: stage, who holds the ball, for what, until when, about which
/// matter, and the worst light of its matters.
pub(super) type Row =
    (&'static str, Stage, Party, &'static str, NextStep, &'static str, &'static str, Light);

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("shiomine-coldchain", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("kazahaya-bearings", Stage::Aftercare, Party::Nobody, "", NextStep::Unspecified, "", "", Light::Green),
    ("lindthal-pumps", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("cascarra-motors", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("saebomgang-optics", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("merantau-resins", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("narubyeok-foods", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Green),
    ("tsuikap-terminal", Stage::Aftercare, Party::Agency, "HC", NextStep::GiveOpinion, "2026-11-24", "S3-09-2", Light::Amber),
    ("sorrelwood-filtration", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
    ("tsuikap-terminal-2", Stage::Aftercare, Party::Enterprise, "", NextStep::Unspecified, "2026-07-06", "", Light::Green),
    ("silberau-devices", Stage::Acceptance, Party::Enterprise, "", NextStep::Resubmit, "", "S3-09-1", Light::Green),
    ("bukit-seraya-hospital", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "2026-11-09", "", Light::Green),
    ("dolsaemi-cathodes", Stage::Planning, Party::Agency, "PS", NextStep::GiveOpinion, "2026-10-15", "S2-06-1", Light::Red),
    ("kirigahara-power", Stage::Planning, Party::Agency, "PS", NextStep::GiveOpinion, "2026-11-25", "S2-06-1", Light::Green),
    ("lokwan-instruments", Stage::Planning, Party::Agency, "NR", NextStep::Decide, "2026-11-23", "S2-01-1", Light::Amber),
    ("ostermoor-coatings", Stage::Planning, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Red),
    ("mizukage-cells", Stage::Ended, Party::Nobody, "", NextStep::Unspecified, "", "", Light::Green),
    ("haverkoorn-seals", Stage::Aftercare, Party::Agency, "COM", NextStep::Examine, "2026-11-23", "S4-06-1", Light::Green),
    ("aubrelle-aromas", Stage::Acceptance, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Red),
    ("hinokage-robotics", Stage::Planning, Party::Enterprise, "", NextStep::Unspecified, "", "", Light::Yellow),
];
