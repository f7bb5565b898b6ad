//! The engine as a whole: what is written is what is read.

mod trees;

use std::collections::{HashMap, HashSet};

use feishu::api::docx::{Block, BlockKind, ElementStyle};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    compile::{Batch, MAX_BLOCKS, Parent, compile},
    parse::parse,
    render::{Names, Style, join, render},
    shape::without_fills,
    tree::{Kind, Node, Warning, Warnings},
};

/// Does to batches what Feishu does: every temporary id becomes a block, in order.
pub(crate) fn made(batches: &[Batch]) -> Vec<Block> {
    read(made_values(batches))
}

fn read(blocks: Vec<Value>) -> Vec<Block> {
    serde_json::from_value(Value::Array(blocks)).unwrap()
}

fn made_values(batches: &[Batch]) -> Vec<Value> {
    let mut blocks: Vec<Value> = vec![json!({
        "block_id": "root", "block_type": 1, "page": {"elements": []}, "children": []
    })];
    let mut place: HashMap<String, usize> = HashMap::from([("root".to_owned(), 0)]);
    for batch in batches {
        let parent = match &batch.parent {
            Parent::Root => "root".to_owned(),
            Parent::Made(id) => id.clone(),
        };
        for block in &batch.blocks {
            let mut value = serde_json::to_value(block).unwrap();
            if block.kind == BlockKind::Table {
                value["table"]["cells"] = json!(block.children);
            }
            place.insert(block.block_id.clone(), blocks.len());
            blocks.push(value);
        }
        let children = blocks[place[&parent]]["children"].as_array_mut().unwrap();
        children.extend(batch.tops.iter().map(|id| json!(id)));
    }
    blocks
}

fn there_and_back(markdown: &str) -> String {
    let mut parsed = parse(markdown);
    let nodes = without_fills(parsed.nodes, &mut parsed.warnings);
    let batches = compile(nodes, &mut parsed.warnings);
    check_limits(&batches);
    let names = Names::from([("ou_ann12345".to_owned(), "Ann Lee".to_owned())]);
    join(&render(&made(&batches), &names, Style::default()))
}

fn warnings(markdown: &str) -> Warnings {
    let mut parsed = parse(markdown);
    let nodes = without_fills(parsed.nodes, &mut parsed.warnings);
    compile(nodes, &mut parsed.warnings);
    parsed.warnings
}

fn check_limits(batches: &[Batch]) {
    let mut known: HashSet<&str> = HashSet::new();
    for batch in batches {
        assert!((1..=MAX_BLOCKS).contains(&batch.blocks.len()));
        assert!(!batch.tops.is_empty());
        if let Parent::Made(id) = &batch.parent {
            assert!(known.contains(id.as_str()), "parent is made before");
        }
        let ids: HashSet<&str> = batch.blocks.iter().map(|b| b.block_id.as_str()).collect();
        assert_eq!(ids.len(), batch.blocks.len(), "temporary ids are unique");
        let mut mentions = 0;
        for block in &batch.blocks {
            assert!(block.children.iter().all(|id| ids.contains(id.as_str())));
            if matches!(
                block.kind,
                BlockKind::TableCell | BlockKind::Callout | BlockKind::GridColumn
            ) {
                assert!(!block.children.is_empty());
            }
            if block.kind == BlockKind::Table {
                let property = &block.payload["property"];
                let rows = property["row_size"].as_u64().unwrap();
                let columns = property["column_size"].as_u64().unwrap();
                assert!(columns <= 100 && rows * columns <= 2000);
                assert_eq!(block.children.len() as u64, rows * columns);
            }
            if let Some(elements) = block.payload["elements"].as_array() {
                assert!(!elements.is_empty());
                mentions += elements
                    .iter()
                    .filter(|e| e.get("mention_user").is_some())
                    .count();
            }
        }
        assert!(mentions <= 200);
        known.extend(ids);
    }
}

#[test]
fn everything_that_can_be_written_reads_as_it_was_written() {
    let golden = include_str!("tests/golden.md");
    assert_eq!(there_and_back(golden).trim_end(), golden.trim_end());
    assert_eq!(warnings(golden).iter().count(), 0);
}

#[test]
fn chinese_bold_next_to_punctuation_is_bold() {
    assert_eq!(
        there_and_back("**注意：**请看"),
        there_and_back("**注意：** 请看").replace(' ', "")
    );
    let Kind::Text(rich) = &parse("前文**重点（必读）。**后文").nodes[0].kind else {
        panic!()
    };
    assert_eq!(rich.len(), 3);
    assert!(
        parse(r"\*\*不是粗体：\*\*吧").nodes[0]
            == Node::leaf(Kind::Text(vec![super::tree::Inline::Text {
                content: "**不是粗体：**吧".to_owned(),
                style: ElementStyle::default()
            }]))
    );
}

