//! Spreadsheet formulas over a live sheet, without writing to it.
//!
//! A [`Plan`] is what is asked: formulas, and cells that are taken to hold something else. It says
//! which areas it still needs ([`Plan::missing`]); the caller fetches them, each with its values and
//! formulas, until nothing is missing, and [`Plan::compute`] answers.
//!
//! What the sheet itself has computed is believed: a formula in a cell is only computed anew when
//! it hangs on a cell that is taken to hold something else. So an answer agrees with what people
//! see in the sheet, and a question without such cells needs no more than the areas that it names.
//!
//! The engine ([`ironcalc_base`]) sees nothing but the cells that it is given: no file, no network.
//! It is synchronous and may take seconds; run it where that blocks nobody.

mod area;
mod engine;
mod fault;
mod follow;
mod plan;
mod scan;
mod value;

pub use area::{Area, COLUMNS, ROWS, Spot, column_name, column_named};
pub use engine::Moment;
pub use fault::Fault;
pub use plan::{Answer, Change, Plan, Question, Refusal, Tab};
pub use value::{Cell, Value, shown};
