//! The usage page, as its readers meet it.

use http::{StatusCode, header};
use model::{
    CallId, Channel, EntryKind, Id, LedgerEntry, MemberId, Outcome, Role, RoleSet, Tenant,
    Timestamp,
};
use serde_json::Value;
use store::Department;

use super::{Keeper, World};

pub(super) const READER: RoleSet = RoleSet::of(&[Role::Billing]);

impl World {
    /// A call in the books of a tenant.
    pub(super) fn call(
        &self,
        tenant: &Tenant,
        member: Option<MemberId>,
        tool: &str,
        at: Timestamp,
        outcome: Outcome,
    ) -> LedgerEntry {
        let id: CallId = Id::mint(self.clock.as_ref(), self.entropy.as_ref());
        LedgerEntry {
            tenant: tenant.id,
            id,
            kind: EntryKind::Call,
            at,
            member,
            account: None,
            client: None,
            client_name: "=Cursor".to_owned(),
            grant: None,
            channel: Channel::Mcp,
            action: tool.to_owned(),
            effect: "read".to_owned(),
            target: None,
            policy_version: None,
            decision: None,
            outcome,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 3,
            duration_us: 1_000,
            detail: "{}".to_owned(),
        }
    }

    /// Records calls of now.
    pub(super) async fn calls(
        &self,
        tenant: &Tenant,
        member: Option<MemberId>,
        tool: &str,
        outcome: Outcome,
        times: u32,
    ) {
        for _ in 0..times {
            let entry = self.call(tenant, member, tool, self.now(), outcome);
            self.store.ledger().record(entry).await.unwrap();
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        model::Clock::now(self.clock.as_ref())
    }
}

/// Ann of Sales read 3 and was refused once; Ben searched 2; another tenant called too.
async fn busy() -> (World, Keeper) {
    let world = World::new().await;
    let ann = world.person(&world.acme, "Ann").await.member.id;
    let ben = world.person(&world.acme, "Ben").await.member.id;
    let principal = model::Principal::platform(world.acme.id, model::Purpose::Housekeeping);
    let tx = world.store.scope(&principal).write().await.unwrap();
    let sales = Department {
        id: "od-1".to_owned(),
        name: "Sales & Co".to_owned(),
    };
    tx.departments().place(ann, Some(&sales)).await.unwrap();
    tx.commit().await.unwrap();
    let acme = &world.acme;
    world
        .calls(acme, Some(ann), "doc_read", Outcome::Ok, 3)
        .await;
    world
        .calls(acme, Some(ann), "doc_edit", Outcome::Denied, 1)
        .await;
    world.calls(acme, Some(ben), "search", Outcome::Ok, 2).await;
    let zoe = world.person(&world.other, "Zoe").await.member.id;
    world
        .calls(&world.other, Some(zoe), "doc_read", Outcome::Ok, 9)
        .await;
    let reader = world.account(&world.acme, "reader", READER).await;
    (world, reader)
}

#[tokio::test]
async fn people_tools_and_departments_are_on_the_first_page() {
    let (world, reader) = busy().await;
    let page = world.look("/console/t/acme/usage", &reader.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Ann",
        "Ben",
        "Sales &#38; Co",
        "No department",
        "doc_read",
        "search",
    ] {
        assert!(page.body.contains(part), "{part} is missing");
    }
    assert!(!page.body.contains("Zoe"), "another tenant's people");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("style-src 'self'"), "{policy}");
    assert!(!page.body.contains("style=") && !page.body.contains("<style"));
    assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
}

#[tokio::test]
async fn rows_columns_and_filters_live_in_the_address() {
    let (world, reader) = busy().await;
    let usage = async |query: &str| {
        let path = format!("/console/t/acme/usage?{query}");
        world.look(&path, &reader.cookie).await.body
    };
    let table = |body: &str| {
        let from = body.split("class=\"table pivot\"").nth(1).unwrap();
        from.split("</table>").next().unwrap().to_owned()
    };
    let body = table(&usage("rows=department&cols=none").await);
    assert!(body.contains("Sales &#38; Co") && !body.contains("Ann"));
    let body = table(&usage("rows=tool&cols=person&count=all").await);
    assert!(body.contains("doc_edit") && body.contains("Ann"));
    let body = table(&usage("rows=tool&tool=search").await);
    assert!(body.contains("search") && !body.contains("doc_read"));
    let body = table(&usage("rows=tool&department=od-1&count=free").await);
    assert!(body.contains("doc_edit") && !body.contains("search"));
    // Whatever is typed there, the page comes.
    for query in [
        "month=2026-13&rows=x&cols=y&count=z&page=0",
        "person=%27%3B--&month=0000-01",
        "tool=%3Cscript%3Ealert(1)%3C/script%3E",
        "page=99999999999999999999",
    ] {
        let body = usage(query).await;
        assert!(!body.contains("<script>alert"), "{query}");
    }
}

