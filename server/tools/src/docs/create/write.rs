//! Making the document and sending its content, batch by batch.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use feishu::api::{docx, wiki};

use super::{
    super::markdown::compile::{Batch, Parent},
    Place,
};
use crate::{ResolvedNode, ToolCx, ToolError};

/// The new document.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) document: String,
    pub(super) node: Option<String>,
    revision: i64,
}

impl Made {
    pub(super) fn page(&self, cx: &ToolCx) -> String {
        match &self.node {
            Some(node) => cx.facts.page(&format!("/wiki/{node}")),
            None => cx.facts.page(&format!("/docx/{}", self.document)),
        }
    }
}

/// Makes the empty document, or finds the one that this key made before.
pub(super) async fn make(
    cx: &ToolCx,
    title: &str,
    place: &Place,
    key: &str,
) -> Result<Made, ToolError> {
    let memory = format!("made {key}");
    if let Some(known) = cx.refs.get(&memory) {
        return Ok(Made {
            document: known.obj_token.clone(),
            node: (!known.node_token.is_empty()).then(|| known.node_token.clone()),
            revision: 1,
        });
    }
    cx.check()?;
    let made = match place {
        Place::Wiki { space, parent } => {
            let node = wiki::create_document(&cx.feishu, space, parent.as_deref(), title)
                .await
                .map_err(|fault| cx.fault(fault))?;
            Made {
                document: node.obj_token,
                node: Some(node.node_token),
                revision: 1,
            }
        }
        Place::Root | Place::Folder(_) => {
            let folder = match place {
                Place::Folder(token) => Some(token.as_str()),
                _ => None,
            };
            let document = docx::create(&cx.feishu, title, folder)
                .await
                .map_err(|fault| cx.fault(fault))?;
            cx.refs
                .put_parent(&document.document_id, folder.unwrap_or_default());
            Made {
                document: document.document_id,
                node: None,
                revision: document.revision_id,
            }
        }
    };
    cx.refs.put(
        &memory,
        Arc::new(ResolvedNode {
            space_id: String::new(),
            node_token: made.node.clone().unwrap_or_default(),
            parent: String::new(),
            obj_token: made.document.clone(),
            obj_type: "docx".to_owned(),
            title: title.to_owned(),
        }),
    );
    Ok(made)
}

/// How far the content came.
pub(super) struct Written {
    pub(super) batches: usize,
    pub(super) revision: i64,
    pub(super) stopped: Option<ToolError>,
}

/// Sends the batches in order, and stops at the first that fails.
pub(super) async fn write(cx: &ToolCx, made: &Made, batches: &[Batch], key: &str) -> Written {
    let mut written = Written {
        batches: 0,
        revision: made.revision,
        stopped: None,
    };
    let mut real: HashMap<String, String> = HashMap::new();
    for (index, batch) in batches.iter().enumerate() {
        if let Err(cancelled) = cx.check() {
            written.stopped = Some(cancelled);
            return written;
        }
        let parent = match &batch.parent {
            Parent::Root => made.document.as_str(),
            Parent::Made(id) => {
                let Some(id) = real.get(id) else {
                    written.stopped = Some(ToolError::internal(cx.locale));
                    return written;
                };
                id.as_str()
            }
        };
        let tree = docx::Descendants {
            children_id: &batch.tops,
            index: -1,
            descendants: &batch.blocks,
        };
        let token = client_token(key, &made.document, index);
        let created = docx::create_descendants(&cx.feishu, &made.document, parent, &tree, &token);
        match created.await {
            Ok(created) => {
                written.batches += 1;
                written.revision = created.document_revision_id.max(written.revision);
                real.extend(
                    created
                        .block_id_relations
                        .into_iter()
                        .map(|relation| (relation.temporary_block_id, relation.block_id)),
                );
            }
            Err(fault) => {
                written.stopped = Some(cx.fault(fault));
                return written;
            }
        }
        let done = u64::try_from(index + 1).unwrap_or(u64::MAX);
        cx.progress.send(
            done,
            u64::try_from(batches.len()).ok(),
            cx.say("writing the document", "正在写入文档"),
        );
    }
    written
}

/// A UUID (version 4 in form) that is the same for the same key, document and batch.
fn client_token(key: &str, document: &str, index: usize) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, key, document, index).hash(&mut hasher);
        hasher.finish()
    };
    let (a, b) = (half(1), half(2));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_token_is_a_uuid_that_repeats_with_its_key() {
        let token = client_token("k", "doc", 0);
        assert_eq!(token, client_token("k", "doc", 0));
        assert_ne!(token, client_token("k", "doc", 1));
        assert_ne!(token, client_token("k", "other", 0));
        let parts: Vec<usize> = token.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(token.as_bytes()[14], b'4');
    }
}
