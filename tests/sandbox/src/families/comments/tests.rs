//! Comments from outside, on the demo content.
#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

use serde_json::{Value, json};

use crate::demo::{
    ADMIN, BASE, DELETED_DOC, DEVELOPER, END_USER, INCIDENT_DOC, OTHER_USER, PRIVATE_DOC,
    RELEASE_DOC, SHEET,
};
use crate::families::testkit::Kit;

fn files(doc: &str) -> String {
    format!("/drive/v1/files/{doc}/comments")
}

fn says(text: &str) -> Value {
    json!({ "content": { "elements": [{ "type": "text_run", "text_run": { "text": text } }] } })
}

fn list(kit: &mut Kit, doc: &str, filter: &str) -> Vec<Value> {
    let line = format!("GET {}?file_type=docx{filter}", files(doc));
    kit.call(ADMIN, &line, &Value::Null).expect("listed")["items"]
        .as_array()
        .expect("items")
        .clone()
}

#[test]
fn comments_are_listed_by_kind_state_and_page() {
    let mut kit = Kit::new();
    assert_eq!(list(&mut kit, RELEASE_DOC, "").len(), 3);
    assert_eq!(list(&mut kit, RELEASE_DOC, "&is_whole=true").len(), 1);
    assert_eq!(
        list(&mut kit, RELEASE_DOC, "&is_whole=false&is_solved=true").len(),
        1
    );
    assert_eq!(list(&mut kit, INCIDENT_DOC, "&is_solved=false").len(), 0);
    let line = format!("GET {}?file_type=docx&page_size=2", files(RELEASE_DOC));
    let page = kit.call(ADMIN, &line, &Value::Null).expect("page");
    assert_eq!(page["has_more"], true);
    let rest = list(
        &mut kit,
        RELEASE_DOC,
        &format!(
            "&page_size=2&page_token={}",
            page["page_token"].as_str().expect("token")
        ),
    );
    assert_eq!(rest.len(), 1);
    let open = &list(&mut kit, RELEASE_DOC, "&is_whole=false&is_solved=false")[0];
    assert_eq!(open["quote"], "Freeze");
    let mention = &open["reply_list"]["replies"][0]["content"]["elements"][0];
    assert_eq!(mention["person"]["user_id"], Kit::open_id(DEVELOPER));
}

#[test]
fn documents_out_of_reach_have_their_codes() {
    let mut kit = Kit::new();
    let code = |kit: &mut Kit, who: &str, doc: &str, kind: &str| {
        kit.code(
            who,
            &format!("GET {}?file_type={kind}", files(doc)),
            &Value::Null,
        )
    };
    assert_eq!(code(&mut kit, END_USER, PRIVATE_DOC, "docx"), 1_069_303);
    assert_eq!(code(&mut kit, OTHER_USER, RELEASE_DOC, "docx"), 1_069_303);
    assert_eq!(code(&mut kit, ADMIN, DELETED_DOC, "docx"), 1_069_304);
    assert_eq!(code(&mut kit, ADMIN, "none", "docx"), 1_069_305);
    assert_eq!(code(&mut kit, ADMIN, RELEASE_DOC, "sheet"), 1_069_302);
    let line = format!("GET {}/1?file_type=docx", files(RELEASE_DOC));
    assert_eq!(kit.code(ADMIN, &line, &Value::Null), 1_069_307);
}

