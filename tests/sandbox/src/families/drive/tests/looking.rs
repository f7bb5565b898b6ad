//! Metadata, collaborators, uploads, sheets and bases.

use super::*;

#[test]
fn metadata_lists_what_cannot_be_read_with_its_code() {
    let mut kit = Kit::new();
    let doc = |token: &str, kind: &str| json!({ "doc_token": token, "doc_type": kind });
    let body = json!({ "with_url": true, "request_docs": [
        doc(WELCOME_DOC, "docx"), doc(PRIVATE_DOC, "docx"), doc(WELCOME_DOC, "sheet"), doc(DELETED_DOC, "docx"),
        doc("x", "slides"), doc(WIKI_NODE, "wiki"), doc(SHEET, "sheet"), doc(BASE, "bitable"),
    ]});
    let got = kit
        .call(END_USER, "POST /drive/v1/metas/batch_query", &body)
        .expect("metas");
    let codes: Vec<i64> = got["failed_list"]
        .as_array()
        .expect("list")
        .iter()
        .filter_map(|f| f["code"].as_i64())
        .collect();
    assert_eq!(codes, [970_003, 970_005, 970_005, 970_002]);
    assert_eq!(got["metas"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        got["metas"][0]["url"],
        format!(
            "https://{}/docx/{WELCOME_DOC}",
            kit.state
                .identity
                .tenant(crate::demo::TENANT_KEY)
                .expect("tenant")
                .domain
        )
    );
    assert_eq!(got["metas"][0]["owner_id"], Kit::open_id(ADMIN));
}

#[test]
fn a_collaborator_gains_and_loses_access() {
    let mut kit = Kit::new();
    let members = format!("/drive/v1/permissions/{PRIVATE_DOC}/members");
    let auth = format!("GET {members}/auth?type=docx&action=edit");
    let may = |kit: &mut Kit| {
        kit.call(END_USER, &auth, &Value::Null).expect("answer")["auth_result"].clone()
    };
    assert_eq!(may(&mut kit), false);
    let body =
        json!({ "member_type": "openid", "member_id": Kit::open_id(END_USER), "perm": "view" });
    assert_eq!(
        kit.code(END_USER, &format!("POST {members}?type=docx"), &body),
        1_063_002
    );
    assert_eq!(
        kit.code(ADMIN, &format!("POST {members}?type=sheet"), &body),
        1_063_001
    );
    kit.call(ADMIN, &format!("POST {members}?type=docx"), &body)
        .expect("added");
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{PRIVATE_DOC}"),
            &Value::Null
        ),
        0
    );
    assert_eq!(may(&mut kit), false);
    let edit = json!({ "member_type": "openid", "perm": "edit" });
    let one = format!("{members}/{}", Kit::open_id(END_USER));
    kit.call(ADMIN, &format!("PUT {one}?type=docx"), &edit)
        .expect("changed");
    assert_eq!(may(&mut kit), true);
    let list = kit
        .call(END_USER, &format!("GET {members}?type=docx"), &Value::Null)
        .expect("list");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    kit.call(
        ADMIN,
        &format!("DELETE {one}?type=docx&member_type=openid"),
        &Value::Null,
    )
    .expect("removed");
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{PRIVATE_DOC}"),
            &Value::Null
        ),
        1_770_032
    );
    let link = format!("PATCH /drive/v2/permissions/{PRIVATE_DOC}/public?type=docx");
    assert_eq!(
        kit.code(
            ADMIN,
            &link,
            &json!({ "link_share_entity": "anyone_readable" })
        ),
        1_063_003
    );
    kit.call(
        ADMIN,
        &link,
        &json!({ "link_share_entity": "tenant_readable" }),
    )
    .expect("shared");
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /docx/v1/documents/{PRIVATE_DOC}"),
            &Value::Null
        ),
        0
    );
    assert_eq!(
        kit.code(
            "app",
            &format!("GET /docx/v1/documents/{PRIVATE_DOC}"),
            &Value::Null
        ),
        1_770_032
    );
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET /docx/v1/documents/{PRIVATE_DOC}"),
            &Value::Null
        ),
        1_770_032
    );
    assert_eq!(
        kit.code(
            DEVELOPER,
            &format!("GET /docx/v1/documents/{BUDGET_DOC}"),
            &Value::Null
        ),
        0
    );
}