#[tokio::test]
async fn only_who_may_read_usage_sees_it() {
    let world = World::new().await;
    for (role, status) in [
        (Role::Owner, 200),
        (Role::Admin, 200),
        (Role::Billing, 200),
        (Role::Auditor, 200),
        (Role::Developer, 403),
    ] {
        let keeper = world
            .account(&world.acme, &role.name(), RoleSet::of(&[role]))
            .await;
        for part in ["usage", "usage/csv", "usage/events", "billing"] {
            let path = format!("/console/t/acme/{part}");
            let found = world.look(&path, &keeper.cookie).await.status.as_u16();
            assert_eq!(found, status, "{} at {part}", role.name());
            let foreign = path.replace("acme", "other");
            assert_eq!(world.look(&foreign, &keeper.cookie).await.status, 404);
        }
    }
}

#[tokio::test]
async fn the_file_holds_what_the_table_shows() {
    let (world, reader) = busy().await;
    let file = world
        .look(
            "/console/t/acme/usage/csv?rows=person&cols=tool",
            &reader.cookie,
        )
        .await;
    let kind = file.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert!(kind.starts_with("text/csv"), "{kind}");
    let lines: Vec<_> = file.body.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(
        lines[0],
        "\"Person\",\"Department\",\"Total\",\"doc_read\",\"search\",\"doc_edit\""
    );
    assert_eq!(lines[1], "\"Ann\",\"Sales & Co\",\"3\",\"3\",\"0\",\"0\"");
    assert_eq!(
        lines[2],
        "\"Ben\",\"No department\",\"2\",\"0\",\"2\",\"0\""
    );
    assert_eq!(lines[3], "\"Total\",\"\",\"5\",\"3\",\"2\",\"0\"");
    let flat = world
        .look("/console/t/acme/usage/csv?flat=1", &reader.cookie)
        .await;
    assert_eq!(flat.body.lines().count(), 4, "{}", flat.body);
    assert!(flat.body.contains("\"'=Cursor\""), "a formula stays text");
}

#[tokio::test]
async fn events_are_cloudevents_one_for_each_call() {
    let (world, reader) = busy().await;
    let file = world
        .look("/console/t/acme/usage/events", &reader.cookie)
        .await;
    let kind = file.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert!(
        kind.starts_with("application/cloudevents-batch+json"),
        "{kind}"
    );
    let batch: Vec<Value> = serde_json::from_str(&file.body).unwrap();
    assert_eq!(batch.len(), 6);
    let mut ids = std::collections::BTreeSet::new();
    for event in &batch {
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["source"], "https://mcp.example.com/t/acme");
        for required in ["id", "type", "time"] {
            assert!(!event[required].as_str().unwrap().is_empty(), "{required}");
        }
        ids.insert(event["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 6, "an id is counted once");
    let counted = batch
        .iter()
        .filter(|event| event["data"]["counted"] == true);
    assert_eq!(counted.count(), 5);
    assert_eq!(batch[0]["data"]["department"], "od-1");
    let recorded = world.recorded(&world.acme).await;
    assert!(
        recorded.contains(&"usage.export".to_owned()),
        "{recorded:?}"
    );
    let empty = world
        .look("/console/t/acme/usage/events?month=2020-01", &reader.cookie)
        .await;
    let none: Vec<Value> = serde_json::from_str(&empty.body).unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_nearly_used_up_month_is_said_on_the_overview() {
    let (world, reader) = busy().await;
    let overview = async || world.look("/console/t/acme", &reader.cookie).await.body;
    assert!(!overview().await.contains("class=\"banner"));
    let principal = model::Principal::platform(world.acme.id, model::Purpose::Operator);
    let entry = world
        .store
        .directory()
        .by_id(world.acme.id)
        .await
        .unwrap()
        .unwrap();
    let permit = model::policy::authorize(&entry.rules, &principal, &()).unwrap();
    for (cap, told) in [(6, "banner warn"), (5, "banner bad")] {
        let tx = world.store.scope(&principal).write().await.unwrap();
        tx.billing().set_cap(&permit, Some(cap)).await.unwrap();
        tx.commit().await.unwrap();
        world.store.tenant_changed(world.acme.id).await;
        assert!(overview().await.contains(told), "a cap of {cap}");
    }
}
