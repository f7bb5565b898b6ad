//! Statements are closed once and never change; corrections are credit notes.

use std::time::Duration;

use model::{
    Month, Outcome, Plan, Tenant, Timestamp,
    billing::{FreeCalls, LineKind},
    policy::ManageBilling,
};
use sea_orm::ConnectionTrait;
use store::{BilledCalls, CreditRefusal, NewCredit, Store, StoreError, TenantTx};

use crate::{
    on_both,
    support::{Bench, acting_in, connect_at, entry, permit_for, person},
};

on_both!(
    a_closed_statement_never_changes,
    a_statement_is_closed_once_and_not_before_its_month_ends,
    every_line_opens_the_calls_it_counts,
    the_bill_so_far_reads_no_entry_of_the_ledger,
    wrong_counts_close_no_statement,
    late_calls_are_shown_on_the_next_statement,
    credit_notes_never_exceed_the_statement,
    a_form_sent_twice_gives_one_credit_note,
    a_warning_is_given_once,
    a_plan_chosen_in_one_tenant_is_not_anothers,
    a_cap_is_tried_on_what_really_happened,
);

const OCTOBER: Month = Month(2026 * 12 + 9);
const NOVEMBER: Month = Month(2026 * 12 + 10);

async fn at(bench: &Bench, moment: Timestamp) -> Store {
    connect_at(&bench.url, moment).await
}

async fn writing(store: &Store, tenant: &Tenant) -> TenantTx {
    store.scope(&acting_in(tenant)).write().await.unwrap()
}

