//! The wiki and the searches from outside, on the demo content.
#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

use serde_json::{Value, json};

use crate::demo::{
    ADMIN, BASE, DELETED_DOC, DEVELOPER, END_USER, HR_NODE, HR_SPACE, OTHER_DOC, OTHER_USER,
    PRIVATE_DOC, RESEARCH_DOC, WELCOME_DOC, WIKI_DB_NODE, WIKI_HOME_DOC, WIKI_NODE, WIKI_SPACE,
};
use crate::families::testkit::Kit;

const SPACES: &str = "/wiki/v2/spaces";

fn nodes(kit: &mut Kit, parent: &str) -> Vec<Value> {
    let line = format!("GET {SPACES}/{WIKI_SPACE}/nodes?parent_node_token={parent}");
    kit.call(ADMIN, &line, &Value::Null).expect("nodes")["items"]
        .as_array()
        .expect("items")
        .clone()
}

/// All nodes below a parent.
fn tree(kit: &mut Kit, parent: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for node in nodes(kit, parent) {
        let children = tree(kit, node["node_token"].as_str().expect("token"));
        assert_eq!(node["has_child"], !children.is_empty());
        all.push(node);
        all.extend(children);
    }
    all
}

#[test]
fn the_demo_wiki_is_a_tree_with_every_kind_of_page() {
    let mut kit = Kit::new();
    let all = tree(&mut kit, "");
    assert!(all.len() >= 8);
    for kind in ["docx", "sheet", "bitable"] {
        assert!(all.iter().any(|node| node["obj_type"] == kind), "{kind}");
    }
}

#[test]
fn a_node_is_found_by_either_of_its_tokens() {
    let mut kit = Kit::new();
    let by_node = kit
        .call(
            END_USER,
            &format!("GET {SPACES}/get_node?token={WIKI_NODE}"),
            &Value::Null,
        )
        .expect("node");
    let line = format!("GET {SPACES}/get_node?token={WIKI_HOME_DOC}&obj_type=docx");
    assert_eq!(
        by_node,
        kit.call(END_USER, &line, &Value::Null).expect("node")
    );
    assert_eq!(by_node["node"]["obj_token"], WIKI_HOME_DOC);
    for line in [
        format!("get_node?token={WIKI_HOME_DOC}"),
        format!("get_node?token={WELCOME_DOC}&obj_type=docx"),
        "get_node?token=none".to_owned(),
    ] {
        assert_eq!(
            kit.code(END_USER, &format!("GET {SPACES}/{line}"), &Value::Null),
            131_005,
            "{line}"
        );
    }
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET {SPACES}/get_node?token={HR_NODE}"),
            &Value::Null
        ),
        131_006
    );
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET {SPACES}/get_node?token={WIKI_NODE}"),
            &Value::Null
        ),
        131_006
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("GET {SPACES}/{HR_SPACE}/nodes"),
            &Value::Null
        ),
        0
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET {SPACES}/{HR_SPACE}/nodes"),
            &Value::Null
        ),
        131_006
    );
    assert_eq!(
        kit.code(END_USER, &format!("GET {SPACES}/1/nodes"), &Value::Null),
        131_005
    );
    let list = kit
        .call(END_USER, &format!("GET {SPACES}"), &Value::Null)
        .expect("spaces");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        kit.code(END_USER, &format!("GET {SPACES}/my_library"), &Value::Null),
        0
    );
}

