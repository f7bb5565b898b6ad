//! The docx endpoints from outside, on the demo content.
#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

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

#[test]
fn listing_is_preorder_whatever_the_page_size() {
    let mut kit = Kit::new();
    for doc in [WELCOME_DOC, LONG_DOC] {
        let paged = blocks(&mut kit, doc);
        assert_preorder(&paged);
        let whole = kit
            .call(
                ADMIN,
                &format!("GET {DOCS}/{doc}/blocks?page_size=500"),
                &Value::Null,
            )
            .expect("page");
        assert_eq!(
            whole["items"].as_array().expect("items")[..],
            paged[..whole["items"].as_array().map_or(0, Vec::len)]
        );
    }
    assert!(blocks(&mut kit, LONG_DOC).len() >= 250);
    let foreign = kit
        .call(
            ADMIN,
            &format!("GET {DOCS}/{LONG_DOC}/blocks?page_size=5"),
            &Value::Null,
        )
        .expect("page");
    let token = foreign["page_token"].as_str().expect("token");
    let line = format!("GET {DOCS}/{WELCOME_DOC}/blocks?page_token={token}");
    assert_eq!(kit.code(ADMIN, &line, &Value::Null), 1_770_022);
}

#[test]
fn every_write_adds_one_revision_and_a_repeated_token_none() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    for expected in 2..6 {
        let made = kit
            .call(ADMIN, &line, &json!({ "children": [text("x")] }))
            .expect("made");
        assert_eq!(made["document_revision_id"], expected);
        assert!(
            made["client_token"]
                .as_str()
                .is_some_and(|token| token.len() == 36)
        );
    }
    let again = format!("{line}?client_token=7d3c7a7e-0000-4000-8000-000000000001");
    let first = kit
        .call(ADMIN, &again, &json!({ "children": [text("once")] }))
        .expect("made");
    let second = kit
        .call(ADMIN, &again, &json!({ "children": [text("once")] }))
        .expect("replayed");
    assert_eq!(first, second);
    assert_eq!(blocks(&mut kit, &doc).len(), 6);
    let failed = kit.code(
        ADMIN,
        &line,
        &json!({ "children": [text("ok"), { "block_type": 1, "page": {} }] }),
    );
    assert_eq!(failed, 1_770_029);
    assert_eq!(
        blocks(&mut kit, &doc).len(),
        6,
        "a failed write leaves nothing behind"
    );
}

#[test]
fn an_old_revision_is_rebased_until_the_gap_is_too_wide() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    kit.state
        .docx
        .documents
        .get_mut(&doc)
        .expect("document")
        .revision = 1_500;
    let line = |revision: i64| {
        format!("POST {DOCS}/{doc}/blocks/{doc}/children?document_revision_id={revision}")
    };
    let body = json!({ "children": [text("x")] });
    assert_eq!(kit.code(ADMIN, &line(499), &body), 1_770_021);
    assert_eq!(kit.code(ADMIN, &line(9_999), &body), 1_770_001);
    assert_eq!(kit.code(ADMIN, &line(500), &body), 0);
    assert_eq!(kit.code(ADMIN, &line(-1), &body), 0);
}

#[test]
fn who_may_not_read_is_refused_and_what_is_gone_is_gone() {
    let mut kit = Kit::new();
    let get = |doc: &str| format!("GET {DOCS}/{doc}");
    assert_eq!(kit.code(ADMIN, &get(PRIVATE_DOC), &Value::Null), 0);
    assert_eq!(
        kit.code(END_USER, &get(PRIVATE_DOC), &Value::Null),
        1_770_032
    );
    assert_eq!(kit.code("app", &get(PRIVATE_DOC), &Value::Null), 1_770_032);
    assert_eq!(kit.code("app", &get(WELCOME_DOC), &Value::Null), 0);
    assert_eq!(kit.code(ADMIN, &get(OTHER_DOC), &Value::Null), 1_770_032);
    assert_eq!(
        kit.code(OTHER_USER, &get(WELCOME_DOC), &Value::Null),
        1_770_032
    );
    assert_eq!(
        kit.code(DEVELOPER, &get(DELETED_DOC), &Value::Null),
        1_770_003
    );
    assert_eq!(
        kit.code(ADMIN, &get("nosuchdocumentnosuchdocumen"), &Value::Null),
        1_770_002
    );
    let write = format!("POST {DOCS}/{WELCOME_DOC}/blocks/{WELCOME_DOC}/children");
    assert_eq!(
        kit.code(END_USER, &write, &json!({ "children": [text("x")] })),
        1_770_032,
        "readers may not write"
    );
}

