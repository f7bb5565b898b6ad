//! Tree → requests that fit Feishu's limits.

mod element;
mod fill;

use feishu::api::docx::{BlockKind, ElementStyle, NewBlock, Text, TextStyle};
use serde_json::{Value, json};

use self::element::{elements, pieces, units, weight};
#[expect(
    unused_imports,
    reason = "the compiler learns to ask for it step by step"
)]
pub(crate) use self::fill::{Fill, With};
use super::tree::{Inline, Kind, Node, Rich, Table, Warning, Warnings};

/// Blocks of one descendant request.
pub(crate) const MAX_BLOCKS: usize = 1000;
/// Mentions of one request.
const MAX_MENTIONS: usize = 200;
/// Mentions of one text.
const MAX_TEXT_MENTIONS: usize = 100;
/// Columns of a table.
const MAX_COLUMNS: usize = 100;
/// Cells of one table such that it fits into one request: each cell is two blocks.
const MAX_CELLS: usize = (MAX_BLOCKS - 1) / 2;
/// UTF-16 units of one text.
const MAX_UNITS: usize = 100_000;

/// What a batch goes under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parent {
    /// The document.
    Root,
    /// A block of an earlier batch, by its temporary id.
    Made(String),
}

/// One descendant request; the blocks are appended at the end of the parent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    pub(crate) parent: Parent,
    pub(crate) tops: Vec<String>,
    pub(crate) blocks: Vec<NewBlock>,
    /// What is left to do once the blocks are there.
    pub(crate) fills: Vec<Fill>,
    mentions: usize,
}

impl Batch {
    const fn under(parent: Parent) -> Self {
        Self {
            parent,
            tops: Vec::new(),
            blocks: Vec::new(),
            fills: Vec::new(),
            mentions: 0,
        }
    }
}

/// Compiles a tree into batches, in the order in which they have to be sent.
pub(crate) fn compile(nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Batch> {
    pack_all(build(nodes, &mut 0, warnings))
}

/// New blocks of a tree. `next` counts the temporary ids.
pub(crate) fn build(nodes: Vec<Node>, next: &mut usize, warnings: &mut Warnings) -> Vec<Built> {
    let mut compiler = Compiler {
        next: *next,
        warnings,
    };
    let built = compiler.build_all(nodes);
    *next = compiler.next;
    built
}

/// Packs new blocks, in the order in which they have to be sent.
pub(crate) fn pack_all(built: Vec<Built>) -> Vec<Batch> {
    let mut batches = Vec::new();
    pack(built, &Parent::Root, &mut batches);
    batches
}

/// Runs as Feishu prints their elements.
pub(crate) fn elements_of(rich: Rich) -> Vec<Value> {
    elements(rich)
        .into_iter()
        .filter_map(|element| serde_json::to_value(element).ok())
        .collect()
}

/// A new block with its subtree.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// The block, without the ids of its children.
    pub(crate) block: NewBlock,
    pub(crate) children: Vec<Built>,
    /// Blocks of the subtree.
    size: usize,
    /// Mentions of the subtree.
    mentions: usize,
    /// Must be sent as one.
    whole: bool,
}

impl Built {
    /// Blocks of the subtree.
    pub(crate) const fn size(&self) -> usize {
        self.size
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
        Self {
            size: 1 + children.iter().map(|child| child.size).sum::<usize>(),
            mentions: mentions_of(&block)
                + children.iter().map(|child| child.mentions).sum::<usize>(),
            whole: matches!(kind, BlockKind::Table | BlockKind::Grid),
            block,
            children,
        }
    }
}

struct Compiler<'a> {
    next: usize,
    warnings: &'a mut Warnings,
}

