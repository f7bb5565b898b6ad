//! Documents that were changed lately, for the list of resources and for completion.

use std::{sync::Arc, time::Duration};

use calls::Via;
use model::Principal;
use moka::future::Cache;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tools::ToolOutput;

use super::{
    GateHost, ToolGate,
    resources::{TITLED, entry},
};
use crate::{Revision, host::Caller};

/// Before anything in Feishu: newest first, without an end.
pub(super) const EVER: &str = "2010-01-01";

/// A document that search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    title: String,
    reference: String,
    owner: String,
    modified: String,
}

impl Found {
    /// The documents among the items of an answer of `search`.
    pub(super) fn among(output: &ToolOutput) -> Vec<Self> {
        let items = output
            .structured
            .as_ref()
            .and_then(|data| data.get("items"));
        let items = items.and_then(Value::as_array).into_iter().flatten();
        items
            .filter_map(|item| {
                let text = |name: &str| item.get(name)?.as_str().map(str::to_owned);
                let kind = text("kind")?;
                matches!(kind.as_str(), "docx" | "wiki/docx" | "wiki").then_some(())?;
                Some(Self {
                    title: text("title")?,
                    reference: text("ref")?,
                    owner: text("owner").unwrap_or_default(),
                    modified: text("modified").unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Whether it is a page of a wiki.
    pub(super) fn is_page(&self) -> bool {
        self.reference.starts_with("wiki:")
    }

    /// As completion offers it: the title for people, the ref for the tool.
    pub(super) fn value(&self) -> String {
        format!("{}{TITLED}{}", self.title, self.reference)
    }

    /// As the list of resources shows it.
    pub(super) fn listed(&self, revision: Revision) -> Value {
        let uri = match self.reference.split_once(':') {
            Some(("wiki", token)) => format!("feishu://wiki/{token}"),
            _ => format!("feishu://doc/{}", self.reference),
        };
        let mut fields = entry("uri", &uri, &self.title, &self.title);
        if !self.owner.is_empty() {
            fields.insert("description".to_owned(), json!(self.owner));
        }
        fields.insert("mimeType".to_owned(), "text/markdown".into());
        let mut notes = json!({ "audience": ["user", "assistant"], "priority": 0.7 });
        if revision >= Revision::V2025_06_18
            && let Some(time) = with_seconds(&self.modified)
        {
            notes["lastModified"] = time.into();
        }
        fields.insert("annotations".to_owned(), notes);
        Value::Object(fields)
    }
}

/// `2026-11-23T14:05+08:00` with the seconds that the protocol's form has.
fn with_seconds(time: &str) -> Option<String> {
    let (minutes, offset) = time.split_at_checked(16)?;
    offset
        .starts_with(['+', '-', 'Z'])
        .then(|| format!("{minutes}:00{offset}"))
}

/// Whose list it is: everything that rules look at of the caller, and the version of the rules.
type Key = (Principal, u64);

/// Lists of documents, each for one member with one credential.
pub(super) struct Recent(Cache<Key, Arc<[Found]>>);

impl Recent {
    /// Lists in memory.
    const LISTS: u64 = 10_000;
    /// As long as clients of the newest revision may keep the list themselves.
    const LASTS: Duration = Duration::from_mins(1);

    pub(super) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(Self::LISTS)
                .time_to_live(Self::LASTS)
                .build(),
        )
    }
}

impl<G: ToolGate> GateHost<G> {
    /// The caller's documents, newest first; asked for at most once a minute. A failure is an empty
    /// list: the call is in the ledger, and the rest of the list is still of use.
    pub(super) async fn recent_documents(&self, caller: &Caller, rules: u64) -> Arc<[Found]> {
        let key = (caller.principal.clone(), rules);
        let ask = async {
            let arguments = json!({
                "query": "", "kinds": ["doc", "wiki"], "since": EVER, "limit": 20,
            });
            // Others wait for the same answer, so that nobody's going away ends it.
            let cancel = CancellationToken::new();
            let call = ("search", arguments);
            let reply = self.ask(caller, Via::Listing, call, &cancel).await;
            let found = reply.result.as_ref().map(Found::among);
            found.unwrap_or_default().into()
        };
        self.recent.0.get_with(key, ask).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_are_listed_with_times_in_the_form_of_the_protocol() {
        let output = ToolOutput::text("").with_structured(json!({ "items": [
            { "title": "Plan", "kind": "docx", "ref": "docx:AAA", "owner": "Lin Wei",
              "modified": "2026-11-23T14:05+08:00" },
            { "title": "Sums", "kind": "sheet", "ref": "sheet:BBB" },
            { "title": "Page", "kind": "wiki/docx", "ref": "wiki:CCC", "modified": "" },
            { "title": "Grid", "kind": "wiki/sheet", "ref": "wiki:DDD" },
        ]}));
        let found = Found::among(&output);
        assert_eq!(found.len(), 2);
        let listed = found[0].listed(Revision::V2025_06_18);
        assert_eq!(listed["uri"], "feishu://doc/docx:AAA");
        assert_eq!(
            listed["annotations"]["lastModified"],
            "2026-11-23T14:05:00+08:00"
        );
        let older = found[0].listed(Revision::V2025_03_26);
        assert!(older["annotations"].get("lastModified").is_none());
        assert_eq!(
            found[1].listed(Revision::V2026_07_28)["uri"],
            "feishu://wiki/CCC"
        );
        assert_eq!(found[1].value(), "Page · wiki:CCC");
        assert_eq!(with_seconds("soon"), None);
    }
}
