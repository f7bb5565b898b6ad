//! The tools against the sandbox, over real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]
#![expect(clippy::format_collect, reason = "test data")]

#[path = "sandbox/fence.rs"]
mod fence;

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
use tools::{ErrorKind, Facts, Progress, RefCache, ToolCx, ToolError, ToolOutput};

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

fn thread_of(output: &ToolOutput) -> String {
    let rest = output.text.split("thread ").nth(1).unwrap();
    rest.split(' ').next().unwrap().to_owned()
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
        fence: None,
    }
}

#[tokio::test]
async fn names_are_asked_for_once() {
    let world = World::full().await;
    let read = json!({"ref": demo::WELCOME_DOC, "view": "full"});
    let calls = || world.cx.feishu.meter().calls();
    let first = world.ok("doc_read", read.clone()).await;
    let asked = calls();
    let again = world.ok("doc_read", read).await;
    assert_eq!(
        (asked, calls() - asked),
        (4, 2),
        "the reference and names are known"
    );
    assert_eq!(first, again);
    assert!(
        first.text.contains("@[") && !first.text.contains("@[ou"),
        "{}",
        first.text
    );
}

#[tokio::test]
async fn a_document_is_read_as_it_was_written() {
    let world = World::full().await;
    let markdown = include_str!("../src/docs/markdown/tests/golden.md")
        .replace("ou_ann12345", &world.cx.facts.open_id)
        .replace("Ann Lee", "Chen Yu");
    let reference = world.made(&markdown).await;
    let read = world
        .ok("doc_read", json!({"ref": reference, "budget": 20000}))
        .await;
    let (head, body) = read.text.split_once("\n\n").unwrap();
    assert!(
        head.starts_with(&format!("[{reference} · Made here · revision ")),
        "{head}"
    );
    assert_eq!(body.trim(), markdown.trim());
}

#[tokio::test]
async fn a_long_document_is_paged_outlined_and_searched() {
    let world = World::full().await;
    let markdown: String = (0..60)
        .map(|n| {
            format!(
                "## Part {n}\n\nParagraph {n} with words. {}\n\n",
                "lorem ipsum ".repeat(40)
            )
        })
        .collect();
    let reference = world.made(&markdown).await;
    let mut all = String::new();
    let mut cursor = Value::Null;
    for _ in 0..20 {
        let page = world
            .ok(
                "doc_read",
                json!({"ref": reference, "cursor": cursor, "budget": 2000}),
            )
            .await;
        assert!(page.text.len() < 2000 * 4 + 800);
        all.push_str(&page.text);
        match page.text.split_once("next cursor=") {
            Some((_, rest)) => cursor = json!(rest.split(' ').next().unwrap()),
            None => break,
        }
    }
    for n in 0..60 {
        assert_eq!(
            all.matches(&format!("Paragraph {n} with")).count(),
            1,
            "{n}"
        );
    }
    let outline = world
        .ok("doc_read", json!({"ref": reference, "view": "outline"}))
        .await
        .text;
    assert!(outline.contains("- Part 59 {#"));
    let section = world
        .ok("doc_read", json!({"ref": reference, "at": "part 17"}))
        .await
        .text;
    assert!(section.contains("Paragraph 17") && !section.contains("Paragraph 18"));
    let found = world
        .ok(
            "doc_read",
            json!({"ref": reference, "query": "paragraph 1"}),
        )
        .await;
    let data = found.structured.unwrap();
    assert_eq!(data["items"].as_array().unwrap().len(), 11);
    assert_eq!(data["truncated"], false);
    let many = world
        .err(
            "doc_read",
            json!({"ref": reference, "view": "section", "at": "art 5"}),
        )
        .await;
    assert_eq!(many.kind, ErrorKind::Ambiguous);
    assert_eq!(many.details["candidates"].as_array().unwrap().len(), 11);
    let none = world
        .err("doc_read", json!({"ref": reference, "at": "Nowhere"}))
        .await;
    assert_eq!(none.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn large_documents_are_written_in_batches_and_a_stopped_one_is_finished_by_its_key() {
    let world = World::full().await;
    let markdown: String = (0..2300).map(|n| format!("line {n}\n\n")).collect();
    world.sandbox.add_fault(Fault {
        skip: 1,
        ..Fault::new(
            "/open-apis/docx/v1/documents/*/descendant",
            FaultKind::Status,
        )
        .times(1)
    });
    let arguments = json!({"title": "Long", "markdown": markdown, "idempotency_key": "k1"});
    let half = world.ok("doc_create", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("[partial]") && half.text.contains("1000 of 2300"),
        "{}",
        half.text
    );
    let whole = world.ok("doc_create", arguments).await;
    assert!(!whole.partial, "{}", whole.text);
    assert_eq!(whole.target, half.target);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 1);
    let found = world
        .ok(
            "doc_read",
            json!({"ref": whole.target, "query": "line 2299"}),
        )
        .await;
    assert_eq!(
        found.structured.unwrap()["items"].as_array().unwrap().len(),
        1
    );
    let first = world
        .ok("doc_read", json!({"ref": whole.target, "query": "line 7"}))
        .await;
    let text = first.text;
    assert_eq!(
        text.matches("line 7\n").count(),
        1,
        "no batch was written twice: {text}"
    );
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_warns() {
    let world = World::full().await;
    let output = world
        .ok(
            "doc_create",
            json!({
        "title": "T", "markdown": "![a](https://x.test/a.png)\n\n|a|\n|-|\n|b|", "dry_run": true}),
        )
        .await;
    assert!(
        output.text.contains("dry run")
            && output.text.contains("table×1")
            && output.text.contains("warning")
    );
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 0);
    for bad in [json!({"title": " "}), json!({"title": "x".repeat(900)})] {
        assert_eq!(world.err("doc_create", bad).await.kind, ErrorKind::Invalid);
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
async fn a_comment_is_added_answered_resolved_and_listed_with_its_author() {
    let world = World::full().await;
    let reference = world
        .made("# Plan\n\nThe unique sentence.\n\nAnother.")
        .await;
    let me = world.cx.facts.open_id.clone();
    let text = format!("Please look @[Chen Yu](user:{me})");
    let dry = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": text, "dry_run": true}),
        )
        .await;
    assert!(dry.text.contains("dry run"));
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": text}),
        )
        .await;
    let anchored = world
        .ok(
            "comments",
            json!({
        "ref": reference, "op": "add", "text": "Here.", "at": "unique sentence"}),
        )
        .await;
    let thread = thread_of(&anchored);
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": thread, "text": "Done."}),
        )
        .await;
    let list = world
        .ok("comments", json!({"ref": reference, "op": "list"}))
        .await;
    assert!(
        list.text.contains("2 threads, 2 open") && list.text.contains("Chen Yu"),
        "{}",
        list.text
    );
    assert!(
        list.text.contains(&format!("@[Chen Yu](user:{me})")) && list.text.contains("Done."),
        "{}",
        list.text
    );
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "resolve", "thread": thread}),
        )
        .await;
    let open = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "list", "unresolved_only": true}),
        )
        .await;
    assert_eq!(
        open.structured.unwrap()["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_resolved_or_unknown_thread_takes_no_reply_and_says_so() {
    let world = World::full().await;
    let reference = world.made("One sentence.").await;
    let anchored = world
        .ok(
            "comments",
            json!({"ref": reference, "op": "add", "text": "Here.", "at": "One sentence"}),
        )
        .await;
    let thread = thread_of(&anchored);
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "resolve", "thread": thread}),
        )
        .await;
    let solved = world
        .err(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": thread, "text": "x"}),
        )
        .await;
    assert!(solved.hint.unwrap().contains("reopen"));
    world
        .ok(
            "comments",
            json!({"ref": reference, "op": "reopen", "thread": thread}),
        )
        .await;
    let none = world
        .err(
            "comments",
            json!({"ref": reference, "op": "reply", "thread": "1", "text": "x"}),
        )
        .await;
    assert!(
        matches!(none.kind, ErrorKind::NotFound | ErrorKind::Invalid),
        "{none:?}"
    );
}

