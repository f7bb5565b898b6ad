//! `doc_history`: earlier states of a document: what there is, what changed, going back.
//!
//! Endpoints: `drive.v1.fileVersion.list` for versions with a name, `docx.v1.documentBlock.list`
//! with a revision for what was there then. Feishu keeps about a thousand revisions for editors and
//! tells neither when they were made nor by whom. Going back to a revision is a computed edit, so
//! it can itself be taken back; going back to a named version is Feishu's own `revert`.

mod restore;

use feishu::{
    ErrorClass,
    api::{docx, versions},
};
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    markdown::tree::Warnings,
    read::document,
    write::{
        diff,
        doc::Doc,
        draft::Draft,
        job::Job,
        key::Key,
        report::{changed, rehearsed},
    },
};
use crate::{
    ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        people,
        resolve::{Target, class, lacks_scope, resolve},
    },
    render::{Listing, clean_line, from_seconds},
};

pub(crate) struct DocHistory;

/// Revisions that Feishu keeps.
const KEPT: i64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    List,
    Diff,
    Restore,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    op: Op,
    #[serde(default)]
    revision: Option<String>,
    #[serde(default)]
    to: Option<i64>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for DocHistory {
    const SPEC: ToolSpec = ToolSpec {
        name: "doc_history",
        title: Text::new("History of a document", "文档历史"),
        description: Text::new(
            "Earlier states of a Feishu document. list: named versions and which revisions can be \
             reached. diff: what changed between two revisions. restore: makes the document what it \
             was at a revision or named version; a person confirms it, and it can be undone.",
            "飞书文档的历史。list：命名版本与可用版本号；diff：两个版本之间的变化；restore：恢复到某版本号或命名版本，需人工确认，且可再恢复。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link, docx:TOKEN or token.",
                    "飞书链接、docx:TOKEN 或 token。",
                ),
            ),
            ("op", Text::new("What to do.", "操作。")),
            (
                "revision",
                Text::new(
                    "Revision number, for restore also a version id. diff default: the one before `to`.",
                    "版本号；restore 也可传命名版本 id。diff 默认 `to` 的前一版本。",
                ),
            ),
            (
                "to",
                Text::new("For diff; default newest.", "diff 用，默认最新版本。"),
            ),
            (
                "cursor",
                Text::new("For list: `next`.", "list 用：`next`。"),
            ),
            (
                "dry_run",
                Text::new(
                    "For restore: only show the diff.",
                    "restore 用：仅预览差异。",
                ),
            ),
            (
                "idempotency_key",
                Text::new("To go on after partial.", "用于在 partial 后续完。"),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &["list", "diff"],
        capability: Some(Capability::DocsWrite),
        scopes: &["docx:document"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::List | Op::Diff => Effect::Read,
            Op::Restore => Effect::Destroy,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.op == Op::Restore && input.dry_run != Some(true)
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let head = docx::get(&cx.feishu, &target.token)
            .await
            .map_err(|fault| cx.fault(fault))?;
        let title = clean_line(&head.title, 120);
        let wanted = clean_line(input.revision.as_deref().unwrap_or("?"), 60);
        let now = head.revision_id;
        Ok(match cx.locale {
            Locale::En => format!(
                "Restore the document \"{title}\" to revision {wanted}? What was changed since is replaced; revision {now} can be restored again."
            ),
            Locale::Zh => format!(
                "是否将文档《{title}》恢复到版本 {wanted}？此后的修改将被替换；之后仍可恢复到版本 {now}。"
            ),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let output = match input.op {
            Op::List => list(cx, &target, input.cursor.as_deref()).await?,
            Op::Diff => difference(cx, &target, &input).await?,
            Op::Restore => match input.revision.as_deref().map(str::trim) {
                None | Some("") => return Err(no_revision(cx)),
                Some(text) => match text.parse() {
                    Ok(revision) => back_to(cx, &target, revision, &input).await?,
                    Err(_) => revert(cx, &target, text, &input).await?,
                },
            },
        };
        Ok(output.with_target("docx", &target.token))
    }
}

fn no_revision(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say("`revision` is missing", "缺少 `revision`")).with_hint(cx.say(
        "Take it from op=list, or from the answer of an earlier read or write.",
        "请从 op=list 或之前的读写结果中获取。",
    ))
}

async fn list(cx: &ToolCx, target: &Target, cursor: Option<&str>) -> Result<ToolOutput, ToolError> {
    let head = docx::get(&cx.feishu, &target.token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let cursor = cursor.map(str::trim).filter(|cursor| !cursor.is_empty());
    let named = match versions::list(&cx.feishu, &target.token, cursor).await {
        Ok(named) => Some(named),
        Err(fault) if class(&fault).is_some_and(lacks_scope) => None,
        Err(fault) => return Err(cx.fault(fault)),
    };
    let (now, title) = (head.revision_id, clean_line(&head.title, 200));
    let oldest = (now - KEPT).max(1);
    let mut lines = vec![match cx.locale {
        Locale::En => format!(
            "[docx:{} · {title} · revision {now}]\nRevisions {oldest} to {now} can be compared and restored; Feishu tells neither times nor authors of them.",
            target.token
        ),
        Locale::Zh => format!(
            "[docx:{} · {title} · 版本 {now}]\n可对比和恢复版本 {oldest}–{now}；飞书不提供其时间与作者。",
            target.token
        ),
    }];
    let Some(named) = named else {
        lines.push(cx.say(
            "(named versions are not shown: the scope drive:drive:version:readonly is not granted)",
            "（未授权 drive:drive:version:readonly，无法列出命名版本）",
        ).to_owned());
        return Ok(ToolOutput::text(lines.join("\n")).with_link(target.page(cx), title));
    };
    let makers = named.items.iter().map(|one| one.creator_id.clone());
    let names = people::names(cx, makers.collect::<Vec<_>>()).await;
    let mut listing = Listing::new(lines.join("\n"));
    for one in &named.items {
        let maker = names.get(&one.creator_id).unwrap_or(&one.creator_id);
        let at = from_seconds(one.create_time, &cx.facts.time_zone);
        let line = format!(
            "{} · {} · {} · {}",
            clean_line(&one.version, 60),
            clean_line(&one.name, 120),
            clean_line(maker, 60),
            at
        );
        listing.push(
            line,
            serde_json::json!({"version": one.version, "name": one.name, "created": at}),
        );
    }
    listing.next((named.has_more && !named.page_token.is_empty()).then_some(named.page_token));
    Ok(listing.finish(cx.locale).with_link(target.page(cx), title))
}

async fn difference(cx: &ToolCx, target: &Target, input: &Input) -> Result<ToolOutput, ToolError> {
    let after = match input.to {
        Some(to) => at_revision(cx, &target.token, to).await?,
        None => Doc::load(cx, &target.token).await?,
    };
    let from = match input.revision.as_deref().map(str::trim) {
        None | Some("") => (after.revision - 1).max(1),
        Some(text) => text.parse().map_err(|_| {
            ToolError::invalid(cx.say(
                "diff compares revision numbers; Feishu's API does not show what a named version held",
                "diff 只比较版本号；飞书 API 不提供命名版本的内容",
            ))
        })?,
    };
    let before = at_revision(cx, &target.token, from).await?;
    let (old, new) = (before.all(), after.all());
    let names = people::named_in(cx, old.iter().chain(&new)).await;
    let diff = diff::blocks(cx, &old, &new, &names);
    let head = format!(
        "[docx:{} · {} · {} {} → {}]",
        target.token,
        after.title(),
        cx.say("revision", "版本"),
        before.revision,
        after.revision
    );
    let body = if diff.is_empty() {
        cx.say("both read the same", "两者内容相同").to_owned()
    } else {
        format!("```diff\n{diff}\n```")
    };
    Ok(ToolOutput::text(format!("{head}\n{body}")).with_link(target.page(cx), after.title()))
}

/// A revision, with an error that says which ones there are.
async fn at_revision(cx: &ToolCx, document: &str, revision: i64) -> Result<Doc, ToolError> {
    let loaded = docx::blocks(&cx.feishu, document, revision.max(1)).await;
    let loaded = loaded.map_err(|fault| {
        let gone = matches!(
            class(&fault),
            Some(ErrorClass::Conflict | ErrorClass::Invalid)
        );
        let error = cx.fault(fault);
        if !gone {
            return error;
        }
        let message = match cx.locale {
            Locale::En => format!("revision {revision} cannot be reached"),
            Locale::Zh => format!("无法访问版本 {revision}"),
        };
        ToolError::new(ErrorKind::NotFound, message).with_hint(cx.say(
            "op=list tells which revisions there are.",
            "请用 op=list 查看可用版本。",
        ))
    })?;
    Ok(Doc::of(document, revision.max(1), loaded.items))
}

async fn back_to(
    cx: &ToolCx,
    target: &Target,
    revision: i64,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let old = at_revision(cx, &target.token, revision).await?;
    let job = Job {
        document: &target.token,
        base: None,
        key: Key::given(input.idempotency_key.as_deref()),
        digest: format!("restore {revision}"),
    };
    let none = Warnings::default();
    if input.dry_run == Some(true) {
        let doc = job.rehearse(cx).await?;
        let mut draft = Draft::of(&doc);
        let lost = restore::restore(cx, &mut draft, &old);
        let plan = draft.plan();
        let (before, after) = (doc.all(), draft.after());
        let names = people::named_in(cx, before.iter().chain(&after)).await;
        let diff = diff::blocks(cx, &before, &after, &names);
        let (title, now) = (doc.title(), doc.revision);
        return Ok(rehearsed(
            cx,
            target,
            (&title, now),
            (&plan, &diff),
            &lost,
            &none,
        ));
    }
    let outcome = job
        .carry_out(cx, |doc| {
            let mut draft = Draft::of(doc);
            let lost = restore::restore(cx, &mut draft, &old);
            Ok((draft.plan(), lost))
        })
        .await?;
    let mut told = vec![match cx.locale {
        Locale::En => format!(
            "restored revision {revision}; to undo it, restore revision {}",
            outcome.base
        ),
        Locale::Zh => format!(
            "已恢复到版本 {revision}；如需撤销，请恢复到版本 {}",
            outcome.base
        ),
    }];
    told.extend(outcome.told.iter().cloned());
    Ok(changed(cx, target, &outcome, &told, &none))
}

async fn revert(
    cx: &ToolCx,
    target: &Target,
    version: &str,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let _only = cx.pace.queue(cx, &target.token).await?;
    let before = docx::get(&cx.feishu, &target.token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let title = clean_line(&before.title, 200);
    if input.dry_run == Some(true) {
        let text = match cx.locale {
            Locale::En => format!(
                "dry run: nothing was done. \"{title}\" would become the named version {version}; Feishu does not show what that held."
            ),
            Locale::Zh => format!(
                "预览，未执行。《{title}》将恢复为命名版本 {version}；飞书不提供其内容预览。"
            ),
        };
        return Ok(ToolOutput::text(text));
    }
    cx.check()?;
    versions::revert(&cx.feishu, &target.token, version)
        .await
        .map_err(|fault| {
            cx.fault(fault).with_hint(cx.say(
                "Feishu did not restore it. Take a version id from op=list, or restore a revision number.",
                "飞书未能恢复。请从 op=list 获取版本 id，或改用版本号恢复。",
            ))
        })?;
    let after = docx::get(&cx.feishu, &target.token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let (now, old) = (after.revision_id, before.revision_id);
    let link = target.page(cx);
    let text = match cx.locale {
        Locale::En => format!(
            "restored the named version {version}; to undo it, restore revision {old}\nrevision: {now} · link: {link}"
        ),
        Locale::Zh => format!(
            "已恢复到命名版本 {version}；如需撤销，请恢复到版本 {old}\n版本: {now} · 链接: {link}"
        ),
    };
    Ok(ToolOutput::text(text).with_link(link, title))
}