#[test]
fn a_table_comes_with_cells_that_hold_an_empty_paragraph() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let table =
        json!({ "block_type": 31, "table": { "property": { "row_size": 2, "column_size": 3 } } });
    let made = kit
        .call(ADMIN, &line, &json!({ "children": [table] }))
        .expect("made");
    let table = &made["children"][0];
    assert_eq!(table["table"]["cells"], table["children"]);
    assert_eq!(table["children"].as_array().map(Vec::len), Some(6));
    let all = blocks(&mut kit, &doc);
    assert_preorder(&all);
    assert_eq!(
        all.iter().filter(|block| block["block_type"] == 32).count(),
        6
    );
    assert_eq!(
        all.iter().filter(|block| block["block_type"] == 2).count(),
        6
    );
    let big =
        json!({ "block_type": 31, "table": { "property": { "row_size": 10, "column_size": 3 } } });
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "children": [big] })),
        1_770_001
    );
}

#[test]
fn every_bad_block_is_named_or_has_its_code() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let cases = [
        (
            json!({ "block_type": 2, "text": { "elements": [], "colour": 1 } }),
            99_992_402,
            "children[0].text.colour",
        ),
        (
            json!({ "block_type": 2, "text": {} }),
            99_992_402,
            "children[0].text.elements",
        ),
        (
            json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": 7 } }] } }),
            99_992_402,
            "children[0].text.elements[0].text_run.content",
        ),
        (
            json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": "" , "text_element_style": { "bold": 1 } } }] } }),
            99_992_402,
            "children[0].text.elements[0].text_run.text_element_style.bold",
        ),
        (
            json!({ "block_type": 19, "callout": { "background_color": 16 } }),
            99_992_402,
            "children[0].callout.background_color",
        ),
        (
            json!({ "block_type": 14, "code": { "elements": [], "style": { "language": 76 } } }),
            99_992_402,
            "children[0].code.style.language",
        ),
        (
            json!({ "text": { "elements": [] } }),
            99_992_402,
            "children[0].block_type",
        ),
        (
            json!({ "block_type": 2, "bullet": { "elements": [] } }),
            1_770_006,
            "",
        ),
        (json!({ "block_type": 2 }), 1_770_006, ""),
        (json!({ "block_type": 77 }), 1_770_001, ""),
        (json!({ "block_type": 32, "table_cell": {} }), 1_770_029, ""),
        (json!({ "block_type": 35, "task": {} }), 1_770_029, ""),
        (
            json!({ "block_type": 51, "sub_page_list": {} }),
            1_770_029,
            "",
        ),
        (
            json!({ "block_type": 24, "grid": { "column_size": 6 } }),
            1_770_012,
            "",
        ),
        (
            json!({ "block_type": 27, "image": { "token": "abc" } }),
            1_770_013,
            "",
        ),
        (
            json!({ "block_type": 31, "table": { "property": { "row_size": 1, "column_size": 1, "merge_info": [] } } }),
            1_770_001,
            "",
        ),
        (
            json!({ "block_type": 2, "text": { "elements": [{ "mention_user": { "user_id": "ou_nobody" } }] } }),
            1_770_001,
            "",
        ),
    ];
    for (block, code, field) in cases {
        let error = kit
            .call(ADMIN, &line, &json!({ "children": [block] }))
            .expect_err("refused");
        assert_eq!(error.code, code, "{block}");
        if !field.is_empty() {
            assert_eq!(error.detail["field_violations"][0]["field"], field);
        }
    }
    let many: Vec<Value> = (0..51).map(|_| text("x")).collect();
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "children": many })),
        99_992_402
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &line,
            &json!({ "children": [text("x")], "index": 9 })
        ),
        1_770_001
    );
    let long = "字".repeat(100_001);
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "children": [text(&long)] })),
        4_000_027
    );
    let sheets: Vec<Value> = (0..6)
        .map(|_| json!({ "block_type": 30, "sheet": {} }))
        .collect();
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "children": sheets })),
        1_770_035
    );
}

