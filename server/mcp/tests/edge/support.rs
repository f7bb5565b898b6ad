//! Two nodes on one bus, callers with made-up credentials, and requests without sockets.

#![expect(clippy::unwrap_used, reason = "test code: a panic is its way to fail")]

use std::{collections::HashMap, sync::Arc, time::Duration};

use edge::{BearerFault, BearerReason, ResourceRef, Urls, guard::OriginPolicy};
use futures::{StreamExt, future::BoxFuture, stream::BoxStream};
use http::HeaderMap;
use mcp::{Doorman, Host, Letter, Mcp, McpOptions, McpState, Signal, Wire, WireDown};
use model::{
    Access, ClientId, ClientRef, GrantId, ManualClock, MemberId, OsEntropy, Principal,
    PrincipalParts, Role, RoleSet, Slug, Subject, TenantId, Timestamp,
};
use parking_lot::Mutex;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

/// A bus that several nodes of one test share.
pub(crate) struct Hub {
    records: Mutex<HashMap<(&'static str, String), String>>,
    signals: broadcast::Sender<Signal>,
    letters: broadcast::Sender<(String, Letter)>,
    nodes: Mutex<Vec<String>>,
}

impl Hub {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            records: Mutex::default(),
            signals: broadcast::channel(1024).0,
            letters: broadcast::channel(1024).0,
            nodes: Mutex::default(),
        })
    }

    pub(crate) fn node(self: &Arc<Self>, name: &str) -> Arc<dyn Wire> {
        self.nodes.lock().push(name.to_owned());
        Arc::new(Node(name.to_owned(), Arc::clone(self)))
    }
}

struct Node(String, Arc<Hub>);

impl Wire for Node {
    fn node(&self) -> String {
        self.0.clone()
    }
    fn put<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        value: &'a str,
        _ttl: Duration,
    ) -> BoxFuture<'a, Result<(), WireDown>> {
        Box::pin(async move {
            self.1
                .records
                .lock()
                .insert((kind, key.to_owned()), value.to_owned());
            Ok(())
        })
    }
    fn put_new<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        value: &'a str,
        _ttl: Duration,
    ) -> BoxFuture<'a, Result<bool, WireDown>> {
        Box::pin(async move {
            let mut records = self.1.records.lock();
            let key = (kind, key.to_owned());
            if records.contains_key(&key) {
                return Ok(false);
            }
            records.insert(key, value.to_owned());
            Ok(true)
        })
    }
    fn get<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        _touch: Option<Duration>,
    ) -> BoxFuture<'a, Result<Option<String>, WireDown>> {
        Box::pin(async move { Ok(self.1.records.lock().get(&(kind, key.to_owned())).cloned()) })
    }
    fn delete<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<bool, WireDown>> {
        Box::pin(async move {
            Ok(self
                .1
                .records
                .lock()
                .remove(&(kind, key.to_owned()))
                .is_some())
        })
    }
    fn publish(&self, signal: Signal) -> BoxFuture<'_, Result<(), WireDown>> {
        Box::pin(async move {
            let _nobody = self.1.signals.send(signal);
            Ok(())
        })
    }
    fn send<'a>(&'a self, node: &'a str, letter: Letter) -> BoxFuture<'a, Result<bool, WireDown>> {
        Box::pin(async move {
            let known = self.1.nodes.lock().iter().any(|name| name == node);
            Ok(known && self.1.letters.send((node.to_owned(), letter)).is_ok())
        })
    }
    fn signals(&self) -> BoxStream<'static, Signal> {
        BroadcastStream::new(self.1.signals.subscribe())
            .filter_map(|signal| async { signal.ok() })
            .boxed()
    }
    fn letters(&self) -> BoxStream<'static, Letter> {
        let me = self.0.clone();
        BroadcastStream::new(self.1.letters.subscribe())
            .filter_map(move |letter| {
                let mine = letter
                    .ok()
                    .filter(|(to, _)| *to == me)
                    .map(|(_, letter)| letter);
                async { mine }
            })
            .boxed()
    }
}

/// Lets in whoever has a token `NAME@SLUG`; tokens can be revoked.
pub(crate) struct Names {
    pub(crate) urls: Urls,
    pub(crate) revoked: Mutex<Vec<String>>,
    pub(crate) expires: Option<Timestamp>,
}

