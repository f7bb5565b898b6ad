//! The views and forms of a document.

use super::*;

fn strategy() -> String {
    format!("docx:{}", demo::STRATEGY_DOC)
}

fn tokens(text: &str) -> usize {
    let quarters: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum();
    quarters / 4
}

#[tokio::test]
async fn a_document_over_the_budget_answers_with_digests_of_its_sections() {
    let world = World::full().await;
    let short = json!({"ref": strategy(), "budget": 1500});
    let digest = world.ok("doc_read", short).await.text;
    assert!(digest.contains("longer than the budget"), "{digest}");
    for part in [
        "(before the first heading) · This document says",
        "1.1 Customers {#",
        "1 table",
        "3 to-dos (1 done)",
        "1 comment thread",
        "日活跃席位占付费席位的",
    ] {
        assert!(digest.contains(part), "{part}: {digest}");
    }
    assert!(tokens(&digest) < 1700, "{}", tokens(&digest));
    let whole = json!({"ref": strategy(), "budget": 20000});
    let whole = world.ok("doc_read", whole).await.text;
    assert!(whole.contains("Next steps") && whole.contains("next") && !whole.contains("truncated"));
    let again = json!({"ref": strategy(), "view": "digest", "budget": 20000});
    let again = world.ok("doc_read", again).await.text;
    let section = |text: &str| {
        let line = text
            .lines()
            .find(|line| line.contains("3.4 What we will not do"));
        line.unwrap().split(" · ").next().unwrap().to_owned()
    };
    assert_eq!(
        section(&digest),
        section(&again),
        "the same document, the same digest"
    );
}

#[tokio::test]
async fn outline_and_digest_come_in_pages_that_miss_no_heading() {
    let world = World::full().await;
    for view in ["outline", "digest"] {
        let mut all = String::new();
        let mut cursor = Value::Null;
        let mut pages = 0;
        for _ in 0..20 {
            let page =
                json!({"ref": demo::LONG_DOC, "view": view, "budget": 400, "cursor": cursor});
            let text = world.ok("doc_read", page).await.text;
            pages += 1;
            assert!(tokens(&text) < 650, "{view}: {text}");
            all.push_str(&text);
            match text.split_once("next cursor=") {
                Some((_, rest)) => cursor = json!(rest.split(' ').next().unwrap()),
                None => break,
            }
        }
        assert!(pages > 2, "{view}");
        for chapter in 1..=12 {
            assert_eq!(
                all.matches(&format!("- {chapter}.4 排障 {{#")).count(),
                1,
                "{view} {chapter}"
            );
        }
    }
}

#[tokio::test]
async fn a_range_goes_from_one_place_to_another() {
    let world = World::full().await;
    let read = async |at: &str| {
        let read = json!({"ref": strategy(), "at": at});
        world.ok("doc_read", read).await.text
    };
    let two = read("2.2 Competitors..2.4 pricing").await;
    assert!(
        two.contains("Competitors") && two.contains("数据驻留") && two.contains("neutral after")
    );
    assert!(!two.contains("Segments") && !two.contains("渠道"), "{two}");
    assert!(read("..1.1 Customers").await.contains("This document says"));
    let rest = read("5.5 Next steps..").await;
    assert!(rest.contains("The groups add") && !rest.contains("学习与成长"));
    let ids = json!({"ref": strategy(), "view": "section", "at": "1.3", "format": "md+ids"});
    let ids = world.ok("doc_read", ids).await.text;
    let id = ids
        .split("{#")
        .nth(2)
        .unwrap()
        .split('}')
        .next()
        .unwrap()
        .to_owned();
    let block = read(&format!("{id}..{id}")).await;
    assert!(
        block.contains("staged configuration") && !block.contains("Reliability"),
        "{block}"
    );
    let back = json!({"ref": strategy(), "view": "range", "at": "5.5..1.1"});
    assert_eq!(world.err("doc_read", back).await.kind, ErrorKind::Invalid);
    let none = json!({"ref": strategy(), "view": "range"});
    let none = world.err("doc_read", none).await;
    assert!(none.message.contains("FROM..TO"), "{}", none.message);
    // A link with a block leads to its section.
    let link = format!(
        "{}/docx/{}#{id}",
        world.sandbox.base_url(),
        demo::STRATEGY_DOC
    );
    let linked = world.ok("doc_read", json!({"ref": link})).await.text;
    assert!(
        linked.contains("staged configuration") && !linked.contains("1.4 Team"),
        "{linked}"
    );
}

