//! The set-up of the tenant's Feishu app: steps whose ticks come from live checks.

pub(crate) mod admin;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod enter;
pub(crate) mod events;
pub(crate) mod filled;
pub(crate) mod handover;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use calls::app_care::{
    Checked,
    checks::{ConsoleLinks, ProbeId, Status},
    region,
};
use edge::Entrance;
use model::{
    Brand, Milestone, Timestamp,
    policy::{Action, ManageTenant},
};
use serde::Deserialize;
use store::StoreError;
use views::{
    Href, Moment,
    console::{
        Tab,
        setup::{self as view, AppEntry, FirstAdmin, HandoverState, Mark, SetupPage, Step},
    },
};

use super::{Away, Desk, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    step: String,
    #[serde(default)]
    done: String,
}

/// A form without fields of its own but, perhaps, the step to come back to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Bare {
    #[serde(default)]
    pub(crate) csrf: String,
    #[serde(default)]
    pub(crate) step: String,
}

/// Shows the step that is asked for, or the first that is not done.
///
/// Permissions: [`ManageTenant`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk, Step::from_code(&asked.step))
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some((tone, text)) = view::notice(visit.lang(), &asked.done) {
        page.console = page.console.with_notice(tone, text);
    }
    Ok(page::show(page.render()))
}

/// The page as it stands.
pub(super) async fn build<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
    step: Option<Step>,
) -> Result<SetupPage, StoreError> {
    let tenant = &desk.entry.tenant;
    let now = state.clock.now();
    let checked = state.apps.latest(tenant.id).await?;
    let (first, open, reached) = {
        let tx = desk.scope(state).read().await?;
        (
            tx.members().first_admin().await?,
            tx.handovers().open_one(handover::INTENT).await?,
            tx.onboarding().reached().await?,
        )
    };
    let admin = match first {
        Some(member) => FirstAdmin::Is(member.name),
        None => candidate(state, visit, desk)
            .await?
            .map_or(FirstAdmin::Nobody, |(_, name)| FirstAdmin::CouldBe(name)),
    };
    let has_admin = matches!(admin, FirstAdmin::Is(_));
    let marks = marks(tenant.app_id.is_empty(), checked.as_ref(), has_admin);
    let undone = marks.iter().find(|(_, mark)| *mark != Mark::Good);
    let step = step.unwrap_or_else(|| undone.map_or(Step::Done, |(step, _)| *step));
    Ok(SetupPage {
        console: desk.shell(visit, Tab::Setup),
        step,
        marks,
        app: AppEntry {
            lark: tenant.brand == Brand::Lark,
            app_id: tenant.app_id.clone(),
            app_name: checked
                .as_ref()
                .map(|one| one.report.app_name.clone())
                .unwrap_or_default(),
            fault: None,
        },
        redirect_url: state.apps.redirect_url().to_owned(),
        findings: filled::findings(&desk.entry, checked.as_ref(), visit.locale, |probe| {
            shown(step).contains(&probe)
        }),
        places: places(tenant.brand, &tenant.app_id),
        admin,
        handover: open.map_or(HandoverState::None, |open| HandoverState::Open {
            made_by: open.made_by,
            until: Moment(open.expires_at.millis()),
            opened: open.browser.is_some(),
        }),
        sign_in: sign_in(tenant.slug.as_str()),
        connect: state.urls.connect(&tenant.slug),
        first_call: first_call(visit, &reached),
        now: Moment(now.millis()),
    })
}

/// The member that this browser signed in as at Feishu, beside the account that works here.
pub(super) async fn candidate<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
) -> Result<Option<(model::MemberId, String)>, StoreError> {
    if !matches!(desk.session.entrance, Entrance::Account(_)) {
        return Ok(None);
    }
    let slug = &desk.entry.tenant.slug;
    let session = state.auth.page(&visit.headers, slug).await?;
    Ok(session.and_then(|session| {
        let principal = session.principal;
        Some((principal.member()?, principal.name().to_owned()))
    }))
}

/// The app's pages in the developer console: apps, security, versions.
pub(crate) fn places(brand: Brand, app_id: &str) -> [Option<Href>; 3] {
    let links = ConsoleLinks::new(region(brand), app_id);
    [links.apps(), links.security(), links.versions()].map(|place| Href::web(&place))
}

/// Where the browser signs in at Feishu and comes back to the step.
fn sign_in(slug: &str) -> String {
    let back = format!("/console/t/{slug}/setup?step={}", Step::SignIn.code());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", &back)
        .finish();
    format!("/t/{slug}/sign-in?{query}")
}

/// The checks that a step shows.
const fn shown(step: Step) -> &'static [ProbeId] {
    match step {
        Step::App => &[
            ProbeId::Network,
            ProbeId::Clock,
            ProbeId::Brand,
            ProbeId::Credentials,
        ],
        Step::Redirect => &[ProbeId::Redirect],
        Step::Permissions => &[ProbeId::Scopes, ProbeId::OfflineAccess],
        Step::Publish => &[ProbeId::Enabled, ProbeId::Published, ProbeId::Availability],
        Step::SignIn => &[ProbeId::Availability, ProbeId::Redirect],
        Step::Done => &ProbeId::ALL,
    }
}

fn marks(no_app: bool, checked: Option<&Checked>, has_admin: bool) -> Vec<(Step, Mark)> {
    let of = |step: Step| match (step, checked) {
        (Step::SignIn, _) if has_admin => Mark::Good,
        (Step::SignIn | Step::Done, _) | (_, None) => Mark::Unknown,
        (_, Some(_)) if no_app => Mark::Unknown,
        (step, Some(checked)) => worst(checked, shown(step)),
    };
    let mut marks: Vec<(Step, Mark)> = Step::ALL.into_iter().map(|step| (step, of(step))).collect();
    let (last, before) = marks.split_last_mut().unzip();
    if let (Some(last), Some(before)) = (last, before)
        && before.iter().all(|(_, mark)| *mark == Mark::Good)
    {
        last.1 = Mark::Good;
    }
    marks
}

/// The mark of several checks. What only a sign-in can tell does not hold a step up.
fn worst(checked: &Checked, probes: &[ProbeId]) -> Mark {
    let mut mark = Mark::Good;
    for probe in probes {
        let status = checked.report.status(*probe);
        if status == Status::Unknown && *probe == ProbeId::Availability {
            continue;
        }
        let one = filled::mark(status);
        let rank = |mark: Mark| match mark {
            Mark::Good | Mark::NotNeeded => 0,
            Mark::Unknown => 1,
            Mark::Waiting => 2,
            Mark::Missing | Mark::Broken => 3,
        };
        if rank(one) > rank(mark) {
            mark = one;
        }
    }
    mark
}

/// How long it took from signing up to the first call that worked.
fn first_call(visit: &Visit, reached: &[(Milestone, Timestamp)]) -> Option<String> {
    let at = |wanted| {
        let found = reached.iter().find(|(step, _)| *step == wanted);
        found.map(|(_, at)| *at)
    };
    let took = at(Milestone::FirstCall)?.since(at(Milestone::Created)?);
    let minutes = took.as_secs() / 60;
    Some(match minutes {
        0 => visit.locale.pick("under a minute", "不到一分钟").to_owned(),
        minutes if minutes < 120 => format!("{minutes} {}", visit.locale.pick("min", "分钟")),
        minutes => format!("{} {}", minutes / 60, visit.locale.pick("h", "小时")),
    })
}
