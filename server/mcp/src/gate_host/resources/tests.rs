//! Every read is a call through the gate; lists belong to one member; nothing else is an address.

use calls::Via;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tools::{ErrorKind, Selection};

use super::*;
use crate::{
    gate_host::testing::{Noting, caller},
    host::Host as _,
};

fn uris(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|one| one["uri"].as_str()).collect()
}

#[tokio::test]
async fn every_read_is_one_call_of_the_tool_that_reads_the_thing() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    let budget = json!(BUDGET);
    for (uri, tool, arguments) in [
        (
            "feishu://doc/docx:ABC",
            "doc_read",
            json!({ "ref": "docx:ABC", "budget": budget }),
        ),
        (
            "feishu://doc/https%3A%2F%2Fa.feishu.cn%2Fdocx%2FABC",
            "doc_read",
            json!({ "ref": "https://a.feishu.cn/docx/ABC", "budget": budget }),
        ),
        (
            "feishu://doc/Our%20%C2%B7%20plan%20%C2%B7%20docx%3AABC",
            "doc_read",
            json!({ "ref": "docx:ABC", "budget": budget }),
        ),
        (
            "feishu://wiki/ABC",
            "doc_read",
            json!({ "ref": "wiki:ABC", "budget": budget }),
        ),
        (
            "feishu://recent",
            "search",
            json!({ "query": "", "since": "2010-01-01", "limit": 20 }),
        ),
        (
            "feishu://help/markdown",
            "help",
            json!({ "topic": "markdown" }),
        ),
    ] {
        for _ in 0..2 {
            let cancel = CancellationToken::new();
            let read = host.read(&ann, uri, cancel).await.unwrap();
            assert_eq!(read["contents"][0]["uri"], uri);
            assert_eq!(read["contents"][0]["text"], "text for ann");
            assert_eq!(read["contents"][0]["mimeType"], "text/markdown");
            assert_eq!(read["_meta"]["feishu-mcp/callId"], "call_1");
            let asked = gate.take();
            let expected = (
                "ann".to_owned(),
                Via::Resource,
                tool.to_owned(),
                arguments.clone(),
            );
            assert_eq!(asked, [expected], "{uri}");
        }
    }
}

#[tokio::test]
async fn what_is_no_address_of_ours_is_not_found_and_asks_nobody() {
    let gate = Noting::default();
    let (host, mut ann) = (gate.host(), caller("ann"));
    for uri in [
        "file:///etc/passwd",
        "feishu://doc/",
        "feishu://doc",
        "feishu://help/../secret",
        "feishu://help/nothing",
        "feishu://recent/x",
        "feishu://tenant/other",
        "feishu://doc/%ff",
        "",
    ] {
        for (revision, code) in [
            (Revision::V2025_11_25, -32002),
            (Revision::V2026_07_28, -32602),
        ] {
            ann.revision = revision;
            let refused = host.read(&ann, uri, CancellationToken::new()).await;
            let error = refused.unwrap_err();
            assert_eq!(
                (error.code, error.data),
                (code, Some(json!({ "uri": uri }))),
                "{uri}"
            );
        }
    }
    assert_eq!(gate.take(), []);
}

#[tokio::test]
async fn a_list_is_asked_for_once_a_minute_and_belongs_to_one_member_under_one_set_of_rules() {
    let gate = Noting::default();
    let (host, ann, bob) = (gate.host(), caller("ann"), caller("bob"));
    let hers = host.resources(&ann).await.unwrap();
    assert_eq!(hers, host.resources(&ann).await.unwrap());
    let asked = gate.take();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!((asked[0].1, asked[0].2.as_str()), (Via::Listing, "search"));
    let his = host.resources(&bob).await.unwrap();
    assert!(uris(&hers).contains(&"feishu://doc/docx:annAAAAAAAAAAAAAAAA"));
    assert!(uris(&his).contains(&"feishu://doc/docx:bobAAAAAAAAAAAAAAAA"));
    assert!(!json!(his).to_string().contains("Plan of ann"), "{his:?}");
    assert_eq!(gate.take().len(), 1);
    *gate.rules.lock() = 2;
    host.resources(&ann).await.unwrap();
    assert_eq!(gate.take().len(), 1, "new rules ask again");
}

#[tokio::test]
async fn the_list_has_what_the_profile_can_read() {
    let gate = Noting::default();
    let (host, mut ann) = (gate.host(), caller("ann"));
    ann.profile.tools = Selection::read("help").unwrap();
    let list = host.resources(&ann).await.unwrap();
    assert!(
        uris(&list)
            .iter()
            .all(|uri| uri.starts_with("feishu://help/"))
    );
    assert_eq!(gate.take(), [], "a search that the client left out");
    let templates = host.resource_templates(&ann).await.unwrap();
    assert_eq!(templates.len(), 1);
    assert_eq!(templates[0]["uriTemplate"], "feishu://help/{topic}");
    ann.profile.tools = Selection::ALL;
    assert_eq!(host.resource_templates(&ann).await.unwrap().len(), 5);
}

#[tokio::test]
async fn when_feishu_fails_the_pages_of_help_are_still_listed() {
    let gate = Noting::default();
    *gate.fails.lock() = Some(ErrorKind::Reauthorize);
    let (host, ann) = (gate.host(), caller("ann"));
    let list = host.resources(&ann).await.unwrap();
    assert_eq!(list.len(), tools::help_topics().count() + 1);
    let refused = host
        .read(&ann, "feishu://recent", CancellationToken::new())
        .await;
    let error = refused.unwrap_err();
    assert_eq!(error.data.unwrap()["error"]["kind"], "reauthorize");
}

#[test]
fn each_page_is_titled_by_its_heading_in_both_languages() {
    for locale in [Locale::En, Locale::Zh] {
        for page in pages(locale) {
            let title = page["title"].as_str().unwrap();
            assert!(title.chars().count() > 5 && !title.contains('#'), "{title}");
        }
    }
}

#[test]
fn what_changes_is_watched_by_the_tool_that_reads_it() {
    for (uri, watched) in [
        ("feishu://doc/docx:A", Some(("doc_read", "docx:A"))),
        ("feishu://wiki/A", Some(("doc_read", "wiki:A"))),
        ("feishu://sheet/A", Some(("sheet_read", "sheet:A"))),
        ("feishu://base/wiki:A", Some(("base_read", "wiki:A"))),
        ("feishu://recent", None),
        ("feishu://help/markdown", None),
    ] {
        let address = Address::read(uri).unwrap();
        assert_eq!(address.watched(), watched, "{uri}");
    }
}

#[test]
fn a_ref_survives_its_way_through_an_address() {
    for reference in ["docx:ABC", "https://a.feishu.cn/docx/ABC?x=1#y", "wiki:ABC"] {
        assert_eq!(
            Address::read(&document(reference)),
            Some(Address::Document(reference.to_owned()))
        );
    }
}
