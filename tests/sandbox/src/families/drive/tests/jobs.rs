//! Exports, imports, and giving things away.

use super::*;

fn poll(kit: &mut Kit, who: &str, line: &str) -> Vec<i64> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let state = kit.call(who, line, &Value::Null).expect("state");
        seen.push(state["result"]["job_status"].as_i64().expect("status"));
    }
    seen
}

#[test]
fn a_document_becomes_a_file_for_ten_minutes() {
    let mut kit = Kit::new();
    let order = |extension: &str, token: &str, kind: &str| json!({ "file_extension": extension, "token": token, "type": kind });
    let line = "POST /drive/v1/export_tasks";
    let ticket = kit
        .call(END_USER, line, &order("pdf", WELCOME_DOC, "docx"))
        .expect("begun");
    let ticket = token(&ticket["ticket"]);
    let state = format!("GET /drive/v1/export_tasks/{ticket}?token={WELCOME_DOC}");
    assert_eq!(poll(&mut kit, END_USER, &state), [2, 0]);
    assert_eq!(kit.code(ADMIN, &state, &Value::Null), 1_069_904);
    let done = kit.call(END_USER, &state, &Value::Null).expect("done");
    let file = token(&done["result"]["file_token"]);
    let fetch = format!("GET /drive/v1/export_tasks/file/{file}/download");
    let bytes = kit.call(END_USER, &fetch, &Value::Null).expect("bytes");
    let bytes: Vec<u8> = serde_json::from_value(bytes).expect("bytes");
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(done["result"]["file_size"], bytes.len());
    assert_eq!(kit.code(ADMIN, &fetch, &Value::Null), 1_060_001);
    kit.now_ms += 600_001;
    assert_eq!(kit.code(END_USER, &fetch, &Value::Null), 1_060_001);
    for (order, code) in [
        (order("pdf", PRIVATE_DOC, "docx"), 1_069_902),
        (order("pdf", DELETED_DOC, "docx"), 1_069_906),
        (order("pdf", "nothing", "docx"), 1_069_914),
        (order("xlsx", WELCOME_DOC, "docx"), 1_069_918),
        (order("csv", BASE, "bitable"), 1_069_904),
    ] {
        assert_eq!(kit.code(END_USER, line, &order), code, "{order}");
    }
    let mut table = order("csv", BASE, "bitable");
    table["sub_id"] = TABLE.into();
    let ticket = kit.call(END_USER, line, &table).expect("begun");
    let state = format!(
        "GET /drive/v1/export_tasks/{}?token={BASE}",
        token(&ticket["ticket"])
    );
    assert_eq!(poll(&mut kit, END_USER, &state), [2, 0]);
}

#[test]
fn whoever_loses_access_gets_no_export() {
    let mut kit = Kit::new();
    let members = format!("/drive/v1/permissions/{PRIVATE_DOC}/members");
    let body =
        json!({ "member_type": "openid", "member_id": Kit::open_id(END_USER), "perm": "view" });
    kit.call(ADMIN, &format!("POST {members}?type=docx"), &body)
        .expect("added");
    let order = json!({ "file_extension": "docx", "token": PRIVATE_DOC, "type": "docx" });
    let ticket = kit.call(END_USER, "POST /drive/v1/export_tasks", &order);
    let ticket = token(&ticket.expect("begun")["ticket"]);
    let one = format!(
        "DELETE {members}/{}?type=docx&member_type=openid",
        Kit::open_id(END_USER)
    );
    kit.call(ADMIN, &one, &Value::Null).expect("removed");
    let state = format!("GET /drive/v1/export_tasks/{ticket}?token={PRIVATE_DOC}");
    assert_eq!(poll(&mut kit, END_USER, &state), [110, 110]);
}

