//! Checkpoints and seals.

use super::*;

on_both!(
    a_rewritten_chain_misses_its_checkpoints,
    a_forged_checkpoint_is_found,
    a_cut_head_is_behind_its_checkpoint,
    only_what_a_seal_covers_can_be_let_go,
    a_legal_hold_and_youth_refuse_the_seal,
    a_chain_goes_on_from_its_seal,
);

/// A chain of six with a kept checkpoint at its fourth entry.
async fn checkpointed(bench: &Bench) -> Signed<Checkpoint> {
    for _ in 0..4 {
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .unwrap();
    }
    let tx = write(&bench.store, &bench.acme).await;
    let made = tx.audit().next_checkpoint().await.unwrap().unwrap();
    assert!(tx.audit().keep_checkpoint(&made).await.unwrap());
    assert!(!tx.audit().keep_checkpoint(&made).await.unwrap(), "once");
    assert_eq!(
        tx.audit().next_checkpoint().await.unwrap(),
        None,
        "nothing new"
    );
    tx.commit().await.unwrap();
    for _ in 0..2 {
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .unwrap();
    }
    if !bench.is_postgres() {
        for table in ["ledger", "ledger_checkpoints"] {
            bench
                .tamper(&format!("DROP TRIGGER {table}_no_update"))
                .await;
            bench
                .tamper(&format!("DROP TRIGGER {table}_no_delete"))
                .await;
        }
    }
    let report = read(bench).await.ledger().verify_chain().await.unwrap();
    assert_eq!(
        (report.broken, report.checkpoints, report.entries),
        (None, 1, 6)
    );
    made
}

fn bytes(bench: &Bench, hash: model::ChainHash) -> String {
    if bench.is_postgres() {
        format!("decode('{}', 'hex')", hash.hex())
    } else {
        format!("X'{}'", hash.hex())
    }
}

/// Writes the chain anew, as somebody who knows the program and has the database.
async fn rewrite(bench: &Bench) {
    let tx = read(bench).await;
    let mut all = everything(&tx, &EntryFilter::default(), 200).await;
    drop(tx);
    all.sort_by_key(|one| one.seq);
    let mut running = model::ChainHash::GENESIS;
    let own = bench.of_acme();
    for one in &all {
        let mut entry = one.entry.clone();
        "{}".clone_into(&mut entry.detail);
        running = running.then(one.seq, &entry);
        let hash = bytes(bench, running);
        let sql = format!(
            "UPDATE ledger SET detail = '{{}}', hash = {hash} WHERE seq = {} AND {own}",
            one.seq
        );
        bench.tamper(&sql).await;
    }
    let hash = bytes(bench, running);
    bench
        .tamper(&format!(
            "UPDATE ledger_heads SET hash = {hash} WHERE {own}"
        ))
        .await;
}

async fn a_rewritten_chain_misses_its_checkpoints(bench: &Bench) {
    let kept = checkpointed(bench).await.statement;
    rewrite(bench).await;
    let found = bench.broken(None).await;
    assert_eq!(found, Some(ChainBreak::Rewritten(4)));
    // The checkpoint goes too: only what was kept outside tells.
    bench
        .tamper(&format!(
            "DELETE FROM ledger_checkpoints WHERE {}",
            bench.of_acme()
        ))
        .await;
    assert_eq!(bench.broken(None).await, None);
    let outside = ChainHead {
        seq: kept.seq,
        hash: kept.hash,
    };
    let found = bench.broken(Some(outside)).await;
    assert_eq!(found, Some(ChainBreak::Rewritten(4)));
}

async fn a_forged_checkpoint_is_found(bench: &Bench) {
    checkpointed(bench).await;
    rewrite(bench).await;
    let own = bench.of_acme();
    bench
        .tamper(&format!(
            "UPDATE ledger_checkpoints SET hash = \
             (SELECT hash FROM ledger WHERE seq = 4 AND {own}) WHERE {own}"
        ))
        .await;
    assert_eq!(
        bench.broken(None).await,
        Some(ChainBreak::ForgedCheckpoint(4))
    );
}

async fn a_cut_head_is_behind_its_checkpoint(bench: &Bench) {
    checkpointed(bench).await;
    bench.cut(3).await;
    assert_eq!(bench.broken(None).await, Some(ChainBreak::Rewritten(4)));
}