#[test]
fn every_creatable_kind_is_accepted() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let mut children = vec![
        json!({ "block_type": 18, "bitable": { "view_type": 2 } }),
        json!({ "block_type": 19, "callout": { "emoji_id": "bulb" } }),
        json!({ "block_type": 20, "chat_card": { "chat_id": "oc_1" } }),
        json!({ "block_type": 22, "divider": {} }),
        json!({ "block_type": 23, "file": { "token": "" } }),
        json!({ "block_type": 24, "grid": { "column_size": 3 } }),
        json!({ "block_type": 26, "iframe": { "component": { "iframe_type": 8, "url": "https%3A%2F%2Ffigma.com" } } }),
        json!({ "block_type": 27, "image": {} }),
        json!({ "block_type": 28, "isv": {} }),
        json!({ "block_type": 30, "sheet": { "row_size": 3, "column_size": 3 } }),
        json!({ "block_type": 34, "quote_container": {} }),
        json!({ "block_type": 36, "okr": { "okr_id": "1" } }),
        json!({ "block_type": 40, "add_ons": { "component_type_id": "blk_1", "record": "{}" } }),
        json!({ "block_type": 42, "wiki_catalog": {} }),
        json!({ "block_type": 43, "board": { "align": 2 } }),
        json!({ "block_type": 48, "link_preview": { "url": "x", "url_type": "MessageLink" } }),
    ];
    for (number, key) in (2..=15).chain([17]).zip([
        "text", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "heading7",
        "heading8", "heading9", "bullet", "ordered", "code", "quote", "todo",
    ]) {
        children.push(json!({ "block_type": number, key: { "elements": [{ "text_run": { "content": key } }] } }));
    }
    let made = kit
        .call(ADMIN, &line, &json!({ "children": children }))
        .expect("all made");
    let made = made["children"].as_array().expect("children");
    assert_eq!(made.len(), children.len());
    assert_eq!(made[4]["block_type"], 33, "a file comes inside a view");
    assert!(
        made[0]["bitable"]["token"]
            .as_str()
            .is_some_and(|token| token.contains("_tbl"))
    );
    assert_preorder(&blocks(&mut kit, &doc));
    let okr = json!({ "children": [{ "block_type": 36, "okr": { "okr_id": "1" } }] });
    let made = kit
        .call("app", &format!("POST {DOCS}"), &json!({}))
        .expect("created");
    let own = made["document"]["document_id"]
        .as_str()
        .expect("id")
        .to_owned();
    assert_eq!(
        kit.code(
            "app",
            &format!("POST {DOCS}/{own}/blocks/{own}/children"),
            &okr
        ),
        1_770_029
    );
}

