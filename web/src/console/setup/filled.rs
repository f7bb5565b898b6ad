//! A report, in the words of the page.

use std::collections::BTreeMap;

use calls::app_care::{
    Checked, RotationFault,
    checks::{ConsoleLinks, ProbeId, Report, ScopeState, Status, TokenType, import_json},
};
use model::{Capability, Locale};
use store::TenantEntry;
use views::{
    Href, Moment,
    console::setup::{EntryFault, Findings, Mark, ProbeLine, ScopeLine},
};

/// How a status is marked.
pub(crate) const fn mark(status: Status) -> Mark {
    match status {
        Status::Ok => Mark::Good,
        Status::Missing => Mark::Missing,
        Status::Waiting => Mark::Waiting,
        Status::NotNeeded => Mark::NotNeeded,
        Status::Broken => Mark::Broken,
        Status::Unknown => Mark::Unknown,
    }
}

/// What was found, reduced to the probes that are wanted.
pub(crate) fn findings(
    entry: &TenantEntry,
    checked: Option<&Checked>,
    locale: Locale,
    wants: impl Fn(ProbeId) -> bool,
) -> Findings {
    let Some(Checked { report, at, .. }) = checked else {
        return Findings::default();
    };
    let chinese = locale == Locale::Zh;
    let probes = report
        .findings
        .iter()
        .filter(|one| wants(one.probe))
        .map(|one| ProbeLine {
            title: one.title.pick(chinese).to_owned(),
            mark: mark(one.status),
            seen: one.seen.pick(chinese).to_owned(),
            fix: one.fix.pick(chinese).to_owned(),
            link: one.link.as_deref().and_then(Href::web),
        });
    let needed_by = needed_by(&entry.rules.capabilities, locale);
    let wanted = |row: &&calls::app_care::checks::ScopeRow| row.state != ScopeState::NotNeeded;
    let links = ConsoleLinks::new(report.region, &report.app_id);
    Findings {
        probes: probes.collect(),
        scopes: report
            .scopes
            .iter()
            .filter(wanted)
            .map(|row| ScopeLine {
                needed_by: needed_by
                    .get(row.name.as_str())
                    .cloned()
                    .unwrap_or_else(|| {
                        locale.pick("Signing in, checking", "登录与检查").to_owned()
                    }),
                name: row.name.clone(),
                for_people: row.token == TokenType::User,
                mark: match row.state {
                    ScopeState::Has => Mark::Good,
                    ScopeState::Missing => Mark::Missing,
                    ScopeState::Waiting => Mark::Waiting,
                    ScopeState::NotNeeded => Mark::NotNeeded,
                    ScopeState::Unknown => Mark::Unknown,
                },
            })
            .collect(),
        spare: report
            .scopes_in(ScopeState::NotNeeded, TokenType::User)
            .map(str::to_owned)
            .collect(),
        import: import_json(report),
        import_link: Href::web(&links.import()),
        checked: Some(Moment(at.millis())),
    }
}

/// Which capabilities need a scope, or one that it covers.
fn needed_by(chosen: &[Capability], locale: Locale) -> BTreeMap<&'static str, String> {
    let mut packs: BTreeMap<&'static str, Vec<Capability>> = BTreeMap::new();
    for capability in chosen {
        for scope in capability.user_scopes() {
            for name in model::scopes::broader(scope).chain([*scope]) {
                let list = packs.entry(name).or_default();
                if !list.contains(capability) {
                    list.push(*capability);
                }
            }
        }
    }
    let named = packs.into_iter().map(|(scope, list)| {
        let names: Vec<String> = list.into_iter().map(|one| pack(one, locale)).collect();
        (scope, names.join(locale.pick(", ", "、")))
    });
    named.collect()
}

/// A capability, for people.
fn pack(capability: Capability, locale: Locale) -> String {
    match capability {
        Capability::DocsRead => locale.pick("Reading documents", "读文档").to_owned(),
        Capability::DocsWrite => locale.pick("Writing documents", "写文档").to_owned(),
        Capability::Media => locale
            .pick("Images, files and boards", "图片、附件与画板")
            .to_owned(),
        Capability::Files => locale.pick("Drive and wiki", "云空间与知识库").to_owned(),
        Capability::Sharing => locale.pick("Sharing", "分享与权限").to_owned(),
        Capability::Comments => locale.pick("Comments", "评论").to_owned(),
        Capability::Search => locale.pick("Search", "搜索").to_owned(),
        Capability::People => locale.pick("People", "人员").to_owned(),
        Capability::SheetsRead => locale.pick("Reading spreadsheets", "读电子表格").to_owned(),
        Capability::SheetsWrite => locale.pick("Writing spreadsheets", "写电子表格").to_owned(),
        Capability::BasesRead => locale.pick("Reading bases", "读多维表格").to_owned(),
        Capability::BasesWrite => locale.pick("Writing bases", "写多维表格").to_owned(),
    }
}

/// Why credentials were not taken, beside the field; `None` for our own failures.
pub(crate) fn fault(fault: &RotationFault, locale: Locale) -> Option<EntryFault> {
    match fault {
        RotationFault::Refused(report) => Some(refused(report, locale)),
        RotationFault::OtherApp => Some(EntryFault::OtherApp),
        RotationFault::Care(calls::app_care::CareError::TooOften) => Some(EntryFault::TooOften),
        RotationFault::NothingBefore | RotationFault::Care(_) => None,
    }
}

fn refused(report: &Report, locale: Locale) -> EntryFault {
    let chinese = locale == Locale::Zh;
    let about = [ProbeId::Brand, ProbeId::Credentials, ProbeId::Network];
    let told = about
        .iter()
        .filter_map(|probe| report.of(*probe))
        .find(|finding| finding.status != Status::Ok && finding.follows.is_none());
    told.map_or(
        EntryFault::Refused {
            seen: String::new(),
            fix: String::new(),
        },
        |finding| EntryFault::Refused {
            seen: finding.seen.pick(chinese).to_owned(),
            fix: finding.fix.pick(chinese).to_owned(),
        },
    )
}
