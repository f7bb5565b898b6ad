//! Sends entries on. The ledger is the outbox: a stream is a place in it, moved after the
//! receiver took what came before. At least once, in order, one process per stream at a time.

mod body;

use std::time::Duration;

use feishu::{GuardOptions, GuardedClient};
use model::{Principal, Purpose, TenantId};
use store::{
    AuditStream, DeadLetter, EntryFilter, Names, Place, StoreError, StreamKind, TenantScope,
};
use vault::Secret;

use crate::{JobsParts, health, tenants};

/// Entries of one request.
const BATCH: u64 = 100;
/// Requests to one stream in one round.
const REQUESTS: u32 = 50;
/// A receiver has this long.
const DEADLINE: Duration = Duration::from_secs(10);
/// A process that vanished gives its stream up after this.
const LEASE: Duration = Duration::from_secs(30);
/// What is read of a receiver's answer.
const ANSWER: usize = 16 * 1024;
/// First pause after a failure; it doubles up to [`LONGEST`].
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_hours(1);

/// One round over all streams of all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    let loopback = parts.options.audit.allow_loopback;
    let client = match GuardedClient::new(GuardOptions {
        allow_loopback: loopback,
    }) {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "no client for streams");
            health::trouble("no client for streams", &error);
            return;
        }
    };
    let all = match tenants::all(&parts.store, "send ledgers on").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        if let Err(error) = one(parts, &client, tenant.id).await {
            tracing::warn!(%error, tenant = %tenant.id, "streams wait");
            health::trouble("streams wait", &error);
        }
    }
}

/// The streams of one tenant.
pub(crate) async fn one(
    parts: &JobsParts,
    client: &GuardedClient,
    tenant: TenantId,
) -> Result<(), StoreError> {
    let principal = Principal::platform(tenant, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    let tx = scope.read().await?;
    let streams = tx.audit().streams().await?;
    drop(tx);
    for stream in streams.into_iter().filter(|stream| stream.active) {
        again(parts, client, &scope, &stream).await?;
        for _ in 0..REQUESTS {
            let tx = scope.write().await?;
            let leased = tx.audit().lease_stream(stream.id, LEASE).await?;
            tx.commit().await?;
            let Some((stream, secret)) = leased else {
                break;
            };
            if !next(parts, client, &scope, stream, &secret).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Sends what comes next; `true` when there may be more.
async fn next(
    parts: &JobsParts,
    client: &GuardedClient,
    scope: &TenantScope,
    mut stream: AuditStream,
    secret: &Secret,
) -> Result<bool, StoreError> {
    let found = rows(scope, stream.cursor, None).await?;
    let now = parts.clock.now();
    let mut more = false;
    if let (Some(first), Some(last)) = (found.first(), found.last()) {
        let (from, through) = (first.seq, last.seq);
        match send(parts, client, &stream, secret, &found).await {
            Ok(()) => {
                stream.cursor = through;
                stream.attempts = 0;
                stream.delivered_at = Some(now);
                stream.last_error = None;
                more = found.len() as u64 == BATCH;
            }
            Err(why) => {
                stream.attempts += 1;
                stream.next_at = now + pause(stream.attempts);
                stream.last_error = Some(why.clone());
                if stream.attempts >= parts.options.audit.attempts {
                    let tx = scope.write().await?;
                    let dead = DeadLetter {
                        stream: stream.id,
                        from,
                        through,
                        error: why,
                        at: now,
                        again: false,
                    };
                    tx.audit().bury(&dead).await?;
                    stream.cursor = through;
                    stream.attempts = 0;
                    tx.audit().note_stream(&stream).await?;
                    tx.commit().await?;
                    return Ok(false);
                }
            }
        }
    }
    let tx = scope.write().await?;
    tx.audit().note_stream(&stream).await?;
    tx.commit().await?;
    Ok(more)
}

/// Sends what was given up and is wanted after all.
async fn again(
    parts: &JobsParts,
    client: &GuardedClient,
    scope: &TenantScope,
    stream: &AuditStream,
) -> Result<(), StoreError> {
    let tx = scope.read().await?;
    let letters = tx.audit().dead_letters().await?;
    drop(tx);
    let wanted = letters
        .into_iter()
        .filter(|letter| letter.stream == stream.id && letter.again);
    for letter in wanted {
        let tx = scope.write().await?;
        let leased = tx.audit().lease_stream(stream.id, LEASE).await?;
        tx.commit().await?;
        let Some((mut stream, secret)) = leased else {
            return Ok(());
        };
        let found = rows(scope, letter.from - 1, Some(letter.through)).await?;
        let sent = send(parts, client, &stream, &secret, &found).await;
        let tx = scope.write().await?;
        match &sent {
            Ok(()) => tx.audit().raise(&letter).await?,
            Err(why) => {
                stream.next_at = parts.clock.now() + PAUSE;
                stream.last_error = Some(why.clone());
            }
        }
        tx.audit().note_stream(&stream).await?;
        tx.commit().await?;
        if sent.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

async fn rows(
    scope: &TenantScope,
    after: u64,
    through: Option<u64>,
) -> Result<Vec<model::audit::Row>, StoreError> {
    let tx = scope.read().await?;
    let filter = EntryFilter {
        through,
        ..EntryFilter::default()
    };
    let place = Place { at: 0, seq: after };
    let found = tx.ledger().after(&filter, Some(place), BATCH).await?;
    tx.ledger().rows(found, &mut Names::default()).await
}

/// One request; an error says in a few words why it was not taken.
async fn send(
    parts: &JobsParts,
    client: &GuardedClient,
    stream: &AuditStream,
    secret: &Secret,
    rows: &[model::audit::Row],
) -> Result<(), String> {
    if rows.is_empty() {
        return Ok(());
    }
    let (headers, body) = match stream.kind {
        StreamKind::Webhook => body::webhook(stream, secret, rows, parts.clock.now()),
        StreamKind::Otlp => body::otlp(secret, rows),
    };
    let reply = client
        .post(&stream.url, &headers, body, ANSWER, DEADLINE)
        .await
        .map_err(|error| error.to_string())?;
    if (200..300).contains(&reply.status) {
        Ok(())
    } else {
        Err(format!("the receiver answered {}", reply.status))
    }
}

fn pause(attempts: u32) -> Duration {
    let doubled = PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(12));
    doubled.min(LONGEST)
}
