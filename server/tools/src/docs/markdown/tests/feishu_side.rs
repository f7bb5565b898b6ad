//! A tree as the blocks that Feishu would hold: with tokens, spans, numbers and all that no
//! request can make.

use feishu::api::docx::{BlockKind, Text};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::docs::markdown::{
    compile::{elements, text_style},
    inline::is_open_id,
    names,
    tree::{Inline, Kind, Node, Opaque, Rich, Source, Table},
};

/// All blocks, the page first.
pub(super) fn blocks(nodes: &[Node]) -> Value {
    let mut maker = Maker { blocks: Vec::new() };
    let root = maker.add(None, "page", 1, json!({"elements": []}));
    maker.children(root, nodes);
    Value::Array(maker.blocks)
}

struct Maker {
    blocks: Vec<Value>,
}

impl Maker {
    fn add(&mut self, id: Option<&str>, key: &str, number: i64, payload: Value) -> usize {
        let at = self.blocks.len();
        let id = id.map_or_else(|| format!("doxcnMADEMADEMADEMADE{at:06}"), str::to_owned);
        let mut block = json!({"block_id": id, "block_type": number, "children": []});
        block[key] = payload;
        self.blocks.push(block);
        at
    }

    fn below(&mut self, parent: usize, child: usize) {
        let id = self.blocks[child]["block_id"].clone();
        self.blocks[parent]["children"]
            .as_array_mut()
            .unwrap()
            .push(id);
    }

    fn children(&mut self, parent: usize, nodes: &[Node]) {
        let mut number = 0;
        for node in nodes {
            let child = self.node(node, &mut number);
            self.below(parent, child);
        }
    }

    fn of(&mut self, node: &Node, kind: BlockKind, payload: Value) -> usize {
        let at = self.add(node.id.as_deref(), kind.key(), kind.number(), payload);
        self.children(at, &node.children);
        at
    }

    #[expect(clippy::too_many_lines, reason = "one kind after the other")]
    fn node(&mut self, node: &Node, number: &mut u64) -> usize {
        let words = |rich: &Rich| text(rich, node);
        if !matches!(node.kind, Kind::Ordered(_)) {
            *number = 0;
        }
        match &node.kind {
            Kind::Text(rich) => self.of(node, BlockKind::Text, words(rich)),
            Kind::Heading(level, rich) => self.of(node, BlockKind::heading(*level), words(rich)),
            Kind::Bullet(rich) => self.of(node, BlockKind::Bullet, words(rich)),
            Kind::Ordered(rich) => {
                let told = node.style.number.or((*number == 0).then_some(1));
                *number = told.unwrap_or(*number + 1);
                let mut payload = words(rich);
                let sequence = told.map_or("auto".to_owned(), |told| told.to_string());
                payload["style"]["sequence"] = json!(sequence);
                self.of(node, BlockKind::Ordered, payload)
            }
            Kind::Todo(done, rich) => {
                let mut payload = words(rich);
                payload["style"]["done"] = json!(done);
                self.of(node, BlockKind::Todo, payload)
            }
            Kind::QuoteText(rich) => self.of(node, BlockKind::Quote, words(rich)),
            Kind::Code {
                language,
                text: code,
            } => {
                let mut payload = text(&vec![Inline::plain(code.clone())], node);
                payload["style"]["language"] = json!(language);
                payload["style"]["wrap"] = json!(node.style.wrap);
                self.of(node, BlockKind::Code, payload)
            }
            Kind::Divider => self.of(node, BlockKind::Divider, json!({})),
            Kind::Quote => self.of(node, BlockKind::QuoteContainer, json!({})),
            Kind::Callout(callout) => {
                let payload = json!({
                    "emoji_id": callout.emoji,
                    "background_color": callout.background,
                    "border_color": callout.border,
                    "text_color": callout.text,
                });
                self.of(node, BlockKind::Callout, payload)
            }
            Kind::Table(table) => {
                let at = self.of(node, BlockKind::Table, frame(table));
                self.blocks[at]["table"]["cells"] = self.blocks[at]["children"].clone();
                at
            }
            Kind::Cell => self.of(node, BlockKind::TableCell, json!({})),
            Kind::Grid => {
                let columns = json!({"column_size": node.children.len()});
                self.of(node, BlockKind::Grid, columns)
            }
            Kind::Column(ratio) => {
                self.of(node, BlockKind::GridColumn, json!({"width_ratio": ratio}))
            }
            Kind::Image(image) => {
                let payload = json!({
                    "token": token(&image.source),
                    "width": image.size.map(|size| size.0),
                    "height": image.size.map(|size| size.1),
                    "align": image.align.unwrap_or(2),
                    "scale": f64::from(image.scale.unwrap_or(100)) / 100.0,
                    "caption": {"content": image.caption},
                });
                self.of(node, BlockKind::Image, payload)
            }
            Kind::File(file) => {
                let view = if file.preview { 2 } else { 1 };
                let at = self.of(node, BlockKind::View, json!({"view_type": view}));
                let payload = json!({"token": token(&file.source), "name": file.name});
                let kind = BlockKind::File;
                let inner = self.add(None, kind.key(), kind.number(), payload);
                self.below(at, inner);
                at
            }
            // A board has lost what it was drawn from: code stands for it.
            Kind::Diagram(diagram) => {
                let record = Opaque::drawn(&diagram.code);
                self.opaque(node, &record)
            }
            Kind::Opaque(opaque) => self.opaque(node, opaque),
        }
    }

