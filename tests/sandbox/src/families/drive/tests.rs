//! Drive, uploads, sheets and bases from outside, on the demo content.
#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::demo::{
    ADMIN, BASE, BUDGET_DOC, DELETED_DOC, DEVELOPER, END_USER, MINUTES_FOLDER, OTHER_USER,
    PRIVATE_DOC, SHEET, TABLE, TEAM_FOLDER, WELCOME_DOC, WIKI_NODE,
};
use crate::families::testkit::Kit;

const FILES: &str = "/drive/v1/files";

fn token(value: &Value) -> String {
    value.as_str().expect("token").to_owned()
}

fn folder(kit: &mut Kit, name: &str, parent: &str) -> String {
    let made = kit.call(
        ADMIN,
        &format!("POST {FILES}/create_folder"),
        &json!({ "name": name, "folder_token": parent }),
    );
    token(&made.expect("created")["token"])
}

#[test]
fn a_folder_pages_and_the_root_does_not() {
    let mut kit = Kit::new();
    let parent = folder(&mut kit, "many", "");
    for number in 0..5 {
        kit.now_ms += 1_000;
        folder(&mut kit, &format!("f{number}"), &parent);
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let line = format!(
            "GET {FILES}?folder_token={parent}&page_size=2&order_by=CreatedTime&direction=ASC&page_token={next}"
        );
        let page = kit.call(ADMIN, &line, &Value::Null).expect("page");
        assert!(
            page.get("page_token").is_none(),
            "this API calls it next_page_token"
        );
        seen.extend(
            page["files"]
                .as_array()
                .expect("files")
                .iter()
                .map(|file| token(&file["name"])),
        );
        match page["has_more"].as_bool() {
            Some(true) => next = token(&page["next_page_token"]),
            _ => break,
        }
    }
    assert_eq!(seen, ["f0", "f1", "f2", "f3", "f4"]);
    let root = kit
        .call(ADMIN, &format!("GET {FILES}?page_size=1"), &Value::Null)
        .expect("root");
    assert!(
        root["files"]
            .as_array()
            .is_some_and(|files| files.len() > 1)
    );
    assert_eq!(root["has_more"], false);
    assert_eq!(
        kit.code(ADMIN, &format!("GET {FILES}?page_size=201"), &Value::Null),
        1_064_001
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("GET {FILES}?folder_token={WELCOME_DOC}"),
            &Value::Null
        ),
        1_061_002
    );
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET {FILES}?folder_token={TEAM_FOLDER}"),
            &Value::Null
        ),
        1_061_004
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("GET {FILES}?folder_token=none"),
            &Value::Null
        ),
        1_061_003
    );
}

#[test]
fn folders_share_what_is_inside_them() {
    let mut kit = Kit::new();
    let list = format!("GET {FILES}?folder_token={MINUTES_FOLDER}");
    let files = kit.call(END_USER, &list, &Value::Null).expect("listed");
    assert_eq!(files["files"].as_array().map(Vec::len), Some(2));
    let meta = kit.call(
        END_USER,
        &format!("GET /drive/explorer/v2/folder/{MINUTES_FOLDER}/meta"),
        &Value::Null,
    );
    assert_eq!(meta.expect("meta")["token"], MINUTES_FOLDER);
    assert_eq!(
        kit.code(
            OTHER_USER,
            &format!("GET /drive/explorer/v2/folder/{MINUTES_FOLDER}/meta"),
            &Value::Null
        ),
        91_403
    );
    let root = kit
        .call(
            END_USER,
            "GET /drive/explorer/v2/root_folder/meta",
            &Value::Null,
        )
        .expect("root");
    assert_ne!(
        root["token"],
        kit.call(
            ADMIN,
            "GET /drive/explorer/v2/root_folder/meta",
            &Value::Null
        )
        .expect("root")["token"]
    );
}

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
fn a_copy_is_independent_and_belongs_to_whoever_made_it() {
    let mut kit = Kit::new();
    let copy = |kind: &str| json!({ "name": "副本", "type": kind, "folder_token": "" });
    let line = format!("POST {FILES}/{WELCOME_DOC}/copy");
    assert_eq!(kit.code(END_USER, &line, &copy("sheet")), 1_061_002);
    assert_eq!(
        kit.code(
            END_USER,
            &format!("POST {FILES}/{PRIVATE_DOC}/copy"),
            &copy("docx")
        ),
        1_061_004
    );
    let made = kit.call(END_USER, &line, &copy("docx")).expect("copied");
    let copied = token(&made["file"]["token"]);
    assert_eq!(made["file"]["owner_id"], Kit::open_id(END_USER));
    let (one, two) = (
        &kit.state.docx.documents[WELCOME_DOC],
        &kit.state.docx.documents[&copied],
    );
    assert_eq!(one.blocks.len(), two.blocks.len());
    let shared: HashSet<&String> = one
        .blocks
        .keys()
        .filter(|id| two.blocks.contains_key(*id))
        .collect();
    assert!(shared.is_empty(), "no block id occurs twice");
    assert_eq!(two.title(), "副本");
}

#[test]
fn deleting_a_folder_is_a_job_and_takes_its_content() {
    let mut kit = Kit::new();
    let outer = folder(&mut kit, "outer", "");
    let inner = folder(&mut kit, "inner", &outer);
    let made = kit
        .call(
            ADMIN,
            "POST /docx/v1/documents",
            &json!({ "folder_token": inner }),
        )
        .expect("made");
    let doc = token(&made["document"]["document_id"]);
    let into_itself = json!({ "type": "folder", "folder_token": inner });
    assert_eq!(
        kit.code(ADMIN, &format!("POST {FILES}/{outer}/move"), &into_itself),
        1_061_002
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("DELETE {FILES}/{outer}?type=docx"),
            &Value::Null
        ),
        1_061_002
    );
    assert_eq!(
        kit.code(
            END_USER,
            &format!("DELETE {FILES}/{outer}?type=folder"),
            &Value::Null
        ),
        1_061_004
    );
    let job = kit
        .call(
            ADMIN,
            &format!("DELETE {FILES}/{outer}?type=folder"),
            &Value::Null,
        )
        .expect("started");
    let check = format!("GET {FILES}/task_check?task_id={}", token(&job["task_id"]));
    assert_eq!(
        kit.call(ADMIN, &check, &Value::Null).expect("status")["status"],
        "process"
    );
    assert_eq!(
        kit.call(ADMIN, &check, &Value::Null).expect("status")["status"],
        "success"
    );
    assert_eq!(kit.code(END_USER, &check, &Value::Null), 1_061_003);
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("GET /docx/v1/documents/{doc}"),
            &Value::Null
        ),
        1_770_003
    );
    assert_eq!(
        kit.code(
            ADMIN,
            &format!("DELETE {FILES}/{outer}?type=folder"),
            &Value::Null
        ),
        1_061_007
    );
    let body = json!({ "name": "late", "folder_token": inner });
    assert_eq!(
        kit.code(ADMIN, &format!("POST {FILES}/create_folder"), &body),
        1_061_041
    );
    assert_eq!(
        kit.code(
            ADMIN,
            "POST /docx/v1/documents",
            &json!({ "folder_token": inner })
        ),
        1_770_039
    );
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
