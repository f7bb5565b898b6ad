//! Who has access to the console: inviting, accepting, changing and taking away.

use std::time::Duration;

use http::{StatusCode, header};
use model::{AccountId, Role, RoleSet};

use super::{Answer, Keeper, World};

const PEOPLE: &str = "/console/t/acme/people";
const PASSWORD: &str = "password=correct+horse+battery&again=correct+horse+battery";

impl World {
    async fn keeper_of(&self, name: &str, roles: &[Role]) -> Keeper {
        self.account(&self.acme, name, RoleSet::of(roles)).await
    }

    /// Posts a form of the people pages with the keeper's own form token.
    async fn people(&self, path: &str, keeper: &Keeper, form: &str) -> Answer {
        let csrf = self.look("/console/t/acme", &keeper.cookie).await.csrf();
        let form = format!("csrf={csrf}&{form}");
        self.post_with(path, &keeper.cookie, &form).await
    }

    /// The path of a fresh invitation.
    async fn invite(&self, keeper: &Keeper, email: &str, roles: &str) -> String {
        let form = format!("email={email}&{roles}");
        let page = self.people(PEOPLE, keeper, &form).await;
        assert_eq!(page.status, StatusCode::OK);
        let start = page.body.find("/invite/fmln_").unwrap();
        let rest = &page.body[start..];
        rest[..rest.find('<').unwrap()].to_owned()
    }

    async fn roles_of(&self, id: AccountId) -> RoleSet {
        use model::{Principal, Purpose};
        let scope = self
            .store
            .scope(&Principal::platform(self.acme.id, Purpose::SignIn));
        let tx = scope.read().await.unwrap();
        tx.console_access().roles_of(id).await.unwrap()
    }
}

fn person(keeper: &Keeper) -> String {
    format!("{PEOPLE}/{}", keeper.account.id)
}

fn session(answer: &Answer) -> String {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_makes_an_account_of_its_address_once() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let link = world.invite(&ann, "Ben@Example.com", "role=billing").await;
    let page = world.get(&link, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("ben@example.com"));
    let again = world.get(&link, None).await;
    assert_eq!(again.status, StatusCode::OK, "looking does not use it up");
    for weak in [
        "name=Ben&password=short&again=short",
        "name=Ben&password=correct+horse+battery&again=another+horse+battery",
        "name=+&password=correct+horse+battery&again=correct+horse+battery",
    ] {
        let answer = world.post(&link, None, weak).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
    }
    // What the form must not set.
    let form = format!("name=Ben&{PASSWORD}&email=eve%40example.com&role=owner&operator=true");
    let answer = world.post(&link, None, &form).await;
    assert_eq!(answer.location(), "/console/t/acme");
    let page = world.look("/console/t/acme", &session(&answer)).await;
    assert_eq!(page.status, StatusCode::OK);
    let tx = world.store.platform("look").read().await.unwrap();
    let ben = tx.accounts().by_email("ben@example.com").await.unwrap();
    let ben = ben.unwrap();
    assert!(!ben.operator);
    assert!(
        tx.accounts()
            .by_email("eve@example.com")
            .await
            .unwrap()
            .is_none()
    );
    drop(tx);
    assert_eq!(world.roles_of(ben.id).await, RoleSet::of(&[Role::Billing]));
    assert_eq!(world.get(&link, None).await.status, StatusCode::GONE);
    let answer = world.post(&link, None, &form).await;
    assert_eq!(answer.status, StatusCode::GONE);
    let recorded = world.recorded(&world.acme).await;
    let led: Vec<&str> = recorded.iter().map(String::as_str).collect();
    assert!(led.ends_with(&["people.invite", "people.accept", "console.sign_in"]));
}

#[tokio::test]
async fn an_invitation_ends_by_time_by_hand_and_by_a_newer_one() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let first = world.invite(&ann, "ben@example.com", "role=admin").await;
    let second = world.invite(&ann, "ben@example.com", "role=admin").await;
    assert_eq!(world.get(&first, None).await.status, StatusCode::GONE);
    assert_eq!(world.get(&second, None).await.status, StatusCode::OK);
    let page = world.look(PEOPLE, &ann.cookie).await;
    let id = page.body.split("name=\"invite\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let withdraw = format!("{PEOPLE}/withdraw");
    let form = format!("invite={id}");
    let foreign = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let csrf = world.look("/console/t/other", &foreign.cookie).await.csrf();
    let answer = world
        .post_with(
            "/console/t/other/people/withdraw",
            &foreign.cookie,
            &format!("csrf={csrf}&{form}"),
        )
        .await;
    assert!(answer.location().ends_with("done=gone"), "another tenant's");
    let answer = world.people(&withdraw, &ann, &form).await;
    assert!(answer.location().ends_with("done=withdrawn"));
    assert_eq!(world.get(&second, None).await.status, StatusCode::GONE);
    let answer = world.people(&withdraw, &ann, &form).await;
    assert!(answer.location().ends_with("done=gone"));
    let late = world.invite(&ann, "ben@example.com", "role=admin").await;
    world.clock.advance(Duration::from_hours(7 * 24 + 1));
    let form = format!("name=Ben&{PASSWORD}");
    let answer = world.post(&late, None, &form).await;
    assert_eq!(answer.status, StatusCode::GONE);
}

