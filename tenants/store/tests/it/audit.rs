//! Lists, exports, checkpoints, seals and streams of the ledger.

use std::time::Duration;

use model::{
    Channel, EntryKind, LedgerEntry, Outcome, Role, RoleSet, Tenant, Timestamp,
    audit::{Checkpoint, Row, Signed},
    policy::{Effect, ManageTenant},
};
use sea_orm::ConnectionTrait as _;
use store::{
    AuditSettings, ChainBreak, ChainHead, DeadLetter, EntryFilter, Names, NewMember, NewStream,
    Page, Place, Store, StoreOptions, StoredEntry, StreamKind, TenantTx,
};
use vault::Secret;

use crate::{
    on_both,
    support::{Bench, acting_in, connect_at, connect_with, entry, permit_for},
};

on_both!(
    pages_lead_through_the_whole_list_in_both_directions,
    every_filter_agrees_with_a_plain_reading,
    a_page_ends_where_its_reach_ends_and_the_next_goes_on_from_there,
    an_export_holds_exactly_the_rows_of_the_pages,
    a_rewritten_chain_misses_its_checkpoints,
    a_forged_checkpoint_is_found,
    a_cut_head_is_behind_its_checkpoint,
    only_what_a_seal_covers_can_be_let_go,
    a_legal_hold_and_youth_refuse_the_seal,
    a_chain_goes_on_from_its_seal,
    two_forms_about_the_settings_do_not_overwrite_each_other,
    a_stream_is_leased_to_one_process_at_a_time,
);

const DAY: i64 = 86_400_000;

async fn read(bench: &Bench) -> TenantTx {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    scope.read().await.unwrap()
}

async fn write(store: &Store, tenant: &Tenant) -> TenantTx {
    store.scope(&acting_in(tenant)).write().await.unwrap()
}