/// Ten entries, five of them 100 days old at the returned store's time.
async fn aged(bench: &Bench) -> (Store, Timestamp) {
    let start = entry_time();
    for n in 0..10 {
        let mut one = entry(&bench.acme);
        one.at = Timestamp::from_millis(start + if n < 5 { n } else { 90 * DAY + n });
        bench.store.ledger().record(one).await.unwrap();
    }
    let now = Timestamp::from_millis(start + 100 * DAY);
    (connect_at(&bench.url, now).await, now)
}

fn days(count: u64) -> Duration {
    Duration::from_hours(24 * count)
}

async fn only_what_a_seal_covers_can_be_let_go(bench: &Bench) {
    let (store, now) = aged(bench).await;
    let tx = write(&store, &bench.acme).await;
    assert_eq!(
        tx.audit().retire(100).await.unwrap(),
        0,
        "nothing is sealed"
    );
    let seal = tx.audit().seal(now - days(40)).await.unwrap().unwrap();
    assert_eq!(seal.statement.seq, 5);
    tx.commit().await.unwrap();
    let runtime = crate::support::raw(&bench.url).await;
    let refused = runtime
        .execute_unprepared("DELETE FROM ledger WHERE seq = 6")
        .await;
    assert!(refused.is_err(), "no seal covers it");
    let refused = runtime.execute_unprepared("DELETE FROM ledger_seals").await;
    assert!(refused.is_err(), "seals stay");
    let tx = write(&store, &bench.acme).await;
    assert_eq!(tx.audit().retire(3).await.unwrap(), 3, "a part at a time");
    assert_eq!(tx.audit().retire(100).await.unwrap(), 2);
    assert_eq!(tx.audit().retire(100).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let tx = write(&store, &bench.other).await;
    assert_eq!(
        tx.audit().retire(100).await.unwrap(),
        0,
        "not another tenant's"
    );
}

async fn a_legal_hold_and_youth_refuse_the_seal(bench: &Bench) {
    let (store, now) = aged(bench).await;
    let tx = write(&store, &bench.acme).await;
    assert!(
        tx.audit().seal(now - days(29)).await.is_err(),
        "the last 30 days stay"
    );
    drop(tx);
    let tx = write(&store, &bench.acme).await;
    let held = AuditSettings {
        legal_hold: true,
        ..AuditSettings::default()
    };
    let permit = permit_for::<ManageTenant>(&bench.acme);
    assert!(tx.audit().set_settings(&permit, &held).await.unwrap());
    assert!(
        tx.audit().seal(now - days(40)).await.is_err(),
        "a legal hold"
    );
}

async fn a_chain_goes_on_from_its_seal(bench: &Bench) {
    let (store, now) = aged(bench).await;
    let tx = write(&store, &bench.acme).await;
    tx.audit().seal(now - days(40)).await.unwrap().unwrap();
    tx.audit().retire(100).await.unwrap();
    tx.commit().await.unwrap();
    store.ledger().record(entry(&bench.acme)).await.unwrap();
    let tx = read(bench).await;
    let report = tx.ledger().verify_chain().await.unwrap();
    assert_eq!((report.broken, report.sealed, report.entries), (None, 5, 6));
    let rows = exported(&tx, &EntryFilter::default(), 4).await;
    assert_eq!((rows[0].seq, rows.len()), (6, 6));
    assert!(rows.iter().all(Row::holds));
    drop(tx);
    // A seal that somebody moved to hide a removed entry.
    if !bench.is_postgres() {
        bench.tamper("DROP TRIGGER ledger_seals_no_update").await;
        bench.tamper("DROP TRIGGER ledger_no_delete").await;
    }
    let own = bench.of_acme();
    bench
        .tamper(&format!(
            "UPDATE ledger_seals SET seq = 6, hash = \
             (SELECT hash FROM ledger WHERE seq = 6 AND {own}) WHERE {own}"
        ))
        .await;
    bench
        .tamper(&format!("DELETE FROM ledger WHERE seq = 6 AND {own}"))
        .await;
    assert_eq!(bench.broken(None).await, Some(ChainBreak::ForgedSeal(6)));
}
