//! One block → one node.

use feishu::api::docx::{Block, BlockKind, Text};
use serde_json::Value;

use super::{
    Lift,
    inline::{decoded, rich},
    opaque::opaque,
};
use crate::{
    docs::markdown::{
        code, names,
        tree::{BlockStyle, Callout, File, Image, Kind, Node, Rich, Source, clean},
    },
    render::clean_line,
};

impl Lift<'_> {
    pub(super) fn node(&self, block: &Block, depth: usize) -> Node {
        let mut node = self.shaped(block, depth);
        node.id = Some(block.block_id.clone());
        node
    }

    fn shaped(&self, block: &Block, depth: usize) -> Node {
        let Some(kind) = block.kind() else {
            return self.opaque(block, depth);
        };
        let words = || block.text().map(rich).unwrap_or_default();
        let text = |kind: Kind| {
            let mut node = Node::new(kind, self.children(block, depth));
            node.style = style(block.text());
            node
        };
        if let Some(level) = kind.heading_level() {
            return text(Kind::Heading(level, words()));
        }
        match kind {
            BlockKind::Text => text(Kind::Text(words())),
            BlockKind::Equation if block.text().is_some() => text(Kind::Text(words())),
            BlockKind::Bullet => text(Kind::Bullet(words())),
            BlockKind::Ordered => text(Kind::Ordered(words())),
            BlockKind::Todo => text(Kind::Todo(done(block.text()), words())),
            BlockKind::Quote => self.quote_text(block, words(), depth),
            BlockKind::Code => code_of(block),
            BlockKind::Divider => Node::leaf(Kind::Divider),
            BlockKind::QuoteContainer => Node::new(Kind::Quote, self.filled(block, depth)),
            BlockKind::Callout => {
                Node::new(Kind::Callout(callout(block)), self.filled(block, depth))
            }
            BlockKind::Table => self
                .table(block, depth)
                .unwrap_or_else(|| self.opaque(block, depth)),
            BlockKind::Grid => self.grid(block, depth),
            BlockKind::Image => Node::leaf(Kind::Image(image(block))),
            BlockKind::File => Node::leaf(Kind::File(file(block, false))),
            BlockKind::View => self
                .view(block)
                .unwrap_or_else(|| self.opaque(block, depth)),
            _ => self.opaque(block, depth),
        }
    }

    fn opaque(&self, block: &Block, depth: usize) -> Node {
        Node::new(Kind::Opaque(opaque(block)), self.children(block, depth))
    }

    /// The older quote is one text; with anything below, it is a quote of blocks.
    fn quote_text(&self, block: &Block, words: Rich, depth: usize) -> Node {
        let below = self.children(block, depth);
        let mut node = if below.is_empty() {
            Node::leaf(Kind::QuoteText(words))
        } else {
            let first = Node::leaf(Kind::Text(words));
            return Node::new(Kind::Quote, std::iter::once(first).chain(below).collect());
        };
        node.style = style(block.text());
        node
    }

    fn grid(&self, block: &Block, depth: usize) -> Node {
        let foreign = |id: &String| {
            self.blocks
                .get(id.as_str())
                .is_some_and(|column| column.kind() != Some(BlockKind::GridColumn))
        };
        if block.children.iter().any(foreign) {
            return self.opaque(block, depth);
        }
        let mut columns = Vec::with_capacity(block.children.len());
        for id in &block.children {
            let Some(column) = self.get(id) else {
                continue;
            };
            let ratio = column
                .number("width_ratio")
                .and_then(|ratio| u8::try_from(ratio).ok())
                .filter(|ratio| (1..=99).contains(ratio));
            let mut node = Node::new(Kind::Column(ratio), self.filled(column, depth + 1));
            node.id = Some(column.block_id.clone());
            columns.push(node);
        }
        if columns.is_empty() {
            return self.opaque(block, depth);
        }
        Node::new(Kind::Grid, columns)
    }

    /// A view around one file is the file.
    fn view(&self, block: &Block) -> Option<Node> {
        let [id] = block.children.as_slice() else {
            return None;
        };
        let inner = self
            .blocks
            .get(id.as_str())
            .filter(|inner| inner.kind() == Some(BlockKind::File))?;
        let preview = block.number("view_type") == Some(2);
        Some(Node::leaf(Kind::File(file(inner, preview))))
    }
}

/// The style of a text, as far as it is not the usual one.
pub(super) fn style(text: Option<&Text>) -> BlockStyle {
    let Some(style) = text.and_then(|text| text.style.as_ref()) else {
        return BlockStyle::default();
    };
    BlockStyle {
        align: style.align.filter(|align| matches!(align, 2 | 3)),
        background: style
            .background_color
            .clone()
            .filter(|name| names::block_word(name).is_some()),
        indented: style.indentation_level.as_deref() == Some("OneLevelIndent"),
        folded: style.folded == Some(true),
        wrap: false,
        number: None,
    }
}

fn done(text: Option<&Text>) -> bool {
    text.and_then(|text| text.style.as_ref()?.done)
        .unwrap_or(false)
}

fn code_of(block: &Block) -> Node {
    let text = block.text();
    let told = text.and_then(|text| text.style.as_ref());
    let language = told
        .and_then(|style| style.language)
        .filter(|language| !code::word(*language).is_empty())
        .unwrap_or(code::PLAIN);
    let code = text.map(super::inline::plain).unwrap_or_default();
    let mut node = Node::leaf(Kind::Code {
        language,
        text: clean(&code),
    });
    node.style = BlockStyle {
        wrap: told.and_then(|style| style.wrap).unwrap_or(false),
        ..style(text)
    };
    node
}

fn callout(block: &Block) -> Callout {
    let colour = |name: &str, most: u8| {
        block
            .number(name)
            .and_then(|colour| u8::try_from(colour).ok())
            .filter(|colour| (1..=most).contains(colour))
    };
    Callout {
        emoji: clean_line(block.field("emoji_id").unwrap_or_default(), 60),
        background: colour("background_color", 15),
        border: colour("border_color", 7),
        text: colour("text_color", 7),
    }
}

fn image(block: &Block) -> Image {
    let caption = block
        .body()
        .and_then(|body| body.get("caption")?.get("content")?.as_str())
        .unwrap_or_default();
    let pixels = |name: &str| {
        let value = block.body()?.get(name)?;
        let whole = value.as_u64().or_else(|| {
            let text = value.as_f64()?.round().to_string();
            text.parse().ok()
        });
        u32::try_from(whole?).ok()
    };
    let scale = block
        .body()
        .and_then(|body| body.get("scale"))
        .and_then(Value::as_f64)
        .and_then(|scale| (scale * 100.0).round().to_string().parse::<u32>().ok());
    Image {
        source: Source::Media(token(block)),
        caption: clean_line(&clean(caption), 2000),
        size: pixels("width").zip(pixels("height")),
        align: block
            .number("align")
            .and_then(|align| u8::try_from(align).ok())
            .filter(|align| matches!(align, 1 | 3)),
        scale: scale.filter(|scale| !matches!(scale, 0 | 100)),
    }
}

fn file(block: &Block, preview: bool) -> File {
    File {
        source: Source::Media(token(block)),
        name: clean_line(&clean(block.field("name").unwrap_or_default()), 300),
        preview: preview || block.number("view_type") == Some(2),
    }
}

/// The token of a medium, without what no token has.
fn token(block: &Block) -> String {
    let token = block.field("token").unwrap_or_default();
    decoded(token)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .take(200)
        .collect()
}
