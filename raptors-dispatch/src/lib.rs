//! How Raptors runs its kernels: the machine, the plans, the threads and the matrix products.
