//! Lists and exports.

use super::*;

on_both!(
    pages_lead_through_the_whole_list_in_both_directions,
    every_filter_agrees_with_a_plain_reading,
    a_page_ends_where_its_reach_ends_and_the_next_goes_on_from_there,
    an_export_holds_exactly_the_rows_of_the_pages,
);

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
