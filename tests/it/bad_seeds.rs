//! Files of law that are spoilt.
