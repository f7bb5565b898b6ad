//! Folders and what is in them.

use super::*;

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
