//! The docx endpoints from outside, on the demo content.

#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

mod changing;
mod converting;
mod making;
mod reading;
mod tables;

use serde_json::{Value, json};

use crate::demo::{
    ADMIN, DELETED_DOC, DEVELOPER, END_USER, LONG_DOC, OTHER_DOC, OTHER_USER, PRIVATE_DOC,
    TENANT_KEY, WELCOME_DOC,
};
use crate::families::testkit::Kit;

const DOCS: &str = "/docx/v1/documents";

fn text(content: &str) -> Value {
    json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": content } }] } })
}

fn fresh(kit: &mut Kit) -> String {
    let made = kit
        .call(
            ADMIN,
            &format!("POST {DOCS}"),
            &json!({ "title": "新文档" }),
        )
        .expect("created");
    assert_eq!(made["document"]["revision_id"], 1);
    made["document"]["document_id"]
        .as_str()
        .expect("id")
        .to_owned()
}

fn blocks(kit: &mut Kit, doc: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut token = String::new();
    loop {
        let line = format!("GET {DOCS}/{doc}/blocks?page_size=7&page_token={token}");
        let page = kit.call(ADMIN, &line, &Value::Null).expect("page");
        all.extend(page["items"].as_array().expect("items").clone());
        if page["has_more"] == false {
            return all;
        }
        token = page["page_token"].as_str().expect("token").to_owned();
    }
}

fn id(block: &Value) -> &str {
    block["block_id"].as_str().expect("block id")
}

/// Every block stands right after its parent and its earlier siblings' subtrees.
fn assert_preorder(all: &[Value]) {
    let mut stack: Vec<&str> = vec![id(&all[0])];
    let mut expected = Vec::new();
    while let Some(at) = stack.pop() {
        expected.push(at);
        let block = all
            .iter()
            .find(|block| id(block) == at)
            .expect("listed once");
        for child in block["children"].as_array().into_iter().flatten().rev() {
            stack.push(child.as_str().expect("id"));
        }
    }
    assert_eq!(expected, all.iter().map(id).collect::<Vec<_>>());
    for block in all.iter().skip(1) {
        let parent = all
            .iter()
            .find(|p| id(p) == block["parent_id"].as_str().expect("parent"))
            .expect("parent");
        let own = Value::from(id(block));
        assert!(
            parent["children"]
                .as_array()
                .expect("children")
                .contains(&own)
        );
    }
}
