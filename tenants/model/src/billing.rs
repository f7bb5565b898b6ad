//! Money: months, what a call costs, statements, the forecast.
//!
//! Everything is counted in delivered calls and in minor units of the tenant's currency; nothing
//! is a floating-point number.

mod calendar;
mod forecast;
mod statement;

pub use calendar::{Day, DayError, Month, MonthError};
pub use forecast::{DayCount, Forecast, forecast};
pub use statement::{Charge, FreeCalls, Line, LineKind, Statement, StatementFacts, Tally, charge};

/// Time between the end of a month and the closing of its statement: entries that are on their way
/// still count.
pub const GRACE: std::time::Duration = std::time::Duration::from_hours(48);
