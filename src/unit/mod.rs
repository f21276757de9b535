//! Who a name stands for.

pub mod split;
