//! The structures of DLPack, as its header lays them out, and what the two forms have in common.

use core::ffi::{CStr, c_void};
use raptors_array::{DType, Kind};

/// The kind and number of a device.
#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Device {
    pub(super) kind: i32,
    pub(super) id: i32,
}

pub(super) const CPU: Device = Device { kind: 1, id: 0 };
/// Kinds of devices whose memory the CPU reads: its own, and what drivers of GPUs map for it.
pub(super) const READABLE: [i32; 4] = [1, 3, 11, 13];

/// An element type.
#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Type {
    pub(super) code: u8,
    pub(super) bits: u8,
    pub(super) lanes: u16,
}

#[repr(C)]
pub(super) struct Tensor {
    pub(super) data: *mut c_void,
    pub(super) device: Device,
    pub(super) ndim: i32,
    pub(super) dtype: Type,
    pub(super) shape: *mut i64,
    pub(super) strides: *mut i64,
    pub(super) byte_offset: u64,
}

/// `DLManagedTensor`.
#[repr(C)]
pub(super) struct Legacy {
    tensor: Tensor,
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Legacy)>,
}

/// `DLManagedTensorVersioned`.
#[repr(C)]
pub(super) struct Versioned {
    version: [u32; 2],
    context: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Versioned)>,
    flags: u64,
    tensor: Tensor,
}

/// The version that is spoken, and the first with flags.
pub(super) const VERSION: [u32; 2] = [1, 0];
pub(super) const READ_ONLY: u64 = 1;
pub(super) const IS_COPIED: u64 = 2;

/// One of the two forms of a tensor in a capsule.
pub(super) trait Managed: Sized {
    const NAME: &'static CStr;
    const USED: &'static CStr;
    fn new(tensor: Tensor, flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self;
    fn context(&mut self) -> &mut *mut c_void;
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)>;
    /// Whether a version that nobody knew when this was written may mean other fields.
    fn is_newer(&self) -> bool;
    fn flags(&self) -> u64;
    fn tensor(&self) -> &Tensor;
}

impl Managed for Legacy {
    const NAME: &'static CStr = c"dltensor";
    const USED: &'static CStr = c"used_dltensor";

    fn new(tensor: Tensor, _flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Self {
            tensor,
            context: core::ptr::null_mut(),
            deleter: Some(deleter),
        }
    }

    fn context(&mut self) -> &mut *mut c_void {
        &mut self.context
    }

    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)> {
        self.deleter
    }

    fn is_newer(&self) -> bool {
        false
    }

    /// Nobody can tell whether the exporter lets its memory be written.
    fn flags(&self) -> u64 {
        READ_ONLY
    }

    fn tensor(&self) -> &Tensor {
        &self.tensor
    }
}

impl Managed for Versioned {
    const NAME: &'static CStr = c"dltensor_versioned";
    const USED: &'static CStr = c"used_dltensor_versioned";

    fn new(tensor: Tensor, flags: u64, deleter: unsafe extern "C" fn(*mut Self)) -> Self {
        Self {
            version: VERSION,
            context: core::ptr::null_mut(),
            deleter: Some(deleter),
            flags,
            tensor,
        }
    }

    fn context(&mut self) -> &mut *mut c_void {
        &mut self.context
    }

    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)> {
        self.deleter
    }

    fn is_newer(&self) -> bool {
        self.version[0] > VERSION[0]
    }

    fn flags(&self) -> u64 {
        self.flags
    }

    fn tensor(&self) -> &Tensor {
        &self.tensor
    }
}

pub(super) fn code(dtype: DType) -> Type {
    let code = match dtype.kind() {
        Kind::Signed => 0,
        Kind::Unsigned => 1,
        Kind::Float => 2,
        Kind::Complex => 5,
        Kind::Bool => 6,
    };
    Type {
        code,
        bits: dtype.size() as u8 * 8,
        lanes: 1,
    }
}
