//! Connections, members and switches, as an admin works with them.

use bus::Wake;
use http::StatusCode;
use model::{MemberStatus, Principal, Purpose, Role, RoleSet, policy::Rules};

use super::{Keeper, World};

const LIST: &str = "/console/t/acme/connections";
const END: &str = "/console/t/acme/connections/end";
const SWITCHES: &str = "/console/t/acme/connections/switches";

impl World {
    async fn admin(&self) -> Keeper {
        let roles = RoleSet::of(&[Role::Admin]);
        self.account(&self.acme, "ann", roles).await
    }

    async fn form_token(&self, keeper: &Keeper) -> String {
        self.look(SWITCHES, &keeper.cookie).await.csrf()
    }

    pub(super) async fn rules(&self) -> Rules {
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        entry.unwrap().rules.clone()
    }
}

#[tokio::test]
async fn the_list_shows_every_persons_connections_and_narrows_by_address() {
    let world = World::new().await;
    let ann = world.admin().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let eve = world.person(&world.other, "Eve").await;
    world.grant(&world.acme, &lin, "Cursor <i>").await;
    world.grant(&world.acme, &wang, "Claude").await;
    world.grant(&world.other, &eve, "Foreign").await;
    let page = world.look(LIST, &ann.cookie).await;
    for part in ["Cursor &#60;i&#62;", "Claude", "Lin", "Wang"] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(!page.body.contains("Foreign") && !page.body.contains(">Eve<"));
    let only = format!("{LIST}?member={}", wang.member.id);
    let page = world.look(&only, &ann.cookie).await;
    assert!(page.body.contains("Claude") && !page.body.contains("Cursor"));
    for odd in ["?member=x", "?client=%00", "?after=x", "?member="] {
        let page = world.look(&format!("{LIST}{odd}"), &ann.cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn ending_the_selected_ends_them_alone_and_says_so_on_the_bus_and_in_the_ledger() {
    let world = World::new().await;
    let ann = world.admin().await;
    let lin = world.person(&world.acme, "Lin").await;
    let eve = world.person(&world.other, "Eve").await;
    let one = world.grant(&world.acme, &lin, "Cursor").await;
    let two = world.grant(&world.acme, &lin, "Claude").await;
    let foreign = world.grant(&world.other, &eve, "Foreign").await;
    let mut wakes = world.bus.subscribe();
    let csrf = world.form_token(&ann).await;
    let form = format!("csrf={csrf}&grant={one}&grant={foreign}&grant=x&key=y");
    let answer = world.post_with(END, &ann.cookie, &form).await;
    assert_eq!(answer.location(), format!("{LIST}?ended=1"));
    assert!(!world.holds(&world.acme, one).await);
    assert!(world.holds(&world.acme, two).await);
    assert!(world.holds(&world.other, foreign).await);
    let tenant = world.acme.id;
    let wake = wakes.recv().await.unwrap();
    assert_eq!(wake, Wake::GrantRevoked { tenant, grant: one });
    let entry = world.entries(&world.acme).await.remove(0).entry;
    assert_eq!(
        (entry.action.as_str(), entry.account),
        ("grant.revoke", Some(ann.account.id))
    );
    assert!(entry.detail.contains(&lin.member.id.to_string()));
}

#[tokio::test]
async fn ending_all_asks_first_and_keeps_to_what_was_shown() {
    let world = World::new().await;
    let ann = world.admin().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let mut lins = Vec::new();
    for name in ["Cursor", "Claude", "VS Code"] {
        lins.push(world.grant(&world.acme, &lin, name).await);
    }
    let wangs = world.grant(&world.acme, &wang, "Cursor").await;
    let csrf = world.form_token(&ann).await;
    let form = format!("csrf={csrf}&all=yes&member={}", lin.member.id);
    let asked = world.post_with(END, &ann.cookie, &form).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains("End 3 connections?"));
    assert!(world.holds(&world.acme, lins[0]).await, "nothing ended yet");
    let sure = format!("{form}&sure=yes");
    let answer = world.post_with(END, &ann.cookie, &sure).await;
    assert!(
        answer.location().ends_with("&ended=3"),
        "{}",
        answer.location()
    );
    for grant in lins {
        assert!(!world.holds(&world.acme, grant).await);
    }
    assert!(world.holds(&world.acme, wangs).await);
}

#[tokio::test]
async fn a_blocked_person_is_out_until_it_is_let_in_again() {
    let world = World::new().await;
    let ann = world.admin().await;
    let lin = world.person(&world.acme, "Lin").await;
    let mut wakes = world.bus.subscribe();
    let csrf = world.form_token(&ann).await;
    let path = format!("{LIST}/members/{}", lin.member.id);
    let answer = world
        .post_with(&path, &ann.cookie, &format!("csrf={csrf}&block=yes"))
        .await;
    assert_eq!(answer.location(), format!("{path}?done=blocked"));
    let (tenant, member) = (world.acme.id, lin.member.id);
    let wake = wakes.recv().await.unwrap();
    assert_eq!(wake, Wake::MemberRevoked { tenant, member });
    let scope = world
        .store
        .scope(&Principal::platform(tenant, Purpose::Housekeeping));
    let status = async || {
        let tx = scope.read().await.unwrap();
        tx.members().get(member).await.unwrap().unwrap().status
    };
    assert_eq!(status().await, MemberStatus::Blocked);
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert_eq!(
        page.status,
        StatusCode::SEE_OTHER,
        "the page session is over"
    );
    world
        .post_with(&path, &ann.cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(status().await, MemberStatus::Active);
    let acts = world.recorded(&world.acme).await;
    assert_eq!(acts, ["member.status", "member.status"]);
    let foreign = world.person(&world.other, "Eve").await;
    let path = format!("{LIST}/members/{}", foreign.member.id);
    let answer = world
        .post_with(&path, &ann.cookie, &format!("csrf={csrf}&block=yes"))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn switches_hold_at_once_and_name_what_changed() {
    let world = World::new().await;
    let ann = world.admin().await;
    let lin = world.person(&world.acme, "Lin").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let client = {
        let scope = world
            .store
            .scope(&Principal::platform(world.acme.id, Purpose::Housekeeping));
        let tx = scope.read().await.unwrap();
        tx.grants().get(grant).await.unwrap().unwrap().client
    };
    let page = world.look(SWITCHES, &ann.cookie).await;
    let (csrf, version) = (page.csrf(), world.rules().await.version);
    let others = tools::catalogue().iter().map(tools::ToolDef::name);
    let tools: Vec<_> = others.filter(|name| *name != "doc_create").collect();
    let tools = tools.join("&tool=");
    let form = format!("csrf={csrf}&version={version}&tool={tools}&shown={client}");
    let answer = world.post_with(SWITCHES, &ann.cookie, &form).await;
    assert_eq!(answer.location(), format!("{SWITCHES}?done=saved"));
    let rules = world.rules().await;
    assert!(rules.read_only);
    assert_eq!(rules.disabled_tools, ["doc_create"]);
    assert_eq!(rules.stopped_clients, [client]);
    assert_eq!(rules.version, version + 1);
    let entry = world.entries(&world.acme).await.remove(0).entry;
    assert_eq!(entry.action, "switches.set");
    assert!(entry.detail.contains("\"before\"") && entry.detail.contains("doc_create"));
}

#[tokio::test]
async fn the_second_of_two_admins_overwrites_nothing() {
    let world = World::new().await;
    let ann = world.admin().await;
    let version = world.rules().await.version;
    let csrf = world.form_token(&ann).await;
    let first = format!("csrf={csrf}&version={version}&writing=yes&tool=help");
    world.post_with(SWITCHES, &ann.cookie, &first).await;
    let kept = world.rules().await;
    let second = format!("csrf={csrf}&version={version}&writing=yes&tool=search");
    let answer = world.post_with(SWITCHES, &ann.cookie, &second).await;
    assert_eq!(answer.location(), format!("{SWITCHES}?done=conflict"));
    assert_eq!(world.rules().await, kept);
    let again = format!("csrf={csrf}&version={}&writing=yes&tool=help", kept.version);
    let answer = world.post_with(SWITCHES, &ann.cookie, &again).await;
    assert_eq!(answer.location(), format!("{SWITCHES}?done=same"));
    assert_eq!(world.recorded(&world.acme).await, ["switches.set"]);
}

#[tokio::test]
async fn whoever_only_reviews_ends_nothing() {
    let world = World::new().await;
    let roles = RoleSet::of(&[Role::Auditor, Role::Billing, Role::Developer]);
    let eve = world.account(&world.acme, "eve", roles).await;
    let lin = world.person(&world.acme, "Lin").await;
    let grant = world.grant(&world.acme, &lin, "Cursor").await;
    let csrf = world.look("/console/t/acme", &eve.cookie).await.csrf();
    for path in [LIST, SWITCHES, "/console/t/acme/connections/members"] {
        assert_eq!(
            world.look(path, &eve.cookie).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let form = format!("csrf={csrf}&grant={grant}");
    for path in [END, SWITCHES] {
        let answer = world.post_with(path, &eve.cookie, &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(world.holds(&world.acme, grant).await);
}
