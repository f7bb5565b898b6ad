//! Role mapping: what is kept, what comes of it for members, what is taken back.

use std::time::Duration;

use model::{
    Access, Member, Role, RoleSet,
    role_mapping::{Gives, PersonFacts, RoleMapping, Standing, Whom},
};
use store::{FeishuDepartment, FeishuGroup, KnownPerson, NewApiKey, NewGrant, StoreError};
use vault::{Token, TokenKind};

use crate::{
    on_both,
    support::{Bench, permit, person},
};

fn rule(whom: Whom, role: Role) -> RoleMapping {
    RoleMapping::new(whom, Gives::Role(role), "")
}

fn group(id: &str) -> Whom {
    Whom::Group { id: id.to_owned() }
}

fn known(open_id: &str, groups: &[&str], departments: &[&[&str]]) -> KnownPerson {
    let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    KnownPerson {
        name: format!("name of {open_id}"),
        facts: PersonFacts {
            open_id: open_id.to_owned(),
            union_id: Some(open_id.replace("ou_", "on_")),
            standing: Standing::Works,
            groups: Some(groups.iter().map(|one| (*one).to_owned()).collect()),
            departments: Some(departments.iter().map(|chain| owned(chain)).collect()),
        },
    }
}

async fn ann(bench: &Bench) -> Member {
    let tx = bench.write(&bench.acme).await;
    let ann = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ann
}

async fn roles_come_from_rules_and_facts(bench: &Bench) {
    let ann = ann(bench).await;
    let tx = bench.write(&bench.acme).await;
    let kept = tx.role_mappings().read().await.unwrap();
    assert_eq!(kept.mappings.version, 0);
    assert_eq!(kept.mappings.rules, [RoleMapping::newcomers()]);
    let change = tx.role_mappings().apply(ann.id).await.unwrap().unwrap();
    assert!(!change.changed(), "nobody set rules");

    let people = [known("ou_ann", &["g_it"], &[&["od-a", "od-top"]])];
    tx.enterprise().keep_people(1, &people).await.unwrap();
    let rules = [
        rule(group("g_it"), Role::Admin),
        rule(
            Whom::Department {
                id: "od-top".to_owned(),
                below: true,
            },
            Role::Developer,
        ),
    ];
    let version = tx
        .role_mappings()
        .replace(&permit(&bench.acme), 0, &rules, "Lin")
        .await
        .unwrap();
    assert_eq!(version, Some(1));
    let change = tx.role_mappings().apply(ann.id).await.unwrap().unwrap();
    let expected = RoleSet::of(&[Role::Admin, Role::Developer]);
    assert_eq!(change.settled.roles, expected);
    let stored = tx.members().get(ann.id).await.unwrap().unwrap();
    assert_eq!(stored.roles, expected);

    tx.enterprise()
        .keep_standing("ou_ann", Standing::Left)
        .await
        .unwrap();
    let change = tx.role_mappings().apply(ann.id).await.unwrap().unwrap();
    assert_eq!(change.settled.roles, RoleSet::EMPTY);
    // Whoever left stays known as such, whatever a later look at everybody finds.
    tx.enterprise().forget_unseen(9).await.unwrap();
    let left = tx.enterprise().person("on_ann").await.unwrap().unwrap();
    assert_eq!(left.facts.standing, Standing::Left);
}

async fn the_second_of_two_admins_overwrites_no_rules(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    let (mappings, permit) = (tx.role_mappings(), permit(&bench.acme));
    let first = [RoleMapping::newcomers()];
    assert_eq!(
        mappings.replace(&permit, 0, &first, "Ann").await.unwrap(),
        Some(1)
    );
    assert_eq!(
        mappings.replace(&permit, 0, &[], "Bob").await.unwrap(),
        None
    );
    let kept = mappings.read().await.unwrap();
    assert_eq!(
        (kept.by_name.as_str(), kept.mappings.rules.len()),
        ("Ann", 1)
    );
    assert_eq!(
        mappings.replace(&permit, 1, &[], "Bob").await.unwrap(),
        Some(2)
    );
}

async fn rules_are_changed_with_a_permit_of_the_same_tenant(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    let foreign = permit(&bench.other);
    let refused = tx.role_mappings().replace(&foreign, 0, &[], "Eve").await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
    let owner = [rule(Whom::Everyone, Role::Owner)];
    let refused = tx
        .role_mappings()
        .replace(&permit(&bench.acme), 0, &owner, "Eve")
        .await;
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
    let author = uuid::Uuid::from_u128(7);
    let kept = tx
        .role_mappings()
        .keep_draft(&foreign, author, 0, &[])
        .await;
    assert!(matches!(kept, Err(StoreError::ForeignPermit)));
}

async fn rules_made_before_anybody_set_some_show_what_holds(bench: &Bench) {
    let ann = ann(bench).await;
    let tx = bench.write(&bench.acme).await;
    let roles = RoleSet::of(&[Role::EndUser, Role::Admin, Role::Owner]);
    tx.members()
        .set_roles(&permit(&bench.acme), ann.id, roles)
        .await
        .unwrap();
    let kept = tx.role_mappings().read().await.unwrap();
    let shown: Vec<_> = kept
        .mappings
        .rules
        .iter()
        .map(|rule| (rule.whom.id(), rule.gives.name()))
        .collect();
    assert_eq!(
        shown,
        [("ou_ann", "admin".to_owned()), ("", "end_user".to_owned())]
    );
    let rules = kept.mappings.rules;
    tx.role_mappings()
        .replace(&permit(&bench.acme), 0, &rules, "Ann")
        .await
        .unwrap();
    let change = tx.role_mappings().apply(ann.id).await.unwrap().unwrap();
    assert!(!change.changed(), "putting them in force changes nothing");
}

