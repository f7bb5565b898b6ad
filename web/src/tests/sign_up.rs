//! Making an account, being invited by an operator, and finding the way through Feishu.

use http::{StatusCode, header};
use model::{Role, RoleSet};

use super::{Answer, World, sign_in::session};
use crate::WebOptions;

impl World {
    async fn open_to_all() -> Self {
        Self::with(WebOptions {
            sign_up: true,
            ..WebOptions::default()
        })
        .await
    }

    async fn sign_up(&self, pairs: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.post("/sign-up", None, &form).await
    }
}

const GOOD: [(&str, &str); 3] = [
    ("name", "Wei Lin"),
    ("email", " Wei@Example.com "),
    ("password", "seven green umbrellas"),
];

#[tokio::test]
async fn an_account_is_made_and_leads_to_making_an_organisation() {
    let world = World::open_to_all().await;
    let page = world.get("/sign-up", None).await;
    assert_eq!(page.status, StatusCode::OK);
    let mut form = GOOD.to_vec();
    form.extend([
        ("operator", "true"),
        ("status", "active"),
        ("tenant", "acme"),
    ]);
    let made = world.sign_up(&form).await;
    assert_eq!(made.location(), "/console/new");
    let cookie = session(&made);
    let page = world.look("/console/new", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let tx = world.store.platform("look").read().await.unwrap();
    let account = tx.accounts().by_email("wei@example.com").await.unwrap();
    let account = account.unwrap();
    assert_eq!(account.name, "Wei Lin");
    assert!(!account.operator, "the form cannot say so");
    assert!(
        tx.accounts()
            .tenants_of(account.id)
            .await
            .unwrap()
            .is_empty()
    );
    drop(tx);
    let page = world.look("/console/operator", &cookie).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = world.look("/console", &cookie).await;
    assert!(page.body.contains("href=\"/console/new\""), "a way on");
}

#[tokio::test]
async fn every_fault_is_told_beside_its_field_and_nothing_is_made() {
    let world = World::open_to_all().await;
    for (field, value, fault) in [
        ("name", " ", "name-fault"),
        ("email", "wei", "email-fault"),
        ("password", "short", "password-fault"),
        ("password", "qwertyuiop123", "password-fault"),
    ] {
        let form = GOOD.map(|(name, good)| (name, if name == field { value } else { good }));
        let answer = world.sign_up(&form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(answer.body.contains(fault), "{field}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
        assert!(
            !answer.body.contains("seven green"),
            "no password in a page"
        );
    }
    let tx = world.store.platform("look").read().await.unwrap();
    let made = tx.accounts().by_email("wei@example.com").await.unwrap();
    assert_eq!(made, None);
}

#[tokio::test]
async fn an_address_has_one_account() {
    let world = World::open_to_all().await;
    world.sign_up(&GOOD).await;
    let mut other = GOOD;
    other[2].1 = "another long passphrase";
    let taken = world.sign_up(&other).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.headers.get(header::SET_COOKIE).is_none());
    let answer = world
        .try_to("wei@example.com", "another long passphrase", "")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn without_an_invitation_nobody_signs_up_where_one_is_needed() {
    let world = World::new().await;
    let page = world.get("/sign-up", None).await;
    assert!(!page.body.contains("name=\"password\""));
    let refused = world.sign_up(&GOOD).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let tx = world.store.platform("look").read().await.unwrap();
    assert_eq!(
        tx.accounts().by_email("wei@example.com").await.unwrap(),
        None
    );
}

#[tokio::test]
async fn signing_up_leads_to_our_own_pages_only() {
    let world = World::open_to_all().await;
    let mut form = GOOD.to_vec();
    form.push(("return_to", "https://evil.test/"));
    assert_eq!(world.sign_up(&form).await.location(), "/console/new");
}

#[tokio::test]
async fn an_operator_invites_and_the_invited_makes_its_account() {
    let world = World::new().await;
    let operator = world.lone_account("olga", true).await;
    let path = "/console/operator/accounts";
    let csrf = world.look(path, &operator.cookie).await.csrf();
    let bad = format!("csrf={csrf}&email=nobody");
    let bad = world.post_with(path, &operator.cookie, &bad).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("csrf={csrf}&email=Wei%40example.com");
    let made = world.post_with(path, &operator.cookie, &form).await;
    let link = made.body.split("https://mcp.example.com").nth(1).unwrap();
    let link = link.split('<').next().unwrap();
    let page = world.get(link, None).await;
    assert!(page.body.contains("wei@example.com"), "{}", page.body);
    let form = "name=Wei&password=seven+green+umbrellas&again=seven+green+umbrellas";
    let accepted = world.post(link, None, form).await;
    assert_eq!(accepted.location(), "/console");
    let page = world.look("/console", &session(&accepted)).await;
    assert!(page.body.contains("href=\"/console/new\""));
    assert_eq!(world.get(link, None).await.status, StatusCode::GONE);
    let again = world.look(path, &operator.cookie).await;
    assert!(!again.body.contains("/invite/"), "it is shown once");
    assert!(again.body.contains("wei@example.com"));
}

#[tokio::test]
async fn an_operator_blocks_and_helps_and_the_organisation_sees_it() {
    let world = World::new().await;
    let operator = world.lone_account("olga", true).await;
    let ann = world.keeper().await;
    let path = format!("/console/operator/accounts/{}", ann.account.id);
    let csrf = world.look(&path, &operator.cookie).await.csrf();
    let act = async |act: &str| {
        let form = format!("csrf={csrf}&act={act}");
        world.post_with(&path, &operator.cookie, &form).await
    };
    assert!(act("block").await.location().ends_with("done=blocked"));
    let out = world.look("/console/t/acme", &ann.cookie).await;
    assert!(out.location().starts_with("/sign-in"));
    assert!(act("unblock").await.location().ends_with("done=unblocked"));
    let link = act("link").await;
    assert!(link.body.contains("/sign-in/password/fmln_"));
    assert_eq!(act("erase").await.status, StatusCode::NOT_FOUND);
    let recorded = world.recorded(&world.acme).await;
    assert_eq!(
        recorded,
        ["account.block", "account.unblock", "account.password_link"]
    );
    let own = format!("/console/operator/accounts/{}", operator.account.id);
    let form = format!("csrf={csrf}&act=block");
    let own = world.post_with(&own, &operator.cookie, &form).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let page = world.look(&path, &ann.cookie).await;
    assert!(page.status == StatusCode::NOT_FOUND || page.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn operators_prove_a_second_factor_where_it_is_asked_for() {
    let world = World::with(WebOptions {
        operator_second_factor: true,
        ..WebOptions::default()
    })
    .await;
    let operator = world.lone_account("olga", true).await;
    let page = world.look("/console/operator", &operator.cookie).await;
    let to = "/console/account/second-factor?return_to=%2Fconsole%2Foperator";
    assert_eq!(page.location(), to);
    let tx = world.store.platform("prove").write().await.unwrap();
    let sessions = tx.account_sessions().list_of(operator.account.id).await;
    let session = sessions.unwrap()[0].id;
    tx.account_sessions().prove(session, true).await.unwrap();
    tx.commit().await.unwrap();
    let page = world.look("/console/operator", &operator.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_names_the_organisation_is_led_to_its_own_sign_in() {
    let world = World::new().await;
    let asked =
        "/sign-in/feishu?organisation=+ACME+&return_to=%2Fconsole%2Ft%2Facme%2Faudit%3Fx%3D1";
    let led = world.get(asked, None).await;
    // A page, no redirect: browsers would stop the form on its way to Feishu.
    let to = "/t/acme/sign-in?return_to=%2Fconsole%2Ft%2Facme%2Faudit%3Fx%3D1";
    let leads_to = |to: &str| format!("content=\"0;url={to}\"");
    assert_eq!(led.status, StatusCode::OK);
    assert!(led.body.contains(&leads_to(to)), "{}", led.body);
    assert!(led.body.contains(&format!("id=\"continue\" href=\"{to}\"")));
    for elsewhere in [
        "/console/t/other",
        "/console/t/acmeevil",
        "https://evil.test/",
    ] {
        let asked = format!("/sign-in/feishu?organisation=acme&return_to={elsewhere}");
        let led = world.get(&asked, None).await;
        let to = "/t/acme/sign-in?return_to=%2Fconsole%2Ft%2Facme";
        let on = format!("{}\"", leads_to(to).trim_end_matches('"'));
        assert!(led.body.contains(&on), "{elsewhere}: {}", led.body);
    }
    for unknown in ["nobody", "", "%3Cb%3E"] {
        let path = format!("/sign-in/feishu?organisation={unknown}");
        let page = world.get(&path, None).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(page.body.contains("id=\"unknown\"") && !page.body.contains("<b>"));
    }
}

#[tokio::test]
async fn access_of_the_invited_stays_what_the_invitation_says() {
    let world = World::new().await;
    let owner = world
        .account(&world.acme, "olga", RoleSet::of(&[Role::Owner]))
        .await;
    let csrf = world
        .look("/console/t/acme/people", &owner.cookie)
        .await
        .csrf();
    let form = format!("csrf={csrf}&email=wei%40example.com&role=billing");
    let made = world
        .post_with("/console/t/acme/people", &owner.cookie, &form)
        .await;
    let link = made.body.split("https://mcp.example.com").nth(1).unwrap();
    let link = link.split('<').next().unwrap();
    let form = "name=Wei&password=seven+green+umbrellas&again=seven+green+umbrellas\
                &roles=owner&role=owner&email=root%40example.com&tenant=other&operator=true";
    let accepted = world.post(link, None, form).await;
    let cookie = session(&accepted);
    let page = world.look("/console/t/acme/people", &cookie).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = world.look("/console/t/acme/billing", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = world.look("/console/t/other/billing", &cookie).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
