//! Large and hostile input: it is read in reasonable time, and never brings anything down.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{check_limits, made};
use crate::docs::markdown::{
    compile::{Batch, compile},
    parse::parse,
    render::{Names, Style, join, render},
};

/// Far more than is needed, for machines that are busy; what grows with the square takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

fn batches(markdown: &str) -> Vec<Batch> {
    let mut parsed = parse(markdown);
    compile(parsed.nodes, &mut parsed.warnings)
}

#[test]
fn five_megabytes_are_read_and_written_in_reasonable_time() {
    let unit = "## 标题 **bold** 🎉\n\nשלום *world* e\u{301} `code` [link](https://x.test/a) | \\ $x$\n\n\
                - item\n  - [ ] nested\n\n| a | b |\n| --- | --- |\n| 1 | **2** |\n\n\
                <callout emoji=\"gift\">\ntext\n</callout>\n\n```rust\nfn f() {}\n```\n\n";
    let text = unit.repeat(5_000_000 / unit.len());
    let started = Instant::now();
    let batches = batches(&text);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    let blocks: usize = batches.iter().map(|batch| batch.blocks.len()).sum();
    assert!(blocks > 100_000, "{blocks} blocks");
}

#[test]
fn ten_thousand_blocks_are_printed_in_reasonable_time() {
    let parts: Vec<String> = (0..5000)
        .map(|n| format!("段落 {n}：**重点**，_x_ & <y>\n\n- item {n}\n\n"))
        .collect();
    let text = parts.concat();
    let blocks = made(&batches(&text));
    let started = Instant::now();
    let printed = join(&render(&blocks, &Names::new(), Style { ids: true }));
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    assert!(blocks.len() > 10_000 && printed.contains("段落 4999"));
}

#[test]
fn hostile_input_is_read_in_reasonable_time() {
    let many = 20_000;
    let cases = [
        "[[".repeat(many),
        "[[file ".repeat(many),
        "[".repeat(many),
        "![".repeat(many / 4),
        "<td>".repeat(many / 4),
        "<td \"".repeat(many),
        "<grid>\n".repeat(many / 20),
        "</grid>\n".repeat(many / 20),
        format!(
            "<table>{}",
            "<tr><td colspan=1000 rowspan=1000>x".repeat(200)
        ),
        format!("<table>{}</table>", "<tr></tr>".repeat(many / 20)),
        "<text color=red>".repeat(many / 10),
        "`".repeat(many),
        "` `` ``` ".repeat(many / 10),
        "**：".repeat(many),
        "\\".repeat(many),
        "{#".repeat(many),
        "http".repeat(many),
        "- ".repeat(1000) + "x",
        "> ".repeat(1000) + "<grid>",
        "- <table>\n".repeat(300),
        "|".repeat(many),
        format!("{}\n{}\n", "|a".repeat(600), "|-".repeat(600)) + &"|b\n".repeat(60),
        "\u{fddf}0\u{fddf}\n\n[[board]]".to_owned(),
        "😀\u{200d}".repeat(many / 4),
    ];
    for case in cases {
        let started = Instant::now();
        check_limits(&batches(&case));
        let shown: String = case.chars().take(20).collect();
        assert!(
            started.elapsed() < PATIENCE,
            "{shown}: {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn one_request_holds_no_more_than_feishu_counts() {
    let pictures = "![p](https://x.test/p.png)\n\n".repeat(65);
    let sheets = "[[sheet rows=3 columns=3]]\n\n".repeat(12);
    let cells: String = (0..30)
        .map(|_| "<tr><td>\n![p](https://x.test/p.png)\n</td><td>\n> quote\n</td></tr>\n")
        .collect();
    for text in [pictures, sheets, format!("<table>\n{cells}</table>")] {
        let batches = batches(&text);
        check_limits(&batches);
        for batch in &batches {
            let count = |key: &str| batch.blocks.iter().filter(|b| b.kind.key() == key).count();
            assert!(count("image") <= 20 && count("sheet") <= 5, "{text:.40}");
        }
        let all = |key: &str| {
            let blocks = batches.iter().flat_map(|batch| &batch.blocks);
            blocks.filter(|block| block.kind.key() == key).count()
        };
        assert_eq!(all("image"), text.matches("![").count());
        assert_eq!(all("sheet"), text.matches("[[sheet").count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_limits(&batches(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn no_tags_bring_it_down(bits in prop::collection::vec(prop::sample::select(vec![
        "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<grid>", "<column>", "</column>",
        "</grid>", "<callout emoji=x>", "</callout>", "<indent>", "<indent alone>", "</indent>",
        "<block kind=task id=x>", "</block>", "<blockquote>", "</blockquote>", "<td colspan=3>",
        "<td rowspan=2>", "\n", "\n\n", "- ", "> ", "1. ", "    ", "text", "| a |\n|-|\n", "```\n",
        "[[board]]", "[[sheet id=x]]", "![a](https://x.test/)", "{align=center}", "<br>", "<b>",
        "---\n", "$$x$$", "# ", "[f](file:tok)", "\\", "`",
    ]), 0..60)) {
        check_limits(&batches(&bits.concat()));
    }
}
