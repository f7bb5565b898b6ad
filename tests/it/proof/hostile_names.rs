//! Names, documents, departments and clients that Feishu or a client chose to our harm: on every
//! page and in every file of the console they stay text, in one direction, and no formula.

use edge::routes::{ALL, Audience};
use model::{
    CallId, Channel, Clock as _, EntryKind, LedgerEntry, OsEntropy, Outcome, Principal, Purpose,
    Role, RoleSet, SystemClock,
};
use store::{Department, NewMember};

use super::console_grid::Scene;

const MARKUP: &str = "<img src=x onerror=alert(1)>";
const QUOTES: &str = "\"'><script>alert(1)</script>";
/// RIGHT-TO-LEFT OVERRIDE, LEFT-TO-RIGHT ISOLATE and a zero width space.
const DIRECTIONS: &str = "\u{202E}gnp.exe\u{2066}\u{200B}";
const FORMULAS: [&str; 5] = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"];

async fn fill(scene: &Scene) -> u64 {
    let store = &scene.books.0;
    let tenant = scene.books.tenant("acme").await.id;
    let platform = Principal::platform(tenant, Purpose::Operator);
    let names = [MARKUP, QUOTES, DIRECTIONS].into_iter().chain(FORMULAS);
    let mut last = 0;
    for (number, name) in names.enumerate() {
        let tx = store.scope(&platform).write().await.expect("a tx");
        let member = NewMember {
            open_id: format!("ou_{number:030}"),
            union_id: None,
            name: name.to_owned(),
            avatar_url: None,
            roles: RoleSet::of(&[Role::Auditor]),
        };
        let member = tx.members().upsert_signed_in(member).await;
        let member = member.expect("a member");
        let department = Department {
            id: format!("od-{number}"),
            name: name.to_owned(),
        };
        let placed = tx.departments().place(member.id, Some(&department)).await;
        placed.expect("placed");
        tx.commit().await.expect("kept");
        let entry = LedgerEntry {
            tenant,
            id: CallId::mint(&SystemClock, &OsEntropy),
            kind: EntryKind::Call,
            at: SystemClock.now(),
            member: Some(member.id),
            account: None,
            client: None,
            client_name: name.to_owned(),
            grant: None,
            channel: Channel::Mcp,
            action: "doc_read".to_owned(),
            effect: "read".to_owned(),
            target: Some(name.to_owned()),
            policy_version: None,
            decision: Some(name.to_owned()),
            outcome: Outcome::Ok,
            fault: Some(name.to_owned()),
            feishu_log_id: Some(name.to_owned()),
            upstream_calls: 1,
            duration_us: 1,
            detail: serde_json::json!({ "title": name }).to_string(),
        };
        last = store.ledger().record(entry).await.expect("recorded");
    }
    last
}

/// What is wrong with a page or a file.
fn wrong(path: &str, kind: &str, body: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let html = kind.starts_with("text/html");
    for part in ["<img src=x", "<script>alert"] {
        if html && body.contains(part) {
            wrong.push(format!("{path}: markup {part}"));
        }
    }
    if html && body.contains(['\u{202E}', '\u{2066}']) {
        wrong.push(format!("{path}: a mark of direction"));
    }
    if kind.starts_with("text/csv") {
        let cells = body.lines().flat_map(|line| line.split(','));
        for cell in cells {
            let text = cell.trim_matches('"');
            // A number may have a sign.
            if text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err() {
                wrong.push(format!("{path}: a formula {cell:?}"));
            }
        }
    }
    wrong
}

#[tokio::test]
async fn what_others_named_stays_text_on_every_page_and_in_every_file() {
    let scene = Scene::set().await;
    let last = fill(&scene).await;
    let owner = scene.who("owner");
    let mut paths: Vec<String> = ALL
        .iter()
        .filter(|route| route.audience == Audience::Console && route.methods.contains(&"GET"))
        .map(|route| route.path.replace("{slug}", "acme"))
        .filter(|path| !path.contains('{'))
        .collect();
    paths.extend((0..8).map(|back| format!("/console/t/acme/audit/{}", last - back)));
    paths.extend((0..8).map(|back| format!("/console/t/acme/developer/calls/{}", last - back)));
    for more in [
        "audit/export?format=csv",
        "audit/export?format=jsonl",
        "usage?rows=department&cols=client",
        "usage?rows=client&cols=person",
        "usage/csv?rows=client&cols=person",
        "usage/csv?rows=department&cols=client",
        "audit?target=%3Cimg",
    ] {
        paths.push(format!("/console/t/acme/{more}"));
    }
    let (mut found, mut named) = (Vec::new(), 0);
    for path in paths {
        let page = scene.send(owner, "GET", &path, &[]).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.status);
        named += usize::from(page.body.contains("onerror"));
        let kind = page.header("content-type").to_owned();
        found.extend(wrong(&path, &kind, &page.body));
    }
    assert!(named > 8, "the names are shown on {named} pages");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_page_that_lets_them_through_is_found() {
    assert_eq!(wrong("/", "text/html", MARKUP).len(), 1);
    assert_eq!(wrong("/", "text/html", QUOTES).len(), 1);
    assert_eq!(wrong("/", "text/html", DIRECTIONS).len(), 1);
    assert_eq!(wrong("/", "text/csv", "a,=1+1").len(), 1);
}
