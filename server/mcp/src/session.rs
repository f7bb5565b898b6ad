//! Sessions of the revisions of 2025: records on the bus, bound to who opened them.

use std::{collections::HashMap, collections::VecDeque, sync::Arc, time::Duration};

use model::{Entropy, Principal};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Revision,
    wire::{Signal, Wire, WireDown},
};

const KIND: &str = "mcp_session";

/// What makes two requests come from the same place: tenant, member, client and grant.
pub(crate) fn binding(principal: &Principal) -> String {
    let member = principal.member().map(|id| id.to_string());
    let client = principal.client().id.map(|id| id.to_string());
    let grant = principal.grant().map(|id| id.to_string());
    format!(
        "{}|{}|{}|{}",
        principal.tenant(),
        member.unwrap_or_default(),
        client.unwrap_or_default(),
        grant.unwrap_or_default()
    )
}

/// What is remembered of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    binding: String,
    revision: String,
    capabilities: Map<String, Value>,
    #[serde(default)]
    level: Option<String>,
}

/// An open session of the caller.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Its name.
    pub id: Arc<str>,
    /// The agreed revision.
    pub revision: Revision,
    /// The `ClientCapabilities` of its client.
    pub capabilities: Arc<Map<String, Value>>,
    /// Severity of log messages that its client wants.
    pub level: Option<String>,
}

/// Opens, finds and ends sessions.
pub(crate) struct Sessions {
    wire: Arc<dyn Wire>,
    entropy: Arc<dyn Entropy>,
    idle: Duration,
    per_member: usize,
    opened: Mutex<HashMap<String, VecDeque<Arc<str>>>>,
}

impl Sessions {
    /// Members remembered for the cap; beyond it the table starts anew.
    const REMEMBERED: usize = 50_000;

    /// Sessions on this bus.
    pub(crate) fn new(
        wire: Arc<dyn Wire>,
        entropy: Arc<dyn Entropy>,
        idle: Duration,
        per_member: usize,
    ) -> Self {
        Self {
            wire,
            entropy,
            idle,
            per_member: per_member.max(1),
            opened: Mutex::default(),
        }
    }

    /// Opens a session. When the member has too many, the oldest one ends.
    pub(crate) async fn open(
        &self,
        principal: &Principal,
        revision: Revision,
        capabilities: Map<String, Value>,
    ) -> Result<Session, WireDown> {
        let id: Arc<str> = crate::ids::random(&*self.entropy).into();
        let session = Session {
            id: Arc::clone(&id),
            revision,
            capabilities: Arc::new(capabilities),
            level: None,
        };
        self.keep(principal, &session).await?;
        if let Some(oldest) = self.remember(principal, id) {
            self.end(&oldest).await?;
        }
        Ok(session)
    }

    /// Keeps what changed in a session.
    pub(crate) async fn keep(
        &self,
        principal: &Principal,
        session: &Session,
    ) -> Result<(), WireDown> {
        let record = Record {
            binding: binding(principal),
            revision: session.revision.name().to_owned(),
            capabilities: (*session.capabilities).clone(),
            level: session.level.clone(),
        };
        let text = serde_json::to_string(&record).map_err(|_| WireDown)?;
        self.wire.put(KIND, &session.id, &text, self.idle).await
    }

    /// Finds a session of this caller. Somebody else's is not found.
    pub(crate) async fn find(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<Option<Session>, WireDown> {
        if id.len() > 64 {
            return Ok(None);
        }
        let Some(text) = self.wire.get(KIND, id, Some(self.idle)).await? else {
            return Ok(None);
        };
        let record: Option<Record> = serde_json::from_str(&text).ok();
        Ok(record
            .filter(|record| record.binding == binding(principal))
            .and_then(|record| {
                Some(Session {
                    id: id.into(),
                    revision: Revision::from_name(&record.revision)?,
                    capabilities: Arc::new(record.capabilities),
                    level: record.level,
                })
            }))
    }

    /// Ends a session on all nodes.
    pub(crate) async fn end(&self, id: &str) -> Result<(), WireDown> {
        self.wire.delete(KIND, id).await?;
        self.wire
            .publish(Signal::SessionClosed(id.to_owned()))
            .await
    }

    fn remember(&self, principal: &Principal, id: Arc<str>) -> Option<Arc<str>> {
        let mut opened = self.opened.lock();
        if opened.len() >= Self::REMEMBERED {
            opened.clear();
        }
        let member = principal.member().map(|id| id.to_string());
        let key = format!("{}|{}", principal.tenant(), member.unwrap_or_default());
        let list = opened.entry(key).or_default();
        list.push_back(id);
        (list.len() > self.per_member)
            .then(|| list.pop_front())
            .flatten()
    }
}
