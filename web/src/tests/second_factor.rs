//! The second factor of accounts.

use std::time::Duration;

use http::{StatusCode, header};
use model::{Role, RoleSet};
use store::LinkPurpose;
use vault::TotpSecret;

use super::{
    Answer, Keeper, World,
    authenticator::Device,
    sign_in::{PASSWORD, session},
};

const FACTOR: &str = "/console/account/second-factor";
const STEP: &str = "/sign-in/second-factor";
const HALF_MINUTE: Duration = Duration::from_secs(30);

impl World {
    /// Puts a second factor in force, half a minute ago.
    async fn protect(&self, keeper: &Keeper) -> TotpSecret {
        let tx = self.store.platform("protect").write().await.unwrap();
        let factors = tx.account_factors();
        let id = keeper.account.id;
        let secret = factors.offer(id).await.unwrap().unwrap();
        let code = secret.code_at(tx.now()).unwrap();
        factors.confirm(id, &code).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        self.clock.advance(HALF_MINUTE);
        secret
    }

    fn code(&self, secret: &TotpSecret) -> String {
        use model::Clock as _;
        secret.code_at(self.clock.now()).unwrap()
    }

    /// The cookie of a sign-in that waits for its second factor.
    async fn step(&self) -> String {
        let answer = self.try_to("ann@example.com", PASSWORD, "/console/t/acme");
        waits(&answer.await)
    }

    async fn finish(&self, step: &str, code: &str) -> Answer {
        self.post_with(STEP, step, &format!("code={}", code.replace(' ', "+")))
            .await
    }

    async fn post_own(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let csrf = self.look("/console/account", cookie).await.csrf();
        self.post_with(path, cookie, &format!("csrf={csrf}&{form}"))
            .await
    }
}

/// The step's cookie, of an answer that opened no session.
fn waits(answer: &Answer) -> String {
    assert_eq!(answer.location(), STEP);
    let cookies: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    assert!(cookies[0].starts_with("__Host-second-step="), "{cookies:?}");
    assert!(cookies[0].contains("HttpOnly"), "{cookies:?}");
    cookies[0].split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let world = World::new().await;
    let secret = world.protect(&world.keeper().await).await;
    let step = world.step().await;
    let page = world.look("/console/t/acme", &step).await;
    assert!(page.location().starts_with("/sign-in"));
    let page = world.look(STEP, &step).await;
    assert_eq!(page.status, StatusCode::OK);
    let wrong = world.finish(&step, "000000").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
    let code = world.code(&secret);
    let right = world.finish(&step, &code).await;
    assert_eq!(right.location(), "/console/t/acme");
    let page = world.look("/console/t/acme", &session(&right)).await;
    assert_eq!(page.status, StatusCode::OK);
    let again = world.finish(&step, &code).await;
    assert_eq!(again.location(), "/sign-in", "the step is used up");
    let step = world.step().await;
    let seen = world.finish(&step, &code).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "a seen code");
}

#[tokio::test]
async fn links_ask_for_the_second_factor_too() {
    let world = World::new().await;
    let ann = world.keeper().await;
    world.protect(&ann).await;
    let link = world.link(&ann, LinkPurpose::SignIn).await;
    waits(&world.post(&link, None, "").await);
    let link = world.link(&ann, LinkPurpose::SetPassword).await;
    let form = "password=correct+horse+battery&again=correct+horse+battery";
    waits(&world.post(&link, None, form).await);
}

#[tokio::test]
async fn a_waiting_sign_in_ends_with_its_time_and_with_its_account() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let secret = world.protect(&ann).await;
    let none = world.post(STEP, None, "code=000000").await;
    assert_eq!(none.location(), "/sign-in");
    let step = world.step().await;
    world.clock.advance(Duration::from_secs(301));
    let late = world.finish(&step, &world.code(&secret)).await;
    assert_eq!(late.location(), "/sign-in");
    let step = world.step().await;
    let tx = world.store.platform("block").write().await.unwrap();
    let blocked = tx.accounts().set_active(ann.account.id, false).await;
    assert!(blocked.unwrap());
    tx.commit().await.unwrap();
    let blocked = world.finish(&step, &world.code(&secret)).await;
    assert_eq!(blocked.location(), "/sign-in");
}