#[test]
fn a_file_becomes_a_document() {
    let mut kit = Kit::new();
    let source = |kit: &mut Kit, name: &str, bytes: &[u8]| {
        let size = bytes.len().to_string();
        let fields = [
            ("file_name", name),
            ("parent_type", "ccm_import_open"),
            ("parent_node", ""),
            ("size", size.as_str()),
        ];
        let made = kit.upload(END_USER, "POST /drive/v1/medias/upload_all", &fields, bytes);
        token(&made.expect("sent")["file_token"])
    };
    let order = |extension: &str, file: &str, kind: &str, folder: &str| {
        json!({
            "file_extension": extension, "file_token": file, "type": kind,
            "file_name": "Imported", "point": { "mount_type": 1, "mount_key": folder },
        })
    };
    let line = "POST /drive/v1/import_tasks";
    let plan = source(&mut kit, "plan.md", b"# One\n\ntwo");
    for (order, code) in [
        (order("txt", &plan, "docx", ""), 1_069_910),
        (order("md", &plan, "sheet", ""), 1_069_911),
        (order("md", "nothing", "docx", ""), 1_069_914),
        (order("md", &plan, "docx", "nothing"), 1_069_912),
    ] {
        assert_eq!(kit.code(END_USER, line, &order), code, "{order}");
    }
    let begun = kit.call(END_USER, line, &order("md", &plan, "docx", TEAM_FOLDER));
    let state = format!(
        "GET /drive/v1/import_tasks/{}",
        token(&begun.expect("begun")["ticket"])
    );
    assert_eq!(poll(&mut kit, END_USER, &state), [2, 0]);
    let done = kit.call(END_USER, &state, &Value::Null).expect("done");
    let made = token(&done["result"]["token"]);
    let text = kit.call(
        END_USER,
        &format!("GET /docx/v1/documents/{made}/raw_content"),
        &Value::Null,
    );
    assert_eq!(text.expect("text")["content"], "Imported\nOne\ntwo\n");
    assert_eq!(kit.state.drive.entries[&made].title, "Imported");
    let fake = source(&mut kit, "fake.docx", b"not a package");
    let begun = kit.call(END_USER, line, &order("docx", &fake, "docx", ""));
    let state = format!(
        "GET /drive/v1/import_tasks/{}",
        token(&begun.expect("begun")["ticket"])
    );
    assert_eq!(poll(&mut kit, END_USER, &state), [2, 112]);
    kit.now_ms += 300_001;
    let late = order("md", &plan, "docx", "");
    assert_eq!(kit.code(END_USER, line, &late), 1_069_913);
}

#[test]
fn only_the_owner_gives_a_thing_away() {
    let mut kit = Kit::new();
    let line = format!("POST /drive/v1/permissions/{BUDGET_DOC}/members/transfer_owner?type=docx");
    let to = |who: &str| json!({ "member_type": "openid", "member_id": Kit::open_id(who) });
    assert_eq!(kit.code(DEVELOPER, &line, &to(DEVELOPER)), 1_063_002);
    assert_eq!(kit.code(END_USER, &line, &to(END_USER)), 1_063_003);
    kit.call(END_USER, &line, &to(DEVELOPER)).expect("given");
    assert_eq!(kit.state.drive.entries[BUDGET_DOC].owner, DEVELOPER);
    // The old owner keeps full access and cannot take it back.
    let share = format!("POST /drive/v1/permissions/{BUDGET_DOC}/members?type=docx");
    let view = json!({ "member_type": "openid", "member_id": Kit::open_id(ADMIN), "perm": "view" });
    kit.call(END_USER, &share, &view)
        .expect("still full access");
    assert_eq!(kit.code(END_USER, &line, &to(END_USER)), 1_063_002);
}

