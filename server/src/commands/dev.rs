//! `dev`: everything on one machine, with the sandbox or a real Feishu tenant.

mod console;
mod data;
mod demo;
mod events;
mod history;
mod roles;
mod welcome;

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use anyhow::Context as _;
use model::{Brand, Capability, Limits, Locale, Month, Plan, Rate, Slug};
use sandbox::{RunningSandbox, SandboxOptions};
use store::NewTenant;
use tokio::net::TcpListener;
use url::Url;
use vault::{KeyRing, MasterKey, Secret};

use self::{data::DataFolder, welcome::Welcome};
use crate::{
    cli::DevArgs,
    config::{
        Config, SignUp,
        environment::{RealTenant, Variables},
    },
    serving::{self, Mode, Serving},
    terminal::Terminal,
    wire::Platform,
};

/// Slug of the demo tenant of the sandbox.
const DEMO: &str = "acme";
/// Slug of the tenant that the environment names.
const REAL: &str = "feishu";

/// Runs until Ctrl-C.
pub async fn run(mut config: Config, args: DevArgs, terminal: Terminal) -> anyhow::Result<()> {
    let folder = open_folder(&args, terminal)?;
    let real = Variables::read(Path::new(".dev.vars")).real_tenant()?;

    // Bound first: with port 0 the addresses follow from what the system gives.
    let listener = bind(args.listen, terminal).await?;
    let port = listener.local_addr()?.port();
    let mut listeners = vec![listener];
    if args.listen.ip() == Ipv4Addr::LOCALHOST {
        // Browsers and clients that take `localhost` for ::1 are served too, where there is IPv6.
        listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
    }
    let slug: Slug = if real.is_some() { REAL } else { DEMO }.parse()?;
    configure(&mut config, &args, &folder, port, &slug)?;
    let sandbox = if real.is_none() {
        let running = start_sandbox(&args, &folder, port, terminal).await?;
        config.feishu.origin = running.base_url();
        Some(running)
    } else {
        None
    };
    let ring = key_ring(&folder, real.as_ref())?;
    store::migrate(config.database.migration_url())
        .await
        .context("the database is not usable")?;
    let platform = Platform::connect(&config, ring).await?;
    ensure_tenant(
        &platform,
        &slug,
        real.as_ref(),
        args.unlimited,
        terminal.locale,
    )
    .await?;

    if let Some(running) = sandbox.as_ref().filter(|_| args.history || !args.json) {
        history::invent(&platform, running, &slug).await?;
        roles::set(&platform, running, &slug).await?;
    }

    let mode = Mode {
        development: true,
        unlimited: args.unlimited,
        spool: Some(folder.spool()),
        checkpoints: Some(folder.checkpoints()),
    };
    let serving = Serving::start(&config, &platform, listeners, &mode)?;
    let token = match &sandbox {
        Some(running) => Some(demo::sign_in(&platform, &serving.oauth, running, &slug).await?),
        None => None,
    };
    let way_in = console::way_in(&platform, &slug, terminal.locale).await?;
    if let Some(running) = &sandbox {
        events::connect(&platform, running, &slug, port).await?;
    }
    let welcome = Welcome {
        token,
        fixture_token: fixture_token(&platform, &serving, sandbox.as_ref()).await?,
        sandbox_url: sandbox.as_ref().map(RunningSandbox::base_url),
        redirect_url: real.is_some().then(|| platform.urls.callback()),
        console_url: way_in.link,
        console_email: way_in.email.to_owned(),
        console_password: way_in.password,
        ..Welcome::of(&platform.urls, &slug)
    };
    if args.json {
        terminal.line(serde_json::to_string(&welcome)?);
    } else {
        welcome.print(
            terminal,
            slug.as_str(),
            &demo::people(terminal),
            &restart(&args),
        );
    }
    serving::stop_signal().await;
    serving.stop().await;
    if let Some(running) = sandbox {
        running.shutdown().await;
    }
    Ok(())
}

/// What `dev` decides over the configuration: addresses, folder and tenant.
fn configure(
    config: &mut Config,
    args: &DevArgs,
    folder: &DataFolder,
    port: u16,
    slug: &Slug,
) -> anyhow::Result<()> {
    config.http.public_url = Url::parse(&format!("http://localhost:{port}"))?;
    config.database.url = args
        .database_url
        .clone()
        .unwrap_or_else(|| folder.database_url());
    config.database.owner_url = args.database_owner_url.clone().unwrap_or_default();
    if let Some(redis) = &args.redis_url {
        config.redis.url.clone_from(redis);
    }
    config.tenancy.default_tenant = slug.to_string();
    // On this machine alone: whoever tries it is the operator and the first customer.
    config.accounts.sign_up = SignUp::Open;
    config.accounts.operator_second_factor = false;
    if args.unlimited {
        config.http.ip_per_second = 0;
    }
    Ok(())
}

