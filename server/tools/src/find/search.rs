//! `search`: documents, wiki pages and people that the user can see; without words, what the user
//! opened last.
//!
//! Endpoints: `search.v2.docWiki.search`, which looks through drive and wiki at once, and
//! `search/v1/user`. Not for text inside one document: that is `doc_read` with `view=find`.

mod hits;
mod people;
mod place;

use feishu::api::search::{self, MAX_QUERY};
use jiff::{Timestamp, civil, tz::TimeZone};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::{hits::Asked, place::Place};
use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, args, render};

pub(crate) struct Search;

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

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    Best,
    Edited,
    Viewed,
    Created,
}

impl Sort {
    const fn feishu(self) -> search::Sort {
        match self {
            Self::Best => search::Sort::Best,
            Self::Edited => search::Sort::Edited,
            Self::Viewed => search::Sort::Opened,
            Self::Created => search::Sort::Created,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    kinds: Option<Vec<What>>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    r#in: Option<String>,
    #[serde(default)]
    sort: Option<Sort>,
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
             can see; without query: what the user opened last. One line each: title, kind, ref, \
             owner, time. Pass the ref to other tools. For text inside one document use doc_read \
             with view=find.",
            "搜索用户可见的文档、表格、多维表格、知识库页面、文件夹、文件和人员；不填 query 则列出最近打开的内容。每条返回标题、类型、引用（ref）、所有者与时间；将 ref 传给其他工具。在单篇文档内查找请用 doc_read 的 view=find。",
        ),
        args: &[
            (
                "query",
                Text::new(
                    "Words of title or content, at most 50 characters.",
                    "标题或内容关键词，最多 50 字。",
                ),
            ),
            (
                "kinds",
                Text::new(
                    "Only these; default: all but user.",
                    "限定类型；默认除 user 外全部。",
                ),
            ),
            (
                "owner",
                Text::new("`me`, an open id, or a name.", "`me`、open_id 或姓名。"),
            ),
            (
                "since",
                Text::new(
                    "Changed since this date or time (ISO 8601).",
                    "在此日期或时间（ISO 8601）之后修改。",
                ),
            ),
            (
                "in",
                Text::new(
                    "Ref of a folder, wiki page or wiki_space:ID.",
                    "文件夹、知识库页面的引用或 wiki_space:ID。",
                ),
            ),
            (
                "sort",
                Text::new(
                    "Default best; edited with since, viewed without query.",
                    "默认 best；有 since 时 edited，无 query 时 viewed。",
                ),
            ),
            (
                "limit",
                Text::new("1 to 20; default 10.", "1–20，默认 10。"),
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
        let kinds = input.kinds.unwrap_or_default();
        let people_only = !kinds.is_empty() && kinds.iter().all(|kind| *kind == What::User);
        let (seen, token) = read_cursor(cx, input.cursor.as_deref())?;
        let whole = render::clean_line(input.query.as_deref().unwrap_or_default(), 1000);
        let query = shortened(&whole);
        if people_only {
            return people::found(cx, query, limit, token.as_deref()).await;
        }
        let owner = match filled(input.owner.as_deref()) {
            Some(owner) => Some(args::people::person(cx, owner).await?),
            None => None,
        };
        let since = match filled(input.since.as_deref()) {
            Some(since) => Some(read_time(cx, since)?),
            None => None,
        };
        let place = match filled(input.r#in.as_deref()) {
            Some(text) => Place::find(cx, text).await?,
            None => Place::Everywhere,
        };
        let sort = input.sort.unwrap_or(if since.is_some() {
            Sort::Edited
        } else if query.is_empty() {
            Sort::Viewed
        } else {
            Sort::Best
        });
        let asked = Asked {
            query,
            cut: query.len() < whole.len(),
            kinds: &kinds,
            owner: owner.as_deref(),
            since,
            place: &place,
            sort,
            limit,
            seen,
            token: token.as_deref(),
        };
        Ok(hits::found(cx, &asked).await?.finish(cx.locale))
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The words that fit into Feishu's limit; a single longer one is cut.
fn shortened(query: &str) -> &str {
    let Some((limit, _)) = query.char_indices().nth(MAX_QUERY) else {
        return query;
    };
    let head = &query[..limit];
    let at_word = query[limit..].starts_with(' ');
    match head.rfind(' ') {
        Some(space) if !at_word => &head[..space],
        _ => head,
    }
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
pub(crate) fn read_time(cx: &ToolCx, text: &str) -> Result<i64, ToolError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_query_is_cut_between_words() {
        assert_eq!(shortened("short words"), "short words");
        let long = format!("{} tail", "word ".repeat(9).trim());
        assert_eq!(long.len(), 49);
        assert_eq!(shortened(&long), long);
        let longer = format!("{long} more");
        assert_eq!(shortened(&longer), long);
        assert_eq!(shortened(&"字".repeat(60)).chars().count(), 50);
        let exact = format!("{} next", "x".repeat(50));
        assert_eq!(shortened(&exact), "x".repeat(50));
    }
}
