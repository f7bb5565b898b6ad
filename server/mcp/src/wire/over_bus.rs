//! The edge over the real bus.

use std::time::Duration;

use bus::{Bus, Wake};
use futures::{
    StreamExt,
    future::{BoxFuture, ready},
    stream::BoxStream,
};
use model::NodeId;
use tokio_stream::wrappers::BroadcastStream;

use super::{Letter, Signal, Wire, WireDown};

/// The signal of a wake-up, if it concerns the edge.
fn signal(wake: Wake) -> Option<Signal> {
    Some(match wake {
        Wake::GrantRevoked { tenant, grant } => Signal::GrantRevoked(tenant, grant),
        Wake::MemberRevoked { tenant, member } => Signal::MemberRevoked(tenant, member),
        Wake::TenantChanged { tenant } => Signal::TenantChanged(tenant),
        Wake::SessionClosed { session } => Signal::SessionClosed(session),
        Wake::CancelRequest { session, request } => Signal::CancelRequest(session, request),
        Wake::ToolsChanged { tenant } => Signal::ToolsChanged(tenant),
        Wake::ThingChanged { tenant, token } => Signal::ThingChanged(tenant, token),
        Wake::FeishuGrantChanged { .. } | Wake::LedgerChanged { .. } => return None,
    })
}

fn wake(signal: Signal) -> Option<Wake> {
    Some(match signal {
        Signal::GrantRevoked(tenant, grant) => Wake::GrantRevoked { tenant, grant },
        Signal::MemberRevoked(tenant, member) => Wake::MemberRevoked { tenant, member },
        Signal::TenantChanged(tenant) => Wake::TenantChanged { tenant },
        Signal::SessionClosed(session) => Wake::SessionClosed { session },
        Signal::CancelRequest(session, request) => Wake::CancelRequest { session, request },
        Signal::ToolsChanged(tenant) => Wake::ToolsChanged { tenant },
        Signal::ThingChanged(tenant, token) => Wake::ThingChanged { tenant, token },
        Signal::Missed => return None,
    })
}

impl Wire for Bus {
    fn node(&self) -> String {
        Self::node(self).to_string()
    }

    fn put<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        value: &'a str,
        ttl: Duration,
    ) -> BoxFuture<'a, Result<(), WireDown>> {
        Box::pin(async move {
            self.put_record(kind, key, value, ttl)
                .await
                .map_err(|_| WireDown)
        })
    }

    fn get<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
        touch: Option<Duration>,
    ) -> BoxFuture<'a, Result<Option<String>, WireDown>> {
        Box::pin(async move {
            self.get_record(kind, key, touch)
                .await
                .map_err(|_| WireDown)
        })
    }

    fn delete<'a>(
        &'a self,
        kind: &'static str,
        key: &'a str,
    ) -> BoxFuture<'a, Result<bool, WireDown>> {
        Box::pin(async move { self.delete_record(kind, key).await.map_err(|_| WireDown) })
    }

    fn publish(&self, signal: Signal) -> BoxFuture<'_, Result<(), WireDown>> {
        Box::pin(async move {
            match wake(signal) {
                Some(wake) => Self::publish(self, wake).await.map_err(|_| WireDown),
                None => Ok(()),
            }
        })
    }

    fn send<'a>(&'a self, node: &'a str, letter: Letter) -> BoxFuture<'a, Result<bool, WireDown>> {
        Box::pin(async move {
            let Ok(node) = node.parse::<NodeId>() else {
                return Ok(false);
            };
            let letter = bus::Letter {
                session: letter.session,
                binding: letter.binding,
                body: letter.body,
            };
            Self::send(self, node, letter).await.map_err(|_| WireDown)
        })
    }

    fn signals(&self) -> BoxStream<'static, Signal> {
        let wakes = BroadcastStream::new(self.subscribe());
        wakes
            .filter_map(|wake| {
                ready(match wake {
                    Ok(wake) => signal(wake),
                    Err(_lagged) => Some(Signal::Missed),
                })
            })
            .boxed()
    }

    fn letters(&self) -> BoxStream<'static, Letter> {
        let letters = BroadcastStream::new(self.inbox());
        letters
            .filter_map(|letter| {
                ready(letter.ok().map(|letter| Letter {
                    session: letter.session,
                    binding: letter.binding,
                    body: letter.body,
                }))
            })
            .boxed()
    }
}
