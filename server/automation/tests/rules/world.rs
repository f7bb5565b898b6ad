//! A tenant of the sandbox with rules.

use std::sync::Arc;

use bus::Bus;
use calls::{Gate, GateOptions, GateParts, HostsFor, Links, app_care::Act};
use feishu::{GuardOptions, GuardedClient, Hosts, Transport, TransportOptions};
use model::{
    Brand, CallId, Capability, Channel, Clock, Entropy, EntryKind, LedgerEntry, Limits, Locale,
    ManualClock, NodeId, OsEntropy, Outcome, Principal, Purpose, Rate, Role, RuleId, RunId, Tenant,
    Timestamp,
    automation::{Definition, Happening, Kind, RecordChange, RuleState, Step, Trigger},
    policy::{ManageRules, Permit, authorize},
};
use sandbox::{
    RunningSandbox, SandboxOptions,
    demo::{APP_ID, APP_SECRET, CHAT},
};
use serde_json::{Value, json};
use store::{
    EntryFilter, NewTenant, Page, Run, RunFilter, StepRow, Store, StoreOptions, TenantEntry,
    TenantScope,
};
use tests::{Database, On};
use vault::{KeyRing, MasterKey, Secret, Vault};

use automation::{
    Automation, AutomationOptions, AutomationParts, Change, Changed, HookCall, HookTaken,
    HookTurned, NewHook,
};

pub struct World {
    pub sandbox: RunningSandbox,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub entry: Arc<TenantEntry>,
    pub care: Automation,
    pub database: Database,
}

pub fn hook() -> Trigger {
    Trigger::Hook { signed: false }
}

pub fn say(text: &str) -> (&'static str, Value) {
    ("send_message", json!({"to": CHAT, "text": text}))
}

pub fn rule(trigger: Trigger, condition: &str, steps: &[(&str, Value)]) -> Definition {
    Definition {
        trigger,
        condition: condition.to_owned(),
        steps: steps
            .iter()
            .map(|(tool, arguments)| Step {
                tool: (*tool).to_owned(),
                arguments: arguments.as_object().cloned().unwrap_or_default(),
                when: String::new(),
            })
            .collect(),
        role: Role::EndUser,
        per_minute: 600,
    }
}

pub fn record(id: &str, change: RecordChange, fields: &Value) -> Happening {
    Happening {
        id: id.to_owned(),
        kind: Kind::Record,
        place: "bascnAAAAAAAAAAAAAAAAAA".to_owned(),
        table: "tbl1".to_owned(),
        change: Some(change),
        data: json!({"record_id": "rec1", "fields": fields}),
        at: Timestamp::from_millis(0),
        by_person: true,
    }
}

/// A store with connections of its own.
pub async fn connect(url: &str, clock: &Arc<ManualClock>) -> Store {
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let master = MasterKey::derive("a passphrase of the tests").unwrap();
    let ring = KeyRing::new(master, Vec::new()).unwrap();
    let vault = Vault::new(ring, Arc::clone(&entropy));
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let store = Store::connect(StoreOptions::new(url), clock, entropy, vault);
    store.await.unwrap()
}

/// A keeper over a store, as each replica has one.
pub fn keeper(
    store: &Store,
    clock: &Arc<ManualClock>,
    sandbox: &str,
    options: AutomationOptions,
) -> Automation {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let bus = Bus::local(NodeId::mint(&*clock, &OsEntropy));
    let hosts = Hosts::at(&sandbox.parse().unwrap());
    let hosts: HostsFor = Arc::new(move |_brand| hosts.clone());
    let transport = TransportOptions {
        tries: 1,
        ..TransportOptions::default()
    };
    let guard = GuardOptions {
        allow_loopback: true,
    };
    let gate = Gate::new(GateParts {
        catalogue: tools::catalogue(),
        store: store.clone(),
        bus: bus.clone(),
        transport: Transport::new(transport).unwrap(),
        web: GuardedClient::new(guard).unwrap(),
        hosts,
        clock: Arc::clone(&clock),
        entropy: Arc::new(OsEntropy),
        links: Links {
            sign_in: Arc::new(|slug| format!("http://platform.test/t/{slug}/sign-in")),
            connections: Arc::new(|slug| format!("http://platform.test/t/{slug}/connections")),
            confirm: Arc::new(|slug, id| format!("http://platform.test/t/{slug}/confirm/{id}")),
            upload: Arc::new(|slug, link| format!("http://platform.test/t/{slug}/uploads/{link}")),
            web_host: None,
        },
        options: GateOptions::default(),
    });
    Automation::new(AutomationParts {
        store: store.clone(),
        bus,
        gate,
        clock,
        entropy: Arc::new(OsEntropy),
        options,
    })
}