#[test]
fn uploads_are_checked_and_large_ones_come_in_parts() {
    let mut kit = Kit::new();
    let send = |kit: &mut Kit, size: &str, sum: &str| {
        let fields = [
            ("file_name", "a.txt"),
            ("parent_type", "explorer"),
            ("parent_node", ""),
            ("size", size),
            ("checksum", sum),
        ];
        kit.upload(
            ADMIN,
            &format!("POST {FILES}/upload_all"),
            &fields,
            b"Wikipedia",
        )
    };
    assert_eq!(
        send(&mut kit, "8", "").expect_err("refused").code,
        1_062_009
    );
    assert_eq!(
        send(&mut kit, "9", "1").expect_err("refused").code,
        1_062_008
    );
    let file = token(&send(&mut kit, "9", "300286872").expect("uploaded")["file_token"]);
    let got = kit
        .call(ADMIN, &format!("GET {FILES}/{file}/download"), &Value::Null)
        .expect("bytes");
    assert_eq!(got, json!(b"Wikipedia"));
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET {FILES}/{file}/download"),
            &Value::Null
        ),
        1_061_004
    );

    let size = 4_194_304 + 3;
    let body = json!({ "file_name": "big.bin", "parent_type": "explorer", "parent_node": "", "size": size });
    let plan = kit
        .call(ADMIN, &format!("POST {FILES}/upload_prepare"), &body)
        .expect("planned");
    assert_eq!(
        (&plan["block_size"], &plan["block_num"]),
        (&json!(4_194_304), &json!(2))
    );
    let id = token(&plan["upload_id"]);
    let line = format!("POST {FILES}/upload_part");
    let last = [("upload_id", id.as_str()), ("seq", "1"), ("size", "3")];
    kit.upload(ADMIN, &line, &last, b"end").expect("part");
    let finish = json!({ "upload_id": id, "block_num": 2 });
    assert_eq!(
        kit.code(ADMIN, &format!("POST {FILES}/upload_finish"), &finish),
        1_062_010
    );
    let first = [
        ("upload_id", id.as_str()),
        ("seq", "0"),
        ("size", "4194304"),
    ];
    assert_eq!(
        kit.upload(END_USER, &line, &first, &vec![7; 4_194_304])
            .expect_err("not theirs")
            .code,
        1_062_007
    );
    kit.upload(ADMIN, &line, &first, &vec![7; 4_194_304])
        .expect("part");
    let beyond = [("upload_id", id.as_str()), ("seq", "2"), ("size", "1")];
    assert_eq!(
        kit.upload(ADMIN, &line, &beyond, b"x")
            .expect_err("no such part")
            .code,
        1_062_011
    );
    kit.call(ADMIN, &format!("POST {FILES}/upload_finish"), &finish)
        .expect("finished");
    assert_eq!(
        kit.code(ADMIN, &format!("POST {FILES}/upload_finish"), &finish),
        1_061_021
    );
}

#[test]
fn sheets_and_bases_can_be_looked_at() {
    let mut kit = Kit::new();
    let tabs = kit
        .call(
            END_USER,
            &format!("GET /sheets/v3/spreadsheets/{SHEET}/sheets/query"),
            &Value::Null,
        )
        .expect("tabs");
    assert_eq!(tabs["sheets"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        kit.code(
            END_USER,
            &format!("GET /sheets/v3/spreadsheets/{WELCOME_DOC}"),
            &Value::Null
        ),
        1_310_214
    );
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET /sheets/v3/spreadsheets/{SHEET}"),
            &Value::Null
        ),
        1_310_213
    );
    let tables = kit
        .call(
            END_USER,
            &format!("GET /bitable/v1/apps/{BASE}/tables"),
            &Value::Null,
        )
        .expect("tables");
    assert_eq!(
        (&tables["total"], &tables["items"][0]["table_id"]),
        (&json!(2), &json!(TABLE))
    );
    let fields = kit
        .call(
            END_USER,
            &format!("GET /bitable/v1/apps/{BASE}/tables/{TABLE}/fields"),
            &Value::Null,
        )
        .expect("fields");
    assert_eq!(fields["items"][0]["is_primary"], true);
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET /bitable/v1/apps/{BASE}"),
            &Value::Null
        ),
        91_403
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("GET /bitable/v1/apps/{BASE}/tables/none/fields"),
            &Value::Null
        ),
        1_254_041
    );
}
