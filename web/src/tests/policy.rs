//! What roles may do: drafts, publishing, conflicts, versions, and "why not?".

use http::StatusCode;
use model::{
    Capability, EntryKind, Principal, Purpose, Role, RoleSet,
    policy::{Effect, PlaceKind},
};
use store::{EntryFilter, Page};

use super::{Answer, Keeper, World};

const POLICY: &str = "/console/t/acme/policy";
const END_USER: &str = "/console/t/acme/policy/roles/end_user";
const DRAFT: &str = "/console/t/acme/policy/draft";
/// The form of a role that is not limited.
const OPEN: &str = "tools=all&ceiling=destroy&clients=any&keys=yes&only=&never=&days=";

impl World {
    async fn admin_named(&self, name: &str) -> Keeper {
        let roles = RoleSet::of(&[Role::Admin]);
        self.account(&self.acme, name, roles).await
    }

    async fn policy(&self, path: &str, keeper: &Keeper, form: &str) -> Answer {
        let csrf = self.look("/console/t/acme", &keeper.cookie).await.csrf();
        let form = format!("csrf={csrf}&{form}");
        self.post_with(path, &keeper.cookie, &form).await
    }
}

fn went(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.headers[http::header::LOCATION].to_str().unwrap()
}

#[tokio::test]
async fn a_change_waits_in_the_draft_until_it_is_published() {
    let world = World::new().await;
    let ann = world.admin_named("ann").await;
    let before = world.rules().await;
    let form = OPEN.replace("ceiling=destroy", "ceiling=read");
    let form = form.replace(
        "only=&",
        "only=https%3A%2F%2Facme.feishu.cn%2Fdrive%2Ffolder%2FfldcnABCDEFGHIJ+Team%0Awiki_space%3A7034502641455497244&",
    );
    let saved = world.policy(END_USER, &ann, &form).await;
    assert!(went(&saved).ends_with("/policy?done=saved"));
    assert_eq!(world.rules().await, before, "only a draft");
    let shown = world.look(DRAFT, &ann.cookie).await;
    assert!(shown.body.contains("folder:fldcnABCDEFGHIJ Team"));
    let published = world.policy(DRAFT, &ann, "act=publish").await;
    assert!(went(&published).ends_with("done=published"));
    let after = world.rules().await;
    let own = after.of(Role::EndUser).unwrap();
    assert_eq!(own.ceiling, Effect::Read);
    let kinds: Vec<_> = own.places.only.iter().map(|place| place.kind).collect();
    assert_eq!(kinds, [PlaceKind::Folder, PlaceKind::WikiSpace]);
    assert_eq!(after.version, before.version + 1);
    // The ledger names the version that the act made.
    let operator = Principal::platform(world.acme.id, Purpose::Operator);
    let tx = world.store.scope(&operator).read().await.unwrap();
    let filter = EntryFilter {
        kinds: vec![EntryKind::Admin],
        action: Some("policy.publish".to_owned()),
        ..EntryFilter::default()
    };
    let found = tx.ledger().list(&filter, &Page::first(5)).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.items[0].entry.policy_version, Some(after.version));
    assert!(found.items[0].entry.detail.contains("fldcnABCDEFGHIJ"));
    drop(tx);
    // Back to how it was, by the history.
    let history = world
        .look("/console/t/acme/policy/history", &ann.cookie)
        .await;
    assert!(history.body.contains("folder:fldcnABCDEFGHIJ"));
    let back = format!("version={}", before.version);
    let restored = world
        .policy("/console/t/acme/policy/history", &ann, &back)
        .await;
    assert!(went(&restored).ends_with("done=restored"));
    world.policy(DRAFT, &ann, "act=publish").await;
    assert_eq!(world.rules().await.roles, before.roles);
}

