//! Calls in somebody's name.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::{Download, FeishuError, Hosts, Meter, Reply, Request, Transport};

/// An access token and where it is good for. Cheap to clone; the clones share the [`Meter`].
#[derive(Clone)]
pub struct Session {
    transport: Transport,
    hosts: Arc<Hosts>,
    token: Arc<Zeroizing<String>>,
    meter: Arc<Meter>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("open", &self.hosts.open.as_str())
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session with a user or tenant access token.
    pub fn new(transport: Transport, hosts: Arc<Hosts>, token: &str, meter: Arc<Meter>) -> Self {
        Self {
            transport,
            hosts,
            token: Arc::new(Zeroizing::new(token.to_owned())),
            meter,
        }
    }

    /// What was done upstream so far.
    pub const fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Sends a call and gives the envelope's `data`.
    pub async fn call(&self, request: Request) -> Result<Reply, FeishuError> {
        self.transport
            .call(&self.hosts.open, &self.token, &request, &self.meter)
            .await
    }

    /// Fetches a file of at most `most` bytes.
    ///
    /// # Errors
    /// [`FeishuError::TooLarge`] for a larger one; Feishu's refusals as for every call.
    pub async fn download(&self, request: Request, most: usize) -> Result<Download, FeishuError> {
        self.transport
            .download(&self.hosts.open, &self.token, &request, most, &self.meter)
            .await
    }

    /// Sends a call and reads `data` as `T`.
    pub async fn fetch<T: DeserializeOwned>(&self, request: Request) -> Result<T, FeishuError> {
        let reply = self.call(request).await?;
        serde_json::from_str(reply.data.get()).map_err(|_unexpected| FeishuError::Decode {
            log_id: reply.log_id,
            http: 200,
        })
    }
}
