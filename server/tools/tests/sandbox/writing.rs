//! Writes that stop, are repeated, and meet others.

use super::{
    editing::{raw, text},
    *,
};

const DESCENDANT: &str = "/open-apis/docx/v1/documents/*/descendant";
pub(super) const BATCH: &str = "/open-apis/docx/v1/documents/*/blocks/batch_update";

/// The same person, as another replica or a restarted one sees them: nothing is remembered.
pub(super) fn forgetful(world: &World) -> ToolCx {
    let seed = SeededEntropy::new(1);
    let tenant = TenantId::mint(&SystemClock, &seed);
    let member = Some(MemberId::mint(&SystemClock, &SeededEntropy::new(1)));
    ToolCx {
        refs: RefCache::new().scoped(tenant, member),
        pace: Paces::new().of(tenant),
        entropy: Arc::new(SeededEntropy::new(99)),
        ..world.cx.clone()
    }
}

fn lines(count: usize) -> String {
    (0..count).map(|n| format!("line {n}\n\n")).collect()
}

/// The argument that a partial answer tells to pass.
pub(super) fn told(output: &ToolOutput, name: &str) -> String {
    let (_, rest) = output.text.split_once(&format!("{name}=")).unwrap();
    let rest = rest.trim_start_matches('"');
    rest.split(['"', ' ', ',', ';']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_stopped_document_is_finished_by_its_key_on_another_replica() {
    let world = World::full().await;
    world.sandbox.add_fault(Fault {
        skip: 1,
        ..Fault::new(DESCENDANT, FaultKind::Status)
    });
    let mut arguments = json!({"title": "Long", "markdown": lines(2100)});
    let half = world.ok("doc_create", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("1000 of 2100"),
        "{}",
        half.text
    );
    world.sandbox.clear_faults();
    arguments["idempotency_key"] = json!(told(&half, "idempotency_key"));
    let whole = run(&forgetful(&world), "doc_create", arguments.clone())
        .await
        .unwrap();
    assert!(!whole.partial, "{}", whole.text);
    assert_eq!(whole.target, half.target);
    let again = run(&forgetful(&world), "doc_create", arguments)
        .await
        .unwrap();
    assert!(!again.partial, "{}", again.text);
    assert_eq!(world.sandbox.calls_of("docx.v1.document.create"), 1);
    let blocks = raw(&world, whole.target.as_deref().unwrap()).await;
    assert_eq!(blocks.len(), 2101);
    assert!(blocks[2100].to_string().contains("line 2099"));
}

#[tokio::test]
async fn a_lost_answer_costs_nothing() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo").await;
    for (path, op) in [
        (DESCENDANT, json!({"op": "append", "markdown": "three"})),
        (
            BATCH,
            json!({"op": "replace_text", "at": "one", "markdown": "1"}),
        ),
    ] {
        for kind in [FaultKind::DropAfter, FaultKind::Malformed] {
            world.sandbox.add_fault(Fault::new(path, kind).times(1));
            let done = world
                .call("doc_edit", json!({"ref": reference, "ops": [op]}))
                .await;
            world.sandbox.clear_faults();
            if let Ok(done) = done {
                assert!(!done.partial, "{}", done.text);
            }
        }
    }
    let read = text(&world, &reference).await;
    assert_eq!(read, "1\n\ntwo\n\nthree\n\nthree");
}

#[tokio::test]
async fn a_storm_of_limits_is_sat_out() {
    let world = World::full().await;
    let reference = world.made("one").await;
    world.sandbox.add_fault(Fault {
        reset_s: Some(0),
        ..Fault::new(DESCENDANT, FaultKind::RateLimit).times(4)
    });
    let done = world
        .ok(
            "doc_edit",
            json!({"ref": reference, "ops": [{"op": "append", "markdown": "two"}]}),
        )
        .await;
    assert!(!done.partial, "{}", done.text);
    assert_eq!(text(&world, &reference).await, "one\n\ntwo");
}

#[tokio::test]
async fn a_stopped_edit_goes_on_with_what_is_missing() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo\n\nthree").await;
    let mut arguments = json!({"ref": reference, "ops": [
        {"op": "replace_text", "at": "one", "markdown": "1"},
        {"op": "insert_after", "at": "two", "markdown": "two and a half"},
        {"op": "delete", "at": "three"}]});
    let fault = Fault {
        method: Some("DELETE".to_owned()),
        ..Fault::new("/open-apis/docx/v1/documents/*", FaultKind::Status)
    };
    world.sandbox.add_fault(fault);
    let half = world.ok("doc_edit", arguments.clone()).await;
    assert!(
        half.partial && half.text.contains("[partial]"),
        "{}",
        half.text
    );
    assert_eq!(
        text(&world, &reference).await,
        "1\n\ntwo\n\ntwo and a half\n\nthree"
    );
    world.sandbox.clear_faults();
    arguments["idempotency_key"] = json!(told(&half, "idempotency_key"));
    for round in 0..2 {
        let whole = run(&forgetful(&world), "doc_edit", arguments.clone())
            .await
            .unwrap();
        assert!(!whole.partial, "{}", whole.text);
        assert_eq!(
            whole.text.contains("nothing was done twice"),
            round == 1,
            "{}",
            whole.text
        );
        assert_eq!(text(&world, &reference).await, "1\n\ntwo\n\ntwo and a half");
    }
}

