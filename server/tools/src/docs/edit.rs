//! `doc_edit`: anchored changes of a document, in as few calls as possible.
//!
//! Endpoints: `docx.v1.document.get`, `docx.v1.documentBlock.list` to see what is there, then
//! `docx.v1.documentBlock.batchUpdate`, `docx.v1.documentBlockDescendant.create` and
//! `docx.v1.documentBlockChildren.batchDelete`. What an operation does not name is not sent, so it
//! stays as it is to the last byte.

mod at;
mod loss;
mod moving;
mod ops;
mod reconcile;

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use self::{
    at::place,
    ops::{fits, inline},
    reconcile::set_content,
};
use self::{
    loss::Loss,
    ops::{Edit, Op},
};
use super::{
    markdown::tree::Warnings,
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

pub(crate) struct DocEdit;

/// Operations of one call.
const MAX_OPS: usize = 200;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    ops: Vec<Edit>,
    #[serde(default)]
    base_revision: Option<i64>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for DocEdit {
    const SPEC: ToolSpec = ToolSpec {
        name: "doc_edit",
        title: Text::new("Edit a document", "编辑文档"),
        description: Text::new(
            "Changes parts of a Feishu document; everything else stays exactly as it is. Ops run in \
             order: replace_text, insert_before, insert_after, replace, delete, move, append. Keep \
             [[...]] lines of doc_read in replacements to keep those blocks. help topic: writing.",
            "修改飞书文档的局部，其余内容保持原样。操作按顺序执行：replace_text、insert_before、insert_after、replace、delete、move、append。替换内容中保留 doc_read 的 [[…]] 行即可保留对应块。详见 help 的 writing 主题。",
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
                "ops",
                Text::new(
                    "at: words that stand once, a heading, a block id, or \"## Heading\" for its section. \
                     to: end of a range (replace, delete), destination (move: anchor, \"before: anchor\", \
                     start, end), or \"all\" (replace_text).",
                    "at：唯一出现的文字、标题、块 id，或 “## 标题” 表示整节。to：范围终点（replace、delete）、目标位置（move：锚点、“before: 锚点”、start、end）、或 all（replace_text）。",
                ),
            ),
            (
                "base_revision",
                Text::new(
                    "Revision you read; refused if it changed.",
                    "所读取的版本；已变化则拒绝。",
                ),
            ),
            ("dry_run", Text::new("Only show the diff.", "仅预览差异。")),
            (
                "idempotency_key",
                Text::new(
                    "Same key, same call: never done twice.",
                    "相同键视为同一调用，不重复执行。",
                ),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &[],
        capability: Some(Capability::DocsWrite),
        scopes: &["docx:document"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        if input.ops.iter().any(|edit| edit.op == Op::Delete) {
            Effect::Destroy
        } else {
            Effect::Write
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        let may_delete = |edit: &Edit| matches!(edit.op, Op::Delete | Op::Replace);
        input.dry_run != Some(true) && input.ops.iter().any(may_delete)
    }

    /// What a replacement takes away shows only in the document.
    async fn takes_away(cx: &ToolCx, input: &Input) -> Result<bool, ToolError> {
        if Self::effect(input) == Effect::Destroy {
            return Ok(true);
        }
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let doc = Doc::load(cx, &target.token).await?;
        Ok(Loss::of(cx, &doc, &input.ops).is_some())
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let doc = Doc::load(cx, &target.token).await?;
        let mut gone = ops::deletions(&input.ops);
        let replaces = input.ops.iter().any(|edit| edit.op == Op::Replace);
        let loss = Loss::of(cx, &doc, &input.ops).filter(|_| replaces);
        gone.extend(loss.map(|loss| loss.words(cx)));
        let gone = gone.join(" · ");
        Ok(match cx.locale {
            model::Locale::En => format!("Delete from the document \"{}\": {gone}?", doc.title()),
            model::Locale::Zh => format!("是否从文档《{}》中删除：{gone}？", doc.title()),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        if input.ops.is_empty() || input.ops.len() > MAX_OPS {
            return Err(ToolError::invalid(
                cx.say("1 to 200 `ops` are needed", "需要 1–200 个 `ops`"),
            ));
        }
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let job = Job {
            document: &target.token,
            base: input.base_revision,
            key: Key::given(input.idempotency_key.as_deref()),
            digest: input.ops.iter().map(Edit::digest).collect(),
        };
        if input.dry_run == Some(true) {
            let doc = job.rehearse(cx).await?;
            let mut draft = Draft::of(&doc);
            let (told, warnings) = apply_all(cx, &mut draft, &input.ops)?;
            let plan = draft.plan();
            let (before, after) = (doc.all(), draft.after());
            let names = people::named_in(cx, before.iter().chain(&after)).await;
            let diff = diff::blocks(cx, &before, &after, &names);
            let head = (doc.title(), doc.revision);
            return Ok(rehearsed(
                cx,
                &target,
                (&head.0, head.1),
                (&plan, &diff),
                &told,
                &warnings,
            ));
        }
        let outcome = job
            .carry_out(cx, |doc| planned(cx, doc, &input.ops))
            .await?;
        let (told, warnings) = &outcome.told;
        Ok(changed(cx, &target, &outcome, told, warnings))
    }
}

type Told = (Vec<String>, Warnings);

fn planned(cx: &ToolCx, doc: &Doc, ops: &[Edit]) -> Result<(Plan, Told), ToolError> {
    let mut draft = Draft::of(doc);
    let told = apply_all(cx, &mut draft, ops)?;
    Ok((draft.plan(), told))
}

/// Nothing is sent before all operations fit.
fn apply_all(cx: &ToolCx, draft: &mut Draft<'_>, ops: &[Edit]) -> Result<Told, ToolError> {
    let mut warnings = Warnings::default();
    let mut told = Vec::new();
    for (number, edit) in ops.iter().enumerate() {
        let line = ops::apply(cx, draft, edit, &mut warnings);
        told.push(line.map_err(|error| {
            let count = ops.len();
            if count == 1 {
                return error;
            }
            let message = format!("ops[{number}]: {}", error.message);
            ToolError { message, ..error }
        })?);
    }
    Ok((told, warnings))
}
