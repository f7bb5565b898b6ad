//! `inspect`: what a thing is, before it is read or changed.
//!
//! Endpoints: `drive.v1.meta.batchQuery`, `drive.v1.permissionMember.auth`, `wiki.v2.*`, and by
//! kind `docx.v1.*`, `sheets.v3.spreadsheetSheet.query`, `bitable.v1.app.get`,
//! `bitable.v1.appTable.list`, `drive.v1.file.list`. They run side by side; a part that fails is
//! left out with a note.

mod parts;

use feishu::api::{drive, wiki};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{
        kind::Kind,
        people,
        resolve::{Target, no_access, resolve},
    },
    render::{budget_cut, clean_line, from_seconds},
};

pub(crate) struct Inspect;

/// Levels of the wiki path that are looked up.
const MAX_PATH: usize = 6;
/// Tokens of the whole answer.
const BUDGET: usize = 4000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
}

impl Tool for Inspect {
    const SPEC: ToolSpec = ToolSpec {
        name: "inspect",
        title: Text::new("Inspect a thing", "查看对象信息"),
        description: Text::new(
            "Tells what a Feishu link or ref is: kind, title, owner, times, place in the wiki, \
             what the user may do with it, and its structure: outline of a document, tabs of a \
             sheet, tables of a base, entries of a folder. Use it before reading something unknown.",
            "识别飞书链接或引用：类型、标题、所有者、时间、在知识库中的位置、用户权限，以及结构（文档大纲、表格的工作表、多维表格的数据表、文件夹内容）。读取未知内容前先用它。",
        ),
        args: &[(
            "ref",
            Text::new(
                "Feishu link, wiki link, kind:TOKEN or bare token.",
                "飞书链接、知识库链接、kind:TOKEN 或 token。",
            ),
        )],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::DocsRead),
        scopes: &["drive:drive.metadata:readonly"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = resolve(cx, &input.r#ref).await?;
        let (meta, rights, path, parts) = futures::join!(
            meta(cx, &target),
            rights(cx, &target),
            path(cx, &target),
            parts::parts(cx, &target),
        );
        let meta = meta?;
        let names =
            people::names(cx, [meta.owner_id.clone(), meta.latest_modify_user.clone()]).await;
        let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
        let zone = &cx.facts.time_zone;
        let title = clean_line(&meta.title, 200);
        let link = if meta.url.is_empty() {
            target.page(cx)
        } else {
            meta.url.clone()
        };
        let mut lines = vec![
            format!(
                "{title} · {} · {}",
                target.kind.title(cx.locale),
                target.reference()
            ),
            clean_line(&link, 500),
        ];
        if let Some(path) = path {
            lines.push(format!("{}: {path}", cx.say("in the wiki", "知识库位置")));
        }
        if !meta.owner_id.is_empty() {
            lines.push(format!(
                "{}: {}",
                cx.say("owner", "所有者"),
                name(&meta.owner_id)
            ));
        }
        let changed = from_seconds(meta.latest_modify_time, zone);
        if !changed.is_empty() {
            lines.push(format!(
                "{}: {} · {}: {changed} {}",
                cx.say("created", "创建"),
                from_seconds(meta.create_time, zone),
                cx.say("changed", "修改"),
                name(&meta.latest_modify_user),
            ));
        }
        if let Some(rights) = rights {
            lines.push(format!("{}: {rights}", cx.say("the user may", "用户权限")));
        }
        match parts {
            Ok(parts) => lines.extend(parts),
            Err(fault) => lines.push(format!(
                "({}: {})",
                cx.say("its structure could not be read", "无法读取其结构"),
                cx.fault(fault).message
            )),
        }
        let text = lines.join("\n");
        let (text, rest) = budget_cut(&text, BUDGET);
        let mut text = text.trim_end().to_owned();
        if rest.is_some() {
            text.push_str(cx.say("\n(truncated)", "\n（已截断）"));
        }
        Ok(ToolOutput::text(text)
            .with_target(target.kind.word(), &target.token)
            .with_link(link, title))
    }
}

async fn meta(cx: &ToolCx, target: &Target) -> Result<drive::Meta, ToolError> {
    let metas = drive::metas(&cx.feishu, &[(&target.token, target.kind.feishu())])
        .await
        .map_err(|fault| cx.fault(fault))?;
    if let Some(meta) = metas.metas.into_iter().next() {
        return Ok(meta);
    }
    if metas
        .failed_list
        .iter()
        .any(|failure| failure.code == 970_003)
    {
        return Err(no_access(cx));
    }
    Err(ToolError::new(
        ErrorKind::NotFound,
        cx.say("Feishu finds nothing under this reference", "飞书中找不到该引用对应的内容"),
    )
    .with_hint(cx.say(
        "Check the reference, or find it with `search`. A token from a /wiki/ link needs the whole link.",
        "请检查引用，或用 `search` 查找。来自 /wiki/ 链接的 token 请传入完整链接。",
    )))
}

async fn rights(cx: &ToolCx, target: &Target) -> Option<String> {
    if target.kind == Kind::Folder || !cx.facts.has_scope("docs:permission.member:auth") {
        return None;
    }
    let actions = [
        ("view", "查看"),
        ("edit", "编辑"),
        ("comment", "评论"),
        ("share", "分享"),
    ];
    let asked = actions
        .iter()
        .map(|(action, _)| drive::may(&cx.feishu, &target.token, target.kind.feishu(), action));
    let allowed: Vec<&str> = futures::future::join_all(asked)
        .await
        .into_iter()
        .zip(actions)
        .filter(|(answer, _)| matches!(answer, Ok(true)))
        .map(|(_, (en, zh))| cx.say(en, zh))
        .collect();
    (!allowed.is_empty()).then(|| allowed.join(", "))
}

async fn path(cx: &ToolCx, target: &Target) -> Option<String> {
    let node = target.node.as_ref()?;
    let space = async {
        match wiki::space(&cx.feishu, &node.space_id).await {
            Ok(space) => clean_line(&space.name, 80),
            Err(_) => node.space_id.clone(),
        }
    };
    let above = async {
        let mut titles = Vec::new();
        let mut token = node.node_token.clone();
        for _ in 0..MAX_PATH {
            let Ok(found) = wiki::get_node(&cx.feishu, &token, "wiki").await else {
                break;
            };
            titles.push(clean_line(&found.title, 80));
            if found.parent_node_token.is_empty() {
                break;
            }
            token = found.parent_node_token;
        }
        titles
    };
    let (space, mut titles) = futures::join!(space, above);
    titles.push(space);
    titles.reverse();
    Some(titles.join(" / "))
}
