//! Against the sandbox's contact family.

use std::{sync::Arc, time::Duration};

use ::tests::{Database, On};
use bus::{Bus, Wake};
use feishu::{Hosts, Transport, TransportOptions};
use model::{
    Access, Brand, Clock, CustomRole, Entropy, EntryKind, Limits, Locale, Member, MemberId, NodeId,
    OsEntropy, Principal, Purpose, Role, RoleSet, SystemClock, Tenant,
    policy::{ManageTenant, authorize},
    role_mapping::{Gives, RoleMapping, Standing, Whom},
};
use sandbox::{
    Fault, FaultKind, RunningSandbox, SandboxOptions, User, UserGroup, UserStatus, demo,
};
use store::{EntryFilter, NewGrant, NewMember, NewTenant, Page, Store, StoreOptions, TenantTx};
use url::Url;
use vault::{KeyRing, MasterKey, Secret, Token, TokenKind, Vault};

use super::*;
use crate::{
    app_care::{AppCare, AppCareParts},
    events::{EventCare, EventOptions, EventParts},
};

pub(crate) struct World {
    pub(crate) sandbox: RunningSandbox,
    pub(crate) store: Store,
    pub(crate) bus: Bus,
    pub(crate) care: DirectoryCare,
    pub(crate) tenant: Tenant,
    _database: Database,
}

impl World {
    pub(crate) async fn on(on: On) -> Self {
        let sandbox = sandbox::start(SandboxOptions {
            listen: "127.0.0.1:0".parse().unwrap(),
            state_file: None,
            redirect_urls: vec![],
            rate_limits: false,
            seed: true,
        })
        .await
        .unwrap();
        let database = Database::fresh(on);
        store::migrate(&database.owner_url).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let ring = KeyRing::new(
            MasterKey::derive("a passphrase of the tests").unwrap(),
            vec![],
        )
        .unwrap();
        let store = Store::connect(
            StoreOptions::new(&database.url),
            Arc::clone(&clock),
            Arc::clone(&entropy),
            Vault::new(ring, Arc::clone(&entropy)),
        )
        .await
        .unwrap();
        let tx = store.platform("the tests' tenant").write().await.unwrap();
        let new = NewTenant {
            slug: "acme".parse().unwrap(),
            name: "Acme".to_owned(),
            brand: Brand::Feishu,
            app_id: demo::APP_ID.to_owned(),
            app_secret: Secret::new(demo::APP_SECRET),
            capabilities: vec![],
            limits: Limits::default(),
            locale: Locale::En,
        };
        let tenant = tx.tenants().add(new).await.unwrap();
        tx.commit().await.unwrap();
        let bus = Bus::local(NodeId::mint(&SystemClock, &OsEntropy));
        let hosts = Hosts::at(&Url::parse(&sandbox.base_url()).unwrap());
        let care = DirectoryCare::new(DirectoryParts {
            store: store.clone(),
            bus: bus.clone(),
            transport: Transport::new(TransportOptions {
                tries: 1,
                ..TransportOptions::default()
            })
            .unwrap(),
            hosts: Arc::new(move |_| hosts.clone()),
            clock,
            entropy,
            options: DirectoryOptions {
                pace: Duration::ZERO,
                fresh_for: Duration::from_millis(1),
                ..DirectoryOptions::default()
            },
        });
        Self {
            sandbox,
            store,
            bus,
            care,
            tenant,
            _database: database,
        }
    }

    pub(crate) async fn write(&self) -> TenantTx {
        let operator = Principal::platform(self.tenant.id, Purpose::Operator);
        self.store.scope(&operator).write().await.unwrap()
    }

    pub(crate) fn open_id(&self, key: &str) -> String {
        self.sandbox.open_id(demo::APP_ID, key).unwrap()
    }

    /// Somebody of the sandbox who signed in once.
    pub(crate) async fn member(&self, key: &str) -> MemberId {
        let tx = self.write().await;
        let new = NewMember {
            open_id: self.open_id(key),
            union_id: None,
            name: key.to_owned(),
            avatar_url: None,
            roles: RoleSet::of(&[Role::EndUser]),
        };
        let member = tx.members().upsert_signed_in(new).await.unwrap();
        tx.commit().await.unwrap();
        member.id
    }