#[tokio::test]
async fn wrong_and_missing_references_say_what_to_do() {
    let world = World::full().await;
    for (reference, kind) in [
        ("weekly report", ErrorKind::Invalid),
        (
            "https://evil.test/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
            ErrorKind::Invalid,
        ),
        ("docx:doxcnABCDEFGHIJKLMNOPQRSTUV", ErrorKind::NotFound),
        ("doxcnABCDEFGHIJKLMNOPQRSTUV", ErrorKind::NotFound),
    ] {
        let error = world.err("doc_read", json!({"ref": reference})).await;
        assert_eq!(error.kind, kind, "{reference}: {error:?}");
        assert!(error.hint.is_some(), "{reference}");
    }
}

#[tokio::test]
async fn what_a_person_may_not_see_is_forbidden_or_not_found() {
    let world = World::full().await;
    let reference = world.made("secret").await;
    let other = context(&world.sandbox, END_USER, &world.cx.facts.scopes_granted).await;
    for tool in ["doc_read", "inspect"] {
        let error = run(&other, tool, json!({"ref": reference}))
            .await
            .unwrap_err();
        assert!(
            matches!(
                error.kind,
                ErrorKind::ForbiddenResource | ErrorKind::NotFound
            ),
            "{tool} {error:?}"
        );
    }
}

