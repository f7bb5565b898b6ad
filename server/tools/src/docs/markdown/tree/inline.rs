//! Runs of text.

use feishu::api::docx::{ElementStyle, MentionDoc, Reminder};
use serde_json::{Value, json};

/// The text of a block.
pub(crate) type Rich = Vec<Inline>;

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Text; a newline is a line break inside the block. Links are not percent-encoded here.
    Text {
        content: String,
        style: ElementStyle,
    },
    /// A mention of a person, by open id.
    Mention {
        open_id: String,
        style: ElementStyle,
    },
    /// A mention of a document, with the title that it had when it was read. The address is not
    /// percent-encoded here.
    Doc(MentionDoc),
    /// A reminder.
    Reminder(Reminder),
    /// A formula in KaTeX.
    Equation {
        content: String,
        style: ElementStyle,
    },
    /// What only an existing document can hold: an inline file, an inline block, an element of a
    /// kind that is not known.
    Opaque(Opaque),
}

impl Inline {
    /// Text without style.
    pub(crate) fn plain(content: impl Into<String>) -> Self {
        Self::Text {
            content: content.into(),
            style: ElementStyle::default(),
        }
    }

    /// The style of the run.
    pub(crate) fn style(&self) -> Option<&ElementStyle> {
        match self {
            Self::Text { style, .. }
            | Self::Mention { style, .. }
            | Self::Equation { style, .. } => Some(style),
            Self::Doc(doc) => doc.text_element_style.as_ref(),
            Self::Reminder(reminder) => reminder.text_element_style.as_ref(),
            Self::Opaque(_) => None,
        }
    }
}

/// Something without a form of its own in Markdown: `[[kind name=value …]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Opaque {
    /// Feishu's key of the kind, or `unknown`.
    pub(crate) kind: String,
    /// What is known about it, in the order of printing, without the id of the block.
    pub(crate) fields: Vec<(String, String)>,
}

impl Opaque {
    pub(crate) fn new(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            fields: Vec::new(),
        }
    }

    /// With one more field, unless its value is empty.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.fields.push((name.to_owned(), value));
        }
        self
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Opaque {
    /// Whether a block like it can be made in any document from what is said about it, so that
    /// nobody needs the id of the one that is there.
    pub(crate) fn is_portable(&self) -> bool {
        match self.kind.as_str() {
            "iframe" => self.get("url").is_some(),
            "add_ons" => self.get("type").is_some() && self.get("record").is_some(),
            _ => false,
        }
    }

    /// The source of a widget that draws Mermaid.
    pub(crate) fn mermaid(&self) -> Option<String> {
        if self.kind != "add_ons" || self.get("type") != Some("mermaid") {
            return None;
        }
        let record: Value = serde_json::from_str(self.get("record")?).ok()?;
        let source = record.get("data")?.as_str()?;
        (Self::drawn(source) == *self).then(|| source.to_owned())
    }

    /// The widget that draws a Mermaid source.
    pub(crate) fn drawn(source: &str) -> Self {
        let record = json!({"data": source, "theme": "default", "view": "chart"});
        Self::new("add_ons")
            .with("type", "mermaid")
            .with("record", record.to_string())
    }
}
