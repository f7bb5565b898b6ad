//! Completion: of refs by the titles of documents that the member may see, of topics and of words.
//!
//! Clients ask at each key. Only the last wish of a burst is answered by a search, through the
//! gate; what was found is kept for a minute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use calls::Via;
use model::{GrantId, MemberId, Principal, TenantId};
use moka::{future::Cache, sync};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{GateHost, Shown, ToolGate, prompts, recent::Found, resources};
use crate::{
    RpcError,
    host::{Caller, Completable, Completed, Completion},
};

/// How the values of an argument are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Documents and wiki pages.
    Documents,
    /// Pages of wikis.
    Pages,
    /// Topics of `help`.
    Topics,
    /// These words.
    Words(&'static [&'static str]),
    /// Nothing is offered.
    Free,
}

/// What was asked: who (and by which rules), whether only for pages of wikis, and the words.
type Asked = (Principal, u64, bool, String);

/// What was found, and whether there is more.
type Hits = (Arc<[Found]>, bool);

/// What was typed lately, and what was found for it.
pub(super) struct Typing {
    last: sync::Cache<(TenantId, Option<MemberId>, Option<GrantId>), Arc<AtomicU64>>,
    found: Cache<Asked, Hits>,
}

impl Typing {
    /// A pause at the keyboard.
    const PAUSE: Duration = Duration::from_millis(150);
    const LASTS: Duration = Duration::from_mins(1);

    pub(super) fn new() -> Self {
        Self {
            last: sync::Cache::builder()
                .max_capacity(50_000)
                .time_to_idle(Self::LASTS)
                .build(),
            found: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(Self::LASTS)
                .build(),
        }
    }

    /// Waits for a pause; `false` when the same client has typed on meanwhile.
    async fn pauses(&self, principal: &Principal) -> bool {
        let who = (principal.tenant(), principal.member(), principal.grant());
        let last = self.last.get_with(who, Arc::default);
        let mine = last.fetch_add(1, Ordering::AcqRel) + 1;
        tokio::time::sleep(Self::PAUSE).await;
        last.load(Ordering::Acquire) == mine
    }
}

impl<G: ToolGate> GateHost<G> {
    /// Completes an argument.
    pub(super) async fn complete_argument(
        &self,
        caller: &Caller,
        request: &Completion,
    ) -> Result<Completed, RpcError> {
        let shown = self.shown(caller).await?;
        let source = source(&shown, caller, request)?;
        let typed = request.typed.trim();
        match source {
            Source::Words(words) => Ok(starting(words.iter().copied(), typed)),
            Source::Topics => Ok(starting(tools::help_topics(), typed)),
            Source::Documents | Source::Pages if shown.has("search") => {
                Ok(self.titles(caller, &shown, source, request).await)
            }
            Source::Free | Source::Documents | Source::Pages => Ok(Completed::default()),
        }
    }

    async fn titles(
        &self,
        caller: &Caller,
        shown: &Shown,
        source: Source,
        request: &Completion,
    ) -> Completed {
        let typed = request.typed.trim();
        let pages = source == Source::Pages;
        if typed.is_empty() {
            let recent = self.recent_documents(caller, shown.rules).await;
            return offered(&recent, true, pages);
        }
        // A value that was chosen already, and a link, are whole.
        let chosen = resources::bare(typed);
        if chosen != typed || chosen.contains("://") {
            return Completed {
                values: vec![typed.to_owned()],
                more: false,
            };
        }
        let one_letter = typed.is_ascii() && typed.len() == 1;
        let key = (
            caller.principal.clone(),
            shown.rules,
            pages,
            typed.to_lowercase(),
        );
        let (found, more) = match self.typing.found.get(&key).await {
            Some(known) => known,
            None if one_letter || !self.typing.pauses(&caller.principal).await => {
                return Completed {
                    values: Vec::new(),
                    more: true,
                };
            }
            None => {
                let kinds = if pages {
                    vec!["wiki"]
                } else {
                    vec!["doc", "wiki"]
                };
                let arguments = json!({ "query": typed, "kinds": kinds, "limit": 10 });
                let ask = async {
                    let call = ("search", arguments);
                    // Others wait for the same answer, so that nobody's going away ends it.
                    let cancel = CancellationToken::new();
                    let reply = self.ask(caller, Via::Completion, call, &cancel).await;
                    let output = reply.result.map_err(|_recorded| ())?;
                    let data = output.structured.as_ref();
                    let more = data.and_then(|data| data.get("truncated")?.as_bool());
                    let found: Arc<[Found]> = Found::among(&output).into();
                    Ok::<Hits, ()>((found, more == Some(true)))
                };
                // Nobody wants an error while typing; the failed call is in the ledger.
                let found = self.typing.found.try_get_with(key, ask).await;
                found.unwrap_or_default()
            }
        };
        offered(&found, more, pages)
    }
}

/// What completes the argument.
fn source(shown: &Shown, caller: &Caller, request: &Completion) -> Result<Source, RpcError> {
    match &request.of {
        Completable::Prompt(name) => prompts::source(shown, caller, name, &request.argument),
        Completable::Template(uri) => match (uri.as_str(), request.argument.as_str()) {
            ("feishu://doc/{ref}", "ref") => Ok(Source::Documents),
            ("feishu://wiki/{ref}", "ref") => Ok(Source::Pages),
            ("feishu://sheet/{ref}" | "feishu://base/{ref}", "ref") => Ok(Source::Free),
            ("feishu://help/{topic}", "topic") => Ok(Source::Topics),
            _ => Err(RpcError::invalid_params("Unknown template or argument")),
        },
    }
}

fn starting<'a>(words: impl Iterator<Item = &'a str>, typed: &str) -> Completed {
    let typed = typed.to_lowercase();
    let fits = words.filter(|word| word.to_lowercase().starts_with(&typed));
    Completed {
        values: fits.map(str::to_owned).collect(),
        more: false,
    }
}

fn offered(found: &[Found], more: bool, pages: bool) -> Completed {
    let fits = found.iter().filter(|one| !pages || one.is_page());
    Completed {
        values: fits.map(Found::value).collect(),
        more,
    }
}