/// Delivered and denied calls of a month, one a minute from its first moment on.
async fn calls(bench: &Bench, month: Month, delivered: u64, denied: u64) {
    let tasks: Vec<_> = (0..delivered + denied)
        .map(|number| {
            let mut one = entry(&bench.acme);
            one.at = month.start() + Duration::from_mins(number);
            if number >= delivered {
                one.outcome = Outcome::Denied;
            }
            let ledger = bench.store.ledger().clone();
            tokio::spawn(async move { ledger.record(one).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn on_team(bench: &Bench) {
    let store = at(bench, OCTOBER.start()).await;
    let tx = writing(&store, &bench.acme).await;
    let permit = permit_for::<ManageBilling>(&bench.acme);
    let (changed, from) = tx.billing().choose_plan(&permit, Plan::Team).await.unwrap();
    assert_eq!((changed.before, from), (Plan::Free, OCTOBER));
    tx.commit().await.unwrap();
}

/// Closes a month as the job does.
async fn close(store: &Store, tenant: &Tenant, month: Month) -> Result<bool, StoreError> {
    let tx = writing(store, tenant).await;
    let contract = tx.billing().tenant_now().await?.contract;
    let closed = tx.billing().close(month, &contract).await?;
    tx.commit().await?;
    Ok(closed.is_some())
}

async fn a_closed_statement_never_changes(bench: &Bench) {
    on_team(bench).await;
    calls(bench, OCTOBER, 30, 4).await;
    let store = at(bench, NOVEMBER.start()).await;
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    let read = async || {
        let tx = writing(&store, &bench.acme).await;
        tx.billing().statement(OCTOBER).await.unwrap().unwrap()
    };
    let before = read().await;
    assert!(before.intact);
    assert_eq!(before.statement.total_minor, 29_900);

    // More calls, another plan: the closed month does not move.
    calls(bench, OCTOBER, 5, 0).await;
    let tx = writing(&store, &bench.acme).await;
    let permit = permit_for::<ManageBilling>(&bench.acme);
    tx.billing()
        .choose_plan(&permit, Plan::Enterprise)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(read().await, before);

    // Not even with the program's own rights on the database.
    let program = crate::support::raw(&bench.url).await;
    if bench.is_postgres() {
        let acme = bench.acme.id.uuid();
        let set = format!("SELECT set_config('app.tenant_id', '{acme}', false)");
        program.execute_unprepared(&set).await.unwrap();
    }
    for change in [
        "UPDATE statements SET total_minor = 1",
        "DELETE FROM statements",
        "UPDATE credit_notes SET amount_minor = 1",
        "DELETE FROM credit_notes",
    ] {
        let empty = change.contains("credit_notes") && !bench.is_postgres();
        let refused = program.execute_unprepared(change).await;
        assert!(refused.is_err() || empty, "{change}");
    }
    assert_eq!(read().await, before);
    // Who may do more is found out.
    if bench.is_postgres() {
        bench.tamper("UPDATE statements SET total_minor = 1").await;
        assert!(!read().await.intact);
    }
}

async fn a_statement_is_closed_once_and_not_before_its_month_ends(bench: &Bench) {
    calls(bench, OCTOBER, 3, 0).await;
    let early = at(bench, OCTOBER.end() - Duration::from_millis(1)).await;
    assert!(!close(&early, &bench.acme, OCTOBER).await.unwrap());
    let (one, two) = (
        at(bench, NOVEMBER.start()).await,
        at(bench, NOVEMBER.start()).await,
    );
    let both = tokio::join!(
        close(&one, &bench.acme, OCTOBER),
        close(&two, &bench.acme, OCTOBER)
    );
    // The one that comes second finds it closed, or in its way.
    let closed = [both.0, both.1]
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)))
        .count();
    assert_eq!(closed, 1);
    assert!(!close(&one, &bench.acme, OCTOBER).await.unwrap());
}

async fn every_line_opens_the_calls_it_counts(bench: &Bench) {
    // The free plan includes 1,000.
    calls(bench, OCTOBER, 1_004, 7).await;
    let store = at(bench, NOVEMBER.start()).await;
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    calls(bench, OCTOBER, 2, 1).await;
    let tx = writing(&store, &bench.acme).await;
    let billing = tx.billing();
    let closed = billing.statement(OCTOBER).await.unwrap().unwrap();
    let mut kinds = Vec::new();
    for line in &closed.statement.lines {
        kinds.push((line.kind, line.quantity));
        let Some(which) = BilledCalls::of_line(&closed.statement, line.kind) else {
            continue;
        };
        let counted = billing.count_calls(&which).await.unwrap();
        assert_eq!(counted, line.quantity, "{:?}", line.kind);
        let mut read = 0;
        let mut after = None;
        loop {
            let page = billing.calls(&which, after, 300).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.entry.at.millis(), last.seq));
            read += page.len() as u64;
        }
        assert_eq!(read, line.quantity, "{:?}", line.kind);
    }
    assert_eq!(
        kinds,
        [
            (LineKind::Base, 1),
            (LineKind::Included, 1_000),
            (LineKind::Overage, 4),
            (LineKind::Free(FreeCalls::Denied), 7),
        ]
    );
}

async fn the_bill_so_far_reads_no_entry_of_the_ledger(bench: &Bench) {
    calls(bench, OCTOBER, 1_004, 7).await;
    let store = at(bench, NOVEMBER.start()).await;
    let contract = bench.acme.contract.clone();
    let outline = async || {
        let tx = store.scope(&acting_in(&bench.acme)).read().await.unwrap();
        tx.billing().outline(OCTOBER, &contract).await.unwrap()
    };
    let before = outline().await;
    let tx = store.scope(&acting_in(&bench.acme)).read().await.unwrap();
    let from = tx.billing().overage_from(&before).await.unwrap();
    drop(tx);
    bench.tamper("ALTER TABLE ledger RENAME TO away").await;
    assert_eq!(outline().await, before);
    bench.tamper("ALTER TABLE away RENAME TO ledger").await;
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    let tx = writing(&store, &bench.acme).await;
    let closed = tx.billing().statement(OCTOBER).await.unwrap().unwrap();
    assert_eq!(closed.statement.lines, before.lines);
    assert!(from.is_some() && closed.statement.overage_from_seq == from);
}

