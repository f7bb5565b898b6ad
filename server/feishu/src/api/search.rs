//! Search of documents and people, always in the user's name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{FeishuError, Request, Session};

/// Hits of one page; the largest that Feishu allows.
pub const MAX_HITS: usize = 20;
/// Longest query in characters.
pub const MAX_QUERY: usize = 50;

/// What to look for in documents and wiki pages.
#[derive(Debug, Clone, Default)]
pub struct DocQuery<'a> {
    /// Words, at most [`MAX_QUERY`] characters; may be empty.
    pub query: &'a str,
    /// Kinds in Feishu's upper-case words (`DOCX`, `SHEET` …); empty for all.
    pub kinds: &'a [&'a str],
    /// Open ids of owners; empty for all.
    pub owners: &'a [&'a str],
    /// Newest edits first instead of best match.
    pub newest_first: bool,
    /// Hits of the page, at most [`MAX_HITS`].
    pub limit: usize,
    /// Cursor of the last answer.
    pub page_token: Option<&'a str>,
}

/// One page of hits.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct DocHits {
    /// Hits.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub res_units: Vec<DocHit>,
    /// Number of all hits.
    #[serde(default, deserialize_with = "loose::int")]
    pub total: i64,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
}

/// A hit.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct DocHit {
    /// Title, with `<h>` marks.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub title_highlighted: String,
    /// Excerpt, with `<h>` marks.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub summary_highlighted: String,
    /// `DOC` or `WIKI`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub entity_type: String,
    /// The rest.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub result_meta: DocHitMeta,
}

/// Facts of a hit.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct DocHitMeta {
    /// Kind, in upper case.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub doc_types: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub update_time: i64,
    /// Address.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
    /// Name of the owner.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub owner_name: String,
    /// Open id of the owner.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub owner_id: String,
    /// Token; of a wiki hit, the page's.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub token: String,
}

/// `search.v2.docWiki.search`.
pub async fn documents(session: &Session, query: &DocQuery<'_>) -> Result<DocHits, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        query: &'a str,
        doc_filter: &'a Map<String, Value>,
        wiki_filter: &'a Map<String, Value>,
        page_size: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        page_token: Option<&'a str>,
    }
    let mut filter = Map::new();
    if !query.kinds.is_empty() {
        filter.insert("doc_types".to_owned(), Value::from(query.kinds.to_vec()));
    }
    if !query.owners.is_empty() {
        filter.insert("creator_ids".to_owned(), Value::from(query.owners.to_vec()));
    }
    if query.newest_first {
        filter.insert("sort_type".to_owned(), Value::from("EDIT_TIME"));
    }
    let request = Request::post("/open-apis/search/v2/doc_wiki/search")
        .json(&Body {
            query: query.query,
            doc_filter: &filter,
            wiki_filter: &filter,
            page_size: query.limit.clamp(1, MAX_HITS),
            page_token: query.page_token,
        })
        .idempotent(true);
    session.fetch(request).await
}

/// One page of people.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct UserHits {
    /// People.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub users: Vec<UserHit>,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
}

/// A person.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct UserHit {
    /// Name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub name: String,
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub open_id: String,
    /// Departments.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub department_ids: Vec<String>,
}

/// `search/v1/user`: people whom the caller can see.
pub async fn users(
    session: &Session,
    query: &str,
    limit: usize,
    page_token: Option<&str>,
) -> Result<UserHits, FeishuError> {
    let mut request = Request::get("/open-apis/search/v1/user")
        .query("query", query)
        .query("page_size", limit.clamp(1, 200).to_string());
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}