#[test]
fn nested_blocks_get_real_ids_in_one_call() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/descendant");
    let leaf = |id: &str| {
        let mut block = text(id);
        block["block_id"] = Value::from(id);
        block
    };
    let body = json!({ "index": 0, "children_id": ["l", "t"], "descendants": [
        { "block_id": "t", "block_type": 31, "table": { "property": { "row_size": 1, "column_size": 2 } }, "children": ["c1", "c2"] },
        { "block_id": "c1", "block_type": 32, "table_cell": {}, "children": ["x1"] },
        { "block_id": "c2", "block_type": 32, "table_cell": {}, "children": ["f"] },
        leaf("x1"),
        { "block_id": "f", "block_type": 23, "file": { "token": "" } },
        { "block_id": "l", "block_type": 12, "bullet": { "elements": [{ "text_run": { "content": "a" } }] }, "children": ["m"] },
        { "block_id": "m", "block_type": 12, "bullet": { "elements": [{ "text_run": { "content": "b" } }] } },
    ]});
    let made = kit.call(ADMIN, &line, &body).expect("made");
    assert_eq!(made["children"][0]["block_type"], 12);
    assert_eq!(made["block_id_relations"].as_array().map(Vec::len), Some(7));
    let all = blocks(&mut kit, &doc);
    assert_preorder(&all);
    let types: Vec<i64> = all
        .iter()
        .filter_map(|block| block["block_type"].as_i64())
        .collect();
    assert_eq!(types, [1, 12, 12, 31, 32, 2, 32, 33, 23]);

    let refused = |kit: &mut Kit, children: Value, descendants: Value| {
        kit.code(
            ADMIN,
            &line,
            &json!({ "children_id": children, "descendants": descendants }),
        )
    };
    assert_eq!(
        refused(&mut kit, json!(["a"]), json!([leaf("a"), leaf("a")])),
        1_770_019
    );
    assert_eq!(
        refused(&mut kit, json!(["a"]), json!([leaf("a"), leaf("stray")])),
        1_770_014
    );
    assert_eq!(
        refused(&mut kit, json!(["a", "gone"]), json!([leaf("a")])),
        1_770_014
    );
    let callout = json!({ "block_id": "k", "block_type": 19, "callout": {} });
    assert_eq!(refused(&mut kit, json!(["k"]), json!([callout])), 1_770_041);
    let table = json!({ "block_id": "t", "block_type": 31, "table": { "property": { "row_size": 1, "column_size": 2 } }, "children": ["a"] });
    assert_eq!(
        refused(&mut kit, json!(["t"]), json!([table, leaf("a")])),
        1_770_014
    );
    let holder = json!({ "block_id": "k", "block_type": 19, "callout": {}, "children": ["d"] });
    let divider = json!({ "block_id": "d", "block_type": 22, "divider": {} });
    assert_eq!(
        refused(&mut kit, json!(["k"]), json!([holder, divider])),
        1_770_030
    );
    let code =
        json!({ "block_id": "c", "block_type": 14, "code": { "elements": [] }, "children": ["a"] });
    assert_eq!(
        refused(&mut kit, json!(["c"]), json!([code, leaf("a")])),
        1_770_028
    );
    let circle = json!({ "block_id": "l", "block_type": 12, "bullet": { "elements": [] }, "children": ["l"] });
    assert_eq!(refused(&mut kit, json!(["l"]), json!([circle])), 1_770_014);
}

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

/// A document with one table; gives document and table.
fn with_table(kit: &mut Kit, rows: usize, columns: usize) -> (String, String) {
    let doc = fresh(kit);
    let table = json!({ "block_type": 31, "table": { "property": { "row_size": rows, "column_size": columns } } });
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let made = kit
        .call(ADMIN, &line, &json!({ "children": [table] }))
        .expect("made");
    (doc, id(&made["children"][0]).to_owned())
}

