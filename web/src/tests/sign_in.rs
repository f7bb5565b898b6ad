//! Signing in to the console, by password and by link.

use std::time::Duration;

use http::{StatusCode, header};
use model::{Role, RoleSet};
use store::{AccountLink, LinkPurpose};
use vault::{PasswordText, Secret, Token, TokenKind};

use super::{Answer, Keeper, World};

pub(super) const PASSWORD: &str = "a long passphrase";

impl World {
    /// Ann, an admin with a password.
    pub(super) async fn keeper(&self) -> Keeper {
        let roles = RoleSet::of(&[Role::Admin]);
        let keeper = self.account(&self.acme, "ann", roles).await;
        let secret = Secret::new(PASSWORD.to_owned());
        let hash = PasswordText::hash(&secret, self.entropy.as_ref()).unwrap();
        let tx = self.store.platform("a password").write().await.unwrap();
        let id = keeper.account.id;
        tx.accounts().set_password(id, hash.as_str()).await.unwrap();
        tx.commit().await.unwrap();
        keeper
    }

    pub(super) async fn try_to(&self, email: &str, password: &str, return_to: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("email", email),
                ("password", password),
                ("return_to", return_to),
            ])
            .finish();
        self.post("/sign-in", None, &form).await
    }

    pub(super) async fn link(&self, keeper: &Keeper, purpose: LinkPurpose) -> String {
        let token = Token::mint(TokenKind::Link, self.entropy.as_ref());
        let tx = self.store.platform("a link").write().await.unwrap();
        let link = AccountLink {
            account: Some(keeper.account.id),
            tenant: None,
            detail: "{}".to_owned(),
            expires_at: tx.now() + Duration::from_mins(15),
        };
        tx.account_links()
            .add(purpose, &token.hash(), &link)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        match purpose {
            LinkPurpose::SetPassword => format!("/sign-in/password/{}", token.expose()),
            _ => format!("/sign-in/link/{}", token.expose()),
        }
    }
}

