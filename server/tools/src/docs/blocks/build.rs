//! From the notation to new blocks.

use feishu::api::docx::BlockKind;
use model::Locale;
use serde_json::{Map, Value, json};

use super::{
    super::{
        edit::inline,
        markdown::{
            code,
            compile::{Built, Fill, With, build},
            parse::parse,
            tree::{Diagram, Syntax, Warnings},
        },
        write::rules,
    },
    add_on, example, fields,
};
use crate::{ToolCx, ToolError, render::clean_line};

/// Deepest nesting.
const MAX_DEPTH: usize = 12;

/// What was built besides the blocks.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) fills: Vec<Fill>,
    /// Temporary ids and kinds, in the order of reading.
    pub(super) kinds: Vec<(String, &'static str)>,
    pub(super) warnings: Warnings,
}

/// Builds.
pub(super) struct Builder<'a> {
    pub(super) cx: &'a ToolCx,
    /// Temporary ids given so far.
    pub(super) next: usize,
    pub(super) fills: Vec<Fill>,
    kinds: Vec<(String, &'static str)>,
    warnings: Warnings,
    depth: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(cx: &'a ToolCx, next: usize) -> Self {
        Self {
            cx,
            next,
            fills: Vec::new(),
            kinds: Vec::new(),
            warnings: Warnings::default(),
            depth: 0,
        }
    }

    pub(super) fn finish(self) -> Tree {
        Tree {
            fills: self.fills,
            kinds: self.kinds,
            warnings: self.warnings,
        }
    }

    pub(super) fn id(&mut self, kind: BlockKind) -> String {
        self.next += 1;
        let id = format!("n{}", self.next);
        self.kinds.push((id.clone(), kind.key()));
        id
    }

    /// A list, one node, or Markdown.
    pub(super) fn all(&mut self, notation: &Value, at: &str) -> Result<Vec<Built>, ToolError> {
        if self.depth == MAX_DEPTH {
            return Err(self.wrong(at, ("nested too deep", "嵌套过深")));
        }
        self.depth += 1;
        let built = match notation {
            Value::Null => Ok(Vec::new()),
            Value::Array(list) => {
                let mut all = Vec::new();
                for (number, one) in list.iter().enumerate() {
                    all.extend(self.all(one, &format!("{at}[{number}]"))?);
                }
                Ok(all)
            }
            Value::String(markdown) => Ok(self.markdown(markdown)),
            Value::Object(node) => self.node(node, at).map(|built| vec![built]),
            _ => Err(self.wrong(at, ("neither text nor a block", "既不是文本也不是块"))),
        };
        self.depth -= 1;
        built
    }

    fn markdown(&mut self, markdown: &str) -> Vec<Built> {
        let parsed = parse(markdown);
        for warning in parsed.warnings.iter() {
            self.warnings.add(warning);
        }
        let built = build(parsed.nodes, &mut self.next, &mut self.warnings);
        let mut stack: Vec<&Built> = built.iter().rev().collect();
        while let Some(one) = stack.pop() {
            self.kinds
                .push((one.block.block_id.clone(), one.block.kind.key()));
            stack.extend(one.children.iter().rev());
        }
        built
    }

    fn node(&mut self, node: &Map<String, Value>, at: &str) -> Result<Built, ToolError> {
        let word = node.get("t").and_then(Value::as_str).unwrap_or_default();
        match word {
            "mermaid" | "plantuml" => return self.diagram(word, node, at),
            "grid" | "columns" => return self.grid(node, at),
            "table" => return self.table(node, at),
            "image" | "img" | "file" => return self.attachment(word, node, at),
            _ => {}
        }
        if let Some(payload) = add_on::payload(word, node) {
            let id = self.id(BlockKind::AddOns);
            return Ok(Built::leaf(id, BlockKind::AddOns, payload));
        }
        let kind = kind_of(word).ok_or_else(|| {
            let word = clean_line(word, 40);
            let error = self.wrong(at, ("unknown kind `t`", "未知类型 `t`"));
            ToolError {
                message: format!("{}: \"{word}\"", error.message),
                ..error
            }
        })?;
        let id = self.id(kind);
        let payload = if rules::is_text(kind) {
            self.text(kind, node, at)?
        } else {
            fields::payload(kind, node)
        };
        let mut children = self.all(node.get("c").unwrap_or(&Value::Null), &format!("{at}.c"))?;
        if !children.is_empty() && !rules::holds(kind) {
            return Err(self.wrong(at, ("this kind holds no children", "该类型不能包含子块")));
        }
        if children.is_empty() && rules::needs_child(kind) {
            children = self.all(&node.get("x").cloned().unwrap_or(json!("")), at)?;
            if children.is_empty() {
                children.push(self.empty());
            }
        }
        for child in &children {
            if !rules::may_hold(kind, child.block.kind) {
                return Err(self.wrong(
                    at,
                    (
                        "this kind may not hold such a child",
                        "该类型不能包含此类子块",
                    ),
                ));
            }
        }
        Ok(Built::tree(id, kind, payload, children))
    }

    pub(super) fn empty(&mut self) -> Built {
        let id = self.id(BlockKind::Text);
        let empty = json!({ "elements": [{ "text_run": { "content": "" } }] });
        Built::leaf(id, BlockKind::Text, empty)
    }

    fn text(
        &self,
        kind: BlockKind,
        node: &Map<String, Value>,
        at: &str,
    ) -> Result<Value, ToolError> {
        let text = node.get("x").and_then(Value::as_str).unwrap_or_default();
        let elements =
            inline(self.cx, text, kind == BlockKind::Code).map_err(|error| ToolError {
                message: format!("{at}: {}", error.message),
                ..error
            })?;
        let mut style = fields::style(node);
        if kind == BlockKind::Code {
            let word = node.get("lang").and_then(Value::as_str).unwrap_or_default();
            let language = code::number(word).unwrap_or(code::PLAIN);
            style.insert("language".to_owned(), Value::from(language));
        }
        let elements = if elements.is_empty() {
            vec![json!({ "text_run": { "content": "" } })]
        } else {
            elements
        };
        Ok(json!({ "elements": elements, "style": style }))
    }

    fn diagram(
        &mut self,
        word: &str,
        node: &Map<String, Value>,
        at: &str,
    ) -> Result<Built, ToolError> {
        let code = node.get("x").and_then(Value::as_str).unwrap_or_default();
        let (Some(syntax), false) = (Syntax::of_word(word), code.trim().is_empty()) else {
            return Err(self.wrong(
                at,
                ("`x` must be the code of the diagram", "`x` 须为图表代码"),
            ));
        };
        let id = self.id(BlockKind::Board);
        self.fills.push(Fill {
            block: id.clone(),
            with: With::Diagram(Diagram {
                syntax,
                code: code.to_owned(),
            }),
        });
        Ok(Built::leaf(id, BlockKind::Board, json!({ "align": 2 })))
    }

    pub(super) fn wrong(&self, at: &str, what: (&'static str, &'static str)) -> ToolError {
        ToolError::invalid(match self.cx.locale {
            Locale::En => format!("{at}: {}", what.0),
            Locale::Zh => format!("{at}：{}", what.1),
        })
        .with_hint(example(self.cx))
    }
}