#[test]
fn tables_grow_shrink_and_keep_their_merges_in_place() {
    let mut kit = Kit::new();
    let (doc, table) = with_table(&mut kit, 3, 3);
    let line = format!("PATCH {DOCS}/{doc}/blocks/{table}");
    let mut patch = |body: Value| kit.call(ADMIN, &line, &body);
    let merge = json!({ "merge_table_cells": { "row_start_index": 1, "row_end_index": 3, "column_start_index": 1, "column_end_index": 3 } });
    let after = patch(merge).expect("merged");
    assert_eq!(
        after["block"]["table"]["property"]["merge_info"][4],
        json!({ "row_span": 2, "col_span": 2 })
    );
    let after = patch(json!({ "insert_table_row": { "row_index": 0 } })).expect("inserted");
    let property = &after["block"]["table"]["property"];
    assert_eq!(
        (
            &property["row_size"],
            &property["merge_info"][7]["row_span"]
        ),
        (&json!(4), &json!(2))
    );
    let after = patch(json!({ "insert_table_row": { "row_index": 3 } }))
        .expect("inserted inside the merge");
    assert_eq!(
        after["block"]["table"]["property"]["merge_info"][7]["row_span"],
        3
    );
    let after = patch(json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 3 } }))
        .expect("deleted");
    let property = &after["block"]["table"]["property"];
    assert_eq!(property["row_size"], 2);
    assert_eq!(
        property["merge_info"][1],
        json!({ "row_span": 2, "col_span": 2 })
    );
    assert_eq!(after["block"]["children"].as_array().map(Vec::len), Some(6));
    let after = patch(json!({ "insert_table_column": { "column_index": -1 } })).expect("inserted");
    assert_eq!(
        after["block"]["table"]["property"]["column_width"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    let after = patch(json!({ "unmerge_table_cells": { "row_index": 1, "column_index": 2 } }))
        .expect("split");
    assert!(
        after["block"]["table"]["property"]["merge_info"]
            .as_array()
            .expect("infos")
            .iter()
            .all(|i| i["row_span"] == 1)
    );
    let code = |result: Result<Value, crate::gateway::ApiError>| result.expect_err("refused").code;
    assert_eq!(
        code(patch(
            json!({ "unmerge_table_cells": { "row_index": 0, "column_index": 0 } })
        )),
        1_770_024
    );
    assert_eq!(
        code(patch(
            json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 2 } })
        )),
        1_770_024
    );
    assert_eq!(
        code(patch(
            json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 9 } })
        )),
        1_770_026
    );
    assert_eq!(
        code(patch(
            json!({ "insert_table_column": { "column_index": 9 } })
        )),
        1_770_027
    );
    assert_eq!(
        code(patch(
            json!({ "update_table_property": { "column_width": 90 } })
        )),
        1_770_001
    );
    assert_eq!(
        code(patch(
            json!({ "insert_table_row": { "row_index": 0 }, "insert_table_column": { "column_index": 0 } })
        )),
        1_770_001
    );
    assert_eq!(
        code(patch(json!({ "update_text_elements": { "elements": [] } }))),
        1_770_025
    );
    let after = patch(json!({ "update_table_property": { "column_width": 90, "column_index": 1, "header_row": true } })).expect("set");
    assert_eq!(after["block"]["table"]["property"]["column_width"][1], 90);
    assert_preorder(&blocks(&mut kit, &doc));
}

#[test]
fn grids_keep_between_two_and_five_columns() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let grid = json!({ "children": [{ "block_type": 24, "grid": { "column_size": 2 } }] });
    let made = kit
        .call(
            ADMIN,
            &format!("POST {DOCS}/{doc}/blocks/{doc}/children"),
            &grid,
        )
        .expect("made");
    let line = format!("PATCH {DOCS}/{doc}/blocks/{}", id(&made["children"][0]));
    let mut patch = |body: Value| {
        kit.call(ADMIN, &line, &body)
            .map_or_else(|error| error.code, |_| 0)
    };
    assert_eq!(
        patch(json!({ "delete_grid_column": { "column_index": 0 } })),
        1_770_024
    );
    for _ in 0..3 {
        assert_eq!(
            patch(json!({ "insert_grid_column": { "column_index": -1 } })),
            0
        );
    }
    assert_eq!(
        patch(json!({ "insert_grid_column": { "column_index": -1 } })),
        1_770_012
    );
    assert_eq!(
        patch(
            json!({ "update_grid_column_width_ratio": { "width_ratios": [20, 20, 20, 20, 21] } })
        ),
        1_770_001
    );
    assert_eq!(
        patch(
            json!({ "update_grid_column_width_ratio": { "width_ratios": [10, 30, 20, 20, 20] } })
        ),
        0
    );
    assert_eq!(
        patch(json!({ "delete_grid_column": { "column_index": -1 } })),
        0
    );
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