#[tokio::test]
async fn only_the_invited_address_accepts() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let nobody = RoleSet::EMPTY;
    let ben = world.account(&world.other, "ben", nobody).await;
    let eve = world.account(&world.other, "eve", nobody).await;
    let link = world.invite(&ann, "ben@example.com", "role=admin").await;
    let page = world.get(&link, None).await;
    assert!(
        page.body.contains("/sign-in?return_to=%2Finvite%2F"),
        "an address with an account signs in first"
    );
    let form = format!("name=Ben&{PASSWORD}");
    let answer = world.post(&link, None, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let csrf = world.look(&link, &eve.cookie).await.csrf();
    let answer = world
        .post_with(&link, &eve.cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.roles_of(eve.account.id).await, nobody);
    let forged = world.post_with(&link, &ben.cookie, "csrf=x").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(world.roles_of(ben.account.id).await, nobody);
    let csrf = world.look(&link, &ben.cookie).await.csrf();
    let answer = world
        .post_with(&link, &ben.cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(answer.location(), "/console/t/acme");
    assert_eq!(
        world.roles_of(ben.account.id).await,
        RoleSet::of(&[Role::Admin])
    );
}

#[tokio::test]
async fn an_admin_gives_no_role_that_sees_or_does_more_than_its_own() {
    let world = World::new().await;
    let owner = world.keeper_of("ann", &[Role::Owner]).await;
    let admin = world.keeper_of("ben", &[Role::Admin]).await;
    let third = world.keeper_of("cat", &[Role::Billing]).await;
    for role in ["owner", "auditor"] {
        let form = format!("email=x%40example.com&role={role}");
        let answer = world.people(PEOPLE, &admin, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
        let form = format!("was=billing&role=billing&role={role}");
        let answer = world.people(&person(&third), &admin, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
    }
    let answer = world
        .people(&person(&owner), &admin, "was=owner&remove=yes")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world
        .people(&person(&admin), &admin, "was=admin&role=admin&role=billing")
        .await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody changes its own roles"
    );
    let answer = world
        .people(&person(&third), &admin, "was=billing&role=developer")
        .await;
    assert!(answer.location().ends_with("done=saved"));
    let developer = RoleSet::of(&[Role::Developer]);
    assert_eq!(world.roles_of(third.account.id).await, developer);
    let answer = world
        .people(&person(&third), &owner, "was=developer&role=auditor")
        .await;
    assert!(answer.location().ends_with("done=saved"));
    let answer = world
        .people(&person(&third), &admin, "was=auditor&role=billing")
        .await;
    assert!(answer.location().ends_with("done=saved"));
    assert_eq!(
        world.roles_of(third.account.id).await,
        RoleSet::of(&[Role::Auditor, Role::Billing]),
        "what the admin cannot take stays"
    );
}

#[tokio::test]
async fn the_second_of_two_admins_is_told_and_overwrites_nothing() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let ben = world.keeper_of("ben", &[Role::Admin]).await;
    let cat = world.keeper_of("cat", &[Role::Billing]).await;
    let first = world
        .people(&person(&cat), &ann, "was=billing&role=developer")
        .await;
    assert!(first.location().ends_with("done=saved"));
    let second = world
        .people(&person(&cat), &ben, "was=billing&role=admin")
        .await;
    assert!(second.location().ends_with("done=conflict"));
    let developer = RoleSet::of(&[Role::Developer]);
    assert_eq!(world.roles_of(cat.account.id).await, developer);
    let notice = world.look(second.location(), &ben.cookie).await;
    assert!(notice.body.contains("somebody else changed these roles"));
}

#[tokio::test]
async fn access_that_is_taken_away_is_gone_with_the_next_request() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let cat = world.keeper_of("cat", &[Role::Admin]).await;
    let empty = world.people(&person(&cat), &ann, "was=admin").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world
        .people(&person(&cat), &ann, "was=admin&remove=yes")
        .await;
    assert!(answer.location().ends_with("people?done=removed"));
    let page = world.look(PEOPLE, &cat.cookie).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let entry = &world.entries(&world.acme).await[0].entry;
    assert_eq!(entry.action, "people.roles");
    assert_eq!(entry.detail, r#"{"before":"admin","after":""}"#);
}

#[tokio::test]
async fn people_are_for_those_who_manage_them_and_of_one_tenant() {
    let world = World::new().await;
    let ann = world.keeper_of("ann", &[Role::Owner]).await;
    let bill = world.keeper_of("bill", &[Role::Billing]).await;
    assert_eq!(
        world.look(PEOPLE, &bill.cookie).await.status,
        StatusCode::FORBIDDEN
    );
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    assert_eq!(
        world.look(PEOPLE, &eve.cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let foreign = format!("/console/t/other/people/{}", ann.account.id);
    assert_eq!(
        world.look(&foreign, &eve.cookie).await.status,
        StatusCode::NOT_FOUND,
        "an account without access here"
    );
    let forged = world
        .post_with(PEOPLE, &ann.cookie, "csrf=x&email=a%40b.cn&role=admin")
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let page = world.look(PEOPLE, &ann.cookie).await;
    assert!(page.body.contains("ann@example.com") && !page.body.contains("eve@example.com"));
}
