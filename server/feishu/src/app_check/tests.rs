use std::collections::BTreeSet;

use super::{
    Answer, AppFacts, AppSettings, ConsoleLinks, ProbeId, Region, ScopeState, Seen, Status,
    TokenType, Wanted, facts::SettingsScope, import_json, judge,
};
use crate::AppScope;

const REDIRECT: &str = "https://mcp.example.com/callback";

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn wanted() -> Wanted {
    Wanted {
        app_id: "cli_0123456789abcdef".to_owned(),
        region: Region::Feishu,
        redirect_url: REDIRECT.to_owned(),
        user_scopes: names(&["a:read", "b:write", "offline_access"]),
        tenant_scopes: names(&["application:application:self_manage"]),
        now: 1_000_000,
        seen: Seen::default(),
    }
}

fn scope(name: &str, status: i64, kind: &str) -> AppScope {
    AppScope {
        name: name.to_owned(),
        grant_status: status,
        kind: Some(kind.to_owned()),
    }
}

fn good() -> AppFacts {
    AppFacts {
        token: Answer::Known(()),
        at_other_brand: None,
        sign_in_code: None,
        feishu_time: Some(1_000_005),
        scopes: Answer::Known(vec![
            scope("a:read", 1, "user"),
            scope("b:write", 1, "user"),
            scope("offline_access", 1, "user"),
            scope("application:application:self_manage", 1, "tenant"),
        ]),
        settings: Answer::Known(AppSettings {
            status: Some(1),
            redirect_urls: vec![REDIRECT.to_owned()],
            online_version_id: "oav_1".to_owned(),
            allow_refresh_token: Some(true),
            ..AppSettings::default()
        }),
        available: Answer::Known(true),
    }
}

fn change_settings(facts: &mut AppFacts, change: impl FnOnce(&mut AppSettings)) {
    if let Answer::Known(settings) = &mut facts.settings {
        change(settings);
    }
}

fn refused<T>(code: i64) -> Answer<T> {
    Answer::Refused { code, log_id: None }
}

fn red(facts: &AppFacts) -> Vec<(ProbeId, Status)> {
    let report = judge(facts, &wanted());
    report.red().map(|one| (one.probe, one.status)).collect()
}

#[test]
fn a_good_app_has_nothing_red() {
    let report = judge(&good(), &wanted());
    assert_eq!(report.red().count(), 0, "{report:?}");
    assert_eq!(report.findings.len(), ProbeId::ALL.len());
    assert_eq!(import_json(&report), None);
    assert!(report.heard());
}

#[test]
fn feishu_being_away_is_nobodys_fault() {
    let mut facts = good();
    facts.token = Answer::Unreachable;
    facts.feishu_time = None;
    facts.scopes = Answer::NotAsked;
    facts.settings = Answer::NotAsked;
    facts.available = Answer::NotAsked;
    let report = judge(&facts, &wanted());
    assert_eq!(report.red().count(), 0);
    assert!(!report.heard());
    assert_eq!(report.status(ProbeId::Credentials), Status::Unknown);
}

#[test]
fn one_code_for_three_faults_is_told_apart() {
    let refusal = |other, sign_in| AppFacts {
        token: refused(10014),
        at_other_brand: other,
        sign_in_code: sign_in,
        scopes: Answer::NotAsked,
        settings: Answer::NotAsked,
        available: Answer::NotAsked,
        ..good()
    };
    let one = |facts: AppFacts| {
        let red = red(&facts);
        assert_eq!(red.len(), 1, "{red:?}");
        red.into_iter().next()
    };
    let broken = Status::Broken;
    assert_eq!(
        one(refusal(Some(false), Some(20048))),
        Some((ProbeId::Credentials, broken))
    );
    assert_eq!(
        one(refusal(Some(true), Some(20048))),
        Some((ProbeId::Brand, broken))
    );
    assert_eq!(
        one(refusal(Some(false), Some(20069))),
        Some((ProbeId::Enabled, broken))
    );
    assert_eq!(
        one(refusal(None, None)),
        Some((ProbeId::Credentials, broken))
    );
}

#[test]
fn a_version_under_review_is_one_fault_and_not_two() {
    let mut facts = good();
    change_settings(&mut facts, |one| {
        "oav_2".clone_into(&mut one.unaudit_version_id);
    });
    assert_eq!(red(&facts), []);
    if let Answer::Known(scopes) = &mut facts.scopes {
        scopes[1].grant_status = 2;
    }
    assert_eq!(red(&facts), [(ProbeId::Published, Status::Waiting)]);
    change_settings(&mut facts, |one| one.unaudit_version_id.clear());
    assert_eq!(red(&facts), [(ProbeId::Scopes, Status::Waiting)]);
}