#[test]
fn mentions_speak_the_callers_ids() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let body = json!({ "children": [{ "block_type": 2, "text": { "elements": [{ "mention_user": { "user_id": Kit::open_id(END_USER) } }] } }] });
    let made = kit.call(ADMIN, &line, &body).expect("made");
    let mention = |value: &Value| value["text"]["elements"][0]["mention_user"]["user_id"].clone();
    assert_eq!(mention(&made["children"][0]), Kit::open_id(END_USER));
    let list = kit
        .call(
            ADMIN,
            &format!("GET {DOCS}/{doc}/blocks?user_id_type=user_id"),
            &Value::Null,
        )
        .expect("list");
    let user = kit
        .state
        .identity
        .user(TENANT_KEY, END_USER)
        .expect("person")
        .clone();
    assert_eq!(mention(&list["items"][1]), user.user_id);
    let raw = kit
        .call(
            ADMIN,
            &format!("GET {DOCS}/{doc}/raw_content?lang=1"),
            &Value::Null,
        )
        .expect("raw");
    assert_eq!(raw["content"], format!("新文档\n@{}\n", user.en_name));
}

#[test]
fn converted_markdown_can_be_inserted_and_exported_again() {
    let mut kit = Kit::new();
    let source = "# 标题\n\n正文 **粗** `code` [链接](https://a.b/c?d=1)\n\n- 一\n  - 二\n- [x] 完成\n\n1. 甲\n2. 乙\n\n> 引用\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![图](https://x.y/z.png)\n\n---\n";
    let body = json!({ "content_type": "markdown", "content": source });
    let made = kit
        .call(ADMIN, &format!("POST {DOCS}/blocks/convert"), &body)
        .expect("converted");
    assert_eq!(
        made["block_id_to_image_urls"][0]["image_url"],
        "https://x.y/z.png"
    );
    let link = "https%3A%2F%2Fa.b%2Fc%3Fd%3D1";
    assert!(made["blocks"].to_string().contains(link));
    let mut descendants = made["blocks"].clone();
    for block in descendants.as_array_mut().expect("blocks") {
        let block = block.as_object_mut().expect("block");
        block.remove("parent_id");
        if let Some(property) = block
            .get_mut("table")
            .and_then(|table| table["property"].as_object_mut())
        {
            property.remove("merge_info");
        }
    }
    let doc = fresh(&mut kit);
    let body = json!({ "children_id": made["first_level_block_ids"], "descendants": descendants });
    kit.call(
        ADMIN,
        &format!("POST {DOCS}/{doc}/blocks/{doc}/descendant"),
        &body,
    )
    .expect("inserted");
    assert_preorder(&blocks(&mut kit, &doc));
    let line = format!("GET /docs/v1/content?doc_token={doc}&doc_type=docx&content_type=markdown");
    let content = kit.call(ADMIN, &line, &Value::Null).expect("exported")["content"]
        .as_str()
        .expect("text")
        .to_owned();
    for piece in [
        "# 新文档",
        "# 标题",
        "**粗** `code` [链接](https://a.b/c?d=1)",
        "- 一\n  - 二\n- [x] 完成",
        "1. 甲\n2. 乙",
        "> 引用",
        "```rust\nfn main() {}\n```",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "---",
    ] {
        assert!(
            content.contains(piece),
            "{piece:?} is missing in\n{content}"
        );
    }
    assert_eq!(
        kit.code(
            ADMIN,
            "GET /docs/v1/content?doc_token=x&doc_type=docx&content_type=markdown",
            &Value::Null
        ),
        2_889_914
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!(
                "GET /docs/v1/content?doc_token={PRIVATE_DOC}&doc_type=docx&content_type=markdown"
            ),
            &Value::Null
        ),
        2_889_902
    );
}

