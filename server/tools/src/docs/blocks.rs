//! `doc_blocks`: a tree of new blocks in one call, for what Markdown has no words for.
//!
//! Endpoint: `docx.v1.documentBlockDescendant.create`, and what pictures, files, boards and merged
//! cells need afterwards. The notation is JSON in a text, because schemas must stay flat:
//! `[{"t":"callout","emoji":"bulb","c":["Markdown"]}]`; see the `blocks` page of `help`.

mod add_on;
mod build;
mod fields;
mod frame;

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use self::build::{Builder, Tree};
use super::{
    edit::{fits, place},
    read::document,
    write::{
        diff,
        doc::Doc,
        draft::Draft,
        job::Job,
        key::Key,
        plan::Plan,
        report::{changed, rehearsed},
    },
};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{people, resolve::resolve},
};

pub(crate) struct DocBlocks;

/// Ids that an answer lists.
const MAX_IDS: usize = 200;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    blocks: String,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    index: Option<i64>,
    #[serde(default)]
    base_revision: Option<i64>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for DocBlocks {
    const SPEC: ToolSpec = ToolSpec {
        name: "doc_blocks",
        title: Text::new("Add blocks of any kind", "添加任意类型的块"),
        description: Text::new(
            "Adds a nested tree of blocks to a Feishu document: columns, merged tables, callouts with \
             own colours, embeds, pictures, files, boards, add-ons (timeline, countdown...). For plain \
             text use doc_edit. Notation and all kinds: help topic blocks. Returns the ids.",
            "向飞书文档添加任意嵌套的块：分栏、合并表格、自定义高亮块、嵌入、图片、文件、画板、小组件（时间线、倒计时等）。普通文字请用 doc_edit。写法见 help 的 blocks 主题。返回块 id。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link, docx:TOKEN or token.",
                    "飞书链接、docx:TOKEN 或 token。",
                ),
            ),
            (
                "blocks",
                Text::new(
                    "JSON array of Markdown strings and {\"t\":kind, fields, \"c\":[children]}.",
                    "JSON 数组，元素为 Markdown 字符串或 {\"t\":类型, 字段, \"c\":[子块]}。",
                ),
            ),
            (
                "parent",
                Text::new(
                    "Block to put them into; default the document.",
                    "放入的块，默认文档本身。",
                ),
            ),
            (
                "index",
                Text::new(
                    "Place among its children; default the end.",
                    "在子块中的位置，默认末尾。",
                ),
            ),
            (
                "base_revision",
                Text::new("Revision you read.", "所读取的版本。"),
            ),
            ("dry_run", Text::new("Only check.", "仅检查预览。")),
            (
                "idempotency_key",
                Text::new("Same key, same call.", "相同键视为同一调用。"),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: Some(Capability::DocsWrite),
        scopes: &["docx:document"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let notation: Value = serde_json::from_str(&input.blocks).map_err(|fault| {
            let at = format!("{}:{}", fault.line(), fault.column());
            ToolError::invalid(match cx.locale {
                model::Locale::En => format!("`blocks` is not JSON at {at}"),
                model::Locale::Zh => format!("`blocks` 不是有效的 JSON（{at}）"),
            })
            .with_hint(example(cx))
        })?;
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let job = Job {
            document: &target.token,
            base: input.base_revision,
            key: Key::given(input.idempotency_key.as_deref()),
            digest: format!(
                "blocks {:?} {:?} {}",
                input.parent, input.index, input.blocks
            ),
        };
        if input.dry_run == Some(true) {
            let doc = job.rehearse(cx).await?;
            let mut draft = Draft::of(&doc);
            let tree = drafted(cx, &mut draft, &input, &notation)?;
            let mut plan = draft.plan();
            plan.attach(&tree.fills);
            let (before, after) = (doc.all(), draft.after());
            let names = people::named_in(cx, before.iter().chain(&after)).await;
            let diff = diff::blocks(cx, &before, &after, &names);
            let (title, now) = (doc.title(), doc.revision);
            let told = [kinds(&tree.kinds)];
            return Ok(rehearsed(
                cx,
                &target,
                (&title, now),
                (&plan, &diff),
                &told,
                &tree.warnings,
            ));
        }
        let outcome = job
            .carry_out(cx, |doc| planned(cx, doc, &input, &notation))
            .await?;
        let tree = &outcome.told;
        let told: Vec<String> = tree
            .kinds
            .iter()
            .filter_map(|(temporary, kind)| {
                let id = outcome.done.made.get(temporary)?;
                Some(format!("{kind} {id}"))
            })
            .take(MAX_IDS)
            .collect();
        Ok(changed(cx, &target, &outcome, &told, &tree.warnings))
    }
}

fn planned(
    cx: &ToolCx,
    doc: &Doc,
    input: &Input,
    notation: &Value,
) -> Result<(Plan, Tree), ToolError> {
    let mut draft = Draft::of(doc);
    let tree = drafted(cx, &mut draft, input, notation)?;
    let mut plan = draft.plan();
    plan.attach(&tree.fills);
    Ok((plan, tree))
}

fn drafted(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    input: &Input,
    notation: &Value,
) -> Result<Tree, ToolError> {
    let parent = match input.parent.as_deref().map(str::trim) {
        None | Some("") => draft.doc.id.clone(),
        Some(id) if id == draft.doc.id => id.to_owned(),
        Some(at) => place(cx, draft, at)?.first().to_owned(),
    };
    let mut builder = Builder::new(cx, draft.next);
    let new = builder.all(notation, "blocks")?;
    draft.next = builder.next;
    if new.is_empty() {
        return Err(ToolError::invalid(
            cx.say("`blocks` is empty", "`blocks` 为空"),
        ));
    }
    fits(cx, draft, &parent, new.iter().map(|built| built.block.kind))?;
    draft.insert_at(&parent, input.index, new);
    Ok(builder.finish())
}

fn kinds(all: &[(String, &'static str)]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for (_, kind) in all {
        match counts.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{kind}×{count}"))
        .collect();
    counts.join(" ")
}

fn example(cx: &ToolCx) -> &'static str {
    cx.say(
        "A text with a JSON array: [\"## Title\", {\"t\":\"callout\",\"emoji\":\"bulb\",\"c\":[\"text\"]}]. help topic: blocks.",
        "应为 JSON 数组文本：[\"## 标题\", {\"t\":\"callout\",\"emoji\":\"bulb\",\"c\":[\"文字\"]}]。见 help 的 blocks 主题。",
    )
}