/// Kinds by their short word, or by Feishu's key.
fn kind_of(word: &str) -> Option<BlockKind> {
    let short = match word {
        "p" => BlockKind::Text,
        "ul" => BlockKind::Bullet,
        "ol" => BlockKind::Ordered,
        "hr" => BlockKind::Divider,
        "quote" => BlockKind::QuoteContainer,
        "base" => BlockKind::Bitable,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "h7" | "h8" | "h9" => {
            BlockKind::heading(word[1..].parse().ok()?)
        }
        _ => {
            let known = BlockKind::ALL.iter().find(|kind| kind.key() == word)?;
            return is_makeable(*known).then_some(*known);
        }
    };
    Some(short)
}

/// Whether Feishu lets a block of this kind be made by itself.
const fn is_makeable(kind: BlockKind) -> bool {
    kind.heading_level().is_some()
        || matches!(
            kind,
            BlockKind::Text
                | BlockKind::Bullet
                | BlockKind::Ordered
                | BlockKind::Code
                | BlockKind::Todo
                | BlockKind::Bitable
                | BlockKind::Callout
                | BlockKind::ChatCard
                | BlockKind::Divider
                | BlockKind::Iframe
                | BlockKind::Isv
                | BlockKind::Sheet
                | BlockKind::QuoteContainer
                | BlockKind::Okr
                | BlockKind::AddOns
                | BlockKind::WikiCatalog
                | BlockKind::Board
                | BlockKind::LinkPreview
                | BlockKind::SubPageList
        )
}
