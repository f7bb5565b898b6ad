//! Blocks without Markdown: their kind, and what is worth knowing about them.

use feishu::api::docx::{Block, BlockKind};
use serde_json::Value;

use super::inline::{decoded, plain};
use crate::{
    docs::markdown::{
        names,
        tree::{Opaque, clean},
    },
    render::clean_line,
};

/// Characters of a widget's record that are printed. A longer one stays with its block.
const MAX_RECORD: usize = 1000;

/// The fields of Feishu that are printed under their own names, in this order.
const FIELDS: &[&str] = &[
    "token",
    "name",
    "title",
    "chat_id",
    "task_id",
    "okr_id",
    "objective_id",
    "kr_id",
    "key",
    "wiki_token",
    "source_document_id",
    "source_block_id",
    "component_id",
    "url_type",
    "minutes_id",
    "view_id",
];

pub(super) fn opaque(block: &Block) -> Opaque {
    let Some(kind) = block.kind() else {
        return Opaque::new("unknown").with("type", block.block_type.to_string());
    };
    let mut opaque = Opaque::new(kind.key());
    match kind {
        BlockKind::Iframe => return iframe(block, opaque),
        BlockKind::AddOns | BlockKind::Isv => {
            let id = block.field("component_type_id").unwrap_or_default();
            opaque = opaque.with("type", names::widget_word(&clean_line(id, 80)));
        }
        BlockKind::Diagram => {
            opaque = opaque.with("type", word(block, "diagram_type", &["flowchart", "uml"]));
        }
        BlockKind::Bitable => {
            opaque = opaque.with("view", word(block, "view_type", &["grid", "kanban"]));
        }
        BlockKind::View => {
            opaque = opaque.with("view", word(block, "view_type", &["card", "preview"]));
        }
        // The block has an id of its own.
        BlockKind::JiraIssue => {
            opaque = opaque.with("issue", field(block, "id"));
        }
        BlockKind::LinkPreview => {
            opaque = opaque.with("url", decoded(block.field("url").unwrap_or_default()));
        }
        _ => {}
    }
    for name in FIELDS {
        opaque = opaque.with(name, field(block, name));
    }
    let (width, height) = (block.number("width"), block.number("height"));
    if let Some((width, height)) = width.zip(height).filter(|(w, h)| *w > 0 && *h > 0) {
        opaque = opaque.with("size", format!("{width}x{height}"));
    }
    let align = block
        .number("align")
        .and_then(|align| u8::try_from(align).ok())
        .and_then(names::align_word);
    opaque = opaque.with("align", align.unwrap_or_default());
    if kind == BlockKind::AddOns {
        let record = record(block);
        if let Some(drawn) = drawing(&opaque, &record) {
            return drawn;
        }
        opaque = opaque.with("record", record);
    }
    opaque.with("text", words(block))
}

fn iframe(block: &Block, opaque: Opaque) -> Opaque {
    let component = block.body().and_then(|body| body.get("component"));
    let number = component
        .and_then(|component| {
            component
                .get("iframe_type")
                .or_else(|| component.get("type"))
        })
        .and_then(Value::as_i64);
    let url = component.and_then(|component| component.get("url")?.as_str());
    opaque
        .with("type", number.map(names::site_word).unwrap_or_default())
        .with("url", url.map(decoded).unwrap_or_default())
}

/// The widget that draws Mermaid, by its source alone: how it is shown is the same everywhere.
fn drawing(opaque: &Opaque, record: &str) -> Option<Opaque> {
    if opaque.get("type") != Some("mermaid") {
        return None;
    }
    let record: Value = serde_json::from_str(record).ok()?;
    Some(Opaque::drawn(
        clean(record.get("data")?.as_str()?).trim_end(),
    ))
}

/// What a widget keeps, when it is short enough to be read.
fn record(block: &Block) -> String {
    let record = clean(block.field("record").unwrap_or_default());
    if record.chars().count() > MAX_RECORD {
        String::new()
    } else {
        record
    }
}

/// The text of a block that is no text: the title of an agenda, the content of a goal.
fn words(block: &Block) -> String {
    let text = block.text().map(plain).unwrap_or_default();
    let content = || {
        let elements = block.body()?.get("content")?.get("elements")?.as_array()?;
        let runs = elements
            .iter()
            .filter_map(|element| element.get("text_run")?.get("content")?.as_str());
        Some(runs.collect::<String>())
    };
    let text = if text.is_empty() {
        content().unwrap_or_default()
    } else {
        text
    };
    clean_line(&clean(&text), 1000)
}

fn field(block: &Block, name: &str) -> String {
    clean_line(&clean(block.field(name).unwrap_or_default()), 500)
}

fn word(block: &Block, name: &str, words: &[&'static str]) -> &'static str {
    block
        .number(name)
        .and_then(|number| usize::try_from(number).ok()?.checked_sub(1))
        .and_then(|at| words.get(at).copied())
        .unwrap_or_default()
}