#[test]
fn nodes_are_made_copied_moved_and_renamed() {
    let mut kit = Kit::new();
    let line = format!("POST {SPACES}/{WIKI_SPACE}/nodes");
    let new = json!({ "obj_type": "docx", "node_type": "origin", "parent_node_token": WIKI_NODE, "title": "新页面" });
    assert_eq!(kit.code(OTHER_USER, &line, &new), 131_006);
    let made = kit.call(END_USER, &line, &new).expect("made")["node"].clone();
    let (node, object) = (
        made["node_token"].as_str().expect("node"),
        made["obj_token"].as_str().expect("object"),
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{object}"),
            &Value::Null
        ),
        0
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{node}"),
            &Value::Null
        ),
        1_770_002
    );
    let base = format!("POST {SPACES}/{WIKI_SPACE}/nodes/{node}");
    kit.call(
        END_USER,
        &format!("{base}/update_title"),
        &json!({ "title": "改名" }),
    )
    .expect("renamed");
    assert_eq!(kit.state.docx.documents[object].title(), "改名");
    assert_eq!(
        kit.code(END_USER, &format!("{base}/move"), &json!({})),
        131_002
    );
    let moved = kit
        .call(
            END_USER,
            &format!("{base}/move"),
            &json!({ "target_parent_token": WIKI_DB_NODE }),
        )
        .expect("moved");
    assert_eq!(moved["node"]["parent_node_token"], WIKI_DB_NODE);
    let circle = json!({ "target_parent_token": node });
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("POST {SPACES}/{WIKI_SPACE}/nodes/{WIKI_NODE}/move"),
            &circle
        ),
        131_101
    );
    let copy = kit
        .call(
            END_USER,
            &format!("{base}/copy"),
            &json!({ "target_space_id": WIKI_SPACE }),
        )
        .expect("copied");
    assert_eq!(
        (&copy["node"]["title"], &copy["node"]["parent_node_token"]),
        (&json!("改名"), &json!(""))
    );
    assert_ne!(copy["node"]["obj_token"], object);
    let short = json!({ "obj_type": "docx", "node_type": "shortcut", "origin_node_token": node });
    let short = kit.call(END_USER, &line, &short).expect("linked");
    assert_eq!(
        (
            &short["node"]["obj_token"],
            &short["node"]["origin_node_token"]
        ),
        (&json!(object), &json!(node))
    );
    assert_eq!(
        kit.code(
            END_USER,
            &line,
            &json!({ "obj_type": "doc", "node_type": "origin" })
        ),
        131_010
    );
    tree(&mut kit, "");
}

#[test]
fn documents_move_into_the_wiki_at_once_or_by_a_task() {
    let mut kit = Kit::new();
    let line = format!("POST {SPACES}/{WIKI_SPACE}/nodes/move_docs_to_wiki");
    let body = |token: &str, kind: &str| json!({ "obj_token": token, "obj_type": kind, "parent_wiki_token": WIKI_NODE });
    assert_eq!(
        kit.code(END_USER, &line, &body(RESEARCH_DOC, "docx")),
        131_006
    );
    assert_eq!(
        kit.code(DEVELOPER, &line, &body(RESEARCH_DOC, "sheet")),
        131_005
    );
    let moved = kit
        .call(DEVELOPER, &line, &body(RESEARCH_DOC, "docx"))
        .expect("moved");
    assert!(moved["wiki_token"].is_string());
    assert_eq!(
        kit.code(DEVELOPER, &line, &body(RESEARCH_DOC, "docx")),
        131_008
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{RESEARCH_DOC}"),
            &Value::Null
        ),
        0,
        "the wiki shows it"
    );
    let task = kit
        .call(DEVELOPER, &line, &body(BASE, "bitable"))
        .expect("started");
    let check = format!(
        "GET /wiki/v2/tasks/{}?task_type=move",
        task["task_id"].as_str().expect("task")
    );
    let status = |kit: &mut Kit| {
        kit.call(DEVELOPER, &check, &Value::Null).expect("task")["task"]["move_result"][0]["status"]
            .clone()
    };
    assert_eq!((status(&mut kit), status(&mut kit)), (json!(1), json!(0)));
    let apply = json!({ "obj_token": WELCOME_DOC, "obj_type": "docx", "apply": true });
    let own = kit
        .call(DEVELOPER, "POST /docx/v1/documents", &json!({}))
        .expect("doc")["document"]["document_id"]
        .clone();
    let refused = json!({ "obj_token": own, "obj_type": "docx" });
    let hr = format!("POST {SPACES}/{HR_SPACE}/nodes/move_docs_to_wiki");
    assert_eq!(kit.code(DEVELOPER, &hr, &refused), 131_006);
    let asked = json!({ "obj_token": own, "obj_type": "docx", "apply": true });
    assert_eq!(
        kit.call(DEVELOPER, &hr, &asked).expect("asked")["applied"],
        true
    );
    assert_eq!(kit.code(END_USER, &hr, &apply), 131_006);
}

fn search(kit: &mut Kit, who: &str, body: &Value) -> Value {
    kit.call(who, "POST /search/v2/doc_wiki/search", body)
        .expect("found")
}