#[tokio::test]
async fn of_two_admins_the_second_is_told_and_overwrites_nothing() {
    let world = World::new().await;
    let (ann, ben) = (
        world.admin_named("ann").await,
        world.admin_named("ben").await,
    );
    let begun = world.rules().await;
    let reading = OPEN.replace("ceiling=destroy", "ceiling=read");
    world.policy(END_USER, &ann, &reading).await;
    let fewer = "pack=search";
    world.policy(POLICY, &ben, fewer).await;
    world.policy(DRAFT, &ann, "act=publish").await;
    let refused = world.policy(DRAFT, &ben, "act=publish").await;
    assert!(went(&refused).ends_with("/policy/draft"));
    let rules = world.rules().await;
    assert_eq!(rules.of(Role::EndUser).unwrap().ceiling, Effect::Read);
    assert_eq!(rules.capabilities, begun.capabilities);
    let shown = world.look(DRAFT, &ben.cookie).await;
    assert!(shown.body.contains("version 2"), "{}", shown.body);
    // What Ann published would be taken back: that is said before it happens.
    let stale = world.policy(DRAFT, &ben, "act=take_over&version=1").await;
    assert!(went(&stale).ends_with("/policy/draft"));
    world.policy(DRAFT, &ben, "act=publish").await;
    assert_eq!(world.rules().await.version, 2, "taken over by nobody");
    world.policy(DRAFT, &ben, "act=take_over&version=2").await;
    let published = world.policy(DRAFT, &ben, "act=publish").await;
    assert!(went(&published).ends_with("done=published"));
    assert_eq!(world.rules().await.capabilities, [Capability::Search]);
}

#[tokio::test]
async fn sharing_outside_waits_for_an_admin_to_publish_it() {
    let world = World::new().await;
    let ann = world.admin_named("ann").await;
    assert!(!world.rules().await.external_sharing);
    world
        .policy(POLICY, &ann, "pack=sharing&external_sharing=on")
        .await;
    assert!(!world.rules().await.external_sharing, "only prepared");
    let shown = world.look(DRAFT, &ann.cookie).await;
    let line = "Sharing outside the organisation";
    assert!(shown.body.contains(line), "{}", shown.body);
    world.policy(DRAFT, &ann, "act=publish").await;
    assert!(world.rules().await.external_sharing);
    // Left out of the form is off.
    world.policy(POLICY, &ann, "pack=sharing").await;
    world.policy(DRAFT, &ann, "act=publish").await;
    assert!(!world.rules().await.external_sharing);
}

#[tokio::test]
async fn a_switch_does_not_stand_in_the_way_of_a_draft_and_is_kept() {
    let world = World::new().await;
    let (ann, ben) = (
        world.admin_named("ann").await,
        world.admin_named("ben").await,
    );
    world.policy(POLICY, &ann, "pack=search").await;
    let switches = "/console/t/acme/connections/switches";
    world.policy(switches, &ben, "version=1&tool=search").await;
    assert!(world.rules().await.read_only);
    let published = world.policy(DRAFT, &ann, "act=publish").await;
    assert!(went(&published).ends_with("done=published"));
    let rules = world.rules().await;
    assert_eq!(rules.capabilities, [Capability::Search]);
    assert!(rules.read_only, "the switch stays as it was set");
}

#[tokio::test]
async fn a_role_is_made_named_limited_and_removed_while_nobody_has_it() {
    let world = World::new().await;
    let ann = world.admin_named("ann").await;
    let roles = "/console/t/acme/policy/roles";
    let nameless = world.policy(roles, &ann, "en=Interns&zh=").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.body.contains("value=\"Interns\""));
    let made = world
        .policy(roles, &ann, "en=Interns&zh=%E5%AE%9E%E4%B9%A0%E7%94%9F")
        .await;
    assert!(went(&made).contains("/roles/custom_0"));
    let role = "/console/t/acme/policy/roles/custom_0";
    let form = format!("{OPEN}&en=Interns&zh=%E5%AE%9E%E4%B9%A0%E7%94%9F&tool=search");
    let form = form.replace("tools=all", "tools=only");
    world.policy(role, &ann, &form).await;
    world.policy(DRAFT, &ann, "act=publish").await;
    let first = Role::from_name("custom_0").unwrap();
    let own = world.rules().await.of(first).cloned().unwrap();
    assert_eq!(own.name.unwrap().en, "Interns");
    assert!(own.tools.has("search") && !own.tools.has("doc_read"));
    // Somebody has it: it stays.
    let lin = world.person(&world.acme, "lin").await;
    let operator = Principal::platform(world.acme.id, Purpose::Operator);
    let tx = world.store.scope(&operator).write().await.unwrap();
    let rules = tx.rules().read().await.unwrap();
    let permit =
        model::policy::authorize::<model::policy::ManageTenant>(&rules, &operator, &()).unwrap();
    let given = RoleSet::of(&[first]);
    tx.members()
        .set_roles(&permit, lin.member.id, given)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let kept = world.policy(role, &ann, "remove=yes").await;
    assert!(went(&kept).ends_with("done=in_use"));
    assert!(world.rules().await.of(first).is_some());
}

