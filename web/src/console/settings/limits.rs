//! Sets how fast calls may come.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{Limits, Month, Rate, policy::ManageTenant};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::console::settings::RateForm;

use super::{build, come_in};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    member_burst: String,
    member_minute: String,
    tenant_burst: String,
    tenant_minute: String,
}

/// Changes the rates, up to what the plan allows.
///
/// Permissions: [`ManageTenant`]. Ledger: `tenant.limits`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let plan = desk
        .entry
        .tenant
        .contract
        .plan_in(Month::of(state.clock.now()));
    let typed = [
        wish.member_burst,
        wish.member_minute,
        wish.tenant_burst,
        wish.tenant_minute,
    ];
    let faults = match read(&typed, Limits::fastest(plan)) {
        Ok((member, whole)) => {
            save(&state, &desk, member, whole).await.map_err(internal)?;
            return Ok(page::go(&desk.path("/settings?done=limits")));
        }
        Err(faults) => faults,
    };
    let mut page = build(&state, &visit, &desk, None).await.map_err(internal)?;
    page.rate_faults = faults;
    page.rates = RateForm(typed.map(|text| text.chars().take(12).collect()));
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

/// The rates, or which of the four numbers are none from 1 to the plan's.
fn read(typed: &[String; 4], fastest: (Rate, Rate)) -> Result<(Rate, Rate), [bool; 4]> {
    let most = [
        fastest.0.burst,
        fastest.0.per_minute,
        fastest.1.burst,
        fastest.1.per_minute,
    ];
    let mut numbers = [0; 4];
    let mut faults = [false; 4];
    for (index, text) in typed.iter().enumerate() {
        let number = text.trim().parse::<u32>().unwrap_or_default();
        numbers[index] = number;
        faults[index] = !(1..=most[index]).contains(&number);
    }
    if faults.contains(&true) {
        return Err(faults);
    }
    let [burst, per_minute, whole_burst, whole_minute] = numbers;
    Ok((
        Rate { burst, per_minute },
        Rate {
            burst: whole_burst,
            per_minute: whole_minute,
        },
    ))
}

async fn save(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    member: Rate,
    whole: Rate,
) -> Result<(), StoreError> {
    let tx = desk.scope(state).write().await?;
    let changed = tx.profile().set_rates(&desk.permit, member, whole).await?;
    let told = |one: &Limits| json!({ "member": one.member, "tenant": one.tenant });
    let (before, after) = (told(&changed.before), told(&changed.after));
    desk.record(state, &tx, "tenant.limits", None, &before, &after)
        .await?;
    tx.commit().await?;
    state.connections.tenant_changed(desk.entry.tenant.id).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::Plan;

    use super::*;

    #[test]
    fn rates_are_whole_numbers_within_the_plan() {
        let fastest = Limits::fastest(Plan::Team);
        let typed = |texts: [&str; 4]| texts.map(str::to_owned);
        assert!(read(&typed(["10", " 60 ", "900", "5400"]), fastest).is_ok());
        for (texts, wrong) in [
            (["0", "60", "300", "1800"], 0),
            (["10", "181", "300", "1800"], 1),
            (["10", "60", "-1", "1800"], 2),
            (["10", "60", "300", "1e3"], 3),
        ] {
            let faults = read(&typed(texts), fastest).unwrap_err();
            assert_eq!(faults.iter().position(|fault| *fault), Some(wrong));
        }
    }
}
