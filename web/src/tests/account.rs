//! One's own account.

use http::StatusCode;
use model::{EntryKind, Locale, Role, RoleSet};

use super::{
    Answer, Keeper, World,
    sign_in::{PASSWORD, session},
};

impl World {
    /// Another browser of the same account; its cookie.
    pub(super) async fn second_browser(&self) -> String {
        let answer = self.try_to("ann@example.com", PASSWORD, "").await;
        session(&answer)
    }

    async fn account_form(&self, keeper: &Keeper, path: &str, form: &str) -> Answer {
        let csrf = self.look("/console/account", &keeper.cookie).await.csrf();
        self.post_with(path, &keeper.cookie, &format!("csrf={csrf}&{form}"))
            .await
    }
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_alone() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let other = world.second_browser().await;
    let page = world.look("/console/account", &ann.cookie).await;
    assert_eq!(page.body.matches("name=\"session\"").count(), 1);
    let id = page.body.split("name=\"session\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let form = format!("session={id}");
    let foreign = world
        .account_form(&eve, "/console/account/sessions", &form)
        .await;
    assert_eq!(foreign.location(), "/console/account?done=gone");
    let alive = world.look("/console/account", &other).await;
    assert_eq!(alive.status, StatusCode::OK, "another's form ended it");
    let ended = world
        .account_form(&ann, "/console/account/sessions", &form)
        .await;
    assert_eq!(ended.location(), "/console/account?done=ended");
    let gone = world.look("/console/account", &other).await;
    assert_eq!(gone.location(), "/sign-in?return_to=%2Fconsole%2Faccount");
}

#[tokio::test]
async fn signing_out_everywhere_else_leaves_this_browser() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let others = [world.second_browser().await, world.second_browser().await];
    let answer = world
        .account_form(&ann, "/console/account/sessions", "others=yes")
        .await;
    assert_eq!(answer.location(), "/console/account?done=ended-others");
    for cookie in others {
        let page = world.look("/console/t/acme", &cookie).await;
        assert!(page.location().starts_with("/sign-in"));
    }
    let page = world.look("/console/account", &ann.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_changes_with_the_current_one_and_ends_other_sessions() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let other = world.second_browser().await;
    let path = "/console/account/password";
    for (old, new, again) in [
        ("wrong", "a much better phrase", "a much better phrase"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "a much better phrase", "another phrase"),
    ] {
        let form = format!("old={old}&new={new}&again={again}").replace(' ', "+");
        let answer = world.account_form(&ann, path, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains("aria-invalid"), "{form}");
    }
    let page = world.look("/console/account", &other).await;
    assert_eq!(page.status, StatusCode::OK, "nothing was changed yet");
    let form = format!("old={PASSWORD}&new=a+much+better+phrase&again=a+much+better+phrase");
    let form = form.replace(' ', "+");
    let answer = world.account_form(&ann, path, &form).await;
    assert_eq!(answer.location(), "/console/account?done=changed");
    let page = world.look("/console/account", &other).await;
    assert!(page.location().starts_with("/sign-in"));
    let answer = world
        .try_to("ann@example.com", "a much better phrase", "")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn name_and_language_are_ones_own_to_choose_and_nothing_else_is() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let form = "name=+Ann%E2%80%AE++Lee+&language=zh&operator=true&email=root%40example.com";
    let answer = world.account_form(&ann, "/console/account", form).await;
    assert_eq!(answer.location(), "/console/account?done=saved");
    let tx = world.store.platform("look").read().await.unwrap();
    let now = tx.accounts().get(ann.account.id).await.unwrap().unwrap();
    assert_eq!(now.name, "Ann Lee");
    assert_eq!(now.locale, Locale::Zh);
    assert!(!now.operator);
    assert_eq!(now.email, "ann@example.com");
    drop(tx);
    let answer = world
        .account_form(&ann, "/console/account", "name=+&language=en")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_happens_to_an_account_is_in_the_ledgers_of_its_organisations() {
    let world = World::new().await;
    let ann = world.keeper().await;
    world
        .give(&world.other, ann.account.id, RoleSet::of(&[Role::Billing]))
        .await;
    world.try_to("ann@example.com", "wrong", "").await;
    world.second_browser().await;
    let form = format!("old={PASSWORD}&new=a+much+better+phrase&again=a+much+better+phrase");
    let path = "/console/account/password";
    let form = form.replace(' ', "+");
    world.account_form(&ann, path, &form).await;
    let off = "/console/account/second-factor/off";
    world.account_form(&ann, off, "").await;
    for tenant in [&world.acme, &world.other] {
        let entries = world.entries(tenant).await;
        let told: Vec<(&str, EntryKind)> = entries
            .iter()
            .rev()
            .map(|stored| (stored.entry.action.as_str(), stored.entry.kind))
            .collect();
        assert_eq!(
            told,
            [
                ("console.sign_in", EntryKind::SignIn),
                ("account.password", EntryKind::Admin),
                ("account.second_factor_off", EntryKind::Admin),
            ]
        );
        assert!(
            entries
                .iter()
                .all(|stored| stored.entry.account == Some(ann.account.id))
        );
    }
}
