//! Puts the parts together: the only place that knows all of them.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use automation::{Automation, AutomationOptions, AutomationParts};
use bus::Bus;
use calls::{
    Gate, HostsFor, Links,
    app_care::{AppCare, AppCareParts},
    directory::{DirectoryCare, DirectoryOptions, DirectoryParts},
    events::{EventCare, EventOptions, EventParts},
};
use edge::Urls;
use feishu::{Hosts, Transport, TransportOptions, app_check::Region};
use model::{Brand, Clock, Entropy, NodeId, OsEntropy, Slug, SystemClock};
use store::{Store, StoreOptions};
use url::Url;
use vault::{KeyRing, MasterKey, Vault};

use crate::config::Config;

/// Everything that the commands share. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// Tenants' data.
    pub store: Store,
    /// What replicas share.
    pub bus: Bus,
    /// Seals, opens, signs.
    pub vault: Vault,
    /// The Feishu client.
    pub transport: Transport,
    /// Every address of ours.
    pub urls: Urls,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    hosts: FeishuHosts,
}

/// Where each brand's open platform is.
#[derive(Debug, Clone)]
pub struct FeishuHosts(Option<StandIn>);

/// An operator's stand-in for both brands.
#[derive(Debug, Clone)]
struct StandIn {
    feishu: Hosts,
    lark: Hosts,
    origin: String,
}

impl FeishuHosts {
    /// From `feishu.origin`: empty means the real ones.
    pub fn new(origin: &str) -> anyhow::Result<Self> {
        if origin.is_empty() {
            return Ok(Self(None));
        }
        let url = Url::parse(origin).context("feishu.origin is no URL")?;
        Ok(Self(Some(StandIn {
            feishu: Hosts::stand_in(&url, Region::Feishu),
            lark: Hosts::stand_in(&url, Region::Lark),
            origin: url.origin().ascii_serialization(),
        })))
    }

    /// Hosts of a brand.
    pub fn of(&self, brand: Brand) -> Hosts {
        match (&self.0, brand) {
            (Some(stand_in), Brand::Feishu) => stand_in.feishu.clone(),
            (Some(stand_in), Brand::Lark) => stand_in.lark.clone(),
            (None, Brand::Feishu) => Hosts::feishu(),
            (None, Brand::Lark) => Hosts::lark(),
        }
    }
}

/// Reads the key ring.
pub fn key_ring(config: &Config) -> anyhow::Result<KeyRing> {
    anyhow::ensure!(
        !(config.keys.master.is_empty() && config.keys.master_file.is_empty()),
        "no master key: run `feishu-mcp keys generate` and set keys.master or keys.master_file"
    );
    let master = if config.keys.master.is_empty() {
        std::fs::read_to_string(&config.keys.master_file).with_context(|| {
            format!(
                "keys.master_file {:?} cannot be read; make a key with `feishu-mcp keys generate`",
                config.keys.master_file
            )
        })?
    } else {
        config.keys.master.clone()
    };
    let older = config
        .keys
        .older
        .iter()
        .map(|key| master_key(key))
        .collect::<Result<_, _>>()?;
    Ok(KeyRing::new(master_key(master.trim())?, older)?)
}

/// Reads `ID:BASE64`.
pub fn master_key(text: &str) -> anyhow::Result<MasterKey> {
    let (id, key) = text
        .split_once(':')
        .context("a master key has the form ID:BASE64; make one with `feishu-mcp keys generate`")?;
    Ok(MasterKey::from_base64(id, key)?)
}

impl Platform {
    /// Connects everything.
    pub async fn connect(config: &Config, ring: KeyRing) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let vault = Vault::new(ring, Arc::clone(&entropy));
        let options = StoreOptions {
            max_connections: config.database.max_connections,
            ..StoreOptions::new(&config.database.url)
        };
        let store = Store::connect(
            options,
            Arc::clone(&clock),
            Arc::clone(&entropy),
            vault.clone(),
        )
        .await
        .context("the database cannot be used")?;
        let node = NodeId::mint(&*clock, &*entropy);
        let bus = if config.redis.url.is_empty() {
            Bus::local(node)
        } else {
            Bus::redis(&config.redis.url, node, &config.redis.prefix)
                .context("redis.url cannot be used")?
        };
        let transport = Transport::new(TransportOptions {
            connect_timeout: Duration::from_secs(config.feishu.connect_seconds),
            call_timeout: Duration::from_secs(config.feishu.call_seconds),
            token_path: config.feishu.token_path.clone(),
            ..TransportOptions::default()
        })?;
        let mut urls = Urls::new(&config.http.public_url)
            .context("http.public_url must be an origin such as https://mcp.example.com")?;
        if !config.tenancy.default_tenant.is_empty() {
            urls = urls.with_default_tenant(config.tenancy.default_tenant.parse::<Slug>()?);
        }
        let hosts = FeishuHosts::new(&config.feishu.origin)?;
        Ok(Self {
            store,
            bus,
            vault,
            transport,
            urls,
            clock,
            entropy,
            hosts,
        })
    }

    /// Hosts of a brand.
    pub fn hosts(&self, brand: Brand) -> Hosts {
        self.hosts.of(brand)
    }

    /// The same, for parts that keep it.
    pub fn hosts_for(&self) -> HostsFor {
        let hosts = self.hosts.clone();
        Arc::new(move |brand| hosts.of(brand))
    }

    /// The keeper of the tenants' Feishu apps.
    pub fn app_care(&self) -> AppCare {
        AppCare::new(AppCareParts {
            store: self.store.clone(),
            bus: self.bus.clone(),
            transport: self.transport.clone(),
            hosts: self.hosts_for(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            redirect_url: self.urls.callback(),
        })
    }

    /// The keeper of what is known about people.
    pub fn directory(&self) -> DirectoryCare {
        DirectoryCare::new(DirectoryParts {
            store: self.store.clone(),
            bus: self.bus.clone(),
            transport: self.transport.clone(),
            hosts: self.hosts_for(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            options: DirectoryOptions::default(),
        })
    }

    /// The keeper of events.
    pub fn events(&self, directory: DirectoryCare) -> EventCare {
        EventCare::new(EventParts {
            store: self.store.clone(),
            bus: self.bus.clone(),
            directory,
            apps: self.app_care(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            options: EventOptions::default(),
        })
    }

    /// The keeper of rules.
    pub fn rules(&self, gate: &Gate) -> Automation {
        Automation::new(AutomationParts {
            store: self.store.clone(),
            bus: self.bus.clone(),
            gate: gate.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            options: AutomationOptions::default(),
        })
    }

    /// Addresses that errors send people to.
    pub fn links(&self) -> Links {
        let [sign_in, connections, confirm, uploads] = [(); 4].map(|()| self.urls.clone());
        Links {
            sign_in: Arc::new(move |slug| sign_in.sign_in(slug)),
            connections: Arc::new(move |slug| connections.connections(slug)),
            confirm: Arc::new(move |slug, id| confirm.confirm(slug, id)),
            upload: Arc::new(move |slug, link| uploads.upload(slug, link)),
            web_host: self.hosts.0.as_ref().map(|one| one.origin.clone()),
        }
    }
}
