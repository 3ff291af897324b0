//! Prints the levels of this CPU and the ufunc table, one line each, separated by tabs: what
//! `cargo xtask` generates files from and runs tests at.

use raptors_kernels::{Level, Namespace, Ufunc};

fn main() {
    for level in Level::available() {
        println!("level\t{}", level.name());
    }
    for &ufunc in Ufunc::ALL {
        let namespace = match ufunc.namespace() {
            Namespace::NumPy => "numpy",
            Namespace::Nn => "nn",
        };
        let (name, args, nout) = (ufunc.name(), ufunc.args().join(","), ufunc.nout());
        let doc: Vec<_> = ufunc.doc().split_whitespace().collect();
        println!(
            "ufunc\t{name}\t{namespace}\t{args}\t{nout}\t{}",
            doc.join(" ")
        );
    }
}
