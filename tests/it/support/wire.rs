//! The way to Feishu, with token requests or their answers held up on it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Mutex, watch},
    task::JoinSet,
};

/// What does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Everything arrives.
    Nothing,
    /// Answers of the token endpoint.
    Answers,
    /// Requests to the token endpoint, and the answers that were held before.
    Requests,
}

/// A proxy in front of a sandbox.
pub struct Wire {
    /// Its address.
    pub url: String,
    held: watch::Sender<Held>,
    waiting: Arc<AtomicUsize>,
    connections: Arc<Mutex<JoinSet<()>>>,
}

/// One connection.
#[derive(Clone)]
struct Line {
    held: watch::Receiver<Held>,
    /// Whether its latest request was one for tokens.
    token: Arc<AtomicBool>,
    /// How many requests and answers are held.
    waiting: Arc<AtomicUsize>,
}

impl Wire {
    /// Before the sandbox at `to`.
    pub async fn to(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (held, watched) = watch::channel(Held::Nothing);
        let waiting = Arc::new(AtomicUsize::new(0));
        let connections = Arc::new(Mutex::new(JoinSet::new()));
        let (counted, kept) = (Arc::clone(&waiting), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let feishu = TcpStream::connect(to).await.expect("the sandbox");
                let (from_client, to_client) = client.into_split();
                let (from_feishu, to_feishu) = feishu.into_split();
                let line = Line {
                    held: watched.clone(),
                    token: Arc::default(),
                    waiting: Arc::clone(&counted),
                };
                let mut kept = kept.lock().await;
                kept.spawn(line.clone().requests(from_client, to_feishu));
                kept.spawn(line.answers(from_feishu, to_client));
            }
        });
        Self {
            url,
            held,
            waiting,
            connections,
        }
    }

    /// Holds something up from now on.
    pub fn hold(&self, what: Held) {
        self.held.send_replace(what);
    }

    /// Requests and answers that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Drops every connection with what is held on it, and holds nothing any more.
    pub async fn cut(&self) {
        self.connections.lock().await.shutdown().await;
        self.waiting.store(0, Ordering::SeqCst);
        self.hold(Held::Nothing);
    }
}

impl Line {
    async fn requests(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let text = String::from_utf8_lossy(&bytes[..count]);
            if text.starts_with("POST ") || text.starts_with("GET ") {
                let place = text.lines().next().unwrap_or_default();
                let token = place.contains("/oauth/token");
                self.token.store(token, Ordering::SeqCst);
                if token {
                    self.pass(|held| held != Held::Requests).await;
                }
            }
            if to.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    }

    async fn answers(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            if self.token.load(Ordering::SeqCst) {
                self.pass(|held| held == Held::Nothing).await;
            }
            if to.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    }

    async fn pass(&mut self, may: fn(Held) -> bool) {
        if may(*self.held.borrow_and_update()) {
            return;
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _ = self.held.wait_for(|held| may(*held)).await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
