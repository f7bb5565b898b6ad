//! The ledger after each kind of call: how many entries, whose, and nothing of the content.

use model::{EntryKind, Outcome, policy::Effect};
use sandbox::demo;
use serde_json::{Value, json};
use store::StoredEntry;

use super::calls::{SECRET, reading, writing};
use crate::support::{Actor, Backend, Books, Program, oauth_flow};

struct Witness {
    actor: Actor,
    books: Books,
    seen: usize,
}

impl Witness {
    /// Calls, and gives what the ledger has gained.
    async fn call(&mut self, tool: &str, arguments: Value) -> (Value, Vec<StoredEntry>) {
        let answer = self.actor.call(tool, arguments).await;
        let ledger = self.books.ledger("acme").await;
        let new = ledger[self.seen..].to_vec();
        self.seen = ledger.len();
        let id = &answer.result["_meta"]["feishu-mcp/callId"];
        for stored in &new {
            assert_eq!(*id, json!(stored.entry.id.to_string()), "{tool}");
            assert_eq!(stored.entry.action, tool);
            assert!(
                !stored.entry.detail.contains("merger"),
                "{tool}: content in the ledger: {}",
                stored.entry.detail
            );
        }
        (answer.result, new)
    }
}

async fn every_write_is_recorded(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let books = Books::of(&program).await;
    let connected = oauth_flow::connect(&program, "acme", demo::DEVELOPER, true).await;
    let reader = oauth_flow::connect(&program, "acme", demo::DEVELOPER, false).await;
    let member = {
        let tx = books.read("acme").await;
        let members = tx.members().list(&store::Page::first(50)).await;
        let members = members.expect("members").items;
        let found = members.into_iter().find(|member| member.name == "陈雨");
        found.expect("the developer").id
    };
    let seen = books.ledger("acme").await.len();
    let mut witness = Witness {
        actor: Actor::with_token(&program, &connected.access),
        books,
        seen,
    };

    for tool in tools::catalogue() {
        let (name, spec) = (tool.name(), tool.spec());
        if spec.can_read() {
            let (_, new) = witness.call(name, reading(name)).await;
            check(name, &new, &[(EntryKind::Call, Outcome::Ok, "read")]);
            assert_eq!(new[0].entry.member, Some(member));
        }
        if spec.effect != Effect::Read {
            let effect = tool.effect_of(&writing(name)).expect("arguments");
            let (_, new) = witness.call(name, writing(name)).await;
            check_write(name, effect, &new);
            for stored in &new {
                assert_eq!(stored.entry.member, Some(member), "{name}");
                assert!(stored.entry.grant.is_some(), "{name}: under which grant");
                assert_eq!(stored.entry.client_name, "Proof client of acme");
            }
            assert!(new[new.len() - 1].entry.upstream_calls > 0, "{name}");
        }
        // Wrong arguments.
        let (result, new) = witness.call(name, json!({ "no_such": SECRET })).await;
        assert_eq!(result["isError"], true, "{name}");
        assert!(!new.is_empty(), "{name}: a wrong call leaves no entry");
        let last = &new[new.len() - 1].entry;
        assert_eq!(
            (last.kind, last.outcome),
            (EntryKind::Call, Outcome::Invalid)
        );
    }

    // Refused.
    let writer = std::mem::replace(
        &mut witness.actor,
        Actor::with_token(&program, &reader.access),
    );
    for tool in tools::catalogue() {
        if tool.spec().effect == Effect::Read {
            continue;
        }
        let name = tool.name();
        let params = json!({ "name": name, "arguments": writing(name) });
        let (status, _) = witness.actor.rpc("tools/call", params, Some(name)).await;
        assert_eq!(status, 403, "{name}");
        let ledger = witness.books.ledger("acme").await;
        check(
            name,
            &ledger[witness.seen..],
            &[(EntryKind::Call, Outcome::Denied, "")],
        );
        witness.seen = ledger.len();
    }
    // Refused by Feishu.
    witness.actor = writer;
    let arguments = json!({ "ref": demo::OTHER_DOC, "op": "add", "text": SECRET });
    let (_, new) = witness.call("comments", arguments).await;
    assert_eq!(new.len(), 2, "{new:?}");
    assert_ne!(new[1].entry.outcome, Outcome::Ok);
    assert!(new[1].entry.fault.is_some());

    witness.books.chain_holds("acme").await;
}

/// What destroys asks its member first, and that is recorded instead.
fn check_write(tool: &str, effect: Effect, new: &[StoredEntry]) {
    let effect = effect.name();
    let written = [
        (EntryKind::Intent, Outcome::Pending, effect),
        (EntryKind::Call, Outcome::Ok, effect),
    ];
    let asked = [(EntryKind::Call, Outcome::Pending, effect)];
    if effect == Effect::Destroy.name() {
        check(tool, new, &asked);
    } else {
        check(tool, new, &written);
    }
}

fn check(tool: &str, new: &[StoredEntry], expected: &[(EntryKind, Outcome, &str)]) {
    let found: Vec<_> = new
        .iter()
        .map(|stored| {
            let entry = &stored.entry;
            (entry.kind, entry.outcome, entry.effect.as_str())
        })
        .collect();
    assert_eq!(found, expected, "{tool}");
}

#[tokio::test]
async fn every_write_is_recorded_on_sqlite() {
    every_write_is_recorded(Backend::Sqlite).await;
}

#[tokio::test]
async fn every_write_is_recorded_on_postgres_and_redis() {
    every_write_is_recorded(Backend::PostgresRedis).await;
}
