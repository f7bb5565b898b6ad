//! Console and employee pages.