fn open_folder(args: &DevArgs, terminal: Terminal) -> anyhow::Result<DataFolder> {
    let told = || {
        let told = terminal.text("cannot be used as the data folder", "不能用作数据文件夹");
        format!("{} {told}", args.data.display())
    };
    let folder = DataFolder::open(&args.data).with_context(told)?;
    if args.reset {
        folder.reset().with_context(told)?;
    }
    Ok(folder)
}

async fn bind(address: SocketAddr, terminal: Terminal) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        let told = terminal.text(
            "cannot be listened on: stop the program that has it, or choose another with --listen",
            "无法监听：请停止占用该地址的程序，或用 --listen 另选地址",
        );
        format!("{address} {told}")
    })
}

async fn start_sandbox(
    args: &DevArgs,
    folder: &DataFolder,
    port: u16,
    terminal: Terminal,
) -> anyhow::Result<RunningSandbox> {
    let options = SandboxOptions {
        listen: args.sandbox_listen,
        state_file: Some(folder.sandbox_state()),
        redirect_urls: vec![
            format!("http://localhost:{port}/callback"),
            format!("http://127.0.0.1:{port}/callback"),
        ],
        rate_limits: !args.unlimited,
        seed: true,
    };
    sandbox::start(options).await.map_err(|error| {
        let advice = if error.kind() == std::io::ErrorKind::AddrInUse {
            let told = terminal.text(
                "is taken: choose another with --sandbox-listen",
                "已被占用：请用 --sandbox-listen 另选地址",
            );
            format!("{} {told}", args.sandbox_listen)
        } else {
            let told = terminal.text(
                "the sandbox cannot start; if its saved state is of another version, use --reset",
                "沙箱无法启动；如果保存的状态来自其他版本，请使用 --reset",
            );
            told.to_owned()
        };
        anyhow::Error::new(error).context(advice)
    })
}

/// With a real tenant the passphrase of the environment is the master key; otherwise the folder
/// keeps a random one.
fn key_ring(folder: &DataFolder, real: Option<&RealTenant>) -> anyhow::Result<KeyRing> {
    let master = if let Some(tenant) = real {
        MasterKey::derive(&tenant.passphrase)?
    } else {
        let text = folder.master_key(|| super::keys::fresh("dev"))?;
        crate::wire::master_key(&text)?
    };
    Ok(KeyRing::new(master, Vec::new())?)
}

async fn ensure_tenant(
    platform: &Platform,
    slug: &Slug,
    real: Option<&RealTenant>,
    unlimited: bool,
    locale: Locale,
) -> anyhow::Result<()> {
    let scope = platform.store.platform("dev makes its tenant");
    let tx = scope.write().await?;
    if tx.tenants().by_slug(slug).await?.is_some() {
        return Ok(());
    }
    let generous = Rate {
        burst: 1_000_000,
        per_minute: 60_000_000,
    };
    let limits = if unlimited {
        Limits {
            member: generous,
            tenant: generous,
            monthly_calls: None,
        }
    } else {
        Limits::default()
    };
    let tenant = tx
        .tenants()
        .add(NewTenant {
            slug: slug.clone(),
            name: real.map_or("Acme 极光科技", |_| "Feishu").to_owned(),
            brand: if real.is_some_and(|tenant| tenant.lark) {
                Brand::Lark
            } else {
                Brand::Feishu
            },
            app_id: real
                .map_or(sandbox::demo::APP_ID, |tenant| &tenant.app_id)
                .to_owned(),
            app_secret: Secret::new(
                real.map_or(sandbox::demo::APP_SECRET, |tenant| &tenant.app_secret),
            ),
            capabilities: Capability::ALL.to_vec(),
            limits,
            locale,
        })
        .await?;
    // A plan that stops nobody, from the first month that the demo tells of.
    let plan = if unlimited {
        Plan::Enterprise
    } else {
        Plan::Team
    };
    let since = Month::of(tx.now()).before().before();
    let (contract, _) = tenant.contract.choosing(plan, since);
    tx.tenants().set_contract(tenant.id, &contract).await?;
    tx.commit().await?;
    Ok(())
}

/// In test builds, the tenant that the conformance suite is run against.
#[cfg(feature = "fixture")]
async fn fixture_token(
    platform: &Platform,
    serving: &Serving,
    sandbox: Option<&RunningSandbox>,
) -> anyhow::Result<Option<String>> {
    let Some(sandbox) = sandbox else {
        return Ok(None);
    };
    let slug: Slug = "conformance".parse()?;
    ensure_tenant(platform, &slug, None, true, Locale::En).await?;
    demo::sign_in(platform, &serving.oauth, sandbox, &slug)
        .await
        .map(Some)
}

/// Nothing in a release.
#[cfg(not(feature = "fixture"))]
#[expect(clippy::unused_async, reason = "as in a test build")]
async fn fixture_token(
    _platform: &Platform,
    _serving: &Serving,
    _sandbox: Option<&RunningSandbox>,
) -> anyhow::Result<Option<String>> {
    Ok(None)
}

fn restart(args: &DevArgs) -> String {
    let default = args.data == Path::new(".dev");
    let data = if default {
        String::new()
    } else {
        format!(" --data {}", args.data.display())
    };
    format!("cargo run --release -- dev{data} --reset")
}
