//! Searching documents and wiki pages.

use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_list, body_or_empty, body_text, invalid};
use super::drive::Entry;
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};

/// Longest query in characters.
const QUERY_MAX: usize = 50;
/// Most results of a page.
const PAGE_MAX: usize = 20;
/// `offset + count` of the older search stays below this.
const LEGACY_REACH: i64 = 200;
/// Most results of one call of the older search.
const LEGACY_COUNT_MAX: i64 = 50;
/// Characters of a summary, and how many of them come before the first hit.
const SUMMARY: usize = 120;
const SUMMARY_BEFORE: usize = 30;

/// One result.
struct Hit<'s> {
    entry: &'s Entry,
    /// The wiki node, for wiki pages.
    node: Option<&'s str>,
    in_title: bool,
    text: String,
}

/// Everything that the viewer may read and that has all terms in its title or text.
fn find<'s>(
    state: &'s State,
    people: &People<'_>,
    viewer: &Viewer,
    query: &str,
    title_only: bool,
) -> Vec<Hit<'s>> {
    let terms: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let has_all = |text: &str| {
        let text = text.to_lowercase();
        terms.iter().all(|term| text.contains(term.as_str()))
    };
    let mut hits = Vec::new();
    for entry in state.drive.entries.values() {
        // A folder without a parent is somebody's root.
        if entry.deleted
            || entry.tenant != viewer.tenant
            || (entry.kind == "folder" && entry.parent.is_none())
        {
            continue;
        }
        if state.level(&entry.token, viewer) == Level::None {
            continue;
        }
        let document = state.docx.documents.get(&entry.token);
        let text = document
            .map(|document| document.to_plain(&|key| people.name(key, false)))
            .unwrap_or_default();
        let in_title = has_all(&entry.title);
        if in_title || (!title_only && has_all(&text)) {
            let node = state
                .wiki
                .node_of(&entry.token)
                .map(|node| node.token.as_str());
            hits.push(Hit {
                entry,
                node,
                in_title,
                text,
            });
        }
    }
    hits.sort_by(|a, b| {
        b.in_title
            .cmp(&a.in_title)
            .then_with(|| b.entry.edited_ms.cmp(&a.entry.edited_ms))
            .then_with(|| a.entry.token.cmp(&b.entry.token))
    });
    hits
}

/// Puts `<h>…</h>` around every occurrence of a term.
fn highlight(text: &str, query: &str) -> String {
    let mut terms: Vec<Vec<char>> = query
        .split_whitespace()
        .map(|term| term.chars().collect())
        .collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    let chars: Vec<char> = text.chars().collect();
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        let term = terms.iter().find(|term| {
            !term.is_empty()
                && rest.len() >= term.len()
                && term.iter().zip(rest).all(|(a, b)| same(*a, *b))
        });
        let len = term.map_or(1, Vec::len);
        let part: String = rest.iter().take(len).collect();
        if term.is_some() {
            out.push_str("<h>");
            out.push_str(&part);
            out.push_str("</h>");
        } else {
            out.push_str(&part);
        }
        at += len;
    }
    out
}

/// A short piece of the text around the first hit.
fn summary(text: &str, query: &str) -> String {
    let flat: Vec<char> = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .collect();
    let lower: String = flat
        .iter()
        .map(|c| c.to_lowercase().next().unwrap_or(*c))
        .collect();
    let first = query
        .split_whitespace()
        .filter_map(|term| lower.find(&term.to_lowercase()))
        .min()
        .unwrap_or(0);
    let start = lower
        .get(..first)
        .map_or(0, |before| before.chars().count())
        .saturating_sub(SUMMARY_BEFORE);
    flat.iter().skip(start).take(SUMMARY).collect()
}

fn type_name(kind: &str) -> String {
    kind.to_uppercase()
}

/// What one of the two filters of a request asks for.
struct Filter<'v>(&'v Value);

