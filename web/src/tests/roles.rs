//! The role mapping, as admins and owners work with it.

use http::StatusCode;
use model::{
    Principal, Purpose, Role, RoleSet,
    role_mapping::{PersonFacts, Standing},
};
use store::{EntryFilter, FeishuGroup, KnownPerson, Page};

use super::{Answer, Keeper, World};

const ROLES: &str = "/console/t/acme/roles";
const EVIL: &str = "<img src=x> \u{202e}drow";

impl World {
    async fn mapper(&self, name: &str) -> Keeper {
        let roles = RoleSet::of(&[Role::Admin]);
        self.account(&self.acme, name, roles).await
    }

    async fn change(&self, keeper: &Keeper, path: &str, form: &str) -> Answer {
        let csrf = self.look(ROLES, &keeper.cookie).await.csrf();
        let form = format!("csrf={csrf}&{form}");
        self.post_with(&format!("{ROLES}/{path}"), &keeper.cookie, &form)
            .await
    }

    async fn add(&self, keeper: &Keeper, form: &str) -> Answer {
        self.change(keeper, "draft", &format!("do=add&{form}"))
            .await
    }

    async fn save(&self, keeper: &Keeper) -> Answer {
        let page = self.look(ROLES, &keeper.cookie).await.body;
        let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap();
        let seen = seen.split('"').next().unwrap().to_owned();
        self.change(keeper, "save", &format!("seen={seen}")).await
    }

