//! To Markdown and HTML and back.

use super::*;

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
