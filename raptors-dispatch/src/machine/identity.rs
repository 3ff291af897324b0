//! What the processor calls itself: the key that a tuned profile is kept under.

use super::Machine;

/// Vendor, family, model and stepping, or the nearest that the platform has.
#[cfg(target_arch = "x86_64")]
pub(super) fn cpu() -> String {
    use core::arch::x86_64::__cpuid;
    let (vendor, version) = (__cpuid(0), __cpuid(1).eax);
    let name: Vec<u8> = [vendor.ebx, vendor.edx, vendor.ecx]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let (family, model) = ((version >> 8) & 15, (version >> 4) & 15);
    let extended = family == 15;
    format!(
        "{} family {} model {} stepping {}",
        String::from_utf8_lossy(&name).trim_matches('\0'),
        family + if extended { (version >> 20) & 255 } else { 0 },
        model
            + if extended || family == 6 {
                (version >> 12) & 0xf0
            } else {
                0
            },
        version & 15,
    )
}

/// Vendor, family, model and stepping, or the nearest that the platform has.
#[cfg(all(not(target_arch = "x86_64"), target_os = "linux"))]
pub(super) fn cpu() -> String {
    let id = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1");
    id.map_or_else(
        |_| std::env::consts::ARCH.to_owned(),
        |id| format!("{} {}", std::env::consts::ARCH, id.trim()),
    )
}

/// Vendor, family, model and stepping, or the nearest that the platform has.
#[cfg(all(not(target_arch = "x86_64"), target_os = "macos"))]
pub(super) fn cpu() -> String {
    let brand: Option<[u8; 128]> = sysctl("machdep.cpu.brand_string");
    brand.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |brand| {
            String::from_utf8_lossy(&brand)
                .trim_matches('\0')
                .to_owned()
        },
    )
}

/// Vendor, family, model and stepping, or the nearest that the platform has.
#[cfg(not(any(target_arch = "x86_64", target_os = "linux", target_os = "macos")))]
pub(super) fn cpu() -> String {
    std::env::consts::ARCH.to_owned()
}

/// The system's value called `name`, if it fits in `T`.
#[cfg(target_os = "macos")]
pub(super) fn sysctl<T: PlainBytes>(name: &str) -> Option<T> {
    let name = std::ffi::CString::new(name).ok()?;
    let mut value = T::ZERO;
    let mut size = size_of::<T>();
    // SAFETY: `name` ends in zero, `value` is writable for `size` bytes, nothing is set.
    let failed = unsafe {
        libc::sysctlbyname(
            name.as_ptr(),
            (&raw mut value).cast(),
            &raw mut size,
            core::ptr::null_mut(),
            0,
        )
    };
    (failed == 0).then_some(value)
}

/// Values that the system may overwrite in part: any bytes are a value.
#[cfg(target_os = "macos")]
pub(super) trait PlainBytes: Copy {
    const ZERO: Self;
}

#[cfg(target_os = "macos")]
impl PlainBytes for u64 {
    const ZERO: Self = 0;
}

#[cfg(target_os = "macos")]
impl PlainBytes for [u8; 128] {
    const ZERO: Self = [0; 128];
}

/// A hash (FNV-1a) of what a profile depends on: the processor, its caches, the usable cores.
pub(super) fn key(machine: &Machine) -> u64 {
    let text = machine.name();
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
