//! What stands before every door: addresses, origins, and whose session it is.

mod addresses;
mod messages;
mod origins;
mod uploads;
