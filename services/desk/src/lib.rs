//! The one desk at which agencies handle the matters of every stage.
