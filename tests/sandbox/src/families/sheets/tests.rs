//! The spreadsheet endpoints on the demo content.