/// Entries that differ in everything that can be asked for; several share a moment.
async fn varied(bench: &Bench, count: i64) {
    let tx = write(&bench.store, &bench.acme).await;
    let mut members = Vec::new();
    for open_id in ["ou_a", "ou_b", "ou_c"] {
        let new = NewMember {
            open_id: open_id.to_owned(),
            union_id: None,
            name: format!("={open_id}"),
            avatar_url: None,
            roles: RoleSet::EMPTY.with(Role::EndUser),
        };
        members.push(tx.members().upsert_signed_in(new).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    let pick = |n: i64, of: usize| usize::try_from(n).unwrap() % of;
    for n in 0..count {
        let kinds = [
            EntryKind::Call,
            EntryKind::Call,
            EntryKind::Admin,
            EntryKind::SignIn,
        ];
        let mut one = entry(&bench.acme);
        one.at = Timestamp::from_millis(one.at.millis() + (n / 3) * 1_000);
        one.kind = kinds[pick(n, 4)];
        one.member = (n % 5 != 0).then(|| members[pick(n, 3)]);
        ["Cursor", "Claude", ""][pick(n, 3)].clone_into(&mut one.client_name);
        ["doc_read", "doc_create", "search", "policy.publish"][pick(n, 4)]
            .clone_into(&mut one.action);
        ["read", "write", ""][pick(n, 3)].clone_into(&mut one.effect);
        one.outcome = Outcome::ALL[pick(n, 10)];
        one.fault = (n % 6 == 0).then(|| "not_found".to_owned());
        one.target = (n % 2 == 0).then(|| format!("docx:doxcn{}", n % 7));
        one.channel = [Channel::Mcp, Channel::Console][pick(n, 2)];
        bench.store.ledger().record(one).await.unwrap();
    }
    bench
        .store
        .ledger()
        .record(entry(&bench.other))
        .await
        .unwrap();
}

async fn everything(tx: &TenantTx, filter: &EntryFilter, limit: u32) -> Vec<StoredEntry> {
    let mut found = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let part = tx.ledger().list(filter, &page).await.unwrap();
        found.extend(part.items);
        let Some(next) = part.next else { return found };
        page = Page::first(limit).after(next);
    }
}

async fn pages_lead_through_the_whole_list_in_both_directions(bench: &Bench) {
    varied(bench, 50).await;
    let tx = read(bench).await;
    let all = EntryFilter::default();
    let old = everything(&tx, &all, 7).await;
    assert_eq!(old.len(), 50);
    let order: Vec<Place> = old.iter().map(StoredEntry::place).collect();
    assert!(
        order.windows(2).all(|pair| pair[0] > pair[1]),
        "newest first"
    );
    let mut back = Vec::new();
    let mut page = Page::first(7).after(old[49].place().to_string());
    loop {
        let part = tx.ledger().list_newer(&all, &page).await.unwrap();
        back.splice(0..0, part.items);
        let Some(_) = part.next else { break };
        page = Page::first(7).after(back[0].place().to_string());
    }
    assert_eq!(back, old[..49]);
}

/// Filters of all kinds, alone and together.
fn filters(members: &[StoredEntry]) -> Vec<EntryFilter> {
    let none = EntryFilter::default;
    let member: Vec<_> = members
        .iter()
        .find_map(|one| one.entry.member)
        .into_iter()
        .collect();
    vec![
        none(),
        EntryFilter {
            kinds: vec![EntryKind::Admin, EntryKind::SignIn],
            ..none()
        },
        EntryFilter {
            kinds: vec![EntryKind::Call],
            ..none()
        },
        EntryFilter {
            members: member.clone(),
            ..none()
        },
        EntryFilter {
            client_name: Some("Cursor".to_owned()),
            ..none()
        },
        EntryFilter {
            action: Some("doc_read".to_owned()),
            ..none()
        },
        EntryFilter {
            action: Some("doc_*".to_owned()),
            ..none()
        },
        EntryFilter {
            action: Some("docX*".to_owned()),
            ..none()
        },
        EntryFilter {
            effect: Some(Effect::Write),
            ..none()
        },
        EntryFilter {
            outcomes: vec![Outcome::Denied, Outcome::Failed],
            ..none()
        },
        EntryFilter {
            outcomes: vec![Outcome::Ok],
            ..none()
        },
    ]
}

/// More of them.
fn more_filters(members: &[StoredEntry]) -> Vec<EntryFilter> {
    let base = entry_time();
    let none = EntryFilter::default;
    let member: Vec<_> = members
        .iter()
        .find_map(|one| one.entry.member)
        .into_iter()
        .collect();
    vec![
        EntryFilter {
            fault: Some("not_found".to_owned()),
            ..none()
        },
        EntryFilter {
            targets: vec!["docx:doxcn2".to_owned(), "wiki:doxcn2".to_owned()],
            ..none()
        },
        EntryFilter {
            text: Some("XCN4".to_lowercase()),
            ..none()
        },
        EntryFilter {
            text: Some("%".to_owned()),
            ..none()
        },
        EntryFilter {
            channel: Some(Channel::Console),
            ..none()
        },
        EntryFilter {
            since: Some(Timestamp::from_millis(base + 3_000)),
            until: Some(Timestamp::from_millis(base + 9_000)),
            ..none()
        },
        EntryFilter {
            through: Some(20),
            ..none()
        },
        EntryFilter {
            members: member,
            outcomes: vec![Outcome::Denied],
            kinds: vec![EntryKind::Call, EntryKind::Admin],
            until: Some(Timestamp::from_millis(base + 14_000)),
            ..none()
        },
    ]
}

fn entry_time() -> i64 {
    1_793_491_200_000
}

fn wanted(filter: &EntryFilter, stored: &StoredEntry) -> bool {
    let entry: &LedgerEntry = &stored.entry;
    let target = entry.target.as_deref();
    (filter.kinds.is_empty() || filter.kinds.contains(&entry.kind))
        && (filter.members.is_empty()
            || entry.member.is_some_and(|id| filter.members.contains(&id)))
        && filter
            .client_name
            .as_ref()
            .is_none_or(|name| *name == entry.client_name)
        && filter
            .action
            .as_ref()
            .is_none_or(|action| match action.strip_suffix('*') {
                Some(prefix) => entry.action.starts_with(prefix),
                None => entry.action == *action,
            })
        && filter
            .effect
            .is_none_or(|effect| entry.effect == effect.name())
        && (filter.outcomes.is_empty() || filter.outcomes.contains(&entry.outcome))
        && filter
            .fault
            .as_ref()
            .is_none_or(|code| entry.fault.as_ref() == Some(code))
        && (filter.targets.is_empty()
            || filter
                .targets
                .iter()
                .any(|one| Some(one.as_str()) == target))
        && filter
            .text
            .as_ref()
            .is_none_or(|text| target.is_some_and(|target| target.contains(text)))
        && filter
            .channel
            .is_none_or(|channel| entry.channel == channel)
        && filter.since.is_none_or(|at| entry.at >= at)
        && filter.until.is_none_or(|at| entry.at < at)
        && filter.through.is_none_or(|seq| stored.seq <= seq)
}

async fn every_filter_agrees_with_a_plain_reading(bench: &Bench) {
    varied(bench, 60).await;
    let tx = read(bench).await;
    let all = everything(&tx, &EntryFilter::default(), 200).await;
    for filter in filters(&all).into_iter().chain(more_filters(&all)) {
        let found = everything(&tx, &filter, 4).await;
        let expected: Vec<_> = all
            .iter()
            .filter(|one| wanted(&filter, one))
            .cloned()
            .collect();
        assert_eq!(found, expected, "{filter:?}");
        let counted = tx.ledger().count_up_to(&filter, 1_000).await.unwrap();
        assert_eq!(counted, expected.len() as u64);
    }
}

/// A store whose pages look through so many entries.
async fn reaching(bench: &Bench, search_reach: u64) -> Store {
    let options = StoreOptions {
        search_reach,
        ..StoreOptions::new(&bench.url)
    };
    connect_with(options).await.unwrap()
}

async fn a_page_ends_where_its_reach_ends_and_the_next_goes_on_from_there(bench: &Bench) {
    varied(bench, 120).await;
    let tx = read(bench).await;
    let all = everything(&tx, &EntryFilter::default(), 50).await;
    let near = reaching(bench, 16).await;
    let near = near.scope(&acting_in(&bench.acme)).read().await.unwrap();
    for filter in filters(&all).into_iter().chain(more_filters(&all)) {
        let far = everything(&tx, &filter, 50).await;
        assert_eq!(everything(&near, &filter, 50).await, far, "{filter:?}");
        let mut back = Vec::new();
        let first = Place { at: 0, seq: 0 };
        let mut page = Page::first(50).after(first.to_string());
        loop {
            let part = near.ledger().list_newer(&filter, &page).await.unwrap();
            back.splice(0..0, part.items);
            let Some(next) = part.next else { break };
            page = Page::first(50).after(next);
        }
        assert_eq!(back, far, "{filter:?}, from the oldest on");
    }
    let rare = EntryFilter {
        text: Some("no such object".to_owned()),
        ..EntryFilter::default()
    };
    let page = near.ledger().list(&rare, &Page::first(50)).await.unwrap();
    let end = page.next.map(|next| next.parse::<Place>().unwrap());
    assert_eq!((page.items.len(), end), (0, Some(all[15].place())));
}

async fn exported(tx: &TenantTx, filter: &EntryFilter, part: u64) -> Vec<Row> {
    let (mut rows, mut names, mut after) = (Vec::new(), Names::default(), None);
    loop {
        let entries = tx.ledger().after(filter, after, part).await.unwrap();
        let Some(last) = entries.last().map(StoredEntry::place) else {
            return rows;
        };
        after = Some(last);
        rows.extend(tx.ledger().rows(entries, &mut names).await.unwrap());
    }
}

async fn an_export_holds_exactly_the_rows_of_the_pages(bench: &Bench) {
    varied(bench, 60).await;
    let tx = read(bench).await;
    let all = everything(&tx, &EntryFilter::default(), 200).await;
    for filter in filters(&all).into_iter().chain(more_filters(&all)) {
        let mut shown = everything(&tx, &filter, 9).await;
        shown.reverse();
        if filter.is_all() {
            shown.sort_by_key(|one| one.seq);
        }
        let rows = exported(&tx, &filter, 5).await;
        let entries: Vec<_> = rows.iter().map(|row| row.entry().unwrap()).collect();
        let expected: Vec<_> = shown.iter().map(|one| one.entry.clone()).collect();
        assert_eq!(entries, expected, "{filter:?}");
        assert!(
            rows.iter().all(Row::holds),
            "each row proves itself: {filter:?}"
        );
        let named = rows.iter().filter(|row| !row.member.is_empty());
        assert!(
            named.clone().all(|row| row.who.starts_with("=ou_")),
            "{filter:?}"
        );
    }
}

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

fn of_acme(bench: &Bench) -> String {
    format!("tenant_id = {}", bench.sql_id(bench.acme.id.uuid()))
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
    let own = of_acme(bench);
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
    let tx = read(bench).await;
    let found = tx.ledger().verify_chain().await.unwrap().broken;
    assert_eq!(found, Some(ChainBreak::Rewritten(4)));
    drop(tx);
    // The checkpoint goes too: only what was kept outside tells.
    bench
        .tamper(&format!(
            "DELETE FROM ledger_checkpoints WHERE {}",
            of_acme(bench)
        ))
        .await;
    let tx = read(bench).await;
    assert_eq!(tx.ledger().verify_chain().await.unwrap().broken, None);
    let outside = ChainHead {
        seq: kept.seq,
        hash: kept.hash,
    };
    let found = tx
        .ledger()
        .verify_chain_with(Some(outside))
        .await
        .unwrap()
        .broken;
    assert_eq!(found, Some(ChainBreak::Rewritten(4)));
}

async fn a_forged_checkpoint_is_found(bench: &Bench) {
    checkpointed(bench).await;
    rewrite(bench).await;
    let own = of_acme(bench);
    bench
        .tamper(&format!(
            "UPDATE ledger_checkpoints SET hash = \
             (SELECT hash FROM ledger WHERE seq = 4 AND {own}) WHERE {own}"
        ))
        .await;
    let found = read(bench)
        .await
        .ledger()
        .verify_chain()
        .await
        .unwrap()
        .broken;
    assert_eq!(found, Some(ChainBreak::ForgedCheckpoint(4)));
}

async fn a_cut_head_is_behind_its_checkpoint(bench: &Bench) {
    checkpointed(bench).await;
    let own = of_acme(bench);
    bench
        .tamper(&format!("DELETE FROM ledger WHERE seq > 3 AND {own}"))
        .await;
    bench
        .tamper(&format!(
            "UPDATE ledger_heads SET seq = 3, hash = \
             (SELECT hash FROM ledger WHERE seq = 3 AND {own}) WHERE {own}"
        ))
        .await;
    let found = read(bench)
        .await
        .ledger()
        .verify_chain()
        .await
        .unwrap()
        .broken;
    assert_eq!(found, Some(ChainBreak::Rewritten(4)));
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
    let own = of_acme(bench);
    bench
        .tamper(&format!(
            "UPDATE ledger_seals SET seq = 6, hash = \
             (SELECT hash FROM ledger WHERE seq = 6 AND {own}) WHERE {own}"
        ))
        .await;
    bench
        .tamper(&format!("DELETE FROM ledger WHERE seq = 6 AND {own}"))
        .await;
    let found = read(bench)
        .await
        .ledger()
        .verify_chain()
        .await
        .unwrap()
        .broken;
    assert_eq!(found, Some(ChainBreak::ForgedSeal(6)));
}

async fn two_forms_about_the_settings_do_not_overwrite_each_other(bench: &Bench) {
    let permit = permit_for::<ManageTenant>(&bench.acme);
    for expected in [0, 1, 2] {
        let tx = write(&bench.store, &bench.acme).await;
        let seen = tx.audit().settings().await.unwrap();
        assert_eq!(seen.version, expected);
        assert!(tx.audit().set_settings(&permit, &seen).await.unwrap());
        assert!(
            !tx.audit().set_settings(&permit, &seen).await.unwrap(),
            "stale"
        );
        tx.commit().await.unwrap();
    }
}

async fn a_stream_is_leased_to_one_process_at_a_time(bench: &Bench) {
    let permit = permit_for::<ManageTenant>(&bench.acme);
    let tx = write(&bench.store, &bench.acme).await;
    let new = NewStream {
        name: "SIEM",
        kind: StreamKind::Webhook,
        url: "https://siem.example.com/",
        secret: &Secret::new("whsec"),
        after: 7,
    };
    let id = tx.audit().add_stream(&permit, new).await.unwrap();
    let minute = Duration::from_mins(1);
    let (mut stream, secret) = tx.audit().lease_stream(id, minute).await.unwrap().unwrap();
    assert_eq!((stream.cursor, secret.expose()), (7, "whsec"));
    assert!(tx.audit().lease_stream(id, minute).await.unwrap().is_none());
    stream.cursor = 9;
    tx.audit().note_stream(&stream).await.unwrap();
    let again = tx.audit().lease_stream(id, minute).await.unwrap();
    assert_eq!(again.unwrap().0.cursor, 9);
    let dead = DeadLetter {
        stream: id,
        from: 8,
        through: 9,
        error: "503".to_owned(),
        at: tx.now(),
        again: false,
    };
    tx.audit().bury(&dead).await.unwrap();
    assert_eq!(tx.audit().send_again(&permit, id).await.unwrap(), 1);
    assert!(tx.audit().dead_letters().await.unwrap()[0].again);
    tx.audit().raise(&dead).await.unwrap();
    assert_eq!(tx.audit().dead_letters().await.unwrap(), []);
    let other = write(&bench.store, &bench.other);
    tx.commit().await.unwrap();
    let other = other.await;
    assert!(
        other
            .audit()
            .lease_stream(id, minute)
            .await
            .unwrap()
            .is_none()
    );
    let foreign = permit_for::<ManageTenant>(&bench.acme);
    assert!(other.audit().remove_stream(&foreign, id).await.is_err());
}
