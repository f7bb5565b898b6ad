//! Nodes → blocks with their payloads.

use feishu::api::docx::{BlockKind, ElementStyle, NewBlock, Text, TextStyle};
use serde_json::{Map, Value, json};

use super::{Fill, With, cost::Cost, element::elements, payload};
use crate::docs::markdown::tree::{BlockStyle, Inline, Kind, Node, Rich, Table, Warnings};

/// Pixels of a column at least.
const MIN_WIDTH: u32 = 50;

/// A new block with its subtree.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// The block, without the ids of its children.
    pub(crate) block: NewBlock,
    pub(crate) children: Vec<Built>,
    /// Of the subtree.
    pub(super) cost: Cost,
    /// Of this block.
    pub(super) fills: Vec<Fill>,
}

impl Built {
    /// Blocks of the subtree.
    pub(crate) const fn size(&self) -> usize {
        self.cost.blocks()
    }

    /// A new block without children.
    pub(crate) fn leaf(block_id: String, kind: BlockKind, payload: Value) -> Self {
        Self::tree(block_id, kind, payload, Vec::new())
    }

    /// A new block with children.
    pub(crate) fn tree(
        block_id: String,
        kind: BlockKind,
        payload: Value,
        children: Vec<Self>,
    ) -> Self {
        let block = NewBlock {
            block_id,
            kind,
            payload,
            children: Vec::new(),
        };
        Self::of(block, children, Vec::new())
    }

    /// With what it needs once it is there.
    pub(crate) fn with_fills(mut self, fills: Vec<Fill>) -> Self {
        self.fills = fills;
        self
    }

    pub(super) fn of(block: NewBlock, children: Vec<Self>, fills: Vec<Fill>) -> Self {
        let cost = children
            .iter()
            .fold(Cost::of(&block), |sum, child| sum.plus(child.cost));
        Self {
            block,
            children,
            cost,
            fills,
        }
    }
}

/// Builds blocks under temporary ids.
pub(super) struct Compiler<'a> {
    pub(super) next: usize,
    pub(super) warnings: &'a mut Warnings,
}

impl<'a> Compiler<'a> {
    pub(super) const fn new(next: usize, warnings: &'a mut Warnings) -> Self {
        Self { next, warnings }
    }

    pub(super) fn build_all(&mut self, nodes: Vec<Node>) -> Vec<Built> {
        let mut built = Vec::with_capacity(nodes.len());
        for node in nodes {
            for part in self.split(node) {
                built.push(self.build(part));
            }
        }
        built
    }

    /// The depth of the tree is bounded by [`crate::docs::markdown::shape`].
    fn build(&mut self, node: Node) -> Built {
        self.next += 1;
        let block_id = format!("n{}", self.next);
        let mut fills = Vec::new();
        let (kind, payload) = match node.kind {
            Kind::Text(rich) => text(BlockKind::Text, rich, &node.style, None),
            Kind::Heading(level, rich) => text(BlockKind::heading(level), rich, &node.style, None),
            Kind::Bullet(rich) => text(BlockKind::Bullet, rich, &node.style, None),
            Kind::Ordered(rich) => text(BlockKind::Ordered, rich, &node.style, None),
            Kind::QuoteText(rich) => text(BlockKind::Quote, rich, &node.style, None),
            Kind::Todo(done, rich) => text(BlockKind::Todo, rich, &node.style, Some(done)),
            Kind::Code {
                language,
                text: code,
            } => code_block(language, code, &node.style),
            Kind::Divider => (BlockKind::Divider, json!({})),
            Kind::Quote => (BlockKind::QuoteContainer, json!({})),
            Kind::Callout(callout) => (BlockKind::Callout, payload::callout(&callout)),
            Kind::Table(table) => {
                if !table.merges.is_empty() {
                    fills.push(With::Merge(table.merges.clone()));
                }
                (BlockKind::Table, property(&table))
            }
            Kind::Cell => (BlockKind::TableCell, json!({})),
            Kind::Grid => {
                let columns = json!({ "column_size": node.children.len() });
                (BlockKind::Grid, columns)
            }
            Kind::Column(ratio) => {
                let payload =
                    ratio.map_or_else(|| json!({}), |ratio| json!({"width_ratio": ratio}));
                (BlockKind::GridColumn, payload)
            }
            Kind::Image(image) => {
                let payload = payload::image(&image);
                fills.push(With::Image(image));
                (BlockKind::Image, payload)
            }
            Kind::File(file) => {
                let mut payload = json!({ "token": "" });
                if file.preview {
                    payload["view_type"] = json!(2);
                }
                fills.push(With::File(file));
                (BlockKind::File, payload)
            }
            Kind::Diagram(diagram) => {
                fills.push(With::Diagram(diagram));
                let align = node.style.align.map(|align| json!({ "align": align }));
                (BlockKind::Board, align.unwrap_or_else(|| json!({})))
            }
            // What cannot be made is text by now.
            Kind::Opaque(opaque) => payload::opaque(&opaque)
                .unwrap_or_else(|| text(BlockKind::Text, Rich::new(), &node.style, None)),
        };
        let children = self.build_all(node.children);
        let fills = fills
            .into_iter()
            .map(|with| Fill {
                block: block_id.clone(),
                with,
            })
            .collect();
        let block = NewBlock {
            block_id,
            kind,
            payload,
            children: Vec::new(),
        };
        Built::of(block, children, fills)
    }
}

fn text(kind: BlockKind, rich: Rich, style: &BlockStyle, done: Option<bool>) -> (BlockKind, Value) {
    let style = TextStyle {
        done,
        ..text_style(style)
    };
    let text = Text {
        style: (style != TextStyle::default()).then_some(style),
        elements: elements(rich),
    };
    let payload = serde_json::to_value(&text).unwrap_or_else(|_| json!({ "elements": [] }));
    (kind, payload)
}

fn code_block(language: u16, code: String, style: &BlockStyle) -> (BlockKind, Value) {
    let run = Inline::Text {
        content: code,
        style: ElementStyle::default(),
    };
    let text = Text {
        style: Some(TextStyle {
            language: Some(language),
            wrap: style.wrap.then_some(true),
            ..text_style(style)
        }),
        elements: elements(vec![run]),
    };
    let payload = serde_json::to_value(&text).unwrap_or_else(|_| json!({ "elements": [] }));
    (BlockKind::Code, payload)
}

/// The style of a block as Feishu takes it.
pub(crate) fn text_style(style: &BlockStyle) -> TextStyle {
    TextStyle {
        align: style.align,
        folded: style.folded.then_some(true),
        background_color: style.background.clone(),
        indentation_level: style.indented.then(|| "OneLevelIndent".to_owned()),
        ..TextStyle::default()
    }
}

fn property(table: &Table) -> Value {
    let mut property = Map::new();
    property.insert("row_size".to_owned(), json!(table.rows));
    property.insert("column_size".to_owned(), json!(table.columns));
    property.insert("header_row".to_owned(), json!(table.header_row));
    if table.header_column {
        property.insert("header_column".to_owned(), json!(true));
    }
    if !table.widths.is_empty() {
        let widths: Vec<u32> = table
            .widths
            .iter()
            .map(|width| (*width).max(MIN_WIDTH))
            .collect();
        property.insert("column_width".to_owned(), json!(widths));
    }
    json!({ "property": property })
}
