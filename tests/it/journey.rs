//! Journeys of people, on both backends.

mod newcomer;
mod printed_command;
mod restart;
