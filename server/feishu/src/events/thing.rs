//! What an event says about a document, a sheet, a base or a file: which one it is, what was done
//! to it and by whom. Never what it says now: values and texts are left out here, so that nobody
//! behind this can keep them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Records or fields of one event that are named; of more it is only said that there are more.
const MOST: usize = 200;
/// People of one event that are named.
const MOST_PEOPLE: usize = 20;

/// A thing in Feishu to which something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Feishu's word: `docx`, `doc`, `sheet`, `bitable`, `file`, `slides`.
    pub kind: String,
    /// Its token, never that of a wiki page in front of it.
    pub token: String,
    /// What was done.
    pub change: Change,
    /// Who did it (`open_id` in the app), as far as Feishu says.
    #[serde(default)]
    pub by: Vec<String>,
}

/// What was done to a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// The content was edited. Feishu gathers edits, and does not say which.
    Edited {
        /// The tab of a sheet, where Feishu says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sheet: Option<String>,
    },
    /// It has another title.
    Renamed,
    /// It lies in the trash.
    Trashed,
    /// It is gone for good.
    Deleted,
    /// Records of a table of a base. What formulas and lookups give changes without an event.
    Records {
        /// The table.
        table: String,
        /// The records, two hundred at most.
        records: Vec<Touched>,
        /// There were more.
        more: bool,
    },
    /// Fields of a table of a base.
    Fields {
        /// The table.
        table: String,
        /// The fields, two hundred at most.
        fields: Vec<Touched>,
        /// There were more.
        more: bool,
    },
    /// Somebody commented, or answered a comment.
    Commented {
        /// The comment.
        comment: String,
        /// The answer; empty when Feishu names none.
        reply: String,
    },
}

/// A record or field that was added, edited or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its id.
    pub id: String,
    /// How.
    pub how: How,
}