fn tenant(slug: &str) -> NewTenant {
    let fast = Rate {
        per_minute: 1_000_000,
        burst: 1_000_000,
    };
    NewTenant {
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        brand: Brand::Feishu,
        app_id: APP_ID.to_owned(),
        app_secret: Secret::new(APP_SECRET),
        capabilities: Capability::ALL.to_vec(),
        limits: Limits {
            member: fast,
            tenant: fast,
            ..Limits::default()
        },
        locale: Locale::En,
    }
}

impl World {
    pub async fn new(on: On) -> Self {
        Self::with(on, AutomationOptions::default()).await
    }

    pub async fn with(on: On, options: AutomationOptions) -> Self {
        let sandbox = sandbox::start(SandboxOptions {
            rate_limits: false,
            ..SandboxOptions::default()
        });
        let sandbox = sandbox.await.unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let database = Database::fresh(on);
        store::migrate(&database.owner_url).await.unwrap();
        let store = connect(&database.url, &clock).await;
        let platform = store.platform("the tests' tenant").write().await.unwrap();
        let made = platform.tenants().add(tenant("acme")).await.unwrap();
        platform.commit().await.unwrap();
        let entry = store.directory().by_id(made.id).await.unwrap().unwrap();
        let care = keeper(&store, &clock, &sandbox.base_url(), options);
        Self {
            sandbox,
            store,
            clock,
            entry,
            care,
            database,
        }
    }

