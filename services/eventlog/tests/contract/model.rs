//! Random commands against a model of the log that is too simple to be wrong.

use std::collections::HashMap;

use eventlog::{AppendError, Appended, Command, Log, Options};
use proptest::prelude::*;

use crate::world::{World, command, event, fingerprint, reserving, together};

/// A command in few words.
#[derive(Debug, Clone)]
struct Word {
    principal: u8,
    key: u8,
    request: u8,
    stream: u8,
    expected: u64,
    events: usize,
    values: Vec<u8>,
}

fn word() -> impl Strategy<Value = Word> {
    let values = prop::collection::vec(0..4_u8, 0..3);
    (0..2_u8, 0..12_u8, 0..8_u8, 0..3_u8, 0..5_u64, 1..4_usize, values).prop_map(
        |(principal, key, request, stream, expected, events, values)| Word {
            principal,
            key,
            request: u8::from(request == 0),
            stream,
            expected,
            events,
            values,
        },
    )
}

fn spelled(word: &Word) -> Command {
    let values: Vec<_> = word.values.iter().map(|value| format!("v{value}")).collect();
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    let key = format!("k{}", word.key);
    let sent = reserving(command(&key, &format!("s{}", word.stream), word.expected), &values);
    Command {
        principal: format!("p{}", word.principal),
        fingerprint: fingerprint(&format!("{key}{}", word.request)),
        events: (0..word.events).map(|index| event("counted", &[index as u8])).collect(),
        ..sent
    }
}

#[derive(Default)]
struct Model {
    position: u64,
    versions: HashMap<String, u64>,
    keys: HashMap<(String, String), ([u8; 32], eventlog::Answer)>,
    reserved: HashMap<String, String>,
}

impl Model {
    fn append(&mut self, command: &Command) -> Result<Appended, AppendError> {
        let key = (command.principal.clone(), command.key.clone());
        if let Some((fingerprint, answer)) = self.keys.get(&key) {
            let same = *fingerprint == command.fingerprint;
            return if same {
                Ok(Appended::Repeated(answer.clone()))
            } else {
                Err(AppendError::KeyReused)
            };
        }
        let actual = *self.versions.get(&command.stream).unwrap_or(&0);
        if actual != command.expected_version {
            return Err(AppendError::Conflict { actual });
        }
        let mut wanted: Vec<_> = command.reservations.iter().map(|r| r.value.clone()).collect();
        wanted.sort();
        for value in &wanted {
            if let Some(stream) =
                self.reserved.get(value).filter(|stream| **stream != command.stream)
            {
                let (kind, value, stream) = ("code".into(), value.clone(), stream.clone());
                return Err(AppendError::Reserved { kind, value, stream });
            }
        }
        for value in wanted {
            self.reserved.insert(value, command.stream.clone());
        }
        let events = command.events.len() as u64;
        let answer = eventlog::Answer {
            first_position: self.position + 1,
            last_position: self.position + events,
            version: actual + events,
            answer: command.answer.clone(),
        };
        self.position += events;
        self.versions.insert(command.stream.clone(), actual + events);
        self.keys.insert(key, (command.fingerprint, answer.clone()));
        Ok(Appended::Committed(answer))
    }
}

async fn agrees(log: &Log, batches: &[Vec<Word>]) {
    let mut model = Model::default();
    for batch in batches {
        let commands: Vec<_> = batch.iter().map(spelled).collect();
        let expected: Vec<_> = commands.iter().map(|command| model.append(command)).collect();
        assert_eq!(together(log, commands).await, expected);
    }
    assert_eq!(log.verify(None).await.unwrap().head.position, model.position);
    for (stream, version) in model.versions {
        assert_eq!(log.stream(&stream, 0).await.unwrap().len() as u64, version);
    }
    for ((principal, key), (fingerprint, answer)) in model.keys {
        let known = log.find(&principal, &key).await.unwrap().unwrap();
        assert_eq!((known.fingerprint, known.answer), (fingerprint, answer));
    }
}

fn try_on(world: impl Future<Output = World>, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(world);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let batches = prop::collection::vec(prop::collection::vec(word(), 1..7), 1..7);
    let count = std::cell::Cell::new(0);
    let tried = runner.run(&batches, |batches| {
        count.set(count.get() + 1);
        let name = format!("model_{}", count.get());
        runtime.block_on(async {
            let log = Log::open_with(&world.store, &name, world.clock(), Options::default())
                .await
                .unwrap();
            agrees(&log, &batches).await;
            log.close().await;
        });
        Ok(())
    });
    tried.unwrap_or_else(|failure| panic!("{}: {failure}", world.backend));
}

#[test]
fn random_commands_on_a_file_do_as_the_model_says() {
    try_on(World::sqlite(), 64);
}

#[test]
fn random_commands_on_a_server_do_as_the_model_says() {
    try_on(World::postgres(), 32);
}
