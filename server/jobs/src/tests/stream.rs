//! What a receiver of the ledger sees: everything, in order, signed, and again after a failure.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use parking_lot::Mutex;
use serde_json::Value;
use store::{NewStream, StreamKind};

use super::{billing::calls, *};
use crate::{AuditOptions, stream::round};

const SECRET: &str = "whsec_of_the_tests";

/// A receiver that answers as it is told.
#[derive(Clone)]
struct Receiver {
    url: String,
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answer: Arc<Mutex<StatusCode>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/", listener.local_addr().unwrap()),
            seen: Arc::default(),
            answer: Arc::new(Mutex::new(StatusCode::OK)),
        };
        let app = Router::new()
            .route("/", post(Self::take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    #[expect(clippy::unused_async, reason = "what axum calls")]
    async fn take(State(this): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        this.seen.lock().push((headers, body));
        *this.answer.lock()
    }

    fn answers(&self, status: StatusCode) {
        *self.answer.lock() = status;
    }

    fn requests(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut *self.seen.lock())
    }

    /// Places in the ledger of the entries that came since the last look.
    fn places(&self) -> Vec<u64> {
        let of = |body: Bytes| -> Vec<u64> {
            let body: Value = serde_json::from_slice(&body).unwrap();
            let events = body["events"].as_array().unwrap().clone();
            events
                .iter()
                .map(|event| event["entry"]["seq"].as_u64().unwrap())
                .collect()
        };
        self.requests()
            .into_iter()
            .flat_map(|(_, body)| of(body))
            .collect()
    }
}

fn node(world: &World) -> JobsParts {
    let mut node = world.node(None);
    node.options.audit = AuditOptions {
        allow_loopback: true,
        attempts: 3,
        ..AuditOptions::default()
    };
    node
}

async fn stream(world: &World, tenant: &Tenant, kind: StreamKind, url: &str) -> model::StreamId {
    let permit = world.permit(tenant).await;
    let tx = world.write(tenant.id).await;
    let new = NewStream {
        name: "SIEM",
        kind,
        url,
        secret: &Secret::new(SECRET),
        after: 0,
    };
    let id = tx.audit().add_stream(&permit, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_webhook_gets_every_entry_once_in_order_and_signed() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let other = world.tenant("other", "cli_other", "secret").await;
    let receiver = Receiver::start().await;
    stream(&world, &tenant, StreamKind::Webhook, &receiver.url).await;
    calls(&world, &tenant, 250).await;
    calls(&world, &other, 5).await;
    let (one, two) = (node(&world), node(&world));
    tokio::join!(round(&one), round(&two));
    let requests = receiver.requests();
    assert!(requests.len() >= 3, "in parts");
    for (headers, body) in &requests {
        let at = headers["feishu-mcp-timestamp"].to_str().unwrap();
        let signed = [at.as_bytes(), b".", body].concat();
        let mac = hex::encode(Secret::new(SECRET).mac(&signed));
        assert_eq!(headers["feishu-mcp-signature"], format!("v1={mac}"));
        assert!(!String::from_utf8_lossy(body).contains(&other.id.to_string()));
    }
    receiver.seen.lock().extend(requests);
    assert_eq!(receiver.places(), (1..=250).collect::<Vec<_>>());
    round(&one).await;
    assert_eq!(receiver.requests(), [], "nothing new, nothing sent");
    calls(&world, &tenant, 1).await;
    round(&two).await;
    assert_eq!(receiver.places(), [251]);
}

#[tokio::test]
async fn what_a_receiver_refuses_waits_is_given_up_and_can_be_sent_again() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let receiver = Receiver::start().await;
    let id = stream(&world, &tenant, StreamKind::Webhook, &receiver.url).await;
    let node = node(&world);
    calls(&world, &tenant, 2).await;
    receiver.answers(StatusCode::SERVICE_UNAVAILABLE);
    round(&node).await;
    round(&node).await;
    assert_eq!(receiver.places(), [1, 2], "it is left alone for a while");
    let tx = world.write(tenant.id).await;
    let now = tx.audit().streams().await.unwrap().remove(0);
    drop(tx);
    assert_eq!((now.attempts, now.cursor), (1, 0));
    assert!(now.last_error.unwrap().contains("503"));
    for _ in 0..2 {
        world.clock.advance(Duration::from_mins(1));
        round(&node).await;
    }
    assert_eq!(receiver.places(), [1, 2, 1, 2]);
    // The third failure gives the two up, so that they do not hold up what follows.
    calls(&world, &tenant, 1).await;
    receiver.answers(StatusCode::NO_CONTENT);
    world.clock.advance(Duration::from_mins(10));
    round(&node).await;
    assert_eq!(receiver.places(), [3]);
    let tx = world.write(tenant.id).await;
    let dead = tx.audit().dead_letters().await.unwrap();
    assert_eq!((dead[0].from, dead[0].through), (1, 2));
    drop(tx);
    let permit = world.permit(&tenant).await;
    let tx = world.write(tenant.id).await;
    tx.audit().send_again(&permit, id).await.unwrap();
    tx.commit().await.unwrap();
    round(&node).await;
    assert_eq!(receiver.places(), [1, 2]);
    let tx = world.write(tenant.id).await;
    assert_eq!(tx.audit().dead_letters().await.unwrap(), []);
}

#[tokio::test]
async fn a_collector_gets_log_records_with_its_token() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let receiver = Receiver::start().await;
    stream(&world, &tenant, StreamKind::Otlp, &receiver.url).await;
    calls(&world, &tenant, 1).await;
    round(&node(&world)).await;
    let (headers, body) = receiver.requests().remove(0);
    assert_eq!(headers["authorization"], format!("Bearer {SECRET}"));
    let body: Value = serde_json::from_slice(&body).unwrap();
    let record = &body["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
    assert_eq!(record["eventName"], "feishu_mcp.audit.call");
    let at = world.clock.now().millis().to_string() + "000000";
    assert_eq!(record["timeUnixNano"], at.as_str());
    let entry: Value =
        serde_json::from_str(record["body"]["stringValue"].as_str().unwrap()).unwrap();
    assert_eq!(entry["action"], "doc_read");
}

#[tokio::test]
async fn a_stream_inwards_is_not_sent_to() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let receiver = Receiver::start().await;
    stream(&world, &tenant, StreamKind::Webhook, &receiver.url).await;
    calls(&world, &tenant, 1).await;
    // As `serve` runs: no receivers on loopback.
    round(&world.node(None)).await;
    assert_eq!(receiver.requests(), []);
}
