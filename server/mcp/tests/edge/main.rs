//! The edge as clients see it: two nodes on one bus, requests through the routers.

mod fuzz;
mod redis;
mod sessions;
mod stateless;
mod streams;
mod support;
mod tell;