async fn who_may_nothing_any_more_loses_all_that_works_in_its_name(bench: &Bench) {
    let ann = ann(bench).await;
    let tx = bench.write(&bench.acme).await;
    let entropy = model::OsEntropy;
    let ends = tx.now() + Duration::from_hours(1);
    tx.grants()
        .add(NewGrant {
            member: ann.id,
            client: model::Id::mint(&model::SystemClock, &entropy),
            client_name: "Cursor",
            vouched_by: None,
            returns_to: "",
            access: Access::Write,
            resource: "https://x/t/acme/mcp",
            expires_at: ends,
        })
        .await
        .unwrap();
    let key = Token::mint(TokenKind::ApiKey, &entropy);
    tx.api_keys()
        .add(NewApiKey {
            member: ann.id,
            name: "script",
            hash: &key.hash(),
            hint: "abcd",
            access: Access::Read,
            expires_at: ends,
        })
        .await
        .unwrap();
    let session = Token::mint(TokenKind::PageSession, &entropy).hash();
    tx.pages().open(ann.id, &session, ends).await.unwrap();

    let cut = tx.role_mappings().cut_off(ann.id, false, "no_role").await;
    let cut = cut.unwrap();
    assert_eq!((cut.grants.len(), cut.keys.len(), cut.sessions), (1, 1, 0));
    let cut = tx.role_mappings().cut_off(ann.id, true, "left").await;
    let cut = cut.unwrap();
    assert_eq!((cut.grants.len(), cut.keys.len(), cut.sessions), (0, 0, 1));
    let row = tx.pages().session(&session).await.unwrap().unwrap();
    assert!(row.revoked_at.is_some());
}

async fn the_enterprise_is_found_by_parts_of_names(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    let all = tx.enterprise();
    let groups = ["IT 管理员", "100% Fun", "Sales"].map(|name| FeishuGroup {
        id: format!("g_{}", name.len()),
        name: name.to_owned(),
    });
    all.keep_groups(1, &groups).await.unwrap();
    let names = async |text: &str| -> Vec<String> {
        let found = all.find_groups(text, 10).await.unwrap();
        found.into_iter().map(|group| group.name).collect()
    };
    assert_eq!(names("it ").await, ["IT 管理员"]);
    assert_eq!(names("管理").await, ["IT 管理员"]);
    assert_eq!(names("%").await, ["100% Fun"]);
    assert_eq!(names("_").await, [""; 0]);
    assert_eq!(names("g_5").await, ["Sales"]);
    all.keep_groups(2, &groups[2..]).await.unwrap();
    assert_eq!(all.groups().await.unwrap().len(), 1, "gone at Feishu");

    let tree = [
        ("od-c", "od-b"),
        ("od-b", "od-a"),
        ("od-a", "0"),
        ("od-x", ""),
    ];
    let tree = tree.map(|(id, parent)| FeishuDepartment {
        id: id.to_owned(),
        parent: parent.to_owned(),
        custom: String::new(),
        name: id.to_owned(),
    });
    all.keep_departments(1, &tree).await.unwrap();
    let chain = all.chain("od-c").await.unwrap().unwrap();
    assert_eq!(chain, ["od-c", "od-b", "od-a"]);
    assert_eq!(
        all.chain("od-x").await.unwrap(),
        None,
        "its place is hidden"
    );
    assert_eq!(all.chain("od-none").await.unwrap(), None);
}

async fn one_replica_looks_at_a_time(bench: &Bench) {
    let lease = Duration::from_mins(5);
    let tx = bench.write(&bench.acme).await;
    let round = tx.enterprise().begin_sync(lease).await.unwrap();
    assert_eq!(round, Some(1));
    assert_eq!(tx.enterprise().begin_sync(lease).await.unwrap(), None);
    let state = tx.enterprise().sync().await.unwrap().unwrap();
    assert!(state.is_running(tx.now()));
    assert!(tx.enterprise().end_sync(1, true, true, "{}").await.unwrap());
    tx.commit().await.unwrap();
    let tx = bench.write(&bench.acme).await;
    let state = tx.enterprise().sync().await.unwrap().unwrap();
    assert!(!state.is_running(tx.now()) && state.good_at == state.full_at);
    assert!(state.good_at.is_some());
    assert_eq!(tx.enterprise().begin_sync(lease).await.unwrap(), Some(2));
    let late = tx.enterprise().end_sync(1, true, true, "late").await;
    assert!(!late.unwrap(), "its lease was over");
}

on_both!(
    roles_come_from_rules_and_facts,
    the_second_of_two_admins_overwrites_no_rules,
    rules_are_changed_with_a_permit_of_the_same_tenant,
    rules_made_before_anybody_set_some_show_what_holds,
    who_may_nothing_any_more_loses_all_that_works_in_its_name,
    the_enterprise_is_found_by_parts_of_names,
    one_replica_looks_at_a_time,
);