impl Filter<'_> {
    fn texts(&self, key: &str) -> Vec<&str> {
        self.0
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    fn title_only(&self) -> bool {
        self.0
            .get("only_title")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    fn within(&self, key: &str, ms: i64) -> bool {
        let bound = |end: &str| {
            self.0
                .get(key)
                .and_then(|range| range.get(end))
                .and_then(Value::as_i64)
        };
        bound("start").is_none_or(|start| start <= ms / 1_000)
            && bound("end").is_none_or(|end| ms / 1_000 <= end)
    }

    fn accepts(&self, state: &State, people: &People<'_>, hit: &Hit<'_>) -> bool {
        let kinds = self.texts("doc_types");
        let kind = type_name(&hit.entry.kind);
        let of_kind = kinds.is_empty()
            || kinds
                .iter()
                .any(|wanted| *wanted == kind || (*wanted == "WIKI" && hit.node.is_some()));
        let creators = self.texts("creator_ids");
        let by = creators.is_empty() || creators.contains(&people.id(&hit.entry.owner).as_str());
        let folders = self.texts("folder_tokens");
        let inside = folders.is_empty()
            || folders
                .iter()
                .any(|folder| state.drive.is_below(&hit.entry.token, folder));
        let spaces = self.texts("space_ids");
        let space = state
            .wiki
            .node_of(&hit.entry.token)
            .map(|node| node.space_id.as_str());
        let in_space = spaces.is_empty() || space.is_some_and(|space| spaces.contains(&space));
        let fits = (!self.title_only() || hit.in_title)
            && self.within("create_time", hit.entry.created_ms)
            && self.within("open_time", hit.entry.edited_ms);
        of_kind && by && inside && in_space && fits
    }
}

/// `POST search/v2/doc_wiki/search`.
pub(crate) fn doc_wiki(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let state = &*state;
    let viewer = Viewer::of(state, call);
    let query = body_text(call, "query")?;
    if query.chars().count() > QUERY_MAX {
        return Err(invalid("query", &format!("the max len is {QUERY_MAX}")));
    }
    let filter = |key: &str| {
        call.body
            .get(key)
            .filter(|value| value.is_object())
            .map(Filter)
    };
    let (docs, wikis) = (filter("doc_filter"), filter("wiki_filter"));
    if docs.is_none() && wikis.is_none() {
        return Err(invalid(
            "doc_filter",
            "doc_filter or wiki_filter is required",
        ));
    }
    let both = |a: &str, b: &str| {
        docs.as_ref().is_some_and(|f| !f.texts(a).is_empty())
            && wikis.as_ref().is_some_and(|f| !f.texts(b).is_empty())
    };
    if both("folder_tokens", "space_ids") {
        return Err(invalid(
            "doc_filter.folder_tokens",
            "cannot be used together with wiki_filter.space_ids",
        ));
    }
    let people = People::of(state, call);
    let mut hits = find(state, &people, &viewer, query, false);
    hits.retain(|hit| {
        let filter = if hit.node.is_some() { &wikis } else { &docs };
        filter
            .as_ref()
            .is_some_and(|filter| filter.accepts(state, &people, hit))
    });
    let sort = docs
        .as_ref()
        .or(wikis.as_ref())
        .and_then(|filter| filter.0.get("sort_type"))
        .and_then(Value::as_str);
    sort_hits(&mut hits, sort.unwrap_or("DEFAULT_TYPE"));
    let size = match call.body.get("page_size").and_then(Value::as_i64) {
        None | Some(0) => PAGE_MAX,
        Some(size) => usize::try_from(size)
            .ok()
            .filter(|size| *size <= PAGE_MAX)
            .ok_or_else(|| invalid("page_size", &format!("the max value is {PAGE_MAX}")))?,
    };
    let mut asked = call.body.clone();
    if let Some(asked) = asked.as_object_mut() {
        asked.remove("page_token");
        asked.remove("page_size");
    }
    let scope = format!("search/{}/{asked}", viewer.actor);
    let token = call.body.get("page_token").and_then(Value::as_str);
    let page = Page::of(hits.len(), size, token, &scope, 99_992_402)?;
    let units: Vec<Value> = hits
        .get(page.start..page.end)
        .unwrap_or_default()
        .iter()
        .map(|hit| unit(state, &people, query, hit))
        .collect();
    Ok(Reply::Data(json!({
        "total": hits.len(),
        "has_more": page.has_more,
        "page_token": page.page_token,
        "res_units": units,
    })))
}

fn sort_hits(hits: &mut [Hit<'_>], sort: &str) {
    match sort {
        "EDIT_TIME" | "OPEN_TIME" => hits.sort_by_key(|hit| std::cmp::Reverse(hit.entry.edited_ms)),
        "EDIT_TIME_ASC" => hits.sort_by_key(|hit| hit.entry.edited_ms),
        "CREATE_TIME" | "ENTITY_CREATE_TIME_DESC" => {
            hits.sort_by_key(|hit| std::cmp::Reverse(hit.entry.created_ms));
        }
        "CREATE_TIME_ASC" | "ENTITY_CREATE_TIME_ASC" => {
            hits.sort_by_key(|hit| hit.entry.created_ms);
        }
        _ => {}
    }
}

fn unit(state: &State, people: &People<'_>, query: &str, hit: &Hit<'_>) -> Value {
    let entry = hit.entry;
    let token = hit.node.unwrap_or(&entry.token);
    let place = if hit.node.is_some() {
        "wiki"
    } else {
        entry.kind.as_str()
    };
    json!({
        "title_highlighted": highlight(&entry.title, query),
        "summary_highlighted": highlight(&summary(&hit.text, query), query),
        "entity_type": if hit.node.is_some() { "WIKI" } else { "DOC" },
        "result_meta": {
            "doc_types": type_name(&entry.kind),
            "update_time": entry.edited_ms / 1_000,
            "url": state.web_url(&entry.tenant, place, token),
            "owner_name": people.name(&entry.owner, false),
            "owner_id": people.id(&entry.owner),
            "is_cross_tenant": false,
            "create_time": entry.created_ms / 1_000,
            "last_open_time": entry.edited_ms / 1_000,
            "edit_user_id": people.id(&entry.editor),
            "edit_user_name": people.name(&entry.editor, false),
            "token": token,
        },
    })
}

/// `POST suite/docs-api/search/object`: the older search, by offset.
pub(crate) fn legacy(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let state = &*state;
    let viewer = Viewer::of(state, call);
    let number = |key: &str, default: i64| {
        call.body
            .get(key)
            .and_then(Value::as_i64)
            .unwrap_or(default)
    };
    let (count, offset) = (number("count", LEGACY_COUNT_MAX), number("offset", 0));
    if !(0..=LEGACY_COUNT_MAX).contains(&count) {
        return Err(invalid(
            "count",
            &format!("must be between 0 and {LEGACY_COUNT_MAX}"),
        ));
    }
    if offset < 0 || offset + count >= LEGACY_REACH {
        return Err(invalid(
            "offset",
            &format!("offset + count must be less than {LEGACY_REACH}"),
        ));
    }
    let texts = |key: &str| -> Vec<&str> {
        body_list(call, key)
            .iter()
            .filter_map(Value::as_str)
            .collect()
    };
    let (owners, kinds) = (texts("owner_ids"), texts("docs_types"));
    let people = People::of(state, call);
    let mut hits = find(
        state,
        &people,
        &viewer,
        body_or_empty(call, "search_key"),
        false,
    );
    hits.retain(|hit| {
        let kind = hit.entry.kind.as_str();
        kind != "folder"
            && (owners.is_empty() || owners.contains(&people.id(&hit.entry.owner).as_str()))
            // In this API "doc" means documents of either kind.
            && (kinds.is_empty() || kinds.contains(&kind) || (kind == "docx" && kinds.contains(&"doc")))
    });
    let start = usize::try_from(offset).unwrap_or(0);
    let window: Vec<Value> = hits
        .iter()
        .skip(start)
        .take(usize::try_from(count).unwrap_or(0))
        .map(|hit| {
            json!({
                "docs_token": hit.entry.token,
                "docs_type": hit.entry.kind,
                "title": hit.entry.title,
                "owner_id": people.id(&hit.entry.owner),
            })
        })
        .collect();
    let has_more = start + window.len() < hits.len();
    Ok(Reply::Data(
        json!({ "docs_entities": window, "total": hits.len(), "has_more": has_more }),
    ))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/search/v2/doc_wiki/search", doc_wiki),
    ("POST", "/open-apis/suite/docs-api/search/object", legacy),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_marked_whatever_their_case() {
        assert_eq!(
            highlight("API design 接口设计", "api 设计"),
            "<h>API</h> design 接口<h>设计</h>"
        );
        assert_eq!(highlight("no query", ""), "no query");
    }

    #[test]
    fn a_summary_begins_near_the_first_hit() {
        let text = format!("{} needle {}", "字".repeat(200), "z".repeat(200));
        let short = summary(&text, "NEEDLE");
        assert!(short.contains("needle"), "{short}");
        assert_eq!(short.chars().count(), SUMMARY);
    }
}
