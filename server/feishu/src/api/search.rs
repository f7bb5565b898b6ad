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
    /// Where.
    pub within: Within<'a>,
    /// In which order.
    pub sort: Sort,
    /// Hits of the page, at most [`MAX_HITS`].
    pub limit: usize,
    /// Cursor of the last answer.
    pub page_token: Option<&'a str>,
}

/// Where to look. Feishu takes a folder or a space, not both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Within<'a> {
    /// In everything that the caller can see.
    #[default]
    Everywhere,
    /// In a folder and the folders below it.
    Folder(&'a str),
    /// In a wiki space.
    Space(&'a str),
}

/// The order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best match first.
    #[default]
    Best,
    /// Newest edit first.
    Edited,
    /// What the caller opened last first.
    Opened,
    /// Newest first.
    Created,
}

impl Sort {
    const fn word(self) -> &'static str {
        match self {
            Self::Best => "DEFAULT_TYPE",
            Self::Edited => "EDIT_TIME",
            Self::Opened => "OPEN_TIME",
            Self::Created => "CREATE_TIME",
        }
    }
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
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub create_time: i64,
    /// Seconds; when the caller opened it last.
    #[serde(default, deserialize_with = "loose::int")]
    pub last_open_time: i64,
    /// Belongs to another organisation.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_cross_tenant: bool,
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
        #[serde(skip_serializing_if = "Option::is_none")]
        doc_filter: Option<Map<String, Value>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        wiki_filter: Option<Map<String, Value>>,
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
    if query.sort != Sort::Best {
        filter.insert("sort_type".to_owned(), Value::from(query.sort.word()));
    }
    let placed = |name: &str, id: &str| {
        let mut filter = filter.clone();
        filter.insert(name.to_owned(), Value::from(vec![id]));
        filter
    };
    let (docs, wikis) = match query.within {
        Within::Everywhere => (Some(filter.clone()), Some(filter)),
        Within::Folder(token) => (Some(placed("folder_tokens", token)), None),
        Within::Space(id) => (None, Some(placed("space_ids", id))),
    };
    let request = Request::post("/open-apis/search/v2/doc_wiki/search")
        .json(&Body {
            query: query.query,
            doc_filter: docs,
            wiki_filter: wikis,
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
