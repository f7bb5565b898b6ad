//! What a tool is given: a Feishu session and the facts of the caller.

use std::{fmt, sync::Arc, time::Duration};

use model::{
    Access, Capability, Clock, Entropy, Locale, MemberId, RoleSet, TenantId, Timestamp,
    policy::{Decision, Fence},
    scopes,
};
use moka::sync::Cache;
use tokio_util::sync::CancellationToken;

use crate::{Incoming, Pace, ToolError, Uploads, fence::Contents};

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
    pub scopes_granted: Arc<[String]>,
    /// Capabilities that the tenant has switched on.
    pub capabilities: Vec<Capability>,
    /// Whether calls may reach people outside the organisation.
    pub reach_outside: Decision,
    /// Calls left in the current period; `None` when the plan has no limit.
    pub quota_remaining: Option<u64>,
    /// IANA name of the zone that times are shown in.
    pub time_zone: String,
    /// Origin (or bare host) of the tenant's Feishu pages, for links.
    pub web_host: String,
}

impl Facts {
    /// Whether the member granted this Feishu scope or one that covers it. An unknown list counts
    /// as granted: Feishu itself will say no.
    pub fn has_scope(&self, scope: &str) -> bool {
        let held = |one: &str| self.scopes_granted.iter().any(|known| known == one);
        self.scopes_granted.is_empty() || scopes::gives(held, scope)
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
    pub refs: MemberRefs,
    /// When the next write may be sent.
    pub pace: Pace,
    /// Where the member's roles may work; `None` is everywhere.
    pub fence: Option<Arc<Fence>>,
    /// For addresses that callers name.
    pub web: feishu::GuardedClient,
    /// Makes links that bytes are sent to; `None` where there is nobody to take them.
    pub uploads: Option<Arc<dyn Uploads>>,
    /// Bytes that came along with this call, past the model.
    pub incoming: Option<Incoming>,
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
    /// The page above it; empty at the top.
    pub parent: String,
    /// Token of the object behind the page.
    pub obj_token: String,
    /// Kind of that object, in Feishu's word (`docx`, `sheet`, `bitable` …).
    pub obj_type: String,
    /// Title.
    pub title: String,
}

impl From<feishu::api::wiki::Node> for ResolvedNode {
    fn from(node: feishu::api::wiki::Node) -> Self {
        Self {
            space_id: node.space_id,
            node_token: node.node_token,
            parent: node.parent_node_token,
            obj_token: node.obj_token,
            obj_type: node.obj_type,
            title: node.title,
        }
    }
}

/// Whose memory it is. The tenant comes first, as in every key of a cache.
type Scope = (TenantId, Option<MemberId>);

/// Remembers what wiki links point at, and people's names. Shared by the process and split by
/// scope: what one member was allowed to see tells another member nothing.
#[derive(Debug, Clone)]
pub struct RefCache {
    nodes: Cache<(Scope, String), Arc<ResolvedNode>>,
    names: Cache<(Scope, String), KnownName>,
    homes: Cache<(Scope, String), Home>,
    folders: Cache<(Scope, String), Arc<Contents>>,
    parents: Cache<(Scope, String), Arc<str>>,
    begun: Cache<(Scope, String), Arc<Begun>>,
}

/// A write that was begun under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    /// The document that it made or changes.
    pub(crate) document: String,
    /// The wiki page of the document that it made.
    pub(crate) node: Option<String>,
    /// The revision that it was planned on.
    pub(crate) revision: i64,
}

/// Whether a thing is a page of a wiki.
#[derive(Debug, Clone)]
pub(crate) enum Home {
    /// This page.
    Page(Arc<ResolvedNode>),
    /// In no wiki.
    Outside,
}

/// What Feishu said about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KnownName {
    /// A name.
    Shown(Arc<str>),
    /// Nothing that this member may see.
    Hidden,
}

impl RefCache {
    /// Pages over all scopes.
    const PAGES: u64 = 20_000;
    /// Names over all scopes.
    const NAMES: u64 = 100_000;
    /// Listed folders over all scopes.
    const FOLDERS: u64 = 2_000;
    /// Begun writes over all scopes.
    const WRITES: u64 = 20_000;
    /// How long a write can be continued by its key alone.
    const WRITE_TTL: Duration = Duration::from_hours(1);
    /// Pages move rarely, and people seldom change their names; both are found again after this
    /// time.
    const TTL: Duration = Duration::from_mins(5);

    /// An empty cache.
    pub fn new() -> Self {
        Self {
            nodes: remembering(Self::PAGES),
            names: remembering(Self::NAMES),
            homes: remembering(Self::PAGES),
            folders: remembering(Self::FOLDERS),
            parents: remembering(Self::PAGES),
            begun: Cache::builder()
                .max_capacity(Self::WRITES)
                .time_to_live(Self::WRITE_TTL)
                .build(),
        }
    }