#[tokio::test]
async fn guessing_codes_is_slowed_across_sign_ins() {
    let world = World::new().await;
    let secret = world.protect(&world.keeper().await).await;
    let mut step = world.step().await;
    for turn in 0..10 {
        if turn == 5 {
            step = world.step().await;
        }
        let answer = world.finish(&step, "000000").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{turn}");
    }
    let slowed = world.finish(&step, &world.code(&secret)).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn an_app_is_put_in_force_by_a_code_and_gives_recovery_codes() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let other = session(&world.try_to("ann@example.com", PASSWORD, "").await);
    let page = world.look(FACTOR, &ann.cookie).await;
    assert!(page.body.contains("<svg class=\"qr\""));
    let wrong = world.post_own(&ann.cookie, FACTOR, "code=000000").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("<svg class=\"qr\""),
        "it can be tried again"
    );
    let tx = world.store.platform("peek").write().await.unwrap();
    let secret = tx.account_factors().offer(ann.account.id).await;
    let secret = secret.unwrap().unwrap();
    drop(tx);
    assert!(page.body.contains(&secret.to_base32().expose()[..4]));
    let form = format!(
        "code={}&return_to=%2Fconsole%2Ft%2Facme",
        world.code(&secret)
    );
    let done = world.post_own(&ann.cookie, FACTOR, &form).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.body.contains("href=\"/console/t/acme\""));
    let codes = done.body.split("translate=\"no\">").nth(1).unwrap();
    let codes: Vec<&str> = codes.split("</pre>").next().unwrap().lines().collect();
    assert_eq!(codes.len(), 10);
    let page = world.look("/console/account", &other).await;
    assert!(page.location().starts_with("/sign-in"), "the other is out");
    let step = world.step().await;
    let by_recovery = world.finish(&step, codes[0]).await;
    assert_eq!(by_recovery.location(), "/console/t/acme");
    let step = world.step().await;
    let again = world.finish(&step, codes[0]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fresh = world
        .post_own(&ann.cookie, &format!("{FACTOR}/codes"), "")
        .await;
    assert_eq!(fresh.status, StatusCode::OK);
    let old = world.finish(&step, codes[1]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_borrowed_browser_cannot_change_how_its_owner_signs_in() {
    let world = World::new().await;
    let ann = world.keeper().await;
    world.clock.advance(Duration::from_mins(11));
    let asked = world.look(FACTOR, &ann.cookie).await;
    let to = "/console/step-up?return_to=%2Fconsole%2Faccount%2Fsecond-factor";
    assert_eq!(asked.location(), to);
    for path in ["", "/codes", "/off"] {
        let path = format!("{FACTOR}{path}");
        let answer = world.post_own(&ann.cookie, &path, "code=1").await;
        assert!(answer.location().starts_with("/console/step-up"), "{path}");
    }
}

#[tokio::test]
async fn a_step_up_asks_for_the_factor_and_not_for_the_password() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let secret = world.protect(&ann).await;
    world.clock.advance(Duration::from_mins(11));
    let page = world.look("/console/step-up", &ann.cookie).await;
    assert!(page.body.contains("one-time-code") && !page.body.contains("type=\"password\""));
    let form = format!("password={}", PASSWORD.replace(' ', "+"));
    let answer = world.post_own(&ann.cookie, "/console/step-up", &form);
    assert_eq!(answer.await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("code={}", world.code(&secret));
    let answer = world.post_own(&ann.cookie, "/console/step-up", &form).await;
    assert_eq!(answer.location(), "/console");
    let off = world
        .post_own(&ann.cookie, &format!("{FACTOR}/off"), "")
        .await;
    assert_eq!(off.location(), "/console/account?done=factor-off");
    let answer = world.try_to("ann@example.com", PASSWORD, "").await;
    assert_eq!(
        answer.location(),
        "/console",
        "the password is enough again"
    );
}

#[tokio::test]
async fn an_organisation_asks_every_account_for_it() {
    let world = World::new().await;
    let owner = RoleSet::of(&[Role::Owner]);
    let olga = world.account(&world.acme, "olga", owner).await;
    let ann = world.keeper().await;
    let rule = "/console/t/acme/people/second-factor";
    let asks = async |cookie: &str| world.post_own(cookie, rule, "on=yes").await;
    let by_admin = asks(&ann.cookie).await;
    assert!(by_admin.location().ends_with("done=owners-only"));
    let early = asks(&olga.cookie).await;
    assert!(early.location().ends_with("done=own-first"), "locked out");
    let secret = world.protect(&olga).await;
    let form = format!("code={}", world.code(&secret));
    world
        .post_own(&olga.cookie, "/console/step-up", &form)
        .await;
    assert!(
        asks(&olga.cookie)
            .await
            .location()
            .ends_with("done=second-on")
    );
    assert!(asks(&olga.cookie).await.location().ends_with("done=same"));
    let recorded = world.recorded(&world.acme).await;
    assert_eq!(recorded.last().unwrap(), "people.second_factor");
    let page = world.look("/console/t/acme/people", &olga.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let sent = world.look("/console/t/acme/audit", &ann.cookie).await;
    let to = format!("{FACTOR}?return_to=%2Fconsole%2Ft%2Facme%2Faudit");
    assert_eq!(sent.location(), to);
    let posted = world.post_own(
        &ann.cookie,
        "/console/t/acme/people",
        "email=x%40y.zz&role=admin",
    );
    assert_eq!(posted.await.location(), FACTOR);
    let secret = world.protect(&ann).await;
    let sent = world.look(&to, &ann.cookie).await;
    let away = sent.location();
    assert!(
        away.starts_with("/console/step-up?") && away.ends_with("strong=yes"),
        "the factor is there, not proven: {away}"
    );
    let form = format!("code={}", world.code(&secret));
    world.post_own(&ann.cookie, "/console/step-up", &form).await;
    let on = world.look(&to, &ann.cookie).await;
    assert_eq!(on.location(), "/console/t/acme/audit");
    let page = world.look("/console/t/acme/audit", &ann.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn who_only_knows_the_password_puts_no_proof_beside_a_passkey() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let mut device = Device::new(1);
    world.add_passkey(&ann, &mut device).await;
    let thief = session(&world.try_to("ann@example.com", PASSWORD, "").await);
    let page = world.look(FACTOR, &thief).await;
    let to = "/console/step-up?return_to=%2Fconsole%2Faccount%2Fsecond-factor&strong=yes";
    assert_eq!(page.location(), to);
    let asked = world.look(to, &thief).await;
    assert!(!asked.body.contains("type=\"password\""), "it would not do");
    for path in [FACTOR, "/console/account/passkeys"] {
        let answer = world.post_own(&thief, path, "code=1").await;
        assert!(answer.location().starts_with("/console/step-up"), "{path}");
    }
    let form = format!("password={}", PASSWORD.replace(' ', "+"));
    world.post_own(&thief, "/console/step-up", &form).await;
    let page = world.look(FACTOR, &thief).await;
    assert_eq!(page.location(), to, "proven anew, and still no more");
    let owner = world.enter_by(&mut device).await;
    let page = world.look(FACTOR, &session(&owner)).await;
    assert!(page.body.contains("<svg class=\"qr\""));
    let back = format!("{FACTOR}?return_to=%2Fconsole%2Ft%2Facme");
    let page = world.look(&back, &session(&owner)).await;
    assert_eq!(page.location(), "/console/t/acme", "a passkey is enough");
}
