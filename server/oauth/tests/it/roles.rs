//! Roles follow the enterprise: at a sign-in, and when a client prolongs its access.

use http::StatusCode;
use model::{
    Principal, Purpose, Role,
    policy::{ManageTenant, authorize},
    role_mapping::{Gives, RoleMapping, Whom},
};
use sandbox::{Fault, FaultKind, UserStatus, demo};
use tests::{On, on_both};

use crate::support::{Browser, Connected, Deployment, authorize_path, deploy};

on_both! {
    who_left_loses_access_at_the_next_refresh,
    a_person_whose_group_lost_its_role_loses_access_at_the_next_refresh,
    roles_are_read_again_at_every_sign_in,
    who_has_no_role_is_told_so_and_gets_nothing,
    a_client_that_no_role_takes_is_refused_on_refresh_and_on_a_new_login,
    access_ends_when_the_rules_ask_for_it_anew,
    feishu_out_of_reach_takes_nothing_and_opens_nothing,
}

impl Deployment {
    async fn rules(&self, rules: &[RoleMapping]) {
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let permit = authorize::<ManageTenant>(&entry.unwrap().rules, &operator, &()).unwrap();
        let tx = self.store.scope(&operator).write().await.unwrap();
        let seen = tx.role_mappings().read().await.unwrap().mappings.version;
        let mappings = tx.role_mappings();
        let kept = mappings.replace(&permit, seen, rules, "test").await;
        kept.unwrap().unwrap();
        tx.commit().await.unwrap();
    }

    /// Roles of the only member.
    async fn roles(&self) -> String {
        let tx = self.tx().await;
        let members = tx.members().list(&store::Page::first(10)).await.unwrap();
        members.items[0].roles.names()
    }

    async fn refreshes(&self, c: &Connected) -> Result<Connected, String> {
        let answer = self.refresh(&c.client, &c.refresh).await;
        if answer.status == StatusCode::OK {
            Ok(Connected::read(c.client.clone(), &answer))
        } else {
            Err(answer.error())
        }
    }

    fn out_of_reach(&self) {
        let fault = Fault::new("/open-apis/contact/*", FaultKind::Status);
        self.sandbox.add_fault(fault);
    }
}

fn product(gives: Gives) -> RoleMapping {
    let id = demo::GROUP_PRODUCT.to_owned();
    RoleMapping::new(Whom::Group { id }, gives, "Product")
}

async fn who_left_loses_access_at_the_next_refresh(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let c = d.refreshes(&c).await.unwrap();
    d.sandbox
        .set_user_status(demo::TENANT_KEY, demo::END_USER, UserStatus::Resigned);
    assert_eq!(d.refreshes(&c).await.unwrap_err(), "invalid_grant");
    let door = d.knock("acme", &c.access).await;
    assert_eq!(door.status, StatusCode::UNAUTHORIZED, "{}", door.body);
    assert_eq!(d.roles().await, "");
}

async fn a_person_whose_group_lost_its_role_loses_access_at_the_next_refresh(on: On) {
    let d = deploy(on).await;
    d.rules(&[product(Gives::Role(Role::EndUser))]).await;
    let c = d.connect(true).await;
    let c = d.refreshes(&c).await.unwrap();
    d.sandbox.change_tenant(demo::TENANT_KEY, |tenant| {
        tenant.groups.remove(demo::GROUP_PRODUCT);
    });
    assert_eq!(d.refreshes(&c).await.unwrap_err(), "invalid_grant");
    assert_eq!(
        d.knock("acme", &c.access).await.status,
        StatusCode::UNAUTHORIZED
    );
}

async fn roles_are_read_again_at_every_sign_in(on: On) {
    let d = deploy(on).await;
    d.connect(true).await;
    assert_eq!(d.roles().await, "end_user");
    d.rules(&[
        product(Gives::Role(Role::Developer)),
        RoleMapping::newcomers(),
    ])
    .await;
    d.connect(true).await;
    assert_eq!(d.roles().await, "end_user developer");
}

