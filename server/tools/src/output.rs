//! What a tool answers.

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

/// The answer of a tool: one compact text, and structure only for lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolOutput {
    /// The text for the model: Markdown or tab-separated lines.
    pub text: String,
    /// The same list as data, for list-like answers.
    pub structured: Option<Value>,
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
    let text = |text: &str| json!([{ "type": "text", "text": text }]);
    let mut fields = Map::new();
    match result {
        Ok(output) => {
            // Links are in the text already; a second copy would cost tokens.
            fields.insert("content".to_owned(), text(&output.text));
            if let Some(structured) = &output.structured {
                fields.insert("structuredContent".to_owned(), structured.clone());
            }
        }
        Err(error) => {
            let (words, structured) = error.render();
            fields.insert("content".to_owned(), text(&words));
            fields.insert("structuredContent".to_owned(), structured);
            fields.insert("isError".to_owned(), true.into());
        }
    }
    fields.insert("_meta".to_owned(), json!({ "feishu-mcp/callId": call_id }));
    fields
}
