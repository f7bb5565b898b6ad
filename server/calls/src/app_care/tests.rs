//! Against the sandbox, whose apps have one fault each.

mod checks;
mod secrets;

use std::{sync::Arc, time::Duration};

use bus::Bus;
use feishu::{
    Hosts, Meter, Transport, TransportOptions,
    app_check::{
        ProbeId, REFUSED_BY_CONSOLE, Region, Report, ScopeState, Status, TokenType, import_json,
    },
    tokens, user_info,
};
use futures::future::join_all;
use model::{
    Access, Brand, CallId, Capability, Channel, ClientRef, Clock, Entropy, EntryKind, Id,
    LedgerEntry, Limits, Locale, Milestone, NodeId, OsEntropy, Outcome, Principal, PrincipalParts,
    Purpose, Role, RoleSet, Subject, SystemClock,
    policy::{Permit, ReplaceApp, SetUpApp, authorize},
};
use sandbox::{
    RunningSandbox, SandboxOptions, TokenFilter,
    demo::{self, ILL_APPS, IllApp, Illness},
};
use store::{FeishuTokens, NewMember, NewTenant, Sightings, Store, StoreOptions, TenantEntry};
use url::Url;
use vault::{KeyRing, MasterKey, Secret, Vault};

use super::{Act, AppCare, AppCareParts, Candidate, CareError, RotationFault, Standing};
use crate::{CredentialOptions, Credentials, HostsFor};

const REDIRECT: &str = "http://localhost:8788/callback";

struct World {
    sandbox: RunningSandbox,
    store: Store,
    care: AppCare,
    credentials: Credentials,
    entry: Arc<TenantEntry>,
}

