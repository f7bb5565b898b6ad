//! The developer's desk: calls, the tools, and trying one through the gate.

use http::StatusCode;
use model::{EntryKind, Outcome, Role, RoleSet};

use super::{Keeper, World};

const DESK: &str = "/console/t/acme/developer";
const TOOLS: &str = "/console/t/acme/developer/tools";

impl World {
    async fn developer(&self) -> Keeper {
        let roles = RoleSet::of(&[Role::Developer]);
        self.account(&self.acme, "dev", roles).await
    }
}

#[tokio::test]
async fn a_console_account_is_told_whom_tools_work_for() {
    let world = World::new().await;
    let dev = world.developer().await;
    let page = world.look(&format!("{TOOLS}/whoami"), &dev.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("id=\"feishu-sign-in\""));
    let back = "/t/acme/sign-in?return_to=%2Fconsole%2Ft%2Facme%2Fdeveloper%2Ftools%2Fwhoami";
    assert!(page.body.contains(back));
    let form = format!("csrf={}", page.csrf());
    let refused = world
        .post_with(&format!("{TOOLS}/whoami"), &dev.cookie, &form)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.recorded(&world.acme).await.is_empty());
}

#[tokio::test]
async fn a_tool_is_tried_through_the_gate_and_its_call_is_in_the_log() {
    let world = World::new().await;
    let dev = world.developer().await;
    let lin = world.person(&world.acme, "Lin").await;
    // The account and the member, in one browser.
    let both = format!("{}; {}", dev.cookie, lin.cookie);
    let page = world.look(&format!("{TOOLS}/help"), &both).await;
    assert!(page.body.contains("Runs as Lin"));
    let form = format!("csrf={}&arg.topic=errors", page.csrf());
    let ran = world
        .post_with(&format!("{TOOLS}/help"), &both, &form)
        .await;
    assert_eq!(ran.status, StatusCode::OK, "{}", ran.body);
    for part in [
        "&#34;jsonrpc&#34;: &#34;2.0&#34;",
        "tools/call",
        "feishu-mcp/callId",
    ] {
        assert!(ran.body.contains(part), "{part}");
    }
    let stored = world.entries(&world.acme).await.remove(0);
    assert_eq!(
        (stored.entry.action.as_str(), stored.entry.outcome),
        ("help", Outcome::Ok)
    );
    assert_eq!(stored.entry.kind, EntryKind::Call);
    assert_eq!(stored.entry.member, Some(lin.member.id));
    let path = format!("{DESK}/calls/{}", stored.seq);
    assert!(ran.body.contains(&path));
    let call = world.look(&path, &dev.cookie).await;
    assert!(call.body.contains(&stored.entry.id.to_string()));
    let list = world.look(DESK, &dev.cookie).await;
    assert!(list.body.contains(&path) && list.body.contains("Lin"));
    let none = world
        .look(&format!("{DESK}?outcome=wrong"), &dev.cookie)
        .await;
    assert!(none.body.contains("No call matches"));
}

#[tokio::test]
async fn a_refusal_is_shown_as_a_client_gets_it_and_explained() {
    let world = World::new().await;
    let dev = world.developer().await;
    let lin = world.person(&world.acme, "Lin").await;
    let both = format!("{}; {}", dev.cookie, lin.cookie);
    // Nobody has given this member tokens at Feishu.
    let csrf = world.look(&format!("{TOOLS}/doc_read"), &both).await.csrf();
    let form = format!("csrf={csrf}&arg.ref=doxcnNoSuch");
    let ran = world
        .post_with(&format!("{TOOLS}/doc_read"), &both, &form)
        .await;
    assert!(ran.body.contains("[reauthorize]"), "{}", ran.body);
    assert!(ran.body.contains("&#34;isError&#34;: true"));
    let seq = world.entries(&world.acme).await.remove(0).seq;
    let call = world
        .look(&format!("{DESK}/calls/{seq}"), &dev.cookie)
        .await;
    assert!(call.body.contains("must sign in to Feishu again"));
    let wrong = world
        .look(&format!("{DESK}?outcome=wrong&tool=doc_read"), &dev.cookie)
        .await;
    assert!(wrong.body.contains(&format!("calls/{seq}")));
}

