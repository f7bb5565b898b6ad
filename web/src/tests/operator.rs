//! The operator's console, and the status page.

use std::time::Duration;

use bus::Wake;
use http::StatusCode;
use model::{Month, Plan, Role, RoleSet, TenantStatus};

use super::{Keeper, World};

const LIST: &str = "/console/operator";
const SYSTEM: &str = "/console/operator/system";
const ACME: &str = "/console/operator/tenants/acme";

impl World {
    async fn operator(&self) -> Keeper {
        self.lone_account("olga", true).await
    }

    async fn operate(&self, keeper: &Keeper, path: &str, form: &str) -> super::Answer {
        let csrf = self.look(LIST, &keeper.cookie).await.csrf();
        let form = format!("csrf={csrf}&{form}");
        self.post_with(&format!("{ACME}{path}"), &keeper.cookie, &form)
            .await
    }
}

#[tokio::test]
async fn the_operators_console_does_not_exist_for_anybody_else() {
    let world = World::new().await;
    let owner = RoleSet::of(&[Role::Owner, Role::Auditor]);
    let ann = world.account(&world.acme, "ann", owner).await;
    let lin = world.person(&world.acme, "Lin").await;
    for path in [LIST, SYSTEM, ACME, "/console/operator/tenants/other"] {
        assert_eq!(
            world.look(path, &ann.cookie).await.status,
            StatusCode::NOT_FOUND
        );
        for cookie in ["", lin.cookie.as_str()] {
            let away = world.look(path, cookie).await;
            assert!(away.location().starts_with("/sign-in"), "{path}");
        }
    }
    let csrf = world.look("/console/t/acme", &ann.cookie).await.csrf();
    for (path, form) in [("/plan", "plan=enterprise"), ("/status", "act=resume")] {
        let form = format!("csrf={csrf}&{form}");
        let refused = world
            .post_with(&format!("{ACME}{path}"), &ann.cookie, &form)
            .await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    assert!(world.recorded(&world.acme).await.is_empty());
}

#[tokio::test]
async fn an_operator_has_no_way_to_a_tenants_console_and_content() {
    let world = World::new().await;
    let olga = world.operator().await;
    let lin = world.person(&world.acme, "Lin Private").await;
    world.grant(&world.acme, &lin, "Secret client").await;
    for path in [
        "/console/t/acme",
        "/console/t/acme/audit",
        "/console/t/acme/connections",
        "/console/t/acme/settings/data/export",
        "/console/t/acme/audit/export?format=jsonl",
    ] {
        let page = world.look(path, &olga.cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [LIST, SYSTEM, ACME, "/console/operator?q=acme&lang=zh"] {
        let page = world.look(path, &olga.cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for content in ["Lin Private", "Secret client", "ou_"] {
            assert!(!page.body.contains(content), "{path}: {content}");
        }
    }
    // With nowhere else to go, the console is this one.
    let away = world.look("/console", &olga.cookie).await;
    assert_eq!(away.location(), LIST);
}

#[tokio::test]
async fn tenants_are_found_by_name_and_state() {
    let world = World::new().await;
    let olga = world.operator().await;
    let all = world.look(LIST, &olga.cookie).await.body;
    assert!(all.contains("tenants/acme") && all.contains("tenants/other"));
    let found = world
        .look("/console/operator?q=robot", &olga.cookie)
        .await
        .body;
    assert!(found.contains("tenants/acme") && !found.contains("tenants/other"));
    let none = world
        .look("/console/operator?q=%25", &olga.cookie)
        .await
        .body;
    assert!(
        none.contains("No organisation matches"),
        "a sign means itself"
    );
    let none = world
        .look("/console/operator?status=suspended", &olga.cookie)
        .await
        .body;
    assert!(!none.contains("tenants/acme"));
    for odd in [
        "?after=x",
        "?status=x",
        "?q=",
        "/tenants/nowhere",
        "/tenants/..",
    ] {
        let page = world.look(&format!("{LIST}{odd}"), &olga.cookie).await;
        assert!(!page.status.is_server_error(), "{odd}");
    }
}

#[tokio::test]
async fn a_plan_that_an_operator_sets_is_in_the_tenants_own_log() {
    let world = World::new().await;
    let olga = world.operator().await;
    let done = world.operate(&olga, "/plan", "plan=enterprise").await;
    assert_eq!(done.location(), format!("{ACME}?done=plan"));
    let entry = world.store.directory().by_id(world.acme.id).await.unwrap();
    let month = Month::of(model::Clock::now(world.clock.as_ref()));
    assert_eq!(
        entry.unwrap().tenant.contract.plan_in(month),
        Plan::Enterprise
    );
    let stored = world.entries(&world.acme).await.remove(0).entry;
    assert_eq!(stored.action, "billing.plan");
    assert_eq!(stored.account, Some(olga.account.id));
    assert_eq!(stored.client_name, "operator: olga");
    let odd = world.operate(&olga, "/plan", "plan=gold").await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_suspended_tenants_people_read_the_reason_and_its_log_has_it() {
    let world = World::new().await;
    let olga = world.operator().await;
    let ann = world
        .account(&world.acme, "ann", RoleSet::of(&[Role::Admin]))
        .await;
    let mut wakes = world.bus.subscribe();
    let refused = world
        .operate(&olga, "/status", "act=suspend&reason=+")
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = "act=suspend&reason=Unpaid+%3Cb%3Ebill";
    let done = world.operate(&olga, "/status", form).await;
    assert_eq!(done.location(), format!("{ACME}?done=suspended"));
    let told = Wake::TenantChanged {
        tenant: world.acme.id,
    };
    assert_eq!(wakes.recv().await, Ok(told), "open streams hear of it");
    let page = world.look("/console/t/acme", &ann.cookie).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Unpaid &#60;b&#62;bill"));
    let connect = world.get("/t/acme/connect", None).await;
    assert!(!connect.body.contains("Unpaid"), "nobody else reads it");

    let done = world.operate(&olga, "/status", "act=resume").await;
    assert_eq!(done.location(), format!("{ACME}?done=resumed"));
    let entry = world.store.directory().by_id(world.acme.id).await.unwrap();
    assert_eq!(entry.unwrap().tenant.status, TenantStatus::Active);
    assert_eq!(
        world.look("/console/t/acme", &ann.cookie).await.status,
        StatusCode::OK
    );
    assert_eq!(
        world.recorded(&world.acme).await,
        ["tenant.suspend", "tenant.resume"]
    );
    assert!(world.recorded(&world.other).await.is_empty());
}

#[tokio::test]
async fn an_operator_proves_itself_before_it_changes_something() {
    let world = World::new().await;
    let olga = world.operator().await;
    for form in ["", "csrf=x&plan=team", "csrf=&plan=team"] {
        let refused = world
            .post_with(&format!("{ACME}/plan"), &olga.cookie, form)
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{form}");
    }
    world.clock.advance(Duration::from_mins(11));
    let away = world.operate(&olga, "/plan", "plan=team").await;
    assert_eq!(
        away.location(),
        "/console/step-up?return_to=%2Fconsole%2Foperator%2Ftenants%2Facme"
    );
    assert!(world.recorded(&world.acme).await.is_empty());
}

#[tokio::test]
async fn the_status_page_names_components_and_nothing_of_a_tenant() {
    let world = World::new().await;
    let page = world.get("/status", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Database") && page.body.contains("feishu.cn"));
    for detail in ["acme", "Acme", "sqlite", "nod_"] {
        assert!(!page.body.contains(detail), "{detail}");
    }
    let chinese = world.get("/status?lang=zh", None).await;
    assert!(chinese.body.contains("服务状态"));
}
