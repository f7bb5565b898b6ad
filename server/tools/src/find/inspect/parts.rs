//! What is inside a thing.

use std::collections::BTreeMap;

use feishu::{
    FeishuError,
    api::{bitable, docx, drive, sheets, wiki},
};

use crate::{
    ToolCx,
    args::{
        kind::Kind,
        resolve::{Target, class},
    },
    docs::{digest::Holds, outline},
    fence,
    render::clean_line,
};

/// Pages of a folder that are counted.
const MAX_PAGES: usize = 10;
/// Entries and child pages that are named.
const MAX_NAMED: usize = 50;

/// Lines that tell the structure; none for kinds without any.
pub(super) async fn parts(cx: &ToolCx, target: &Target) -> Result<Vec<String>, FeishuError> {
    match target.kind {
        Kind::Docx => document(cx, target).await,
        Kind::Sheet => sheet(cx, target).await,
        Kind::Base => base(cx, target).await,
        Kind::Folder => folder(cx, target).await,
        _ => Ok(children(cx, target).await.into_iter().collect()),
    }
}

async fn sheet(cx: &ToolCx, target: &Target) -> Result<Vec<String>, FeishuError> {
    let tabs = sheets::tabs(&cx.feishu, &target.token).await?;
    let line = |tab: &sheets::Tab| {
        format!(
            "- {} · {} · {}×{}{}",
            clean_line(&tab.title, 80),
            tab.sheet_id,
            tab.grid_properties.row_count,
            tab.grid_properties.column_count,
            if tab.hidden {
                cx.say(" · hidden", " · 隐藏")
            } else {
                ""
            }
        )
    };
    let head = format!(
        "{}: {}",
        cx.say("tabs (id, rows×columns)", "工作表（id、行×列）"),
        tabs.len()
    );
    let below = children(cx, target).await;
    Ok(below
        .into_iter()
        .chain([head])
        .chain(tabs.iter().map(line))
        .collect())
}

async fn base(cx: &ToolCx, target: &Target) -> Result<Vec<String>, FeishuError> {
    let (app, page) = futures::join!(
        bitable::app(&cx.feishu, &target.token),
        bitable::tables(&cx.feishu, &target.token)
    );
    let page = page?;
    let mut lines = Vec::new();
    if let Ok(app) = app {
        let mut line = format!("{} {}", cx.say("revision", "版本"), app.revision);
        if !app.time_zone.is_empty() {
            line.push_str(&format!(
                " · {} {}",
                cx.say("times in", "时区"),
                clean_line(&app.time_zone, 60)
            ));
        }
        if app.is_advanced {
            line.push_str(cx.say(
                " · advanced permissions: some rows or fields may be hidden",
                " · 已开启高级权限：部分内容可能不可见",
            ));
        }
        lines.push(line);
    }
    lines.extend(children(cx, target).await);
    let more = if page.has_more { "+" } else { "" };
    lines.push(format!(
        "{}: {}{more}",
        cx.say("tables", "数据表"),
        page.items.len()
    ));
    let line =
        |table: &bitable::Table| format!("- {} · {}", clean_line(&table.name, 80), table.table_id);
    lines.extend(page.items.iter().map(line));
    Ok(lines)
}

async fn folder(cx: &ToolCx, target: &Target) -> Result<Vec<String>, FeishuError> {
    let mut files = Vec::new();
    let mut cursor: Option<String> = None;
    let mut more = false;
    for number in 0..MAX_PAGES {
        let page = drive::list(&cx.feishu, &target.token, cursor.as_deref()).await?;
        files.extend(page.files);
        if !page.has_more || page.next_page_token.is_empty() {
            break;
        }
        cursor = Some(page.next_page_token);
        more = number + 1 == MAX_PAGES;
    }
    let files = fence::kept(cx, files, |file| (Kind::from_word(&file.kind), &file.token)).await;
    let word = |file: &drive::File| Kind::from_word(&file.kind).map_or("file", Kind::word);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &files {
        *kinds.entry(word(file)).or_default() += 1;
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let mut head = format!(
        "{}: {}{}",
        cx.say("entries", "条目"),
        files.len(),
        if more { "+" } else { "" }
    );
    if !kinds.is_empty() {
        head.push_str(&format!(" ({})", kinds.join(", ")));
    }
    let mut lines = vec![head];
    lines.extend(files.iter().take(MAX_NAMED).map(|file| {
        let kind = word(file);
        format!("- {} · {kind}:{}", clean_line(&file.name, 100), file.token)
    }));
    if files.len() > MAX_NAMED {
        lines.push(format!("… +{}", files.len() - MAX_NAMED));
    }
    Ok(lines)
}

async fn document(cx: &ToolCx, target: &Target) -> Result<Vec<String>, FeishuError> {
    let (document, blocks) = futures::join!(
        docx::get(&cx.feishu, &target.token),
        docx::blocks(&cx.feishu, &target.token, -1)
    );
    let (document, blocks) = (document?, blocks?);
    let pages = children(cx, target).await;
    let pieces = outline::pieces(&blocks.items);
    let sizes = outline::Sizes::of(&pieces);
    let more = if blocks.truncated { "+" } else { "" };
    let mut lines = vec![format!(
        "{} {} · {}{more} {} · ~{} tokens",
        cx.say("revision", "版本"),
        document.revision_id,
        blocks.items.len(),
        cx.say("blocks", "个块"),
        sizes.all(),
    )];
    let holds = Holds::of(&blocks.items).words(cx.locale);
    if !holds.is_empty() {
        lines.push(format!("{}: {holds}", cx.say("holds", "包含")));
    }
    lines.extend(pages);
    let outline = outline::lines(&pieces, &sizes);
    if !outline.is_empty() {
        lines.push(cx.say("outline:", "大纲：").to_owned());
        lines.extend(outline);
    }
    Ok(lines)
}

async fn children(cx: &ToolCx, target: &Target) -> Option<String> {
    let node = target.node.as_ref()?;
    let page = wiki::children(&cx.feishu, &node.space_id, &node.node_token).await;
    let page = page.inspect_err(|fault| {
        tracing::debug!(class = ?class(fault), "wiki children left out");
    });
    let mut page = page.ok()?;
    let more = page.has_more || page.items.len() > 20;
    page.items.truncate(20);
    let pages = fence::kept(cx, page.items, |node| (Some(Kind::Wiki), &node.node_token)).await;
    if pages.is_empty() {
        return None;
    }
    let titles: Vec<String> = pages
        .iter()
        .map(|node| format!("{} (wiki:{})", clean_line(&node.title, 60), node.node_token))
        .collect();
    let more = if more { " …" } else { "" };
    Some(format!(
        "{}: {}{more}",
        cx.say("pages below", "子页面"),
        titles.join(", ")
    ))
}
