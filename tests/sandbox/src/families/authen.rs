//! Handlers of the authen family.

use crate::families::Route;

/// Method, path and handler of each simulated endpoint.
pub(crate) const ROUTES: &[Route] = &[];
