//! What a tool answers.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::ToolError;

/// A thing that the answer points at, for clients that show links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Address in Feishu.
    pub url: String,
    /// Title for people.
    pub title: String,
}

/// A picture for the eyes of a model. Its bytes are in no log and no ledger.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// `image/png` …
    pub mime_type: &'static str,
    /// The file.
    pub bytes: Bytes,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({}, {} bytes)", self.mime_type, self.bytes.len())
    }
}

/// The answer of a tool: one compact text, and structure only for lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolOutput {
    /// The text for the model: Markdown or tab-separated lines.
    pub text: String,
    /// The same list as data, for list-like answers.
    pub structured: Option<Value>,
    /// Pictures, after the text.
    pub images: Vec<Image>,
    /// What was touched, as `kind:token`, for the ledger.
    pub target: Option<String>,
    /// Only a part was done; the text says what exists.
    pub partial: bool,
    /// Where to look at it.
    pub links: Vec<Link>,
}

impl ToolOutput {
    /// An answer of text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Adds data.
    #[must_use]
    pub fn with_structured(mut self, structured: Value) -> Self {
        self.structured = Some(structured);
        self
    }

    /// Adds a picture.
    #[must_use]
    pub fn with_image(mut self, image: Image) -> Self {
        self.images.push(image);
        self
    }

    /// Names what was touched.
    #[must_use]
    pub fn with_target(mut self, kind: &str, token: &str) -> Self {
        self.target = Some(format!("{kind}:{token}"));
        self
    }

    /// Adds a link.
    #[must_use]
    pub fn with_link(mut self, url: impl Into<String>, title: impl Into<String>) -> Self {
        self.links.push(Link {
            url: url.into(),
            title: title.into(),
        });
        self
    }

    /// Marks it as done in part.
    #[must_use]
    pub fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }
}

/// The result of a call as MCP's `CallToolResult` prints it. Failures are results that a model can
/// read, never protocol errors.
pub fn wire(call_id: &str, result: &Result<ToolOutput, ToolError>) -> Map<String, Value> {
    let text = |text: &str| json!({ "type": "text", "text": text });
    let image = |image: &Image| {
        let data = STANDARD.encode(&image.bytes);
        json!({ "type": "image", "data": data, "mimeType": image.mime_type })
    };
    let mut fields = Map::new();
    match result {
        Ok(output) => {
            // Links are in the text already; a second copy would cost tokens.
            let mut content = vec![text(&output.text)];
            content.extend(output.images.iter().map(image));
            fields.insert("content".to_owned(), content.into());
            if let Some(structured) = &output.structured {
                fields.insert("structuredContent".to_owned(), structured.clone());
            }
        }
        Err(error) => {
            let (words, structured) = error.render();
            fields.insert("content".to_owned(), vec![text(&words)].into());
            fields.insert("structuredContent".to_owned(), structured);
            fields.insert("isError".to_owned(), true.into());
        }
    }
    fields.insert("_meta".to_owned(), json!({ "feishu-mcp/callId": call_id }));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_follow_the_text_and_are_not_printed_for_people() {
        let output = ToolOutput::text("a picture").with_image(Image {
            mime_type: "image/png",
            bytes: Bytes::from_static(b"\x89PNG"),
        });
        assert!(!format!("{output:?}").contains("PNG\""), "{output:?}");
        let fields = wire("call_1", &Ok(output));
        assert_eq!(
            fields["content"],
            json!([
                { "type": "text", "text": "a picture" },
                { "type": "image", "data": "iVBORw==", "mimeType": "image/png" },
            ])
        );
    }
}