    /// What Feishu would have shown.
    async fn directory(&self) {
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let tx = self.store.scope(&operator).write().await.unwrap();
        let group = FeishuGroup {
            id: "g_evil".to_owned(),
            name: EVIL.to_owned(),
        };
        tx.enterprise().keep_groups(1, &[group]).await.unwrap();
        let people = ["Ann", "Zoe"].map(|name| KnownPerson {
            name: name.to_owned(),
            facts: PersonFacts {
                open_id: format!("ou_{name}"),
                standing: Standing::Works,
                groups: Some(["g_evil".to_owned()].into()),
                departments: Some(vec![]),
                ..PersonFacts::default()
            },
        });
        tx.enterprise().keep_people(1, &people).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn held(&self, open_id: &str) -> String {
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let tx = self.store.scope(&operator).read().await.unwrap();
        let found = tx.members().find_by_open_id(open_id).await.unwrap();
        found.unwrap().roles.names()
    }

    async fn details(&self, action: &str) -> Vec<String> {
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let tx = self.store.scope(&operator).read().await.unwrap();
        let all = tx.ledger();
        let all = all.list(&EntryFilter::default(), &Page::first(50)).await;
        let entries = all.unwrap().items.into_iter().map(|one| one.entry);
        let entries = entries.filter(|entry| entry.action == action);
        entries.map(|entry| entry.detail).collect()
    }
}

#[tokio::test]
async fn a_change_is_prepared_previewed_saved_and_recorded() {
    let world = World::new().await;
    let ann = world.person(&world.acme, "Ann").await;
    world.directory().await;
    let keeper = world.mapper("kim").await;
    let page = world.look(ROLES, &keeper.cookie).await.body;
    assert!(page.contains("Nobody has changed these rules yet"));
    assert!(
        page.contains("2 people"),
        "the rule for everyone reaches both"
    );

    let answer = world
        .add(&keeper, "kind=group&id=g_evil&gives=developer")
        .await;
    assert_eq!(answer.location(), format!("{ROLES}?done=added"));
    assert_eq!(world.held("ou_Ann").await, "end_user", "nothing holds yet");
    let page = world.look(ROLES, &keeper.cookie).await.body;
    for part in [
        "What changes when you save",
        "1 gain",
        "End user, Developer",
        "rule 1, rule 2",
        "1 more people who have not signed in yet",
        "Developer opens parts of the console",
    ] {
        assert!(page.contains(part), "{part} is missing from {page}");
    }
    assert!(!page.contains("<img"), "markup of a group's name");
    assert!(!page.contains('\u{202e}'), "bidi of a group's name");

    let answer = world.save(&keeper).await;
    assert_eq!(answer.location(), format!("{ROLES}?done=saved"));
    assert_eq!(world.held("ou_Ann").await, "end_user developer");
    let changes = world.details("role_mapping.change").await;
    assert!(changes[0].contains("g_evil") && changes[0].contains("before"));
    assert_eq!(world.details("member.roles").await.len(), 1);

    // Her connection ends with her last role.
    world.grant(&world.acme, &ann, "Cursor").await;
    let kind = "kind=person&id=ou_Ann&gives=no_access";
    world.add(&keeper, kind).await;
    world.change(&keeper, "draft", "do=up&place=1").await;
    let page = world.look(ROLES, &keeper.cookie).await.body;
    assert!(page.contains("1 lose all access"), "{page}");
    world.save(&keeper).await;
    assert_eq!(world.held("ou_Ann").await, "");
    assert_eq!(world.details("grant.revoke").await.len(), 1);
    let own = world.get("/t/acme/connections", Some(&ann)).await;
    assert_ne!(own.status, StatusCode::OK, "her browser is out too");
}

#[tokio::test]
async fn of_two_admins_the_second_is_told_and_overwrites_nothing() {
    let world = World::new().await;
    world.directory().await;
    let (kim, lee) = (world.mapper("kim").await, world.mapper("lee").await);
    for keeper in [&kim, &lee] {
        world
            .add(keeper, "kind=group&id=g_evil&gives=developer")
            .await;
    }
    let page = world.look(ROLES, &lee.cookie).await.body;
    assert!(page.contains("1 gain") || page.contains("more people"));
    assert_eq!(
        world.save(&kim).await.location(),
        format!("{ROLES}?done=saved")
    );
    let page = world.look(ROLES, &lee.cookie).await.body;
    assert!(page.contains("Somebody else saved other rules"));
    assert!(!page.contains("id=\"save\""));
    let late = world.change(&lee, "save", "seen=0").await;
    assert_eq!(late.location(), format!("{ROLES}?done=conflict"));
    assert_eq!(world.details("role_mapping.change").await.len(), 1);
    let gone = world.change(&lee, "draft", "do=discard").await;
    assert_eq!(gone.location(), format!("{ROLES}?done=discarded"));
    let page = world.look(ROLES, &lee.cookie).await.body;
    assert!(!page.contains("What changes when you save"));
}

#[tokio::test]
async fn what_no_rule_may_do_is_refused_with_its_reason() {
    let world = World::new().await;
    world.directory().await;
    let keeper = world.mapper("kim").await;
    for (form, words) in [
        ("kind=group&id=..%2F&gives=admin", "This is no id of Feishu"),
        (
            "kind=person&id=lin.wei&gives=admin",
            "This is no id of Feishu",
        ),
        ("kind=group&id=g_evil&gives=owner", "Choose a role"),
        ("kind=group&id=g_evil&gives=root", "Choose a role"),
        ("kind=everyone&gives=end_user", "in the list already"),
    ] {
        let answer = world.add(&keeper, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains(words), "{form}: {}", answer.body);
    }
    // An admin could mean itself.
    world
        .add(&keeper, "kind=group&id=g_evil&gives=auditor")
        .await;
    let answer = world.save(&keeper).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Only an owner gives or takes"));
    let roles = RoleSet::of(&[Role::Owner]);
    let owner = world.account(&world.acme, "olga", roles).await;
    world
        .add(&owner, "kind=group&id=g_evil&gives=auditor")
        .await;
    let answer = world.save(&owner).await;
    assert_eq!(answer.location(), format!("{ROLES}?done=saved"));
}

#[tokio::test]
async fn somebody_is_looked_up_with_every_rule_that_was_read() {
    let world = World::new().await;
    world.person(&world.acme, "Ann").await;
    world.directory().await;
    let keeper = world.mapper("kim").await;
    let list = world
        .look(&format!("{ROLES}/people?q=zo"), &keeper.cookie)
        .await;
    assert!(list.body.contains("Zoe") && !list.body.contains("Ann"));
    let path = format!("{ROLES}/people?person=ou_Ann");
    let page = world.look(&path, &keeper.cookie).await.body;
    for part in ["Works here", "Everyone who signs in", "fits", "rule 1"] {
        assert!(page.contains(part), "{part} is missing from {page}");
    }
    let search = format!("{ROLES}/add?kind=group&q=DROW");
    let found = world.look(&search, &keeper.cookie).await;
    assert!(found.body.contains("g_evil"));
    let pasted = format!("{ROLES}/add?kind=department&q=od-123");
    assert!(
        world
            .look(&pasted, &keeper.cookie)
            .await
            .body
            .contains("Use this id")
    );
}

#[tokio::test]
async fn the_mapping_is_for_admins_of_the_tenant_with_a_form_of_their_own() {
    let world = World::new().await;
    let keeper = world.mapper("kim").await;
    let billing = RoleSet::of(&[Role::Billing]);
    let clerk = world.account(&world.acme, "bill", billing).await;
    let admin = RoleSet::of(&[Role::Admin]);
    let stranger = world.account(&world.other, "eve", admin).await;
    for (who, status) in [
        (&clerk, StatusCode::FORBIDDEN),
        (&stranger, StatusCode::NOT_FOUND),
    ] {
        for path in ["", "/add", "/people", "/people?person=ou_Ann"] {
            let page = world.look(&format!("{ROLES}{path}"), &who.cookie).await;
            assert_eq!(page.status, status, "{path}");
        }
        for path in ["draft", "save", "sync"] {
            let answer = world
                .post_with(&format!("{ROLES}/{path}"), &who.cookie, "csrf=x")
                .await;
            assert_eq!(answer.status, status, "{path}");
        }
    }
    for path in ["draft", "save", "sync"] {
        let form = "csrf=wrong&do=add&kind=everyone&gives=admin&seen=0";
        let path = format!("{ROLES}/{path}");
        let answer = world.post_with(&path, &keeper.cookie, form).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert!(world.details("directory.sync").await.is_empty());
}
