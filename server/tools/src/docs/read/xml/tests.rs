//! Blocks as XML.

use serde_json::{Value, json};

use super::*;

fn blocks(all: &Value) -> Vec<Block> {
    serde_json::from_value(all.clone()).unwrap()
}

fn shown(all: &Value) -> String {
    let names = Names::from([("ou_ann12345".to_owned(), "Ann <b>".to_owned())]);
    let pieces = render(&blocks(all), &names);
    let lines: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    lines.join("\n")
}

#[test]
fn text_keeps_its_marks_and_everything_is_escaped() {
    let text = shown(&json!([
        {"block_id": "d", "block_type": 1, "children": ["h", "p"], "page": {"elements": []}},
        {"block_id": "h", "parent_id": "d", "block_type": 4, "heading2": {
            "style": {"align": 2, "folded": false},
            "elements": [{"text_run": {"content": "A <b> & \"c\""}}]}},
        {"block_id": "p", "parent_id": "d", "block_type": 2, "text": {"elements": [
            {"text_run": {"content": "bold", "text_element_style": {
                "bold": true, "italic": false, "text_color": 1,
                "link": {"url": "https%3A%2F%2Fx.test%2Fa%3Fb%3D1"}}}},
            {"mention_user": {"user_id": "ou_ann12345"}},
            {"equation": {"content": "a<b\n"}},
            {"reminder": {"expire_time": "1", "is_notify": true, "text_element_style": {}}},
            {"text_run": {"content": "two\nlines"}}]}},
    ]));
    assert_eq!(
        text,
        "<h2 id=\"h\" align=\"2\">A &lt;b&gt; &amp; &quot;c&quot;</h2>\n\
         <p id=\"p\"><a href=\"https://x.test/a?b=1\"><font c=\"1\"><b>bold</b></font></a>\
         <at id=\"ou_ann12345\">Ann &lt;b&gt;</at><eq>a&lt;b</eq>\
         <reminder expire_time=\"1\" is_notify=\"true\"/>two<br/>lines</p>"
    );
    assert_eq!(bare("<p id=\"x\">a &lt;b&gt; &amp;amp;</p>"), "a <b> &amp;");
}

#[test]
fn blocks_that_hold_others_have_an_end_and_unknown_ones_are_kept() {
    let text = shown(&json!([
        {"block_id": "d", "block_type": 1, "children": ["c", "o1", "o2", "u", "i", "s"], "page": {}},
        {"block_id": "c", "parent_id": "d", "block_type": 19, "children": ["t"],
            "callout": {"emoji_id": "bulb", "background_color": 4}},
        {"block_id": "t", "parent_id": "c", "block_type": 17,
            "todo": {"style": {"done": true}, "elements": [{"text_run": {"content": "x"}}]}},
        {"block_id": "o1", "parent_id": "d", "block_type": 13, "children": ["n"],
            "ordered": {"elements": [{"text_run": {"content": "one"}}]}},
        {"block_id": "n", "parent_id": "o1", "block_type": 12,
            "bullet": {"elements": [{"text_run": {"content": "in"}}]}},
        {"block_id": "o2", "parent_id": "d", "block_type": 13,
            "ordered": {"elements": [{"text_run": {"content": "two"}}]}},
        {"block_id": "u", "parent_id": "d", "block_type": 777, "novelty": {"x": 1}},
        {"block_id": "i", "parent_id": "d", "block_type": 27,
            "image": {"token": "tok", "width": 8, "height": 4, "caption": {"content": "A cat"}}},
        {"block_id": "s", "parent_id": "d", "block_type": 30, "sheet": {"token": "sht_tab"}},
    ]));
    assert_eq!(
        text,
        "<callout id=\"c\" background_color=\"4\" emoji_id=\"bulb\">\n\
         <todo id=\"t\" done=\"true\">x</todo>\n</callout>\n\
         <li id=\"o1\" n=\"1\">one\n<li id=\"n\">in</li>\n</li>\n\
         <li id=\"o2\" n=\"2\">two</li>\n\
         <block id=\"u\" type=\"777\"/>\n\
         <img id=\"i\" caption.content=\"A cat\" height=\"4\" token=\"tok\" width=\"8\"/>\n\
         <sheet id=\"s\" token=\"sht_tab\"/>"
    );
}

#[test]
fn tables_keep_their_cells_spans_and_blocks() {
    let text = shown(&json!([
        {"block_id": "d", "block_type": 1, "children": ["t"], "page": {}},
        {"block_id": "t", "parent_id": "d", "block_type": 31, "children": ["a", "b"], "table": {
            "cells": ["a", "b"],
            "property": {"row_size": 1, "column_size": 2, "header_row": true,
                "column_width": [100, 200],
                "merge_info": [{"row_span": 1, "col_span": 2}, {"row_span": 1, "col_span": 1}]}}},
        {"block_id": "a", "parent_id": "t", "block_type": 32, "children": ["p"], "table_cell": {}},
        {"block_id": "p", "parent_id": "a", "block_type": 2,
            "text": {"elements": [{"text_run": {"content": "x | y"}}]}},
        {"block_id": "b", "parent_id": "t", "block_type": 32, "children": [], "table_cell": {}},
    ]));
    assert_eq!(
        text,
        "<table id=\"t\" column_size=\"2\" header_row=\"true\" row_size=\"1\" \
         column_width=\"100,200\">\n\
         <tr><td id=\"a\" cols=\"2\"><p id=\"p\">x | y</p></td><td id=\"b\"></td></tr>\n</table>"
    );
}