async fn who_has_no_role_is_told_so_and_gets_nothing(on: On) {
    let d = deploy(on).await;
    d.rules(&[product(Gives::NoAccess), RoleMapping::newcomers()])
        .await;
    let client = d.client("Test client").await;
    let page = d.answer(&mut Browser::default(), &client, true).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("You have no role here yet"),
        "{}",
        page.body
    );
    let tx = d.tx().await;
    let members = tx.members().list(&store::Page::first(10)).await.unwrap();
    let member = &members.items[0];
    assert!(member.roles.is_empty());
    let tokens = tx.feishu_grants().get(member.id).await.unwrap();
    assert!(tokens.is_none(), "nothing is kept that nobody may use");

    // The auditor's role opens the console and no tools: a client gets nothing.
    drop(tx);
    d.rules(&[product(Gives::Role(Role::Auditor))]).await;
    let page = d.answer(&mut Browser::default(), &client, true).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(d.roles().await, "auditor");
}

async fn feishu_out_of_reach_takes_nothing_and_opens_nothing(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    d.out_of_reach();
    let c = d.refreshes(&c).await.unwrap();
    assert_eq!(d.knock("acme", &c.access).await.status, StatusCode::OK);
    // A rule that cannot be read keeps the member, and no newcomer comes past it.
    d.rules(&[product(Gives::NoAccess), RoleMapping::newcomers()])
        .await;
    d.refreshes(&c).await.unwrap();
    assert_eq!(d.roles().await, "end_user");

    let d = deploy(on).await;
    d.out_of_reach();
    d.rules(&[product(Gives::NoAccess), RoleMapping::newcomers()])
        .await;
    let client = d.client("Test client").await;
    let page = d.answer(&mut Browser::default(), &client, true).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
}

/// Puts limits on the end user's role in force.
async fn limit(d: &Deployment, own: model::policy::RoleRules) {
    let operator = Principal::platform(d.acme.id, Purpose::Operator);
    let tx = d.store.scope(&operator).write().await.unwrap();
    let mut rules = tx.rules().hold().await.unwrap();
    let permit = authorize::<ManageTenant>(&rules, &operator, &()).unwrap();
    rules.roles = vec![own];
    let replaced = tx.rules().replace(&permit, rules, "tests").await.unwrap();
    assert!(replaced.is_some());
    tx.commit().await.unwrap();
    d.store.directory().forget(d.acme.id).await;
}

async fn a_client_that_no_role_takes_is_refused_on_refresh_and_on_a_new_login(on: On) {
    use model::policy::{ClientChoice, RoleRules};
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let own = RoleRules {
        clients: ClientChoice::Verified,
        ..RoleRules::open(Role::EndUser)
    };
    limit(&d, own).await;
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.error(),
        "invalid_grant"
    );
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&c.client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let callback = d.feishu_approves(&to, demo::END_USER);
    let stopped = browser.get(&d, &callback).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN, "{}", stopped.body);
    assert!(stopped.body.contains("does not allow this AI client"));
    limit(&d, RoleRules::open(Role::EndUser)).await;
    let again = d.refresh(&c.client, &c.refresh).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
}

async fn access_ends_when_the_rules_ask_for_it_anew(on: On) {
    use model::policy::RoleRules;
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let own = RoleRules {
        consent_days: Some(7),
        ..RoleRules::open(Role::EndUser)
    };
    limit(&d, own).await;
    let day = std::time::Duration::from_hours(24);
    d.clock.advance(day * 6);
    let early = d.refresh(&c.client, &c.refresh).await;
    assert_eq!(early.status, StatusCode::OK, "{}", early.body);
    let refresh = early.json()["refresh_token"].as_str().unwrap().to_owned();
    d.clock.advance(day);
    // What was given before the rules became stricter ends, too.
    assert_eq!(
        d.refresh(&c.client, &refresh).await.error(),
        "invalid_grant"
    );
}
