//! Example values of every page, for tests and for looking at the pages while working on them.

mod account;
mod audit;
mod billing;
mod console;
mod desk;
mod developer;
mod invites;
mod operator;
mod parts;
mod policy;
mod roles;
mod rules;
mod sign_in;

use crate::{
    Href, Lang, Moment, RenderError, Shell, Visitor,
    chooser::{ChooserPage, OrganisationChoice},
    confirm::{AskedThrough, ConfirmPage, ConfirmStage},
    connect::{ConnectPage, ToolSet},
    connections::{Connection, ConnectionsPage, FreshKey, Key, KeyFault, Notice, Waiting},
    consent::{ClientProof, ConsentPage, ReturnPlace, WriteChoice},
    error::{ErrorPage, Trouble},
    home::{HomePage, OrganisationLink},
    install::Server,
    proceed::ProceedPage,
    signed_out::SignedOutPage,
};

/// A rendered example.
#[derive(Debug)]
pub struct Sample {
    /// Name in the gallery.
    pub name: String,
    /// The page as HTML.
    pub html: Result<String, RenderError>,
}

/// The words that strangers choose.
#[derive(Debug, Clone)]
pub struct Names {
    /// Of a client.
    pub client: String,
    /// Of an organisation.
    pub organisation: String,
    /// Of a member or a key.
    pub person: String,
}

impl Names {
    /// Believable names.
    pub fn usual(lang: Lang) -> Self {
        Self {
            client: "Cursor".to_owned(),
            organisation: lang.pick("Acme Robotics", "艾克米机器人").to_owned(),
            person: lang.pick("Lin Yue", "林月").to_owned(),
        }
    }
}

const NOW: Moment = Moment(1_795_410_000_000);
const HOUR: i64 = 3_600_000;

/// Every page, in each of its states, with given names.
pub fn all(lang: Lang, names: &Names) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add = |name: &str, html| {
        samples.push(Sample {
            name: name.to_owned(),
            html,
        });
    };
    let usual = consent(lang, names);
    let loopback = ConsentPage {
        proof: ClientProof::Unverified,
        returns_to: ReturnPlace::ThisComputer("127.0.0.1:33418".to_owned()),
        ..usual.clone()
    };
    let site = ConsentPage {
        returns_to: ReturnPlace::Site("claude.ai".to_owned()),
        write: WriteChoice::OrganisationReadOnly,
        ..usual.clone()
    };
    let reading = ConsentPage {
        write: WriteChoice::NotAsked,
        client_name: String::new(),
        ..loopback.clone()
    };
    add("consent", usual.render());
    add("consent-loopback", loopback.render());
    add("consent-site-read-only", site.render());
    add("consent-nameless", reading.render());
    for (name, page) in choosers(lang, names) {
        add(name, page.render());
    }
    for (name, approved) in [("proceed", true), ("proceed-denied", false)] {
        add(
            name,
            proceed(lang, names, approved).map_or(Ok(String::new()), |page| page.render()),
        );
    }
    add("connect", connect(lang, names).render());
    for (name, page) in confirms(lang, names) {
        add(&name, page.render());
    }
    for (name, page) in connections_states(lang, names) {
        add(name, page.render());
    }
    for (name, page) in homes(lang, names) {
        add(name, page.render());
    }
    add("signed-out", signed_out(lang).render());
    for trouble in Trouble::ALL {
        let page = ErrorPage::about(*trouble, Shell::at(lang, "/x"), "req_01jd3v8s2k")
            .fact(lang.pick("Code", "错误码"), names.person.clone());
        let page = match Href::path("/t/acme/connect") {
            Some(href) => page.way_out(lang.pick("Connect page", "连接页面"), href),
            None => page,
        };
        add(&format!("error-{trouble:?}"), page.render());
    }
    for (name, html) in sign_in::all(lang, names) {
        add(name, html);
    }
    let parts = [
        account::all,
        developer::all,
        rules::all,
        operator::all,
        desk::all,
        billing::all,
        invites::all,
        console::all,
        audit::all,
        policy::all,
        roles::all,
    ];
    for pages in parts {
        for (name, html) in pages(lang, names) {
            add(name, html);
        }
    }
    add("console-parts", parts::page(lang, names));
    samples
}

fn brand(lang: Lang) -> String {
    lang.pick("Feishu", "飞书").to_owned()
}

