//! Every page and form of people × who asks, asked over HTTP and compared with the committed
//! `console_grid.txt`: a change of who gets in where is a readable change of that file.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc, time::Duration};

use edge::routes::{self, ALL, Audience, Route};
use model::{
    AccountId, Clock as _, Locale, ManualClock, OsEntropy, Principal, Purpose, Role, RoleSet,
    SystemClock,
    policy::{ManagePeople, authorize},
};
use sandbox::demo;
use store::{NewAccount, NewAccountSession};
use vault::{Token, TokenKind};

use super::every_route_is_guarded::ROWS;
use crate::support::{
    Backend, Books, Program,
    oauth_flow::{self, Browser, Page},
    program::root,
};

const GRID: &str = include_str!("console_grid.txt");
/// Longer ago than a proof of who is there lasts.
const LONG_AGO: Duration = Duration::from_mins(30);

/// What is wrong with a form, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A page of ours, with the session's token.
    Ours,
    /// A page of ours, with a token of another session.
    WrongToken,
    /// The right token, sent by a page elsewhere.
    OtherSite,
}

/// Somebody who asks.
pub(super) struct Asker {
    name: &'static str,
    account: Option<AccountId>,
    form: Form,
    /// Signed in a while ago.
    stale: bool,
    cookie: Option<String>,
    csrf: String,
}

/// Two organisations, and everybody who may ask.
pub(super) struct Scene {
    pub(super) program: Program,
    pub(super) books: Books,
    before: Books,
    http: reqwest::Client,
    askers: Vec<Asker>,
}

impl Scene {
    pub(super) async fn set() -> Self {
        let program = Program::start_with(Backend::Sqlite, &["--unlimited"]).await;
        program.add_globex().await;
        let books = Books::of(&program).await;
        let then =
            SystemClock.now().millis() - i64::try_from(LONG_AGO.as_millis()).expect("a short time");
        let clock = ManualClock::at(model::Timestamp::from_millis(then));
        let before = Books::at(&program, Arc::new(clock)).await;
        let mut scene = Self {
            program,
            books,
            before,
            http: oauth_flow::plain_client(),
            askers: Vec::new(),
        };
        scene.people().await;
        scene
    }

    async fn people(&mut self) {
        use Form::{OtherSite, Ours, WrongToken};
        let none = RoleSet::EMPTY;
        let rows = [
            ("stranger", "globex", RoleSet::of(&[Role::Owner]), false),
            ("guest", "acme", none, false),
            ("developer", "acme", RoleSet::of(&[Role::Developer]), false),
            ("auditor", "acme", RoleSet::of(&[Role::Auditor]), false),
            ("billing", "acme", RoleSet::of(&[Role::Billing]), false),
            ("admin", "acme", RoleSet::of(&[Role::Admin]), false),
            ("owner", "acme", RoleSet::of(&[Role::Owner]), false),
            ("operator", "acme", none, true),
        ];
        self.asker("nobody", None, Ours, false);
        self.asker("member", None, Ours, false);
        for (name, slug, roles, operator) in rows {
            let account = self.account(name, slug, roles, operator).await;
            self.asker(name, Some(account), Ours, false);
            match name {
                "owner" => {
                    self.asker("owner-long-ago", Some(account), Ours, true);
                    self.asker("owner-wrong-token", Some(account), WrongToken, false);
                    self.asker("owner-other-site", Some(account), OtherSite, false);
                }
                "operator" => {
                    self.asker("operator-wrong-token", Some(account), WrongToken, false);
                    self.asker("operator-other-site", Some(account), OtherSite, false);
                }
                _ => {}
            }
        }
        for place in 0..self.askers.len() {
            self.sign_in(place).await;
        }
    }

    fn asker(&mut self, name: &'static str, account: Option<AccountId>, form: Form, stale: bool) {
        self.askers.push(Asker {
            name,
            account,
            form,
            stale,
            cookie: None,
            csrf: String::new(),
        });
    }

    async fn account(&self, name: &str, slug: &str, roles: RoleSet, operator: bool) -> AccountId {
        let store = &self.books.0;
        let tx = store.platform("a test makes accounts").write().await;
        let tx = tx.expect("a tx");
        let new = NewAccount {
            email: &format!("{name}@grid.example"),
            name,
            password: None,
            operator,
            locale: Locale::En,
        };
        let account = tx.accounts().add(new).await.expect("an account").id;
        tx.commit().await.expect("kept");
        if !roles.is_empty() {
            let slug = slug.parse().expect("a slug");
            let entry = store.directory().by_slug(&slug).await.expect("a look");
            let entry = entry.expect("the tenant");
            let platform = Principal::platform(entry.tenant.id, Purpose::Operator);
            let permit = authorize::<ManagePeople>(&entry.rules, &platform, &());
            let tx = store.scope(&platform).write().await.expect("a tx");
            let permit = permit.expect("the platform may");
            let set = tx.console_access().set(&permit, account, roles).await;
            set.expect("roles");
            tx.commit().await.expect("kept");
        }
        account
    }