#[test]
fn what_markdown_cannot_express_is_kept_with_a_warning() {
    let cases = [
        (
            "![a plan](https://x.test/a.png)",
            Warning::ImageAsLink,
            "[a plan](https://x.test/a.png)",
        ),
        (
            "[the plan](file:upload:plan)",
            Warning::FileAsLink,
            "the plan (upload:plan)",
        ),
        ("<div>hello</div>", Warning::Html, "\\<div>hello\\</div>"),
        ("[bad](javascript:alert(1))", Warning::UnsafeLink, "bad"),
        ("@[Bob](user:bob)", Warning::BadMention, "@Bob"),
        (
            "```mermaid\ngraph TD\n```",
            Warning::DiagramAsCode,
            "```\ngraph TD\n```",
        ),
        (
            "---\ntitle: x\n---\n\nbody",
            Warning::Frontmatter,
            "```yaml\ntitle: x\n```\n\nbody",
        ),
        (
            "> [!NOTE]\n> ```\n> code\n> ```",
            Warning::CodeInCallout,
            "> [!NOTE]\n> `code`",
        ),
        (
            "> [!TIP]\n> a\n>\n> ---\n>\n> b",
            Warning::BlockLifted,
            "> [!TIP]\n> a\n>\n> b\n\n---",
        ),
    ];
    for (markdown, warning, printed) in cases {
        assert!(warnings(markdown).has(warning), "{markdown}");
        assert_eq!(there_and_back(markdown), printed);
    }
}

#[test]
fn a_table_of_any_size_is_written_in_parts_with_its_header() {
    let mut markdown = String::from("| n | square |\n|---|---|\n");
    for n in 0..1500 {
        markdown.push_str(&format!("| {n} | {} |\n", n * n));
    }
    let printed = there_and_back(&markdown);
    assert!(parse(&markdown).nodes.len() == 1);
    assert_eq!(printed.matches("| n | square |").count(), 7);
    assert!(printed.contains("| 1499 | 2247001 |"));
    let wide = format!(
        "|{}\n|{}\n|{}",
        "h|".repeat(250),
        "-|".repeat(250),
        "c|".repeat(250)
    );
    assert_eq!(there_and_back(&wide).matches("\n| --- ").count(), 3);
}

#[test]
fn a_document_of_thousands_of_blocks_is_batched() {
    let markdown: String = "para\n\n".repeat(2600);
    let mut parsed = parse(&markdown);
    let batches = compile(parsed.nodes, &mut parsed.warnings);
    assert_eq!(batches.len(), 3);
    let list: String = std::iter::once("- root\n".to_owned())
        .chain((0..1500).map(|n| format!("  - child {n}\n")))
        .collect();
    assert_eq!(there_and_back(&list).trim_end(), list.trim_end());
}

#[test]
fn deep_nesting_is_flattened_and_cannot_exhaust_the_stack() {
    for deep in [
        "> ".repeat(5000) + "x",
        "- ".repeat(5000) + "x",
        "[".repeat(20_000),
        "*".repeat(9999),
    ] {
        let mut parsed = parse(&deep);
        check_limits(&compile(parsed.nodes.clone(), &mut parsed.warnings));
    }
    assert!(warnings(&("- ".repeat(50) + "x")).has(Warning::TooDeep));
}

#[test]
fn anchors_of_reading_do_not_become_text() {
    let mut parsed = parse("# Title\n\n- item\n\n|a|\n|-|\n|b|");
    let batches = compile(std::mem::take(&mut parsed.nodes), &mut parsed.warnings);
    let mut blocks = made_values(&batches);
    let long = |id: &Value| {
        let id = id.as_str().unwrap();
        if id == "root" {
            id.to_owned()
        } else {
            format!("doxcnABCDEFGHIJKLMN{id}")
        }
    };
    for block in &mut blocks {
        block["block_id"] = json!(long(&block["block_id"]));
        let children = block["children"].as_array().unwrap();
        let children: Vec<String> = children.iter().map(long).collect();
        block["children"] = json!(children);
        if block.get("table").is_some() {
            block["table"]["cells"] = json!(children);
        }
    }
    let blocks = read(blocks);
    let with_ids = join(&render(&blocks, &Names::new(), Style { ids: true }));
    assert!(
        with_ids.contains("# Title {#doxcnABCDEFGHIJKLMNn1}"),
        "{with_ids}"
    );
    assert_eq!(
        without_ids(parse(&with_ids).nodes),
        parse("# Title\n\n- item\n\n|a|\n|-|\n|b|").nodes
    );
}

