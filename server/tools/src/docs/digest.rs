//! What the sections of a long document are about, without reading them: their first sentences
//! and what they hold. Extracted, never written: the same document gives the same digest.

use std::collections::HashMap;

use feishu::api::docx::{Block, BlockKind};
use model::Locale;

use super::{
    markdown::render::Piece,
    outline::{self, Sizes},
};
use crate::render::clean_line;

/// Tokens of a section's sentences at most, and at least when there is little room.
const LONGEST: usize = 60;
const SHORTEST: usize = 12;
/// Sentences of a section.
const SENTENCES: usize = 2;
/// Estimated tokens of a line besides its sentences.
const LINE: usize = 25;
/// A digest has at most this share of its section.
const SHARE: usize = 6;

/// What a part of a document holds besides text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holds {
    tables: usize,
    images: usize,
    files: usize,
    embeds: usize,
    boards: usize,
    code: usize,
    todos: usize,
    done: usize,
    comments: usize,
}

impl Holds {
    fn add(&mut self, block: &Block) {
        self.comments += block.comment_ids.len();
        match block.kind() {
            Some(BlockKind::Table) => self.tables += 1,
            Some(BlockKind::Image) => self.images += 1,
            Some(BlockKind::File) => self.files += 1,
            Some(BlockKind::Sheet | BlockKind::Bitable | BlockKind::Iframe) => self.embeds += 1,
            Some(BlockKind::Board | BlockKind::Diagram | BlockKind::Mindnote) => self.boards += 1,
            Some(BlockKind::Code) => self.code += 1,
            Some(BlockKind::Todo) => {
                self.todos += 1;
                let style = block.text().and_then(|text| text.style.as_ref());
                self.done += usize::from(style.and_then(|style| style.done) == Some(true));
            }
            _ => {}
        }
    }

    /// What all blocks hold together.
    pub(crate) fn of(blocks: &[Block]) -> Self {
        let mut holds = Self::default();
        for block in blocks {
            holds.add(block);
        }
        holds
    }

