//! Background work, one file each.
