//! The demo apps and what they may do.

use crate::apps::App;
use crate::demo;
use crate::state::State;

/// Scopes of the demo apps: what documents, drive, wiki, sheets, bases, search, people, tasks
/// and calendars need at least.
pub(super) const SCOPES: &[&str] = &[
    "offline_access",
    "auth:user.id:read",
    // documents
    // Deleting blocks is open to the broad scope only.
    "docx:document",
    "docx:document:readonly",
    "docx:document:create",
    "docx:document:write_only",
    "docx:document.block:convert",
    "docs:document.content:read",
    "docs:document.media:upload",
    "docs:document.media:download",
    "board:whiteboard:node:create",
    "board:whiteboard:node:read",
    // drive
    "space:document:retrieve",
    "drive:drive.metadata:readonly",
    "drive:drive:version:readonly",
    "docs:document:copy",
    "space:document:move",
    "space:document:delete",
    "space:folder:create",
    "space:document:shortcut",
    "drive:file:upload",
    "drive:file:download",
    "docs:document:import",
    "docs:document:export",
    "docs:permission.member:retrieve",
    "docs:permission.member:create",
    "docs:permission.member:update",
    "docs:permission.member:delete",
    "docs:permission.member:auth",
    "docs:permission.member:transfer",
    "docs:permission.setting:read",
    "docs:permission.setting:write_only",
    // comments
    "docs:document.comment:read",
    "docs:document.comment:create",
    "docs:document.comment:update",
    "docs:document.comment:delete",
    // events of files
    "docs:event:subscribe",
    "docs:event.document_edited:read",
    "docs:event.document_deleted:read",
    // wiki
    "wiki:space:retrieve",
    "wiki:space:read",
    "wiki:space:write_only",
    "wiki:node:retrieve",
    "wiki:node:read",
    "wiki:node:create",
    "wiki:node:move",
    "wiki:node:copy",
    "wiki:node:update",
    "wiki:member:create",
    "wiki:member:retrieve",
    "wiki:member:update",
    "wiki:setting:write_only",
    // sheets and bases
    "sheets:spreadsheet",
    "sheets:spreadsheet.meta:read",
    "sheets:spreadsheet.meta:write_only",
    "sheets:spreadsheet:read",
    "sheets:spreadsheet:readonly",
    "sheets:spreadsheet:create",
    "sheets:spreadsheet:write_only",
    "bitable:app",
    "bitable:app:readonly",
    "base:app:create",
    "base:app:read",
    "base:app:update",
    "base:app:copy",
    "base:table:create",
    "base:table:read",
    "base:table:update",
    "base:table:delete",
    "base:field:create",
    "base:field:read",
    "base:field:update",
    "base:field:delete",
    "base:record:create",
    "base:record:read",
    "base:record:retrieve",
    "base:record:update",
    "base:record:delete",
    "base:view:read",
    "base:view:write_only",
    // search and people
    "search:docs:read",
    "contact:user:search",
    "contact:contact.base:readonly",
    "contact:user.base:readonly",
    "contact:user.basic_profile:readonly",
    "contact:user.email:readonly",
    "contact:user.employee_id:readonly",
    "contact:user.employee:readonly",
    "contact:user.department:readonly",
    "contact:department.base:readonly",
    "contact:department.organize:readonly",
    // tasks, calendars, chats
    "task:task:read",
    "task:task:write",
    "task:tasklist:read",
    "task:tasklist:write",
    "calendar:calendar:read",
    "calendar:calendar.event:create",
    "calendar:calendar.event:read",
    "calendar:calendar.event:update",
    "calendar:calendar.event:delete",
    "calendar:calendar.free_busy:read",
    "im:message",
    "im:message.send_as_user",
    "im:message:readonly",
    "im:chat:read",
    "im:chat.members:read",
];

/// Scopes that only an app itself can hold.
const TENANT_ONLY: &[&str] = &[
    "contact:group:readonly",
    "contact:user.id:readonly",
    "application:application:self_manage",
    "admin:app.info:readonly",
    "tenant:tenant:readonly",
];

/// Adds the two apps.
pub(super) fn seed(state: &mut State) {
    let apps = [
        (
            demo::APP_ID,
            demo::APP_SECRET,
            demo::TENANT_KEY,
            "极光 MCP 助手 Aurora MCP",
        ),
        (
            demo::OTHER_APP_ID,
            demo::OTHER_APP_SECRET,
            demo::OTHER_TENANT_KEY,
            "Globex MCP",
        ),
    ];
    for (app_id, secret, tenant_key, name) in apps {
        let app = complete(app_id, secret, tenant_key, name);
        state.apps.insert(app_id.to_owned(), app);
    }
}

/// An app with every scope of the demo.
pub(crate) fn complete(app_id: &str, secret: &str, tenant_key: &str, name: &str) -> App {
    let owned = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let mut tenant_scopes: std::collections::BTreeSet<String> = owned(SCOPES);
    tenant_scopes.remove("offline_access");
    tenant_scopes.extend(TENANT_ONLY.iter().map(|scope| (*scope).to_owned()));
    App {
        app_id: app_id.to_owned(),
        secret: secret.to_owned(),
        name: name.to_owned(),
        tenant_key: tenant_key.to_owned(),
        user_scopes: owned(SCOPES),
        tenant_scopes,
        verification_token: format!("verify-{}", &app_id[app_id.len().saturating_sub(8)..]),
        encrypt_key: "sandbox encrypt key".to_owned(),
        ..App::default()
    }
}
