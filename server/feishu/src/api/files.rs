//! Making, copying, moving and deleting in the drive (`drive/v1/files`), and the jobs that turn
//! documents into files and back. Creating and copying have no idempotency key, so they are not
//! repeated after an unclear failure.

mod jobs;

use serde::{Deserialize, Serialize};

pub use jobs::{
    ExportState, ImportState, MAX_FILE, NewExport, NewImport, export, exported, exported_file,
    import, import_source, imported,
};

use super::{drive::File, loose};
use crate::{FeishuError, Request, Session};

/// Entries of one page of a listing.
const PAGE_SIZE: &str = "50";

/// The most entries that one look at a folder reads.
pub const MAX_LOOK: usize = 200;

/// A folder or document that was made.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Created {
    /// Token.
    #[serde(default)]
    pub token: String,
    /// Address of the page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
}

/// How far a move or deletion of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderTask {
    /// Done.
    Done,
    /// Still going on.
    Running,
    /// Given up by Feishu.
    Failed,
}

#[derive(Deserialize)]
struct TaskReply {
    #[serde(default, deserialize_with = "loose::nullable")]
    task_id: String,
}

/// `drive.explorer.v2.root_folder.meta.get`: the token of the caller's root folder.
pub async fn root(session: &Session) -> Result<String, FeishuError> {
    let request = Request::get("/open-apis/drive/explorer/v2/root_folder/meta");
    Ok(session.fetch::<Created>(request).await?.token)
}

/// `drive.v1.file.list`: one page of a folder, newest edits first; an empty token is the root,
/// which Feishu gives whole.
pub async fn list(
    session: &Session,
    folder: &str,
    page_token: Option<&str>,
) -> Result<super::drive::FilePage, FeishuError> {
    let mut request = Request::get("/open-apis/drive/v1/files")
        .query("folder_token", folder)
        .query("page_size", PAGE_SIZE)
        .query("order_by", "EditedTime")
        .query("direction", "DESC");
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `drive.v1.file.list`: the [`MAX_LOOK`] newest entries of a folder, to see what a call that
/// was cut off left behind.
pub async fn newest(session: &Session, folder: &str) -> Result<Vec<File>, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/files")
        .query("folder_token", folder)
        .query("page_size", MAX_LOOK.to_string())
        .query("order_by", "CreatedTime")
        .query("direction", "DESC");
    Ok(session
        .fetch::<super::drive::FilePage>(request)
        .await?
        .files)
}

/// `drive.v1.file.createFolder`; an empty parent is the root.
pub async fn create_folder(
    session: &Session,
    name: &str,
    parent: &str,
) -> Result<Created, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
        folder_token: &'a str,
    }
    let request = Request::post("/open-apis/drive/v1/files/create_folder").json(&Body {
        name,
        folder_token: parent,
    });
    session.fetch(request).await
}

/// `sheets.v3.spreadsheet.create`; without a folder it lies in the root.
pub async fn create_sheet(
    session: &Session,
    title: &str,
    folder: Option<&str>,
) -> Result<Created, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        title: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        folder_token: Option<&'a str>,
    }
    #[derive(Deserialize)]
    struct Reply {
        spreadsheet: Spreadsheet,
    }
    #[derive(Deserialize)]
    struct Spreadsheet {
        spreadsheet_token: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        url: String,
    }
    let request = Request::post("/open-apis/sheets/v3/spreadsheets").json(&Body {
        title,
        folder_token: folder,
    });
    let made = session.fetch::<Reply>(request).await?.spreadsheet;
    Ok(Created {
        token: made.spreadsheet_token,
        url: made.url,
    })
}

/// `bitable.v1.app.create`; without a folder it lies in the root.
pub async fn create_base(
    session: &Session,
    name: &str,
    folder: Option<&str>,
) -> Result<Created, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        folder_token: Option<&'a str>,
    }
    #[derive(Deserialize)]
    struct Reply {
        app: App,
    }
    #[derive(Deserialize)]
    struct App {
        app_token: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        url: String,
    }
    let request = Request::post("/open-apis/bitable/v1/apps").json(&Body {
        name,
        folder_token: folder,
    });
    let made = session.fetch::<Reply>(request).await?.app;
    Ok(Created {
        token: made.app_token,
        url: made.url,
    })
}