fn without_ids(nodes: Vec<Node>) -> Vec<Node> {
    nodes
        .into_iter()
        .map(|node| Node {
            id: None,
            children: without_ids(node.children),
            ..node
        })
        .collect()
}

#[test]
fn hostile_content_of_a_document_is_neutral_in_the_answer() {
    let blocks: Vec<Block> = serde_json::from_value(json!([
        {"block_id": "d", "block_type": 1, "children": ["a", "b"], "page": {"elements": []}},
        {"block_id": "a", "block_type": 2, "text": {"elements": [{"text_run": {
            "content": "# not a heading\u{202e}\u{0}\n- nor an item ![x](https://evil.test/p.png)"}}]}},
        {"block_id": "b", "block_type": 27, "image": {"token": "img]]\n# x", "width": 1, "height": 2}}
    ])).unwrap();
    let text = join(&render(&blocks, &Names::new(), Style::default()));
    assert_eq!(
        text,
        "\\# not a heading\\\n\\- nor an item !\\[x\\](https\\://evil.test/p.png)\n\n\
         ![](media:imgx){1x2}"
    );
}

#[test]
fn every_block_type_leaves_a_trace() {
    for kind in BlockKind::ALL {
        let mut blocks = vec![
            json!({"block_id": "d", "block_type": 1, "children": ["x"], "page": {"elements": []}}),
            json!({"block_id": "x", "block_type": kind.number(), "children": ["y"],
                kind.key(): {"elements": [{"text_run": {"content": "words"}}], "token": "tok"}}),
            json!({"block_id": "y", "block_type": 2, "text": {"elements": [{"text_run": {"content": "inner"}}]}}),
        ];
        if *kind == BlockKind::Table {
            blocks[1]["table"] =
                json!({"cells": ["c"], "property": {"row_size": 1, "column_size": 1}});
            blocks.push(
                json!({"block_id": "c", "block_type": 32, "children": ["y"], "table_cell": {}}),
            );
        }
        let blocks: Vec<Block> = serde_json::from_value(Value::Array(blocks)).unwrap();
        let text = join(&render(&blocks, &Names::new(), Style::default()));
        assert!(!text.is_empty(), "{kind:?}");
    }
}

fn markdownish() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "# ",
        "## ",
        "- ",
        "1. ",
        "- [ ] ",
        "- [x] ",
        "> ",
        "> [!TIP]\n> ",
        "```rust\n",
        "```\n",
        "\n",
        "\n\n",
        "  ",
        "    ",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "[a](https://x.test/)",
        "![i](u)",
        "|",
        "|-|-|\n",
        "| a | b |\n",
        "\\",
        "<u>",
        "</u>",
        "<br>",
        "<b>",
        "$x$",
        "$$",
        "@[n](user:ou_abcd1234)",
        "text",
        "中文",
        "。",
        " ",
        "---\n",
        "&amp;",
        "{#",
        "https://a.test/b",
    ]);
    prop::collection::vec(bits, 0..40).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_becomes_a_document_within_the_limits(text in any::<String>()) {
        there_and_back(&text);
    }

    #[test]
    fn any_markdown_becomes_a_document_within_the_limits(text in markdownish()) {
        there_and_back(&text);
    }

    #[test]
    fn plain_text_survives_being_written_as_it_was_read(text in "[ -~中文。，]{1,60}") {
        let content = text.trim().to_owned();
        prop_assume!(!content.is_empty());
        let blocks: Vec<Block> = serde_json::from_value(json!([
            {"block_id": "d", "block_type": 1, "children": ["a"], "page": {"elements": []}},
            {"block_id": "a", "block_type": 2, "text": {"elements": [{"text_run": {"content": content}}]}},
        ])).unwrap();
        let printed = join(&render(&blocks, &Names::new(), Style::default()));
        let parsed = parse(&printed);
        let read: String = match parsed.nodes.as_slice() {
            [Node { kind: Kind::Text(rich), .. }] => rich.iter().map(|run| match run {
                super::tree::Inline::Text { content, .. } => content.as_str(),
                _ => "?",
            }).collect(),
            other => format!("{other:?}"),
        };
        prop_assert_eq!(read, content, "printed {}", printed);
    }
}
