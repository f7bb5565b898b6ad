//! The tests that make the product trustworthy.

mod calls;
mod console_grid;
mod console_ids;
mod every_resource_is_guarded;
mod every_route_is_guarded;
mod every_tool_is_guarded;
mod every_write_is_recorded;
mod hostile_names;
mod nothing_destroys_unconfirmed;
mod policy_grid;
mod scopes_cover;
mod tenants_cannot_meet;
