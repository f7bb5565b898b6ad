//! A sign-in that cannot fail on a scope.

use model::{Capability, ScopeSet, scopes};
use sandbox::demo;

use tests::{On, on_both};

use crate::support::{add, deploy};

/// Feishu refuses a whole sign-in for one scope that the app lacks.
async fn an_app_without_any_one_scope_still_signs_people_in(on: On) {
    let world = deploy(on).await;
    let wanted = Capability::every_scope_of(&Capability::ALL);
    let own = "application:application:self_manage".to_owned();
    for (index, lost) in wanted.iter().chain([&own]).enumerate() {
        let app_id = format!("cli_5c09e0000000{index:04x}");
        let redirects = ["http://localhost:8788/callback"];
        world
            .sandbox
            .add_complete_app(&app_id, "secret", demo::TENANT_KEY, &redirects);
        world.sandbox.change_app(&app_id, |app| {
            app.user_scopes.remove(lost);
            app.tenant_scopes.remove(lost);
        });
        let tenant = add(&world.store, &format!("org-{index}"), &app_id, "secret").await;
        let begun = oauth::dev::authorize_for_development(&world.state, &tenant).await;
        let (url, _) = begun.unwrap();
        let url = url::Url::parse(&url).unwrap();
        let asked = url.query_pairs().find(|(name, _)| name == "scope");
        let asked: Vec<String> = asked
            .map(|(_, value)| value.split(' ').map(str::to_owned).collect())
            .unwrap_or_default();
        assert!(!asked.contains(lost), "{lost} is asked for");
        let mut rest = wanted.clone();
        rest.remove(lost);
        // What is spare comes behind, where there is room.
        let spare = |scope: &String| Capability::SPARE_SCOPES.contains(&scope.as_str());
        let asked_for: ScopeSet = asked
            .iter()
            .filter(|scope| !spare(scope))
            .cloned()
            .collect();
        assert!(asked.len() <= 50, "{asked:?}");
        assert_eq!(asked_for, scopes::condensed(rest), "without {lost}");
        let approved = world
            .sandbox
            .approve(&app_id, demo::END_USER, redirects[0], &asked, None);
        assert!(approved.is_ok(), "without {lost}: {approved:?}");
    }
}

on_both!(an_app_without_any_one_scope_still_signs_people_in);
