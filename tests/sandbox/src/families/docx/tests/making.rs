//! Blocks that are made.

use super::*;

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
