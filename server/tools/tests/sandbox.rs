//! The tools against the sandbox, over real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]
#![expect(clippy::format_collect, reason = "test data")]

#[path = "sandbox/base_parts.rs"]
mod base_parts;
#[path = "sandbox/base_records.rs"]
mod base_records;
#[path = "sandbox/bases.rs"]
mod bases;
#[path = "sandbox/blocks.rs"]
mod blocks;
#[path = "sandbox/boards.rs"]
mod boards;
#[path = "sandbox/comments.rs"]
mod comments;
#[path = "sandbox/documents.rs"]
mod documents;
#[path = "sandbox/editing.rs"]
mod editing;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/fence.rs"]
mod fence;
#[path = "sandbox/files.rs"]
mod files;
#[path = "sandbox/filling.rs"]
mod filling;
#[path = "sandbox/finding.rs"]
mod finding;
#[path = "sandbox/history.rs"]
mod history;
#[path = "sandbox/jobs.rs"]
mod jobs;
#[path = "sandbox/losing.rs"]
mod losing;
#[path = "sandbox/media.rs"]
mod media;
#[path = "sandbox/numbers.rs"]
mod numbers;
#[path = "sandbox/reading.rs"]
mod reading;
#[path = "sandbox/share.rs"]
mod share;
#[path = "sandbox/sheets.rs"]
mod sheets;
#[path = "sandbox/sheets_around.rs"]
mod sheets_around;
#[path = "sandbox/tables.rs"]
mod tables;
#[path = "sandbox/writing.rs"]
mod writing;

use std::sync::Arc;