/// `drive.v1.file.copy`; folders cannot be copied.
pub async fn copy(
    session: &Session,
    (token, kind): (&str, &str),
    name: &str,
    folder: &str,
) -> Result<File, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
        #[serde(rename = "type")]
        kind: &'a str,
        folder_token: &'a str,
    }
    #[derive(Deserialize)]
    struct Reply {
        file: File,
    }
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/copy")
        .path("file_token", token)?
        .json(&Body {
            name,
            kind,
            folder_token: folder,
        });
    Ok(session.fetch::<Reply>(request).await?.file)
}

/// `drive.v1.file.move`. Gives a task for folders. Moving to where a thing is already changes
/// nothing, so it may be repeated.
pub async fn relocate(
    session: &Session,
    (token, kind): (&str, &str),
    folder: &str,
) -> Result<Option<String>, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        folder_token: &'a str,
    }
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/move")
        .path("file_token", token)?
        .json(&Body {
            kind,
            folder_token: folder,
        })
        .idempotent(true);
    let task = session.fetch::<TaskReply>(request).await?.task_id;
    Ok((!task.is_empty()).then_some(task))
}

/// `drive.v1.file.delete`: to the trash of its owner. Gives a task for folders.
pub async fn delete(
    session: &Session,
    token: &str,
    kind: &str,
) -> Result<Option<String>, FeishuError> {
    let request = Request::delete("/open-apis/drive/v1/files/{file_token}")
        .path("file_token", token)?
        .query("type", kind);
    let task = session.fetch::<TaskReply>(request).await?.task_id;
    Ok((!task.is_empty()).then_some(task))
}

/// `drive.v1.file.createShortcut`.
pub async fn create_shortcut(
    session: &Session,
    (token, kind): (&str, &str),
    folder: &str,
) -> Result<File, FeishuError> {
    #[derive(Serialize)]
    struct Refer<'a> {
        refer_token: &'a str,
        refer_type: &'a str,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        parent_token: &'a str,
        refer_entity: Refer<'a>,
    }
    #[derive(Deserialize)]
    struct Reply {
        succ_shortcut_node: File,
    }
    let request = Request::post("/open-apis/drive/v1/files/create_shortcut").json(&Body {
        parent_token: folder,
        refer_entity: Refer {
            refer_token: token,
            refer_type: kind,
        },
    });
    Ok(session.fetch::<Reply>(request).await?.succ_shortcut_node)
}

/// `drive.v1.file.taskCheck`.
pub async fn task(session: &Session, id: &str) -> Result<FolderTask, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        status: String,
    }
    let request = Request::get("/open-apis/drive/v1/files/task_check").query("task_id", id);
    Ok(
        match session.fetch::<Reply>(request).await?.status.as_str() {
            "success" => FolderTask::Done,
            "fail" => FolderTask::Failed,
            _ => FolderTask::Running,
        },
    )
}

/// `docx.v1.documentBlock.patch` of the page itself: the title of a document.
pub async fn rename_document(
    session: &Session,
    document: &str,
    title: &str,
) -> Result<(), FeishuError> {
    let body = serde_json::json!({
        "update_text_elements": { "elements": [{ "text_run": { "content": title } }] }
    });
    let request = Request::patch("/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}")
        .path("document_id", document)?
        .path("block_id", document)?
        .json(&body)
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v3.spreadsheet.patch`: the title of a spreadsheet.
pub async fn rename_sheet(session: &Session, token: &str, title: &str) -> Result<(), FeishuError> {
    let request = Request::patch("/open-apis/sheets/v3/spreadsheets/{spreadsheet_token}")
        .path("spreadsheet_token", token)?
        .json(&serde_json::json!({ "title": title }))
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `bitable.v1.app.update`: the name of a base.
pub async fn rename_base(session: &Session, token: &str, name: &str) -> Result<(), FeishuError> {
    let request = Request::put("/open-apis/bitable/v1/apps/{app_token}")
        .path("app_token", token)?
        .json(&serde_json::json!({ "name": name }))
        .idempotent(true);
    session.call(request).await.map(drop)
}
