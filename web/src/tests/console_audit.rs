//! The pages of the ledger, as reviewers and others meet them.

use http::StatusCode;
use model::{
    Channel, EntryKind, Id, LedgerEntry, Outcome, Role, RoleSet, Tenant,
    audit::{FileCheck, Manifest, Row, Signed},
};
use store::{EntryFilter, Page, StoredEntry};

use super::{Answer, Keeper, Person, World};

impl World {
    /// An account with one role, as a visitor.
    async fn reviewer(&self, role: Role) -> Person {
        let keeper: Keeper = self
            .account(&self.acme, &role.name(), RoleSet::EMPTY.with(role))
            .await;
        // Pages only look at the cookie.
        Person {
            member: self.person(&self.acme, "shadow").await.member,
            cookie: keeper.cookie,
        }
    }

    async fn recorded_call(&self, tenant: &Tenant, action: &str, outcome: Outcome) -> u64 {
        let entry = LedgerEntry {
            tenant: tenant.id,
            id: Id::mint(self.clock.as_ref(), self.entropy.as_ref()),
            kind: EntryKind::Call,
            at: model::Clock::now(self.clock.as_ref()),
            member: None,
            account: None,
            client: None,
            client_name: "<script>alert(1)</script>\u{202e}".to_owned(),
            grant: None,
            channel: Channel::Mcp,
            action: action.to_owned(),
            effect: "read".to_owned(),
            target: Some("docx:doxcnExampleExample".to_owned()),
            policy_version: Some(1),
            decision: Some("allowed".to_owned()),
            outcome,
            fault: None,
            feishu_log_id: Some("2026LOG".to_owned()),
            upstream_calls: 1,
            duration_us: 5_000,
            detail: r#"{"ref":"<img src=x>"}"#.to_owned(),
        };
        self.store.ledger().record(entry).await.unwrap()
    }

    async fn ledger_of(&self, tenant: &Tenant, kinds: Vec<EntryKind>) -> Vec<StoredEntry> {
        let principal = model::Principal::platform(tenant.id, model::Purpose::Housekeeping);
        let tx = self.store.scope(&principal).read().await.unwrap();
        let filter = EntryFilter {
            kinds,
            ..EntryFilter::default()
        };
        let found = tx.ledger().list(&filter, &Page::first(200)).await.unwrap();
        found.items
    }
}

