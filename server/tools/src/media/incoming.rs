//! Bytes that come along with a call, past the model.

use std::{fmt, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream::BoxStream};
use tokio::sync::Mutex;

/// A body that is still coming in. Read once; the clones share it.
#[derive(Clone)]
pub struct Incoming {
    /// Bytes that the sender announced.
    pub size: u64,
    chunks: Arc<Mutex<BoxStream<'static, Result<Bytes, Cut>>>>,
}

/// The sender went away before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sender went away before the end")]
pub(super) struct Cut;

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming({} bytes)", self.size)
    }
}

impl Incoming {
    /// A body of `size` bytes; an error of the stream counts as a cut.
    pub fn new<E>(
        size: u64,
        chunks: impl futures::Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Self {
        let chunks = chunks.map(|chunk| chunk.map_err(|_error| Cut));
        Self {
            size,
            chunks: Arc::new(Mutex::new(chunks.boxed())),
        }
    }

    /// Reads all of it, in pieces of `piece` bytes (the last may be shorter), one at a time.
    pub(super) async fn piece(&self, rest: &mut BytesMut, piece: usize) -> Result<Bytes, Cut> {
        let mut chunks = self.chunks.lock().await;
        while rest.len() < piece {
            match chunks.next().await {
                Some(chunk) => rest.extend_from_slice(&chunk?),
                None => break,
            }
        }
        let length = rest.len().min(piece);
        Ok(rest.split_to(length).freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_have_their_size_however_the_bytes_come() {
        let chunks = ["ab", "cdefg", "", "h"].map(|text| Ok::<_, Cut>(Bytes::from(text)));
        let body = Incoming::new(8, futures::stream::iter(chunks));
        let mut rest = BytesMut::new();
        let mut seen = Vec::new();
        loop {
            let piece = body.piece(&mut rest, 3).await.unwrap();
            if piece.is_empty() {
                break;
            }
            seen.push(piece);
        }
        assert_eq!(seen, ["abc", "def", "gh"]);
    }

    #[tokio::test]
    async fn a_cut_is_told() {
        let chunks = [Ok(Bytes::from("ab")), Err("reset")];
        let body = Incoming::new(8, futures::stream::iter(chunks));
        assert_eq!(body.piece(&mut BytesMut::new(), 4).await, Err(Cut));
    }
}
