//! HTTP layers, extractors, error envelopes, cookies, CSRF, routes.
