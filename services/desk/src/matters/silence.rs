//! What silence brings when its time is up: the passing of a day is a command like any other.

use super::{Cases as _, Matters, today};
use crate::{caller::Caller, docket::Docket, name::MatterName};
use rulebook::matter::Act;
use tonic::{Code, Status};

/// One silence may wait behind another: an application accepted by silence is granted by it, too, where a
/// law says so. No matter waits for more than these.
const ROUNDS: usize = 3;

/// Carries out what silence brings by today, and names the matters. What others did meanwhile, or an
/// earlier run of the same day, is not done again. What cannot be carried out for one matter does not keep
/// it from the others.
pub(super) async fn pass_day<C: Matters>(docket: &Docket<C>) -> Result<Vec<String>, Status> {
    let mut touched = Vec::new();
    let mut failed = None;
    for _ in 0..ROUNDS {
        let before = touched.len();
        for (name, act) in ripe(docket)? {
            match carry_out(docket, &name, act).await {
                Ok(()) => touched.push(name.to_string()),
                // Somebody acted between looking and doing, or the project is stopped: there is nothing
                // for silence to bring.
                Err(status) if status.code() == Code::FailedPrecondition => {}
                Err(status) => failed = Some(status),
            }
        }
        if touched.len() == before {
            break;
        }
    }
    touched.sort();
    touched.dedup();
    failed.map_or(Ok(touched), Err)
}

/// What silence has brought by today, and is not carried out yet.
fn ripe<C: Matters>(docket: &Docket<C>) -> Result<Vec<(MatterName, Act)>, Status> {
    let bench = docket.bench();
    docket.read(|cases| {
        let matters = cases.iter().flat_map(|(project, held)| {
            held.case.matters().iter().map(move |(id, matter)| (project, id, matter))
        });
        let ripe = matters.flat_map(|(project, id, matter)| {
            let name = MatterName { project: project.to_owned(), matter: id.clone() };
            matter.passing_of_time(today(&bench)).into_iter().map(move |act| (name.clone(), act))
        });
        ripe.collect()
    })
}

async fn carry_out<C: Matters>(
    docket: &Docket<C>,
    name: &MatterName,
    act: Act,
) -> Result<(), Status> {
    let key = format!("silence.{}.{name}.{}", word(&act), docket.bench().date);
    let caller = Caller::system("clock");
    let request = caller.keyed(key, "silence", &());
    docket.act(&caller, request, name.clone(), act.now(), None).await.map(drop)
}

fn word(act: &Act) -> &str {
    match act {
        Act::DeemAccepted => "acceptance",
        Act::DeemOpinion { key } => key,
        Act::Terminate => "end",
        _ => "grant",
    }
}