async fn wrong_counts_close_no_statement(bench: &Bench) {
    calls(bench, OCTOBER, 3, 0).await;
    bench
        .tamper("UPDATE usage_counts SET delivered = 2 WHERE level = 0")
        .await;
    let store = at(bench, NOVEMBER.start()).await;
    let refused = close(&store, &bench.acme, OCTOBER).await;
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}

async fn late_calls_are_shown_on_the_next_statement(bench: &Bench) {
    calls(bench, OCTOBER, 3, 0).await;
    let store = at(bench, NOVEMBER.start()).await;
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    calls(bench, OCTOBER, 2, 0).await;
    calls(bench, NOVEMBER, 1, 0).await;
    let store = at(bench, NOVEMBER.end()).await;
    assert!(close(&store, &bench.acme, NOVEMBER).await.unwrap());
    let tx = writing(&store, &bench.acme).await;
    let closed = tx.billing().statement(NOVEMBER).await.unwrap().unwrap();
    let late = closed
        .statement
        .lines
        .iter()
        .find(|line| line.kind == LineKind::Late);
    assert_eq!(
        late.map(|line| (line.quantity, line.amount_minor)),
        Some((2, 0))
    );
    assert_eq!(tx.billing().statements(10).await.unwrap().len(), 2);
}

fn credit(number: u64, amount_minor: i64) -> NewCredit<'static> {
    NewCredit {
        month: OCTOBER,
        number,
        amount_minor,
        reason: "two hours without service",
        issued_by: "Ann",
    }
}

async fn credit_notes_never_exceed_the_statement(bench: &Bench) {
    on_team(bench).await;
    calls(bench, OCTOBER, 1, 0).await;
    let store = at(bench, NOVEMBER.start()).await;
    let permit = permit_for::<ManageBilling>(&bench.acme);
    let give = async |new: NewCredit<'_>| {
        let tx = writing(&store, &bench.acme).await;
        let given = tx.billing().credit(&permit, new).await.unwrap();
        tx.commit().await.unwrap();
        given.map(|note| note.number)
    };
    assert_eq!(give(credit(1, 100)).await, Err(CreditRefusal::NoStatement));
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    assert_eq!(give(credit(1, 0)).await, Err(CreditRefusal::Amount));
    assert_eq!(give(credit(1, -5)).await, Err(CreditRefusal::Amount));
    let silent = NewCredit {
        reason: "  ",
        ..credit(1, 5)
    };
    assert_eq!(give(silent).await, Err(CreditRefusal::Reason));
    assert_eq!(give(credit(1, 29_000)).await, Ok(1));
    let left_minor = 900;
    let exceeds = Err(CreditRefusal::Exceeds { left_minor });
    assert_eq!(give(credit(2, 901)).await, exceeds);
    // Two at once: together they would exceed.
    let (one, two) = tokio::join!(give(credit(2, 600)), give(credit(2, 600)));
    let given = [one, two].iter().filter(|given| given.is_ok()).count();
    assert_eq!(given, 1);
    assert_eq!(give(credit(3, 300)).await, Ok(3));
    assert_eq!(
        give(credit(4, 1)).await,
        Err(CreditRefusal::Exceeds { left_minor: 0 })
    );
    let tx = writing(&store, &bench.acme).await;
    let foreign = permit_for::<ManageBilling>(&bench.other);
    let refused = tx.billing().credit(&foreign, credit(4, 1)).await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
}

