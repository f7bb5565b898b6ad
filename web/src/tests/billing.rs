//! Plan, cap, statements and credit notes, as their readers meet them.

use http::StatusCode;
use model::{
    Month, Outcome, Plan, Principal, Purpose, Role, RoleSet, Timestamp, policy::authorize,
};

use super::{Keeper, World, usage::READER};

const OCTOBER: Month = Month(2026 * 12 + 9);

impl World {
    /// The form token of somebody's billing page.
    async fn billing_token(&self, keeper: &Keeper) -> String {
        self.look("/console/t/acme/billing", &keeper.cookie)
            .await
            .csrf()
    }

    /// A closed October on the team plan: 4 delivered calls, 2 refused.
    async fn with_october(&self) {
        let at = Timestamp::from_millis(OCTOBER.start().millis() + 1_000);
        for (outcome, times) in [(Outcome::Ok, 4), (Outcome::Denied, 2)] {
            for _ in 0..times {
                let entry = self.call(&self.acme, None, "doc_read", at, outcome);
                self.store.ledger().record(entry).await.unwrap();
            }
        }
        let operator = Principal::platform(self.acme.id, Purpose::Operator);
        let tx = self.store.platform("test").write().await.unwrap();
        let known = tx.tenants().get(self.acme.id).await.unwrap().unwrap();
        let (contract, _) = known.contract.choosing(Plan::Team, OCTOBER);
        tx.tenants()
            .set_contract(known.id, &contract)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.store.tenant_changed(self.acme.id).await;
        let tx = self.store.scope(&operator).write().await.unwrap();
        tx.billing()
            .close(OCTOBER, &contract)
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
    }
}

/// The plan of the demo tenant in a month.
async fn plan_in(world: &World, month: Month) -> Plan {
    let entry = world.store.directory().by_id(world.acme.id).await;
    entry.unwrap().unwrap().tenant.contract.plan_in(month)
}