#[test]
fn without_the_right_to_look_only_that_right_is_red() {
    let mut facts = good();
    facts.settings = refused(99_991_672);
    facts.available = refused(99_991_672);
    if let Answer::Known(scopes) = &mut facts.scopes {
        scopes.retain(|one| one.kind.as_deref() != Some("tenant"));
    }
    assert_eq!(red(&facts), [(ProbeId::Scopes, Status::Missing)]);
    let report = judge(&facts, &wanted());
    assert_eq!(report.status(ProbeId::Redirect), Status::Unknown);
    let seen = Seen {
        signed_in: true,
        refusal: None,
    };
    let report = judge(&facts, &Wanted { seen, ..wanted() });
    assert_eq!(report.status(ProbeId::Redirect), Status::Ok);
    assert_eq!(report.status(ProbeId::Published), Status::Ok);
}

#[test]
fn a_scope_counts_for_its_kind_of_token_only() {
    let mut facts = good();
    if let Answer::Known(scopes) = &mut facts.scopes {
        scopes[0].kind = Some("tenant".to_owned());
    }
    let report = judge(&facts, &wanted());
    let missing: Vec<&str> = report
        .scopes_in(ScopeState::Missing, TokenType::User)
        .collect();
    assert_eq!(missing, ["a:read"]);
    let unneeded: Vec<&str> = report
        .scopes_in(ScopeState::NotNeeded, TokenType::Tenant)
        .collect();
    assert_eq!(unneeded, ["a:read"]);
}

#[test]
fn a_scope_that_only_the_settings_know_is_there() {
    let mut facts = good();
    if let Answer::Known(scopes) = &mut facts.scopes {
        scopes.retain(|one| one.name != "offline_access");
    }
    assert_eq!(red(&facts), [(ProbeId::OfflineAccess, Status::Missing)]);
    change_settings(&mut facts, |one| {
        one.scopes.push(SettingsScope {
            scope: "offline_access".to_owned(),
            token_types: vec!["user".to_owned()],
        });
    });
    assert_eq!(red(&facts), []);
}

#[test]
fn the_import_holds_what_is_missing_and_nothing_else() {
    let mut facts = good();
    if let Answer::Known(scopes) = &mut facts.scopes {
        scopes.retain(|one| one.name != "b:write");
        scopes.push(scope("task:task:delete", 2, "user"));
    }
    let mut wanted = wanted();
    wanted.user_scopes.insert("task:tasklist:delete".to_owned());
    let text = import_json(&judge(&facts, &wanted)).expect("something is missing");
    let value: serde_json::Value = serde_json::from_str(&text).expect("json");
    assert_eq!(
        value,
        serde_json::json!({"scopes": {"tenant": [], "user": ["b:write"]}}),
        "a name that the console refuses would spoil the whole import"
    );
}

#[test]
fn links_lead_into_the_console_of_the_brand() {
    let links = ConsoleLinks::new(Region::Lark, "cli_0123456789abcdef");
    assert_eq!(
        links.security(),
        "https://open.larksuite.com/app/cli_0123456789abcdef/safe"
    );
    assert_eq!(
        links.scopes(["a:b", "c:d.e"], "user"),
        "https://open.larksuite.com/app/cli_0123456789abcdef/auth?q=a%3Ab%2Cc%3Ad%2Ee&token_type=user"
    );
    for hostile in ["", "cli_x/../../evil", "javascript:alert(1)", "cli_a?b"] {
        let links = ConsoleLinks::new(Region::Feishu, hostile);
        assert_eq!(
            links.versions(),
            "https://open.feishu.cn/app",
            "{hostile:?}"
        );
    }
}

#[test]
fn a_near_redirect_url_is_called_wrong_and_not_missing() {
    let mut facts = good();
    for (url, status) in [
        ("https://mcp.example.com/callback/", Status::Broken),
        ("http://mcp.example.com/callback", Status::Broken),
        ("https://other.example.com/callback", Status::Missing),
    ] {
        change_settings(&mut facts, |one| one.redirect_urls = vec![url.to_owned()]);
        assert_eq!(red(&facts), [(ProbeId::Redirect, status)], "{url}");
    }
}

#[test]
fn every_fault_says_what_to_do_in_both_languages() {
    let mut facts = good();
    facts.feishu_time = Some(1_000_300);
    facts.available = Answer::Known(false);
    change_settings(&mut facts, |one| {
        one.redirect_urls.clear();
        one.allow_refresh_token = Some(false);
    });
    let report = judge(&facts, &wanted());
    assert_eq!(report.red().count(), 4);
    for finding in report.red() {
        assert!(!finding.seen.en.is_empty() && !finding.seen.zh.is_empty());
        assert!(!finding.fix.en.is_empty() && !finding.fix.zh.is_empty());
    }
}