fn found(result: &Value) -> Vec<&str> {
    let units = result["res_units"].as_array().expect("units");
    units
        .iter()
        .filter_map(|unit| unit["result_meta"]["token"].as_str())
        .collect()
}

#[test]
fn search_shows_only_what_the_person_may_read() {
    let mut kit = Kit::new();
    let both = |query: &str| json!({ "query": query, "doc_filter": {}, "wiki_filter": {} });
    let secret = both("薪酬");
    assert!(found(&search(&mut kit, ADMIN, &secret)).contains(&PRIVATE_DOC));
    assert_eq!(search(&mut kit, END_USER, &secret)["total"], 0);
    let all = search(&mut kit, OTHER_USER, &both(""));
    assert_eq!(
        (&all["total"], found(&all).contains(&OTHER_DOC)),
        (&json!(2), true)
    );
    let gone = search(&mut kit, DEVELOPER, &both("已废弃"));
    assert!(!found(&gone).contains(&DELETED_DOC));
}

#[test]
fn search_marks_hits_filters_and_counts_honestly() {
    let mut kit = Kit::new();
    let hit = search(
        &mut kit,
        END_USER,
        &json!({ "query": "welcome acme", "doc_filter": {} }),
    );
    assert_eq!(found(&hit)[0], WELCOME_DOC);
    let unit = &hit["res_units"][0];
    assert!(
        unit["title_highlighted"]
            .as_str()
            .is_some_and(|title| title.contains("<h>Welcome</h> to <h>Acme</h>"))
    );
    assert_eq!(
        (&unit["entity_type"], &unit["result_meta"]["doc_types"]),
        (&json!("DOC"), &json!("DOCX"))
    );
    let wiki = search(
        &mut kit,
        END_USER,
        &json!({ "query": "回滚脚本", "wiki_filter": { "space_ids": [WIKI_SPACE] } }),
    );
    assert_eq!(
        (found(&wiki), &wiki["res_units"][0]["entity_type"]),
        (vec![WIKI_DB_NODE], &json!("WIKI"))
    );
    assert!(
        wiki["res_units"][0]["summary_highlighted"]
            .as_str()
            .is_some_and(|text| text.contains("<h>回滚脚本</h>"))
    );
    let title_only = search(
        &mut kit,
        END_USER,
        &json!({ "query": "回滚脚本", "wiki_filter": { "only_title": true } }),
    );
    assert_eq!(title_only["total"], 0);
    let mut seen = Vec::new();
    let mut body = json!({ "query": "", "doc_filter": {}, "wiki_filter": {}, "page_size": 4 });
    loop {
        let page = search(&mut kit, END_USER, &body);
        seen.extend(found(&page).into_iter().map(str::to_owned));
        if page["has_more"] == false {
            assert_eq!(page["total"], seen.len());
            break;
        }
        body["page_token"] = page["page_token"].clone();
    }
    let line = "POST /search/v2/doc_wiki/search";
    for body in [
        json!({ "query": "x" }),
        json!({ "query": "x".repeat(51), "doc_filter": {} }),
        json!({ "query": "", "doc_filter": {}, "page_size": 21 }),
    ] {
        assert_eq!(kit.code(END_USER, line, &body), 99_992_402);
    }
}

#[test]
fn the_older_searches_answer_too() {
    let mut kit = Kit::new();
    let line = "POST /suite/docs-api/search/object";
    let got = kit
        .call(
            END_USER,
            line,
            &json!({ "search_key": "欢迎", "count": 1, "docs_types": ["doc"] }),
        )
        .expect("found");
    assert_eq!(got["docs_entities"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        got["has_more"].as_bool(),
        Some(got["total"].as_u64() > Some(1))
    );
    assert_eq!(
        kit.code(
            END_USER,
            line,
            &json!({ "search_key": "", "count": 50, "offset": 150 })
        ),
        99_992_402
    );
    for version in ["v1", "v2"] {
        let body = json!({ "query": "数据库", "space_id": WIKI_SPACE });
        let got = kit
            .call(
                END_USER,
                &format!("POST /wiki/{version}/nodes/search"),
                &body,
            )
            .expect("found");
        assert_eq!(got["items"][0]["node_id"], WIKI_DB_NODE);
    }
}