    /// The part of one member of one tenant.
    #[must_use]
    pub fn scoped(&self, tenant: TenantId, member: Option<MemberId>) -> MemberRefs {
        MemberRefs {
            scope: (tenant, member),
            shared: self.clone(),
        }
    }
}

fn remembering<T: Clone + Send + Sync + 'static>(most: u64) -> Cache<(Scope, String), T> {
    Cache::builder()
        .max_capacity(most)
        .time_to_live(RefCache::TTL)
        .build()
}

/// What is remembered for one member.
#[derive(Debug, Clone)]
pub struct MemberRefs {
    scope: Scope,
    shared: RefCache,
}

impl MemberRefs {
    pub(crate) fn get(&self, token: &str) -> Option<Arc<ResolvedNode>> {
        self.shared.nodes.get(&(self.scope, token.to_owned()))
    }

    pub(crate) fn put(&self, token: &str, node: Arc<ResolvedNode>) {
        self.shared
            .nodes
            .insert((self.scope, token.to_owned()), node);
    }

    /// Forgets where a thing is and what it is called, because that was changed just now.
    pub(crate) fn forget(&self, token: &str) {
        let key = (self.scope, token.to_owned());
        self.shared.nodes.invalidate(&key);
        self.shared.homes.invalidate(&key);
        self.shared.parents.invalidate(&key);
    }

    /// Whether a thing is a page of a wiki; `None` when it has to be asked for.
    pub(crate) fn home(&self, token: &str) -> Option<Home> {
        self.shared.homes.get(&(self.scope, token.to_owned()))
    }

    pub(crate) fn put_home(&self, token: &str, home: Home) {
        self.shared
            .homes
            .insert((self.scope, token.to_owned()), home);
    }

    /// What lies below a folder; `None` when it has to be listed.
    pub(crate) fn contents(&self, folder: &str) -> Option<Arc<Contents>> {
        self.shared.folders.get(&(self.scope, folder.to_owned()))
    }

    pub(crate) fn put_contents(&self, folder: &str, contents: Arc<Contents>) {
        self.shared
            .folders
            .insert((self.scope, folder.to_owned()), contents);
    }

    /// The folder that a thing was made in a moment ago, empty for the root; no listing has it yet.
    pub(crate) fn parent(&self, token: &str) -> Option<Arc<str>> {
        self.shared.parents.get(&(self.scope, token.to_owned()))
    }

    pub(crate) fn put_parent(&self, token: &str, folder: &str) {
        self.shared
            .parents
            .insert((self.scope, token.to_owned()), folder.into());
    }

    /// The write that was begun under a key.
    pub(crate) fn begun(&self, key: &str) -> Option<Arc<Begun>> {
        self.shared.begun.get(&(self.scope, key.to_owned()))
    }

    pub(crate) fn put_begun(&self, key: &str, begun: Begun) {
        self.shared
            .begun
            .insert((self.scope, key.to_owned()), Arc::new(begun));
    }

    /// The name behind an open id; `None` when it has to be asked for.
    pub(crate) fn name(&self, open_id: &str) -> Option<KnownName> {
        self.shared.names.get(&(self.scope, open_id.to_owned()))
    }

    pub(crate) fn put_name(&self, open_id: &str, name: KnownName) {
        self.shared
            .names
            .insert((self.scope, open_id.to_owned()), name);
    }
}

impl Default for RefCache {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use model::{ManualClock, SeededEntropy};

    use super::*;

    #[test]
    fn what_one_member_saw_is_unknown_to_others_and_to_other_tenants() {
        let shared = RefCache::new();
        let id = |seed: u64| {
            let clock = ManualClock::at(Timestamp::from_millis(1));
            (
                TenantId::mint(&clock, &SeededEntropy::new(seed)),
                MemberId::mint(&clock, &SeededEntropy::new(seed)),
            )
        };
        let ((acme, ann), (other, bob)) = (id(1), id(2));
        let node = Arc::new(ResolvedNode {
            space_id: "7".to_owned(),
            node_token: "wik".to_owned(),
            parent: String::new(),
            obj_token: "dox".to_owned(),
            obj_type: "docx".to_owned(),
            title: "Plan".to_owned(),
        });
        let hers = shared.scoped(acme, Some(ann));
        hers.put("wik", Arc::clone(&node));
        let name = KnownName::Shown("Lin Wei".into());
        hers.put_name("ou_1", name.clone());
        assert_eq!(hers.get("wik"), Some(node));
        assert_eq!(hers.name("ou_1"), Some(name));
        for (tenant, member) in [(acme, bob), (other, ann), (other, bob)] {
            let theirs = shared.scoped(tenant, Some(member));
            assert_eq!((theirs.get("wik"), theirs.name("ou_1")), (None, None));
        }
    }
}
