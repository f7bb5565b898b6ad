//! Events as the sandbox makes them, on both databases.

mod things;

use std::time::Duration;

use ::tests::On;
use bus::Wake;
use feishu::events::{Knock, Refusal};
use model::{
    CallId, EntryKind, LedgerEntry, MemberId, OsEntropy, Principal, Purpose, SystemClock,
    policy::{Permit, SetUpApp, authorize},
};
use sandbox::{Fault, FaultKind, UserStatus, demo};
use serde_json::{Value, json};
use store::{IntakeState, ProofPair};
use vault::Secret;

use super::*;
use crate::{app_care::Act, directory::tests::World};

/// Much longer than an act takes.
const BOUND: Duration = Duration::from_secs(10);

fn options() -> EventOptions {
    EventOptions {
        gather: Duration::ZERO,
        apart: Duration::ZERO,
        keys_for: Duration::from_millis(1),
        note_every: Duration::ZERO,
        ..EventOptions::default()
    }
}

fn pair() -> ProofPair {
    ProofPair {
        encrypt_key: Secret::new("sandbox encrypt key"),
        token: Secret::new("verify-e5f60718"),
    }
}

struct Desk {
    world: World,
    care: EventCare,
}

impl Desk {
    async fn on(on: On) -> Self {
        let world = World::on(on).await;
        let care = world.events(options());
        let desk = Self { world, care };
        desk.prove_by(&pair()).await;
        desk
    }

    async fn permit(&self) -> Permit<SetUpApp> {
        let tenant = self.world.tenant.id;
        let entry = self.world.store.directory().by_id(tenant).await.unwrap();
        let operator = Principal::platform(tenant, Purpose::Operator);
        authorize::<SetUpApp>(&entry.unwrap().rules, &operator, &()).unwrap()
    }

    async fn prove_by(&self, pair: &ProofPair) {
        let (permit, record) = (self.permit().await, self.record());
        let scope = self.care.scope(self.world.tenant.id);
        let act = Act {
            scope: &scope,
            permit: &permit,
            record: &record,
        };
        self.care.prove_by(&act, pair).await.unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
    }

    fn record(&self) -> LedgerEntry {
        LedgerEntry {
            tenant: self.world.tenant.id,
            id: CallId::mint(&SystemClock, &OsEntropy),
            kind: EntryKind::Admin,
            at: self.care.now(),
            member: None,
            account: None,
            client: None,
            client_name: String::new(),
            grant: None,
            channel: model::Channel::Internal,
            action: "events.keys".to_owned(),
            effect: String::new(),
            target: None,
            policy_version: None,
            decision: None,
            outcome: model::Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: "{}".to_owned(),
        }
    }

    async fn state(&self) -> IntakeState {
        let scope = self.care.scope(self.world.tenant.id);
        self.care.state(&scope).await.unwrap().unwrap()
    }

