//! `files`: what lies where in drive and wiki, and making, moving, copying, naming, deleting it;
//! files out of documents and documents out of files.
//!
//! Endpoints: `drive.v1.file.*`, `drive.v1.exportTask.*`, `drive.v1.importTask.*`,
//! `wiki.v2.spaceNode.*`, `wiki.v2.task.get`, and for titles `docx.v1`, `sheets.v3`, `bitable.v1`.
//! Feishu has no idempotency key for any of them: the platform remembers for a few minutes what a
//! key made, and looks for what a lost answer left behind before it says that nothing happened.

mod copy;
mod create;
mod delete;
mod export;
mod import;
mod list;
mod made;
mod relocate;
mod rename;
mod shortcut;
mod ticket;

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, render::clean_line};

pub(crate) struct Files;

/// Characters of a name.
const MAX_NAME: usize = 250;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    List,
    Create,
    Move,
    Copy,
    Rename,
    Delete,
    Shortcut,
    Export,
    Import,
    Job,
}

/// What to make of it: a kind to create or to import as, or a format to export in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    Folder,
    Docx,
    Sheet,
    Base,
    Mindnote,
    Slides,
    Pdf,
    Md,
    Xlsx,
    Csv,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    op: Op,
    #[serde(default)]
    r#ref: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "as")]
    form: Option<Form>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for Files {
    const SPEC: ToolSpec = ToolSpec {
        name: "files",
        title: Text::new("Manage files and places", "管理文件与位置"),
        description: Text::new(
            "Lists, creates, moves, copies, renames, deletes, links (shortcut), exports and imports \
             things of drive and wiki alike. A place is a folder, a wiki page or space, or root; \
             ref=wiki lists the spaces. Long work may end with a ticket: continue it with op=job. \
             help topic: files.",
            "统一管理云空间与知识库：列出、新建、移动、复制、重命名、删除、快捷方式、导出、导入。位置可以是文件夹、知识库页面、知识库或 root；ref=wiki 列出知识库。耗时操作可能返回 ticket，用 op=job 继续。详见 help 的 files 主题。",
        ),
        args: &[
            (
                "op",
                Text::new(
                    "delete is confirmed by a person; job continues a ticket.",
                    "delete 需人工确认；job 用于继续 ticket。",
                ),
            ),
            (
                "ref",
                Text::new(
                    "The thing (link, kind:TOKEN), for list the place (default root), for job the ticket.",
                    "对象（链接、kind:TOKEN）；list 时为位置（默认 root）；job 时为 ticket。",
                ),
            ),
            (
                "to",
                Text::new(
                    "Place it goes to; default root. export: where the file is saved.",
                    "目标位置，默认 root；export 时为文件保存位置。",
                ),
            ),
            ("name", Text::new("New name.", "新名称。")),
            (
                "as",
                Text::new(
                    "create: folder (default), docx, sheet, base, mindnote, slides. export: docx, pdf, md, xlsx, csv. import: docx, sheet, base.",
                    "create：folder（默认）、docx、sheet、base、mindnote、slides；export：docx、pdf、md、xlsx、csv；import：docx、sheet、base。",
                ),
            ),
            (
                "cursor",
                Text::new("`next` of the last answer.", "上次结果中的 `next`。"),
            ),
            (
                "dry_run",
                Text::new("Only tell what would happen.", "仅预览，不实际执行。"),
            ),
            (
                "idempotency_key",
                Text::new(
                    "Repeat with the same key to get the first result again.",
                    "用相同的 key 重试会返回首次结果。",
                ),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &["list"],
        capability: Some(Capability::Files),
        scopes: &["space:document:retrieve"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::List => Effect::Read,
            // What is shown and not saved changes nothing.
            Op::Export if export::is_shown(input) => Effect::Read,
            Op::Delete => Effect::Destroy,
            _ => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.op == Op::Delete && input.dry_run != Some(true)
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        match input.op {
            Op::Delete => delete::question(cx, thing(cx, input)?).await,
            _ => Ok(Self::SPEC.title.pick(cx.locale).to_owned()),
        }
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        match input.op {
            Op::List => list::list(cx, input.r#ref.as_deref(), input.cursor.as_deref()).await,
            Op::Create => create::create(cx, &input).await,
            Op::Move => relocate::relocate(cx, &input).await,
            Op::Copy => copy::copy(cx, &input).await,
            Op::Rename => rename::rename(cx, &input).await,
            Op::Delete => delete::delete(cx, &input).await,
            Op::Shortcut => shortcut::shortcut(cx, &input).await,
            Op::Export => export::export(cx, &input).await,
            Op::Import => import::import(cx, &input).await,
            Op::Job => ticket::resume(cx, thing(cx, &input)?).await,
        }
    }
}

/// Creates an empty spreadsheet, for the tool of spreadsheets.
///
/// # Errors
/// As `files` with op=create.
pub(crate) async fn new_sheet(
    cx: &ToolCx,
    name: Option<&str>,
    to: Option<&str>,
    dry_run: bool,
    key: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let input = Input {
        op: Op::Create,
        r#ref: None,
        to: text(to),
        name: text(name),
        form: Some(Form::Sheet),
        cursor: None,
        dry_run: Some(dry_run),
        idempotency_key: text(key),
    };
    create::create(cx, &input).await
}

impl Input {
    const fn only_tells(&self) -> bool {
        matches!(self.dry_run, Some(true))
    }
}

/// The thing that the call is about.
fn thing<'a>(cx: &ToolCx, input: &'a Input) -> Result<&'a str, ToolError> {
    let text = input.r#ref.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty()).ok_or_else(|| {
        ToolError::invalid(cx.say("`ref` is needed", "缺少 `ref`")).with_hint(cx.say(
            "Pass the link or ref of the thing; `list` shows refs.",
            "请传入对象的链接或引用；`list` 会列出引用。",
        ))
    })
}

/// The new name, checked; `None` when none is given.
fn name(cx: &ToolCx, input: &Input) -> Result<Option<String>, ToolError> {
    let Some(text) = input.name.as_deref() else {
        return Ok(None);
    };
    let name = clean_line(text, MAX_NAME + 1);
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(ToolError::invalid(cx.say(
            "a name of 1 to 250 characters is needed",
            "名称需为 1–250 字",
        )));
    }
    Ok(Some(name))
}

/// The name that this operation cannot do without.
fn needed_name(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
    name(cx, input)?.ok_or_else(|| ToolError::invalid(cx.say("`name` is needed", "缺少 `name`")))
}

/// What would happen, and that nothing did.
fn preview(cx: &ToolCx, would: &str) -> ToolOutput {
    ToolOutput::text(format!(
        "{}: {would}",
        cx.say("dry run, nothing was changed", "预览，未做任何修改")
    ))
}
