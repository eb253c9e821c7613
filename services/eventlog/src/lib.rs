//! The log: gapless, hash-chained, the only truth. It knows bytes, no meaning.