#[tokio::test]
async fn the_same_key_is_one_call_and_other_arguments_are_another() {
    let world = World::full().await;
    let reference = world.made("one").await;
    let call = |words: &str| json!({"ref": reference, "idempotency_key": "k", "ops": [{"op": "append", "markdown": words}]});
    world.ok("doc_edit", call("two")).await;
    world.ok("doc_edit", call("two")).await;
    run(&forgetful(&world), "doc_edit", call("two"))
        .await
        .unwrap();
    assert_eq!(text(&world, &reference).await, "one\n\ntwo");
    world.ok("doc_edit", call("three")).await;
    assert_eq!(text(&world, &reference).await, "one\n\ntwo\n\nthree");
}

#[tokio::test]
async fn writers_of_one_document_do_not_lose_each_others_work() {
    let world = World::full().await;
    let reference = world.made("start").await;
    let edits = (0..6).map(|n| {
        let reference = reference.clone();
        let cx = if n % 2 == 0 {
            world.cx.clone()
        } else {
            forgetful(&world)
        };
        async move {
            let ops = json!([{"op": "append", "markdown": format!("by {n}")}]);
            run(&cx, "doc_edit", json!({"ref": reference, "ops": ops})).await
        }
    });
    for done in futures::future::join_all(edits).await {
        assert!(!done.unwrap().partial);
    }
    let read = text(&world, &reference).await;
    for n in 0..6 {
        assert_eq!(read.matches(&format!("by {n}")).count(), 1, "{read}");
    }
}

#[tokio::test]
async fn a_cancelled_write_says_what_exists() {
    let world = World::full().await;
    let cancel = world.cx.cancel.clone();
    let mut cx = world.cx.clone();
    cx.progress = Progress::new(move |done, _, _| {
        if done == 1 {
            cancel.cancel();
        }
    });
    let half = run(
        &cx,
        "doc_create",
        json!({"title": "T", "markdown": lines(2100)}),
    )
    .await
    .unwrap();
    assert!(
        half.partial && half.text.contains("1000 of 2100"),
        "{}",
        half.text
    );
}

#[tokio::test]
async fn ten_thousand_blocks_take_as_few_calls_as_possible() {
    let world = World::full().await;
    let before = world.cx.feishu.meter().calls();
    let long = "word ".repeat(110);
    let markdown: String = (0..10_000).map(|n| format!("{n} {long}\n\n")).collect();
    assert!(markdown.len() > 5 << 20);
    let done = world
        .ok("doc_create", json!({"title": "T", "markdown": markdown}))
        .await;
    assert!(!done.partial, "{}", done.text);
    assert_eq!(world.cx.feishu.meter().calls() - before, 1 + 10 + 1);
    assert_eq!(
        raw(&world, done.target.as_deref().unwrap()).await.len(),
        10_001
    );
}

#[tokio::test]
async fn calls_on_one_document_take_turns_from_reading_to_writing() {
    let world = World::full().await;
    let reference = world.made("one\n\ntwo").await;
    let edit = |at: &str| {
        let op = json!({"op": "replace_text", "at": at, "markdown": "new"});
        world.ok("doc_edit", json!({"ref": reference, "ops": [op]}))
    };
    let before = world.sandbox.latest_requests(1_000).len();
    tokio::join!(edit("one"), edit("two"));
    let mut log = world.sandbox.latest_requests(1_000);
    log.truncate(log.len() - before);
    let token = reference.strip_prefix("docx:").unwrap();
    let of_document = log.iter().rev().filter(|call| call.1.contains(token));
    let mut methods: Vec<&str> = of_document.map(|call| call.0.as_str()).collect();
    methods.dedup();
    assert_eq!(methods, ["GET", "PATCH", "GET", "PATCH"], "{log:?}");
}
