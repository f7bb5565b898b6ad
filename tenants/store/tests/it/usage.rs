//! Counts are kept with the ledger, and say what the ledger says.

use model::{Day, MemberId, Month, Outcome, Tenant, Timestamp, billing::FreeCalls};
use store::{DaysOf, Department, Dimension, Store, TenantTx, UsageFilter};

use crate::{
    on_both,
    support::{Bench, acting_in, connect, entry, person},
};

on_both!(
    counts_by_every_dimension_come_from_the_same_calls,
    moving_a_person_does_not_rewrite_the_past,
    counting_again_finds_what_was_tampered_with,
    counts_of_two_replicas_add_up,
    an_invented_tool_is_no_row_of_its_own,
    usage_is_invisible_from_another_tenant,
);

const NOVEMBER: Month = Month(2026 * 12 + 10);

async fn reading(bench: &Bench, tenant: &Tenant) -> TenantTx {
    let scope = bench.store.scope(&acting_in(tenant));
    scope.read().await.unwrap()
}

async fn member(bench: &Bench, open_id: &str) -> MemberId {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let tx = scope.write().await.unwrap();
    let member = tx.members().upsert_signed_in(person(open_id)).await;
    tx.commit().await.unwrap();
    member.unwrap().id
}

async fn place(bench: &Bench, member: MemberId, id: &str) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let tx = scope.write().await.unwrap();
    let department = Department {
        id: id.to_owned(),
        name: format!("name of {id}"),
    };
    assert!(
        tx.departments()
            .place(member, Some(&department))
            .await
            .unwrap()
    );
    assert!(
        !tx.departments()
            .place(member, Some(&department))
            .await
            .unwrap(),
        "the same again changes nothing"
    );
    tx.commit().await.unwrap();
}

struct Call<'c> {
    member: Option<MemberId>,
    tool: &'c str,
    client: &'c str,
    day: &'c str,
    outcome: Outcome,
}

async fn record(store: &Store, tenant: &Tenant, call: &Call<'_>) {
    let mut one = entry(tenant);
    one.member = call.member;
    call.tool.clone_into(&mut one.action);
    call.client.clone_into(&mut one.client_name);
    one.outcome = call.outcome;
    let day: Day = call.day.parse().unwrap();
    one.at = Timestamp::from_millis(day.start().millis() + 9 * 3_600_000);
    store.ledger().record(one).await.unwrap();
}

/// Two people, two tools, two clients, two months.
async fn some_calls(bench: &Bench) -> (MemberId, MemberId) {
    let (ann, ben) = (member(bench, "ou_ann").await, member(bench, "ou_ben").await);
    place(bench, ann, "od-sales").await;
    for (who, tool, client, day, outcome, times) in [
        (ann, "doc_read", "Cursor", "2026-11-02", Outcome::Ok, 3),
        (ann, "doc_edit", "Cursor", "2026-11-03", Outcome::Partial, 1),
        (ann, "doc_edit", "Cursor", "2026-11-03", Outcome::Denied, 2),
        (ben, "doc_read", "ChatWise", "2026-11-03", Outcome::Ok, 2),
        (
            ben,
            "doc_read",
            "ChatWise",
            "2026-11-04",
            Outcome::Upstream,
            1,
        ),
        (ben, "doc_read", "ChatWise", "2026-12-01", Outcome::Ok, 5),
    ] {
        for _ in 0..times {
            let call = Call {
                member: Some(who),
                tool,
                client,
                day,
                outcome,
            };
            record(&bench.store, &bench.acme, &call).await;
        }
    }
    (ann, ben)
}

async fn counts_by_every_dimension_come_from_the_same_calls(bench: &Bench) {
    let (ann, ben) = some_calls(bench).await;
    let tx = reading(bench, &bench.acme).await;
    let usage = tx.usage();
    let month = usage.month(NOVEMBER).await.unwrap();
    assert_eq!((month.delivered, month.calls()), (6, 9));
    assert_eq!(month.free(FreeCalls::Denied), 2);
    assert_eq!(month.free(FreeCalls::Upstream), 1);
    assert_eq!(month.upstream_calls, 18, "two for each call");
    assert_eq!(usage.months().await.unwrap(), [NOVEMBER.next(), NOVEMBER]);

    let all = UsageFilter::default();
    for dimension in Dimension::ALL {
        let sums = usage.sums(NOVEMBER, &[dimension], &all).await.unwrap();
        let delivered: u64 = sums.iter().map(|sum| sum.tally.delivered).sum();
        assert_eq!((sums.len(), delivered), (2, 6), "{dimension:?}");
        let ranking = usage.ranking(NOVEMBER, dimension).await.unwrap();
        assert_eq!(ranking, sums, "{dimension:?}: the days say the same");
    }
    let by = [Dimension::Member, Dimension::Department, Dimension::Tool];
    let sums = usage.sums(NOVEMBER, &by, &all).await.unwrap();
    let found: Vec<_> = sums
        .iter()
        .map(|sum| {
            let department = sum.department.as_str();
            (
                sum.member,
                department,
                sum.tool.as_str(),
                sum.tally.delivered,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some(ann), "od-sales", "doc_read", 3),
            (Some(ben), "", "doc_read", 2),
            (Some(ann), "od-sales", "doc_edit", 1),
        ]
    );
    let filter = UsageFilter {
        members: Some(vec![Some(ann)]),
        tool: Some("doc_edit".to_owned()),
        ..all
    };
    let some = usage.sums(NOVEMBER, &[Dimension::Client], &filter).await;
    let some = some.unwrap();
    assert_eq!((some.len(), some[0].tally.calls()), (1, 3));
    let nobody = UsageFilter {
        members: Some(vec![]),
        ..UsageFilter::default()
    };
    let none = usage.sums(NOVEMBER, &[Dimension::Tool], &nobody).await;
    assert_eq!(none.unwrap(), []);

    let (first, last) = (NOVEMBER.first_day(), NOVEMBER.first_day().plus(29));
    for (of, days) in [
        (DaysOf::All, vec![(2, 3), (3, 3), (4, 0)]),
        (DaysOf::Member(ann), vec![(2, 3), (3, 1)]),
        (
            DaysOf::Tool("doc_read".into()),
            vec![(2, 3), (3, 2), (4, 0)],
        ),
        (DaysOf::Client("ChatWise".into()), vec![(3, 2), (4, 0)]),
    ] {
        let found = usage.days(first, last, &of).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(day, tally)| (day.number(), tally.delivered))
            .collect();
        assert_eq!(found, days, "{of:?}");
    }
    let names = usage.names(&[ann, ben]).await.unwrap();
    assert_eq!(names[&ann], "name of ou_ann");
}

