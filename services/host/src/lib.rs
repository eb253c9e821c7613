//! What every service needs of the machine it runs on: the clock, the seeds, the caller's identity, serving.
