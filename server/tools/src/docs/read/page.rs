//! A loaded document.

use feishu::{
    ErrorClass, FeishuError,
    api::docx::{self, Block},
};

use super::{
    super::{
        markdown::render::{Piece, Style, render},
        outline::Sizes,
    },
    Format, View,
    cursor::Cursor,
    xml,
};
use crate::{
    ErrorKind, ToolCx, ToolError,
    args::{people, resolve::Target},
    render::clean_line,
};

pub(super) struct Page {
    reference: String,
    pub(super) title: String,
    pub(super) revision: i64,
    newest: i64,
    /// The revision of the cursor, when Feishu does not show it any more.
    left: Option<i64>,
    truncated: bool,
    pub(super) format: Format,
    pub(super) blocks: Vec<Block>,
    pub(super) pieces: Vec<Piece>,
    pub(super) sizes: Sizes,
}

/// Reads a document in the revision of the cursor, or in the newest. Two requests at once, and
/// one for names that are not known yet.
pub(super) async fn load(
    cx: &ToolCx,
    target: &Target,
    cursor: Option<&Cursor>,
    (view, format): (Option<View>, Format),
) -> Result<Page, ToolError> {
    let pinned = cursor.map_or(-1, |cursor| cursor.revision);
    let (document, blocks) = futures::join!(
        docx::get(&cx.feishu, &target.token),
        docx::blocks(&cx.feishu, &target.token, pinned),
    );
    let document = document.map_err(|fault| cx.fault(fault))?;
    let (blocks, left) = match blocks {
        Ok(blocks) => (blocks, None),
        // Old revisions are for editors only, and not for ever.
        Err(fault) if pinned >= 0 && pinned != document.revision_id && is_past(&fault) => {
            let blocks = docx::blocks(&cx.feishu, &target.token, -1).await;
            (blocks.map_err(|fault| cx.fault(fault))?, Some(pinned))
        }
        Err(fault) => return Err(cx.fault(fault)),
    };
    // An outline shows headings and the words after them.
    let outlined = view == Some(View::Outline);
    let mut shown = false;
    let mentioned = blocks
        .items
        .iter()
        .filter(|block| {
            let after_heading = std::mem::replace(&mut shown, is_heading(block));
            !outlined || shown || after_heading
        })
        .filter_map(Block::text)
        .flat_map(|text| &text.elements)
        .filter_map(|element| Some(element.mention_user.as_ref()?.user_id.as_str()));
    let names = people::names(cx, mentioned).await;
    let pieces = match format {
        Format::Markdown => render(&blocks.items, &names, Style::default()),
        Format::WithIds => render(&blocks.items, &names, Style { ids: true }),
        Format::Xml => xml::render(&blocks.items, &names),
    };
    Ok(Page {
        reference: target.reference(),
        title: clean_line(&document.title, 200),
        revision: if pinned < 0 || left.is_some() {
            document.revision_id
        } else {
            pinned
        },
        newest: document.revision_id,
        left,
        truncated: blocks.truncated,
        format,
        sizes: Sizes::of(&pieces),
        blocks: blocks.items,
        pieces,
    })
}

fn is_heading(block: &Block) -> bool {
    block
        .kind()
        .is_some_and(|kind| kind.heading_level().is_some())
}

fn is_past(fault: &FeishuError) -> bool {
    matches!(
        fault.class(),
        ErrorClass::Forbidden | ErrorClass::Conflict | ErrorClass::NotFound | ErrorClass::Invalid
    )
}

impl Page {
    /// Where the text comes from. It is data of the document's authors.
    pub(super) fn head(&self, cx: &ToolCx) -> String {
        let mut head = format!(
            "[{} · {} · {} {} · ~{} tokens]",
            self.reference,
            self.title,
            cx.say("revision", "版本"),
            self.revision,
            self.sizes.all(),
        );
        if let Some(left) = self.left {
            head.push_str(&format!(
                "\n({} {left} {})",
                cx.say("the document has changed: revision", "文档已更新：版本"),
                cx.say(
                    "cannot be read any more, this goes on in the newest; for one consistent text begin anew without cursor",
                    "已不可读，以下为最新版本的后续内容；如需一致的全文，请不带 cursor 重新读取"
                ),
            ));
        } else if self.newest != self.revision {
            head.push_str(&format!(
                "\n({} {})",
                cx.say(
                    "the document has changed since; newest revision:",
                    "文档已更新，最新版本："
                ),
                self.newest
            ));
        }
        if self.truncated {
            head.push_str(cx.say(
                "\n(only the first 20,000 blocks were read)",
                "\n（仅读取了前 20,000 个块）",
            ));
        }
        head
    }

    /// The piece and byte that a cursor means here, whatever has been put in or taken out before
    /// it since.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when the block is gone.
    pub(super) fn resume(&self, cx: &ToolCx, cursor: &Cursor) -> Result<(usize, usize), ToolError> {
        if self
            .pieces
            .get(cursor.piece)
            .is_some_and(|piece| piece.id == cursor.block)
        {
            return Ok((cursor.piece, cursor.byte));
        }
        match self
            .pieces
            .iter()
            .position(|piece| piece.id == cursor.block)
        {
            Some(piece) => Ok((piece, 0)),
            None => Err(ToolError::new(
                ErrorKind::Conflict,
                cx.say(
                    "the document has changed, and the place where the last page ended is gone",
                    "文档已更新，上一页结束的位置已不存在",
                ),
            )
            .with_hint(cx.say(
                "Begin anew without cursor, or read one section.",
                "请不带 cursor 重新读取，或只读取某一节。",
            ))
            .with_detail("revision", self.newest)),
        }
    }

    /// Whether there is something to choose from.
    pub(super) fn has_sections(&self) -> bool {
        let headings = self.pieces.iter().filter(|one| one.heading.is_some());
        headings.take(2).count() == 2
    }

    /// The cursor of a piece.
    pub(super) fn cursor(&self, piece: usize, byte: usize) -> Option<Cursor> {
        Some(Cursor {
            revision: self.revision,
            piece,
            byte,
            block: self.pieces.get(piece)?.id.clone(),
        })
    }
}
