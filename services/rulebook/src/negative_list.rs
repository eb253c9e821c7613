//! negative_list
