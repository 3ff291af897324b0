//! Python bindings of Raptors.
