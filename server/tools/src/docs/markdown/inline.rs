//! Runs of text: building them, and what has to be mended after the parser.

use feishu::api::docx::{ElementStyle, LinkUrl};

use super::tree::{Inline, Rich, Warning, Warnings};

/// Stands for an escaped asterisk while the runs are mended. It is no character, and the cleaning
/// of the input has removed it.
pub(super) const ESCAPED_STAR: char = '\u{10fffe}';

/// Collects the runs of one block.
#[derive(Debug, Default)]
pub(super) struct Runs {
    rich: Rich,
    bold: u32,
    italic: u32,
    strike: u32,
    underline: u32,
    link: Option<Target>,
    pending_space: bool,
    marked: usize,
}

/// Where the text of a link goes.
#[derive(Debug)]
enum Target {
    Url(String),
    Mention { open_id: String, from: usize },
    Text,
}

impl Runs {
    pub(super) fn is_empty(&self) -> bool {
        self.rich.is_empty()
    }

    pub(super) const fn in_link(&self) -> bool {
        self.link.is_some()
    }

    fn weight(&self) -> usize {
        let length = |run: &Inline| match run {
            Inline::Text { content, .. } => content.len(),
            _ => 1,
        };
        self.rich.iter().map(length).sum()
    }

    /// Remembers how much there is; see [`Self::grown`].
    pub(super) fn mark(&mut self) {
        self.marked = self.weight();
    }

    /// Whether something came since [`Self::mark`].
    pub(super) fn grown(&self) -> bool {
        self.weight() > self.marked
    }

