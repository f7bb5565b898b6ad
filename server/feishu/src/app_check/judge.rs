//! From facts to findings. Asks nobody: the same facts always give the same report.
//!
//! Each probe says [`Finding::follows`] where another one explains it, so that one fault is one
//! red item, whatever it hides.

use std::collections::BTreeSet;

use super::{
    AppFacts, ConsoleLinks, Finding, ProbeId, Region, Report, Status,
    judge_scopes::{self, Scopes},
    words::{Case, title},
};

/// Clocks that differ by more than this break tokens and logs.
pub const SKEW_SECONDS: i64 = 30;

/// What the platform itself has seen of the app.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// A person came back from Feishu's sign-in through our redirect URL.
    pub signed_in: bool,
    /// The code with which Feishu refused the last sign-in, when none worked since.
    pub refusal: Option<i64>,
}

/// What the app is measured by.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// App ID.
    pub app_id: String,
    /// The chosen brand.
    pub region: Region,
    /// Our redirect URL.
    pub redirect_url: String,
    /// Scopes of user tokens that the chosen capabilities need.
    pub user_scopes: BTreeSet<String>,
    /// Scopes of the app's own token.
    pub tenant_scopes: BTreeSet<String>,
    /// Our clock, in seconds since 1970.
    pub now: i64,
    /// What was seen before.
    pub seen: Seen,
}

/// The report over `facts`.
pub fn judge(facts: &AppFacts, wanted: &Wanted) -> Report {
    let mut bench = Bench {
        facts,
        wanted,
        links: ConsoleLinks::new(wanted.region, &wanted.app_id),
        findings: Vec::with_capacity(ProbeId::ALL.len()),
    };
    let scopes = judge_scopes::read(facts, wanted);
    bench.reach();
    bench.clock();
    bench.credentials();
    bench.enabled();
    bench.published(&scopes);
    bench.scopes(&scopes);
    bench.offline(&scopes);
    bench.redirect();
    bench.availability();
    bench.put(ProbeId::Bot, Status::NotNeeded, Case::Bot, None, None);
    bench
        .findings
        .sort_by_key(|finding| ProbeId::ALL.iter().position(|id| *id == finding.probe));
    Report {
        app_id: wanted.app_id.clone(),
        region: wanted.region,
        app_name: facts
            .settings
            .known()
            .map(|settings| settings.app_name.clone())
            .unwrap_or_default(),
        findings: bench.findings,
        scopes: scopes.rows,
    }
}

struct Bench<'a> {
    facts: &'a AppFacts,
    wanted: &'a Wanted,
    links: ConsoleLinks,
    findings: Vec<Finding>,
}

