//! Prints the SIMD levels of this CPU, the best last: what `RAPTORS_SIMD` may be set to here.

use raptors_kernels::Level;

fn main() {
    for level in Level::available() {
        println!("{}", level.name());
    }
}
