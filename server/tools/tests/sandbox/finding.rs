//! Search and inspection.

use super::*;

fn items(output: &ToolOutput) -> Vec<Value> {
    output.structured.as_ref().unwrap()["items"]
        .as_array()
        .unwrap()
        .clone()
}

fn times(output: &ToolOutput) -> Vec<String> {
    let times = items(output).into_iter();
    times
        .map(|item| item["modified"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn without_words_search_lists_what_was_opened_last() {
    let world = World::full().await;
    let recent = world.ok("search", json!({})).await;
    assert!(recent.text.contains("last viewed first"), "{}", recent.text);
    assert!(recent.text.contains("viewed 20"), "{}", recent.text);
    assert_eq!(items(&recent).len(), 10);
    assert!(times(&recent).is_sorted_by(|a, b| a >= b));
    let own = json!({"owner": "me", "sort": "edited"});
    let own = world.ok("search", own).await;
    assert!(
        items(&own).iter().all(|item| item["owner"] == "陈雨"),
        "{}",
        own.text
    );
    assert!(times(&own).is_sorted_by(|a, b| a >= b));
    let nobody = json!({"kinds": ["user"]});
    assert_eq!(world.err("search", nobody).await.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_search_stays_in_its_folder_or_space() {
    let world = World::full().await;
    let minutes = format!("folder:{}", demo::MINUTES_FOLDER);
    let found = world
        .ok("search", json!({"in": minutes, "limit": 20}))
        .await;
    let found = items(&found);
    assert!(found.len() >= 2);
    assert!(
        found
            .iter()
            .any(|item| item["ref"] == format!("docx:{}", demo::MINUTES_DOC))
    );
    assert!(
        found
            .iter()
            .all(|item| !item["kind"].as_str().unwrap().starts_with("wiki"))
    );
    let space = format!("wiki_space:{}", demo::WIKI_SPACE);
    let pages = world.ok("search", json!({"in": space, "limit": 20})).await;
    let pages = items(&pages);
    assert!(pages.len() >= 7);
    assert!(
        pages
            .iter()
            .all(|item| item["ref"].as_str().unwrap().starts_with("wiki:"))
    );
    let page = format!("{}/wiki/{}", world.sandbox.base_url(), demo::WIKI_DB_NODE);
    let same = world.ok("search", json!({"in": page, "limit": 20})).await;
    assert_eq!(items(&same).len(), pages.len());
    assert!(same.text.contains("whole wiki space"), "{}", same.text);
    let document = format!("docx:{}", demo::OKR_DOC);
    let wrong = world.err("search", json!({"in": document})).await;
    assert_eq!(wrong.kind, ErrorKind::Invalid);
    assert!(wrong.hint.unwrap().contains("view=find"));
}

#[tokio::test]
async fn a_search_says_what_it_left_out() {
    let world = World::full().await;
    let long = format!("OKR {}", "很长的关键词 ".repeat(12));
    let cut = world.ok("search", json!({"query": long})).await.text;
    assert!(cut.contains("50 characters"), "{cut}");
    let all = json!({"sort": "edited", "limit": 20});
    let all = world.ok("search", all).await;
    let oldest = times(&all).pop().unwrap();
    let since = json!({"since": oldest, "limit": 20, "sort": "created"});
    let newer = world.ok("search", since).await;
    assert!(
        newer.text.contains("older ones of this page left out"),
        "{}",
        newer.text
    );
    assert!(times(&newer).iter().all(|time| *time >= oldest));
    // Whoever is past Feishu's last page is told so.
    let page = world.ok("search", json!({"limit": 5})).await;
    let next = page.structured.unwrap()["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, token) = next.split_once('.').unwrap();
    let last = json!({"limit": 5, "cursor": format!("195.{token}")});
    let last = world.ok("search", last).await;
    assert!(last.text.contains("only the first 200"), "{}", last.text);
    assert!(last.structured.unwrap()["next"].is_null());
}

#[tokio::test]
async fn hits_have_no_markup_and_every_thing_once() {
    let world = World::full().await;
    let found = world
        .ok(
            "search",
            json!({"query": "OKR", "limit": 20, "kinds": ["doc", "wiki", "user"]}),
        )
        .await;
    assert!(!found.text.contains("<h>"), "{}", found.text);
    let mut refs: Vec<String> = items(&found)
        .iter()
        .map(|item| item["ref"].as_str().unwrap().to_owned())
        .collect();
    let count = refs.len();
    refs.sort();
    refs.dedup();
    assert_eq!(refs.len(), count);
    let people = world
        .ok("search", json!({"query": "陈雨", "kinds": ["user", "doc"]}))
        .await;
    assert!(people.text.contains("user:ou_"), "{}", people.text);
}

#[tokio::test]
async fn inspect_tells_what_a_thing_holds() {
    let world = World::full().await;
    let told = async |reference: &str| world.ok("inspect", json!({"ref": reference})).await.text;
    let strategy = told(&format!("docx:{}", demo::STRATEGY_DOC)).await;
    for part in [
        "holds: 6 tables, 3 images",
        "15 to-dos (5 done)",
        "2 comment threads",
        "outline:",
    ] {
        assert!(strategy.contains(part), "{part}: {strategy}");
    }
    let base = told(demo::BASE).await;
    assert!(
        base.contains("revision 58") && base.contains("tables: 2"),
        "{base}"
    );
    let folder = told(&format!("folder:{}", demo::TEAM_FOLDER)).await;
    assert!(
        folder.contains("entries: ") && folder.contains(" folder"),
        "{folder}"
    );
    let sheet = told(&format!("sheet:{}", demo::SHEET)).await;
    assert!(sheet.contains("Q4bud1 · 120×14"), "{sheet}");
}
