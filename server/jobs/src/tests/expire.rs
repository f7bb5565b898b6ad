//! What has ended is removed after its time, and nothing else.

use model::{Access, AuthorizationId, ClientId, GrantId};
use store::{NewAuthorization, NewClient, NewGrant, NewPair};
use vault::{Token, TokenHash, TokenKind};

use super::*;
use crate::expire::round;

const HOUR: Duration = Duration::from_hours(1);

fn mint(kind: TokenKind) -> TokenHash {
    Token::mint(kind, &OsEntropy).hash()
}

/// One row of each kind that ends at a moment.
struct Rows {
    authorization: AuthorizationId,
    access: TokenHash,
    refresh: TokenHash,
    sign_in: TokenHash,
    session: TokenHash,
}

/// Which of them are still there.
#[derive(Debug, PartialEq, Eq)]
struct There {
    authorization: bool,
    access: bool,
    refresh: bool,
    sign_in: bool,
    session: bool,
}

const ALL: There = There {
    authorization: true,
    access: true,
    refresh: true,
    sign_in: true,
    session: true,
};

const NONE: There = There {
    authorization: false,
    access: false,
    refresh: false,
    sign_in: false,
    session: false,
};

async fn client(world: &World, number: u8) -> ClientId {
    let tx = world.store.platform("tests").write().await.unwrap();
    let clients = tx.clients();
    let new = NewClient {
        fingerprint: Some([number; 32]),
        name: "Client",
        metadata: "{}",
        auth_method: "none",
        secret: None,
    };
    let id = clients.register(new).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

async fn used(world: &World, client: ClientId) {
    let tx = world.store.platform("tests").write().await.unwrap();
    tx.clients().mark_used(client).await.unwrap();
    tx.commit().await.unwrap();
}

async fn grant(world: &World, tenant: &Tenant, member: MemberId, client: ClientId) -> GrantId {
    let tx = world.write(tenant.id).await;
    let new = NewGrant {
        member,
        client,
        client_name: "Client",
        vouched_by: None,
        returns_to: "localhost",
        access: Access::Read,
        resource: "http://localhost/t/acme/mcp",
        expires_at: tx.now() + DAY * 365,
    };
    let id = tx.grants().add(new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

impl Rows {
    async fn ending(
        world: &World,
        tenant: &Tenant,
        (member, client, grant): (MemberId, ClientId, GrantId),
        ends: Timestamp,
    ) -> Self {
        let (access, refresh) = (mint(TokenKind::Access), mint(TokenKind::Refresh));
        let (sign_in, session) = (mint(TokenKind::FeishuState), mint(TokenKind::PageSession));
        let browser = mint(TokenKind::Browser);
        let tx = world.write(tenant.id).await;
        let parked = NewAuthorization {
            client,
            client_name: "Client",
            redirect_uri: "http://localhost/cb",
            state: None,
            challenge: CHALLENGE,
            asked: Access::Read,
            resource: "http://localhost/t/acme/mcp",
            browser: &browser,
            csrf: &mint(TokenKind::Csrf),
            expires_at: ends,
        };
        let authorization = tx.authorizations().park(parked).await.unwrap();
        let pair = NewPair {
            parent: None,
            access: Access::Read,
            access_hash: &access,
            access_expires_at: ends,
            refresh_hash: Some(&refresh),
            refresh_expires_at: ends,
        };
        tx.grants().issue(grant, pair).await.unwrap();
        let pages = tx.pages();
        let verifier = Secret::new(VERIFIER);
        let parked = pages.park(&browser, &sign_in, &verifier, "/", ends);
        parked.await.unwrap();
        pages.open(member, &session, ends).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            authorization,
            access,
            refresh,
            sign_in,
            session,
        }
    }

    async fn there(&self, world: &World, tenant: &Tenant) -> There {
        let tx = world.write(tenant.id).await;
        let authorization = tx.authorizations().get(self.authorization).await.unwrap();
        let sign_in = world.store.lookup(&self.sign_in).await.unwrap();
        There {
            authorization: authorization.is_some(),
            access: tx
                .grants()
                .access_token(&self.access)
                .await
                .unwrap()
                .is_some(),
            refresh: tx
                .grants()
                .refresh_token(&self.refresh)
                .await
                .unwrap()
                .is_some(),
            sign_in: sign_in.page_sign_in_by_state().await.unwrap().is_some(),
            session: tx.pages().session(&self.session).await.unwrap().is_some(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_rows_go_after_a_day_and_living_ones_stay() {
    let world = World::new().await;
    let acme = world.acme().await;
    let secret = demo::OTHER_APP_SECRET;
    let globex = world.tenant("globex", demo::OTHER_APP_ID, secret).await;
    let client = client(&world, 1).await;
    used(&world, client).await;
    for (tenant, secret, user) in [
        (&acme, demo::APP_SECRET, demo::END_USER),
        (&globex, secret, demo::OTHER_USER),
    ] {
        let member = world.member(tenant, secret, user).await;
        let grant = grant(&world, tenant, member, client).await;
        let of = (member, client, grant);
        let begin = world.clock.now();
        let long_gone = Rows::ending(&world, tenant, of, begin + HOUR).await;
        let just_gone = Rows::ending(&world, tenant, of, begin + HOUR * 3).await;
        let living = Rows::ending(&world, tenant, of, begin + DAY * 30).await;
        let node = world.node(None);

        round(&node).await;
        assert_eq!(long_gone.there(&world, tenant).await, ALL);
        world.clock.advance(DAY + HOUR * 2);
        round(&node).await;
        assert_eq!(long_gone.there(&world, tenant).await, NONE);
        assert_eq!(
            just_gone.there(&world, tenant).await,
            ALL,
            "kept for replays"
        );
        assert_eq!(living.there(&world, tenant).await, ALL);

        let tx = world.write(tenant.id).await;
        assert!(tx.grants().get(grant).await.unwrap().is_some());
        assert!(tx.members().get(member).await.unwrap().is_some());
        assert!(tx.feishu_grants().get(member).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_go_when_nobody_finished_or_used_them() {
    let world = World::new().await;
    let node = world.node(None);
    let (idle, busy) = (client(&world, 1).await, client(&world, 2).await);
    used(&world, idle).await;
    used(&world, busy).await;
    world.clock.advance(DAY * 175);
    used(&world, busy).await;
    let abandoned = client(&world, 3).await;
    world.clock.advance(DAY * 6);
    let fresh = client(&world, 4).await;
    let known = async || {
        let tx = world.store.platform("tests").read().await.unwrap();
        let all = [idle, busy, abandoned, fresh];
        let found = tx.clients().by_ids(&all).await.unwrap();
        all.map(|id| found.iter().any(|client| client.id == id))
    };
    round(&node).await;
    assert_eq!(known().await, [false, true, true, true]);
    world.clock.advance(DAY * 2);
    round(&node).await;
    assert_eq!(known().await, [false, true, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_run_and_stop_when_they_are_told() {
    let world = World::new().await;
    let acme = world.acme().await;
    let member = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    world.clock.advance(DAY * 6);
    let jobs = crate::spawn_all(world.node(None));
    for _ in 0..500 {
        if world.grant(&acme, member).await.version == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.grant(&acme, member).await.version, 2);
    let stopped = tokio::time::timeout(Duration::from_secs(5), jobs.shutdown());
    stopped.await.unwrap();
}
