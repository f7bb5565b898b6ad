//! Changes of a document: new blocks, changed blocks, deleted blocks.
//!
//! Every change names the revision that its positions are meant for; Feishu moves them along when
//! the document has grown since, as long as that was at most 1000 revisions ago. `client_token`
//! makes a repeated change harmless.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{
    super::loose,
    block::{Block, NewBlock},
};
use crate::{FeishuError, Request, Session};

/// The revision for "the newest, whatever it is".
pub const NEWEST: i64 = -1;

/// A tree of new blocks to be put under one block.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Descendants<'a> {
    /// Temporary ids of the blocks of the first level, in order.
    pub children_id: &'a [String],
    /// Where among the children; -1 is the end.
    pub index: i64,
    /// All new blocks, at most 1000.
    pub descendants: &'a [NewBlock],
}

/// What became of temporary ids.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Created {
    /// The revision after the write.
    #[serde(default, deserialize_with = "loose::int")]
    pub document_revision_id: i64,
    /// The new blocks of the first level.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub children: Vec<Block>,
    /// Temporary and real ids.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub block_id_relations: Vec<Relation>,
}

/// A temporary id and the real one.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Relation {
    /// As sent.
    #[serde(default)]
    pub temporary_block_id: String,
    /// As given by Feishu.
    #[serde(default)]
    pub block_id: String,
}

/// A change of one block. In one request a block may be changed once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Update {
    /// The block.
    pub block_id: String,
    /// What becomes of it.
    #[serde(flatten)]
    pub change: Change,
}

/// What becomes of a block; named as Feishu names it. Ranges end before their second number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Other text, the style of the block as it is.
    UpdateTextElements {
        /// Elements as Feishu prints them.
        elements: Vec<Value>,
    },
    /// Other text and other style.
    UpdateText {
        /// Elements as Feishu prints them.
        elements: Vec<Value>,
        /// The style.
        style: Map<String, Value>,
        /// Which fields of the style change, by Feishu's numbers.
        fields: Vec<u8>,
    },
    /// Other style, the text as it is.
    UpdateTextStyle {
        /// The style.
        style: Map<String, Value>,
        /// Which fields of the style change, by Feishu's numbers.
        fields: Vec<u8>,
    },
    /// A new row; -1 is the end.
    InsertTableRow {
        /// Stands before this row.
        row_index: i64,
    },
    /// A new column; -1 is the end.
    InsertTableColumn {
        /// Stands before this column.
        column_index: i64,
    },
    /// Rows go away.
    DeleteTableRows {
        /// The first.
        row_start_index: usize,
        /// The one after the last.
        row_end_index: usize,
    },
    /// Columns go away.
    DeleteTableColumns {
        /// The first.
        column_start_index: usize,
        /// The one after the last.
        column_end_index: usize,
    },
    /// Cells become one.
    MergeTableCells {
        /// The first row.
        row_start_index: usize,
        /// The row after the last.
        row_end_index: usize,
        /// The first column.
        column_start_index: usize,
        /// The column after the last.
        column_end_index: usize,
    },
    /// A merged cell is divided again.
    UnmergeTableCells {
        /// Its row.
        row_index: usize,
        /// Its column.
        column_index: usize,
    },
}

/// What a changing call answers.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Updated {
    /// The revision after the write.
    #[serde(default, deserialize_with = "loose::int")]
    pub document_revision_id: i64,
    /// The changed blocks.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub blocks: Vec<Block>,
}

/// `docx.v1.documentBlockDescendant.create`: a tree of at most 1000 blocks under one block.
pub async fn create_descendants(
    session: &Session,
    document: &str,
    parent: &str,
    tree: &Descendants<'_>,
    client_token: &str,
) -> Result<Created, FeishuError> {
    insert_descendants(session, document, parent, tree, NEWEST, client_token).await
}

/// As [`create_descendants`], with the position meant for a revision.
pub async fn insert_descendants(
    session: &Session,
    document: &str,
    parent: &str,
    tree: &Descendants<'_>,
    revision: i64,
    client_token: &str,
) -> Result<Created, FeishuError> {
    let request =
        Request::post("/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}/descendant")
            .path("document_id", document)?
            .path("block_id", parent)?
            .query("document_revision_id", revision.to_string())
            .query("client_token", client_token)
            .json(tree)
            .idempotent(true);
    session.fetch(request).await
}

/// `docx.v1.documentBlock.batchUpdate`: at most 200 changes, all or none.
pub async fn batch_update(
    session: &Session,
    document: &str,
    requests: &[Update],
    revision: i64,
    client_token: &str,
) -> Result<Updated, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        requests: &'a [Update],
    }
    let request = Request::patch("/open-apis/docx/v1/documents/{document_id}/blocks/batch_update")
        .path("document_id", document)?
        .query("document_revision_id", revision.to_string())
        .query("client_token", client_token)
        .json(&Body { requests })
        .idempotent(true);
    session.fetch(request).await
}

/// `docx.v1.documentBlockChildren.batchDelete`: the children from `start` to before `end`.
pub async fn delete_children(
    session: &Session,
    document: &str,
    parent: &str,
    (start, end): (usize, usize),
    revision: i64,
    client_token: &str,
) -> Result<Updated, FeishuError> {
    #[derive(Serialize)]
    struct Body {
        start_index: usize,
        end_index: usize,
    }
    let request = Request::delete(
        "/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}/children/batch_delete",
    )
    .path("document_id", document)?
    .path("block_id", parent)?
    .query("document_revision_id", revision.to_string())
    .query("client_token", client_token)
    .json(&Body {
        start_index: start,
        end_index: end,
    })
    .idempotent(true);
    session.fetch(request).await
}

/// A client token (a UUID, version 4 in form) that is the same wherever and whenever it is made of
/// the same parts: a repeated call is recognised by Feishu itself, also after a restart.
pub fn client_token(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let hex: String = digest
        .iter()
        .take(16)
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect();
    let (variant, rest) = (&hex[16..17], &hex[17..20]);
    let variant = match variant.as_bytes().first().map_or(0, |digit| digit % 4) {
        0 => '8',
        1 => '9',
        2 => 'a',
        _ => 'b',
    };
    format!(
        "{}-{}-4{}-{variant}{rest}-{}",
        &hex[0..8],
        &hex[8..12],
        &hex[13..16],
        &hex[20..32]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_token_is_a_uuid_that_repeats_with_its_parts() {
        let token = client_token(&["k", "doc", "0"]);
        assert_eq!(token, client_token(&["k", "doc", "0"]));
        assert_ne!(token, client_token(&["k", "doc", "1"]));
        assert_ne!(client_token(&["ab", "c"]), client_token(&["a", "bc"]));
        let parts: Vec<usize> = token.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(token.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&token.as_bytes()[19]));
    }

    #[test]
    fn a_change_is_printed_as_feishu_names_it() {
        let update = Update {
            block_id: "b".to_owned(),
            change: Change::InsertTableRow { row_index: -1 },
        };
        assert_eq!(
            serde_json::to_value(&update).unwrap(),
            serde_json::json!({"block_id": "b", "insert_table_row": {"row_index": -1}})
        );
    }
}
