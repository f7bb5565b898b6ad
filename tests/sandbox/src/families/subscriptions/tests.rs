//! Subscriptions to files, and the events that they bring.

use serde_json::{Value, json};

use crate::demo::{ADMIN, APP_ID, DEVELOPER, OTHER_APP_ID, OTHER_USER};
use crate::events::{ChangeKind, Event, Row, things};
use crate::families::testkit::Kit;
use crate::ids::IdSource;
use crate::seed::tokens::{BASE, OKR_DOC, SHEET};

fn line(method: &str, token: &str, kind: &str) -> String {
    let last = match method {
        "GET" => "get_subscribe",
        "DELETE" => "delete_subscribe",
        _ => "subscribe",
    };
    format!("{method} /drive/v1/files/{token}/{last}?file_type={kind}")
}

/// What the apps are told since the last time.
fn told(kit: &mut Kit) -> Vec<(String, Event)> {
    things::take(&mut kit.state, &mut IdSource::seeded("told"))
}

/// The demo app listens.
fn listening() -> Kit {
    let mut kit = Kit::new();
    for app in kit.state.apps.values_mut() {
        "http://receiver".clone_into(&mut app.event_url);
    }
    kit
}

fn owner(kit: &Kit, token: &str) -> String {
    kit.state.drive.entries[token].owner.clone()
}

#[test]
fn owners_and_managers_subscribe_and_nobody_else() {
    let mut kit = Kit::new();
    let owner = owner(&kit, OKR_DOC);
    let stranger = [ADMIN, DEVELOPER].into_iter().find(|who| **who != owner);
    let stranger = stranger.expect("somebody else");
    let on = line("POST", OKR_DOC, "docx");
    let state = line("GET", OKR_DOC, "docx");
    let off = line("DELETE", OKR_DOC, "docx");
    assert_eq!(kit.code(stranger, &on, &Value::Null), 1_069_603);
    assert_eq!(kit.code(OTHER_USER, &on, &Value::Null), 1_069_603);
    assert_eq!(kit.code("app", &on, &Value::Null), 1_069_603);
    assert_eq!(kit.code(&owner, &off, &Value::Null), 1_069_605);
    for _ in 0..2 {
        assert_eq!(kit.code(&owner, &on, &Value::Null), 0);
        let answer = kit.call(&owner, &state, &Value::Null).expect("state");
        assert_eq!(answer, json!({ "is_subscribe": true }));
    }
    assert_eq!(kit.code(&owner, &off, &Value::Null), 0);
    let answer = kit.call(&owner, &state, &Value::Null).expect("state");
    assert_eq!(answer, json!({ "is_subscribe": false }));
    for (token, kind, code) in [
        (OKR_DOC, "sheet", 1_069_602),
        ("nothing", "docx", 1_069_604),
        (
            OKR_DOC,
            "docx&event_type=file.created_in_folder_v1",
            1_069_602,
        ),
    ] {
        let line = line("POST", token, kind);
        assert_eq!(kit.code(&owner, &line, &Value::Null), code, "{line}");
    }
}

#[test]
fn an_app_hears_of_what_it_subscribed_to_and_of_nothing_else() {
    let mut kit = listening();
    let owner = owner(&kit, OKR_DOC);
    let edit = |kit: &mut Kit, text: &str| {
        let line = format!("POST /docx/v1/documents/{OKR_DOC}/blocks/{OKR_DOC}/children");
        let text = json!({ "elements": [{ "text_run": { "content": text } }] });
        let body = json!({ "children": [{ "block_type": 2, "text": text }] });
        kit.call(&owner, &line, &body).expect("an edit");
    };
    edit(&mut kit, "before");
    assert!(told(&mut kit).is_empty(), "nobody subscribed");
    let on = line("POST", OKR_DOC, "docx");
    kit.call(&owner, &on, &Value::Null).expect("subscribed");
    edit(&mut kit, "after");
    let events = told(&mut kit);
    let [(app, event)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (app.as_str(), event.kind.as_str()),
        (APP_ID, "drive.file.edit_v1")
    );
    assert_eq!(event.body["file_token"], OKR_DOC);
    assert_eq!(event.body["file_type"], "docx");
    let by = Kit::open_id(&owner);
    assert_eq!(event.body["operator_id_list"][0]["open_id"], by);
    assert!(!event.body.to_string().contains("after"), "no content");
    assert_ne!(app, OTHER_APP_ID);

    let line = format!("DELETE /drive/v1/files/{OKR_DOC}?type=docx");
    kit.call(&owner, &line, &Value::Null).expect("trashed");
    let events = told(&mut kit);
    assert_eq!(events[0].1.kind, "drive.file.trashed_v1");
    assert_eq!(events[0].1.body["operator_id"]["open_id"], by);
}