#[tokio::test]
async fn what_names_no_place_is_refused_and_what_was_typed_stays() {
    let world = World::new().await;
    let ann = world.admin_named("ann").await;
    for line in [
        "Plans",
        "https%3A%2F%2Fevil.test%2Fdocx%2FdoxcnABCDEFGHIJ",
        "docx%3A..%2Fx",
    ] {
        let form = OPEN.replace("never=", &format!("never={line}"));
        let refused = world.policy(END_USER, &ann, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{line}");
        assert!(refused.body.contains("role=\"alert\""));
    }
    let long = OPEN.replace("days=", "days=0");
    let refused = world.policy(END_USER, &ann, &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = world
        .look("/console/t/acme/policy/roles/custom_7", &ann.cookie)
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let auditor = world
        .look("/console/t/acme/policy/roles/auditor", &ann.cookie)
        .await;
    assert_eq!(auditor.status, StatusCode::NOT_FOUND, "it opens no tools");
}

#[tokio::test]
async fn why_not_names_the_first_question_that_fails() {
    let world = World::new().await;
    let ann = world.admin_named("ann").await;
    let lin = world.person(&world.acme, "lin").await;
    let ask = |tool: &str, effect: &str| {
        format!(
            "{POLICY}/why?who={}&tool={tool}&effect={effect}",
            lin.member.id
        )
    };
    let allowed = world.look(&ask("doc_create", "write"), &ann.cookie).await;
    assert!(
        allowed.body.contains("badge good\">Allowed"),
        "{}",
        allowed.body
    );
    let reading = OPEN.replace("ceiling=destroy", "ceiling=read");
    world.policy(END_USER, &ann, &reading).await;
    world.policy(DRAFT, &ann, "act=publish").await;
    let refused = world.look(&ask("doc_create", "write"), &ann.cookie).await;
    assert!(refused.body.contains("badge bad\">Refused"));
    assert!(refused.body.contains("Stronger than it allows"));
    let reads = world.look(&ask("doc_read", "read"), &ann.cookie).await;
    assert!(reads.body.contains("badge good\">Allowed"));
}

#[tokio::test]
async fn the_policy_is_for_admins_of_the_tenant_with_its_own_forms() {
    let world = World::new().await;
    let auditor = RoleSet::of(&[Role::Auditor, Role::Billing, Role::Developer]);
    let eve = world.account(&world.acme, "eve", auditor).await;
    let mallory = world
        .account(&world.other, "mallory", RoleSet::of(&[Role::Owner]))
        .await;
    for path in [
        POLICY,
        END_USER,
        DRAFT,
        "/console/t/acme/policy/history",
        "/console/t/acme/policy/why",
    ] {
        for (keeper, status) in [
            (&eve, StatusCode::FORBIDDEN),
            (&mallory, StatusCode::NOT_FOUND),
        ] {
            let page = world.look(path, &keeper.cookie).await;
            assert_eq!(page.status, status, "{path}");
        }
    }
    let ann = world.admin_named("ann").await;
    let before = world.rules().await;
    for form in ["pack=search", "csrf=fmcx_wrong&pack=search"] {
        let refused = world.post_with(POLICY, &ann.cookie, form).await;
        assert_ne!(refused.status, StatusCode::SEE_OTHER, "{form}");
    }
    world.policy(DRAFT, &ann, "act=publish").await;
    assert_eq!(world.rules().await, before);
}
