//! Questions to members about single calls: each step once, for one member of one tenant.

use model::{
    Access, Bound, CallId, Channel, ClientRef, Confirmation, ConfirmationState, Locale, MemberId,
    OsEntropy, Principal, PrincipalParts, Role, RoleSet, Subject, SystemClock, Tenant, digest,
    policy::{CallTool, Effect, ManageOwnConnections, Permit, Rules, ToolFacts, authorize},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::{NewConfirmation, StoreError};

use crate::{
    on_both,
    support::{Bench, connect_at, person},
};

on_both!(
    a_question_is_answered_once_and_used_once,
    what_is_not_the_same_call_uses_nothing_up,
    only_one_of_many_calls_uses_an_agreement,
    a_question_is_invisible_and_untouchable_from_another_tenant,
    the_question_is_sealed_and_the_arguments_are_not_kept,
    a_question_ends_with_its_time,
);

fn acting(tenant: &Tenant, member: MemberId) -> Principal {
    Principal::establish(PrincipalParts {
        tenant: tenant.id,
        subject: Subject::Member {
            id: member,
            open_id: "ou_ann".to_owned(),
            name: "Ann".to_owned(),
        },
        roles: RoleSet::EMPTY.with(Role::EndUser),
        access: Access::Write,
        client: ClientRef::unregistered("test"),
        grant: None,
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    })
}

fn calling(tenant: &Tenant, member: MemberId) -> Permit<CallTool> {
    let facts = ToolFacts {
        name: "files",
        effect: Effect::Destroy,
        capability: None,
    };
    let rules = Rules::open(tenant.id, vec![]);
    authorize::<CallTool>(&rules, &acting(tenant, member), &facts).unwrap()
}

fn answering(tenant: &Tenant, member: MemberId) -> Permit<ManageOwnConnections> {
    let rules = Rules::open(tenant.id, vec![]);
    authorize::<ManageOwnConnections>(&rules, &acting(tenant, member), &member).unwrap()
}

fn call_id() -> CallId {
    CallId::mint(&SystemClock, &OsEntropy)
}

async fn member(bench: &Bench, tenant: &Tenant, open_id: &str) -> MemberId {
    let tx = bench.write(tenant).await;
    let member = tx
        .members()
        .upsert_signed_in(person(open_id))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    member.id
}

fn bound(member: MemberId) -> Bound {
    Bound {
        member,
        client: None,
        grant: None,
        tool: "files".to_owned(),
        digest: digest(&json!({ "op": "delete", "ref": "fldcnSecretPlace" })),
        policy_version: 3,
    }
}

/// Asks ann about the call.
async fn ask(bench: &Bench, call: &Bound) -> Confirmation {
    let tx = bench.write(&bench.acme).await;
    let asked = tx
        .confirmations()
        .ask(
            &calling(&bench.acme, call.member),
            &NewConfirmation {
                bound: call,
                client_name: "Cursor",
                page_only: false,
                question: "Delete \"Plans for the merger\"?",
                asked_by: call_id(),
            },
        )
        .await
        .unwrap();
    tx.commit().await.unwrap();
    asked
}

async fn answer(bench: &Bench, who: MemberId, asked: &Confirmation, agreed: bool) -> bool {
    let tx = bench.write(&bench.acme).await;
    let permit = answering(&bench.acme, who);
    let confirmations = tx.confirmations();
    let taken = confirmations.answer(&permit, who, asked.id, agreed).await;
    let taken = taken.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn use_up(bench: &Bench, asked: &Confirmation, call: &Bound) -> bool {
    let tx = bench.write(&bench.acme).await;
    let permit = calling(&bench.acme, call.member);
    let confirmations = tx.confirmations();
    let used = confirmations
        .use_up(&permit, asked.id, call, call_id())
        .await;
    let used = used.unwrap();
    tx.commit().await.unwrap();
    used
}

async fn state(bench: &Bench, asked: &Confirmation) -> ConfirmationState {
    let tx = bench.read(&bench.acme).await;
    let found = tx.confirmations().get(asked.id).await.unwrap();
    found.unwrap().state
}

async fn a_question_is_answered_once_and_used_once(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let bob = member(bench, &bench.acme, "ou_bob").await;
    let call = bound(ann);
    let asked = ask(bench, &call).await;
    {
        let tx = bench.read(&bench.acme).await;
        assert_eq!(
            tx.confirmations().get(asked.id).await.unwrap(),
            Some(asked.clone())
        );
        assert_eq!(
            tx.confirmations().about(ann, "files").await.unwrap(),
            std::slice::from_ref(&asked)
        );
        assert_eq!(tx.confirmations().about(ann, "other").await.unwrap(), []);
        assert_eq!(tx.confirmations().about(bob, "files").await.unwrap(), []);
        assert_eq!(tx.confirmations().waiting_count(ann).await.unwrap(), 1);
        assert_eq!(tx.confirmations().waiting(bob).await.unwrap(), []);
    }
    // Nothing runs before the answer, and another member cannot give it.
    assert!(!use_up(bench, &asked, &call).await);
    assert!(!answer(bench, bob, &asked, true).await);
    assert!(answer(bench, ann, &asked, true).await);
    for again in [true, false] {
        assert!(!answer(bench, ann, &asked, again).await);
    }
    assert_eq!(state(bench, &asked).await, ConfirmationState::Granted);
    assert!(use_up(bench, &asked, &call).await);
    assert!(!use_up(bench, &asked, &call).await);
    assert_eq!(state(bench, &asked).await, ConfirmationState::Used);

    let refused = ask(bench, &call).await;
    assert!(answer(bench, ann, &refused, false).await);
    assert!(!answer(bench, ann, &refused, true).await);
    assert!(!use_up(bench, &refused, &call).await);
    assert_eq!(state(bench, &refused).await, ConfirmationState::Declined);
}

async fn what_is_not_the_same_call_uses_nothing_up(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let bob = member(bench, &bench.acme, "ou_bob").await;
    let call = bound(ann);
    let asked = ask(bench, &call).await;
    assert!(answer(bench, ann, &asked, true).await);
    let other = |change: &dyn Fn(&mut Bound)| {
        let mut other = call.clone();
        change(&mut other);
        other
    };
    let id = model::Id::from_uuid(asked.id.uuid());
    let grant = model::Id::from_uuid(asked.id.uuid());
    for call in [
        other(&|call| call.member = bob),
        other(&|call| call.client = Some(id)),
        other(&|call| call.grant = Some(grant)),
        other(&|call| "doc_history".clone_into(&mut call.tool)),
        other(&|call| call.digest = digest(&json!({ "op": "delete", "ref": "x" }))),
        other(&|call| call.policy_version = 4),
    ] {
        assert!(!use_up(bench, &asked, &call).await, "{call:?}");
    }
    assert!(use_up(bench, &asked, &call).await);
}

async fn only_one_of_many_calls_uses_an_agreement(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let call = bound(ann);
    let asked = ask(bench, &call).await;
    assert!(answer(bench, ann, &asked, true).await);
    // Each with a store of its own, as replicas are.
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (url, acme, call) = (bench.url.clone(), bench.acme.clone(), call.clone());
        tries.spawn(async move {
            let store = crate::support::connect(&url).await.unwrap();
            let scope = store.scope(&acting(&acme, ann));
            let with = (calling(&acme, ann), asked.id, call);
            let used = scope.retrying(&with, |tx, (permit, id, call)| {
                Box::pin(async move {
                    let confirmations = tx.confirmations();
                    confirmations.use_up(permit, *id, call, call_id()).await
                })
            });
            used.await.unwrap()
        });
    }
    let used = tries.join_all().await;
    assert_eq!(used.iter().filter(|one| **one).count(), 1, "{used:?}");
}

async fn a_question_is_invisible_and_untouchable_from_another_tenant(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let twin = member(bench, &bench.other, "ou_ann").await;
    let call = bound(ann);
    let asked = ask(bench, &call).await;
    let tx = bench.write(&bench.other).await;
    let confirmations = tx.confirmations();
    assert_eq!(confirmations.get(asked.id).await.unwrap(), None);
    assert_eq!(confirmations.question(asked.id).await.unwrap(), None);
    assert_eq!(confirmations.waiting(ann).await.unwrap(), []);
    assert_eq!(confirmations.about(ann, "files").await.unwrap(), []);
    let permit = answering(&bench.other, twin);
    for member in [ann, twin] {
        let taken = confirmations.answer(&permit, member, asked.id, true).await;
        assert!(!taken.unwrap());
    }
    let permit = calling(&bench.other, twin);
    let used = confirmations.use_up(&permit, asked.id, &call, call_id());
    assert!(!used.await.unwrap());
    // A permit of the first tenant opens nothing here.
    let foreign = answering(&bench.acme, ann);
    let refused = confirmations.answer(&foreign, ann, asked.id, true).await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
    let far = asked.expires_at + Confirmation::LIFE;
    assert_eq!(confirmations.sweep(far).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(state(bench, &asked).await, ConfirmationState::Pending);
    assert!(answer(bench, ann, &asked, true).await);
    let tx = bench.write(&bench.other).await;
    let permit = calling(&bench.other, twin);
    let confirmations = tx.confirmations();
    let used = confirmations.use_up(&permit, asked.id, &call, call_id());
    assert!(!used.await.unwrap());
}

async fn the_question_is_sealed_and_the_arguments_are_not_kept(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let asked = ask(bench, &bound(ann)).await;
    let tx = bench.read(&bench.acme).await;
    assert_eq!(
        tx.confirmations()
            .question(asked.id)
            .await
            .unwrap()
            .unwrap(),
        "Delete \"Plans for the merger\"?"
    );
    drop(tx);
    let rows = bench
        .owner
        .query_all_raw(sea_orm::Statement::from_string(
            bench.owner.get_database_backend(),
            "SELECT question, digest FROM confirmations",
        ))
        .await
        .unwrap();
    let question: Vec<u8> = rows[0].try_get("", "question").unwrap();
    for hidden in ["Plans", "merger", "fldcn"] {
        let bytes = hidden.as_bytes();
        let found = question.windows(bytes.len()).any(|part| part == bytes);
        assert!(!found, "{hidden}");
    }
    // Moved to another question, it does not open.
    let other = ask(bench, &bound(ann)).await;
    let moved = format!(
        "UPDATE confirmations SET question = (SELECT question FROM confirmations WHERE id = {}) \
         WHERE id = {}",
        bench.sql_id(asked.id.uuid()),
        bench.sql_id(other.id.uuid()),
    );
    bench.tamper(&moved).await;
    let tx = bench.read(&bench.acme).await;
    let opened = tx.confirmations().question(other.id).await;
    assert!(matches!(opened, Err(StoreError::Vault(_))));
}

async fn a_question_ends_with_its_time(bench: &Bench) {
    let ann = member(bench, &bench.acme, "ou_ann").await;
    let call = bound(ann);
    let (waits, given) = (ask(bench, &call).await, ask(bench, &call).await);
    assert!(answer(bench, ann, &given, true).await);
    let late = connect_at(&bench.url, given.expires_at).await;
    let scope = late.scope(&acting(&bench.acme, ann));
    let tx = scope.write().await.unwrap();
    let confirmations = tx.confirmations();
    assert_eq!(confirmations.waiting_count(ann).await.unwrap(), 0);
    let permit = answering(&bench.acme, ann);
    let taken = confirmations.answer(&permit, ann, waits.id, true).await;
    assert!(!taken.unwrap());
    let permit = calling(&bench.acme, ann);
    let used = confirmations.use_up(&permit, given.id, &call, call_id());
    assert!(!used.await.unwrap());
    assert_eq!(confirmations.sweep(given.asked_at).await.unwrap(), 0);
    let after = given.expires_at + std::time::Duration::from_millis(1);
    assert_eq!(confirmations.sweep(after).await.unwrap(), 2);
}