    fn style(&self) -> ElementStyle {
        ElementStyle {
            bold: self.bold > 0,
            italic: self.italic > 0,
            strikethrough: self.strike > 0,
            underline: self.underline > 0,
            link: match &self.link {
                Some(Target::Url(url)) => Some(LinkUrl { url: url.clone() }),
                _ => None,
            },
            ..ElementStyle::default()
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.settle_break(text.chars().next());
        let style = self.style();
        push_text(&mut self.rich, text, style);
    }

    pub(super) fn code(&mut self, text: &str) {
        self.settle_break(Some('`'));
        let style = ElementStyle {
            inline_code: true,
            ..self.style()
        };
        push_text(&mut self.rich, text, style);
    }

    pub(super) fn equation(&mut self, text: &str) {
        self.settle_break(Some('$'));
        self.rich.push(Inline::Equation {
            content: text.trim().to_owned(),
            style: ElementStyle::default(),
        });
    }

    pub(super) fn soft_break(&mut self) {
        self.pending_space = true;
    }

    /// A soft break becomes a space, except between two characters of a script without spaces.
    fn settle_break(&mut self, next: Option<char>) {
        if !std::mem::take(&mut self.pending_space) {
            return;
        }
        let before = match self.rich.last() {
            Some(Inline::Text { content, .. }) => content.chars().next_back(),
            _ => None,
        };
        let joined = before.is_some_and(spaceless) && next.is_some_and(spaceless);
        if !joined && !self.rich.is_empty() && before != Some('\n') && before != Some(' ') {
            let style = self.style();
            push_text(&mut self.rich, " ", style);
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.pending_space = false;
        if !self.rich.is_empty() {
            let style = ElementStyle {
                link: None,
                ..self.style()
            };
            push_text(&mut self.rich, "\n", style);
        }
    }

    pub(super) fn emphasis(&mut self, mark: Mark, on: bool) {
        let count = match mark {
            Mark::Bold => &mut self.bold,
            Mark::Italic => &mut self.italic,
            Mark::Strike => &mut self.strike,
            Mark::Underline => &mut self.underline,
        };
        *count = if on {
            *count + 1
        } else {
            count.saturating_sub(1)
        };
    }

    pub(super) fn open_link(&mut self, target: &str, warnings: &mut Warnings) {
        self.settle_break(Some('a'));
        self.link = Some(match target.strip_prefix("user:") {
            Some(id) if is_open_id(id) => Target::Mention {
                open_id: id.to_owned(),
                from: self.rich.len(),
            },
            Some(_) => {
                warnings.add(Warning::BadMention);
                Target::Text
            }
            None if is_web_link(target) => Target::Url(target.to_owned()),
            None => {
                warnings.add(Warning::UnsafeLink);
                Target::Text
            }
        });
        // The text of a mention must stay apart from what stands before it.
        if matches!(self.link, Some(Target::Mention { .. })) {
            self.rich.push(Inline::Equation {
                content: String::new(),
                style: ElementStyle::default(),
            });
        }
    }

    pub(super) fn close_link(&mut self) {
        if let Some(Target::Mention { open_id, from }) = self.link.take() {
            self.rich.truncate(from);
            if let Some(Inline::Text { content, .. }) = self.rich.last_mut() {
                if content.ends_with('@') {
                    content.pop();
                }
                if content.is_empty() {
                    self.rich.pop();
                }
            }
            self.rich.push(Inline::Mention {
                open_id,
                style: ElementStyle::default(),
            });
        }
    }

    /// The finished runs. Marks that were left open (`<u>` without `</u>`) end with the block.
    pub(super) fn take(&mut self) -> Rich {
        let rich = std::mem::take(self).rich;
        let mut rich = mend_bold(rich);
        linkify(&mut rich);
        drop_anchor(&mut rich);
        trim(&mut rich);
        rich
    }
}

/// The marks of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bold,
    Italic,
    Strike,
    Underline,
}

/// Whether it is an open id, as far as one can see.
pub(crate) fn is_open_id(id: &str) -> bool {
    id.strip_prefix("ou_").is_some_and(|rest| {
        (4..=64).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

fn is_web_link(target: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| {
        target.len() > scheme.len()
            && target
                .get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Adds text, merged with the last run when the style is the same.
pub(super) fn push_text(rich: &mut Rich, text: &str, style: ElementStyle) {
    if text.is_empty() {
        return;
    }
    if let Some(Inline::Text {
        content,
        style: last,
    }) = rich.last_mut()
        && *last == style
    {
        content.push_str(text);
        return;
    }
    rich.push(Inline::Text {
        content: text.to_owned(),
        style,
    });
}

/// Scripts that are written without spaces between words.
const fn spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// A mark that was left over, or a run.
enum Part {
    Mark(ElementStyle),
    Run(Inline),
}

/// CommonMark does not close `**` between a punctuation mark and a letter, which in Chinese is
/// where it nearly always stands: `**注意：**请看`. The marks that it left are paired here.
fn mend_bold(rich: Rich) -> Rich {
    let has_marks = rich.iter().any(|run| match run {
        Inline::Text { content, style } => {
            !style.inline_code && (content.contains("**") || content.contains(ESCAPED_STAR))
        }
        _ => false,
    });
    if !has_marks {
        return rich;
    }
    let mut parts = Vec::new();
    for run in rich {
        match run {
            Inline::Text { content, style } if !style.inline_code && style.link.is_none() => {
                for (index, piece) in content.split("**").enumerate() {
                    if index > 0 {
                        parts.push(Part::Mark(style.clone()));
                    }
                    if !piece.is_empty() {
                        parts.push(Part::Run(Inline::Text {
                            content: piece.to_owned(),
                            style: style.clone(),
                        }));
                    }
                }
            }
            other => parts.push(Part::Run(other)),
        }
    }
    let edge = |part: Option<&Part>, last: bool| -> Option<char> {
        match part {
            Some(Part::Run(Inline::Text { content, .. })) if last => content.chars().next_back(),
            Some(Part::Run(Inline::Text { content, .. })) => content.chars().next(),
            Some(Part::Run(_)) => Some('x'),
            _ => None,
        }
    };
    let solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let mut bold = vec![false; parts.len()];
    let mut paired = vec![false; parts.len()];
    let mut open: Option<usize> = None;
    for index in 0..parts.len() {
        if !matches!(parts.get(index), Some(Part::Mark(_))) {
            continue;
        }
        let before = edge(index.checked_sub(1).and_then(|i| parts.get(i)), true);
        let after = edge(parts.get(index + 1), false);
        match open {
            Some(start) if solid(before) => {
                let opening = edge(start.checked_sub(1).and_then(|i| parts.get(i)), true);
                let first = edge(parts.get(start + 1), false);
                if [opening, first, before, after].into_iter().any(wide) {
                    paired[start] = true;
                    paired[index] = true;
                    bold[start..index].fill(true);
                    open = None;
                } else {
                    open = solid(after).then_some(index);
                }
            }
            _ if solid(after) => open = Some(index),
            _ => {}
        }
    }
    let mut mended = Rich::new();
    for (index, part) in parts.into_iter().enumerate() {
        match part {
            Part::Mark(_) if paired[index] => {}
            Part::Mark(style) => push_text(&mut mended, "**", style),
            Part::Run(Inline::Text { content, mut style }) => {
                style.bold |= bold[index];
                push_text(&mut mended, &content.replace(ESCAPED_STAR, "*"), style);
            }
            Part::Run(other) => mended.push(other),
        }
    }
    mended
}

/// Addresses in plain text become links.
fn linkify(rich: &mut Rich) {
    let plain_address = |run: &Inline| {
        matches!(run, Inline::Text { content, style }
        if !style.inline_code && style.link.is_none() && content.contains("://"))
    };
    if !rich.iter().any(plain_address) {
        return;
    }
    let mut linked = Rich::new();
    for run in rich.drain(..) {
        match run {
            Inline::Text { content, style } if !style.inline_code && style.link.is_none() => {
                let mut rest = content.as_str();
                while let Some((start, end)) = find_address(rest) {
                    push_text(&mut linked, &rest[..start], style.clone());
                    let url = rest[start..end].to_owned();
                    let style = ElementStyle {
                        link: Some(LinkUrl { url: url.clone() }),
                        ..style.clone()
                    };
                    push_text(&mut linked, &url, style);
                    rest = &rest[end..];
                }
                push_text(&mut linked, rest, style);
            }
            other => linked.push(other),
        }
    }
    *rich = linked;
}

/// Byte range of the first address that starts a word.
pub(crate) fn find_address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("http") {
        let start = from + found;
        let tail = &text[start..];
        let bounded = text[..start]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_ascii_alphanumeric());
        let scheme = ["https://", "http://"]
            .iter()
            .find(|scheme| tail.starts_with(**scheme));
        if let Some(scheme) = scheme.filter(|_| bounded) {
            let length = tail
                .find(|c: char| {
                    c.is_whitespace()
                        || !c.is_ascii()
                        || c.is_ascii_control()
                        || matches!(
                            c,
                            '<' | '>'
                                | '"'
                                | '`'
                                | '|'
                                | '\\'
                                | '^'
                                | '{'
                                | '}'
                                | '*'
                                | '['
                                | ']'
                                | '$'
                        )
                })
                .unwrap_or(tail.len());
            let address = tail[..length]
                .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '(', '\'', '~', '_']);
            if address.len() > scheme.len() {
                return Some((start, start + address.len()));
            }
        }
        from = start + 4;
    }
    None
}

/// `{#id}` at the end is an anchor that reading put there.
fn drop_anchor(rich: &mut Rich) {
    let Some(Inline::Text { content, style }) = rich.last_mut() else {
        return;
    };
    if style.inline_code {
        return;
    }
    let kept = content.trim_end();
    let Some(open) = kept.rfind("{#") else { return };
    let Some(id) = kept[open + 2..].strip_suffix('}') else {
        return;
    };
    if (16..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        let length = kept[..open].trim_end().len();
        content.truncate(length);
        if content.is_empty() {
            rich.pop();
        }
    }
}

/// White space at both ends of a block is not part of it.
fn trim(rich: &mut Rich) {
    while let Some(Inline::Text { content, style }) = rich.last_mut()
        && !style.inline_code
    {
        content.truncate(content.trim_end().len());
        if !content.is_empty() {
            break;
        }
        rich.pop();
    }
    while let Some(Inline::Text { content, style }) = rich.first_mut()
        && !style.inline_code
    {
        let start = content.len() - content.trim_start().len();
        content.drain(..start);
        if !content.is_empty() {
            break;
        }
        rich.remove(0);
    }
}
