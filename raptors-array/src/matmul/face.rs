//! The names of products, what their errors tell, and how they may round.

use crate::{Array, Error, Operand, Result};

/// The name and the signature that errors tell, and how sums may be rounded.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub(super) function: &'static str,
    pub(super) signature: &'static str,
    /// Whether sums of floats may depend on how the operands lie in memory.
    pub(super) any_order: bool,
}

pub(super) const MATMUL: Face = Face {
    function: "matmul",
    signature: "(n?,k),(k,m?)->(n?,m?)",
    any_order: false,
};
pub(super) const VECDOT: Face = Face {
    function: "vecdot",
    signature: "(n),(n)->()",
    any_order: false,
};
pub(super) const MATVEC: Face = Face {
    function: "matvec",
    signature: "(m,n),(n)->(m)",
    any_order: false,
};
pub(super) const VECMAT: Face = Face {
    function: "vecmat",
    signature: "(n),(n,m)->(m)",
    any_order: false,
};

/// As [`MATMUL`], of operands that other functions bring into such a shape.
pub(super) const SUMS: Face = Face {
    any_order: true,
    ..MATMUL
};

impl Face {
    /// Refuses operands with fewer dimensions than `needs`.
    pub(super) fn check_dimensions(self, operands: [(&Array, usize); 2]) -> Result<()> {
        for (i, (x, needs)) in operands.into_iter().enumerate() {
            if x.ndim() < needs {
                return Err(Error::CoreDimensions {
                    function: self.function,
                    signature: self.signature,
                    operand: Operand::Input(i),
                    ndim: x.ndim(),
                    needs,
                });
            }
        }
        Ok(())
    }
}