    /// Gives an asker a fresh session.
    async fn sign_in(&mut self, place: usize) {
        let origin = self.program.origin();
        let asker = &self.askers[place];
        let (cookie, csrf) = if let Some(account) = asker.account {
            let books = if asker.stale {
                &self.before
            } else {
                &self.books
            };
            let token = Token::mint(TokenKind::AccountSession, &OsEntropy);
            let tx = books.0.platform("a test signs in").write().await;
            let tx = tx.expect("a tx");
            let session = NewAccountSession {
                account,
                token: &token.hash(),
                agent: "grid",
                address: "127.0.0.1",
                expires_at: SystemClock.now() + Duration::from_hours(1),
                second: false,
            };
            let opened = tx.account_sessions().open(session).await;
            opened.expect("a session");
            tx.commit().await.expect("kept");
            let cookie = format!("insecure-dev-{}={}", edge::ACCOUNT_COOKIE, token.expose());
            let request = self.http.get(format!("{origin}/console/new"));
            let page = oauth_flow::read(request.header("cookie", &cookie)).await;
            (Some(cookie), page.field("csrf"))
        } else if asker.name == "member" {
            let mut browser = Browser::new(origin);
            let page = browser.sign_in("acme", demo::END_USER).await;
            (browser.cookies(), page.field("csrf"))
        } else {
            (None, String::new())
        };
        let asker = &mut self.askers[place];
        asker.cookie = cookie;
        asker.csrf = csrf;
    }

    /// Who is called so.
    pub(super) fn who(&self, name: &str) -> &Asker {
        let found = self.askers.iter().find(|asker| asker.name == name);
        found.expect("somebody")
    }

    async fn ask(&self, asker: &Asker, method: &str, path: &str) -> Page {
        self.send(asker, method, path, &[]).await
    }

    /// Asks for a page, or sends a form with `fields`.
    pub(super) async fn send(
        &self,
        asker: &Asker,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let origin = self.program.origin();
        let url = format!("{origin}{path}");
        let mut request = if method == "GET" {
            self.http.get(url)
        } else {
            let (site, from) = match asker.form {
                Form::OtherSite => ("cross-site", "https://elsewhere.example"),
                Form::Ours | Form::WrongToken => ("same-origin", origin.as_str()),
            };
            let csrf = match asker.form {
                Form::WrongToken => "0".repeat(asker.csrf.len()),
                Form::Ours | Form::OtherSite => asker.csrf.clone(),
            };
            self.http
                .post(url)
                .header("sec-fetch-site", site)
                .header("origin", from)
                .form(&[&[("csrf", csrf.as_str())], fields].concat())
        };
        if let Some(cookie) = &asker.cookie {
            request = request.header("cookie", cookie);
        }
        oauth_flow::read(request).await
    }

    /// Who is answered how at a route.
    async fn row(&mut self, route: &Route, method: &str, path: &str) -> String {
        let mut answers: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for place in 0..self.askers.len() {
            let asker = &self.askers[place];
            // Where there is no form, its faults cannot be told.
            if method == "GET" && asker.form != Form::Ours {
                continue;
            }
            let name = asker.name;
            let page = self.ask(asker, method, path).await;
            assert!(!page.status.is_server_error(), "{method} {path} by {name}");
            answers.entry(told(&page)).or_default().push(name);
            if method == "POST" && ends_sessions(route) {
                self.sign_in(place).await;
            }
        }
        let mut row = format!("{method} {}\n", route.path);
        for (answer, who) in answers {
            writeln!(row, "    {answer:<15} {}", who.join(" ")).expect("a string");
        }
        row
    }
}

/// An answer in one word.
fn told(page: &Page) -> String {
    let to = page.header("location");
    let path = to.split('?').next().unwrap_or_default();
    match path {
        "" => page.status.as_u16().to_string(),
        "/sign-in" => "sign-in".to_owned(),
        "/console/step-up" => "step-up".to_owned(),
        "/t/acme/sign-in" => "member-sign-in".to_owned(),
        _ => "goes-on".to_owned(),
    }
}

fn ends_sessions(route: &Route) -> bool {
    [routes::SIGN_OUT, routes::CONSOLE_SIGN_OUT].contains(&route.path)
        || route.path.starts_with("/console/account")
}

#[tokio::test]
async fn everybody_gets_in_where_the_grid_says_and_nowhere_else() {
    let mut scene = Scene::set().await;
    let mut grid = String::new();
    for route in ALL {
        if !matches!(
            route.audience,
            Audience::Member
                | Audience::Account
                | Audience::Console
                | Audience::Operator
                | Audience::Link
        ) {
            continue;
        }
        let row = ROWS.iter().find(|(known, _)| *known == route.path);
        let (_, path) = row.unwrap_or_else(|| panic!("{} has no row", route.path));
        for method in route.methods {
            grid.push_str(&scene.row(route, method, path).await);
        }
    }
    if grid != GRID {
        let found = root().join("target/console_grid.txt");
        std::fs::write(&found, &grid).expect("a file");
        let changed: Vec<_> = grid
            .lines()
            .filter(|line| !GRID.lines().any(|known| known == *line))
            .take(20)
            .collect();
        panic!(
            "who gets in where has changed; read the difference, and if it is meant: \
             cp target/console_grid.txt tests/it/proof/console_grid.txt\n{}",
            changed.join("\n")
        );
    }
}
