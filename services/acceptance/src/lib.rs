//! Construction and acceptance (多测整合、多验合一): units and phases, one survey used by many, one day on
//! site, one list of what to put right, one opinion; and the clocks of construction.

pub mod case;