/// The session that an answer opened.
pub(super) fn session(answer: &Answer) -> String {
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_right_password_opens_the_console() {
    let world = World::new().await;
    world.keeper().await;
    let answer = world.try_to("ANN@example.com ", PASSWORD, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/console");
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-account=fmas_", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let page = world.look("/console", &session(&answer)).await;
    assert_eq!(page.location(), "/console/t/acme", "the only one is opened");
}

#[tokio::test]
async fn every_failed_attempt_gets_the_same_answer() {
    let world = World::new().await;
    let keeper = world.keeper().await;
    let ben = world
        .account(&world.acme, "ben", RoleSet::of(&[Role::Admin]))
        .await;
    assert_eq!(ben.account.email, "ben@example.com", "he has no password");
    let mut bodies = Vec::new();
    for (email, password) in [
        ("ann@example.com", "wrong"),
        ("ben@example.com", PASSWORD),
        ("who@example.com", PASSWORD),
    ] {
        let answer = world.try_to(email, password, "").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{email}");
        bodies.push(answer.body.replace(email, ""));
    }
    let tx = world.store.platform("block").write().await.unwrap();
    tx.accounts()
        .set_active(keeper.account.id, false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let blocked = world.try_to("ann@example.com", PASSWORD, "").await;
    bodies.push(blocked.body.replace("ann@example.com", ""));
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn a_sign_in_leads_to_our_own_pages_only() {
    let world = World::new().await;
    world.keeper().await;
    for (asked, led) in [
        ("/console/t/acme?x=1", "/console/t/acme?x=1"),
        ("//evil.test", "/console"),
        ("https://evil.test/", "/console"),
        ("/\\evil.test", "/console"),
    ] {
        let answer = world.try_to("ann@example.com", PASSWORD, asked).await;
        assert_eq!(answer.location(), led, "{asked}");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_taken_over() {
    let world = World::new().await;
    world.keeper().await;
    let planted = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Admin]))
        .await;
    let answer = world.try_to("ann@example.com", PASSWORD, "").await;
    assert_ne!(session(&answer), planted.cookie);
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let world = World::new().await;
    world.keeper().await;
    let answer = world.try_to("ann@example.com", PASSWORD, "").await;
    let cookie = session(&answer);
    let page = world.look("/console/t/acme", &cookie).await;
    let form = format!("csrf={}", page.csrf());
    let forged = world.post_with("/sign-out", &cookie, "csrf=x").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let left = world.post_with("/sign-out", &cookie, &form).await;
    assert_eq!(left.location(), "/sign-in");
    let page = world.look("/console/t/acme", &cookie).await;
    assert!(page.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_link_signs_in_once_and_looking_does_not_use_it_up() {
    let world = World::new().await;
    let keeper = world.keeper().await;
    let link = world.link(&keeper, LinkPurpose::SignIn).await;
    for _ in 0..2 {
        let page = world.get(&link, None).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("ann"));
    }
    let used = world.post(&link, None, "").await;
    assert_eq!(used.location(), "/console");
    assert_eq!(world.post(&link, None, "").await.status, StatusCode::GONE);
    assert_eq!(world.get(&link, None).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_is_for_one_purpose() {
    let world = World::new().await;
    let keeper = world.keeper().await;
    let other = world.link(&keeper, LinkPurpose::SetPassword).await;
    let other = other.replace("/password/", "/link/");
    assert_eq!(world.post(&other, None, "").await.status, StatusCode::GONE);
    let late = world.link(&keeper, LinkPurpose::SignIn).await;
    world.clock.advance(Duration::from_mins(16));
    assert_eq!(world.post(&late, None, "").await.status, StatusCode::GONE);
    let nonsense = world.post("/sign-in/link/x", None, "").await;
    assert_eq!(nonsense.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_list_names_only_what_the_account_may_open() {
    let world = World::new().await;
    let roles = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", roles).await;
    world.give(&world.other, ann.account.id, roles).await;
    let page = world.look("/console", &ann.cookie).await;
    assert!(page.body.contains("/console/t/acme") && page.body.contains("/console/t/other"));
    world
        .give(&world.other, ann.account.id, RoleSet::EMPTY)
        .await;
    let page = world.look("/console", &ann.cookie).await;
    assert_eq!(page.location(), "/console/t/acme");
}

#[tokio::test]
async fn guessing_is_slowed_and_the_owner_can_still_come_in_from_elsewhere() {
    let world = World::new().await;
    world.keeper().await;
    for _ in 0..5 {
        let answer = world.try_to("ann@example.com", "wrong", "").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = world.try_to("ann@example.com", PASSWORD, "").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn a_step_up_takes_the_own_password_and_makes_the_session_fresh() {
    let world = World::new().await;
    let ann = world.keeper().await;
    world.clock.advance(Duration::from_mins(11));
    let page = world.look(
        "/console/step-up?return_to=%2Fconsole%2Ft%2Facme",
        &ann.cookie,
    );
    let csrf = page.await.csrf();
    let fresh = async || {
        let tx = world.store.platform("look").read().await.unwrap();
        let sessions = tx.account_sessions().list_of(ann.account.id).await.unwrap();
        sessions[0].proven_at == tx.now()
    };
    let wrong = format!("csrf={csrf}&password=wrong");
    let answer = world
        .post_with("/console/step-up", &ann.cookie, &wrong)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!fresh().await);
    let foreign = format!("csrf=x&password={}", PASSWORD.replace(' ', "+"));
    let answer = world
        .post_with("/console/step-up", &ann.cookie, &foreign)
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!fresh().await);
    let form = format!(
        "csrf={csrf}&password={}&return_to=%2Fconsole%2Ft%2Facme",
        PASSWORD.replace(' ', "+")
    );
    let answer = world
        .post_with("/console/step-up", &ann.cookie, &form)
        .await;
    assert_eq!(answer.location(), "/console/t/acme");
    assert!(fresh().await);
}

#[tokio::test]
async fn a_password_is_chosen_once_and_ends_the_other_sessions() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let link = world.link(&ann, LinkPurpose::SetPassword).await;
    let refused = world.post(&link, None, "password=short&again=short").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let differs = "password=correct+horse+battery&again=another+horse+battery";
    let refused = world.post(&link, None, differs).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = "password=correct+horse+battery&again=correct+horse+battery";
    let answer = world.post(&link, None, form).await;
    assert_eq!(answer.location(), "/console");
    let page = world.look("/console/t/acme", &ann.cookie).await;
    assert!(
        page.location().starts_with("/sign-in"),
        "the old session is over"
    );
    let again = world.post(&link, None, form).await;
    assert_eq!(again.status, StatusCode::GONE);
    let answer = world
        .try_to("ann@example.com", "correct horse battery", "")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = world.try_to("ann@example.com", PASSWORD, "").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
