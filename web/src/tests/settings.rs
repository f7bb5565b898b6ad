//! The settings of a tenant, as its admins and owners work with them.

use http::StatusCode;
use model::{Role, RoleSet};

use super::{Keeper, World};

const SETTINGS: &str = "/console/t/acme/settings";
const LIMITS: &str = "/console/t/acme/settings/limits";
const SEEN: &str = "seen_name=Acme+%3Cb%3ERobotics%3C%2Fb%3E&seen_language=en";

impl World {
    async fn of_acme(&self, name: &str, roles: &[Role]) -> Keeper {
        self.account(&self.acme, name, RoleSet::of(roles)).await
    }

    async fn tenant_now(&self) -> model::Tenant {
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        entry.unwrap().tenant.clone()
    }
}

#[tokio::test]
async fn name_and_language_change_once_and_the_second_admin_is_told() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let page = world.look(SETTINGS, &ann.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Acme &#60;b&#62;Robotics"));
    let csrf = page.csrf();
    let form = format!("csrf={csrf}&name=Acme+Labs&language=zh&{SEEN}");
    let saved = world.post_with(SETTINGS, &ann.cookie, &form).await;
    assert_eq!(saved.location(), format!("{SETTINGS}?done=saved"));
    assert_eq!(world.tenant_now().await.name, "Acme Labs");
    let second = format!("csrf={csrf}&name=Acme+Two&language=en&{SEEN}");
    let stale = world.post_with(SETTINGS, &ann.cookie, &second).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.body.contains("Somebody else changed this"));
    assert_eq!(world.tenant_now().await.name, "Acme Labs");
    for name in ["", "+++", "a%00b", &"x".repeat(81)] {
        let form =
            format!("csrf={csrf}&name={name}&language=zh&seen_name=Acme+Labs&seen_language=zh");
        let refused = world.post_with(SETTINGS, &ann.cookie, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body.contains("id=\"name-fault\""), "{name}");
    }
    assert_eq!(world.recorded(&world.acme).await, ["tenant.rename"]);
}

#[tokio::test]
async fn limits_stay_within_the_plan() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let csrf = world.look(SETTINGS, &ann.cookie).await.csrf();
    let form = |rates: &str| format!("csrf={csrf}&{rates}");
    // The free plan.
    let fast = form("member_burst=11&member_minute=60&tenant_burst=300&tenant_minute=1800");
    let refused = world.post_with(LIMITS, &ann.cookie, &fast).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"member_burst-fault\""));
    assert!(
        refused.body.contains("value=\"11\""),
        "what was typed stays"
    );
    let slow = form("member_burst=2&member_minute=6&tenant_burst=20&tenant_minute=60");
    let saved = world.post_with(LIMITS, &ann.cookie, &slow).await;
    assert_eq!(saved.location(), format!("{SETTINGS}?done=limits"));
    let limits = world.tenant_now().await.limits;
    assert_eq!((limits.member.burst, limits.tenant.per_minute), (2, 60));
    assert_eq!(world.recorded(&world.acme).await, ["tenant.limits"]);
}

#[tokio::test]
async fn settings_are_for_admins_of_the_tenant_with_a_form_of_their_own() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let dev = world.of_acme("dev", &[Role::Developer]).await;
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let form = "csrf=x&name=Mine&language=en&member_burst=1&member_minute=1&tenant_burst=1&tenant_minute=1";
    for path in [SETTINGS, LIMITS] {
        for (keeper, status) in [
            (&ann, StatusCode::FORBIDDEN),
            (&dev, StatusCode::FORBIDDEN),
            (&eve, StatusCode::NOT_FOUND),
        ] {
            let answer = world.post_with(path, &keeper.cookie, form).await;
            assert_eq!(answer.status, status, "{path} {}", keeper.account.name);
        }
    }
    assert_eq!(
        world.look(SETTINGS, &eve.cookie).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(world.recorded(&world.acme).await.is_empty());
    let chinese = world
        .look(&format!("{SETTINGS}?lang=zh"), &ann.cookie)
        .await;
    assert!(chinese.body.contains("调用频率"));
}