impl Compiler<'_> {
    fn id(&mut self) -> String {
        self.next += 1;
        format!("n{}", self.next)
    }

    /// Divides what is too large for one block into several.
    fn split(&mut self, node: Node) -> Vec<Node> {
        let Node { kind, children, .. } = node;
        match kind {
            Kind::Table(table) => self.split_table(&rows_of(&table, children)),
            Kind::Code { language, text } if units(&text) > MAX_UNITS => {
                self.warnings.add(Warning::TextSplit);
                pieces(&text)
                    .into_iter()
                    .map(|text| Node::leaf(Kind::Code { language, text }))
                    .collect()
            }
            Kind::Text(rich) => self
                .split_rich(rich)
                .into_iter()
                .map(|rich| Node::leaf(Kind::Text(rich)))
                .collect(),
            Kind::Heading(level, rich) => {
                self.split_head(rich, Vec::new(), |rich| Kind::Heading(level, rich))
            }
            Kind::Bullet(rich) => self.split_head(rich, children, Kind::Bullet),
            Kind::Ordered(rich) => self.split_head(rich, children, Kind::Ordered),
            Kind::Todo(done, rich) => {
                self.split_head(rich, children, |rich| Kind::Todo(done, rich))
            }
            kind => vec![Node::new(kind, children)],
        }
    }

    fn split_head(
        &mut self,
        rich: Rich,
        children: Vec<Node>,
        make: impl Fn(Rich) -> Kind,
    ) -> Vec<Node> {
        let mut parts = self.split_rich(rich);
        let last = parts.pop().unwrap_or_default();
        let mut nodes: Vec<Node> = parts
            .into_iter()
            .map(|rich| Node::leaf(make(rich)))
            .collect();
        nodes.push(Node::new(make(last), children));
        nodes
    }

    /// At least one part; each within the limits of a text.
    fn split_rich(&mut self, rich: Rich) -> Vec<Rich> {
        let size: usize = rich.iter().map(weight).sum();
        let mentions = rich
            .iter()
            .filter(|run| matches!(run, Inline::Mention { .. }))
            .count();
        if size <= MAX_UNITS && mentions <= MAX_TEXT_MENTIONS {
            return vec![rich];
        }
        self.warnings.add(Warning::TextSplit);
        let mut parts = vec![Rich::new()];
        let (mut size, mut mentions) = (0, 0);
        let runs = rich.into_iter().flat_map(|run| match run {
            Inline::Text { content, style } => pieces(&content)
                .into_iter()
                .map(|content| Inline::Text {
                    content,
                    style: style.clone(),
                })
                .collect(),
            Inline::Equation { content, style } => pieces(&content)
                .into_iter()
                .map(|content| Inline::Equation {
                    content,
                    style: style.clone(),
                })
                .collect(),
            whole => vec![whole],
        });
        for run in runs {
            let mention = usize::from(matches!(run, Inline::Mention { .. }));
            if size + weight(&run) > MAX_UNITS || mentions + mention > MAX_TEXT_MENTIONS {
                parts.push(Rich::new());
                (size, mentions) = (0, 0);
            }
            size += weight(&run);
            mentions += mention;
            if let Some(part) = parts.last_mut() {
                part.push(run);
            }
        }
        parts
    }

    fn split_table(&mut self, rows: &[Vec<Rich>]) -> Vec<Node> {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            return Vec::new();
        }
        let mut tables = Vec::new();
        if width > MAX_COLUMNS {
            self.warnings.add(Warning::TableNarrowed);
        }
        for from in (0..width).step_by(MAX_COLUMNS) {
            let to = width.min(from + MAX_COLUMNS);
            let columns = to - from;
            let mut narrow: Vec<Vec<Rich>> = rows
                .iter()
                .map(|row| {
                    (from..to)
                        .map(|i| row.get(i).cloned().unwrap_or_default())
                        .collect()
                })
                .collect();
            for row in &mut narrow {
                for cell in row {
                    let mut parts = self.split_rich(std::mem::take(cell));
                    parts.truncate(1);
                    *cell = parts.pop().unwrap_or_default();
                }
            }
            let height = (MAX_CELLS / columns).max(2);
            if narrow.len() <= height {
                tables.push(table_of(narrow));
                continue;
            }
            self.warnings.add(Warning::TableSplit);
            let head = narrow.remove(0);
            for body in narrow.chunks(height - 1) {
                let mut rows = vec![head.clone()];
                rows.extend_from_slice(body);
                tables.push(table_of(rows));
            }
        }
        tables
    }

    fn build_all(&mut self, nodes: Vec<Node>) -> Vec<Built> {
        let mut built = Vec::with_capacity(nodes.len());
        for node in nodes {
            for part in self.split(node) {
                built.push(self.build(part));
            }
        }
        built
    }

    /// The depth of the tree is bounded by the parser.
    fn build(&mut self, node: Node) -> Built {
        let block_id = self.id();
        let (kind, payload, mentions) = match node.kind {
            Kind::Table(table) => {
                return self.table(block_id, rows_of(&table, node.children));
            }
            Kind::Text(rich) => text(BlockKind::Text, rich, None),
            Kind::Heading(level, rich) => text(BlockKind::heading(level), rich, None),
            Kind::Bullet(rich) => text(BlockKind::Bullet, rich, None),
            Kind::Ordered(rich) => text(BlockKind::Ordered, rich, None),
            Kind::Todo(done, rich) => {
                let style = TextStyle {
                    done: Some(done),
                    ..TextStyle::default()
                };
                text(BlockKind::Todo, rich, Some(style))
            }
            Kind::Code {
                language,
                text: code,
            } => {
                let style = TextStyle {
                    language: Some(language),
                    ..TextStyle::default()
                };
                let run = Inline::Text {
                    content: code,
                    style: ElementStyle::default(),
                };
                text(BlockKind::Code, vec![run], Some(style))
            }
            Kind::Divider => (BlockKind::Divider, json!({}), 0),
            Kind::Quote => (BlockKind::QuoteContainer, json!({}), 0),
            Kind::Callout(callout) => {
                let payload = json!({
                    "background_color": callout.background,
                    "border_color": callout.border,
                    "emoji_id": callout.emoji,
                });
                (BlockKind::Callout, payload, 0)
            }
            _ => text(BlockKind::Text, Rich::new(), None),
        };
        let children = self.build_all(node.children);
        Built {
            size: 1 + children.iter().map(|child| child.size).sum::<usize>(),
            mentions: mentions + children.iter().map(|child| child.mentions).sum::<usize>(),
            block: NewBlock {
                block_id,
                kind,
                payload,
                children: Vec::new(),
            },
            children,
            whole: false,
        }
    }

    fn table(&mut self, block_id: String, rows: Vec<Vec<Rich>>) -> Built {
        let width = rows.first().map_or(0, Vec::len);
        let payload = json!({ "property": {
            "row_size": rows.len(),
            "column_size": width,
            "header_row": true,
        }});
        let cells: Vec<Built> = rows
            .into_iter()
            .flatten()
            .map(|rich| {
                let cell_id = self.id();
                let text_id = self.id();
                let (kind, payload, mentions) = text(BlockKind::Text, rich, None);
                let content = Built {
                    block: NewBlock {
                        block_id: text_id,
                        kind,
                        payload,
                        children: Vec::new(),
                    },
                    children: Vec::new(),
                    size: 1,
                    mentions,
                    whole: true,
                };
                Built {
                    block: NewBlock {
                        block_id: cell_id,
                        kind: BlockKind::TableCell,
                        payload: json!({}),
                        children: Vec::new(),
                    },
                    children: vec![content],
                    size: 2,
                    mentions,
                    whole: true,
                }
            })
            .collect();
        Built {
            size: 1 + cells.len() * 2,
            mentions: cells.iter().map(|cell| cell.mentions).sum(),
            block: NewBlock {
                block_id,
                kind: BlockKind::Table,
                payload,
                children: Vec::new(),
            },
            children: cells,
            whole: true,
        }
    }
}

