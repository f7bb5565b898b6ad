//! Ends of ledgers are signed inside and outside the database; what is too old goes, provably.

use model::audit::{Checkpoint, Signed};

use super::{billing::calls, *};
use crate::{checkpoint, retention};

fn lines(file: &std::path::Path) -> Vec<Signed<Checkpoint>> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn checkpoints_are_also_written_outside_the_database() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let folder = std::env::temp_dir().join(format!("checkpoints-{}", tenant.id));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("checkpoints.jsonl");
    let mut node = world.node(None);
    node.options.audit.checkpoint_file = Some(file.clone());
    calls(&world, &tenant, 3).await;
    checkpoint::round(&node).await;
    checkpoint::round(&node).await;
    assert_eq!(
        lines(&file).len(),
        1,
        "a chain that stands still needs no second"
    );
    calls(&world, &tenant, 2).await;
    checkpoint::round(&node).await;
    let outside = lines(&file);
    let tx = world.write(tenant.id).await;
    let inside = tx.audit().checkpoints(10).await.unwrap();
    assert_eq!(outside.len(), 2);
    for (line, seq) in outside.iter().zip([3, 5]) {
        assert_eq!(line.statement.seq, seq);
        assert!(tx.audit().checkpoint_holds(line));
        assert!(
            inside
                .iter()
                .any(|kept| kept.statement.hash == line.statement.hash)
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn without_its_file_no_checkpoint_counts_as_made() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let mut node = world.node(None);
    node.options.audit.checkpoint_file = Some("/nowhere/at/all.jsonl".into());
    calls(&world, &tenant, 1).await;
    assert!(checkpoint::one(&node, tenant.id).await.is_err());
    let tx = world.write(tenant.id).await;
    assert_eq!(tx.audit().checkpoints(10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn old_entries_go_after_their_time_and_not_under_legal_hold() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let node = world.node(None);
    calls(&world, &tenant, 4).await;
    let permit = world.permit(&tenant).await;
    let tx = world.write(tenant.id).await;
    let mut settings = tx.audit().settings().await.unwrap();
    settings.retention_days = 30;
    settings.legal_hold = true;
    assert!(tx.audit().set_settings(&permit, &settings).await.unwrap());
    tx.commit().await.unwrap();
    world.clock.advance(DAY * 29);
    calls(&world, &tenant, 1).await;
    world.clock.advance(DAY * 60);
    assert_eq!(retention::one(&node, tenant.id).await.unwrap(), 0, "held");
    let tx = world.write(tenant.id).await;
    let mut settings = tx.audit().settings().await.unwrap();
    settings.legal_hold = false;
    assert!(tx.audit().set_settings(&permit, &settings).await.unwrap());
    tx.commit().await.unwrap();
    calls(&world, &tenant, 2).await;
    assert_eq!(retention::one(&node, tenant.id).await.unwrap(), 5);
    assert_eq!(retention::one(&node, tenant.id).await.unwrap(), 0);
    let actions = world.actions(&tenant).await;
    assert_eq!(actions.len(), 3);
    assert!(actions.contains(&(EntryKind::Admin, "ledger.seal".to_owned())));
    let tx = world.write(tenant.id).await;
    let report = tx.ledger().verify_chain().await.unwrap();
    assert_eq!((report.broken, report.sealed), (None, 5));
}
