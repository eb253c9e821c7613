//! What silence brings when its time is up: the passing of a day is a command like any other.

use super::{Cases as _, Matters, today};
use crate::{caller::Caller, docket::Docket, name::MatterName};
use rulebook::matter::Act;
use tonic::Status;

/// Carries out what silence brings by today, and names the matters. What others did meanwhile, or an
/// earlier run of the same day, is not done again.
pub(super) async fn pass_day<C: Matters>(docket: &Docket<C>) -> Result<Vec<String>, Status> {
    let bench = docket.bench();
    let ripe: Vec<(MatterName, Act)> = docket.read(|cases| {
        let matters = cases.iter().flat_map(|(project, held)| {
            held.case.matters().iter().map(move |(id, matter)| (project, id, matter))
        });
        let ripe = matters.flat_map(|(project, id, matter)| {
            let name = MatterName { project: project.to_owned(), matter: id.clone() };
            matter.passing_of_time(today(&bench)).into_iter().map(move |act| (name.clone(), act))
        });
        ripe.collect()
    })?;
    let mut touched = Vec::new();
    for (name, act) in ripe {
        let key = format!("silence.{}.{name}.{}", word(&act), bench.date);
        let caller = Caller::system("clock");
        let request = caller.keyed(key, "silence", &());
        match docket.act(&caller, request, name.clone(), act.now()).await {
            Ok(_) => touched.push(name.to_string()),
            // Somebody acted between looking and doing; there is nothing left for silence to bring.
            Err(status) if status.code() == tonic::Code::FailedPrecondition => {}
            Err(status) => return Err(status),
        }
    }
    Ok(touched)
}

fn word(act: &Act) -> &str {
    match act {
        Act::DeemAccepted => "acceptance",
        Act::DeemOpinion { key } => key,
        _ => "grant",
    }
}