fn id_of(text: &str) -> uuid::Uuid {
    let mut bytes = [0_u8; 16];
    for (index, byte) in text.bytes().enumerate() {
        bytes[index % 16] = bytes[index % 16].wrapping_mul(31).wrapping_add(byte);
    }
    uuid::Uuid::from_bytes(bytes)
}

pub(crate) fn tenant(slug: &str) -> TenantId {
    TenantId::from_uuid(id_of(slug))
}

pub(crate) fn member(name: &str) -> MemberId {
    MemberId::from_uuid(id_of(name))
}

pub(crate) fn grant(name: &str) -> GrantId {
    GrantId::from_uuid(id_of(name))
}

impl Doorman for Names {
    fn admit<'a>(
        &'a self,
        headers: &'a HeaderMap,
        resource: &'a ResourceRef,
    ) -> BoxFuture<'a, Result<Principal, BearerFault>> {
        Box::pin(async move {
            let refuse = |reason| BearerFault::new(reason, &self.urls, resource);
            let token = headers
                .get("authorization")
                .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
                .ok_or_else(|| refuse(BearerReason::Missing))?;
            let (name, slug) = token
                .split_once('@')
                .filter(|(_, slug)| *slug == resource.slug.as_str())
                .ok_or_else(|| refuse(BearerReason::Invalid))?;
            if self.revoked.lock().iter().any(|gone| gone == name) {
                return Err(refuse(BearerReason::Invalid));
            }
            Ok(Principal::establish(PrincipalParts {
                tenant: tenant(slug),
                subject: Subject::Member {
                    id: member(name),
                    open_id: format!("ou_{name}"),
                    name: name.to_owned(),
                },
                roles: RoleSet::EMPTY.with(Role::EndUser),
                access: Access::Write,
                client: ClientRef {
                    id: Some(ClientId::from_uuid(id_of("client"))),
                    name: "test".to_owned(),
                    verified: false,
                },
                grant: Some(grant(name)),
                channel: resource.door.channel(),
                locale: model::Locale::En,
                expires_at: self.expires,
            }))
        })
    }

    fn still_valid<'a>(&'a self, principal: &'a Principal) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Subject::Member { name, .. } = principal.subject() else {
                return false;
            };
            !self.revoked.lock().contains(name)
        })
    }
}

pub(crate) struct World {
    pub(crate) hub: Arc<Hub>,
    pub(crate) names: Arc<Names>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) options: McpOptions,
}

pub(crate) fn start_of_time() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

impl World {
    pub(crate) fn new(public: &str, expires: Option<Timestamp>) -> Self {
        let urls = Urls::new(&public.parse().unwrap())
            .unwrap()
            .with_default_tenant("conformance".parse().unwrap());
        Self {
            hub: Hub::new(),
            names: Arc::new(Names {
                urls,
                revoked: Mutex::default(),
                expires,
            }),
            clock: Arc::new(ManualClock::at(start_of_time())),
            options: McpOptions::default(),
        }
    }

    /// A node that serves the fixture to every tenant.
    pub(crate) fn node(&self, name: &str) -> Mcp {
        self.node_on(self.hub.node(name))
    }

    /// The same on another bus.
    pub(crate) fn node_on(&self, wire: Arc<dyn Wire>) -> Mcp {
        let clock: Arc<dyn model::Clock> = Arc::clone(&self.clock) as _;
        let host: Arc<dyn Host> =
            mcp::fixture::host(Arc::clone(&wire), Arc::clone(&clock), [7; 32]);
        let special = Some(("conformance".parse().unwrap(), Arc::clone(&host)));
        self.serving(wire, host, special)
    }

    /// A node that serves something else.
    pub(crate) fn serving(
        &self,
        wire: Arc<dyn Wire>,
        host: Arc<dyn Host>,
        special: Option<(Slug, Arc<dyn Host>)>,
    ) -> Mcp {
        let clock: Arc<dyn model::Clock> = Arc::clone(&self.clock) as _;
        Mcp::start(McpState {
            special,
            host,
            auth: Arc::clone(&self.names) as _,
            wire,
            origins: OriginPolicy::new(&self.names.urls, Vec::new()),
            urls: self.names.urls.clone(),
            clock,
            entropy: Arc::new(OsEntropy),
            options: self.options.clone(),
        })
    }
}