#[tokio::test]
async fn faults_of_feishu_are_typed_and_carry_the_log_id() {
    let world = World::full().await;
    let reference = world.made("x").await;
    let documents = "/open-apis/docx/v1/documents/*";
    for (kind, expected) in [
        (FaultKind::RateLimit, ErrorKind::RateLimited),
        (FaultKind::Status, ErrorKind::Upstream),
        (FaultKind::DropBefore, ErrorKind::Upstream),
        (FaultKind::Malformed, ErrorKind::Upstream),
        (FaultKind::ExpireToken, ErrorKind::Reauthorize),
        (FaultKind::RevokeToken, ErrorKind::Reauthorize),
    ] {
        world.fail(documents, kind);
        let error = world.err("doc_read", json!({"ref": reference})).await;
        world.sandbox.clear_faults();
        assert_eq!(error.kind, expected, "{kind:?} {error:?}");
        assert!(error.hint.is_some());
        if matches!(kind, FaultKind::RateLimit) {
            assert!(
                error.log_id.is_some() && error.details.contains_key("retry_after"),
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let world = World::new(&["offline_access".to_owned()]).await;
    let error = world
        .err(
            "doc_read",
            json!({"ref": "docx:doxcnABCDEFGHIJKLMNOPQRSTUV"}),
        )
        .await;
    assert_eq!(error.kind, ErrorKind::MissingScope);
    let (text, data) = error.render();
    assert!(text.contains("docx:document"), "{text}");
    assert_eq!(data["error"]["kind"], "missing_scope");
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

#[tokio::test]
async fn a_cancelled_call_stops_before_it_writes() {
    let world = World::full().await;
    world.cx.cancel.cancel();
    let error = world
        .err("doc_create", json!({"title": "T", "markdown": "x"}))
        .await;
    assert_eq!(error.kind, ErrorKind::Cancelled);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 0);
}

#[tokio::test]
async fn the_demo_content_reads_well() {
    let world = World::full().await;
    for token in [
        demo::WELCOME_DOC,
        demo::API_DOC,
        demo::MINUTES_DOC,
        demo::LONG_DOC,
    ] {
        let read = world
            .ok("doc_read", json!({"ref": format!("docx:{token}")}))
            .await;
        assert!(read.text.len() > 200, "{}", read.text);
        assert!(read.text.chars().count() < 24_000);
    }
    let wiki = format!("{}/wiki/{}", world.sandbox.base_url(), demo::WIKI_DB_NODE);
    world
        .ok("doc_read", json!({"ref": wiki, "view": "outline"}))
        .await;
    let told = world.ok("inspect", json!({"ref": wiki})).await.text;
    assert!(
        told.contains("in the wiki: ") && told.contains(" / "),
        "{told}"
    );
    let sheet = world
        .ok("inspect", json!({"ref": format!("sheet:{}", demo::SHEET)}))
        .await
        .text;
    assert!(sheet.contains("tabs"), "{sheet}");
    let base = world.ok("inspect", json!({"ref": demo::BASE})).await.text;
    assert!(base.contains(demo::TABLE), "{base}");
    let folder = world
        .ok(
            "inspect",
            json!({"ref": format!("folder:{}", demo::TEAM_FOLDER)}),
        )
        .await
        .text;
    assert!(folder.contains("entries"), "{folder}");
    let release = world
        .ok(
            "comments",
            json!({"ref": format!("docx:{}", demo::RELEASE_DOC), "op": "list"}),
        )
        .await;
    assert!(
        !release.structured.unwrap()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_hidden_deleted_or_anothers_stays_so() {
    let world = World::full().await;
    let wrong = world
        .err("doc_read", json!({"ref": format!("sheet:{}", demo::SHEET)}))
        .await;
    assert!(wrong.hint.unwrap().contains("inspect"));
    for token in [demo::PRIVATE_DOC, demo::OTHER_DOC, demo::DELETED_DOC] {
        for tool in ["doc_read", "inspect"] {
            let error = world
                .err(tool, json!({"ref": format!("docx:{token}")}))
                .await;
            assert!(
                matches!(
                    error.kind,
                    ErrorKind::ForbiddenResource | ErrorKind::NotFound
                ),
                "{tool} {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_document_goes_into_a_folder_or_below_a_wiki_page() {
    let world = World::full().await;
    let folder = format!("folder:{}", demo::TEAM_FOLDER);
    let filed = world
        .ok(
            "doc_create",
            json!({"title": "Filed", "markdown": "x", "into": folder}),
        )
        .await;
    assert!(filed.text.contains("/docx/"), "{}", filed.text);
    let wiki = format!("wiki:{}", demo::WIKI_NODE);
    let page = world
        .ok(
            "doc_create",
            json!({"title": "Page", "markdown": "x", "into": wiki}),
        )
        .await;
    assert!(page.text.contains("/wiki/"), "{}", page.text);
    let sheet = format!("sheet:{}", demo::SHEET);
    let wrong = world
        .err("doc_create", json!({"title": "No", "into": sheet}))
        .await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn long_comments_come_in_pages_that_fit_the_budget() {
    let world = World::full().await;
    let reference = world.made("Plan.").await;
    for n in 0..16 {
        let text = format!("{n} {}", "评论".repeat(290));
        world
            .ok(
                "comments",
                json!({"ref": reference, "op": "add", "text": text}),
            )
            .await;
    }
    let mut seen = 0;
    let mut cursor = Value::Null;
    for _ in 0..5 {
        let page = world
            .ok(
                "comments",
                json!({"ref": reference, "op": "list", "cursor": cursor}),
            )
            .await;
        assert!(page.text.chars().count() < 7000);
        let data = page.structured.unwrap();
        seen += data["items"].as_array().unwrap().len();
        assert_eq!(data["truncated"], data["next"].is_string());
        if data["next"].is_null() {
            break;
        }
        cursor = data["next"].clone();
    }
    assert_eq!(seen, 16);
}
