//! One reading and one writing call for each tool. A new tool fails here until it has its calls.

use sandbox::demo;
use serde_json::{Value, json};

/// Text of every writing call; it must never be found in the ledger.
pub(super) const SECRET: &str = "Proof: the merger closes on Friday";

/// Arguments of a call that only reads and succeeds.
pub(super) fn reading(tool: &str) -> Value {
    match tool {
        "whoami" | "help" => json!({}),
        "search" => json!({ "query": "OKR" }),
        "inspect" | "doc_read" => json!({ "ref": demo::OKR_DOC }),
        "comments" | "doc_history" => json!({ "ref": demo::OKR_DOC, "op": "list" }),
        "media_get" => json!({ "ref": demo::ONBOARDING_DOC }),
        "board" => json!({ "ref": demo::ONBOARDING_DOC, "op": "read" }),
        "sheet_read" => json!({ "ref": format!("sheet:{}", demo::SHEET), "limit": 3 }),
        "base_read" => json!({ "ref": demo::BASE, "table": demo::TABLE }),
        "files" => json!({ "op": "list" }),
        "share" => json!({ "ref": demo::OKR_DOC, "op": "get" }),
        "sheet_calc" => json!({ "ref": demo::SHEET, "formulas": ["=1+1"] }),
        "chart_create" => json!({ "kind": "bar", "data": "a\t1", "options": ["as=svg"] }),
        other => panic!("{other} has no reading call in this test"),
    }
}

/// Arguments of a call that changes something and succeeds for a writer; reading tools read.
pub(super) fn writing(tool: &str) -> Value {
    match tool {
        "doc_create" => json!({ "title": SECRET, "markdown": format!("# Plan\n\n{SECRET}") }),
        "doc_blocks" => {
            json!({ "ref": demo::OKR_DOC, "blocks": json!([{ "t": "p", "x": SECRET }]).to_string() })
        }
        "doc_table" => json!({
            "ref": demo::OKR_DOC, "op": "add_rows", "values": [[SECRET]],
        }),
        "doc_history" => json!({ "ref": demo::MINUTES_DOC, "op": "restore", "revision": "4" }),
        "doc_edit" => {
            json!({ "ref": demo::OKR_DOC, "ops": [{ "op": "append", "markdown": SECRET }] })
        }
        "media_put" => json!({ "name": format!("{SECRET}.txt"), "base64": "aGVsbG8=" }),
        "board" => json!({
            "ref": demo::RELEASE_DOC, "op": "write", "code": format!("graph TD\nA[{SECRET}] --> B"),
        }),
        "chart_create" => json!({
            "kind": "bar", "data": format!("{SECRET}\t1"), "to": demo::OKR_DOC,
        }),
        "comments" => json!({ "ref": demo::OKR_DOC, "op": "add", "text": SECRET }),
        "sheet_write" => json!({
            "ref": format!("sheet:{}", demo::SHEET), "op": "append", "values": SECRET,
        }),
        "sheet_manage" => json!({
            "ref": format!("sheet:{}", demo::SHEET), "op": "create", "name": "Proof",
        }),
        "base_write" => json!({
            "ref": demo::BASE, "table": demo::TABLE, "op": "create", "rows": format!("需求\n{SECRET}"),
        }),
        "base_manage" => json!({
            "ref": demo::BASE, "part": "view", "op": "create", "table": demo::TABLE, "name": SECRET,
        }),
        "files" => json!({ "op": "create", "name": SECRET }),
        "share" => json!({ "ref": demo::MINUTES_DOC, "op": "link", "audience": "tenant_view" }),
        reading_tool => reading(reading_tool),
    }
}