#[tokio::test]
async fn found_words_are_shown_with_what_is_around_them() {
    let world = World::full().await;
    let find = async |at: Value| {
        let find = json!({"ref": strategy(), "query": "penetration TEST", "at": at});
        world.ok("doc_read", find).await
    };
    let line = find(Value::Null).await.text;
    assert!(
        line.contains("[3.3 Trust] ") && line.contains("blocks with these words: 1"),
        "{line}"
    );
    assert!(!line.contains("Baseline"), "{line}");
    let around = find(json!("1")).await.text;
    for (word, there) in [(".3 Trust\n", true), ("Baseline", true), ("Owner", false)] {
        assert_eq!(around.contains(word), there, "{word}: {around}");
    }
    let section = find(json!("section")).await.text;
    assert!(
        section.contains("- [ ] 与相关小组对齐") && !section.contains("3.4"),
        "{section}"
    );
    let elsewhere = find(json!("1.3 Reliability")).await;
    assert!(
        elsewhere.text.contains("does not occur"),
        "{}",
        elsewhere.text
    );
    // Marks inside the words do not hide them.
    let made = world.made("Some **bo**ld `wor`ds here.").await;
    let marks = json!({"ref": made, "query": "bold words"});
    let marks = world.ok("doc_read", marks).await.structured.unwrap();
    assert_eq!(marks["items"].as_array().unwrap().len(), 1);
    // Pages of hits with their surroundings miss none and repeat none.
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    for _ in 0..30 {
        let page = json!({"ref": demo::LONG_DOC, "query": "回滚", "at": "2", "budget": 300, "cursor": cursor});
        let data = world.ok("doc_read", page).await.structured.unwrap();
        for item in data["items"].as_array().unwrap() {
            seen.push(item["block_id"].as_str().unwrap().to_owned());
        }
        if data["next"].is_null() {
            break;
        }
        cursor = data["next"].clone();
    }
    assert_eq!(seen.len(), 12);
    seen.dedup();
    assert_eq!(seen.len(), 12);
}

#[tokio::test]
async fn comments_stand_next_to_what_they_are_about() {
    let world = World::full().await;
    let read = async |more: Value| {
        let mut read = json!({"ref": strategy(), "view": "full", "budget": 20000});
        read.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.ok("doc_read", read).await.text
    };
    let open = read(json!({"comments": "open"})).await;
    let (before, after) = open.split_once("[[comment thread=").unwrap();
    assert!(
        !before.contains("Where we stand") && after.contains("周五前请各组补充风险"),
        "{before}"
    );
    let place = open.find("per team or per seat").unwrap();
    let quote = open.find("The retention of teams").unwrap();
    let next = open.find("| 项目 Item").unwrap();
    assert!(
        quote < place && place < next,
        "after its block, before the next"
    );
    assert!(
        open.contains("@[陈雨](user:ou_") || open.contains("@[Chen Yu](user:ou_"),
        "{open}"
    );
    assert!(!open.contains("法务已确认"), "a resolved one");
    let all = read(json!({"comments": "all"})).await;
    assert!(all.contains("法务已确认") && all.contains(" resolved on "));
    let xml = read(json!({"comments": "open", "format": "xml"})).await;
    assert!(
        xml.contains("<comment thread=") && xml.contains("<reply by="),
        "{xml}"
    );
    assert!(!read(json!({})).await.contains("[[comment"));
    // A section costs one request more.
    let calls = || world.cx.feishu.meter().calls();
    let before = calls();
    let section = json!({"ref": strategy(), "at": "1.1 Customers", "comments": "open"});
    let section = world.ok("doc_read", section).await.text;
    assert!(
        section.contains("per seat") && !section.contains("周五前"),
        "{section}"
    );
    assert_eq!(calls() - before, 3);
    let mut world = world;
    let mut facts = (*world.cx.facts).clone();
    facts
        .capabilities
        .retain(|one| *one != Capability::Comments);
    world.cx.facts = Arc::new(facts);
    let off = json!({"ref": strategy(), "at": "1.1 Customers", "comments": "open"});
    let off = world.ok("doc_read", off).await.text;
    assert!(
        off.contains("not switched them on") && !off.contains("per seat"),
        "{off}"
    );
}

#[tokio::test]
async fn xml_pages_join_to_one_well_formed_text() {
    let world = World::full().await;
    for token in [demo::STRATEGY_DOC, demo::WELCOME_DOC, demo::API_DOC] {
        let mut all = String::new();
        let mut cursor = Value::Null;
        for _ in 0..40 {
            let page = json!({"ref": token, "view": "full", "format": "xml", "budget": 1000, "cursor": cursor});
            let text = world.ok("doc_read", page).await.text;
            let body = text.split_once("\n\n").unwrap().1;
            let body = body.split("\n\n[more").next().unwrap();
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(body);
            match text.split_once("next cursor=") {
                Some((_, rest)) => cursor = json!(rest.split(' ').next().unwrap()),
                None => break,
            }
        }
        balanced(&all);
    }
}