async fn a_form_sent_twice_gives_one_credit_note(bench: &Bench) {
    on_team(bench).await;
    calls(bench, OCTOBER, 1, 0).await;
    let store = at(bench, NOVEMBER.start()).await;
    assert!(close(&store, &bench.acme, OCTOBER).await.unwrap());
    let permit = permit_for::<ManageBilling>(&bench.acme);
    for expected in [Ok(1), Err(CreditRefusal::Raced)] {
        let tx = writing(&store, &bench.acme).await;
        let given = tx.billing().credit(&permit, credit(1, 100)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(given.map(|note| note.number), expected);
    }
    let tx = writing(&store, &bench.acme).await;
    let notes = tx.billing().credits(OCTOBER).await.unwrap();
    assert_eq!((notes.len(), notes[0].amount_minor), (1, 100));
}

async fn a_warning_is_given_once(bench: &Bench) {
    let give = async |percent| {
        let tx = writing(&bench.store, &bench.acme).await;
        let given = tx.billing().warn(OCTOBER, percent, 800, 1_000).await;
        tx.commit().await.unwrap();
        given.unwrap()
    };
    let (one, two) = tokio::join!(give(80), give(80));
    assert!(one ^ two, "one of two replicas");
    assert!(!give(80).await);
    assert!(give(100).await);
    let tx = writing(&bench.store, &bench.acme).await;
    let warnings = tx.billing().warnings(OCTOBER).await.unwrap();
    let percents: Vec<_> = warnings.iter().map(|warning| warning.percent).collect();
    assert_eq!(percents, [80, 100]);
}

async fn a_plan_chosen_in_one_tenant_is_not_anothers(bench: &Bench) {
    let tx = writing(&bench.store, &bench.acme).await;
    let permit = permit_for::<ManageBilling>(&bench.acme);
    let now = Month::of(tx.now());
    tx.billing()
        .choose_plan(&permit, Plan::Enterprise)
        .await
        .unwrap();
    let changed = tx.billing().set_cap(&permit, Some(7)).await.unwrap();
    assert_eq!((changed.before, changed.after), (None, Some(7)));
    tx.commit().await.unwrap();
    for (tenant, plan, stop) in [
        (&bench.acme, Plan::Enterprise, Some(7)),
        (&bench.other, Plan::Free, Some(1_000)),
    ] {
        let tx = bench.store.platform("test").read().await.unwrap();
        let found = tx.tenants().get(tenant.id).await.unwrap().unwrap();
        assert_eq!(found.contract.plan_in(now), plan);
        assert_eq!(found.monthly_stop(now), stop);
    }
    let tx = writing(&bench.store, &bench.other).await;
    let refused = tx.billing().set_cap(&permit, Some(1)).await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
    let refused = tx.billing().choose_plan(&permit, Plan::Free).await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
}

async fn a_cap_is_tried_on_what_really_happened(bench: &Bench) {
    let mut people = Vec::new();
    let tx = writing(&bench.store, &bench.acme).await;
    for name in ["ou_a", "ou_b", "ou_c"] {
        let member = tx.members().upsert_signed_in(person(name)).await.unwrap();
        people.push(member.id);
    }
    tx.commit().await.unwrap();
    // Day 1: a a b; day 2: b b; day 3: c.
    for (day, minute, who) in [
        (0, 0, 0),
        (0, 1, 0),
        (0, 2, 1),
        (1, 0, 1),
        (1, 1, 1),
        (2, 0, 2),
    ] {
        let mut one = entry(&bench.acme);
        one.member = Some(people[who]);
        one.at = OCTOBER.start() + Duration::from_mins(day * 1_440 + minute);
        bench.store.ledger().record(one).await.unwrap();
        let mut free = entry(&bench.acme);
        free.outcome = Outcome::Limited;
        free.at = OCTOBER.start();
        bench.store.ledger().record(free).await.unwrap();
    }
    let tx = writing(&bench.store, &bench.acme).await;
    for (cap, stopped, people, first) in [
        (6, 0, 0, None),
        (5, 1, 1, Some((2, 0))),
        (4, 2, 2, Some((1, 1))),
        (2, 4, 2, Some((0, 2))),
        (0, 6, 3, Some((0, 0))),
    ] {
        let trial = tx.billing().try_cap(OCTOBER, cap).await.unwrap();
        let first =
            first.map(|(day, minute)| OCTOBER.start() + Duration::from_mins(day * 1_440 + minute));
        assert_eq!(
            (trial.stopped, trial.people, trial.first_at),
            (stopped, people, first),
            "cap {cap}"
        );
    }
}