async fn moving_a_person_does_not_rewrite_the_past(bench: &Bench) {
    let (ann, _) = some_calls(bench).await;
    place(bench, ann, "od-support").await;
    let call = Call {
        member: Some(ann),
        tool: "doc_read",
        client: "Cursor",
        day: "2026-11-05",
        outcome: Outcome::Ok,
    };
    record(&bench.store, &bench.acme, &call).await;
    let tx = reading(bench, &bench.acme).await;
    let filter = UsageFilter {
        members: Some(vec![Some(ann)]),
        ..UsageFilter::default()
    };
    let by = [Dimension::Member, Dimension::Department];
    let sums = tx.usage().sums(NOVEMBER, &by, &filter).await.unwrap();
    let found: Vec<_> = sums
        .iter()
        .map(|sum| (sum.department.as_str(), sum.tally.delivered))
        .collect();
    assert_eq!(found, [("od-sales", 4), ("od-support", 1)]);
    let recount = tx.usage().recount(NOVEMBER).await.unwrap();
    assert_eq!(recount.miscounts, [], "counting again gives the same");
    let names = tx.usage().department_names().await.unwrap();
    assert_eq!(names["od-support"], "name of od-support");
    let now = tx.departments().of(ann).await.unwrap().unwrap();
    assert_eq!(now.id, "od-support");
}

async fn counting_again_finds_what_was_tampered_with(bench: &Bench) {
    some_calls(bench).await;
    let recount = async || {
        let tx = reading(bench, &bench.acme).await;
        tx.usage().recount(NOVEMBER).await.unwrap()
    };
    let whole = recount().await;
    assert_eq!((whole.calls, whole.miscounts.len()), (9, 0));
    assert_eq!(whole.tally.delivered, 6);
    for (change, wrong) in [
        (
            "UPDATE usage_counts SET denied = denied + 1 WHERE level = 3 AND denied = 2",
            1,
        ),
        (
            "DELETE FROM usage_counts WHERE level = 1 AND client = 'ChatWise' AND delivered = 2",
            2,
        ),
        (
            "UPDATE usage_counts SET department = 'od-x' WHERE level = 1 AND department = 'od-sales'",
            6,
        ),
    ] {
        bench.tamper(change).await;
        assert_eq!(recount().await.miscounts.len(), wrong, "{change}");
    }
}

async fn counts_of_two_replicas_add_up(bench: &Bench) {
    let replica = connect(&bench.url).await.unwrap();
    let write = async |store: &Store| {
        for _ in 0..100 {
            store.ledger().record(entry(&bench.acme)).await.unwrap();
        }
    };
    tokio::join!(write(&bench.store), write(&replica), write(&bench.store));
    let tx = reading(bench, &bench.acme).await;
    assert_eq!(tx.usage().month(NOVEMBER).await.unwrap().delivered, 300);
    assert_eq!(tx.usage().recount(NOVEMBER).await.unwrap().miscounts, []);
}

async fn an_invented_tool_is_no_row_of_its_own(bench: &Bench) {
    for name in ["no_such_tool", "another"] {
        let mut one = entry(&bench.acme);
        name.clone_into(&mut one.action);
        one.effect = String::new();
        one.outcome = Outcome::Invalid;
        one.fault = Some("not_found".to_owned());
        bench.store.ledger().record(one).await.unwrap();
    }
    let tx = reading(bench, &bench.acme).await;
    let all = UsageFilter::default();
    let sums = tx.usage().sums(NOVEMBER, &[Dimension::Tool], &all).await;
    let sums = sums.unwrap();
    assert_eq!((sums.len(), sums[0].tool.as_str()), (1, ""));
    assert_eq!(sums[0].tally.free(FreeCalls::Invalid), 2);
}

async fn usage_is_invisible_from_another_tenant(bench: &Bench) {
    some_calls(bench).await;
    let tx = reading(bench, &bench.other).await;
    let usage = tx.usage();
    assert_eq!(usage.month(NOVEMBER).await.unwrap().calls(), 0);
    assert!(usage.months().await.unwrap().is_empty());
    let all = UsageFilter::default();
    let sums = usage.sums(NOVEMBER, &[Dimension::Member], &all).await;
    assert!(sums.unwrap().is_empty());
    assert!(usage.department_names().await.unwrap().is_empty());
    let first = NOVEMBER.first_day();
    let days = usage.days(first, first.plus(29), &DaysOf::All).await;
    assert!(days.unwrap().is_empty());
}
