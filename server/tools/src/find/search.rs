//! `search`: documents, wiki pages and people that the user can see.
//!
//! Endpoints: `search.v2.docWiki.search`, `search/v1/user`. Not for text inside one document:
//! that is `doc_read` with `view=find`.

use feishu::api::search;
use jiff::{Timestamp, civil, tz::TimeZone};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    args::{kind::Kind, people},
    fence,
    render::{self, Listing},
};

pub(crate) struct Search;

/// Feishu pages no further than this.
const CEILING: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Doc,
    Sheet,
    Base,
    Wiki,
    Folder,
    File,
    Slides,
    User,
}

impl What {
    const fn feishu(self) -> &'static [&'static str] {
        match self {
            Self::Doc => &["DOCX", "DOC"],
            Self::Sheet => &["SHEET"],
            Self::Base => &["BITABLE"],
            Self::Wiki => &["WIKI"],
            Self::Folder => &["FOLDER"],
            Self::File => &["FILE"],
            Self::Slides => &["SLIDES"],
            Self::User => &[],
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    query: String,
    #[serde(default)]
    kinds: Option<Vec<What>>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

impl Tool for Search {
    const SPEC: ToolSpec = ToolSpec {
        name: "search",
        title: Text::new("Search Feishu", "搜索飞书"),
        description: Text::new(
            "Finds documents, sheets, bases, wiki pages, folders, files and people that the user \
             can see. Returns one line each: title, kind, ref, owner, last change. Pass the ref to \
             other tools. For text inside one document use doc_read with view=find.",
            "搜索用户可见的文档、表格、多维表格、知识库页面、文件夹、文件和人员，每条返回标题、类型、引用（ref）、所有者与修改时间；将 ref 传给其他工具。在单篇文档内查找请用 doc_read 的 view=find。",
        ),
        args: &[
            (
                "query",
                Text::new(
                    "Words of the title or content, at most 50 characters; may be empty with owner or since.",
                    "标题或内容关键词，最多 50 字；设置 owner 或 since 时可为空。",
                ),
            ),
            (
                "kinds",
                Text::new(
                    "Only these kinds; default: everything except user.",
                    "限定类型；默认除 user 外全部。",
                ),
            ),
            (
                "owner",
                Text::new(
                    "Owner: `me`, an open id, or a name.",
                    "所有者：`me`、open_id 或姓名。",
                ),
            ),
            (
                "since",
                Text::new(
                    "Changed since this date or time (ISO 8601); newest first.",
                    "仅返回此日期或时间（ISO 8601）之后修改的，最新在前。",
                ),
            ),
            (
                "limit",
                Text::new(
                    "Results per page, 1 to 20; default 10.",
                    "每页条数，1–20，默认 10。",
                ),
            ),
            (
                "cursor",
                Text::new("`next` of the last answer.", "上次结果中的 `next`。"),
            ),
        ],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::Search),
        scopes: &["search:docs:read"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let limit = usize::try_from(input.limit.unwrap_or(10))
            .unwrap_or(10)
            .clamp(1, search::MAX_HITS);
        let kinds = input.kinds.clone().unwrap_or_default();
        let people_only = !kinds.is_empty() && kinds.iter().all(|kind| *kind == What::User);
        let (seen, token) = read_cursor(cx, input.cursor.as_deref())?;
        if people_only {
            return people_found(cx, &input.query, limit, token.as_deref()).await;
        }
        let owner = match input
            .owner
            .as_deref()
            .filter(|owner| !owner.trim().is_empty())
        {
            Some(owner) => Some(people::person(cx, owner).await?),
            None => None,
        };
        let since = match input
            .since
            .as_deref()
            .filter(|since| !since.trim().is_empty())
        {
            Some(since) => Some(read_time(cx, since)?),
            None => None,
        };
        if input.query.trim().is_empty() && owner.is_none() && since.is_none() {
            return Err(
                ToolError::invalid(cx.say("nothing to search for", "缺少搜索条件")).with_hint(
                    cx.say(
                        "Pass words in `query`, or an owner.",
                        "请填写 `query` 或 owner。",
                    ),
                ),
            );
        }
        let query: String = input.query.trim().chars().take(search::MAX_QUERY).collect();
        let cut = input.query.trim().chars().count() > search::MAX_QUERY;
        let words: Vec<&str> = kinds
            .iter()
            .flat_map(|kind| kind.feishu().iter().copied())
            .collect();
        let owners: Vec<&str> = owner.iter().map(String::as_str).collect();
        let page = search::DocQuery {
            query: &query,
            kinds: &words,
            owners: &owners,
            newest_first: since.is_some(),
            limit,
            page_token: token.as_deref(),
        };
        let mut hits = search::documents(&cx.feishu, &page)
            .await
            .map_err(|fault| cx.fault(fault))?;
        let mut list = Listing::new(heading(cx, &query, hits.total));
        let (hidden, older) = list_hits(cx, &mut list, &mut hits, since).await;
        if kinds.contains(&What::User) && token.is_none() && !query.is_empty() {
            let users = search::users(&cx.feishu, &query, limit, None)
                .await
                .map_err(|fault| cx.fault(fault))?;
            for user in &users.users {
                push_person(&mut list, user);
            }
        }
        if cut {
            list.note(cx.say("the query was cut to 50 characters", "关键词已截取前 50 字"));
        }
        if hidden > 0 {
            list.note(left_out(cx, hidden));
        }
        close(cx, &mut list, &hits, seen + hidden, older);
        Ok(list.finish(cx.locale))
    }
}

/// Lists the hits; gives how many may not be shown, and whether older ones were met.
async fn list_hits(
    cx: &ToolCx,
    list: &mut Listing,
    hits: &mut search::DocHits,
    since: Option<i64>,
) -> (usize, bool) {
    let found = hits.res_units.len();
    hits.res_units = fence::kept(cx, std::mem::take(&mut hits.res_units), what).await;
    let mut older = false;
    for hit in &hits.res_units {
        if since.is_some_and(|since| hit.result_meta.update_time < since) {
            older = true;
            continue;
        }
        push(cx, list, hit);
    }
    (found - hits.res_units.len(), older)
}

/// Says when there is nothing, when there is more, and when Feishu shows no more.
fn close(cx: &ToolCx, list: &mut Listing, hits: &search::DocHits, seen: usize, older: bool) {
    if list.len() == 0 {
        list.note(cx.say(
            "no hit that the user can see; try fewer or other words",
            "没有用户可见的结果，可尝试更少或其他关键词",
        ));
    }
    let reached = seen + hits.res_units.len();
    if reached >= CEILING && hits.has_more {
        list.note(cx.say(
            "Feishu shows only the first 200 hits; narrow the query",
            "飞书最多返回前 200 条，请缩小范围",
        ));
    } else if hits.has_more && !older && !hits.page_token.is_empty() {
        list.next(Some(format!("{reached}.{}", hits.page_token)));
    }
}

fn left_out(cx: &ToolCx, hidden: usize) -> String {
    match cx.locale {
        model::Locale::En => {
            format!("{hidden} left out: outside the places that your organisation allows")
        }
        model::Locale::Zh => format!("已略去 {hidden} 条：不在企业允许的范围内"),
    }
}

/// Kind and token of a hit. Of a wiki page the address holds the page's token, whatever the kind
/// behind it.
fn what(hit: &search::DocHit) -> (Option<Kind>, &str) {
    let meta = &hit.result_meta;
    let from_url = meta.url.rsplit('/').next().unwrap_or_default();
    let from_url = from_url.split(['?', '#']).next().unwrap_or_default();
    if hit.entity_type == "WIKI" && !from_url.is_empty() {
        return (Some(Kind::Wiki), from_url);
    }
    let token = if meta.token.is_empty() {
        from_url
    } else {
        &meta.token
    };
    (Kind::from_word(&meta.doc_types), token)
}

fn heading(cx: &ToolCx, query: &str, total: i64) -> String {
    let query = render::clean_line(query, 60);
    match cx.locale {
        model::Locale::En => format!("{total} found for \"{query}\""),
        model::Locale::Zh => format!("“{query}”共找到 {total} 条"),
    }
}

fn push(cx: &ToolCx, list: &mut Listing, hit: &search::DocHit) {
    let meta = &hit.result_meta;
    let kind = Kind::from_word(&meta.doc_types);
    let wiki = hit.entity_type == "WIKI";
    let word = kind.map_or("unknown", Kind::word);
    let (named, token) = what(hit);
    let reference = format!("{}:{token}", named.map_or("unknown", Kind::word));
    let title = render::clean_line(&render::flat_markup(&hit.title_highlighted), 120);
    let title = if title.is_empty() {
        cx.say("(untitled)", "（无标题）").to_owned()
    } else {
        title
    };
    let owner = render::clean_line(&meta.owner_name, 40);
    let changed = render::from_seconds(meta.update_time, &cx.facts.time_zone);
    let summary = render::clean_line(&render::flat_markup(&hit.summary_highlighted), 120);
    let place = if wiki && word != "wiki" {
        format!("wiki/{word}")
    } else {
        word.to_owned()
    };
    let mut line = format!("- {title} · {place} · {reference} · {owner} · {changed}");
    if !summary.is_empty() {
        line.push_str("\n  ");
        line.push_str(&summary);
    }
    list.push(
        line,
        json!({
            "title": title, "kind": place, "ref": reference, "owner": owner,
            "modified": changed, "url": render::clean_line(&meta.url, 500),
        }),
    );
}

fn push_person(list: &mut Listing, user: &search::UserHit) {
    let name = render::clean_line(&user.name, 60);
    list.push(
        format!("- {name} · user · user:{}", user.open_id),
        json!({"title": name, "kind": "user", "ref": format!("user:{}", user.open_id)}),
    );
}

async fn people_found(
    cx: &ToolCx,
    query: &str,
    limit: usize,
    token: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let query = query.trim();
    if query.is_empty() {
        return Err(ToolError::invalid(cx.say("a name is needed", "请提供姓名")));
    }
    let hits = search::users(&cx.feishu, query, limit, token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let mut list = Listing::new(format!(
        "{}: {}",
        cx.say("people", "人员"),
        hits.users.len()
    ));
    for user in &hits.users {
        push_person(&mut list, user);
    }
    if hits.has_more && !hits.page_token.is_empty() {
        list.next(Some(format!("0.{}", hits.page_token)));
    }
    Ok(list.finish(cx.locale))
}

fn read_cursor(cx: &ToolCx, cursor: Option<&str>) -> Result<(usize, Option<String>), ToolError> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok((0, None));
    };
    cursor
        .split_once('.')
        .and_then(|(seen, token)| Some((seen.parse().ok()?, Some(token.to_owned()))))
        .ok_or_else(|| bad_cursor(cx))
}

pub(crate) fn bad_cursor(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say("this cursor is not from this tool", "cursor 无效"))
        .with_hint(cx.say(
        "Pass `next` of the last answer unchanged, with the same other arguments; or leave it out.",
        "请原样传入上次结果的 `next` 并保持其他参数不变，或不传。",
    ))
}

/// A date, a local time or a full time as seconds since the epoch.
fn read_time(cx: &ToolCx, text: &str) -> Result<i64, ToolError> {
    let text = text.trim();
    let zone = TimeZone::get(&cx.facts.time_zone).unwrap_or(TimeZone::UTC);
    let local = |at: civil::DateTime| zone.to_timestamp(at).ok().map(Timestamp::as_second);
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_second)
        .or_else(|| local(text.parse::<civil::DateTime>().ok()?))
        .or_else(|| {
            local(
                text.parse::<civil::Date>()
                    .ok()?
                    .to_datetime(civil::Time::midnight()),
            )
        })
        .ok_or_else(|| {
            ToolError::invalid(cx.say(
                "`since` is no ISO 8601 date or time",
                "`since` 不是有效的 ISO 8601 时间",
            ))
            .with_hint("2026-11-01 | 2026-11-01T09:00+08:00")
        })
}