impl World {
    /// A tenant with the given app.
    async fn with(app_id: &str, secret: &str) -> Self {
        let options = SandboxOptions {
            rate_limits: false,
            ..SandboxOptions::default()
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let origin = Url::parse(&sandbox.base_url()).unwrap();
        let hosts: HostsFor = Arc::new(move |brand| {
            let region = super::region(brand);
            Hosts::stand_in(&origin, region)
        });
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let ring = KeyRing::new(
            MasterKey::derive("a passphrase of the tests").unwrap(),
            Vec::new(),
        )
        .unwrap();
        let vault = Vault::new(ring, Arc::clone(&entropy));
        let options = StoreOptions::new("sqlite::memory:");
        let store = Store::connect(options, Arc::clone(&clock), Arc::clone(&entropy), vault);
        let store = store.await.unwrap();
        let tx = store.platform("the tests' tenant").write().await.unwrap();
        let tenant = tx
            .tenants()
            .add(NewTenant {
                slug: "acme".parse().unwrap(),
                name: "Acme".to_owned(),
                brand: Brand::Feishu,
                app_id: app_id.to_owned(),
                app_secret: Secret::new(secret),
                capabilities: Capability::ALL.to_vec(),
                limits: Limits::default(),
                locale: Locale::En,
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let bus = Bus::local(NodeId::mint(&SystemClock, &OsEntropy));
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let credentials = Credentials::new(
            store.clone(),
            bus.clone(),
            transport.clone(),
            &hosts,
            Arc::clone(&clock),
            Arc::clone(&entropy),
            CredentialOptions::default(),
        );
        let entry = store.directory().by_id(tenant.id).await.unwrap().unwrap();
        let care = AppCare::new(AppCareParts {
            store: store.clone(),
            bus,
            transport,
            hosts,
            clock,
            entropy,
            redirect_url: REDIRECT.to_owned(),
        });
        Self {
            sandbox,
            store,
            care,
            credentials,
            entry,
        }
    }

    async fn look_at(&self, app: &IllApp) -> Report {
        let candidate = Candidate {
            brand: Brand::Feishu,
            app_id: app.app_id.to_owned(),
            secret: Secret::new(app.secret),
        };
        let standing = Standing {
            sightings: Sightings::default(),
            administrator: self.sandbox.open_id(app.app_id, demo::ADMIN),
        };
        self.care.look(&self.entry, &candidate, &standing).await
    }

    fn operator(&self) -> Principal {
        Principal::platform(self.entry.tenant.id, Purpose::Operator)
    }

    fn permit(&self) -> Permit<SetUpApp> {
        authorize(&self.entry.rules, &self.operator(), &()).unwrap()
    }

    fn record(&self, action: &str) -> LedgerEntry {
        LedgerEntry {
            tenant: self.entry.tenant.id,
            id: CallId::mint(&SystemClock, &OsEntropy),
            kind: EntryKind::Admin,
            at: SystemClock.now(),
            member: None,
            account: None,
            client: None,
            client_name: String::new(),
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

    /// Signs a person in at the sandbox and gives its principal.
    async fn sign_in(&self, user: &str, secret: &str) -> Principal {
        let app_id = &self.entry.tenant.app_id;
        let scopes = ["offline_access".to_owned()];
        let code = self.sandbox.approve(app_id, user, REDIRECT, &scopes, None);
        let app = feishu::AppCredentials {
            app_id: app_id.clone(),
            secret: secret.to_owned().into(),
        };
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let hosts = Hosts::at(&Url::parse(&self.sandbox.base_url()).unwrap());
        let verifier = "v".repeat(50);
        let code = code.unwrap();
        let given = tokens::exchange_code(&transport, &hosts, &app, &code, REDIRECT, &verifier);
        let given = given.await.unwrap();
        let tx = self.store.scope(&self.operator()).write().await.unwrap();
        let open_id = self.sandbox.open_id(app_id, user).unwrap();
        let member = tx
            .members()
            .upsert_signed_in(NewMember {
                open_id: open_id.clone(),
                union_id: None,
                name: user.to_owned(),
                avatar_url: None,
                roles: RoleSet::EMPTY.with(Role::EndUser),
            })
            .await
            .unwrap();
        let refresh = given.refresh_token.unwrap();
        let tokens = FeishuTokens {
            access_token: Secret::new(given.access_token.as_str()),
            access_expires_at: tx.now() + Duration::from_secs(given.expires_in),
            refresh_token: Some(Secret::new(refresh.as_str())),
            refresh_expires_at: Some(tx.now() + Duration::from_hours(24 * 7)),
            scope: given.scope,
        };
        let grants = tx.feishu_grants();
        grants.put_signed_in(member.id, &tokens).await.unwrap();
        tx.commit().await.unwrap();
        Principal::establish(PrincipalParts {
            tenant: self.entry.tenant.id,
            subject: Subject::Member {
                id: member.id,
                open_id,
                name: user.to_owned(),
            },
            roles: RoleSet::EMPTY.with(Role::EndUser),
            access: Access::Write,
            client: ClientRef::unregistered("test"),
            grant: Some(Id::from_uuid(member.id.uuid())),
            channel: Channel::Mcp,
            locale: Locale::En,
            expires_at: None,
        })
    }

    /// A call as the gate makes it: a refused token is renewed once.
    async fn call(&self, principal: &Principal) -> Result<(), String> {
        let meter = || Arc::new(Meter::default());
        let open = self.credentials.open(&self.entry, principal, meter()).await;
        let mut open = open.map_err(|fault| format!("{fault:?}"))?;
        // The tests take tokens away faster than anybody renews them once.
        for _ in 0..5 {
            if user_info(&open.session).await.is_ok() {
                return Ok(());
            }
            let renewed = self
                .credentials
                .renew(&self.entry, principal, meter(), open.version)
                .await;
            open = renewed.map_err(|fault| format!("{fault:?}"))?;
        }
        Err("a renewed token is refused".to_owned())
    }
}

fn ill(illness: Illness) -> &'static IllApp {
    let found = ILL_APPS.iter().find(|app| app.illness == illness);
    found.unwrap()
}