impl Bench<'_> {
    fn put(
        &mut self,
        probe: ProbeId,
        status: Status,
        case: Case<'_>,
        link: Option<String>,
        follows: Option<ProbeId>,
    ) {
        let (seen, fix) = case.words();
        self.findings.push(Finding {
            probe,
            status,
            title: title(probe),
            seen,
            fix,
            link,
            follows,
        });
    }

    fn ok(&mut self, probe: ProbeId, case: Case<'_>) {
        self.put(probe, Status::Ok, case, None, None);
    }

    fn unknown(&mut self, probe: ProbeId, why: ProbeId) {
        self.put(probe, Status::Unknown, Case::After(why), None, Some(why));
    }

    fn status(&self, probe: ProbeId) -> Status {
        let found = self.findings.iter().find(|finding| finding.probe == probe);
        found.map_or(Status::Unknown, |finding| finding.status)
    }

    /// The first of the earlier probes that keeps the later ones from an answer.
    fn blocked(&self) -> Option<ProbeId> {
        [
            ProbeId::Network,
            ProbeId::Brand,
            ProbeId::Credentials,
            ProbeId::Enabled,
        ]
        .into_iter()
        .find(|probe| self.status(*probe) != Status::Ok)
    }

    fn refused_with(&self, code: i64) -> bool {
        self.facts.scopes.code() == Some(code) || self.facts.settings.code() == Some(code)
    }

    fn reach(&mut self) {
        if matches!(self.facts.token, super::Answer::Unreachable) {
            let status = Status::Unknown;
            self.put(ProbeId::Network, status, Case::Unreachable, None, None);
        } else if self.refused_with(99_991_401) {
            let link = Some(self.links.security());
            let case = Case::AddressList;
            self.put(ProbeId::Network, Status::Broken, case, link, None);
        } else {
            self.ok(ProbeId::Network, Case::Reached);
        }
    }

    fn clock(&mut self) {
        match self.facts.feishu_time.map(|time| self.wanted.now - time) {
            Some(skew) if skew.abs() > SKEW_SECONDS => {
                let case = Case::Skew(skew);
                self.put(ProbeId::Clock, Status::Broken, case, None, None);
            }
            Some(_) => self.ok(ProbeId::Clock, Case::ClockAgrees),
            None => self.unknown(ProbeId::Clock, ProbeId::Network),
        }
    }

    /// Brand and credentials together: one code stands for an unknown App ID, an app of the other
    /// brand and a stopped app.
    fn credentials(&mut self) {
        let (brand, region) = (ProbeId::Brand, self.wanted.region);
        if self.status(ProbeId::Network) == Status::Unknown {
            self.unknown(brand, ProbeId::Network);
            self.unknown(ProbeId::Credentials, ProbeId::Network);
            return;
        }
        let Some(code) = self.facts.token.code() else {
            self.ok(brand, Case::BrandIs(region));
            self.ok(ProbeId::Credentials, Case::CredentialsGood);
            return;
        };
        let by_sign_in = self.facts.sign_in_code;
        if self.facts.at_other_brand == Some(true) && by_sign_in.is_none_or(|code| code == 20048) {
            let other = ConsoleLinks::new(region.other(), &self.wanted.app_id);
            let case = Case::OtherBrand(region);
            let link = Some(other.credentials());
            self.put(brand, Status::Broken, case, link, None);
            self.unknown(ProbeId::Credentials, brand);
            return;
        }
        self.ok(brand, Case::BrandIs(region));
        let link = Some(self.links.credentials());
        match (code, by_sign_in) {
            (10015 | 20002, _) | (_, Some(20002)) => {
                let case = Case::WrongSecret;
                self.put(ProbeId::Credentials, Status::Broken, case, link, None);
            }
            // The sign-in endpoint got as far as the app's state, or to our code: it took the
            // secret.
            (_, Some(20003 | 20004 | 20009 | 20042 | 20065 | 20069)) => {
                self.ok(ProbeId::Credentials, Case::CredentialsGood);
            }
            (10003 | 10014 | 20048, _) => {
                let case = Case::UnknownApp(region);
                self.put(ProbeId::Credentials, Status::Broken, case, link, None);
            }
            (code, _) => {
                let case = Case::Code(code);
                self.put(ProbeId::Credentials, Status::Unknown, case, link, None);
            }
        }
    }

    fn enabled(&mut self) {
        let probe = ProbeId::Enabled;
        if let Some(why) = self.blocked().filter(|why| *why != probe) {
            self.unknown(probe, why);
            return;
        }
        let status = self.facts.settings.known().and_then(|known| known.status);
        let by_sign_in = self.facts.sign_in_code;
        let stopped = matches!(by_sign_in, Some(20042 | 20069))
            || self.refused_with(99_991_662)
            || status == Some(0)
            || (self.facts.token.code().is_some() && by_sign_in != Some(20009));
        if stopped {
            let link = Some(self.links.admin());
            self.put(probe, Status::Broken, Case::Stopped, link, None);
        } else if by_sign_in == Some(20009) || self.refused_with(212_100) {
            let link = Some(self.links.versions());
            self.put(probe, Status::Missing, Case::NotInstalled, link, None);
        } else {
            self.ok(probe, Case::InUse);
        }
    }

    fn published(&mut self, scopes: &Scopes) {
        let probe = ProbeId::Published;
        if let Some(why) = self.blocked() {
            self.unknown(probe, why);
            return;
        }
        let link = Some(self.links.versions());
        match self.facts.settings.known() {
            Some(known) if known.online_version_id.is_empty() => {
                let (status, case) = if known.unaudit_version_id.is_empty() {
                    (Status::Missing, Case::NeverPublished)
                } else {
                    (Status::Waiting, Case::FirstUnderReview)
                };
                self.put(probe, status, case, link, None);
            }
            Some(known) if !known.unaudit_version_id.is_empty() && scopes.only_waits() => {
                let case = Case::UnderReview(scopes.waiting());
                self.put(probe, Status::Waiting, case, link, None);
            }
            Some(_) => self.ok(probe, Case::Published),
            None if scopes.nothing_in_force() => {
                self.put(probe, Status::Missing, Case::NeverPublished, link, None);
            }
            None if self.wanted.seen.signed_in => self.ok(probe, Case::SeenBySignIn),
            None => self.unknown(probe, ProbeId::Scopes),
        }
    }

    fn scopes(&mut self, scopes: &Scopes) {
        let probe = ProbeId::Scopes;
        if let Some(why) = self.blocked() {
            self.unknown(probe, why);
            return;
        }
        if !scopes.known {
            let code = self.facts.scopes.code().unwrap_or_default();
            self.put(probe, Status::Unknown, Case::Code(code), None, None);
            return;
        }
        let (missing, waiting) = (scopes.missing(), scopes.waiting());
        // What waits for a version is mended by the version.
        let follows = Some(ProbeId::Published)
            .filter(|_| self.status(ProbeId::Published).needs_action() && missing.is_empty());
        if !missing.is_empty() {
            let link = Some(
                self.links
                    .scopes(scopes.first_missing(), scopes.token_of_gap()),
            );
            let case = Case::ScopesMissing(missing);
            self.put(probe, Status::Missing, case, link, follows);
        } else if !waiting.is_empty() {
            let link = Some(self.links.versions());
            let case = Case::ScopesWait(waiting);
            self.put(probe, Status::Waiting, case, link, follows);
        } else {
            self.ok(probe, Case::ScopesComplete(scopes.wanted()));
        }
    }

    fn offline(&mut self, scopes: &Scopes) {
        let probe = ProbeId::OfflineAccess;
        if let Some(why) = self.blocked() {
            self.unknown(probe, why);
            return;
        }
        let switch = self
            .facts
            .settings
            .known()
            .and_then(|known| known.allow_refresh_token);
        let link = Some(self.links.scopes([judge_scopes::OFFLINE], "user"));
        match scopes.offline {
            Status::Ok if switch == Some(false) => {
                let link = Some(self.links.security());
                self.put(probe, Status::Broken, Case::RefreshOff, link, None);
            }
            Status::Ok => self.ok(probe, Case::OfflineGood),
            Status::Missing => self.put(probe, Status::Missing, Case::NoOffline, link, None),
            Status::Waiting => {
                let follows = Some(ProbeId::Published)
                    .filter(|_| self.status(ProbeId::Published).needs_action());
                let link = Some(self.links.versions());
                self.put(probe, Status::Waiting, Case::OfflineWaits, link, follows);
            }
            _ => self.unknown(probe, ProbeId::Scopes),
        }
    }

    fn redirect(&mut self) {
        let probe = ProbeId::Redirect;
        let ours = &self.wanted.redirect_url;
        if let Some(why) = self.blocked() {
            self.unknown(probe, why);
            return;
        }
        let link = Some(self.links.security());
        let Some(known) = self.facts.settings.known() else {
            if self.wanted.seen.signed_in {
                self.ok(probe, Case::SeenBySignIn);
            } else {
                self.unknown(probe, ProbeId::Scopes);
            }
            return;
        };
        if known.redirect_urls.iter().any(|url| url == ours) {
            self.ok(probe, Case::RedirectThere);
        } else if let Some(near) = known.redirect_urls.iter().find(|url| nearly(url, ours)) {
            let case = Case::RedirectDiffers { near, ours };
            self.put(probe, Status::Broken, case, link, None);
        } else {
            let case = Case::RedirectMissing(ours);
            self.put(probe, Status::Missing, case, link, None);
        }
    }

    fn availability(&mut self) {
        let probe = ProbeId::Availability;
        if let Some(why) = self.blocked() {
            self.unknown(probe, why);
            return;
        }
        let link = Some(self.links.versions());
        match self.facts.available.known() {
            Some(true) => self.ok(probe, Case::Available),
            Some(false) => self.put(probe, Status::Missing, Case::NotAvailable, link, None),
            None if self.wanted.seen.refusal == Some(20010) => {
                self.put(probe, Status::Missing, Case::NotAvailable, link, None);
            }
            None if self.wanted.seen.signed_in => self.ok(probe, Case::SeenBySignIn),
            None => self.put(probe, Status::Unknown, Case::NobodySignedIn, None, None),
        }
    }
}

/// Whether two addresses differ only in what Feishu compares and people overlook.
fn nearly(url: &str, ours: &str) -> bool {
    let plain = |url: &str| {
        let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
        let rest = url.split_once("://").map(|(_, rest)| rest.to_owned());
        rest.unwrap_or(url)
    };
    plain(url) == plain(ours)
}
