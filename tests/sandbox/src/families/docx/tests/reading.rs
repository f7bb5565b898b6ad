//! Listing and revisions.

use super::*;

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
