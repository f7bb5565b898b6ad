//! What new blocks still need: bytes, a drawing, merged cells.
//!
//! A picture that cannot be had must not cost the rest of the document: its block stays empty, and
//! the answer says so.

use feishu::api::{board, docx};

use super::{
    super::markdown::{
        compile::{Fill, With},
        shape::without_fills,
        tree::{Diagram, Merge, Node, Source, Syntax, Warnings},
    },
    resume::is_merged,
    run::{Run, Upload},
    send::send,
};
use crate::{
    ErrorKind, ToolCx, ToolError, UploadKind, UploadTarget,
    media::{self, draw, place},
    pace::Api,
    render::clean_line,
};

/// Pictures, files and diagrams need scopes of their own; without them they become links and code.
pub(crate) fn fillable(cx: &ToolCx, nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Node> {
    if cx.facts.has_scope("docs:document.media:upload") {
        nodes
    } else {
        without_fills(nodes, warnings)
    }
}

impl Run<'_> {
    pub(super) async fn fill(&mut self, step: usize, fill: &Fill) -> Result<i64, ToolError> {
        let Some(block) = self.made.get(&fill.block).cloned() else {
            return Err(ToolError::internal(self.cx.locale));
        };
        let before = self.done.revision;
        let filled = match &fill.with {
            With::Image(image) => {
                let name = None;
                self.place(&block, UploadKind::Image, &image.source, name)
                    .await
            }
            With::File(file) => {
                let name = Some(file.name.as_str()).filter(|name| !name.is_empty());
                self.place(&block, UploadKind::File, &file.source, name)
                    .await
            }
            With::Diagram(diagram) => self.draw(&block, diagram).await,
            With::Merge(merges) => return self.merge(step, &block, merges).await,
        };
        match filled {
            Ok(revision) => Ok(revision.unwrap_or(before)),
            Err(error) if passes(error.kind) => Err(error),
            Err(error) => {
                let hint = self.cx.say(
                    "the block is empty; fill it with media_put or board",
                    "该块为空，可用 media_put 或 board 补充",
                );
                self.done
                    .notes
                    .push(format!("{block}: {} ({hint})", error.message));
                Ok(before)
            }
        }
    }

    async fn place(
        &mut self,
        block: &str,
        kind: UploadKind,
        source: &Source,
        name: Option<&str>,
    ) -> Result<Option<i64>, ToolError> {
        let cx = self.cx;
        let source = match source {
            Source::Url(url) => media::Source::Url(url.clone()),
            Source::Data(data) => media::Source::Base64(data.clone()),
            Source::Media(token) if token.is_empty() => return Ok(None),
            Source::Media(token) => {
                self.admit(token)?;
                media::Source::Media(token.clone())
            }
            Source::Upload(handle) => return self.wait_for(block, kind, handle, name).await,
        };
        cx.pace.turn(cx, Api::Update, Some(&self.base.id)).await?;
        let placed = place(cx, &self.base.id, block, kind, &source, name).await?;
        self.done.sent += 1;
        Ok(Some(placed.revision))
    }

    /// The bytes lie on the user's computer: a link takes them, and they never pass through the
    /// model.
    async fn wait_for(
        &mut self,
        block: &str,
        kind: UploadKind,
        handle: &str,
        name: Option<&str>,
    ) -> Result<Option<i64>, ToolError> {
        let uploads = self.cx.uploads.as_ref();
        let uploads = uploads.ok_or_else(|| nobody_to_send(self.cx))?;
        let target = UploadTarget {
            reference: Some(format!("docx:{}", self.base.id)),
            block: Some(block.to_owned()),
            kind,
            name: Some(name.unwrap_or(handle).to_owned()),
            max_bytes: kind.most(),
        };
        let link = uploads.link(target).await?;
        self.done.uploads.push(Upload {
            handle: clean_line(handle, 120),
            block: block.to_owned(),
            link,
        });
        Ok(None)
    }

    /// Where roles are held to places, bytes come from this document only: nobody knows where
    /// another token lies.
    fn admit(&self, token: &str) -> Result<(), ToolError> {
        let here = |id: &String| {
            let block = self.base.get(id);
            block.and_then(|block| block.field("token")) == Some(token)
        };
        if self.cx.fence.is_none() || self.base.order.iter().any(here) {
            return Ok(());
        }
        Err(ToolError::refused(
            model::policy::Reason::PlaceUnknown,
            self.cx.locale,
        ))
    }

    async fn draw(&mut self, block: &str, diagram: &Diagram) -> Result<Option<i64>, ToolError> {
        let cx = self.cx;
        let token = if let Some(token) = self.boards.get(block) {
            token.clone()
        } else {
            let made = docx::one_block(&cx.feishu, &self.base.id, block).await;
            let made = made.map_err(|fault| cx.fault(fault))?;
            made.field("token").unwrap_or_default().to_owned()
        };
        if self.again {
            let there = board::nodes(&cx.feishu, &token).await;
            if there.is_ok_and(|nodes| !nodes.is_empty()) {
                return Ok(None);
            }
        }
        let syntax = match diagram.syntax {
            Syntax::Mermaid => board::Syntax::Mermaid,
            Syntax::PlantUml => board::Syntax::PlantUml,
        };
        draw(cx, &token, syntax, &diagram.code).await?;
        self.done.sent += 1;
        Ok(None)
    }

    /// One call for each: in one request a block may be changed once.
    async fn merge(
        &mut self,
        step: usize,
        table: &str,
        merges: &[Merge],
    ) -> Result<i64, ToolError> {
        let cx = self.cx;
        let mut revision = self.done.revision;
        let there = if self.again {
            let there = docx::one_block(&cx.feishu, &self.base.id, table).await;
            Some(there.map_err(|fault| cx.fault(fault))?)
        } else {
            None
        };
        for (part, merge) in merges.iter().enumerate() {
            if there.as_ref().is_some_and(|there| is_merged(there, merge)) {
                continue;
            }
            let update = docx::Update {
                block_id: table.to_owned(),
                change: docx::Change::MergeTableCells {
                    row_start_index: merge.row,
                    row_end_index: merge.row + merge.rows,
                    column_start_index: merge.column,
                    column_end_index: merge.column + merge.columns,
                },
            };
            let (token, document) = (self.token(step, part), &self.base.id);
            let update = [update];
            let call = || docx::batch_update(&cx.feishu, document, &update, revision, &token);
            revision = send(cx, Api::Update, document, call)
                .await?
                .document_revision_id;
            self.done.sent += 1;
        }
        Ok(revision)
    }
}

/// Whether the whole write stops at it: it may be gone on with later.
const fn passes(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Cancelled
            | ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::Reauthorize
            | ErrorKind::Internal
    )
}

fn nobody_to_send(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say(
        "upload links are made only for connected clients",
        "仅已连接的客户端可获取上传链接",
    ))
}