    /// `2 tables, 3 to-dos (1 done)`; empty for text alone.
    pub(crate) fn words(&self, locale: Locale) -> String {
        let many = |count: usize, one: &str, more: &str, zh: &str| match (count, locale) {
            (0, _) => None,
            (1, Locale::En) => Some(format!("1 {one}")),
            (count, Locale::En) => Some(format!("{count} {more}")),
            (count, Locale::Zh) => Some(format!("{count} {zh}")),
        };
        let todos =
            many(self.todos, "to-do", "to-dos", "个待办").map(|words| match (self.done, locale) {
                (0, _) => words,
                (done, Locale::En) => format!("{words} ({done} done)"),
                (done, Locale::Zh) => format!("{words}（完成 {done}）"),
            });
        let words = [
            many(self.tables, "table", "tables", "个表格"),
            many(self.images, "image", "images", "张图片"),
            many(self.files, "file", "files", "个文件"),
            many(self.embeds, "embed", "embeds", "个嵌入"),
            many(self.boards, "board", "boards", "个画板"),
            many(self.code, "code block", "code blocks", "个代码块"),
            todos,
            many(
                self.comments,
                "comment thread",
                "comment threads",
                "个评论串",
            ),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What every heading's own part holds, by the heading's block id; what stands before the first
/// heading has the empty id.
pub(crate) fn held<'a>(blocks: &'a [Block], pieces: &[Piece]) -> HashMap<&'a str, Holds> {
    let headings: std::collections::HashSet<&str> = pieces
        .iter()
        .filter(|piece| piece.heading.is_some())
        .map(|piece| piece.id.as_str())
        .collect();
    let mut held: HashMap<&str, Holds> = HashMap::new();
    let mut section = "";
    for block in blocks {
        if headings.contains(block.block_id.as_str()) {
            section = &block.block_id;
        }
        held.entry(section).or_default().add(block);
    }
    held
}

/// Tokens that each section's sentences may have, so that all fit.
pub(crate) fn room(sections: usize, budget: usize) -> usize {
    let each = budget / sections.max(1);
    each.saturating_sub(LINE).clamp(SHORTEST, LONGEST)
}

/// The line of a heading with its digest. `None` for other pieces.
pub(crate) fn line(
    pieces: &[Piece],
    sizes: &Sizes,
    index: usize,
    (held, room): (&HashMap<&str, Holds>, usize),
    locale: Locale,
) -> Option<String> {
    let mut line = outline::line(pieces, sizes, index)?;
    let id = pieces.get(index)?.id.as_str();
    let holds = held.get(id).map(|holds| holds.words(locale));
    let part = outline::own_part(pieces, index);
    let share = sizes.of_range(&part) / SHARE;
    let words = sentences(pieces.get(part)?, room.min(share.max(SHORTEST)));
    for part in [holds.unwrap_or_default(), words] {
        if !part.is_empty() {
            line.push_str(" · ");
            line.push_str(&part);
        }
    }
    Some(line)
}

/// The first sentence of a part, without its heading, and the next one if it fits, too.
pub(crate) fn sentences(part: &[Piece], room: usize) -> String {
    let mut out = String::new();
    let mut left = room;
    for piece in part.iter().filter(|piece| piece.heading.is_none()) {
        let text = flat(&piece.text);
        let mut rest = text.as_str();
        for _ in 0..SENTENCES {
            if rest.is_empty() {
                break;
            }
            let (sentence, more) = rest.split_at(sentence_end(rest));
            let cost = outline::tokens(sentence) + 1;
            if !out.is_empty() {
                if cost > left {
                    return out;
                }
                out.push(' ');
            }
            out.push_str(&cut(sentence.trim(), room));
            left = left.saturating_sub(cost);
            rest = more.trim_start();
        }
        if !out.is_empty() {
            break;
        }
    }
    out
}

/// The beginning of a text within so many tokens.
fn cut(text: &str, room: usize) -> String {
    let mut weight = 0;
    let fitting = text.chars().take_while(|c| {
        weight += if c.is_ascii() { 1 } else { 4 };
        weight <= room * 4
    });
    clean_line(text, fitting.count())
}

/// The text of a piece without marks of Markdown; empty for tables, code and placeholders.
fn flat(text: &str) -> String {
    let text = text.trim_start_matches(['>', ' ']);
    let no_text = ["[[", "---", "![", "$$"];
    if text.starts_with(['|', '`', '<', '{'])
        || no_text.iter().any(|mark| text.starts_with(mark))
        || text.contains("](file:")
    {
        return String::new();
    }
    let text = text.trim_start_matches(['-', ' ']);
    let text = text
        .strip_prefix("[ ] ")
        .or_else(|| text.strip_prefix("[x] "))
        .unwrap_or(text);
    if text.starts_with("[!") || text.starts_with("{#") {
        return String::new();
    }
    let bare: String = text
        .chars()
        .filter(|c| !matches!(c, '*' | '`' | '~' | '\\'))
        .collect();
    clean_line(without_attributes(&bare), 600)
}

/// The text before `{#id …}` at its end.
fn without_attributes(text: &str) -> &str {
    let text = text.trim_end();
    match text.rfind('{') {
        Some(at) if text.ends_with('}') && !text[at..].contains('$') => text[..at].trim_end(),
        _ => text,
    }
}

/// The byte after the first sentence.
fn sentence_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str) -> Piece {
        Piece {
            id: "b".to_owned(),
            text: text.to_owned(),
            heading: None,
            gap: "\n\n".to_owned(),
            comments: Vec::new(),
        }
    }

    #[test]
    fn first_sentences_are_taken_from_text_alone() {
        let part = [
            piece("| a | b |\n| --- | --- |"),
            piece("> [!NOTE]"),
            piece("**Version 2.1** ships on Monday. It is small. Nobody waits."),
        ];
        assert_eq!(
            sentences(&part, 200),
            "Version 2.1 ships on Monday. It is small."
        );
        let zh = [piece("- [x] 先恢复服务。再找根因！"), piece("其余")];
        assert_eq!(sentences(&zh, 200), "先恢复服务。 再找根因！");
        assert_eq!(sentences(&zh, 8), "先恢复服务。", "the second does not fit");
        assert_eq!(sentences(&zh, 5), "先恢复服…");
        for none in [
            "```rust\nx\n```",
            "![A cat](media:tok)",
            "[a.pdf](file:tok) {#b}",
            "$$x$$",
        ] {
            assert_eq!(sentences(&[piece(none)], 99), "", "{none}");
        }
        assert_eq!(sentences(&[piece("Right. {#b align=right}")], 99), "Right.");
    }

    #[test]
    fn the_room_shrinks_with_the_number_of_sections() {
        assert_eq!(room(1, 6000), LONGEST);
        assert_eq!(room(10_000, 6000), SHORTEST);
        assert!(room(100, 6000) < LONGEST && room(100, 6000) > SHORTEST);
    }
}
