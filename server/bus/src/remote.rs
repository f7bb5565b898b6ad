//! Redis.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures::StreamExt;
use model::{NodeId, Rate};
use redis::{
    Client, FromRedisValue, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::broadcast, time::Instant};

use crate::{BusError, Letter, Verdict, Wake, bucket::BucketKey, bucket::Pace};

/// A Redis that does not answer in this time is away: limits must stay cheap.
const ANSWER: Duration = Duration::from_millis(500);
/// After a failure Redis is left alone for this long.
const REST: Duration = Duration::from_millis(500);

/// One bucket, counted by the server's own clock: the time at which it is full again, in
/// microseconds. Gives the debt after this call; stores it only when that fits.
const TAKE: &str = "local time = redis.call('TIME') \
    local now = time[1] * 1000000 + time[2] \
    local full_at = tonumber(redis.call('GET', KEYS[1]) or now) \
    if full_at < now then full_at = now end \
    local debt = full_at + tonumber(ARGV[1]) - now \
    if debt <= tonumber(ARGV[2]) then \
      redis.call('SET', KEYS[1], string.format('%.0f', now + debt), 'PX', math.ceil(debt / 1000) + 1000) \
    end \
    return debt";

/// A wake-up with its sender, who has heard it already.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: NodeId,
    wake: Wake,
}

pub(crate) struct Remote {
    client: Client,
    manager: ConnectionManager,
    prefix: String,
    take: Script,
    started: Instant,
    /// Milliseconds after `started` until which Redis is left alone.
    resting: AtomicU64,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({})", self.prefix)
    }
}

impl Remote {
    pub(crate) fn new(url: &str, prefix: &str) -> Result<Self, BusError> {
        let client = Client::open(url).map_err(BusError::Address)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER))
            .set_number_of_retries(1)
            .set_max_delay(REST);
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(BusError::Address)?;
        Ok(Self {
            client,
            manager,
            prefix: prefix.to_owned(),
            take: Script::new(TAKE),
            started: Instant::now(),
            resting: AtomicU64::new(0),
        })
    }

    /// Forwards wake-ups and letters for as long as somebody may listen; subscribes again
    /// whenever the connection was lost.
    pub(crate) fn listen(
        &self,
        node: NodeId,
        wakes: broadcast::Sender<Wake>,
        letters: broadcast::Sender<Letter>,
    ) {
        let client = self.client.clone();
        let wake_channel = self.wake_channel();
        let letter_channel = self.letter_channel(node);
        let weak = (wakes.downgrade(), letters.downgrade());
        drop((wakes, letters));
        tokio::spawn(async move {
            loop {
                let connected = tokio::time::timeout(ANSWER, client.get_async_pubsub()).await;
                if let Ok(Ok(mut pubsub)) = connected
                    && pubsub
                        .subscribe(&[&wake_channel, &letter_channel])
                        .await
                        .is_ok()
                {
                    let mut messages = pubsub.into_on_message();
                    while let Some(message) = messages.next().await {
                        let (Some(wakes), Some(letters)) = (weak.0.upgrade(), weak.1.upgrade())
                        else {
                            return;
                        };
                        let Ok(text) = message.get_payload::<String>() else {
                            continue;
                        };
                        if message.get_channel_name() == letter_channel {
                            if let Ok(letter) = serde_json::from_str(&text) {
                                let _ = letters.send(letter);
                            }
                        } else if let Ok(envelope) = serde_json::from_str::<Envelope>(&text)
                            && envelope.from != node
                        {
                            let _ = wakes.send(envelope.wake);
                        }
                    }
                    tracing::warn!("the subscription to Redis ended");
                }
                if weak.0.upgrade().is_none() {
                    return;
                }
                tokio::time::sleep(REST).await;
            }
        });
    }

    pub(crate) async fn publish(&self, from: NodeId, wake: Wake) -> Result<(), BusError> {
        let text = serde_json::to_string(&Envelope { from, wake })?;
        let mut command = redis::cmd("PUBLISH");
        command.arg(self.wake_channel()).arg(text);
        self.ask::<i64>(&command).await.map(|_| ())
    }

    pub(crate) async fn send(&self, to: NodeId, letter: &Letter) -> Result<bool, BusError> {
        let text = serde_json::to_string(letter)?;
        let mut command = redis::cmd("PUBLISH");
        command.arg(self.letter_channel(to)).arg(text);
        self.ask::<i64>(&command)
            .await
            .map(|listeners| listeners > 0)
    }

    pub(crate) async fn put(
        &self,
        kind: &str,
        key: &str,
        value: &str,
        ttl: Duration,
        only_if_absent: bool,
    ) -> Result<bool, BusError> {
        let mut command = redis::cmd("SET");
        command.arg(self.record(kind, key)).arg(value);
        command.arg("PX").arg(millis(ttl));
        if only_if_absent {
            command.arg("NX");
        }
        let done: Option<String> = self.ask(&command).await?;
        Ok(done.is_some())
    }

    pub(crate) async fn get(
        &self,
        kind: &str,
        key: &str,
        touch: Option<Duration>,
    ) -> Result<Option<String>, BusError> {
        let mut command = redis::cmd(if touch.is_some() { "GETEX" } else { "GET" });
        command.arg(self.record(kind, key));
        if let Some(ttl) = touch {
            command.arg("PX").arg(millis(ttl));
        }
        self.ask(&command).await
    }

    pub(crate) async fn delete(&self, kind: &str, key: &str) -> Result<bool, BusError> {
        let mut command = redis::cmd("DEL");
        command.arg(self.record(kind, key));
        self.ask::<i64>(&command).await.map(|removed| removed > 0)
    }

    pub(crate) async fn take(
        &self,
        bucket: &BucketKey,
        rate: Rate,
        cost: u32,
    ) -> Result<Verdict, BusError> {
        self.awake()?;
        let pace = Pace::of(rate, cost);
        let mut call = self.take.prepare_invoke();
        call.key(format!("{}:bucket:{}", self.prefix, bucket.text()))
            .arg(pace.take)
            .arg(pace.depth);
        let debt: Result<u64, _> = call.invoke_async(&mut self.manager.clone()).await;
        debt.map(|debt| pace.verdict(debt))
            .map_err(|error| self.rest(error))
    }

    pub(crate) async fn ping(&self) -> Result<(), BusError> {
        // Asked on purpose: a rest does not count.
        let answer: Result<String, _> = redis::cmd("PING")
            .query_async(&mut self.manager.clone())
            .await;
        answer.map(|_| ()).map_err(|error| self.rest(error))
    }

    async fn ask<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, BusError> {
        self.awake()?;
        let answer = command.query_async(&mut self.manager.clone()).await;
        answer.map_err(|error| self.rest(error))
    }

    fn awake(&self) -> Result<(), BusError> {
        let until = Duration::from_millis(self.resting.load(Ordering::Relaxed));
        if self.started.elapsed() < until {
            Err(BusError::Away(None))
        } else {
            Ok(())
        }
    }

    fn rest(&self, error: redis::RedisError) -> BusError {
        let until = self.started.elapsed() + REST;
        self.resting.store(millis(until), Ordering::Relaxed);
        tracing::warn!(%error, "Redis does not answer");
        BusError::Away(Some(error))
    }

    fn wake_channel(&self) -> String {
        format!("{}:wake", self.prefix)
    }

    fn letter_channel(&self, node: NodeId) -> String {
        format!("{}:node:{node}", self.prefix)
    }

    fn record(&self, kind: &str, key: &str) -> String {
        format!("{}:record:{kind}:{key}", self.prefix)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}
