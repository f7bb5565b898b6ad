//! The one integration binary. Paths mirror what they test.

mod architecture;