#[test]
fn simple_html_converts_too() {
    let mut kit = Kit::new();
    let html = "<h2>Plan</h2><p>One <b>two</b> &amp; <a href=\"https://x.y\">three</a></p><ul><li>a<ol><li>b</li></ol></li></ul><table><tr><td>1</td><td>2</td></tr></table><pre>x\ny</pre><hr>";
    let body = json!({ "content_type": "html", "content": html });
    let made = kit
        .call(ADMIN, &format!("POST {DOCS}/blocks/convert"), &body)
        .expect("converted");
    let types: Vec<i64> = made["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .filter_map(|b| b["block_type"].as_i64())
        .collect();
    assert_eq!(types, [4, 2, 12, 13, 31, 32, 2, 32, 2, 14, 22]);
    assert_eq!(
        made["first_level_block_ids"].as_array().map(Vec::len),
        Some(6)
    );
}

#[test]
fn an_image_needs_an_upload_made_for_its_block() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let made = kit.call(ADMIN, &line, &json!({ "children": [{ "block_type": 27, "image": {} }, { "block_type": 27, "image": {} }] })).expect("made");
    let (one, two) = (
        id(&made["children"][0]).to_owned(),
        id(&made["children"][1]).to_owned(),
    );
    let extra = format!("{{\"drive_route_token\":\"{doc}\"}}");
    let fields = [
        ("file_name", "a.png"),
        ("parent_type", "docx_image"),
        ("parent_node", one.as_str()),
        ("size", "4"),
        ("extra", extra.as_str()),
    ];
    let token = kit
        .upload(
            ADMIN,
            "POST /drive/v1/medias/upload_all",
            &fields,
            b"\x89PNG",
        )
        .expect("uploaded")["file_token"]
        .clone();
    let body = json!({ "replace_image": { "token": token, "width": 12, "height": 9 } });
    assert_eq!(
        kit.code(ADMIN, &format!("PATCH {DOCS}/{doc}/blocks/{two}"), &body),
        1_770_013
    );
    let after = kit
        .call(ADMIN, &format!("PATCH {DOCS}/{doc}/blocks/{one}"), &body)
        .expect("replaced");
    assert_eq!(after["block"]["image"]["token"], token);
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("PATCH {DOCS}/{doc}/blocks/{one}"),
            &json!({ "replace_image": { "token": "none" } })
        ),
        1_770_038
    );
    let get = format!(
        "GET /drive/v1/medias/{}/download",
        token.as_str().expect("token")
    );
    assert_eq!(
        kit.call(ADMIN, &get, &Value::Null).expect("bytes"),
        json!([0x89, 0x50, 0x4e, 0x47])
    );
    assert_eq!(kit.code(END_USER, &get, &Value::Null), 1_061_004);
}

#[test]
fn ordered_items_print_where_their_list_begins() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let item = |key: &str, number: i64| json!({ "block_type": number, key: { "elements": [{ "text_run": { "content": "x" } }] } });
    let children = [
        item("ordered", 13),
        item("ordered", 13),
        item("bullet", 12),
        item("ordered", 13),
    ];
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let made = kit
        .call(ADMIN, &line, &json!({ "children": children }))
        .expect("made");
    let all = blocks(&mut kit, &doc);
    let sequence = |block: &Value| block["ordered"]["style"]["sequence"].clone();
    let expected = [json!("1"), json!("auto"), Value::Null, json!("1")];
    assert_eq!(all[1..].iter().map(sequence).collect::<Vec<_>>(), expected);
    let made = made["children"].as_array().expect("children");
    assert_eq!(made.iter().map(sequence).collect::<Vec<_>>(), expected);
}
