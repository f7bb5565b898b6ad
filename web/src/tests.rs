//! The pages over a real store, as browsers meet them.

mod account;
mod authenticator;
mod billing;
mod confirm;
mod console_audit;
mod console_connections;
mod desks;
mod developer;
mod feishu_events;
mod forms;
mod isolation;
mod keys;
mod operator;
mod pages;
mod passkey_proofs;
mod passkeys;
mod people;
mod policy;
mod roles;
mod rules;
mod second_factor;
mod settings;
mod setup;
mod sign_in;
mod sign_up;
mod usage;

use std::{sync::Arc, time::Duration};

use automation::{Automation, AutomationOptions, AutomationParts};
use axum::{Router, body::Body};
use bus::Bus;
use calls::{
    Gate, GateOptions, GateParts, Links,
    app_care::{AppCare, AppCareParts},
    directory::{DirectoryCare, DirectoryOptions, DirectoryParts},
    events::{EventCare, EventOptions, EventParts},
};
use edge::{ACCOUNT_COOKIE, Attempts, Authenticator, Connections, PAGE_COOKIE, Urls, cookies};
use feishu::{Hosts, Transport, TransportOptions};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use model::{
    Access, AccountId, Brand, Capability, Clock, Entropy, GrantId, Id, Limits, Locale, ManualClock,
    Member, Principal, Purpose, Role, RoleSet, SeededEntropy, Tenant, Timestamp,
    policy::{ManagePeople, authorize},
};
use store::{
    AccessChange, Account, NewAccount, NewAccountSession, NewClient, NewGrant, NewMember,
    NewTenant, Store, StoreOptions,
};
use tower::ServiceExt as _;
use vault::{KeyRing, MasterKey, Secret, Token, TokenKind, Vault};

use crate::{WebOptions, WebParts, WebState, router};