#[tokio::test]
async fn a_plan_is_chosen_by_who_may_and_written_down() {
    let world = World::new().await;
    let payer = world.account(&world.acme, "payer", READER).await;
    let token = world.billing_token(&payer).await;
    let path = "/console/t/acme/billing/plan";
    let done = world
        .post_with(path, &payer.cookie, &format!("csrf={token}&plan=team"))
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(done.location(), "/console/t/acme/billing?done=plan");
    let page = world.look(done.location(), &payer.cookie).await;
    assert!(page.body.contains("The plan was changed."));
    assert!(page.body.contains("CNY 299.00 a month"));
    let now = Month::of(world.now());
    assert_eq!(plan_in(&world, now).await, Plan::Team);
    assert!(
        world
            .recorded(&world.acme)
            .await
            .contains(&"billing.plan".to_owned())
    );

    let unknown = world
        .post_with(path, &payer.cookie, &format!("csrf={token}&plan=gold"))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for (role, cookie_of) in [(Role::Admin, "admin"), (Role::Auditor, "auditor")] {
        let keeper = world
            .account(&world.acme, cookie_of, RoleSet::of(&[role]))
            .await;
        let token = {
            let page = world.look("/console/t/acme", &keeper.cookie).await;
            page.csrf()
        };
        let form = format!("csrf={token}&plan=free");
        let refused = world.post_with(path, &keeper.cookie, &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{cookie_of}");
    }
    let forged = world
        .post_with(path, &payer.cookie, "csrf=fmcx_wrong&plan=free")
        .await;
    assert_ne!(forged.status, StatusCode::SEE_OTHER);
    assert_eq!(plan_in(&world, now.next()).await, Plan::Team);
}

#[tokio::test]
async fn a_cap_is_tried_saved_and_checked() {
    let world = World::new().await;
    let payer = world.account(&world.acme, "payer", READER).await;
    let ann = world.person(&world.acme, "Ann").await.member.id;
    world
        .calls(&world.acme, Some(ann), "doc_read", Outcome::Ok, 5)
        .await;
    let page = world
        .look("/console/t/acme/billing?try=3", &payer.cookie)
        .await;
    assert!(
        page.body.contains("would have stopped 2 calls of 1 people"),
        "a trial"
    );
    assert!(
        world
            .recorded(&world.acme)
            .await
            .iter()
            .all(|act| act != "billing.cap")
    );
    let token = page.csrf();
    let path = "/console/t/acme/billing/cap";
    let wrong = world
        .post_with(path, &payer.cookie, &format!("csrf={token}&calls=-1%22%3E"))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("aria-invalid=\"true\"") && wrong.body.contains("value=\"-1&#34;"));
    for (calls, cap) in [("25,000", Some(25_000)), ("", None)] {
        let form = format!("csrf={token}&calls={calls}");
        let saved = world.post_with(path, &payer.cookie, &form).await;
        assert_eq!(saved.location(), "/console/t/acme/billing?done=cap");
        let entry = world
            .store
            .directory()
            .by_id(world.acme.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(entry.tenant.limits.monthly_calls, cap);
    }
}

#[tokio::test]
async fn a_line_opens_its_calls_and_nothing_else() {
    let world = World::new().await;
    world.with_october().await;
    let payer = world.account(&world.acme, "payer", READER).await;
    let at = "/console/t/acme/billing/statements/2026-10";
    let look = async |path: &str| world.look(&format!("{at}{path}"), &payer.cookie).await;
    let statement = look("").await.body;
    assert!(statement.contains("Statement of October 2026") && statement.contains("CNY 299.00"));
    assert!(statement.contains("still has this hash"));
    for (line, rows) in [("2", 4), ("3", 2)] {
        let page = look(&format!("/lines/{line}?check=1")).await.body;
        assert_eq!(page.matches("<code>").count(), rows);
        let led = page.contains("href=\"/console/t/acme/audit/");
        assert!(!led, "no link to entries that this reader may not open");
        assert!(page.contains("note good"), "the ledger says the same");
    }
    for missing in ["/lines/1", "/lines/9", "/lines/0", "/lines/x"] {
        assert_eq!(
            look(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    for month in ["2026-09", "2026-13", "..%2F..", "2026-1"] {
        let path = format!("/console/t/acme/billing/statements/{month}");
        let found = world.look(&path, &payer.cookie).await.status;
        assert_eq!(found, StatusCode::NOT_FOUND, "{month}");
    }
    let stranger = world.account(&world.other, "stranger", READER).await;
    assert_eq!(
        world.look(at, &stranger.cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let file = look("/csv").await.body;
    assert!(file.contains("\"October 2026\",\"Total\",\"\",\"\",\"299.00\",\"CNY\""));
}

#[tokio::test]
async fn credit_notes_are_given_once_and_never_too_much() {
    let world = World::new().await;
    world.with_october().await;
    let payer = world.account(&world.acme, "payer", READER).await;
    let at = "/console/t/acme/billing/statements/2026-10";
    let token = world.look(at, &payer.cookie).await.csrf();
    let give = async |number: u64, amount: &str, reason: &str| {
        let form = format!("csrf={token}&number={number}&amount={amount}&reason={reason}");
        let path = format!("{at}/credit");
        world.post_with(&path, &payer.cookie, &form).await
    };
    for (amount, reason) in [("0", "x"), ("1e3", "x"), ("299.01", "x"), ("1", "%20")] {
        let refused = give(1, amount, reason).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        assert!(refused.body.contains("id=\"credit-fault\""));
    }
    let given = give(1, "9.50", "%3Cb%3Eoutage%3C/b%3E").await;
    assert_eq!(given.location(), format!("{at}?done=credit"));
    let again = give(1, "9.50", "outage").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "sent twice");
    let page = world.look(at, &payer.cookie).await.body;
    assert!(page.contains("&#60;b&#62;outage") && !page.contains("<b>outage"));
    assert!(page.contains("CNY 289.50"), "what is left of 299.00");
    let recorded = world.recorded(&world.acme).await;
    let notes = recorded
        .iter()
        .filter(|act| *act == "billing.credit")
        .count();
    assert_eq!(notes, 1);
    let reader = world
        .account(&world.acme, "auditor", RoleSet::of(&[Role::Auditor]))
        .await;
    let page = world.look(at, &reader.cookie).await.body;
    assert!(!page.contains("/credit\""), "no form for who may not");
    let entry = world
        .store
        .directory()
        .by_id(world.acme.id)
        .await
        .unwrap()
        .unwrap();
    let principal = Principal::platform(world.acme.id, Purpose::SignIn);
    assert!(authorize::<model::policy::ManageBilling>(&entry.rules, &principal, &()).is_err());
}
