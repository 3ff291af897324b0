//! The one table of speeds, costs and thresholds: a name, a unit, defaults and what sets each.

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The key in a profile.
    pub name: &'static str,
    /// The unit.
    pub unit: &'static str,
    /// What sets the figure: `tune`, or the Criterion group of `raptors-bench` that a threshold is
    /// read off.
    pub set_by: &'static str,
    /// What the figure is.
    pub doc: &'static str,
    /// The default for the architecture that this build is for.
    pub default: f64,
}

macro_rules! figures {
    ($($(#[doc = $doc:literal])+ $name:ident $unit:literal, x86 $x86:literal, arm $arm:literal,
       set by $set_by:literal;)*) => {
        /// Speeds, costs and thresholds that plans are made from.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Figures { $($(#[doc = $doc])+ #[doc = concat!("Unit: ", $unit, ".")] pub $name: f64,)* }

        impl Figures {
            /// Every row.
            pub const TABLE: &[Figure] = &[$(Figure {
                name: stringify!($name),
                unit: $unit,
                set_by: $set_by,
                doc: concat!($($doc),+),
                default: if cfg!(target_arch = "aarch64") { $arm } else { $x86 },
            },)*];

            /// The figure called `name`.
            pub fn get(&self, name: &str) -> Option<f64> {
                match name { $(stringify!($name) => Some(self.$name),)* _ => None }
            }

            /// Sets the figure called `name`; false if there is none.
            pub fn set(&mut self, name: &str, value: f64) -> bool {
                match name { $(stringify!($name) => self.$name = value,)* _ => return false }
                true
            }
        }

        impl Figures {
            /// The defaults for the processor called `cpu`, as [`Machine::cpu`](super::Machine::cpu) has it.
            pub fn of(cpu: &str) -> Self {
                let mut figures = Self::default();
                for (prefix, name, value) in KNOWN {
                    if cpu.starts_with(prefix) {
                        figures.set(name, *value);
                    }
                }
                figures
            }
        }

        impl Default for Figures {
            fn default() -> Self {
                let [$($name),*] = core::array::from_fn(|row| Self::TABLE[row].default);
                Self { $($name),* }
            }
        }
    };
}

figures! {
    /// Time of one vector addition on operands in the first-level cache, with its loads and store.
    vector_ns "ns", x86 0.30, arm 0.30, set by "tune";
    /// Time of one unit of cost in a vector of a loop that computes on registers, such as `exp`.
    unit_ns "ns", x86 0.30, arm 0.30, set by "tune";
    /// One core's traffic with the first-level cache, in loops that read and write.
    l1_gbs "GB/s", x86 280.0, arm 150.0, set by "tune";
    /// One core's traffic with the second-level cache. This default and the next ones are those of a
    /// fast core: where a machine was not measured, a slow core may wait a little longer for its
    /// second thread, but no core gets one that it has no use for.
    l2_gbs "GB/s", x86 200.0, arm 90.0, set by "tune";
    /// One core's traffic with the last-level cache.
    l3_gbs "GB/s", x86 110.0, arm 60.0, set by "tune";
    /// One core's traffic with main memory.
    dram_gbs "GB/s", x86 24.0, arm 40.0, set by "tune";
    /// One core's reading from the first-level cache, in a sum.
    l1_read_gbs "GB/s", x86 100.0, arm 60.0, set by "tune";
    /// One core's reading from the second-level cache, in a sum.
    l2_read_gbs "GB/s", x86 160.0, arm 60.0, set by "tune";
    /// One core's reading from the last-level cache, in a sum.
    l3_read_gbs "GB/s", x86 100.0, arm 50.0, set by "tune";
    /// One core's reading from main memory, in a sum.
    dram_read_gbs "GB/s", x86 28.0, arm 40.0, set by "tune";
    /// Cores that together use all the bandwidth of the last-level cache.
    l3_cores "cores", x86 16.0, arm 16.0, set by "tune";
    /// Cores that together use all the bandwidth of main memory.
    dram_cores "cores", x86 4.0, arm 4.0, set by "tune";
    /// One core's traffic with main memory when stores go around the caches; where this is not
    /// above `dram_gbs`, they never do.
    stream_gbs "GB/s", x86 32.0, arm 0.0, set by "tune";
    /// Traffic, in sizes of the last-level cache, from which stores may go around the caches.
    stream_from "caches", x86 0.75, arm 1.0, set by "tune";
    /// Widest vectors of loops that wait for the last-level cache or main memory: some processors move
    /// more at a time by halves.
    far_vector "bytes", x86 64.0, arm 64.0, set by "tune";
    /// Widest vectors of loops of a few plain instructions whose data is in the second-level cache.
    near_vector "bytes", x86 64.0, arm 64.0, set by "tune";
    /// Widest vectors of loops that wait for the divider.
    divide_vector "bytes", x86 64.0, arm 64.0, set by "tune";
    /// Share of a cache that a working set may take and still count as resident.
    resident "share", x86 0.75, arm 0.75, set by "threads/add";
    /// Time that a job takes longer on two threads, whose worker is awake, than half of what it takes
    /// on one: start, end, and the way of the data from one core to the other.
    fork_ns "ns", x86 2500.0, arm 2500.0, set by "tune";
    /// Further time for each thread beyond two.
    fork_thread_ns "ns", x86 100.0, arm 100.0, set by "tune";
    /// Time that waking a sleeping worker costs the thread that wakes it.
    wake_ns "ns", x86 5000.0, arm 5000.0, set by "tune";
    /// Longest time that a worker looks for the next job before it sleeps.
    spin_ns "ns", x86 40000.0, arm 40000.0, set by "threads/add";
    /// Time that the first use of a page costs.
    page_ns "ns", x86 500.0, arm 500.0, set by "tune";
    /// Time that the first use of a page's worth of a huge page costs.
    huge_page_ns "ns", x86 150.0, arm 150.0, set by "tune";
    /// Gain that more threads, or stores around the caches, must promise.
    gain "share", x86 0.15, arm 0.15, set by "threads/add";
    /// Chunks that each thread should find, so that a late or slow one does not hold up the rest.
    chunks_per_thread "chunks", x86 4.0, arm 4.0, set by "threads/add";
    /// Shortest chunk.
    chunk_ns "ns", x86 500.0, arm 500.0, set by "threads/add";
    /// Chunks are whole multiples of this much of one operand.
    chunk_bytes "bytes", x86 4096.0, arm 4096.0, set by "threads/add";
    /// One core's arithmetic in a packed float32 matrix product; float64 has half of it.
    matmul_gflops "GFLOP/s", x86 110.0, arm 50.0, set by "tune";
    /// One core's arithmetic in a matrix product of 32-bit integers.
    matmul_int_gops "Gop/s", x86 30.0, arm 15.0, set by "tune";
    /// Most multiply-adds in a product that register tiles do without packing.
    matmul_small "multiply-adds", x86 4096.0, arm 4096.0, set by "matmul/small";
    /// Least arithmetic worth a thread of its own in a matrix product.
    matmul_chunk_ns "ns", x86 10000.0, arm 10000.0, set by "matmul/square";
}

/// Defaults of some kinds of processors: how their names start, the figure, and its value.
const KNOWN: &[(&str, &str, f64)] = &[
    // Zen 3 and Zen 4: vectors of 64 bytes are two halves there, and move a tenth to a half less.
    ("AuthenticAMD family 25 ", "far_vector", 32.0),
    // The second-level cache moves a tenth more for halves there, and the divider a twentieth.
    ("GenuineIntel family 6 ", "near_vector", 32.0),
    ("GenuineIntel family 6 ", "divide_vector", 32.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_processor_counts_for_it_alone() {
        let zen = Figures::of("AuthenticAMD family 25 model 17 stepping 1");
        assert_eq!(zen.far_vector, 32.0);
        let others = Figures {
            far_vector: Figures::default().far_vector,
            ..zen
        };
        assert_eq!(others, Figures::default());
        let intel = Figures::of("GenuineIntel family 6 model 143 stepping 8");
        assert_eq!((intel.near_vector, intel.divide_vector), (32.0, 32.0));
        assert_eq!(intel.far_vector, Figures::default().far_vector);
        assert_eq!(
            Figures::of("CentaurHauls family 7 model 59"),
            Figures::default()
        );
        for (_, name, _) in KNOWN {
            assert!(others.get(name).is_some());
        }
    }

    #[test]
    fn every_row_can_be_read_and_set_by_name() {
        let mut figures = Figures::default();
        for row in Figures::TABLE {
            assert_eq!(figures.get(row.name), Some(row.default));
            assert!(figures.set(row.name, 7.0));
            assert_eq!(figures.get(row.name), Some(7.0));
        }
        assert!(!figures.set("no such figure", 1.0));
    }
}
