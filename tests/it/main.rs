//! The one integration binary. Paths mirror what they test.

mod architecture;
mod proof;
#[expect(dead_code, reason = "journeys come next")]
mod support;
