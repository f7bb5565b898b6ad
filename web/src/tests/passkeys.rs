//! Passkeys: made on the account page, used to sign in and to prove oneself again.

use std::time::Duration;

use http::{StatusCode, header};
use model::{Role, RoleSet};
use serde_json::Value;

use super::{
    Answer, Keeper, World,
    authenticator::Device,
    sign_in::{PASSWORD, session},
};

pub(super) const OWN: &str = "/console/account/passkeys";
pub(super) const SIGN_IN: &str = "/sign-in/passkey";
pub(super) const STEP_UP: &str = "/console/step-up/passkey";

/// A form as browsers send it.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

impl World {
    /// A question to the browser with this cookie: the question, and the cookie with which it is
    /// answered.
    pub(super) async fn asked(&self, path: &str, cookie: &str) -> (Value, String) {
        let csrf = if cookie.is_empty() {
            String::new()
        } else {
            self.look("/console/account", cookie).await.csrf()
        };
        let path = format!("{path}/options");
        let answer = self
            .post_with(&path, cookie, &form(&[("csrf", &csrf)]))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let cookie = format!("{cookie}; {}", session(&answer));
        let cookie = cookie.trim_start_matches("; ").to_owned();
        (serde_json::from_str(&answer.body).unwrap(), cookie)
    }

    pub(super) async fn answer(&self, path: &str, cookie: &str, credential: &str) -> Answer {
        let page = self.look("/console/account", cookie).await;
        let csrf = if page.status == StatusCode::OK {
            page.csrf()
        } else {
            String::new()
        };
        let fields = [("csrf", csrf.as_str()), ("credential", credential)];
        self.post_with(path, cookie, &form(&fields)).await
    }

    /// Adds the device's passkey to an account.
    pub(super) async fn add_passkey(&self, keeper: &Keeper, device: &mut Device) -> Answer {
        let (asked, cookie) = self.asked(OWN, &keeper.cookie).await;
        self.answer(OWN, &cookie, &device.make(&asked)).await
    }

    /// Signs in by the device.
    pub(super) async fn enter_by(&self, device: &mut Device) -> Answer {
        let (asked, cookie) = self.asked(SIGN_IN, "").await;
        self.answer(SIGN_IN, &cookie, &device.prove(&asked)).await
    }

    async fn passkeys(&self, keeper: &Keeper) -> Vec<store::Passkey> {
        let tx = self.store.platform("look").read().await.unwrap();
        tx.passkeys().list_of(keeper.account.id).await.unwrap()
    }

    async fn change_passkey(&self, keeper: &Keeper, id: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.look("/console/account", &keeper.cookie).await.csrf();
        let all = [&[("csrf", csrf.as_str())], fields].concat();
        self.post_with(&format!("{OWN}/{id}"), &keeper.cookie, &form(&all))
            .await
    }
}

/// That nobody was let in, and what the page says.
pub(super) fn refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert!(answer.body.contains(words), "{words}: {}", answer.body);
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_stands_for_both_factors() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let tx = world.store.platform("protect").write().await.unwrap();
    let factors = tx.account_factors();
    let secret = factors.offer(ann.account.id).await.unwrap().unwrap();
    let code = secret.code_at(tx.now()).unwrap();
    factors
        .confirm(ann.account.id, &code)
        .await
        .unwrap()
        .unwrap();
    let sessions = tx.account_sessions();
    let here = sessions.list_of(ann.account.id).await.unwrap()[0].id;
    sessions.prove(here, true).await.unwrap();
    tx.commit().await.unwrap();
    let mut device = Device::new(1);
    let added = world.add_passkey(&ann, &mut device).await;
    assert_eq!(added.location(), "/console/account?done=passkey-added");
    let by_password = world.try_to("ann@example.com", PASSWORD, "").await;
    assert_eq!(by_password.location(), "/sign-in/second-factor");
    let (asked, cookie) = world.asked(SIGN_IN, "").await;
    assert_eq!(asked["userVerification"], "required");
    assert_eq!(asked["allowCredentials"], serde_json::json!([]));
    let credential = device.prove(&asked);
    let fields = [
        ("credential", credential.as_str()),
        ("return_to", "/console/account"),
    ];
    let answer = world.post_with(SIGN_IN, &cookie, &form(&fields)).await;
    assert_eq!(
        answer.location(),
        "/console/account",
        "no code was asked for"
    );
    let page = world.look("/console/account", &session(&answer)).await;
    assert!(page.body.contains("ann@example.com"));
}

