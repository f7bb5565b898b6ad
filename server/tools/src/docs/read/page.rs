//! A loaded document, and the views of it.

use std::ops::Range;

use feishu::api::docx;
use serde_json::json;

use super::{
    super::{
        markdown::render::{Piece, Style, render},
        outline,
    },
    MAX_HITS,
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::{people, resolve::Target},
    render::{Listing, budget_cut, clean_line},
};

/// Where the next page begins: revision, piece, byte in the piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    revision: i64,
    piece: usize,
    byte: usize,
}

impl Cursor {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('r')?.split('.');
        let cursor = Self {
            revision: parts
                .next()?
                .parse()
                .ok()
                .filter(|revision| *revision >= 0)?,
            piece: parts.next()?.parse().ok()?,
            byte: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(cursor)
    }

    fn print(self) -> String {
        format!("r{}.{}.{}", self.revision, self.piece, self.byte)
    }
}

pub(super) struct Page {
    reference: String,
    pub(super) title: String,
    revision: i64,
    newest: i64,
    truncated: bool,
    pub(super) pieces: Vec<Piece>,
}

pub(super) async fn load(
    cx: &ToolCx,
    target: &Target,
    cursor: Option<&Cursor>,
    style: Style,
) -> Result<Page, ToolError> {
    let pinned = cursor.map_or(-1, |cursor| cursor.revision);
    let (document, blocks) = futures::join!(
        docx::get(&cx.feishu, &target.token),
        docx::blocks(&cx.feishu, &target.token, pinned),
    );
    let document = document.map_err(|fault| cx.fault(fault))?;
    let blocks = blocks.map_err(|fault| cx.fault(fault))?;
    let mentioned = blocks
        .items
        .iter()
        .filter_map(docx::Block::text)
        .flat_map(|text| &text.elements)
        .filter_map(|element| Some(element.mention_user.as_ref()?.user_id.as_str()));
    let names = people::names(cx, mentioned).await;
    Ok(Page {
        reference: target.reference(),
        title: clean_line(&document.title, 200),
        revision: if pinned < 0 {
            document.revision_id
        } else {
            pinned
        },
        newest: document.revision_id,
        truncated: blocks.truncated,
        pieces: render(&blocks.items, &names, style),
    })
}

