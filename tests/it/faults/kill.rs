//! The process is killed at any moment, again and again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use model::{Entropy as _, EntryKind, OsEntropy};
use sandbox::demo;
use serde_json::json;
use tokio::{
    sync::{Mutex, Semaphore},
    task::JoinSet,
};

use crate::support::{Actor, Backend, Books, Program, oauth_flow};

const ROUNDS: usize = 10;
const CALLERS: usize = 6;

/// Ids of calls whose answers arrived, with whether they wrote.
type Acknowledged = Arc<Mutex<HashMap<String, bool>>>;

/// Calls until the platform goes away.
async fn keep_calling(actor: Actor, number: usize, seen: Acknowledged, counted: Arc<Semaphore>) {
    for turn in number.. {
        let writes = turn % 3 == 0;
        let (tool, arguments) = if writes {
            let text = format!("still here {number}.{turn} {}", seen.lock().await.len());
            let add = json!({ "ref": demo::OKR_DOC, "op": "add", "text": text });
            ("comments", add)
        } else {
            ("whoami", json!({}))
        };
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = actor.try_rpc("tools/call", params, Some(tool)).await;
        let Ok((200, body)) = answer else { return };
        let id = body["result"]["_meta"]["feishu-mcp/callId"]
            .as_str()
            .unwrap_or_else(|| panic!("an answer without the id of its call: {body}"));
        let before = seen.lock().await.insert(id.to_owned(), writes);
        assert_eq!(before, None, "one id for two calls");
        counted.add_permits(1);
    }
}

async fn acknowledged_calls_survive(backend: Backend) {
    let mut program = Program::start_with(backend, &["--unlimited"]).await;
    let connected = oauth_flow::connect(&program, "acme", demo::DEVELOPER, true).await;
    // Feishu does not die with us, but its stand-in does: it saves itself within a second.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let seen = Acknowledged::default();
    for _ in 0..ROUNDS {
        let counted = Arc::new(Semaphore::new(0));
        let mut callers = JoinSet::new();
        for number in 0..CALLERS {
            let actor = Actor::with_token(&program, &connected.access);
            let (seen, counted) = (Arc::clone(&seen), Arc::clone(&counted));
            callers.spawn(keep_calling(actor, number, seen, counted));
        }
        // Any moment: after some answers, and then within the next call.
        let mut dice = [0; 2];
        OsEntropy.fill(&mut dice);
        let answers = u32::from(dice[0] % 24) + 1;
        let _enough = counted.acquire_many(answers).await.expect("callers");
        tokio::time::sleep(Duration::from_micros(u64::from(dice[1]) * 40)).await;
        program.kill_and_restart().await;
        while let Some(ended) = callers.join_next().await {
            ended.expect("a caller");
        }
        let actor = Actor::with_token(&program, &connected.access);
        actor.done("whoami", json!({})).await;
    }

    let books = Books::of(&program).await;
    books.chain_holds("acme").await;
    let mut calls: HashMap<String, (u32, u32)> = HashMap::new();
    for stored in books.ledger("acme").await {
        let count = calls.entry(stored.entry.id.to_string()).or_default();
        match stored.entry.kind {
            EntryKind::Call => count.0 += 1,
            EntryKind::Intent => count.1 += 1,
            _ => {}
        }
    }
    let seen = seen.lock().await;
    assert!(seen.len() >= ROUNDS, "calls were answered");
    assert!(seen.values().any(|writes| *writes), "some of them wrote");
    for (id, writes) in &*seen {
        let found = calls.get(id).copied().unwrap_or_default();
        assert_eq!(found, (1, u32::from(*writes)), "{id}: entries and intents");
    }
    for (id, (entries, intents)) in &calls {
        assert!(*entries <= 1 && *intents <= 1, "{id} is there twice");
    }
}

#[tokio::test]
async fn acknowledged_calls_survive_a_kill_on_sqlite() {
    acknowledged_calls_survive(Backend::Sqlite).await;
}

#[tokio::test]
async fn acknowledged_calls_survive_a_kill_on_postgres_and_redis() {
    acknowledged_calls_survive(Backend::PostgresRedis).await;
}
