//! What supervision shows at the end: cards, approvals that a change endangers, entries made late.

use super::byhand::{BACK_FILLED, CARDS, ENDANGERED};
use super::{Played, asked, note, status};
use proto::matter::v1::{GetMatterRequest, matter_service_client::MatterServiceClient};

pub(super) async fn stands(played: &Played, wrong: &mut Vec<String>) {
    for &(matter, name, verdict) in CARDS {
        let (project, id) = matter.split_once('/').expect("a project and a matter");
        let name_of_matter = format!("projects/{project}/matters/{id}");
        let request = GetMatterRequest { name: name_of_matter, min_position: Vec::new() };
        let mut client = MatterServiceClient::new(played.channel.clone());
        let answer = client.get_matter(asked(request)).await.expect("an answer").into_inner();
        let cards = answer.matter.expect("a matter").cards;
        let card = cards.iter().find(|card| card.card == name);
        note(wrong, matter, name, &card.map(|card| card.verdict()), &Some(verdict));
    }
    for &(project, approvals) in ENDANGERED {
        let status = status(played, project).await;
        let ids = status.endangered.iter().map(|one| one.matter.rsplit('/').next());
        let mut said: Vec<&str> = ids.map(Option::unwrap_or_default).collect();
        said.sort_unstable();
        note(wrong, project, "endangered", &said, &approvals.to_vec());
    }
    for &(project, kind, matter, occurred_on, recorded_on) in BACK_FILLED {
        let status = status(played, project).await;
        let late = status.back_filled.iter().any(|entry| {
            entry.kind == kind
                && entry.matter.ends_with(&format!("/{matter}"))
                && (entry.occurred_on.as_str(), entry.recorded_on.as_str())
                    == (occurred_on, recorded_on)
        });
        note(wrong, project, (kind, matter), &late, &true);
    }
}