fn consent(lang: Lang, names: &Names) -> ConsentPage {
    ConsentPage {
        shell: Shell::at(lang, "/oauth/authorize?request=x"),
        action: "/oauth/consent".to_owned(),
        hidden: vec![("request".to_owned(), names.client.clone())],
        csrf: "fmcx_sample".to_owned(),
        client_name: names.client.clone(),
        proof: ClientProof::VerifiedHost("cursor.com".to_owned()),
        returns_to: ReturnPlace::Application("cursor".to_owned()),
        organisation: names.organisation.clone(),
        brand: brand(lang),
        write: WriteChoice::Offered,
    }
}

fn choosers(lang: Lang, names: &Names) -> [(&'static str, ChooserPage); 2] {
    let page = ChooserPage {
        shell: Shell::at(lang, "/oauth/authorize?request=x"),
        action: "/oauth/consent".to_owned(),
        hidden: Vec::new(),
        csrf: "fmcx_sample".to_owned(),
        client_name: names.client.clone(),
        choices: vec![
            OrganisationChoice {
                slug: "acme".to_owned(),
                name: names.organisation.clone(),
            },
            OrganisationChoice {
                slug: "north-star".to_owned(),
                name: lang.pick("North Star Foods", "北星食品").to_owned(),
            },
        ],
        by_name: true,
        unknown: None,
    };
    let by_name = ChooserPage {
        choices: Vec::new(),
        unknown: Some(names.organisation.clone()),
        ..page.clone()
    };
    [("chooser", page), ("chooser-by-name", by_name)]
}

fn proceed(lang: Lang, names: &Names, approved: bool) -> Option<ProceedPage> {
    Some(ProceedPage {
        shell: Shell::answer(lang),
        target: Href::app("cursor://anysphere.cursor-mcp/oauth/callback?code=x&state=a%26b")?,
        client_name: names.client.clone(),
        approved,
    })
}

fn connect(lang: Lang, names: &Names) -> ConnectPage {
    ConnectPage {
        shell: Shell::at(lang, "/t/acme/connect"),
        organisation: names.organisation.clone(),
        brand: brand(lang),
        server: Server {
            name: "acme-feishu".to_owned(),
            description: names.organisation.clone(),
            mcp: "https://mcp.example.com/t/acme/mcp".to_owned(),
            sse: "https://mcp.example.com/t/acme/sse".to_owned(),
            tools: "https://mcp.example.com/t/acme/tools".to_owned(),
        },
        connections: "/t/acme/connections".to_owned(),
        set: ToolSet::Daily,
        read_only: false,
    }
}

fn question(lang: Lang, names: &Names) -> String {
    let (before, after) = lang.pick(
        (
            "Delete the folder \"",
            "\" with the 12 files in it? It goes to the trash and can be restored for 30 days.",
        ),
        (
            "要删除文件夹“",
            "”及其中 12 个文件吗？它们将进入回收站，30 天内可恢复。",
        ),
    );
    format!("{before}{}{after}", names.person)
}

/// Each stage of the page, and each kind of caller.
fn confirms(lang: Lang, names: &Names) -> Vec<(String, ConfirmPage)> {
    let page = |stage| ConfirmPage {
        shell: Shell::at(lang, "/t/acme/confirm/cnf_1").with_visitor(Visitor {
            name: names.person.clone(),
            sign_out: "/t/acme/sign-out".to_owned(),
            csrf: "fmcx_sample".to_owned(),
            own: Some("/t/acme/connections".to_owned()),
        }),
        action: "/t/acme/confirm/cnf_1".to_owned(),
        csrf: "fmcx_sample".to_owned(),
        client: names.client.clone(),
        through: AskedThrough::Client(ClientProof::VerifiedHost("cursor.com".to_owned())),
        organisation: names.organisation.clone(),
        question: question(lang, names),
        title: lang.pick("Files and folders", "文件与文件夹").to_owned(),
        tool: "files".to_owned(),
        asked: Moment(NOW.0 - 2 * HOUR / 60),
        expires: Moment(NOW.0 + 8 * HOUR / 60),
        now: NOW,
        stage,
        connections: "/t/acme/connections".to_owned(),
    };
    let mut pages: Vec<_> = ConfirmStage::ALL
        .into_iter()
        .map(|stage| {
            let name = format!("confirm-{stage:?}").to_lowercase();
            (name, page(stage))
        })
        .collect();
    for (name, through) in [
        ("unverified", AskedThrough::Client(ClientProof::Unverified)),
        ("key", AskedThrough::Key),
        ("console", AskedThrough::Console),
    ] {
        let waiting = page(ConfirmStage::Waiting);
        pages.push((
            format!("confirm-{name}"),
            ConfirmPage { through, ..waiting },
        ));
    }
    pages
}

fn connections_states(lang: Lang, names: &Names) -> [(&'static str, ConnectionsPage); 4] {
    let full = connections(lang, names);
    let empty = ConnectionsPage {
        waiting: Vec::new(),
        connections: Vec::new(),
        keys: Vec::new(),
        notice: Some(Notice::AllConnections),
        may_write: false,
        ..full.clone()
    };
    let fresh = ConnectionsPage {
        fresh: Some(FreshKey {
            name: names.person.clone(),
            secret: "fmak_c2FtcGxlLWtleS1ub3QtcmVhbC1zYW1wbGUta2V5LW5vdA1a2b3c".to_owned(),
            address: "https://mcp.example.com/t/acme/mcp".to_owned(),
        }),
        ..full.clone()
    };
    let fault = ConnectionsPage {
        key_fault: Some((KeyFault::Name, names.person.clone())),
        notice: Some(Notice::Connection),
        ..full.clone()
    };
    [
        ("connections", full),
        ("connections-empty", empty),
        ("connections-fresh-key", fresh),
        ("connections-fault", fault),
    ]
}

fn connections(lang: Lang, names: &Names) -> ConnectionsPage {
    let ago = |hours: i64| Moment(NOW.0 - hours * HOUR);
    let client = |client: &str, host: Option<&str>, write, used| Connection {
        client: client.to_owned(),
        verified_host: host.map(str::to_owned),
        write,
        created: ago(24 * 40),
        used,
        revoke: "/t/acme/connections/gra_1/revoke".to_owned(),
    };
    let key = |name: &str, write, used, days: i64| Key {
        name: name.to_owned(),
        hint: "b3c7".to_owned(),
        write,
        created: ago(24 * 3),
        used,
        expires: Moment(NOW.0 + days * 24 * HOUR),
        revoke: "/t/acme/keys/key_1/revoke".to_owned(),
    };
    ConnectionsPage {
        shell: Shell::at(lang, "/t/acme/connections").with_visitor(Visitor {
            name: names.person.clone(),
            sign_out: "/t/acme/sign-out".to_owned(),
            csrf: "fmcx_sample".to_owned(),
            own: Some("/console/account".to_owned()),
        }),
        organisation: names.organisation.clone(),
        now: NOW,
        csrf: "fmcx_sample".to_owned(),
        connect: "/t/acme/connect".to_owned(),
        waiting: vec![Waiting {
            client: names.client.clone(),
            question: question(lang, names),
            expires: Moment(NOW.0 + HOUR / 10),
            answer: "/t/acme/confirm/cnf_1".to_owned(),
        }],
        connections: vec![
            client(&names.client, None, true, Some(NOW)),
            client(
                "Visual Studio Code",
                Some("vscode.dev"),
                false,
                Some(ago(3)),
            ),
            client("Claude", Some("claude.ai"), false, None),
        ],
        revoke_all: "/t/acme/connections".to_owned(),
        keys: vec![
            key(
                lang.pick("Nightly report", "每日报表"),
                false,
                Some(ago(5)),
                27,
            ),
            key(&names.person, true, None, 360),
        ],
        make_key: "/t/acme/keys".to_owned(),
        may_write: true,
        fresh: None,
        notice: None,
        key_fault: None,
    }
}

fn homes(lang: Lang, names: &Names) -> [(&'static str, HomePage); 2] {
    let public = HomePage {
        shell: Shell::at(lang, "/"),
        organisations: Vec::new(),
        sign_up: true,
        version: "0.1.0".to_owned(),
    };
    let development = HomePage {
        organisations: vec![OrganisationLink {
            name: names.organisation.clone(),
            connect: "/t/acme/connect".to_owned(),
        }],
        ..public.clone()
    };
    [("home", public), ("home-development", development)]
}

fn signed_out(lang: Lang) -> SignedOutPage {
    SignedOutPage {
        shell: Shell::at(lang, "/t/acme/signed-out"),
        sign_in: "/t/acme/sign-in".to_owned(),
        connect: "/t/acme/connect".to_owned(),
    }
}