    pub async fn another_tenant(&self) -> Tenant {
        let platform = self.store.platform("another tenant").write().await.unwrap();
        let mut other = tenant("globex");
        "cli_other".clone_into(&mut other.app_id);
        let made = platform.tenants().add(other).await.unwrap();
        platform.commit().await.unwrap();
        made
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn scope(&self) -> TenantScope {
        let operator = Principal::platform(self.entry.tenant.id, Purpose::Operator);
        self.store.scope(&operator)
    }

    fn permit(&self) -> Permit<ManageRules> {
        let principal = Principal::establish(model::PrincipalParts {
            tenant: self.entry.tenant.id,
            subject: model::Subject::Account {
                id: model::AccountId::mint(&*self.clock, &OsEntropy),
                name: "Dev".to_owned(),
            },
            roles: model::RoleSet::EMPTY.with(Role::Developer),
            access: model::Access::Write,
            client: model::ClientRef::unregistered("console"),
            grant: None,
            channel: Channel::Console,
            locale: Locale::En,
            expires_at: None,
        });
        authorize::<ManageRules>(&self.entry.rules, &principal, &()).unwrap()
    }

    fn noted(&self, action: &str) -> LedgerEntry {
        LedgerEntry {
            tenant: self.entry.tenant.id,
            id: CallId::mint(&*self.clock, &OsEntropy),
            kind: EntryKind::Admin,
            at: self.now(),
            member: None,
            account: None,
            client: None,
            client_name: "console".to_owned(),
            grant: None,
            channel: Channel::Console,
            action: action.to_owned(),
            effect: String::new(),
            target: None,
            policy_version: None,
            decision: None,
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: "{}".to_owned(),
        }
    }

    pub async fn make(&self, rule: &Definition) -> Changed {
        let (scope, permit, record) = (self.scope(), self.permit(), self.noted("rule.make"));
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        self.care.make(&act, &change(rule)).await.unwrap()
    }

    pub async fn change(&self, id: RuleId, version: i64, rule: &Definition) -> Changed {
        let (scope, permit, record) = (self.scope(), self.permit(), self.noted("rule.change"));
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        let wanted = change(rule);
        let done = self.care.change(&act, id, version, &wanted);
        done.await.unwrap()
    }

    pub async fn switch(&self, id: RuleId, state: RuleState) {
        let (scope, permit, record) = (self.scope(), self.permit(), self.noted("rule.switch"));
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        let switched = self.care.switch(&act, id, state).await.unwrap();
        assert_ne!(switched, automation::Switched::Missing);
    }

    pub async fn again(&self, run: RunId) -> bool {
        let (scope, permit, record) = (self.scope(), self.permit(), self.noted("rule.again"));
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        self.care.again(&act, run).await.unwrap()
    }

    /// A rule that runs.
    pub async fn active(&self, rule: &Definition) -> RuleId {
        let made = self.make(rule).await;
        let Changed::Done(id) = made else {
            panic!("{made:?}");
        };
        self.switch(id, RuleState::Active).await;
        id
    }

    pub async fn open(&self, id: RuleId) -> NewHook {
        let (scope, permit, record) = (self.scope(), self.permit(), self.noted("rule.hook"));
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        self.care.open_hook(&act, id).await.unwrap().unwrap()
    }

    pub async fn address(&self, id: RuleId) -> String {
        self.open(id).await.token.expose().to_owned()
    }

    pub async fn call(&self, token: &str, id: &str, body: &Value) -> Result<HookTaken, HookTurned> {
        let body = body.to_string();
        let call = HookCall {
            token,
            id,
            timestamp: "",
            signature: "",
            body: body.as_bytes(),
        };
        self.care.hook(&self.entry.tenant, &call).await
    }

    /// An event that was accepted.
    pub async fn tell(&self, event: &Happening) -> u32 {
        let tx = self.scope().write().await.unwrap();
        let made = tx.automations().take(event).await.unwrap();
        tx.commit().await.unwrap();
        made
    }

    /// Rounds until nothing is due and nobody is at it.
    pub async fn settle(&self) {
        let tenant = self.entry.tenant.id;
        for _ in 0..200 {
            self.care.round(tenant).await.unwrap();
            let waiting = self.waiting().await;
            let tx = self.scope().read().await.unwrap();
            let rules = tx.automations().list().await.unwrap();
            drop(tx);
            let active = |id| {
                rules
                    .iter()
                    .any(|one| one.id == id && one.state == RuleState::Active)
            };
            let mut due = waiting.iter().filter(|run| run.next_at <= self.now());
            if !due.any(|run| active(run.rule)) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("it does not settle: {:?}", self.waiting().await);
    }

    pub async fn waiting(&self) -> Vec<Run> {
        let filter = RunFilter {
            rule: None,
            state: Some(model::automation::RunState::Waiting),
        };
        self.listed(filter).await
    }

    pub async fn runs(&self, id: RuleId) -> Vec<Run> {
        let filter = RunFilter {
            rule: Some(id),
            state: None,
        };
        self.listed(filter).await
    }

    pub async fn run_of(&self, id: RuleId, event: &str) -> Run {
        let mut runs = self.runs(id).await.into_iter();
        runs.find(|run| run.event_id == event).unwrap()
    }

    async fn listed(&self, filter: RunFilter) -> Vec<Run> {
        let tx = self.scope().read().await.unwrap();
        let page = Page::first(Page::MAX);
        tx.automations().runs(filter, &page).await.unwrap().items
    }

    pub async fn steps(&self, run: RunId) -> Vec<StepRow> {
        let tx = self.scope().read().await.unwrap();
        tx.automations().steps(run).await.unwrap()
    }

    /// What the ledger has of a call.
    pub async fn entries(&self, call: CallId) -> Vec<LedgerEntry> {
        let tx = self.scope().read().await.unwrap();
        let page = Page::first(Page::MAX);
        let all = tx
            .ledger()
            .list(&EntryFilter::default(), &page)
            .await
            .unwrap();
        let all = all.items.into_iter().map(|one| one.entry);
        all.filter(|entry| entry.id == call).collect()
    }
}

fn change(definition: &Definition) -> Change<'_> {
    Change {
        name: "Test",
        definition,
        by: "Dev",
        locale: Locale::En,
    }
}