impl Page {
    /// Where the text comes from. It is data of the document's authors.
    fn head(&self, cx: &ToolCx) -> String {
        let mut head = format!(
            "[{} · {} · {} {} · ~{} tokens]",
            self.reference,
            self.title,
            cx.say("revision", "版本"),
            self.revision,
            outline::tokens_of(&self.pieces),
        );
        if self.newest != self.revision {
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

    pub(super) fn text(
        &self,
        cx: &ToolCx,
        range: Range<usize>,
        cursor: Option<Cursor>,
        budget: usize,
    ) -> ToolOutput {
        let (first, skip) = match cursor {
            Some(cursor) if range.contains(&cursor.piece) => (cursor.piece, cursor.byte),
            Some(_) => (range.end, 0),
            None => (range.start, 0),
        };
        let mut body = String::new();
        let mut left = budget;
        let mut next = None;
        for index in first..range.end {
            let Some(piece) = self.pieces.get(index) else {
                break;
            };
            let skip = if index == first { skip } else { 0 };
            let text = piece.text.get(skip..).unwrap_or_default();
            let gap = if body.is_empty() {
                ""
            } else {
                piece.gap.as_str()
            };
            let cost = tokens(text) + 1;
            if cost <= left {
                left -= cost;
                body.push_str(gap);
                body.push_str(text);
                continue;
            }
            // A piece that is larger than a whole page is cut at a line; others wait.
            let mut byte = skip;
            if body.is_empty() {
                let (part, rest) = budget_cut(text, left.max(50));
                body.push_str(part.trim_end_matches('\n'));
                byte += rest.unwrap_or(text.len());
            }
            next = Some(Cursor {
                revision: self.revision,
                piece: index,
                byte,
            });
            break;
        }
        let mut out = self.head(cx);
        if body.is_empty() {
            out.push_str(cx.say("\n\n(no content)", "\n\n（无内容）"));
        } else {
            out.push_str("\n\n");
            out.push_str(&body);
        }
        if let Some(next) = next {
            out.push_str(&format!(
                "\n\n[{} · {}{} · truncated]",
                cx.say(
                    "more follows: outline + section is cheaper for one topic",
                    "后面还有内容；只看某个主题时用 outline + section 更省"
                ),
                "next cursor=",
                next.print(),
            ));
        }
        ToolOutput::text(out)
    }

    pub(super) fn outline(&self, cx: &ToolCx, budget: usize) -> ToolOutput {
        let mut lines = outline::lines(&self.pieces);
        if lines.is_empty() {
            lines.push(
                cx.say("(no headings; first lines:)", "（没有标题；各段开头：）")
                    .to_owned(),
            );
            lines.extend(
                self.pieces
                    .iter()
                    .take(30)
                    .map(|piece| format!("- {} {{#{}}}", clean_line(&piece.text, 80), piece.id)),
            );
        }
        let text = lines.join("\n");
        let (text, rest) = budget_cut(&text, budget);
        let more = if rest.is_some() { "\n…" } else { "" };
        ToolOutput::text(format!("{}\n\n{}{more}", self.head(cx), text.trim_end()))
    }

    pub(super) fn find_section(
        &self,
        cx: &ToolCx,
        at: Option<&str>,
    ) -> Result<Range<usize>, ToolError> {
        let Some(at) = at else {
            return Err(ToolError::invalid(cx.say(
                "view=section needs `at`: a heading or a block id",
                "view=section 需要 `at`：标题或块 id",
            ))
            .with_hint(cx.say(
                "See the headings with view=outline.",
                "用 view=outline 查看标题。",
            )));
        };
        let id = at
            .trim_start_matches("{#")
            .trim_start_matches('#')
            .trim_end_matches('}');
        if let Some(index) = self.pieces.iter().position(|piece| piece.id == id) {
            return Ok(self.around(index));
        }
        let wanted = at.trim_start_matches('#').trim().to_lowercase();
        let headings: Vec<(usize, &str)> = self
            .pieces
            .iter()
            .enumerate()
            .filter_map(|(index, piece)| Some((index, piece.heading.as_ref()?.1.as_str())))
            .collect();
        let matching = |test: &dyn Fn(&str) -> bool| -> Vec<(usize, &str)> {
            headings
                .iter()
                .filter(|(_, title)| test(&title.to_lowercase()))
                .copied()
                .collect()
        };
        let mut found = matching(&|title| title == wanted);
        if found.is_empty() {
            found = matching(&|title| title.contains(&wanted));
        }
        let listed = |some: &[(usize, &str)]| -> Vec<String> {
            some.iter()
                .take(20)
                .filter_map(|(index, title)| {
                    Some(format!(
                        "{} {{#{}}}",
                        clean_line(title, 80),
                        self.pieces.get(*index)?.id
                    ))
                })
                .collect()
        };
        match found.as_slice() {
            [(index, _)] => Ok(self.around(*index)),
            [] => Err(ToolError::new(
                ErrorKind::NotFound,
                format!(
                    "{}: {}",
                    cx.say("no such heading", "没有该标题"),
                    clean_line(at, 80)
                ),
            )
            .with_hint(cx.say(
                "Take one of these headings, or view=find for text.",
                "请选择以下标题之一，或用 view=find 查找文字。",
            ))
            .with_detail("candidates", listed(&headings))),
            several => Err(ToolError::new(
                ErrorKind::Ambiguous,
                cx.say("several headings fit", "有多个匹配的标题"),
            )
            .with_hint(cx.say("Pass the id of one as `at`.", "请将其中一个 id 传给 `at`。"))
            .with_detail("candidates", listed(several))),
        }
    }

    /// The section of a heading; of another block, from there to the next heading.
    fn around(&self, index: usize) -> Range<usize> {
        if self
            .pieces
            .get(index)
            .is_some_and(|piece| piece.heading.is_some())
        {
            return outline::section(&self.pieces, index);
        }
        let end = self
            .pieces
            .iter()
            .enumerate()
            .skip(index + 1)
            .find(|(_, piece)| piece.heading.is_some())
            .map_or(self.pieces.len(), |(end, _)| end);
        index..end
    }

    pub(super) fn find(
        &self,
        cx: &ToolCx,
        query: Option<&str>,
        cursor: Option<Cursor>,
    ) -> Result<ToolOutput, ToolError> {
        let query = query
            .map(str::trim)
            .filter(|query| !query.is_empty())
            .ok_or_else(|| {
                ToolError::invalid(cx.say("view=find needs `query`", "view=find 需要 `query`"))
            })?;
        let wanted = query.to_lowercase();
        let from = cursor.map_or(0, |cursor| cursor.piece);
        let mut section: Option<&str> = None;
        let mut list = Listing::new(self.head(cx));
        let mut hits = 0;
        for (index, piece) in self.pieces.iter().enumerate() {
            if let Some((_, title)) = &piece.heading {
                section = Some(title);
            }
            let Some(at) = piece.text.to_lowercase().find(&wanted) else {
                continue;
            };
            hits += 1;
            if index < from {
                continue;
            }
            if list.len() == MAX_HITS {
                let next = Cursor {
                    revision: self.revision,
                    piece: index,
                    byte: 0,
                };
                list.next(Some(next.print()));
                break;
            }
            let excerpt = excerpt(&piece.text, at);
            let place = clean_line(section.unwrap_or("-"), 60);
            list.push(
                format!("- {{#{}}} [{place}] {excerpt}", piece.id),
                json!({"block_id": piece.id, "section": place, "text": excerpt}),
            );
        }
        if hits == 0 {
            list.note(match cx.locale {
                model::Locale::En => format!("\"{}\" does not occur", clean_line(query, 60)),
                model::Locale::Zh => format!("未找到“{}”", clean_line(query, 60)),
            });
        }
        Ok(list.finish(cx.locale))
    }
}

fn tokens(text: &str) -> usize {
    text.chars()
        .map(|c| if c.is_ascii() { 1 } else { 4 })
        .sum::<usize>()
        .div_ceil(4)
}

/// About 240 characters around a place. The place may have moved by lower-casing: it is a guide.
fn excerpt(text: &str, at: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = text
        .char_indices()
        .take_while(|(byte, _)| *byte < at)
        .count();
    let from = at.saturating_sub(80);
    let part: String = chars.iter().skip(from).take(240).collect();
    let lead = if from > 0 { "…" } else { "" };
    format!("{lead}{}", clean_line(&part, 250))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_strictly() {
        let cursor = Cursor {
            revision: 7,
            piece: 12,
            byte: 340,
        };
        assert_eq!(Cursor::read(&cursor.print()), Some(cursor));
        for bad in ["", "r1.2", "r1.2.3.4", "7.1.2", "r-1.0.0", "rx.1.1"] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }
}
