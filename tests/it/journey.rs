//! Journeys of people, on both backends.

mod newcomer;
mod restart;
