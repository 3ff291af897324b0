//! N-dimensional arrays with NumPy semantics.
