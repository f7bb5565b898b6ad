//! Giving a credit note.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{Month, policy::ManageBilling};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{CreditNote, CreditRefusal, NewCredit, StoreError};
use views::{console::statement::CreditFault, error::Trouble};

use super::statement::{build, parse};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    reason: String,
}

/// Reads an amount such as `12.50` as minor units; never through a floating-point number.
fn minor(typed: &str) -> Option<i64> {
    let typed = typed.trim();
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole * 100 + part)
}

/// Gives a credit note on a closed statement.
///
/// Permissions: [`ManageBilling`]. Ledger: `billing.credit`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, month)): Path<(String, String)>,
    visit: Visit,
    Form(form): Form<Typed>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageBilling>(&state, &visit, &slug, &form.csrf).await?;
    let month = parse(&month, &visit)?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let given = give(&state, &desk, month, &form).await.map_err(internal)?;
    let Err(refusal) = given else {
        let to = format!("/billing/statements/{month}?done=credit");
        return Ok(page::go(&desk.path(&to)));
    };
    let page = build(&state, &visit, &desk, month)
        .await
        .map_err(internal)?;
    let Some(mut page) = page else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    if let Some(shown) = &mut page.form {
        shown.amount = form.amount;
        shown.reason = form.reason;
        shown.fault = Some(fault(refusal));
    }
    Ok(page::answer(
        StatusCode::UNPROCESSABLE_ENTITY,
        page.render(),
    ))
}

const fn fault(refusal: CreditRefusal) -> CreditFault {
    match refusal {
        CreditRefusal::NoStatement => CreditFault::NoStatement,
        CreditRefusal::Amount => CreditFault::Amount,
        CreditRefusal::Exceeds { .. } => CreditFault::Exceeds,
        CreditRefusal::Reason => CreditFault::Reason,
        CreditRefusal::Raced => CreditFault::Raced,
    }
}

async fn give(
    state: &WebState,
    desk: &Desk<ManageBilling>,
    month: Month,
    form: &Typed,
) -> Result<Result<CreditNote, CreditRefusal>, StoreError> {
    let new = NewCredit {
        month,
        number: form.number.parse().unwrap_or_default(),
        amount_minor: minor(&form.amount).unwrap_or_default(),
        reason: &form.reason,
        issued_by: desk.principal().name(),
    };
    let tx = desk.scope(state).write().await?;
    let note = match tx.billing().credit(&desk.permit, new).await? {
        Ok(note) => note,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let target = Some(format!("statement:{month}"));
    let after = json!({
        "number": note.number, "amount_minor": note.amount_minor, "reason": note.reason,
    });
    desk.record(state, &tx, "billing.credit", target, &Value::Null, &after)
        .await?;
    tx.commit().await?;
    Ok(Ok(note))
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn an_amount_has_at_most_two_places() {
        for (typed, amount) in [
            ("12", Some(1_200)),
            (" 12.5 ", Some(1_250)),
            ("0.07", Some(7)),
            ("12.", Some(1_200)),
            ("", None),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("1.234", None),
            ("9999999999999", None),
            ("１", None),
        ] {
            assert_eq!(minor(typed), amount, "{typed}");
        }
    }
}
