//! People, departments, user groups, and the search for people.

mod departments;
mod groups;
mod range;
mod search;
mod users;
mod view;

pub(crate) use view::status;

use crate::families::Route;

/// Method, path and handler of each simulated endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("GET", "/open-apis/contact/v3/users/:user_id", users::get),
    ("GET", "/open-apis/contact/v3/users/batch", users::batch),
    (
        "POST",
        "/open-apis/contact/v3/users/basic_batch",
        users::basic_batch,
    ),
    (
        "POST",
        "/open-apis/contact/v3/users/batch_get_id",
        users::batch_get_id,
    ),
    (
        "GET",
        "/open-apis/contact/v3/users/find_by_department",
        users::find_by_department,
    ),
    (
        "GET",
        "/open-apis/contact/v3/departments/:department_id",
        departments::get,
    ),
    (
        "GET",
        "/open-apis/contact/v3/departments/batch",
        departments::batch,
    ),
    (
        "GET",
        "/open-apis/contact/v3/departments/:department_id/children",
        departments::children,
    ),
    (
        "GET",
        "/open-apis/contact/v3/departments/parent",
        departments::parents,
    ),
    (
        "POST",
        "/open-apis/contact/v3/departments/search",
        departments::search,
    ),
    (
        "GET",
        "/open-apis/contact/v3/group/simplelist",
        groups::list,
    ),
    (
        "GET",
        "/open-apis/contact/v3/group/member_belong",
        groups::belonging,
    ),
    ("GET", "/open-apis/contact/v3/group/:group_id", groups::get),
    (
        "GET",
        "/open-apis/contact/v3/group/:group_id/member/simplelist",
        groups::members,
    ),
    ("GET", "/open-apis/contact/v3/scopes", range::list),
    ("GET", "/open-apis/search/v1/user", search::people),
];