/// A served answer.
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// The value of the page's first `csrf` field.
    fn csrf(&self) -> String {
        let rest = self.body.split("name=\"csrf\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

/// A member with a signed-in browser.
struct Person {
    member: Member,
    cookie: String,
}

/// An account with a signed-in browser.
struct Keeper {
    account: Account,
    cookie: String,
}

/// The pages, with two organisations.
struct World {
    app: Router,
    state: WebState,
    store: Store,
    bus: Bus,
    urls: Urls,
    clock: Arc<ManualClock>,
    entropy: Arc<dyn Entropy>,
    acme: Tenant,
    other: Tenant,
}

/// What looks people up.
fn people(
    store: &Store,
    bus: &Bus,
    hosts: &calls::HostsFor,
    clock: &Arc<ManualClock>,
) -> DirectoryCare {
    DirectoryCare::new(DirectoryParts {
        store: store.clone(),
        bus: bus.clone(),
        transport: Transport::new(TransportOptions::default()).unwrap(),
        hosts: Arc::clone(hosts),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::new(SeededEntropy::new(8)),
        options: DirectoryOptions {
            pace: Duration::ZERO,
            ..DirectoryOptions::default()
        },
    })
}

/// What takes events.
fn events(
    store: &Store,
    bus: &Bus,
    directory: &DirectoryCare,
    apps: &AppCare,
    clock: &Arc<ManualClock>,
) -> EventCare {
    EventCare::new(EventParts {
        store: store.clone(),
        bus: bus.clone(),
        directory: directory.clone(),
        apps: apps.clone(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::new(SeededEntropy::new(9)),
        options: EventOptions {
            keys_for: Duration::ZERO,
            ..EventOptions::default()
        },
    })
}

/// Where refusals and questions send people.
fn links() -> Links {
    Links {
        sign_in: Arc::new(|slug| format!("/t/{slug}/sign-in")),
        connections: Arc::new(|slug| format!("/t/{slug}/connections")),
        confirm: Arc::new(|slug, id| format!("/t/{slug}/confirm/{id}")),
        upload: Arc::new(|slug, link| format!("/t/{slug}/uploads/{link}")),
        web_host: None,
    }
}

impl World {
    async fn new() -> Self {
        Self::with(WebOptions::default()).await
    }

    async fn with(options: WebOptions) -> Self {
        // Nobody listens there: no test asks the real Feishu.
        let nowhere = "http://127.0.0.1:9".parse().unwrap();
        Self::facing(options, move |_brand| Hosts::at(&nowhere)).await
    }

    /// With a Feishu that answers.
    async fn facing(
        options: WebOptions,
        hosts: impl Fn(Brand) -> Hosts + Send + Sync + 'static,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_795_410_000_000)));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let key = MasterKey::derive("a passphrase of the tests").unwrap();
        let vault = Vault::new(KeyRing::new(key, Vec::new()).unwrap(), entropy.clone());
        let store = Store::connect(
            StoreOptions::new("sqlite::memory:"),
            clock.clone(),
            entropy.clone(),
            vault,
        )
        .await
        .unwrap();
        let bus = Bus::local(Id::mint(clock.as_ref(), entropy.as_ref()));
        let urls = Urls::new(&"https://mcp.example.com".parse().unwrap()).unwrap();
        let acme = add_tenant(&store, "acme", "Acme <b>Robotics</b>").await;
        let other = add_tenant(&store, "other", "Other").await;
        let hosts: calls::HostsFor = Arc::new(hosts);
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let gate = Gate::new(GateParts {
            store: store.clone(),
            bus: bus.clone(),
            catalogue: tools::catalogue(),
            transport: transport.clone(),
            web: feishu::GuardedClient::new(feishu::GuardOptions::default()).unwrap(),
            hosts: Arc::clone(&hosts),
            clock: clock.clone(),
            entropy: entropy.clone(),
            links: links(),
            options: GateOptions::default(),
        });
        let directory = people(&store, &bus, &hosts, &clock);
        let apps = AppCare::new(AppCareParts {
            store: store.clone(),
            bus: bus.clone(),
            transport,
            hosts,
            clock: clock.clone(),
            entropy: entropy.clone(),
            redirect_url: urls.callback(),
        });
        let events = events(&store, &bus, &directory, &apps, &clock);
        let rules = Automation::new(AutomationParts {
            store: store.clone(),
            bus: bus.clone(),
            gate: gate.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            options: AutomationOptions::default(),
        });
        let parts = WebParts {
            directory,
            rules,
            events,
            store: store.clone(),
            gate,
            auth: Authenticator::new(store.clone(), &bus, clock.clone(), urls.clone()),
            connections: Connections::new(
                store.clone(),
                bus.clone(),
                clock.clone(),
                entropy.clone(),
            ),
            apps,
            bus: bus.clone(),
            attempts: Attempts::new(bus.clone()),
            urls: urls.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            options,
        };
        let state = WebState::new(parts);
        Self {
            app: router(state.clone()),
            state,
            store,
            bus,
            urls,
            clock,
            entropy,
            acme,
            other,
        }
    }

    /// A member of a tenant whose browser has a page session.
    async fn person(&self, tenant: &Tenant, name: &str) -> Person {
        let token = Token::mint(TokenKind::PageSession, self.entropy.as_ref());
        let scope = self
            .store
            .scope(&Principal::platform(tenant.id, Purpose::SignIn));
        let tx = scope.write().await.unwrap();
        let member = tx
            .members()
            .upsert_signed_in(NewMember {
                open_id: format!("ou_{name}"),
                union_id: None,
                name: name.to_owned(),
                avatar_url: None,
                roles: RoleSet::EMPTY.with(Role::EndUser),
            })
            .await
            .unwrap();
        let ends = self.clock.now() + Duration::from_hours(1);
        tx.pages()
            .open(member.id, &token.hash(), ends)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let name = cookies::host_name(&self.urls, PAGE_COOKIE);
        Person {
            member,
            cookie: format!("{name}={}", token.expose()),
        }
    }

    /// An account with roles in a tenant's console (none, for the empty set), whose browser is
    /// signed in.
    async fn account(&self, tenant: &Tenant, name: &str, roles: RoleSet) -> Keeper {
        let keeper = self.lone_account(name, false).await;
        self.give(tenant, keeper.account.id, roles).await;
        keeper
    }

    /// An account whose browser is signed in, with access nowhere.
    async fn lone_account(&self, name: &str, operator: bool) -> Keeper {
        let token = Token::mint(TokenKind::AccountSession, self.entropy.as_ref());
        let tx = self.store.platform("an account of the tests").write().await;
        let tx = tx.unwrap();
        let account = tx
            .accounts()
            .add(NewAccount {
                email: &format!("{name}@example.com"),
                name,
                password: None,
                operator,
                locale: Locale::En,
            })
            .await
            .unwrap();
        tx.account_sessions()
            .open(NewAccountSession {
                account: account.id,
                token: &token.hash(),
                agent: "tests",
                address: "127.0.0.1",
                expires_at: self.clock.now() + Duration::from_hours(12),
                second: false,
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let cookie = cookies::host_name(&self.urls, ACCOUNT_COOKIE);
        Keeper {
            account,
            cookie: format!("{cookie}={}", token.expose()),
        }
    }

    /// Gives an account roles in a tenant's console.
    async fn give(&self, tenant: &Tenant, account: AccountId, roles: RoleSet) -> AccessChange {
        let operator = Principal::platform(tenant.id, Purpose::Operator);
        let entry = self.store.directory().by_id(tenant.id).await.unwrap();
        let permit = authorize::<ManagePeople>(&entry.unwrap().rules, &operator, &()).unwrap();
        let tx = self.store.scope(&operator).write().await.unwrap();
        let changed = tx.console_access().set(&permit, account, roles).await;
        tx.commit().await.unwrap();
        changed.unwrap()
    }

    /// A connection of a member.
    async fn grant(&self, tenant: &Tenant, person: &Person, client: &str) -> GrantId {
        let scope = self.store.platform("register a client of the tests");
        let tx = scope.write().await.unwrap();
        let registered = tx
            .clients()
            .register(NewClient {
                fingerprint: None,
                name: client,
                metadata: "{}",
                auth_method: "none",
                secret: None,
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let scope = self
            .store
            .scope(&Principal::platform(tenant.id, Purpose::SignIn));
        let tx = scope.write().await.unwrap();
        let id = tx
            .grants()
            .add(NewGrant {
                member: person.member.id,
                client: registered.id,
                client_name: client,
                vouched_by: None,
                returns_to: "cursor",
                access: Access::Write,
                resource: "https://mcp.example.com/t/acme/mcp",
                expires_at: self.clock.now() + Duration::from_hours(24),
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn get(&self, path: &str, person: Option<&Person>) -> Answer {
        let mut request = Request::get(path);
        if let Some(person) = person {
            request = request.header(header::COOKIE, &person.cookie);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a browser does from one of our own pages.
    async fn post(&self, path: &str, person: Option<&Person>, form: &str) -> Answer {
        self.post_from(path, person, form, "same-origin").await
    }

    async fn post_from(
        &self,
        path: &str,
        person: Option<&Person>,
        form: &str,
        site: &str,
    ) -> Answer {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        if let Some(person) = person {
            request = request.header(header::COOKIE, &person.cookie);
        }
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    /// A page, as the browser with this cookie sees it.
    async fn look(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form of our own pages from the browser with this cookie.
    async fn post_with(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie);
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// The form token of a person's pages.
    async fn csrf(&self, tenant: &Tenant, person: &Person) -> String {
        let path = format!("/t/{}/connections", tenant.slug);
        self.get(&path, Some(person)).await.csrf()
    }

    /// Whether a grant still holds.
    async fn holds(&self, tenant: &Tenant, grant: GrantId) -> bool {
        let scope = self
            .store
            .scope(&Principal::platform(tenant.id, Purpose::Housekeeping));
        let tx = scope.read().await.unwrap();
        let row = tx.grants().get(grant).await.unwrap().unwrap();
        row.is_active(self.clock.now())
    }

    /// A tenant's ledger, newest first.
    async fn entries(&self, tenant: &Tenant) -> Vec<store::StoredEntry> {
        let scope = self
            .store
            .scope(&Principal::platform(tenant.id, Purpose::Housekeeping));
        let tx = scope.read().await.unwrap();
        let page = store::Page::first(50);
        let found = tx
            .ledger()
            .list(&store::EntryFilter::default(), &page)
            .await;
        found.unwrap().items
    }

    /// The actions in a tenant's ledger, oldest first.
    async fn recorded(&self, tenant: &Tenant) -> Vec<String> {
        let entries = self.entries(tenant).await.into_iter().rev();
        entries.map(|stored| stored.entry.action).collect()
    }
}

async fn add_tenant(store: &Store, slug: &str, name: &str) -> Tenant {
    let tx = store.platform("add a tenant of the tests").write().await;
    let tx = tx.unwrap();
    let tenant = tx
        .tenants()
        .add(NewTenant {
            slug: slug.parse().unwrap(),
            name: name.to_owned(),
            brand: Brand::Feishu,
            app_id: "cli_test".to_owned(),
            app_secret: Secret::new("secret"),
            capabilities: vec![Capability::DocsRead],
            limits: Limits::default(),
            locale: Locale::En,
        })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    tenant
}
