//! Against the sandbox, whose apps have one fault each.

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

#[tokio::test(flavor = "multi_thread")]
async fn each_single_fault_is_one_red_item_with_the_right_fix() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let console = "https://open.feishu.cn/app";
    for app in ILL_APPS {
        let page = |name: &str| format!("{console}/{}/{name}", app.app_id);
        let waiting = Status::Waiting;
        let (missing, broken) = (Status::Missing, Status::Broken);
        let expected = match app.illness {
            Illness::None => None,
            Illness::Secret => Some((ProbeId::Credentials, broken, page("baseinfo"))),
            Illness::Brand => Some((
                ProbeId::Brand,
                broken,
                format!("https://open.larksuite.com/app/{}/baseinfo", app.app_id),
            )),
            Illness::Disabled => Some((
                ProbeId::Enabled,
                broken,
                "https://feishu.cn/admin".to_owned(),
            )),
            Illness::NotInstalled => Some((ProbeId::Enabled, missing, page("version"))),
            Illness::NeverPublished => Some((ProbeId::Published, missing, page("version"))),
            Illness::UnderReview => Some((ProbeId::Published, waiting, page("version"))),
            Illness::ScopeMissing => Some((
                ProbeId::Scopes,
                missing,
                page("auth?q=wiki%3Anode%3Acreate&token_type=user"),
            )),
            Illness::ScopeWaiting => Some((ProbeId::Scopes, waiting, page("version"))),
            Illness::RedirectMissing => Some((ProbeId::Redirect, missing, page("safe"))),
            Illness::RedirectSlash => Some((ProbeId::Redirect, broken, page("safe"))),
            Illness::Availability => Some((ProbeId::Availability, missing, page("version"))),
            Illness::NoOfflineAccess => Some((
                ProbeId::OfflineAccess,
                missing,
                page("auth?q=offline%5Faccess&token_type=user"),
            )),
            Illness::RefreshOff => Some((ProbeId::OfflineAccess, broken, page("safe"))),
            Illness::AddressList => Some((ProbeId::Network, broken, page("safe"))),
        };
        let report = world.look_at(app).await;
        let red: Vec<_> = report
            .red()
            .map(|one| (one.probe, one.status, one.link.clone().unwrap_or_default()))
            .collect();
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(red, expected, "{:?}: {report:#?}", app.illness);
        for finding in report.red() {
            assert!(!finding.fix.en.is_empty() && !finding.fix.zh.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_one_red_item_too() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    world.sandbox.advance_clock(10 * 60 * 1000);
    let report = world.look_at(ill(Illness::None)).await;
    let red: Vec<_> = report.red().map(|one| one.probe).collect();
    assert_eq!(red, [ProbeId::Clock], "{report:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_never_goes_to_the_other_brand() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let report = world.look_at(ill(Illness::Brand)).await;
    assert_eq!(report.status(ProbeId::Brand), Status::Broken);
    let (path, asked) = ("/open-apis/auth/v3/tenant_access_token/internal", 2);
    let requests = world.sandbox.latest_requests(50);
    let seen = requests.iter().filter(|(_, at, _)| at == path).count();
    assert_eq!(seen, asked, "once at each brand");
    // The other brand knows the app; with the real secret it would have given a token.
    assert_eq!(report.region, Region::Feishu);
    assert_eq!(report.status(ProbeId::Credentials), Status::Unknown);
}

/// Every selection of capabilities against an app that has nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_import_never_names_a_scope_that_the_console_refuses() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let app = ill(Illness::None);
    world.sandbox.change_app(app.app_id, |app| {
        app.user_scopes.clear();
        app.tenant_scopes.clear();
    });
    let candidate = Candidate {
        brand: Brand::Feishu,
        app_id: app.app_id.to_owned(),
        secret: Secret::new(app.secret),
    };
    for selection in 0_u32..1 << Capability::ALL.len() {
        let chosen: Vec<Capability> = Capability::ALL
            .into_iter()
            .enumerate()
            .filter(|(index, _)| selection & (1 << index) != 0)
            .map(|(_, capability)| capability)
            .collect();
        let mut entry = TenantEntry::clone(&world.entry);
        entry.rules.capabilities.clone_from(&chosen);
        let report = world
            .care
            .look(&entry, &candidate, &Standing::default())
            .await;
        let wanted = Capability::scopes_of(&chosen);
        for name in &wanted {
            assert!(!REFUSED_BY_CONSOLE.contains(&name.as_str()), "{name}");
        }
        let text = import_json(&report).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let user: Vec<&str> = value["scopes"]["user"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|name| name.as_str())
            .collect();
        // `offline_access` may hide from an app that may not read its own settings.
        let expected: Vec<&str> = wanted
            .iter()
            .map(String::as_str)
            .filter(|name| *name != "offline_access")
            .collect();
        assert_eq!(user, expected, "{chosen:?}");
        let own = report.scopes_in(ScopeState::Missing, TokenType::Tenant);
        assert_eq!(own.count(), 1 + crate::directory::SCOPES.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_kept_with_its_steps_and_clears_when_green() {
    let app = ill(Illness::ScopeMissing);
    let world = World::with(app.app_id, app.secret).await;
    let first = world.care.check(&world.entry).await.unwrap();
    assert!(first.red_since.is_some());
    assert_eq!(
        world.care.latest(world.entry.tenant.id).await.unwrap(),
        Some(first)
    );
    // Feishu being away neither clears nor raises anything.
    world
        .sandbox
        .add_fault(sandbox::Fault::new("*", sandbox::FaultKind::DropBefore));
    let blind = world.care.check(&world.entry).await.unwrap();
    assert!(!blind.report.heard());
    let kept = world.care.latest(world.entry.tenant.id).await.unwrap();
    assert!(kept.unwrap().red_since.is_some());
    world.sandbox.clear_faults();

    let steps = async || {
        let tx = world.store.scope(&world.operator()).read().await.unwrap();
        let reached = tx.onboarding().reached().await.unwrap();
        reached
            .into_iter()
            .map(|(step, _)| step)
            .collect::<Vec<_>>()
    };
    assert!(!steps().await.contains(&Milestone::Scopes));
    world.sandbox.change_app(app.app_id, |app| {
        app.user_scopes.insert("wiki:node:create".to_owned());
    });
    let mended = world.care.check(&world.entry).await.unwrap();
    assert_eq!(mended.red_since, None, "{:#?}", mended.report);
    assert!(steps().await.contains(&Milestone::Scopes));
    assert!(steps().await.contains(&Milestone::Redirect));
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_of_one_tenant_have_a_pace() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let mut refused = 0;
    for _ in 0..20 {
        let outcome = world.care.check_now(&world.entry).await;
        refused += u32::from(matches!(outcome, Err(CareError::TooOften)));
    }
    assert!(refused >= 5, "a stranger could try secrets through us");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_not_taken_and_another_app_neither() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let scope = world.store.scope(&world.operator());
    let (permit, record) = (world.permit(), world.record("app.rotate"));
    let act = Act {
        scope: &scope,
        permit: &permit,
        record: &record,
    };
    let wrong = world.care.rotate(&world.entry, Secret::new("wrong"), &act);
    let Err(RotationFault::Refused(report)) = wrong.await else {
        panic!("a wrong secret was taken");
    };
    assert_eq!(report.status(ProbeId::Credentials), Status::Broken);
    let app = Candidate {
        brand: Brand::Feishu,
        app_id: ill(Illness::None).app_id.to_owned(),
        secret: Secret::new(ill(Illness::None).secret),
    };
    let other = world.care.enter(&world.entry, &app, &act).await;
    assert!(matches!(other, Err(RotationFault::OtherApp)), "{other:?}");
    let none = world.care.roll_back(&world.entry, &act).await;
    assert!(matches!(none, Err(RotationFault::NothingBefore)));
    let kept = scope.read().await.unwrap().app().secret().await.unwrap();
    assert_eq!(kept.expose(), demo::APP_SECRET);
}

/// People call without a pause, their tokens are taken from them again and again, and the
/// secret changes at Feishu a while before it is entered here.
#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_while_the_secret_changes() {
    const PEOPLE: [&str; 3] = [demo::ADMIN, demo::DEVELOPER, demo::END_USER];
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let mut people = Vec::new();
    for user in PEOPLE {
        people.push(world.sign_in(user, demo::APP_SECRET).await);
    }
    let stop = std::sync::atomic::AtomicBool::new(false);
    let stopped = || stop.load(std::sync::atomic::Ordering::SeqCst);
    let calling = join_all(people.iter().map(async |principal| {
        let (mut good, mut bad) = (0_u32, Vec::new());
        while !stopped() {
            match world.call(principal).await {
                Ok(()) => good += 1,
                Err(error) => bad.push(error),
            }
        }
        (good, bad)
    }));
    let expiring = async {
        while !stopped() {
            world.sandbox.expire_tokens(&TokenFilter {
                kind: Some("access".to_owned()),
                ..TokenFilter::default()
            });
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    };
    let changing = async {
        let scope = world.store.scope(&world.operator());
        let permit = world.permit();
        let pause = || tokio::time::sleep(Duration::from_millis(700));
        for secret in ["second secret", "third secret"] {
            pause().await;
            let record = world.record("app.secret.announce");
            let act = Act {
                scope: &scope,
                permit: &permit,
                record: &record,
            };
            world.care.announce_secret(&act).await.unwrap();
            world
                .sandbox
                .change_app(demo::APP_ID, |app| secret.clone_into(&mut app.secret));
            // The administrator copies and pastes.
            pause().await;
            let record = world.record("app.secret.change");
            let act = Act {
                record: &record,
                scope: &scope,
                permit: &permit,
            };
            let changed = world.care.rotate(&world.entry, Secret::new(secret), &act);
            changed.await.unwrap();
        }
        pause().await;
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let (calls, (), ()) = tokio::join!(calling, expiring, changing);
    let good: u32 = calls.iter().map(|(good, _)| good).sum();
    for (_, bad) in &calls {
        assert_eq!(*bad, Vec::<String>::new());
    }
    assert!(good > 30, "{good} calls");
    assert!(world.sandbox.calls_of("authen.v2.oauth.token") > 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_app_ends_the_grants_of_the_one_before() {
    let world = World::with(demo::APP_ID, demo::APP_SECRET).await;
    let ann = world.sign_in(demo::END_USER, demo::APP_SECRET).await;
    assert_eq!(world.call(&ann).await, Ok(()));
    let scope = world.store.scope(&world.operator());
    let permit: Permit<ReplaceApp> = authorize(&world.entry.rules, &world.operator(), &()).unwrap();
    let record = world.record("app.replace");
    let act = Act {
        scope: &scope,
        permit: &permit,
        record: &record,
    };
    let app = ill(Illness::None);
    let candidate = Candidate {
        brand: Brand::Feishu,
        app_id: app.app_id.to_owned(),
        secret: Secret::new(app.secret),
    };
    world
        .care
        .replace(&world.entry, &candidate, &act)
        .await
        .unwrap();
    let directory = world.store.directory();
    let entry = directory
        .by_id(world.entry.tenant.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry.tenant.app_id, app.app_id);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let after = world.call(&ann).await;
    assert!(after.unwrap_err().contains("SignInNeeded"));
}
