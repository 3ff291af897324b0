//! The commands about one op: each runs inside as it is called outside.

/// A command of `cargo xtask` about one op.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OnOp {
    pub(super) name: &'static str,
    /// Its operands, for messages.
    pub(super) operands: &'static str,
    /// Whether it looks at a running loop with perf, for which a container needs more rights.
    pub(super) samples: bool,
}

/// All of them.
pub(super) const COMMANDS: &[OnOp] = &[
    OnOp {
        name: "profile",
        operands: "OP SHAPE DTYPE [numpy|raptors|both]",
        samples: true,
    },
    OnOp {
        name: "compare-profiles",
        operands: "OP SHAPE DTYPE",
        samples: false,
    },
    OnOp {
        name: "asm",
        operands: "OP SHAPE DTYPE",
        samples: true,
    },
    OnOp {
        name: "perfstat",
        operands: "OP SHAPE DTYPE",
        samples: true,
    },
    OnOp {
        name: "overhead",
        operands: "OP [SHAPE DTYPE]",
        samples: false,
    },
    OnOp {
        name: "validate",
        operands: "OP SHAPE DTYPE",
        samples: false,
    },
    OnOp {
        name: "deep-profile",
        operands: "OP SHAPE DTYPE",
        samples: true,
    },
];

/// The command of that name.
pub(super) fn named(name: &str) -> Option<&'static OnOp> {
    COMMANDS.iter().find(|command| command.name == name)
}
