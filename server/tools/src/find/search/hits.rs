//! Documents and wiki pages: asked of Feishu, fenced, de-duplicated and listed.

use std::collections::HashSet;

use feishu::api::search::{self, DocHit, DocHits};
use model::Locale;
use serde_json::json;

use super::{Place, Sort, What, people};
use crate::{
    ToolCx, ToolError,
    args::kind::Kind,
    fence,
    render::{self, Listing},
};

/// Feishu pages no further than this.
const CEILING: usize = 200;

/// What is looked for.
pub(super) struct Asked<'a> {
    pub(super) query: &'a str,
    /// Words were left out because Feishu takes no more.
    pub(super) cut: bool,
    pub(super) kinds: &'a [What],
    pub(super) owner: Option<&'a str>,
    /// Seconds of the oldest change.
    pub(super) since: Option<i64>,
    pub(super) place: &'a Place,
    pub(super) sort: Sort,
    pub(super) limit: usize,
    /// Hits of the pages before.
    pub(super) seen: usize,
    pub(super) token: Option<&'a str>,
}

/// What became of the hits of a page.
#[derive(Debug, Default)]
struct Left {
    /// Feishu gave.
    given: usize,
    /// Not to be shown by policy.
    hidden: usize,
    /// Too old.
    older: usize,
}

pub(super) async fn found(cx: &ToolCx, asked: &Asked<'_>) -> Result<Listing, ToolError> {
    let words: Vec<&str> = asked
        .kinds
        .iter()
        .flat_map(|kind| kind.feishu().iter().copied())
        .collect();
    let owners: Vec<&str> = asked.owner.into_iter().collect();
    let page = search::DocQuery {
        query: asked.query,
        kinds: &words,
        owners: &owners,
        within: asked.place.within(),
        sort: asked.sort.feishu(),
        limit: asked.limit,
        page_token: asked.token,
    };
    let mut hits = search::documents(&cx.feishu, &page)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let mut list = Listing::new(heading(cx, asked, hits.total));
    let left = put(cx, &mut list, &mut hits, asked).await;
    if asked.kinds.contains(&What::User) && asked.token.is_none() && !asked.query.is_empty() {
        people::among(cx, &mut list, asked.query, asked.limit).await?;
    }
    notes(cx, &mut list, asked, &left);
    close(cx, &mut list, asked, &hits, &left);
    Ok(list)
}

/// Lists what may be shown, each thing once.
async fn put(cx: &ToolCx, list: &mut Listing, hits: &mut DocHits, asked: &Asked<'_>) -> Left {
    let mut left = Left {
        given: hits.res_units.len(),
        ..Left::default()
    };
    let mut seen = HashSet::new();
    let mut units = std::mem::take(&mut hits.res_units);
    units.retain(|hit| seen.insert(what(hit).1.to_owned()));
    let once = units.len();
    let units = fence::kept(cx, units, what).await;
    left.hidden = once - units.len();
    for hit in &units {
        if asked
            .since
            .is_some_and(|since| hit.result_meta.update_time < since)
        {
            left.older += 1;
        } else {
            push(cx, list, hit, asked.sort);
        }
    }
    left
}

fn notes(cx: &ToolCx, list: &mut Listing, asked: &Asked<'_>, left: &Left) {
    if asked.cut {
        let query = render::clean_line(asked.query, 60);
        list.note(match cx.locale {
            Locale::En => format!("Feishu takes 50 characters: only \"{query}\" was searched for"),
            Locale::Zh => format!("飞书最多支持 50 字，仅搜索了“{query}”"),
        });
    }
    if left.hidden > 0 {
        let hidden = left.hidden;
        list.note(match cx.locale {
            Locale::En => {
                format!("{hidden} left out: outside the places that your organisation allows")
            }
            Locale::Zh => format!("已略去 {hidden} 条：不在企业允许的范围内"),
        });
    }
    if left.older > 0 && asked.sort != Sort::Edited {
        let older = left.older;
        list.note(match cx.locale {
            Locale::En => format!("{older} older ones of this page left out"),
            Locale::Zh => format!("已略去本页 {older} 条较早的结果"),
        });
    }
    if matches!(
        asked.place,
        Place::Space {
            from_page: true,
            ..
        }
    ) {
        list.note(cx.say(
            "looked through the whole wiki space of that page",
            "已在该页面所属的整个知识库中搜索",
        ));
    }
}

/// Says when there is nothing, when there is more, and when Feishu shows no more.
fn close(cx: &ToolCx, list: &mut Listing, asked: &Asked<'_>, hits: &DocHits, left: &Left) {
    let reached = asked.seen + left.given;
    // In the order of edits nothing newer follows an older one.
    let done = left.older > 0 && asked.sort == Sort::Edited;
    let more = hits.has_more && !hits.page_token.is_empty() && !done;
    if list.len() == 0 && !more {
        list.note(cx.say(
            "no hit that the user can see; try fewer or other words",
            "没有用户可见的结果，可尝试更少或其他关键词",
        ));
    }
    if more && reached >= CEILING {
        list.note(cx.say(
            "Feishu shows only the first 200 hits: narrow it with other words, kinds, owner or in",
            "飞书最多返回前 200 条，请用其他关键词、kinds、owner 或 in 缩小范围",
        ));
    } else if more {
        list.next(Some(format!("{reached}.{}", hits.page_token)));
    }
}

/// Kind and token of a hit. Of a wiki page the address holds the page's token, whatever the kind
/// behind it.
fn what(hit: &DocHit) -> (Option<Kind>, &str) {
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

fn heading(cx: &ToolCx, asked: &Asked<'_>, total: i64) -> String {
    let query = render::clean_line(asked.query, 60);
    let mut heading = match (cx.locale, query.is_empty(), asked.sort) {
        (Locale::En, true, Sort::Viewed) => format!("{total} found, last viewed first"),
        (Locale::Zh, true, Sort::Viewed) => format!("共 {total} 条，最近打开的在前"),
        (Locale::En, true, _) => format!("{total} found"),
        (Locale::Zh, true, _) => format!("共 {total} 条"),
        (Locale::En, false, _) => format!("{total} found for \"{query}\""),
        (Locale::Zh, false, _) => format!("“{query}”共找到 {total} 条"),
    };
    if usize::try_from(total).is_ok_and(|total| total > CEILING) {
        heading.push_str(cx.say(
            " (Feishu shows only the first 200)",
            "（飞书仅返回前 200 条）",
        ));
    }
    heading
}

fn push(cx: &ToolCx, list: &mut Listing, hit: &DocHit, sort: Sort) {
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
    let zone = &cx.facts.time_zone;
    let changed = render::from_seconds(meta.update_time, zone);
    let time = match sort {
        Sort::Best | Sort::Edited => changed.clone(),
        Sort::Viewed => format!(
            "{} {}",
            cx.say("viewed", "打开"),
            render::from_seconds(meta.last_open_time, zone)
        ),
        Sort::Created => format!(
            "{} {}",
            cx.say("created", "创建"),
            render::from_seconds(meta.create_time, zone)
        ),
    };
    let summary = render::clean_line(&render::flat_markup(&hit.summary_highlighted), 120);
    let place = if wiki && word != "wiki" {
        format!("wiki/{word}")
    } else {
        word.to_owned()
    };
    let mut line = format!("- {title} · {place} · {reference} · {owner} · {time}");
    if meta.is_cross_tenant {
        line.push_str(cx.say(" · of another organisation", " · 外部企业"));
    }
    if !summary.is_empty() && summary != title {
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
