//! Drive, uploads, sheets and bases from outside, on the demo content.

#![expect(clippy::too_many_lines, reason = "a journey reads best in one piece")]

mod folders;
mod jobs;
mod looking;

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