/// Packs siblings into as few batches as the limits allow. A subtree that is too large for one
/// is sent without its children, which follow under it.
fn pack(siblings: Vec<Built>, parent: &Parent, batches: &mut Vec<Batch>) {
    let mut batch = Batch::under(parent.clone());
    for mut built in siblings {
        let full = batch.blocks.len() + built.size > MAX_BLOCKS
            || batch.mentions + built.mentions > MAX_MENTIONS;
        if full && !batch.blocks.is_empty() {
            batches.push(std::mem::replace(&mut batch, Batch::under(parent.clone())));
        }
        let oversized = built.size > MAX_BLOCKS || built.mentions > MAX_MENTIONS;
        if oversized && !built.whole {
            let id = built.block.block_id.clone();
            let mut rest = std::mem::take(&mut built.children);
            // A callout or quote may not be made empty: its first child goes with it, without
            // that child's own children, unless it is small.
            let mut first_rest = Vec::new();
            if matches!(
                built.block.kind,
                BlockKind::Callout | BlockKind::QuoteContainer
            ) && !rest.is_empty()
            {
                let mut first = rest.remove(0);
                if !first.whole {
                    first_rest = std::mem::take(&mut first.children);
                    first.size = 1;
                }
                let first_id = first.block.block_id.clone();
                built.children.push(first);
                built.size = 2;
                emit(built, &mut batch);
                batches.push(std::mem::replace(&mut batch, Batch::under(parent.clone())));
                pack(first_rest, &Parent::Made(first_id), batches);
            } else {
                built.size = 1;
                emit(built, &mut batch);
                batches.push(std::mem::replace(&mut batch, Batch::under(parent.clone())));
            }
            pack(rest, &Parent::Made(id), batches);
        } else {
            emit(built, &mut batch);
        }
    }
    if !batch.blocks.is_empty() {
        batches.push(batch);
    }
}