/// Every tag that opens is closed, in order.
fn balanced(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut count = 0;
    for part in text.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        count += 1;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{text}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty() && count > 20, "{open:?}");
}

#[tokio::test]
async fn a_document_that_changes_between_pages_says_so_and_goes_on_at_the_same_block() {
    let world = World::full().await;
    let markdown: String = (0..40)
        .map(|n| format!("Paragraph {n} says something. {}\n\n", "words ".repeat(30)))
        .collect();
    let reference = world.made(&markdown).await;
    let read =
        |cursor: Value| json!({"ref": reference, "view": "full", "budget": 600, "cursor": cursor});
    let first = world.ok("doc_read", read(Value::Null)).await.text;
    let cursor = first.split("next cursor=").nth(1).unwrap();
    let cursor = cursor.split(' ').next().unwrap().to_owned();
    let token = reference.strip_prefix("docx:").unwrap();
    let last = (0..40)
        .rev()
        .find(|n| first.contains(&format!("Paragraph {n} ")))
        .unwrap();
    // Somebody puts a paragraph in front.
    let new = feishu::api::docx::NewBlock {
        block_id: "new".to_owned(),
        kind: feishu::api::docx::BlockKind::Text,
        payload: json!({"elements": [{"text_run": {"content": "In front."}}]}),
        children: Vec::new(),
    };
    let children = ["new".to_owned()];
    let tree = feishu::api::docx::Descendants {
        children_id: &children,
        index: 0,
        descendants: &[new],
    };
    feishu::api::docx::create_descendants(
        &world.cx.feishu,
        token,
        token,
        &tree,
        "7d6f2b8e-8c3a-4d0a-9b1e-0f6a5c4d3e2f",
    )
    .await
    .unwrap();
    let second = world.ok("doc_read", read(json!(cursor))).await.text;
    assert!(second.contains("has changed since"), "{second}");
    let next = format!("Paragraph {} ", last + 1);
    assert!(second.contains(&next), "{second}");
    assert!(!second.contains(&format!("Paragraph {last} ")), "{second}");
    // The old revision is not shown any more.
    world.sandbox.add_fault(Fault {
        code: Some(1_770_021),
        ..Fault::new("/open-apis/docx/v1/documents/*/blocks", FaultKind::Code).times(1)
    });
    let newest = world.ok("doc_read", read(json!(cursor))).await.text;
    assert!(
        newest.contains("cannot be read any more") && newest.contains(&next),
        "{newest}"
    );
    let mut parts: Vec<&str> = cursor.split('.').collect();
    parts[3] = "doxcnNobodyHasThisBlock";
    let gone = world.err("doc_read", read(json!(parts.join(".")))).await;
    assert_eq!(gone.kind, ErrorKind::Conflict);
}

#[tokio::test]
async fn what_is_no_document_names_the_tool_that_reads_it() {
    let world = World::full().await;
    for (reference, word) in [
        (format!("sheet:{}", demo::SHEET), "tabs"),
        (format!("base:{}", demo::BASE), "tables"),
        (format!("doc:{}", demo::WELCOME_DOC), "old format"),
    ] {
        let wrong = world.err("doc_read", json!({"ref": reference})).await;
        assert_eq!(wrong.kind, ErrorKind::Invalid, "{reference}");
        let hint = wrong.hint.unwrap();
        assert!(hint.contains(word) || hint.contains("_read"), "{hint}");
    }
}

/// Prints what each view of an everyday document costs: `--ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn tokens_of_each_view() {
    let world = World::full().await;
    for (name, more) in [
        ("outline", json!({"view": "outline"})),
        ("digest", json!({"view": "digest"})),
        ("section", json!({"view": "section", "at": "3.3 Trust"})),
        (
            "range of three",
            json!({"at": "2.2 Competitors..2.4 Pricing"}),
        ),
        ("find", json!({"query": "retention"})),
        ("find, 1 around", json!({"query": "retention", "at": "1"})),
        ("full md", json!({"view": "full", "budget": 20000})),
        (
            "full md+ids",
            json!({"view": "full", "budget": 20000, "format": "md+ids"}),
        ),
        (
            "full md, open comments",
            json!({"view": "full", "budget": 20000, "comments": "open"}),
        ),
        (
            "full xml",
            json!({"view": "full", "budget": 20000, "format": "xml"}),
        ),
    ] {
        let mut read = json!({"ref": strategy()});
        read.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.ok("doc_read", read.clone()).await;
        let before = world.cx.feishu.meter().calls();
        let text = world.ok("doc_read", read).await.text;
        let calls = world.cx.feishu.meter().calls() - before;
        println!(
            "{name}: {} tokens, {} bytes, {calls} calls",
            tokens(&text),
            text.len()
        );
        assert!(!text.contains("truncated"), "{name}");
    }
}
