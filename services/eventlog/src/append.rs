//! The append task.