    pub(crate) async fn get(&self, id: MemberId) -> Member {
        let tx = self.write().await;
        tx.members().get(id).await.unwrap().unwrap()
    }

    pub(crate) async fn roles(&self, id: MemberId) -> String {
        self.get(id).await.roles.names()
    }

    pub(crate) async fn rules(&self, rules: &[RoleMapping]) {
        let entry = self.store.directory().by_id(self.tenant.id).await.unwrap();
        let operator = Principal::platform(self.tenant.id, Purpose::Operator);
        let permit = authorize::<ManageTenant>(&entry.unwrap().rules, &operator, &()).unwrap();
        let tx = self.write().await;
        let seen = tx.role_mappings().read().await.unwrap().mappings.version;
        let kept = tx
            .role_mappings()
            .replace(&permit, seen, rules, "test")
            .await;
        assert_eq!(kept.unwrap(), Some(seen + 1));
        tx.commit().await.unwrap();
    }

    pub(crate) async fn sync(&self) -> SyncReport {
        self.care
            .sync(&self.tenant, Extent::Everybody)
            .await
            .unwrap()
    }

    pub(crate) async fn connect(&self, member: MemberId) {
        let tx = self.write().await;
        let ends = tx.now() + Duration::from_hours(1);
        tx.grants()
            .add(NewGrant {
                member,
                client: model::Id::mint(&SystemClock, &OsEntropy),
                client_name: "Cursor",
                vouched_by: None,
                returns_to: "",
                access: Access::Write,
                resource: "https://x/t/acme/mcp",
                expires_at: ends,
            })
            .await
            .unwrap();
        let session = Token::mint(TokenKind::PageSession, &OsEntropy).hash();
        tx.pages().open(member, &session, ends).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn connections(&self, member: MemberId) -> usize {
        let tx = self.write().await;
        tx.grants().list_of(member).await.unwrap().len()
    }

    pub(crate) async fn actions(&self) -> Vec<(EntryKind, String)> {
        let tx = self.write().await;
        let all = tx
            .ledger()
            .list(&EntryFilter::default(), &Page::first(50))
            .await;
        let entries = all.unwrap().items.into_iter().map(|stored| stored.entry);
        entries.map(|entry| (entry.kind, entry.action)).collect()
    }

    pub(crate) fn leaves(&self, key: &str, status: UserStatus) {
        assert!(self.sandbox.set_user_status(demo::TENANT_KEY, key, status));
    }

    /// The keeper of events beside the one of people.
    pub(crate) fn events(&self, options: EventOptions) -> EventCare {
        let parts = self.care.parts();
        EventCare::new(EventParts {
            store: self.store.clone(),
            bus: self.bus.clone(),
            directory: self.care.clone(),
            apps: AppCare::new(AppCareParts {
                store: self.store.clone(),
                bus: self.bus.clone(),
                transport: parts.transport.clone(),
                hosts: Arc::clone(&parts.hosts),
                clock: Arc::clone(&parts.clock),
                entropy: Arc::clone(&parts.entropy),
                redirect_url: "http://localhost:8788/callback".to_owned(),
            }),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            options,
        })
    }
}

fn group(id: &str) -> Whom {
    Whom::Group { id: id.to_owned() }
}

fn gives(whom: Whom, role: Role) -> RoleMapping {
    RoleMapping::new(whom, Gives::Role(role), "")
}

async fn roles_follow_groups_departments_and_people(on: On) {
    let world = World::on(on).await;
    let lin = world.member(demo::ADMIN).await;
    let sun = world.member("sun.jie").await;
    let zhao = world.member(demo::END_USER).await;
    let report = world.sync().await;
    assert_eq!(
        (report.people, report.departments, report.groups),
        (14, 8, 4)
    );
    assert!(report.is_whole() && !report.blind, "{report:?}");
    assert_eq!(world.roles(lin).await, "end_user", "nobody set rules");

    let tx = world.write().await;
    let people = tx.enterprise().find_people("孙", 5).await.unwrap();
    let facts = people[0].facts.clone();
    assert_eq!(facts.standing, Standing::Works);
    let rd = facts.departments.unwrap()[0][1].clone();
    let place = tx.departments().of(sun).await.unwrap().unwrap();
    assert_eq!(place.name, "客户端研发部", "calls are counted there");
    drop(tx);

    let own = Role::Custom(CustomRole::at(0).unwrap());
    let below = Whom::Department {
        id: rd,
        below: true,
    };
    world
        .rules(&[
            gives(group(demo::GROUP_ADMINS), Role::Admin),
            gives(group(demo::GROUP_DEVELOPERS), Role::Developer),
            gives(below, own),
            RoleMapping::new(group(demo::GROUP_PRODUCT), Gives::NoAccess, ""),
            gives(group(demo::GROUP_EVERYONE), Role::EndUser),
        ])
        .await;
    let report = world.sync().await;
    assert_eq!((report.changed, report.left), (3, 0));
    assert_eq!(world.roles(lin).await, "end_user admin");
    // In the group through the department, and the department is below the one of the rule.
    assert_eq!(world.roles(sun).await, "end_user developer custom_0");
    assert_eq!(world.roles(zhao).await, "", "refused by the group's rule");

    world.sandbox.change_tenant(demo::TENANT_KEY, |tenant| {
        let admins = tenant.groups.get_mut(demo::GROUP_ADMINS).unwrap();
        admins.users = vec!["sun.jie".to_owned()];
    });
    world.sync().await;
    assert_eq!(world.roles(lin).await, "end_user");
    assert_eq!(world.roles(sun).await, "end_user developer admin custom_0");
    let members = world.care.sync(&world.tenant, Extent::Members).await;
    let members = members.unwrap();
    assert_eq!(
        (members.people, members.changed),
        (3, 0),
        "the same result with fewer questions"
    );
}

async fn who_left_loses_everything_in_the_same_look(on: On) {
    let world = World::on(on).await;
    let zhao = world.member(demo::END_USER).await;
    let chen = world.member(demo::DEVELOPER).await;
    for member in [zhao, chen] {
        world.connect(member).await;
    }
    world.sync().await;
    assert_eq!(world.connections(zhao).await, 1);

    let mut wakes = world.bus.subscribe();
    world.leaves(demo::END_USER, UserStatus::Resigned);
    world.leaves(demo::DEVELOPER, UserStatus::Frozen);
    let report = world.sync().await;
    assert_eq!((report.changed, report.left), (2, 2), "{report:?}");
    for member in [zhao, chen] {
        assert_eq!(world.roles(member).await, "");
        assert_eq!(world.connections(member).await, 0);
    }
    let mut told = Vec::new();
    while let Ok(wake) = wakes.try_recv() {
        told.push(wake);
    }
    let tenant = world.tenant.id;
    for member in [zhao, chen] {
        assert!(told.contains(&Wake::MemberRevoked { tenant, member }));
    }
    let actions = world.actions().await;
    let revoked = (EntryKind::Revocation, "grant.revoke".to_owned());
    let changed = (EntryKind::Admin, "member.roles".to_owned());
    for expected in [revoked, changed] {
        let count = actions.iter().filter(|one| **one == expected).count();
        assert_eq!(count, 2, "{expected:?} in {actions:?}");
    }

    // Welcomed back: the rules hold again, what was taken stays taken.
    world.leaves(demo::END_USER, UserStatus::Active);
    world.sync().await;
    assert_eq!(world.roles(zhao).await, "end_user");
    assert_eq!(world.connections(zhao).await, 0);
}

async fn one_person_is_asked_for_at_a_refresh(on: On) {
    let world = World::on(on).await;
    let zhao = world.member(demo::END_USER).await;
    world.connect(zhao).await;
    world
        .rules(&[gives(group(demo::GROUP_PRODUCT), Role::EndUser)])
        .await;
    let reconsider = async || {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let done = world.care.reconsider(world.tenant.id, zhao).await;
        done.unwrap();
    };
    // Before any look at everybody.
    reconsider().await;
    assert_eq!(world.roles(zhao).await, "end_user");

    world
        .sandbox
        .add_fault(Fault::new("/open-apis/contact/*", FaultKind::Status));
    world.leaves(demo::END_USER, UserStatus::Resigned);
    reconsider().await;
    assert_eq!(world.connections(zhao).await, 1, "no answer takes nothing");
    world.sandbox.clear_faults();
    reconsider().await;
    assert_eq!(world.connections(zhao).await, 0);
    assert_eq!(world.roles(zhao).await, "");
}

async fn a_look_that_fails_takes_nothing_from_anybody(on: On) {
    let world = World::on(on).await;
    let lin = world.member(demo::ADMIN).await;
    world.sync().await;
    world
        .rules(&[gives(group(demo::GROUP_ADMINS), Role::Admin)])
        .await;
    world.sync().await;
    assert_eq!(world.roles(lin).await, "admin");
    let contact = "/open-apis/contact/*";
    let mut slow = Fault::new(contact, FaultKind::RateLimit);
    slow.reset_s = Some(600);
    for (fault, trouble) in [
        (slow, SyncTrouble::Limited),
        (
            Fault::new(contact, FaultKind::Status),
            SyncTrouble::Unreachable,
        ),
        (
            Fault::new(contact, FaultKind::Malformed),
            SyncTrouble::Unreachable,
        ),
    ] {
        world.sandbox.add_fault(fault);
        let report = world.sync().await;
        assert_eq!(report.trouble, Some(trouble), "{report:?}");
        world.sandbox.clear_faults();
        assert_eq!(world.roles(lin).await, "admin");
    }
    let state = world.write().await.enterprise().sync().await.unwrap();
    let state = state.unwrap();
    assert!(state.good_at < state.ended_at, "the page tells both");

    // Groups out of reach: departments and people are read, the groups stay as they were known.
    world.sandbox.change_app(demo::APP_ID, |app| {
        app.tenant_scopes.remove("contact:group:readonly");
    });
    let report = world.sync().await;
    assert_eq!(report.trouble, Some(SyncTrouble::Scopes));
    assert!(report.missing.contains("contact:group:readonly"));
    assert_eq!((report.people, report.groups), (14, 0));
    assert_eq!(world.roles(lin).await, "admin");

    world.sandbox.change_app(demo::APP_ID, |app| {
        "another".clone_into(&mut app.secret);
    });
    world.care.forget_session(world.tenant.id);
    let report = world.sync().await;
    assert_eq!(report.trouble, Some(SyncTrouble::App), "{report:?}");
    assert!(report.code.is_some());
    assert_eq!(world.roles(lin).await, "admin");
}

async fn large_enterprises_are_read_page_by_page(on: On) {
    let world = World::on(on).await;
    world.sandbox.change_tenant(demo::TENANT_KEY, |tenant| {
        for n in 0..120 {
            let user = User {
                key: format!("more.{n:03}"),
                name: format!("More {n}"),
                departments: vec!["platform".to_owned()],
                ..User::default()
            };
            tenant.users.insert(user.key.clone(), user);
            let group = UserGroup {
                id: format!("g_more_{n:03}"),
                name: format!("More {n}"),
                kind: 1,
                users: (0..n).map(|n| format!("more.{n:03}")).collect(),
                ..UserGroup::default()
            };
            tenant.groups.insert(group.id.clone(), group);
        }
    });
    // The first answers come too fast for Feishu: waited for, not given up.
    let mut slow = Fault::new("*/find_by_department", FaultKind::RateLimit).times(2);
    slow.reset_s = Some(1);
    world.sandbox.add_fault(slow);
    let report = world.sync().await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.people, report.groups), (134, 124));
    let tx = world.write().await;
    assert_eq!(tx.enterprise().count().await.unwrap(), 134);
    let first = tx.enterprise().person(&world.open_id("more.000")).await;
    let groups = first.unwrap().unwrap().facts.groups.unwrap();
    assert_eq!(groups.len(), 119 + 1, "all that list it, and everyone's");
}

::tests::on_both! {
    roles_follow_groups_departments_and_people,
    who_left_loses_everything_in_the_same_look,
    one_person_is_asked_for_at_a_refresh,
    a_look_that_fails_takes_nothing_from_anybody,
    large_enterprises_are_read_page_by_page,
}