/// Puts a subtree into a batch, in pre-order.
fn emit(built: Built, batch: &mut Batch) {
    batch.tops.push(built.block.block_id.clone());
    let mut stack = vec![built];
    while let Some(Built {
        mut block,
        children,
        ..
    }) = stack.pop()
    {
        block.children = children
            .iter()
            .map(|child| child.block.block_id.clone())
            .collect();
        batch.mentions += mentions_of(&block);
        batch.blocks.push(block);
        stack.extend(children.into_iter().rev());
    }
}

fn mentions_of(block: &NewBlock) -> usize {
    block
        .payload
        .get("elements")
        .and_then(Value::as_array)
        .map_or(0, |elements| {
            elements
                .iter()
                .filter(|e| e.get("mention_user").is_some())
                .count()
        })
}

/// The first text of each cell.
fn rows_of(table: &Table, cells: Vec<Node>) -> Vec<Vec<Rich>> {
    let mut cells = cells.into_iter().map(|cell| {
        let first = cell.children.into_iter().next().map(|text| text.kind);
        match first {
            Some(Kind::Text(rich)) => rich,
            _ => Rich::new(),
        }
    });
    (0..table.rows)
        .map(|_| cells.by_ref().take(table.columns).collect())
        .collect()
}

fn table_of(rows: Vec<Vec<Rich>>) -> Node {
    let table = Table {
        rows: rows.len(),
        columns: rows.first().map_or(0, Vec::len),
        header_row: true,
        ..Table::default()
    };
    let cells = rows
        .into_iter()
        .flatten()
        .map(|rich| Node::new(Kind::Cell, vec![Node::leaf(Kind::Text(rich))]));
    Node::new(Kind::Table(table), cells.collect())
}

fn text(kind: BlockKind, rich: Rich, style: Option<TextStyle>) -> (BlockKind, Value, usize) {
    let mentions = rich
        .iter()
        .filter(|run| matches!(run, Inline::Mention { .. }))
        .count();
    let text = Text {
        style,
        elements: elements(rich),
    };
    let payload = serde_json::to_value(&text).unwrap_or_else(|_| json!({ "elements": [] }));
    (kind, payload, mentions)
}