    fn opaque(&mut self, node: &Node, opaque: &Opaque) -> usize {
        let known = BlockKind::ALL.iter().find(|kind| kind.key() == opaque.kind);
        let mut payload = json!({});
        for (name, value) in &opaque.fields {
            put(&mut payload, &opaque.kind, name, value);
        }
        let number = known.map_or_else(
            || opaque.get("type").unwrap().parse().unwrap(),
            |kind| kind.number(),
        );
        let at = self.add(node.id.as_deref(), &opaque.kind, number, payload);
        self.children(at, &node.children);
        at
    }
}

fn put(payload: &mut Value, kind: &str, name: &str, value: &str) {
    let place = |words: &[&str]| json!(words.iter().position(|word| *word == value).unwrap() + 1);
    let runs = || json!({"elements": [{"text_run": {"content": value}}]});
    match (kind, name) {
        ("iframe", "url") => {
            let url = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
            payload["component"]["url"] = json!(url);
        }
        ("iframe", "type") => payload["component"]["iframe_type"] = json!(names::site(value)),
        ("add_ons" | "isv", "type") => {
            payload["component_type_id"] = json!(names::widget(value).unwrap());
        }
        ("diagram", "type") => payload["diagram_type"] = place(&["flowchart", "uml"]),
        ("bitable", "view") => payload["view_type"] = place(&["grid", "kanban"]),
        ("view", "view") => payload["view_type"] = place(&["card", "preview"]),
        ("jira_issue", "issue") => payload["id"] = json!(value),
        ("agenda_item_title", "text") => payload["elements"] = runs()["elements"].clone(),
        (_, "text") => payload["content"] = runs(),
        (_, "align") => payload["align"] = json!(names::align(value)),
        (_, "size") => {
            let (width, height) = value.split_once('x').unwrap();
            payload["width"] = json!(width.parse::<u32>().unwrap());
            payload["height"] = json!(height.parse::<u32>().unwrap());
        }
        _ => payload[name] = json!(value),
    }
}

fn token(source: &Source) -> &str {
    match source {
        Source::Media(token) => token,
        other => panic!("{other:?} is not in a document"),
    }
}

fn text(rich: &Rich, node: &Node) -> Value {
    let plain: Rich = rich
        .iter()
        .filter(|run| !matches!(run, Inline::Opaque(_)))
        .cloned()
        .collect();
    let mut made = serde_json::to_value(Text {
        style: Some(text_style(&node.style)),
        elements: elements(plain),
    })
    .unwrap();
    let list = made["elements"].as_array_mut().unwrap();
    for (at, run) in rich.iter().enumerate() {
        if let Inline::Mention { open_id, .. } = run {
            assert!(is_open_id(open_id));
        }
        if let Inline::Opaque(opaque) = run {
            let mut fields = json!({});
            for (name, value) in &opaque.fields {
                fields[name] = json!(value);
            }
            let kind = opaque.get("element").unwrap_or(&opaque.kind);
            list.insert(at, json!({ kind: fields }));
        }
    }
    made
}

fn frame(table: &Table) -> Value {
    let spans: Vec<Value> = (0..table.rows * table.columns)
        .map(|at| {
            let (row, column) = (at / table.columns, at % table.columns);
            let merge = table
                .merges
                .iter()
                .find(|merge| (merge.row, merge.column) == (row, column));
            json!({
                "row_span": merge.map_or(1, |merge| merge.rows),
                "col_span": merge.map_or(1, |merge| merge.columns),
            })
        })
        .collect();
    let widths = if table.widths.is_empty() {
        vec![100; table.columns]
    } else {
        table.widths.clone()
    };
    json!({"property": {
        "row_size": table.rows,
        "column_size": table.columns,
        "column_width": widths,
        "header_row": table.header_row,
        "header_column": table.header_column,
        "merge_info": spans,
    }})
}
