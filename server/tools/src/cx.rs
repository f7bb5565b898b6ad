//! What a tool is given: a Feishu session and the facts of the caller.

use std::{fmt, sync::Arc, time::Duration};

use model::{Access, Capability, Clock, Entropy, Locale, RoleSet, Timestamp};
use moka::sync::Cache;
use tokio_util::sync::CancellationToken;

use crate::ToolError;

/// Facts of the caller that tools may tell about or depend on. Nothing here is secret.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Display name of the tenant.
    pub tenant_name: String,
    /// The tenant in URLs.
    pub tenant_slug: String,
    /// Display name of the member.
    pub member_name: String,
    /// Feishu's id of the member in the tenant's app.
    pub open_id: String,
    /// Roles in force.
    pub roles: RoleSet,
    /// Access of the credential.
    pub access: Access,
    /// The client that carries the call.
    pub client_name: String,
    /// Feishu scopes that the member has granted.
    pub scopes_granted: Vec<String>,
    /// Capabilities that the tenant has switched on.
    pub capabilities: Vec<Capability>,
    /// Calls left in the current period; `None` when the plan has no limit.
    pub quota_remaining: Option<u64>,
    /// IANA name of the zone that times are shown in.
    pub time_zone: String,
    /// Origin (or bare host) of the tenant's Feishu pages, for links.
    pub web_host: String,
}

impl Facts {
    /// Whether the member granted this Feishu scope. An unknown list counts as granted: Feishu
    /// itself will say no.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes_granted.is_empty() || self.scopes_granted.iter().any(|known| known == scope)
    }

    /// The address of a Feishu page, for a path such as `/docx/TOKEN`.
    pub fn page(&self, path: &str) -> String {
        let host = self.web_host.trim_end_matches('/');
        if host.contains("://") {
            format!("{host}{path}")
        } else {
            format!("https://{host}{path}")
        }
    }
}

/// Everything a call may use.
#[derive(Clone)]
pub struct ToolCx {
    /// Feishu, in the member's name.
    pub feishu: feishu::Session,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// When the call began.
    pub now: Timestamp,
    /// The language of texts.
    pub locale: Locale,
    /// The caller.
    pub facts: Arc<Facts>,
    /// Where progress is reported.
    pub progress: Progress,
    /// Fires when the client gives up.
    pub cancel: CancellationToken,
    /// What the member's references were resolved to.
    pub refs: RefCache,
}

impl fmt::Debug for ToolCx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCx")
            .field("now", &self.now)
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}

impl ToolCx {
    /// Picks a text in the caller's language.
    pub const fn say(&self, en: &'static str, zh: &'static str) -> &'static str {
        match self.locale {
            Locale::En => en,
            Locale::Zh => zh,
        }
    }

    /// Between two steps: stops when the client has given up.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Cancelled`].
    pub fn check(&self) -> Result<(), ToolError> {
        if self.cancel.is_cancelled() {
            return Err(ToolError::cancelled(self.locale));
        }
        Ok(())
    }

    /// Turns Feishu's refusal into the tool's error, in the caller's language.
    pub fn fault(&self, fault: feishu::FeishuError) -> ToolError {
        ToolError::from_feishu(fault, self.locale)
    }
}

type Report = dyn Fn(u64, Option<u64>, &str) + Send + Sync;

/// Reports how far a long call is. Cheap to clone; reports nothing by default.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Report>>);

impl Progress {
    /// Reports to a function of `done`, `total` and a message. It must not block.
    pub fn new(report: impl Fn(u64, Option<u64>, &str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(report)))
    }

    /// Reports nothing.
    pub const fn silent() -> Self {
        Self(None)
    }

    /// Reports.
    pub fn send(&self, done: u64, total: Option<u64>, message: &str) {
        if let Some(report) = &self.0 {
            report(done, total, message);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Progress({})", self.0.is_some())
    }
}

/// What a wiki page token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedNode {
    /// The wiki space.
    pub space_id: String,
    /// The page in the wiki.
    pub node_token: String,
    /// Token of the object behind the page.
    pub obj_token: String,
    /// Kind of that object, in Feishu's word (`docx`, `sheet`, `bitable` …).
    pub obj_type: String,
    /// Title.
    pub title: String,
}

/// Remembers what wiki links point at. Shared by the process and split by scope: what one member
/// was allowed to resolve tells another member nothing.
#[derive(Debug, Clone)]
pub struct RefCache {
    scope: Arc<str>,
    nodes: Cache<(Arc<str>, String), Arc<ResolvedNode>>,
}

impl RefCache {
    /// Entries over all scopes.
    const CAPACITY: u64 = 20_000;
    /// Pages move rarely; a moved page is found again after this time.
    const TTL: Duration = Duration::from_mins(5);

    /// An empty cache, of no scope yet.
    pub fn new() -> Self {
        Self {
            scope: Arc::from(""),
            nodes: Cache::builder()
                .max_capacity(Self::CAPACITY)
                .time_to_live(Self::TTL)
                .build(),
        }
    }

    /// The part of one member; `scope` names tenant and member.
    #[must_use]
    pub fn scoped(&self, scope: &str) -> Self {
        Self {
            scope: Arc::from(scope),
            nodes: self.nodes.clone(),
        }
    }

    pub(crate) fn get(&self, token: &str) -> Option<Arc<ResolvedNode>> {
        self.nodes.get(&(Arc::clone(&self.scope), token.to_owned()))
    }

    pub(crate) fn put(&self, token: &str, node: Arc<ResolvedNode>) {
        self.nodes
            .insert((Arc::clone(&self.scope), token.to_owned()), node);
    }
}

impl Default for RefCache {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_member_resolved_is_unknown_to_another() {
        let shared = RefCache::new();
        let (ann, bob) = (shared.scoped("t/ann"), shared.scoped("t/bob"));
        let node = Arc::new(ResolvedNode {
            space_id: "7".to_owned(),
            node_token: "wik".to_owned(),
            obj_token: "dox".to_owned(),
            obj_type: "docx".to_owned(),
            title: "Plan".to_owned(),
        });
        ann.put("wik", Arc::clone(&node));
        assert_eq!(ann.get("wik"), Some(node));
        assert_eq!(bob.get("wik"), None);
    }
}
