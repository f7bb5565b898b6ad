//! The one integration binary. Paths mirror what they test.

#![expect(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program: helpers stop the test that uses them"
)]

mod architecture;
mod console;
mod doors;
mod faults;
mod interop;
mod journey;
mod leavers;
mod proof;
mod support;
mod watching;