#[tokio::test]
async fn a_new_passkey_is_discoverable_and_verifies_its_user() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let mut device = Device::new(1);
    world.add_passkey(&ann, &mut device).await;
    let (asked, _) = world.asked(OWN, &ann.cookie).await;
    let wanted = &asked["authenticatorSelection"];
    assert_eq!(wanted["residentKey"], "required");
    assert_eq!(wanted["userVerification"], "required");
    assert_eq!(asked["rp"]["id"], "mcp.example.com");
    assert_eq!(asked["attestation"], "none");
    let known = asked["excludeCredentials"].as_array().unwrap();
    assert_eq!(known.len(), 1, "a device makes no second one");
}

#[tokio::test]
async fn adding_needs_a_fresh_proof_and_our_own_form() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let (asked, cookie) = world.asked(OWN, &ann.cookie).await;
    let made = Device::new(1).make(&asked);
    let foreign = [("csrf", "x"), ("credential", made.as_str())];
    let answer = world.post_with(OWN, &cookie, &form(&foreign)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    world.clock.advance(Duration::from_mins(11));
    let csrf = world.look("/console/account", &cookie).await.csrf();
    let late = form(&[("csrf", &csrf), ("credential", &made), ("remove", "yes")]);
    for path in [
        OWN,
        "/console/account/passkeys/options",
        "/console/account/passkeys/pky_none",
    ] {
        let answer = world.post_with(path, &cookie, &late).await;
        assert!(answer.location().starts_with("/console/step-up?"), "{path}");
    }
    assert_eq!(world.passkeys(&ann).await, []);
}

#[tokio::test]
async fn another_accounts_passkey_cannot_be_attached() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let roles = RoleSet::of(&[Role::Owner]);
    let eve = world.account(&world.other, "eve", roles).await;
    let mut device = Device::new(1);
    world.add_passkey(&ann, &mut device).await;
    // Eve says that she has Ann's credential, with a key of her own.
    let taken = world.add_passkey(&eve, &mut device.forged()).await;
    refused(&taken, "in use already");
    // Ann's question, answered in Eve's session.
    let (asked, cookie) = world.asked(OWN, &ann.cookie).await;
    let question = cookie.split("; ").nth(1).unwrap();
    let mixed = format!("{}; {question}", eve.cookie);
    let answer = world
        .answer(OWN, &mixed, &Device::new(2).make(&asked))
        .await;
    refused(&answer, "took too long");
    assert_eq!(world.passkeys(&eve).await, []);
    let answer = world.enter_by(&mut device).await;
    let page = world.look("/console/account", &session(&answer)).await;
    assert!(page.body.contains("ann@example.com"));
}

#[tokio::test]
async fn passkeys_are_named_and_renamed_by_their_owner_alone() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let roles = RoleSet::of(&[Role::Owner]);
    let eve = world.account(&world.other, "eve", roles).await;
    world.add_passkey(&ann, &mut Device::new(1)).await;
    let passkey = &world.passkeys(&ann).await[0];
    assert_eq!(
        passkey.name, "Passkey",
        "the browser of the tests has no name"
    );
    let id = passkey.id.to_string();
    let foreign = world.change_passkey(&eve, &id, &[("name", "Mine")]).await;
    assert_eq!(foreign.location(), "/console/account?done=passkey-gone");
    let foreign = world.change_passkey(&eve, &id, &[("remove", "yes")]).await;
    assert_eq!(foreign.location(), "/console/account?done=passkey-gone");
    let empty = world.change_passkey(&ann, &id, &[("name", " ")]).await;
    refused(&empty, "1 to 80 characters");
    let renamed = world
        .change_passkey(&ann, &id, &[("name", " My \u{202e}phone ")])
        .await;
    assert_eq!(renamed.location(), "/console/account?done=passkey-renamed");
    assert_eq!(world.passkeys(&ann).await[0].name, "My phone");
    let page = world.look("/console/account", &ann.cookie).await;
    assert!(page.body.contains("<bdi>My phone</bdi>"));
}

#[tokio::test]
async fn the_last_way_to_sign_in_is_not_removed() {
    let world = World::new().await;
    let roles = RoleSet::of(&[Role::Admin]);
    let ben = world.account(&world.acme, "ben", roles).await;
    let mut device = Device::new(1);
    world.add_passkey(&ben, &mut device).await;
    let id = world.passkeys(&ben).await[0].id.to_string();
    let last = world.change_passkey(&ben, &id, &[("remove", "yes")]).await;
    refused(&last, "only way to sign in");
    let other = session(&world.enter_by(&mut device).await);
    world.add_passkey(&ben, &mut Device::new(2)).await;
    let removed = world.change_passkey(&ben, &id, &[("remove", "yes")]).await;
    assert_eq!(removed.location(), "/console/account?done=passkey-removed");
    let page = world.look("/console/account", &other).await;
    assert!(
        page.location().starts_with("/sign-in"),
        "its session is over"
    );
    let page = world.look("/console/account", &ben.cookie).await;
    assert_eq!(page.status, StatusCode::OK, "this one is not");
    refused(&world.enter_by(&mut device).await, "not known here");
}