#[test]
fn an_anchored_comment_is_replied_to_solved_and_reopened() {
    let mut kit = Kit::new();
    let blocks = kit
        .call(
            ADMIN,
            &format!("GET /docx/v1/documents/{RELEASE_DOC}/blocks"),
            &Value::Null,
        )
        .expect("blocks");
    let block = blocks["items"][3]["block_id"].clone();
    let line = format!("POST /drive/v1/files/{RELEASE_DOC}/new_comments");
    let body = |elements: Value| json!({ "file_type": "docx", "anchor": { "block_id": block }, "reply_elements": elements });
    assert_eq!(kit.code(END_USER, &line, &body(json!([]))), 1_069_302);
    assert_eq!(
        kit.code(
            END_USER,
            &line,
            &body(json!([{ "type": "mention_user", "mention_user": "ou_nobody" }]))
        ),
        1_069_302
    );
    assert_eq!(
        kit.code(
            END_USER,
            &line,
            &body(json!([{ "type": "text", "text": "x".repeat(1_001) }]))
        ),
        1_069_308
    );
    let elements = json!([{ "type": "text", "text": "看这里 " }, { "type": "mention_user", "mention_user": Kit::open_id(ADMIN) }, { "type": "link", "link": "https://a.b" }]);
    let made = kit.call(END_USER, &line, &body(elements)).expect("made");
    assert!(
        made["created_at"]
            .as_str()
            .is_some_and(|at| at.starts_with("2026-11-")),
        "{}",
        made["created_at"]
    );
    let comment = made["comment_id"].as_str().expect("id").to_owned();
    let got = kit
        .call(
            ADMIN,
            &format!(
                "GET /docx/v1/documents/{RELEASE_DOC}/blocks/{}",
                block.as_str().expect("id")
            ),
            &Value::Null,
        )
        .expect("block");
    assert!(
        got["block"]["comment_ids"]
            .as_array()
            .is_some_and(|ids| ids.contains(&json!(comment)))
    );

    let one = format!("{}/{comment}", files(RELEASE_DOC));
    let reply = kit
        .call(
            DEVELOPER,
            &format!("POST {one}/replies?file_type=docx"),
            &says("收到"),
        )
        .expect("replied");
    let reply = reply["reply_id"].as_str().expect("id").to_owned();
    kit.call(
        DEVELOPER,
        &format!("PATCH {one}?file_type=docx"),
        &json!({ "is_solved": true }),
    )
    .expect("solved");
    let solved = kit
        .call(ADMIN, &format!("GET {one}?file_type=docx"), &Value::Null)
        .expect("comment");
    assert_eq!(
        (&solved["is_solved"], &solved["solver_user_id"]),
        (&json!(true), &json!(Kit::open_id(DEVELOPER)))
    );
    assert_eq!(
        kit.code(
            DEVELOPER,
            &format!("POST {one}/replies?file_type=docx"),
            &says("late")
        ),
        1_069_301
    );
    kit.call(
        DEVELOPER,
        &format!("PATCH {one}?file_type=docx"),
        &json!({ "is_solved": false }),
    )
    .expect("reopened");
    assert_eq!(
        kit.code(
            END_USER,
            &format!("PUT {one}/replies/{reply}?file_type=docx"),
            &says("mine")
        ),
        1_069_303
    );
    kit.call(
        DEVELOPER,
        &format!("PUT {one}/replies/{reply}?file_type=docx"),
        &says("好的"),
    )
    .expect("changed");
    let replies = kit
        .call(
            ADMIN,
            &format!("GET {one}/replies?file_type=docx"),
            &Value::Null,
        )
        .expect("replies");
    assert_eq!(
        replies["items"][1]["content"]["elements"][0]["text_run"]["text"],
        "好的"
    );
    kit.call(
        DEVELOPER,
        &format!("DELETE {one}/replies/{reply}?file_type=docx"),
        &Value::Null,
    )
    .expect("deleted");
    let first = made["reply_id"].as_str().expect("id");
    assert_eq!(
        kit.code(
            END_USER,
            &format!("DELETE {one}/replies/{reply}?file_type=docx"),
            &Value::Null
        ),
        1_069_307
    );
    kit.call(
        END_USER,
        &format!("DELETE {one}/replies/{first}?file_type=docx"),
        &Value::Null,
    )
    .expect("deleted");
    assert_eq!(
        kit.code(ADMIN, &format!("GET {one}?file_type=docx"), &Value::Null),
        1_069_307,
        "the last reply takes the comment with it"
    );
}

#[test]
fn a_comment_on_the_whole_document_cannot_be_replied_to() {
    let mut kit = Kit::new();
    let line = format!("POST {}?file_type=docx", files(RELEASE_DOC));
    let made = kit
        .call(
            END_USER,
            &line,
            &json!({ "reply_list": { "replies": [says("整体不错")] } }),
        )
        .expect("made");
    assert_eq!(
        (&made["is_whole"], &made["user_id"]),
        (&json!(true), &json!(Kit::open_id(END_USER)))
    );
    let id = made["comment_id"].as_str().expect("id");
    let reply = format!("POST {}/{id}/replies?file_type=docx", files(RELEASE_DOC));
    assert_eq!(kit.code(ADMIN, &reply, &says("谢谢")), 1_069_302);
    assert_eq!(
        kit.code(END_USER, &line, &json!({ "reply_list": { "replies": [] } })),
        1_069_302
    );
    let batch = format!("POST {}/batch_query?file_type=docx", files(RELEASE_DOC));
    let got = kit
        .call(ADMIN, &batch, &json!({ "comment_ids": [id, "1"] }))
        .expect("found");
    assert_eq!(got["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_cell_of_a_sheet_takes_a_comment_and_a_place_that_is_not_there_takes_none() {
    let mut kit = Kit::new();
    let line = format!("POST /drive/v1/files/{SHEET}/new_comments");
    let body = |anchor: Option<&str>| {
        let mut body =
            json!({ "file_type": "sheet", "reply_elements": [{ "type": "text", "text": "x" }] });
        if let Some(anchor) = anchor {
            body["anchor"] = json!({ "block_id": anchor });
        }
        body
    };
    for wrong in ["Q4bud1", "Q4bud1!A0", "nobody!A1", "Q4bud1!AAA1", "A1"] {
        assert_eq!(
            kit.code(DEVELOPER, &line, &body(Some(wrong))),
            1_069_302,
            "{wrong}"
        );
    }
    kit.call(DEVELOPER, &line, &body(Some("Q4bud1!B2")))
        .expect("on a cell");
    kit.call(DEVELOPER, &line, &body(None))
        .expect("on the whole");
    let list = format!("GET /drive/v1/files/{SHEET}/comments?file_type=sheet&is_whole=false");
    let found = kit.call(DEVELOPER, &list, &Value::Null).expect("listed");
    assert_eq!(found["items"].as_array().expect("items").len(), 1);
    let base = format!("POST /drive/v1/files/{BASE}/new_comments");
    let body =
        json!({ "file_type": "bitable", "reply_elements": [{ "type": "text", "text": "x" }] });
    assert_eq!(kit.code(DEVELOPER, &base, &body), 1_069_302);
}