use feishu::{AppCredentials, Hosts, Meter, Session, Transport, TransportOptions};
use model::{
    Access, Capability, Clock, Locale, MemberId, Role, RoleSet, SeededEntropy, SystemClock,
    TenantId,
};
use sandbox::{
    Fault, FaultKind, RunningSandbox, SandboxOptions,
    demo::{self, APP_ID, APP_SECRET, DEVELOPER, END_USER},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tools::{ErrorKind, Facts, Paces, Progress, RefCache, ToolCx, ToolError, ToolOutput};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const REDIRECT: &str = "http://localhost:8788/callback";

struct World {
    sandbox: RunningSandbox,
    cx: ToolCx,
}

impl World {
    async fn new(scopes: &[String]) -> Self {
        let sandbox = sandbox::start(SandboxOptions {
            rate_limits: false,
            ..SandboxOptions::default()
        })
        .await
        .unwrap();
        let cx = context(&sandbox, DEVELOPER, scopes).await;
        Self { sandbox, cx }
    }

    async fn full() -> Self {
        let scopes: Vec<String> = Capability::scopes_of(&Capability::ALL)
            .into_iter()
            .collect();
        Self::new(&scopes).await
    }

    async fn call(&self, tool: &str, arguments: Value) -> Result<ToolOutput, ToolError> {
        run(&self.cx, tool, arguments).await
    }

    async fn ok(&self, tool: &str, arguments: Value) -> ToolOutput {
        let shown = arguments.to_string();
        match self.call(tool, arguments).await {
            Ok(output) => output,
            Err(error) => panic!("{tool} {shown}: {}", error.render().0),
        }
    }

    async fn err(&self, tool: &str, arguments: Value) -> ToolError {
        self.call(tool, arguments).await.unwrap_err()
    }

    fn fail(&self, path: &str, kind: FaultKind) {
        self.sandbox.add_fault(Fault::new(path, kind));
    }

    async fn made(&self, markdown: &str) -> String {
        let output = self
            .ok(
                "doc_create",
                json!({"title": "Made here", "markdown": markdown}),
            )
            .await;
        assert!(!output.partial, "{}", output.text);
        output.target.unwrap()
    }
}

async fn run(cx: &ToolCx, tool: &str, arguments: Value) -> Result<ToolOutput, ToolError> {
    tools::find(tool).unwrap().run(cx, arguments).await
}

async fn context(sandbox: &RunningSandbox, person: &str, scopes: &[String]) -> ToolCx {
    let origin = sandbox.base_url().parse().unwrap();
    let hosts = Hosts::at(&origin);
    let options = TransportOptions {
        tries: 1,
        ..TransportOptions::default()
    };
    let transport = Transport::new(options).unwrap();
    let code = sandbox
        .approve(APP_ID, person, REDIRECT, scopes, Some(CHALLENGE))
        .unwrap();
    let app = AppCredentials {
        app_id: APP_ID.to_owned(),
        secret: APP_SECRET.to_owned().into(),
    };
    let tokens = feishu::tokens::exchange_code(&transport, &hosts, &app, &code, REDIRECT, VERIFIER)
        .await
        .unwrap();
    let meter = Arc::new(Meter::default());
    let clock = Arc::new(SystemClock);
    ToolCx {
        feishu: Session::new(transport, Arc::new(hosts), &tokens.access_token, meter),
        now: clock.now(),
        clock,
        entropy: Arc::new(SeededEntropy::new(7)),
        locale: Locale::En,
        facts: Arc::new(Facts {
            tenant_name: "Acme".to_owned(),
            tenant_slug: "acme".to_owned(),
            member_name: "Chen Yu".to_owned(),
            open_id: sandbox.open_id(APP_ID, person).unwrap(),
            roles: RoleSet::EMPTY.with(Role::Developer),
            access: Access::Write,
            client_name: "test".to_owned(),
            scopes_granted: scopes.into(),
            capabilities: Capability::ALL.to_vec(),
            reach_outside: Err(model::policy::Reason::ExternalSharing),
            quota_remaining: Some(41),
            time_zone: "Asia/Shanghai".to_owned(),
            web_host: sandbox.base_url(),
        }),
        progress: Progress::silent(),
        cancel: CancellationToken::new(),
        refs: RefCache::new().scoped(
            TenantId::mint(&SystemClock, &SeededEntropy::new(1)),
            Some(MemberId::mint(&SystemClock, &SeededEntropy::new(1))),
        ),
        pace: Paces::new().of(TenantId::mint(&SystemClock, &SeededEntropy::new(1))),
        fence: None,
        web: feishu::GuardedClient::new(feishu::GuardOptions {
            allow_loopback: true,
        })
        .unwrap(),
        uploads: None,
        incoming: None,
    }
}

#[tokio::test]
async fn search_finds_documents_and_people_and_inspect_tells_what_they_are() {
    let mut world = World::full().await;
    let hits = world
        .ok("search", json!({"query": "架构", "limit": 5}))
        .await;
    let data = hits.structured.unwrap();
    let first = data["items"][0]["ref"].as_str().expect("a hit").to_owned();
    let told = world.ok("inspect", json!({"ref": first})).await;
    assert!(
        told.text.contains("revision")
            || told.text.contains("tabs")
            || told.text.contains("tables"),
        "{}",
        told.text
    );
    assert!(told.text.contains("the user may: view"), "{}", told.text);
    world.cx.locale = Locale::Zh;
    let zh = world.ok("inspect", json!({"ref": first})).await;
    assert!(
        zh.text.contains("所有者") && zh.text.contains("+08:00"),
        "{}",
        zh.text
    );
    let people = world
        .ok("search", json!({"query": "陈", "kinds": ["user"]}))
        .await;
    assert!(people.text.contains("user:ou_"), "{}", people.text);
    let page = world
        .ok("search", json!({"query": "", "owner": "me", "limit": 1}))
        .await;
    let next = page.structured.unwrap()["next"].clone();
    if next.is_string() {
        world
            .ok(
                "search",
                json!({"query": "", "owner": "me", "limit": 1, "cursor": next}),
            )
            .await;
    }
    assert_eq!(
        world
            .err("search", json!({"query": "x", "cursor": "zzz"}))
            .await
            .kind,
        ErrorKind::Invalid
    );
    assert_eq!(
        world
            .err("search", json!({"query": "x", "since": "soon"}))
            .await
            .kind,
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn whoami_and_help_answer_without_feishu_in_both_languages() {
    let mut world = World::full().await;
    let before = world.sandbox.latest_requests(50).len();
    let me = world.ok("whoami", json!({})).await.text;
    assert!(
        me.contains("Chen Yu")
            && me.contains("feishu:write")
            && me.contains("41")
            && me.contains("+08:00"),
        "{me}"
    );
    assert!(
        world
            .ok("help", json!({"topic": "markdown"}))
            .await
            .text
            .contains("# Markdown")
    );
    world.cx.locale = Locale::Zh;
    assert!(
        world
            .ok("whoami", json!({}))
            .await
            .text
            .contains("用户: Chen Yu")
    );
    assert!(world.ok("help", json!({})).await.text.contains("使用说明"));
    assert_eq!(world.sandbox.latest_requests(50).len(), before);
}
