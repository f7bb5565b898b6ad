//! Whoever can write to the database cannot do it unseen.

use store::{ChainBreak, ChainHead};

use crate::{
    on_both,
    support::{Bench, entry},
};

on_both!(
    an_edited_entry_is_found,
    a_removed_entry_is_found,
    reordered_entries_are_found,
    a_cut_chain_is_found,
    a_chain_cut_together_with_its_head_differs_from_the_kept_head,
    the_runtime_role_cannot_change_the_ledger,
);

/// A chain of six entries and its head.
async fn chain(bench: &Bench) -> ChainHead {
    for _ in 0..6 {
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .unwrap();
    }
    bench
        .store
        .ledger()
        .record(entry(&bench.other))
        .await
        .unwrap();
    if !bench.is_postgres() {
        // Somebody with the file can drop the triggers.
        bench.tamper("DROP TRIGGER ledger_no_update").await;
        bench.tamper("DROP TRIGGER ledger_no_delete").await;
    }
    let tx = bench.read(&bench.acme).await;
    assert_eq!(tx.ledger().verify_chain().await.unwrap().broken, None);
    tx.ledger().head().await.unwrap()
}

async fn broken(bench: &Bench, kept: Option<ChainHead>) -> Option<ChainBreak> {
    let tx = bench.read(&bench.other).await;
    assert_eq!(
        tx.ledger().verify_chain().await.unwrap().broken,
        None,
        "not the other's"
    );
    drop(tx);
    bench.broken(kept).await
}

async fn an_edited_entry_is_found(bench: &Bench) {
    chain(bench).await;
    for column in [
        "outcome = 'denied'",
        "detail = '{}'",
        "duration_us = 1",
        "kind = 'nonsense'",
    ] {
        let sql = format!(
            "UPDATE ledger SET {column} WHERE seq = 3 AND {}",
            bench.of_acme()
        );
        bench.tamper(&sql).await;
        assert_eq!(
            broken(bench, None).await,
            Some(ChainBreak::Changed(3)),
            "{column}"
        );
    }
}

async fn a_removed_entry_is_found(bench: &Bench) {
    chain(bench).await;
    bench
        .tamper(&format!(
            "DELETE FROM ledger WHERE seq = 3 AND {}",
            bench.of_acme()
        ))
        .await;
    assert_eq!(broken(bench, None).await, Some(ChainBreak::Missing(3)));
}

async fn reordered_entries_are_found(bench: &Bench) {
    chain(bench).await;
    for (from, to) in [(3, 100), (4, 3), (100, 4)] {
        let own = bench.of_acme();
        bench
            .tamper(&format!(
                "UPDATE ledger SET seq = {to} WHERE seq = {from} AND {own}"
            ))
            .await;
    }
    assert_eq!(broken(bench, None).await, Some(ChainBreak::Changed(3)));
}

async fn a_cut_chain_is_found(bench: &Bench) {
    chain(bench).await;
    bench
        .tamper(&format!(
            "DELETE FROM ledger WHERE seq > 4 AND {}",
            bench.of_acme()
        ))
        .await;
    let found = broken(bench, None).await;
    assert_eq!(found, Some(ChainBreak::HeadDiffers { head: 6, found: 4 }));
}

async fn a_chain_cut_together_with_its_head_differs_from_the_kept_head(bench: &Bench) {
    let kept = chain(bench).await;
    bench.cut(4).await;
    assert_eq!(
        broken(bench, None).await,
        None,
        "the chain alone cannot show it"
    );
    assert_eq!(
        broken(bench, Some(kept)).await,
        Some(ChainBreak::Rewritten(6))
    );
}

async fn the_runtime_role_cannot_change_the_ledger(bench: &Bench) {
    use sea_orm::ConnectionTrait;
    bench
        .store
        .ledger()
        .record(entry(&bench.acme))
        .await
        .unwrap();
    let runtime = crate::support::raw(&bench.url).await;
    for sql in ["UPDATE ledger SET detail = ''", "DELETE FROM ledger"] {
        let refused = runtime
            .execute_unprepared(sql)
            .await
            .unwrap_err()
            .to_string();
        let expected = if bench.is_postgres() {
            "permission denied"
        } else {
            "append-only"
        };
        assert!(refused.contains(expected), "{refused}");
    }
}