#[test]
fn a_manager_who_is_not_the_owner_hears_of_edits_only() {
    let mut kit = listening();
    let (manager, now) = (DEVELOPER.to_owned(), kit.now_ms);
    let owner = owner(&kit, OKR_DOC);
    assert_ne!(owner, manager);
    kit.state.subscriptions.add(OKR_DOC, APP_ID, &manager);
    for change in [ChangeKind::Renamed, ChangeKind::Trashed, ChangeKind::Edited] {
        kit.state.changed(OKR_DOC, &owner, change, now);
    }
    let kinds: Vec<_> = told(&mut kit)
        .into_iter()
        .map(|(_, one)| one.kind)
        .collect();
    assert_eq!(kinds, ["drive.file.edit_v1"]);
}

#[test]
fn changes_of_sheets_and_bases_say_where() {
    let mut kit = listening();
    let now = kit.now_ms;
    for token in [SHEET, BASE] {
        let owner = owner(&kit, token);
        kit.state.subscriptions.add(token, APP_ID, &owner);
    }
    let tab = ChangeKind::SheetEdited("0b1c2d".to_owned());
    kit.state.changed(SHEET, DEVELOPER, tab, now);
    let rows = vec![
        Row {
            id: "rec1".to_owned(),
            before: None,
            after: Some(json!({ "fld1": "text", "fld2": 7 })),
        },
        Row {
            id: "rec2".to_owned(),
            before: Some(json!({ "fld1": "old" })),
            after: None,
        },
    ];
    let records = ChangeKind::Records {
        table: "tbl1".to_owned(),
        revision: 5,
        rows: rows.clone(),
    };
    kit.state.changed(BASE, DEVELOPER, records, now);
    let fields = ChangeKind::Fields {
        table: "tbl1".to_owned(),
        revision: 6,
        rows: vec![Row {
            id: "fld3".to_owned(),
            before: Some(json!({ "id": "fld3", "name": "A", "type": 1 })),
            after: Some(json!({ "id": "fld3", "name": "B", "type": 1 })),
        }],
    };
    kit.state.changed(BASE, APP_ID, fields, now);
    let events = told(&mut kit);
    let bodies: Vec<&Value> = events.iter().map(|(_, event)| &event.body).collect();
    assert_eq!(bodies[0]["sheet_id"], "0b1c2d");
    assert_eq!(events[1].1.kind, "drive.file.bitable_record_changed_v1");
    assert_eq!(bodies[1]["table_id"], "tbl1");
    assert_eq!(
        bodies[1]["action_list"],
        json!([
            { "record_id": "rec1", "action": "record_added", "before_value": [],
              "after_value": [{ "field_id": "fld1", "field_value": "\"text\"" },
                              { "field_id": "fld2", "field_value": "7" }] },
            { "record_id": "rec2", "action": "record_deleted", "after_value": [],
              "before_value": [{ "field_id": "fld1", "field_value": "\"old\"" }] },
        ])
    );
    assert_eq!(events[2].1.kind, "drive.file.bitable_field_changed_v1");
    assert_eq!(bodies[2]["action_list"][0]["action"], "field_edited");
    assert_eq!(bodies[2]["operator_id"], json!({}), "an app is nobody");
    assert_eq!(kit.state.drive.entries[BASE].edited_ms, now);
}

#[test]
fn without_the_scope_of_the_event_an_app_is_not_told() {
    let mut kit = listening();
    let (owner, now) = (owner(&kit, OKR_DOC), kit.now_ms);
    kit.state.subscriptions.add(OKR_DOC, APP_ID, &owner);
    let app = kit.state.apps.get_mut(APP_ID).expect("the app");
    app.tenant_scopes.clear();
    kit.state.changed(OKR_DOC, &owner, ChangeKind::Edited, now);
    assert!(told(&mut kit).is_empty());
}