    /// Receives an event that happened `ago`.
    async fn receive(
        &self,
        id: &str,
        kind: &str,
        body: &Value,
        ago: Duration,
    ) -> Result<Taken, Turned> {
        let now = self.care.now();
        let times = ((now - ago).millis(), now.millis());
        let app = demo::APP_ID;
        let made = self
            .world
            .sandbox
            .event_request(app, id, kind, body.clone(), times);
        let (headers, sealed) = made.unwrap();
        let header = |name: &str| {
            let found = headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let knock = Knock {
            timestamp: &header("X-Lark-Request-Timestamp"),
            nonce: &header("X-Lark-Request-Nonce"),
            signature: &header("X-Lark-Signature"),
            body: sealed.as_bytes(),
        };
        self.care.receive(&self.world.tenant, &knock).await
    }

    async fn told(&self, id: &str, key: &str, status: Value, ago: Duration) {
        let body = json!({ "object": { "open_id": self.world.open_id(key), "status": status } });
        let done = self
            .receive(id, "contact.user.updated_v3", &body, ago)
            .await;
        assert_eq!(done.unwrap(), Taken::Event);
    }

    async fn deleted(&self, id: &str, key: &str, ago: Duration) {
        let body = json!({ "object": { "open_id": self.world.open_id(key) } });
        let done = self
            .receive(id, "contact.user.deleted_v3", &body, ago)
            .await;
        assert_eq!(done.unwrap(), Taken::Event);
    }

    /// Lets the acts under way end.
    async fn quiet(&self) {
        let all = self.care.0.room.acquire_many(16);
        let all = tokio::time::timeout(BOUND, all).await;
        drop(all.expect("in time").unwrap());
    }

    async fn count(&self, action: &str) -> usize {
        let all = self.world.actions().await;
        all.iter().filter(|(_, known)| known == action).count()
    }

    async fn waiting(&self) -> usize {
        let tx = self.world.write().await;
        tx.events().waiting(10).await.unwrap().len()
    }

    async fn connected(&self, key: &str) -> MemberId {
        let member = self.world.member(key).await;
        self.world.connect(member).await;
        member
    }
}

const NOW: Duration = Duration::ZERO;
const LONG_AGO: Duration = Duration::from_hours(2);

async fn who_is_deleted_is_cut_off_once_however_often_that_is_told(on: On) {
    let desk = Desk::on(on).await;
    let zhao = desk.connected(demo::END_USER).await;
    let mut wakes = desk.world.bus.subscribe();
    for _ in 0..3 {
        desk.deleted("e1", demo::END_USER, NOW).await;
    }
    desk.quiet().await;
    assert_eq!(desk.world.roles(zhao).await, "");
    assert_eq!(desk.world.connections(zhao).await, 0);
    assert_eq!(desk.state().await.received, 1);
    for action in ["feishu.event", "member.roles", "grant.revoke"] {
        assert_eq!(desk.count(action).await, 1, "{action}");
    }
    let tenant = desk.world.tenant.id;
    let mut told = Vec::new();
    while let Ok(wake) = wakes.try_recv() {
        told.push(wake);
    }
    let member = zhao;
    assert!(told.contains(&Wake::MemberRevoked { tenant, member }));
    assert_eq!(desk.waiting().await, 0);
    // The next one about the same person has nothing left to take, and says nothing of it.
    desk.deleted("e2", demo::END_USER, NOW).await;
    desk.quiet().await;
    assert_eq!(desk.count("feishu.event").await, 1);
}

async fn what_happened_long_ago_is_asked_about(on: On) {
    let desk = Desk::on(on).await;
    let zhao = desk.connected(demo::END_USER).await;
    let chen = desk.connected(demo::DEVELOPER).await;
    // Welcomed back since: Feishu says so.
    desk.deleted("e1", demo::END_USER, LONG_AGO).await;
    desk.quiet().await;
    assert_eq!(desk.world.connections(zhao).await, 1);
    // Feishu does not answer: it is asked again later, by the jobs of any replica.
    let silent = Fault::new("/open-apis/contact/*", FaultKind::Status);
    desk.world.sandbox.add_fault(silent);
    desk.deleted("e2", demo::DEVELOPER, LONG_AGO).await;
    desk.quiet().await;
    assert_eq!(desk.world.connections(chen).await, 1);
    let tx = desk.world.write().await;
    let past = tx.now() - Duration::from_secs(1);
    tx.events().put_off("e2", past).await.unwrap();
    tx.commit().await.unwrap();
    desk.world.sandbox.clear_faults();
    desk.world.leaves(demo::DEVELOPER, UserStatus::Resigned);
    let tenant = desk.world.tenant.id;
    desk.care.round(tenant).await.unwrap();
    assert_eq!(desk.world.connections(chen).await, 0);
    assert_eq!(desk.count("feishu.event").await, 1);
    assert_eq!(desk.waiting().await, 0);
}

async fn what_a_vanished_replica_left_is_done_by_another(on: On) {
    let desk = Desk::on(on).await;
    let zhao = desk.connected(demo::END_USER).await;
    // As after a kill between the answer and the act: the row is there, nobody is at it.
    let tx = desk.world.write().await;
    let event = store::NewEvent {
        id: "e1".to_owned(),
        kind: "contact.user.deleted_v3".to_owned(),
        person: desk.world.open_id(demo::END_USER),
        gone: Some(model::role_mapping::Standing::Left),
        thing: String::new(),
        happened_at: tx.now(),
    };
    assert!(tx.events().keep(&event, false).await.unwrap());
    tx.commit().await.unwrap();
    let tenant = desk.world.tenant.id;
    let other = desk.world.events(options());
    let (one, two) = futures::join!(desk.care.round(tenant), other.round(tenant));
    one.and(two).unwrap();
    assert_eq!(desk.world.connections(zhao).await, 0);
    assert_eq!(desk.count("feishu.event").await, 1, "by one of the two");
}

async fn a_change_of_a_member_is_looked_at_and_others_are_let_be(on: On) {
    let desk = Desk::on(on).await;
    let chen = desk.connected(demo::DEVELOPER).await;
    desk.told("e1", demo::DEVELOPER, json!({ "is_frozen": true }), NOW)
        .await;
    desk.quiet().await;
    assert_eq!(desk.world.connections(chen).await, 0);
    // Thawed: Feishu is asked, and the rules hold again.
    desk.told("e2", demo::DEVELOPER, json!({ "is_activated": true }), NOW)
        .await;
    desk.quiet().await;
    assert_eq!(desk.world.roles(chen).await, "end_user");
    let before = desk.world.sandbox.calls_of("contact.v3.user.get");
    desk.told("e3", demo::END_USER, Value::Null, NOW).await;
    desk.quiet().await;
    let after = desk.world.sandbox.calls_of("contact.v3.user.get");
    assert_eq!(
        before, after,
        "nobody asks about people who never signed in"
    );
    assert_eq!(desk.waiting().await, 0);
    // One who never signed in and left is remembered as gone.
    desk.deleted("e4", demo::END_USER, NOW).await;
    desk.quiet().await;
    let tx = desk.world.write().await;
    let known = tx
        .enterprise()
        .person(&desk.world.open_id(demo::END_USER))
        .await;
    let standing = known.unwrap().unwrap().facts.standing;
    assert_eq!(standing, model::role_mapping::Standing::Left);
}

async fn changes_of_the_enterprise_become_one_look(on: On) {
    let desk = Desk::on(on).await;
    let tenant = desk.world.tenant.id;
    assert_eq!(desk.care.look(tenant).await.unwrap(), None);
    for id in ["e1", "e2", "e3"] {
        let kind = "contact.department.updated_v3";
        desk.receive(id, kind, &json!({}), NOW).await.unwrap();
    }
    assert!(desk.state().await.look_at.is_some());
    assert_eq!(desk.care.look(tenant).await.unwrap(), Some(true));
    assert_eq!(desk.state().await.look_at, None);
    assert_eq!(desk.care.look(tenant).await.unwrap(), None);
    // The same event again asks for nothing.
    let kind = "contact.department.updated_v3";
    desk.receive("e1", kind, &json!({}), NOW).await.unwrap();
    assert_eq!(desk.state().await.look_at, None);
    // A look that fails is made again.
    desk.receive("e4", kind, &json!({}), NOW).await.unwrap();
    let silent = Fault::new("/open-apis/contact/*", FaultKind::Status);
    desk.world.sandbox.add_fault(silent);
    assert_eq!(desk.care.look(tenant).await.unwrap(), Some(false));
    assert!(desk.state().await.look_at.is_some());
}

async fn what_nothing_is_done_for_is_counted_and_not_kept(on: On) {
    let desk = Desk::on(on).await;
    let body = json!({ "message": { "content": "confidential" } });
    let done = desk
        .receive("e1", "im.message.receive_v1", &body, NOW)
        .await;
    assert_eq!(done.unwrap(), Taken::Event);
    let state = desk.state().await;
    assert_eq!((state.received, state.ignored), (1, 1));
    assert_eq!(state.received_kind, "im.message.receive_v1");
    let tx = desk.world.write().await;
    let later = tx.now() + BOUND;
    assert_eq!(tx.events().sweep(later).await.unwrap(), 0, "no row");
}

async fn an_app_that_changed_is_looked_at(on: On) {
    let desk = Desk::on(on).await;
    let kind = "application.application.app_version.audit_v6";
    desk.receive("e1", kind, &json!({}), NOW).await.unwrap();
    desk.quiet().await;
    let apps = &desk.care.parts().apps;
    let checked = apps.latest(desk.world.tenant.id).await.unwrap();
    assert!(checked.is_some());
    assert_eq!(desk.waiting().await, 0);
}

async fn strangers_learn_nothing_and_are_noted(on: On) {
    let desk = Desk::on(on).await;
    let zhao = desk.connected(demo::END_USER).await;
    let knock = |body: &'static str| Knock {
        timestamp: "1",
        nonce: "n",
        signature: "00",
        body: body.as_bytes(),
    };
    let refused = |turned: Result<Taken, Turned>| match turned {
        Err(Turned::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let tenant = &desk.world.tenant;
    let done = desk
        .care
        .receive(tenant, &knock("{\"encrypt\":\"\"}"))
        .await;
    assert_eq!(refused(done), Refusal::Signature);
    let state = desk.state().await;
    assert_eq!(
        (state.refused, state.refused_for.as_str()),
        (1, "signature")
    );
    // Another app's event, well proven with its own key and with ours.
    let body = json!({ "object": { "open_id": desk.world.open_id(demo::END_USER) } });
    desk.world.sandbox.change_app(demo::APP_ID, |app| {
        app.tenant_key = demo::OTHER_TENANT_KEY.to_owned();
    });
    let tx = desk.world.write().await;
    assert!(tx.pages().belongs_to(demo::TENANT_KEY).await.unwrap());
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(3)).await;
    let done = desk
        .receive("e1", "contact.user.deleted_v3", &body, NOW)
        .await;
    assert_eq!(refused(done), Refusal::OtherTenant);
    desk.quiet().await;
    assert_eq!(desk.world.connections(zhao).await, 1);
    assert_eq!(desk.waiting().await, 0);

    // Without keys nothing is taken, whatever it is.
    let (permit, record) = (desk.permit().await, desk.record());
    let scope = desk.care.scope(tenant.id);
    let act = Act {
        scope: &scope,
        permit: &permit,
        record: &record,
    };
    assert!(desk.care.stop(&act).await.unwrap());
    assert!(!desk.care.stop(&act).await.unwrap());
    let done = desk.care.receive(tenant, &knock("{}")).await;
    assert!(matches!(done, Err(Turned::Off)));
    assert_eq!(desk.care.state(&scope).await.unwrap(), None);
}

async fn refusals_of_a_flood_are_noted_together(on: On) {
    let desk = Desk::on(on).await;
    let care = desk.world.events(EventOptions {
        note_every: Duration::from_mins(5),
        ..options()
    });
    for _ in 0..50 {
        let turned = care.refuse(&desk.world.tenant, Refusal::TooLarge).await;
        assert!(matches!(turned, Turned::Refused(Refusal::TooLarge)));
    }
    assert_eq!(
        desk.state().await.refused,
        1,
        "one note, and no more for now"
    );
}

async fn too_many_proven_events_are_turned_away(on: On) {
    let desk = Desk::on(on).await;
    let kind = "im.message.receive_v1";
    let mut turned = None;
    // Places come back while they are taken, twenty a second.
    for n in 0..5_000 {
        let done = desk.receive(&format!("e{n}"), kind, &json!({}), NOW).await;
        if let Err(error) = done {
            turned = Some((n, error));
            break;
        }
    }
    let (n, error) = turned.expect("some end");
    assert!(n >= 600, "{n}");
    assert!(matches!(error, Turned::TooMany(wait) if wait > Duration::ZERO));
}

::tests::on_both! {
    who_is_deleted_is_cut_off_once_however_often_that_is_told,
    what_happened_long_ago_is_asked_about,
    what_a_vanished_replica_left_is_done_by_another,
    a_change_of_a_member_is_looked_at_and_others_are_let_be,
    changes_of_the_enterprise_become_one_look,
    what_nothing_is_done_for_is_counted_and_not_kept,
    an_app_that_changed_is_looked_at,
    strangers_learn_nothing_and_are_noted,
    refusals_of_a_flood_are_noted_together,
    too_many_proven_events_are_turned_away,
}