/// How a record or field was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is new.
    Added,
    /// It has other values.
    Edited,
    /// It is gone.
    Deleted,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body {
    file_type: String,
    file_token: String,
    operator_id: Option<UserId>,
    operator_id_list: Vec<UserId>,
    sheet_id: Option<String>,
    table_id: String,
    action_list: Vec<Deed>,
    notice_meta: Option<NoticeMeta>,
    comment_id: String,
    reply_id: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NoticeMeta {
    file_type: String,
    file_token: String,
    from_user_id: Option<UserId>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct UserId {
    open_id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Deed {
    action: String,
    record_id: String,
    field_id: String,
}

/// The thing that an event is about; `None` when it is about none, or names none properly.
pub(super) fn of(kind: &str, body: &Value) -> Option<Thing> {
    let mut body = Body::deserialize(body).ok()?;
    let change = match kind {
        "drive.file.edit_v1" => Change::Edited {
            sheet: body.sheet_id.take().filter(|id| is_id(id)),
        },
        "drive.file.title_updated_v1" => Change::Renamed,
        "drive.file.trashed_v1" => Change::Trashed,
        "drive.file.deleted_v1" => Change::Deleted,
        "drive.file.bitable_record_changed_v1" => {
            let (records, more) = touched(&body.action_list, |action| &action.record_id);
            let table = std::mem::take(&mut body.table_id);
            is_id(&table).then_some(())?;
            Change::Records {
                table,
                records,
                more,
            }
        }
        "drive.file.bitable_field_changed_v1" => {
            let (fields, more) = touched(&body.action_list, |action| &action.field_id);
            let table = std::mem::take(&mut body.table_id);
            is_id(&table).then_some(())?;
            Change::Fields {
                table,
                fields,
                more,
            }
        }
        "drive.notice.comment_add_v1" => {
            let meta = body.notice_meta.take()?;
            (body.file_type, body.file_token) = (meta.file_type, meta.file_token);
            body.operator_id = meta.from_user_id;
            Change::Commented {
                comment: std::mem::take(&mut body.comment_id),
                reply: std::mem::take(&mut body.reply_id),
            }
        }
        _ => return None,
    };
    let by = body.operator_id.into_iter().chain(body.operator_id_list);
    let by = by.filter_map(|one| one.open_id).filter(|id| is_id(id));
    let thing = Thing {
        by: by.take(MOST_PEOPLE).collect(),
        kind: body.file_type,
        token: body.file_token,
        change,
    };
    (is_id(&thing.kind) && is_id(&thing.token)).then_some(thing)
}

fn touched(actions: &[Deed], id: impl Fn(&Deed) -> &String) -> (Vec<Touched>, bool) {
    let all = actions.iter().filter_map(|action| {
        let (_, how) = action.action.split_once('_')?;
        let how = match how {
            "added" => How::Added,
            "edited" => How::Edited,
            "deleted" => How::Deleted,
            _ => return None,
        };
        let id = id(action);
        is_id(id).then(|| Touched {
            id: id.clone(),
            how,
        })
    });
    (all.take(MOST).collect(), actions.len() > MOST)
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !text.is_empty() && text.len() <= super::MAX_ID && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, event: &Value) -> Option<Thing> {
        of(kind, event)
    }

    #[test]
    fn an_edit_names_the_thing_and_who_edited_it() {
        let event = json!({
            "file_type": "sheet", "file_token": "shtA", "sheet_id": "0b1",
            "operator_id_list": [{ "open_id": "ou_1", "user_id": "x" }, { "union_id": "on_2" }],
            "subscriber_id_list": [{ "open_id": "ou_9" }],
        });
        let thing = read("drive.file.edit_v1", &event).unwrap();
        assert_eq!(
            (thing.kind.as_str(), thing.token.as_str()),
            ("sheet", "shtA")
        );
        assert_eq!(thing.by, ["ou_1"]);
        let sheet = Some("0b1".to_owned());
        assert_eq!(thing.change, Change::Edited { sheet });
        for (kind, change) in [
            ("drive.file.title_updated_v1", Change::Renamed),
            ("drive.file.trashed_v1", Change::Trashed),
            ("drive.file.deleted_v1", Change::Deleted),
        ] {
            let event = json!({
                "file_type": "docx", "file_token": "doxA", "operator_id": { "open_id": "ou_1" },
            });
            let thing = read(kind, &event).unwrap();
            assert_eq!((thing.change, thing.by), (change, vec!["ou_1".to_owned()]));
        }
    }

    #[test]
    fn of_records_and_fields_ids_are_kept_and_values_are_not() {
        let record = |id: usize| {
            json!({ "record_id": format!("rec{id}"), "action": "record_edited",
                "after_value": [{ "field_id": "fld1", "field_value": "\"secret\"" }] })
        };
        let event = json!({
            "file_type": "bitable", "file_token": "bas1", "table_id": "tbl1", "revision": 7,
            "action_list": (0..300).map(record).collect::<Vec<_>>(),
        });
        let thing = read("drive.file.bitable_record_changed_v1", &event).unwrap();
        let kept = serde_json::to_string(&thing).unwrap();
        assert!(!kept.contains("secret") && !kept.contains("fld1"), "{kept}");
        assert_eq!(serde_json::from_str::<Thing>(&kept).unwrap(), thing);
        let Change::Records {
            table,
            records,
            more,
        } = thing.change
        else {
            unreachable!("records")
        };
        assert_eq!((table.as_str(), records.len(), more), ("tbl1", 200, true));
        assert_eq!(
            (records[0].id.as_str(), records[0].how),
            ("rec0", How::Edited)
        );
        let event = json!({
            "file_type": "bitable", "file_token": "bas1", "table_id": "tbl1",
            "action_list": [
                { "action": "field_added", "field_id": "fld1", "after_value": { "name": "secret" } },
                { "action": "field_vanished", "field_id": "fld2" },
            ],
        });
        let thing = read("drive.file.bitable_field_changed_v1", &event).unwrap();
        let Change::Fields { fields, more, .. } = thing.change else {
            unreachable!("fields")
        };
        assert_eq!((fields.len(), more), (1, false));
    }

    #[test]
    fn a_comment_is_about_the_thing_that_it_stands_on() {
        let event = json!({
            "notice_meta": { "file_type": "docx", "file_token": "doxA",
                "from_user_id": { "open_id": "ou_1" }, "to_user_id": { "open_id": "ou_2" },
                "notice_type": "add_comment" },
            "comment_id": "7001", "reply_id": "7002", "is_mentioned": true,
        });
        let thing = read("drive.notice.comment_add_v1", &event).unwrap();
        assert_eq!(
            (thing.token.as_str(), thing.by),
            ("doxA", vec!["ou_1".to_owned()])
        );
        assert!(matches!(thing.change, Change::Commented { comment, .. } if comment == "7001"));
    }

    #[test]
    fn what_names_nothing_properly_is_about_nothing() {
        for event in [
            json!({}),
            json!(null),
            json!({ "file_type": "docx", "file_token": "" }),
            json!({ "file_type": "docx", "file_token": "../x" }),
            json!({ "file_type": "docx", "file_token": "a".repeat(200) }),
            json!({ "file_type": "docx", "file_token": "doxA", "action_list": 7 }),
        ] {
            assert_eq!(read("drive.file.edit_v1", &event), None, "{event}");
        }
        let event = json!({ "file_type": "docx", "file_token": "doxA" });
        assert_eq!(read("drive.file.read_v1", &event), None);
        assert_eq!(read("drive.file.bitable_record_changed_v1", &event), None);
    }
}
