//! What stands in braces behind a block: `{align=center #block_id}`.

use super::{names, tree::BlockStyle};

/// The content of braces. What does not fit the block that it stands behind is not used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attrs {
    /// `#id`.
    pub(super) id: Option<String>,
    /// `align=`, `bg=`, `indent`, `folded`, `wrap`; left is told apart from nothing by
    /// [`Self::left`].
    pub(super) style: BlockStyle,
    /// `align=left`, which matters for what is centred by itself.
    pub(super) left: bool,
    /// `WIDTHxHEIGHT`.
    pub(super) size: Option<(u32, u32)>,
    /// `scale=`.
    pub(super) scale: Option<u32>,
    /// `widths=`.
    pub(super) widths: Vec<u32>,
    /// `header=`: row, column.
    pub(super) header: Option<(bool, bool)>,
    /// `preview`.
    pub(super) preview: bool,
    /// `plain`: the older quote.
    pub(super) plain: bool,
    /// `widget`: drawn by the widget instead of a board.
    pub(super) widget: bool,
    /// `code`: code even if it could be drawn.
    pub(super) code: bool,
}

impl Attrs {
    /// Reads what stands between the braces. `None` when any of it is unknown, so that ordinary
    /// text in braces stays text.
    pub(super) fn read(inner: &str) -> Option<Self> {
        let mut attrs = Self::default();
        let mut any = false;
        for word in inner.split(' ').filter(|word| !word.is_empty()) {
            attrs.take(word)?;
            any = true;
        }
        any.then_some(attrs)
    }

    fn take(&mut self, word: &str) -> Option<()> {
        if let Some(id) = word.strip_prefix('#') {
            self.id = is_block_id(id).then(|| id.to_owned());
            return self.id.is_some().then_some(());
        }
        if let Some((name, value)) = word.split_once('=') {
            match name {
                "align" => {
                    let align = names::align(value)?;
                    self.left = align == 1;
                    self.style.align = Some(align).filter(|_| !self.left);
                }
                "bg" => self.style.background = Some(names::block(value)?.to_owned()),
                "scale" => self.scale = Some(value.parse().ok().filter(|n| *n > 0)?),
                "widths" => {
                    let widths: Option<Vec<u32>> =
                        value.split(',').map(|width| width.parse().ok()).collect();
                    self.widths = widths?;
                }
                "header" => self.header = Some(header(value)?),
                _ => return None,
            }
            return Some(());
        }
        match word {
            "indent" => self.style.indented = true,
            "folded" => self.style.folded = true,
            "wrap" => self.style.wrap = true,
            "preview" => self.preview = true,
            "plain" => self.plain = true,
            "widget" => self.widget = true,
            "code" => self.code = true,
            _ => self.size = Some(size(word)?),
        }
        Some(())
    }

    /// The braces, or nothing when there is nothing to say.
    pub(super) fn print(&self) -> String {
        let mut words = Vec::new();
        if let Some((width, height)) = self.size {
            words.push(format!("{width}x{height}"));
        }
        for (flag, word) in [
            (self.plain, "plain"),
            (self.widget, "widget"),
            (self.code, "code"),
            (self.preview, "preview"),
            (self.style.wrap, "wrap"),
            (self.style.indented, "indent"),
            (self.style.folded, "folded"),
        ] {
            if flag {
                words.push(word.to_owned());
            }
        }
        let align = self.style.align.or(self.left.then_some(1));
        if let Some(word) = align.and_then(names::align_word) {
            words.push(format!("align={word}"));
        }
        let background = self.style.background.as_deref();
        if let Some(word) = background.and_then(names::block_word) {
            words.push(format!("bg={word}"));
        }
        if let Some(scale) = self.scale {
            words.push(format!("scale={scale}"));
        }
        if !self.widths.is_empty() {
            words.push(format!("widths={}", print_widths(&self.widths)));
        }
        if let Some(header) = self.header {
            words.push(format!("header={}", print_header(header)));
        }
        if let Some(id) = &self.id {
            words.push(format!("#{id}"));
        }
        if words.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", words.join(" "))
        }
    }

    /// Whether only what every text can have is set.
    pub(super) fn fits_text(&self) -> bool {
        let mut rest = self.clone();
        rest.id = None;
        rest.left = false;
        rest.plain = false;
        rest.style = BlockStyle {
            wrap: self.style.wrap,
            ..BlockStyle::default()
        };
        rest == Self::default()
    }
}

/// Braces at the end of a text: where they begin, and what they say.
pub(super) fn at_end(text: &str) -> Option<(usize, Attrs)> {
    let kept = text.trim_end();
    let inner = kept.strip_suffix('}')?;
    let open = inner.rfind('{')?;
    Some((open, Attrs::read(&inner[open + 1..])?))
}

/// Braces at the start of a text: where the text goes on, and what they say.
pub(super) fn at_start(text: &str) -> Option<(usize, Attrs)> {
    let inner = text.strip_prefix('{')?;
    let close = inner.find('}')?;
    Some((close + 2, Attrs::read(&inner[..close])?))
}

/// Whether it is the id of a block, as far as one can see.
pub(super) fn is_block_id(id: &str) -> bool {
    (16..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// `none`, `row`, `column` or `both`: whether there is a header row and column.
pub(super) fn header(word: &str) -> Option<(bool, bool)> {
    match word {
        "none" => Some((false, false)),
        "row" => Some((true, false)),
        "column" => Some((false, true)),
        "both" => Some((true, true)),
        _ => None,
    }
}

/// The word that [`header`] reads.
pub(super) const fn print_header(header: (bool, bool)) -> &'static str {
    match header {
        (false, false) => "none",
        (true, false) => "row",
        (false, true) => "column",
        (true, true) => "both",
    }
}

/// Numbers with commas.
pub(super) fn print_widths(widths: &[u32]) -> String {
    let widths: Vec<String> = widths.iter().map(u32::to_string).collect();
    widths.join(",")
}

/// `WIDTHxHEIGHT`.
pub(super) fn size(word: &str) -> Option<(u32, u32)> {
    let (width, height) = word.split_once('x')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits(width) && digits(height))
        .then(|| Some((width.parse().ok()?, height.parse().ok()?)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_read_as_they_are_printed() {
        for text in [
            "{align=center}",
            "{align=left}",
            "{indent folded align=right bg=light-red #doxcnABCDEFGHIJKLMN}",
            "{800x600 scale=50}",
            "{widths=100,220 header=both}",
            "{plain}",
            "{preview wrap}",
        ] {
            assert_eq!(at_start(text).unwrap().1.print(), text);
            let (open, attrs) = at_end(&format!("some text {text} ")).unwrap();
            assert_eq!((open, attrs.print().as_str()), (10, text));
        }
    }

    #[test]
    fn ordinary_braces_are_text() {
        for text in [
            "{name}",
            "{#short}",
            "{}",
            "{ }",
            "{align}",
            "{align=up}",
            "{1x}",
            "{wrap it}",
            "x}",
            "{scale=0}",
        ] {
            assert!(at_end(text).is_none() && at_start(text).is_none(), "{text}");
        }
    }
}