#[test]
fn what_is_open_to_anyone_is_open_to_other_tenants() {
    let mut kit = Kit::new();
    let read = format!("GET /docx/v1/documents/{WELCOME_DOC}");
    let link = format!("PATCH /drive/v2/permissions/{WELCOME_DOC}/public?type=docx");
    let anyone =
        json!({ "link_share_entity": "anyone_readable", "external_access_entity": "open" });
    assert_eq!(kit.code(ADMIN, &link, &anyone), 1_063_003);
    assert_ne!(kit.code(OTHER_USER, &read, &Value::Null), 0);
    let tenants = &mut kit.state.identity.tenants;
    let own = tenants.get_mut(crate::demo::TENANT_KEY).expect("tenant");
    own.shares_outside = true;
    // The object's own door is a second condition.
    let alone = json!({ "link_share_entity": "anyone_readable" });
    assert_eq!(kit.code(ADMIN, &link, &alone), 1_063_003);
    kit.call(ADMIN, &link, &anyone).expect("opened");
    assert_eq!(kit.code(OTHER_USER, &read, &Value::Null), 0);
    let v1 = format!("GET /drive/v1/permissions/{WELCOME_DOC}/public?type=docx");
    let told = kit.call(ADMIN, &v1, &Value::Null).expect("told");
    assert_eq!(told["permission_public"]["external_access"], true);
    let closed = json!({ "external_access_entity": "closed" });
    let told = kit.call(ADMIN, &link, &closed).expect("closed");
    assert_eq!(
        told["permission_public"]["link_share_entity"],
        "tenant_readable"
    );
    assert_ne!(kit.code(OTHER_USER, &read, &Value::Null), 0);
}

#[test]
fn sheets_and_bases_are_made_in_folders_and_named() {
    let mut kit = Kit::new();
    let at = json!({ "title": "Numbers", "folder_token": TEAM_FOLDER });
    let made = kit.call(END_USER, "POST /sheets/v3/spreadsheets", &at);
    let sheet = token(&made.expect("made")["spreadsheet"]["spreadsheet_token"]);
    let line = format!("PATCH /sheets/v3/spreadsheets/{sheet}");
    kit.call(END_USER, &line, &json!({ "title": "More numbers" }))
        .expect("named");
    let at = json!({ "name": "Rows", "folder_token": TEAM_FOLDER });
    let made = kit.call(END_USER, "POST /bitable/v1/apps", &at);
    let base = token(&made.expect("made")["app"]["app_token"]);
    let line = format!("PUT /bitable/v1/apps/{base}");
    kit.call(END_USER, &line, &json!({ "name": "More rows" }))
        .expect("named");
    let title = |kit: &Kit, token: &str| kit.state.drive.entries[token].title.clone();
    assert_eq!(title(&kit, &sheet), "More numbers");
    assert_eq!(title(&kit, &base), "More rows");
    assert_eq!(kit.code(OTHER_USER, &line, &json!({ "name": "x" })), 91_403);
    assert_ne!(SHEET, sheet);
}

#[test]
fn a_page_leaves_its_wiki_and_becomes_a_file() {
    let mut kit = Kit::new();
    let page = json!({ "obj_type": "docx", "node_type": "origin", "parent_node_token": WIKI_NODE, "title": "x" });
    let space = crate::demo::WIKI_SPACE;
    let made = kit.call(ADMIN, &format!("POST /wiki/v2/spaces/{space}/nodes"), &page);
    let made = made.expect("made");
    let (node, object) = (
        token(&made["node"]["node_token"]),
        token(&made["node"]["obj_token"]),
    );
    let line = format!("POST /wiki/v2/nodes/{node}/move_wiki_to_docs");
    let body = json!({ "folder_token": TEAM_FOLDER });
    assert_eq!(kit.code(END_USER, &line, &body), 131_006);
    let task = kit.call(ADMIN, &line, &body).expect("begun");
    let check = format!(
        "GET /wiki/v2/tasks/{}?task_type=move_wiki_to_docs",
        token(&task["task_id"])
    );
    for status in [1, 0] {
        let told = kit.call(ADMIN, &check, &Value::Null).expect("told");
        let told = &told["task"]["move_wiki_to_docs_result"];
        assert_eq!(told["status"], status);
        assert_eq!(told["obj_token"], object.as_str());
    }
    assert_eq!(
        kit.state.drive.entries[&object].parent.as_deref(),
        Some(TEAM_FOLDER)
    );
    let gone = format!("GET /wiki/v2/spaces/get_node?token={node}");
    assert_eq!(kit.code(ADMIN, &gone, &Value::Null), 131_005);
}