#[tokio::test]
async fn what_changes_something_needs_a_tick() {
    let world = World::new().await;
    let dev = world.developer().await;
    let lin = world.person(&world.acme, "Lin").await;
    let both = format!("{}; {}", dev.cookie, lin.cookie);
    let path = format!("{TOOLS}/doc_create");
    let csrf = world.look(&path, &both).await.csrf();
    let form = format!("csrf={csrf}&arg.title=Plan&arg.markdown=one%0D%0A%0D%0Atwo");
    let held = world.post_with(&path, &both, &form).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.body.contains("id=\"sure-fault\"") && held.body.contains("value=\"Plan\""));
    assert!(held.body.contains(">one\n\ntwo</textarea>"), "lines stay");
    assert!(world.recorded(&world.acme).await.is_empty(), "nothing ran");
    let sure = format!("{form}&sure=yes");
    let ran = world.post_with(&path, &both, &sure).await;
    assert_eq!(ran.status, StatusCode::OK);
    assert!(!world.recorded(&world.acme).await.is_empty());
    // A form of another session, or of none.
    for form in ["", "csrf=x&sure=yes", "sure=yes&arg.title=x"] {
        let refused = world.post_with(&path, &both, form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{form}");
    }
}

#[tokio::test]
async fn the_desk_is_for_developers_of_the_tenant_and_shows_calls_alone() {
    let world = World::new().await;
    let dev = world.developer().await;
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Developer]))
        .await;
    let billing = RoleSet::of(&[Role::Billing]);
    let bill = world.account(&world.acme, "bill", billing).await;
    let lin = world.person(&world.acme, "Lin").await;
    let paths = [
        DESK.to_owned(),
        TOOLS.to_owned(),
        format!("{TOOLS}/search"),
        format!("{DESK}/calls/1"),
    ];
    for path in &paths {
        assert_eq!(
            world.look(path, &eve.cookie).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            world.look(path, &bill.cookie).await.status,
            StatusCode::FORBIDDEN
        );
    }
    // An employee without a role of the console.
    let out = world.look(DESK, &lin.cookie).await;
    assert_eq!(out.status, StatusCode::NOT_FOUND);
    // An administrative entry is not a call.
    let owner = RoleSet::of(&[Role::Owner]);
    let ann = world.account(&world.acme, "ann", owner).await;
    let csrf = world
        .look("/console/t/acme/settings", &ann.cookie)
        .await
        .csrf();
    let rates = "member_burst=1&member_minute=1&tenant_burst=1&tenant_minute=1";
    let form = format!("csrf={csrf}&{rates}");
    let saved = world
        .post_with("/console/t/acme/settings/limits", &ann.cookie, &form)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let entry = world.look(&format!("{DESK}/calls/1"), &dev.cookie).await;
    assert_eq!(entry.status, StatusCode::NOT_FOUND);
    for odd in ["calls/x", "calls/99", "tools/nothing", "tools/%2e%2e"] {
        let page = world.look(&format!("{DESK}/{odd}"), &dev.cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{odd}");
    }
}

#[tokio::test]
async fn the_reference_is_public_in_both_languages() {
    let world = World::new().await;
    let english = world.get("/reference", None).await;
    let chinese = world.get("/reference?lang=zh", None).await;
    for page in [&english, &chinese] {
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
        for tool in tools::catalogue() {
            assert!(page.body.contains(&format!("id=\"{}\"", tool.name())));
        }
        assert!(!page.body.contains("acme") || page.body.contains("acme.feishu.cn"));
    }
    assert!(chinese.body.contains("工具参考"));
    assert!(english.body.contains("quota_exhausted"));
}
