//! What a change of the project, or the end of an approval, endangers.

use super::{
    elsewhere::changed,
    story::{Story, deliver, grant},
};
use proto::status::v1::{Endangered, EndangeredBy};
use rulebook::matter::{Act, RevocationGround};

/// Matter, ground, article and day of each, in words.
fn told(story: &Story) -> Vec<String> {
    let line = |one: &Endangered| {
        let (matter, ground) = (short(&one.matter), short(&one.ground));
        format!("{matter} by {ground} since {}: {}", one.since, one.article)
    };
    story.status().endangered.iter().map(line).collect()
}

fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap()
}

/// Filed, planned, assessed and permitted: all granted on 2022-04-06.
fn approved() -> Story {
    let story = Story::admitted("2022-03-01").on("2022-04-06");
    let items = ["S1-08", "S2-05", "S2-06", "S2-09"];
    items.into_iter().fold(story, |story, item| story.files(item).granted(&format!("{item}-1")))
}

#[test]
fn a_change_lists_each_granted_approval_that_it_endangers_with_the_article() {
    let filing = "企业投资项目核准和备案管理条例 (国令第673号) art. 14";
    let story = approved().on("2022-05-09");
    assert_eq!(told(&story), Vec::<String>::new());

    assert_eq!(
        told(&story.clone().intake(changed(&["scope"]))),
        [
            format!("S1-08-1 by scope since 2022-05-09: {filing}"),
            "S2-05-1 by scope since 2022-05-09: 城乡规划法 art. 43".to_owned(),
            "S2-06-1 by scope since 2022-05-09: 城乡规划法 art. 43".to_owned(),
            "S2-09-1 by scope since 2022-05-09: 环境影响评价法 art. 24".to_owned(),
        ]
    );
    assert_eq!(
        told(&story.clone().intake(changed(&["site"]))),
        [
            format!("S1-08-1 by site since 2022-05-09: {filing}"),
            "S2-05-1 by site since 2022-05-09: 城乡规划法 art. 43".to_owned(),
            "S2-06-1 by site since 2022-05-09: 城乡规划法 art. 43".to_owned(),
            "S2-09-1 by site since 2022-05-09: 环境影响评价法 art. 24".to_owned(),
        ]
    );
    // The applicant: the filing names it, and each permit its holder.
    assert_eq!(
        told(&story.clone().intake(changed(&["enterprise"]))),
        [
            format!("S1-08-1 by enterprise since 2022-05-09: {filing}"),
            "S2-05-1 by enterprise since 2022-05-09: 行政许可法 art. 49".to_owned(),
            "S2-06-1 by enterprise since 2022-05-09: 行政许可法 art. 49".to_owned(),
            "S2-09-1 by enterprise since 2022-05-09: 行政许可法 art. 49".to_owned(),
        ]
    );
    // Nothing that is granted names the project's title.
    assert_eq!(told(&story.intake(changed(&["name"]))), Vec::<String>::new());
}

#[test]
fn a_verified_project_is_endangered_under_the_article_on_verification() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").files("S1-09").granted("S1-09-1");
    let story = story.on("2022-05-09").intake(changed(&["site"]));
    let article = "企业投资项目核准和备案管理条例 (国令第673号) art. 11";
    assert_eq!(told(&story), [format!("S1-09-1 by site since 2022-05-09: {article}")]);
    let shown = &story.status().endangered[0];
    assert_eq!(shown.by(), EndangeredBy::Change);
    assert_eq!(shown.agency, "DRC");
    assert_eq!(shown.remedy.as_ref().unwrap().zh, "向核准机关提出变更申请");
}

#[test]
fn what_is_granted_after_the_change_covers_it_and_the_rest_stays_endangered() {
    let story = approved().on("2022-05-09").intake(changed(&["scope"]));
    let again = story.on("2022-05-10").files("S2-09").granted("S2-09-2");
    let left: Vec<_> = told(&again).iter().map(|line| line[..5].to_owned()).collect();
    assert_eq!(left, ["S1-08", "S2-05", "S2-06"]);
    // A second change endangers the new one as well as the old.
    let twice = told(&again.on("2022-06-01").intake(changed(&["scope"])));
    assert!(
        twice.contains(&"S2-09-2 by scope since 2022-06-01: 环境影响评价法 art. 24".to_owned())
    );
    // Refused after the change, it is no nearer to being covered.
    let refused = approved().on("2022-05-09").intake(changed(&["scope"])).on("2022-05-10");
    let refused = refused.files("S2-09").act("S2-09-2", super::story::accept());
    let refused = refused.consulted("S2-09-2").act("S2-09-2", super::story::refuse());
    assert!(told(&refused).iter().any(|line| line.starts_with("S2-09-1")));
}

#[test]
fn an_approval_of_the_day_of_the_change_may_not_have_known_of_it() {
    let story = Story::admitted("2022-03-01").on("2022-04-06").intake(changed(&["site"]));
    let same_day = story.clone().files("S2-09").granted("S2-09-1");
    assert_eq!(told(&same_day).len(), 1);
    let next_day = story.on("2022-04-07").files("S2-09").granted("S2-09-1");
    assert_eq!(told(&next_day), Vec::<String>::new());
}

#[test]
fn the_end_of_an_approval_flags_what_relied_on_it_and_revokes_nothing() {
    let revoke = || Act::RevokePermit {
        ground: RevocationGround::Misconduct,
        reason: "程序违法".to_owned(),
        document: "撤-1".to_owned(),
    };
    let story = approved().on("2022-05-09").act("S2-05-1", revoke());
    // 建设工程规划许可 needs 建设用地规划许可; the assessment and the filing do not.
    let ended = "S2-06-1 by S2-05-1 since 2022-05-09: 行政许可法 art. 69; 国办发〔2020〕42号";
    assert_eq!(told(&story), [ended]);
    assert_eq!(story.status().endangered[0].by(), EndangeredBy::EndedApproval);
    assert!(story.matter("S2-06-1").is_in_force());
    // What was decided after the end did not rely on it.
    let later = story.clone().on("2022-05-10").files("S2-06").granted("S2-06-2");
    assert_eq!(told(&later), [ended]);
    // Granted again, there is nothing to review.
    let again = story.on("2022-05-11").files("S2-05").granted("S2-05-2");
    assert_eq!(told(&again), Vec::<String>::new());
}

#[test]
fn a_permit_that_rests_on_what_rests_on_the_ended_one_is_flagged_too() {
    let story = approved().files("S2-17");
    let id = "S2-17-1";
    let story = story.act(id, super::story::accept()).consulted(id).act(id, grant());
    let story = story.act(id, deliver()).on("2022-05-09");
    let penalty = Act::RevokePermitAsPenalty {
        violated: "城乡规划法 art. 64".to_owned(),
        penalty_basis: "城乡规划法 art. 64".to_owned(),
        document: "罚-1".to_owned(),
    };
    let flagged = told(&story.act("S2-05-1", penalty));
    let flagged: Vec<_> = flagged.iter().map(|line| line[..7].to_owned()).collect();
    assert_eq!(flagged, ["S2-06-1", "S2-17-1"]);
}