fn rows(answer: &Answer) -> Vec<Row> {
    let lines = answer.body.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn an_auditor_reads_the_log_and_nobody_without_the_role_does() {
    let world = World::new().await;
    let seq = world
        .recorded_call(&world.acme, "doc_read", Outcome::Ok)
        .await;
    let foreign = world
        .recorded_call(&world.other, "doc_create", Outcome::Ok)
        .await;
    assert_eq!((seq, foreign), (1, 1));
    let auditor = world.reviewer(Role::Auditor).await;
    let pages = [
        "/console/t/acme/audit",
        "/console/t/acme/audit/1",
        "/console/t/acme/audit/proof",
        "/console/t/acme/audit/checkpoints",
        "/console/t/acme/audit/export?format=csv",
    ];
    for path in pages {
        let answer = world.get(path, Some(&auditor)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    for role in [Role::Developer, Role::Billing] {
        let person = world.reviewer(role).await;
        for path in pages {
            let answer = world.get(path, Some(&person)).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{path} by {}",
                role.name()
            );
        }
    }
    let refused = world
        .get("/console/t/acme/audit/keeping", Some(&auditor))
        .await;
    assert_eq!(
        refused.status,
        StatusCode::FORBIDDEN,
        "an auditor changes nothing"
    );
    for path in pages {
        let elsewhere = path.replace("acme", "other");
        let answer = world.get(&elsewhere, Some(&auditor)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
    for missing in ["2000", "x", "-1", "99999999999999999999"] {
        let path = format!("/console/t/acme/audit/{missing}");
        let answer = world.get(&path, Some(&auditor)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn foreign_markup_and_direction_marks_stay_text() {
    let world = World::new().await;
    world
        .recorded_call(&world.acme, "doc_read", Outcome::Ok)
        .await;
    let auditor = world.reviewer(Role::Auditor).await;
    for path in ["/console/t/acme/audit", "/console/t/acme/audit/1"] {
        let page = world.get(path, Some(&auditor)).await.body;
        assert!(
            !page.contains("<script>alert") && !page.contains("<img src=x"),
            "{path}"
        );
        assert!(!page.contains('\u{202e}'), "{path}");
        assert!(page.contains("doc_read"), "{path}");
    }
}

#[tokio::test]
async fn the_filter_in_the_address_narrows_list_and_export_alike() {
    let world = World::new().await;
    for n in 0..60 {
        let outcome = if n % 3 == 0 {
            Outcome::Denied
        } else {
            Outcome::Ok
        };
        let tool = if n % 2 == 0 { "doc_read" } else { "search" };
        world.recorded_call(&world.acme, tool, outcome).await;
    }
    let auditor = world.reviewer(Role::Auditor).await;
    let page = world
        .get(
            "/console/t/acme/audit?outcome=bad&action=search",
            Some(&auditor),
        )
        .await
        .body;
    assert_eq!(page.matches("<code>search</code>").count(), 10);
    assert!(!page.contains("<code>doc_read</code>"));
    let export = world
        .get(
            "/console/t/acme/audit/export?outcome=bad&action=search&format=jsonl",
            Some(&auditor),
        )
        .await;
    let found = rows(&export);
    assert_eq!(found.len(), 10);
    assert!(
        found
            .iter()
            .all(|row| row.action == "search" && row.outcome == "denied")
    );
    let first = world
        .get("/console/t/acme/audit", Some(&auditor))
        .await
        .body;
    let older = first.split("rel=\"next\" href=\"").nth(1).unwrap();
    let older = older.split('"').next().unwrap().replace("&#38;", "&");
    let second = world.get(&older, Some(&auditor)).await.body;
    assert!(second.contains("rel=\"prev\""), "and back");
    let document =
        "/console/t/acme/audit?target=https%3A%2F%2Fx.feishu.cn%2Fdocx%2FdoxcnExampleExample";
    let page = world.get(document, Some(&auditor)).await.body;
    assert!(page.contains("<code>search</code>"));
    let nobody = world
        .get("/console/t/acme/audit?who=Nobody", Some(&auditor))
        .await
        .body;
    assert!(!nobody.contains("<code>search</code>"));
}

#[tokio::test]
async fn a_whole_export_proves_itself_by_its_manifest() {
    let world = World::new().await;
    for _ in 0..5 {
        world
            .recorded_call(&world.acme, "doc_read", Outcome::Ok)
            .await;
    }
    let auditor = world.reviewer(Role::Auditor).await;
    let export = world
        .get(
            "/console/t/acme/audit/export?format=jsonl&kind=every",
            Some(&auditor),
        )
        .await;
    let disposition = export.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"audit-acme-"),
        "{disposition}"
    );
    let proof = world
        .get("/console/t/acme/audit/proof", Some(&auditor))
        .await
        .body;
    let path = proof.split("/audit/exports/").nth(1).unwrap();
    let path = format!(
        "/console/t/acme/audit/exports/{}",
        path.split('"').next().unwrap()
    );
    let manifest = world.get(&path, Some(&auditor)).await;
    let manifest: Signed<Manifest> = serde_json::from_str(&manifest.body).unwrap();
    let told = &manifest.statement;
    assert!(told.complete);
    assert_eq!(told.bytes, export.body.len() as u64);
    let mut digest = model::audit::Digest::default();
    digest.update(export.body.as_bytes());
    assert_eq!(told.sha256, digest.hex());
    let mut check = FileCheck::new(Some(told), &[]);
    for row in rows(&export) {
        check.row(&row);
    }
    let found = check.end();
    assert!(
        found.faults.is_empty() && found.continuous && found.from_beginning,
        "{found:?}"
    );
}

#[tokio::test]
async fn looking_is_recorded_once_for_one_look() {
    let world = World::new().await;
    world
        .recorded_call(&world.acme, "doc_read", Outcome::Ok)
        .await;
    let auditor = world.reviewer(Role::Auditor).await;
    for path in [
        "/audit?outcome=bad",
        "/audit?outcome=bad&older=1.1",
        "/audit",
        "/audit/1",
        "/audit/1",
    ] {
        world
            .get(&format!("/console/t/acme{path}"), Some(&auditor))
            .await;
    }
    let looks = world.ledger_of(&world.acme, vec![EntryKind::Look]).await;
    let actions: Vec<_> = looks.iter().map(|one| one.entry.action.as_str()).collect();
    assert_eq!(actions.len(), 3, "{actions:?}");
    assert!(looks.iter().all(|one| one.entry.account.is_some()));
    assert!(
        looks
            .iter()
            .any(|one| one.entry.detail.contains("outcome=bad"))
    );
    world.clock.advance(std::time::Duration::from_mins(2));
    world.get("/console/t/acme/audit", Some(&auditor)).await;
    let looks = world.ledger_of(&world.acme, vec![EntryKind::Look]).await;
    assert_eq!(looks.len(), 4, "a look of its own");
}

#[tokio::test]
async fn a_chain_is_checked_from_the_page() {
    let world = World::new().await;
    for _ in 0..5 {
        world
            .recorded_call(&world.acme, "doc_read", Outcome::Ok)
            .await;
    }
    let auditor = world.reviewer(Role::Auditor).await;
    let csrf = world
        .get("/console/t/acme/audit/proof", Some(&auditor))
        .await
        .csrf();
    let forged = world
        .post("/console/t/acme/audit/check", Some(&auditor), "csrf=x")
        .await;
    assert_ne!(forged.status, StatusCode::SEE_OTHER);
    let form = format!("csrf={csrf}");
    let started = world
        .post("/console/t/acme/audit/check", Some(&auditor), &form)
        .await;
    assert_eq!(started.status, StatusCode::SEE_OTHER);
    for _ in 0..100 {
        let page = world
            .get("/console/t/acme/audit/proof", Some(&auditor))
            .await
            .body;
        if page.contains("The chain holds: 6 entries") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the check never ended");
}

#[tokio::test]
async fn retention_and_streams_are_changed_once_and_recorded() {
    let world = World::new().await;
    let admin = world.reviewer(Role::Admin).await;
    let page = world
        .get("/console/t/acme/audit/keeping", Some(&admin))
        .await;
    let csrf = page.csrf();
    let keep = "/console/t/acme/audit/keeping";
    for bad in ["29", "1096", "x", ""] {
        let form = format!("csrf={csrf}&version=0&days={bad}");
        let answer = world.post(keep, Some(&admin), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let form = format!("csrf={csrf}&version=0&days=90&hold=yes");
    let saved = world.post(keep, Some(&admin), &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let stale = world.post(keep, Some(&admin), &form).await;
    assert_eq!(
        stale.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "somebody was faster"
    );
    let streams = "/console/t/acme/audit/streams";
    for (url, secret) in [
        ("http%3A%2F%2Fsiem.example.com%2F", "0123456789abcdef"),
        (
            "https%3A%2F%2Fu%3Ap%40siem.example.com%2F",
            "0123456789abcdef",
        ),
        ("https%3A%2F%2Fsiem.example.com%2F", "short"),
    ] {
        let form = format!("csrf={csrf}&name=SIEM&kind=webhook&url={url}&secret={secret}");
        let answer = world.post(streams, Some(&admin), &form).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{url} {secret}"
        );
        assert!(!answer.body.contains(secret), "a secret never comes back");
    }
    let form = format!(
        "csrf={csrf}&name=SIEM&kind=webhook&url=https%3A%2F%2Fsiem.example.com%2F&secret=0123456789abcdef"
    );
    let added = world.post(streams, Some(&admin), &form).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let page = world.get(keep, Some(&admin)).await.body;
    let path = page.split("/audit/streams/str_").nth(1).unwrap();
    let path = format!("{streams}/str_{}", path.split('"').next().unwrap());
    for act in ["off", "on", "remove"] {
        let form = format!("csrf={csrf}&act={act}");
        let done = world.post(&path, Some(&admin), &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}");
    }
    let gone = world
        .post(&path, Some(&admin), &format!("csrf={csrf}&act=on"))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let acts = world.ledger_of(&world.acme, vec![EntryKind::Admin]).await;
    let acts: Vec<_> = acts
        .iter()
        .rev()
        .map(|one| one.entry.action.as_str())
        .collect();
    let audit: Vec<_> = acts
        .iter()
        .filter(|act| act.starts_with("audit."))
        .collect();
    assert_eq!(
        audit,
        [
            &"audit.keep",
            &"audit.stream.add",
            &"audit.stream.switch",
            &"audit.stream.switch",
            &"audit.stream.remove"
        ]
    );
}
