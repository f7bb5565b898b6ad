//! Blocks that change or go.

use super::*;

#[test]
fn a_deleted_range_takes_its_descendants_and_nothing_else() {
    let mut kit = Kit::new();
    let all = blocks(&mut kit, WELCOME_DOC);
    let children: Vec<String> = all[0]["children"]
        .as_array()
        .expect("children")
        .iter()
        .filter_map(|c| c.as_str().map(str::to_owned))
        .collect();
    let line = format!("DELETE {DOCS}/{WELCOME_DOC}/blocks/{WELCOME_DOC}/children/batch_delete");
    for (start, end) in [(3, 3), (4, 2), (0, children.len() + 1)] {
        assert_eq!(
            kit.code(
                ADMIN,
                &line,
                &json!({ "start_index": start, "end_index": end })
            ),
            1_770_001
        );
    }
    kit.call(ADMIN, &line, &json!({ "start_index": 1, "end_index": 4 }))
        .expect("deleted");
    let left = blocks(&mut kit, WELCOME_DOC);
    assert_preorder(&left);
    let kept: Vec<&str> = left[0]["children"]
        .as_array()
        .expect("children")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let expected: Vec<&str> = children
        .iter()
        .enumerate()
        .filter(|(i, _)| !(1..4).contains(i))
        .map(|(_, c)| c.as_str())
        .collect();
    assert_eq!(kept, expected);
    assert_eq!(
        kit.state.docx.documents[WELCOME_DOC].blocks.len(),
        left.len(),
        "no orphans"
    );
    let callout = left
        .iter()
        .find(|block| block["block_type"] == 19)
        .expect("callout");
    let table = left
        .iter()
        .find(|block| block["block_type"] == 31)
        .expect("table");
    for container in [callout, table] {
        let line = format!(
            "DELETE {DOCS}/{WELCOME_DOC}/blocks/{}/children/batch_delete",
            id(container)
        );
        assert_eq!(
            kit.code(ADMIN, &line, &json!({ "start_index": 0, "end_index": 1 })),
            1_770_031
        );
    }
}

#[test]
fn a_batch_changes_all_or_nothing_and_each_block_once() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let todo = json!({ "block_type": 17, "todo": { "elements": [{ "text_run": { "content": "买咖啡" } }] } });
    let made = kit
        .call(
            ADMIN,
            &format!("POST {DOCS}/{doc}/blocks/{doc}/children"),
            &json!({ "children": [todo, text("b")] }),
        )
        .expect("made");
    let (a, b) = (
        id(&made["children"][0]).to_owned(),
        id(&made["children"][1]).to_owned(),
    );
    let line = format!("PATCH {DOCS}/{doc}/blocks/batch_update");
    let new = |id: &str, content: &str| json!({ "block_id": id, "update_text_elements": { "elements": [{ "text_run": { "content": content } }] } });
    let done =
        json!({ "block_id": a, "update_text_style": { "style": { "done": true }, "fields": [2] } });
    let after = kit
        .call(ADMIN, &line, &json!({ "requests": [done, new(&b, "B")] }))
        .expect("updated");
    assert_eq!(after["blocks"][0]["todo"]["style"]["done"], true);
    assert_eq!(after["document_revision_id"], 3);
    assert_eq!(
        kit.code(
            ADMIN,
            &line,
            &json!({ "requests": [new(&a, "1"), new(&a, "2")] })
        ),
        1_770_001
    );
    let half = json!({ "requests": [new(&b, "lost"), { "block_id": b.to_lowercase() + "x", "update_text_elements": { "elements": [] } }] });
    assert_eq!(kit.code(ADMIN, &line, &half), 1_770_002);
    let block = kit
        .call(ADMIN, &format!("GET {DOCS}/{doc}/blocks/{b}"), &Value::Null)
        .expect("block");
    assert_eq!(
        block["block"]["text"]["elements"][0]["text_run"]["content"],
        "B"
    );
    let wrong = json!({ "requests": [{ "block_id": b, "update_text_style": { "style": { "done": true }, "fields": [2] } }] });
    assert_eq!(kit.code(ADMIN, &line, &wrong), 1_770_025);
    let many: Vec<Value> = (0..201).map(|n| new(&n.to_string(), "x")).collect();
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "requests": many })),
        1_770_034
    );
}

#[test]
fn the_page_block_is_the_title() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("PATCH {DOCS}/{doc}/blocks/{doc}");
    let body =
        json!({ "update_text_elements": { "elements": [{ "text_run": { "content": "改名" } }] } });
    kit.call(ADMIN, &line, &body).expect("renamed");
    let got = kit
        .call(ADMIN, &format!("GET {DOCS}/{doc}"), &Value::Null)
        .expect("document");
    assert_eq!(got["document"]["title"], "改名");
    assert_eq!(kit.state.drive.entries[&doc].title, "改名");
}
