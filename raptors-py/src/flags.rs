//! The object behind `ndarray.flags`: how elements lie, and whether they may be changed.

use crate::array::NdArray;
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// How the elements of an array lie in memory, and whether they may be changed.
#[pyclass(name = "flagsobj", module = "raptors", frozen)]
pub(crate) struct Flags {
    array: Py<NdArray>,
}

impl Flags {
    pub(crate) const C_CONTIGUOUS: u32 = 0x1;
    pub(crate) const F_CONTIGUOUS: u32 = 0x2;
    pub(crate) const OWNDATA: u32 = 0x4;
    pub(crate) const ALIGNED: u32 = 0x100;
    pub(crate) const WRITEABLE: u32 = 0x400;
    const WRITEBACKIFCOPY: u32 = 0x2000;

    pub(crate) fn new(array: Py<NdArray>) -> Self {
        Self { array }
    }

    /// Gives up the array.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) fn into_array(self) -> Py<NdArray> {
        self.array
    }

    /// Whether all of `flags` are set: no others are looked at.
    pub(crate) fn has(&self, flags: u32) -> bool {
        let this = self.array.get();
        let holds = |flag: u32, is: fn(&NdArray) -> bool| flags & flag == 0 || is(this);
        holds(Self::C_CONTIGUOUS, |this| this.array.is_c_contiguous())
            && holds(Self::F_CONTIGUOUS, |this| this.array.is_f_contiguous())
            && holds(Self::OWNDATA, |this| !this.is_view())
            && holds(Self::ALIGNED, |this| this.array.is_aligned())
            && holds(Self::WRITEABLE, NdArray::writeable)
            && flags & Self::WRITEBACKIFCOPY == 0
    }

    fn set(&self, py: Python<'_>, name: &str, value: bool) -> PyResult<()> {
        let array = self.array.bind(py);
        array.call_method1(
            "setflags",
            match name {
                "write" => (Some(value), None, None),
                "align" => (None, Some(value), None),
                _ => (None::<bool>, None::<bool>, Some(value)),
            },
        )?;
        Ok(())
    }
}

#[pymethods]
impl Flags {
    /// All flags as the bits of one integer.
    #[getter]
    fn num(&self) -> u32 {
        let this = self.array.get();
        let flag = |is: bool, bit: u32| if is { bit } else { 0 };
        flag(this.array.is_c_contiguous(), Self::C_CONTIGUOUS)
            | flag(this.array.is_f_contiguous(), Self::F_CONTIGUOUS)
            | flag(!this.is_view(), Self::OWNDATA)
            | flag(this.array.is_aligned(), Self::ALIGNED)
            | flag(this.writeable(), Self::WRITEABLE)
    }

    #[getter]
    fn c_contiguous(&self) -> bool {
        self.has(Self::C_CONTIGUOUS)
    }

    #[getter]
    fn contiguous(&self) -> bool {
        self.has(Self::C_CONTIGUOUS)
    }

    #[getter]
    fn f_contiguous(&self) -> bool {
        self.has(Self::F_CONTIGUOUS)
    }

    #[getter]
    fn fortran(&self) -> bool {
        self.has(Self::F_CONTIGUOUS)
    }

    #[getter]
    fn owndata(&self) -> bool {
        self.has(Self::OWNDATA)
    }

    #[getter]
    fn aligned(&self) -> bool {
        self.has(Self::ALIGNED)
    }

    #[setter(aligned)]
    fn set_aligned(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(py, "align", value.is_truthy()?)
    }

    #[getter]
    fn writeable(&self) -> bool {
        self.has(Self::WRITEABLE)
    }

    #[setter(writeable)]
    fn set_writeable(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(py, "write", value.is_truthy()?)
    }

    #[getter]
    fn writebackifcopy(&self) -> bool {
        self.has(Self::WRITEBACKIFCOPY)
    }

    #[setter(writebackifcopy)]
    fn set_writebackifcopy(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(py, "uic", value.is_truthy()?)
    }

    #[getter]
    fn behaved(&self) -> bool {
        self.has(Self::ALIGNED | Self::WRITEABLE)
    }

    #[getter]
    fn carray(&self) -> bool {
        self.has(Self::C_CONTIGUOUS | Self::ALIGNED | Self::WRITEABLE)
    }

    #[getter]
    fn farray(&self) -> bool {
        self.has(Self::F_CONTIGUOUS | Self::ALIGNED | Self::WRITEABLE)
            && !self.has(Self::C_CONTIGUOUS)
    }

    #[getter]
    fn fnc(&self) -> bool {
        self.has(Self::F_CONTIGUOUS) && !self.has(Self::C_CONTIGUOUS)
    }

    #[getter]
    fn forc(&self) -> bool {
        self.has(Self::F_CONTIGUOUS) || self.has(Self::C_CONTIGUOUS)
    }

    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let key = key.cast::<PyString>().map(PyStringMethods::to_cow);
        let unknown = || PyKeyError::new_err("Unknown flag");
        Ok(match &*key.map_err(|_| unknown())?? {
            "C" | "CONTIGUOUS" | "C_CONTIGUOUS" => self.c_contiguous(),
            "F" | "FORTRAN" | "F_CONTIGUOUS" => self.f_contiguous(),
            "W" | "WRITEABLE" => self.writeable(),
            "B" | "BEHAVED" => self.behaved(),
            "O" | "OWNDATA" => self.owndata(),
            "A" | "ALIGNED" => self.aligned(),
            "X" | "WRITEBACKIFCOPY" => self.writebackifcopy(),
            "CA" | "CARRAY" => self.carray(),
            "FA" | "FARRAY" => self.farray(),
            "FNC" => self.fnc(),
            "FORC" => self.forc(),
            _ => return Err(unknown()),
        })
    }

    fn __setitem__(&self, key: &Bound<'_, PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = match &*key.to_cow()? {
            "W" | "WRITEABLE" => "write",
            "A" | "ALIGNED" => "align",
            "X" | "WRITEBACKIFCOPY" => "uic",
            _ => return Err(PyKeyError::new_err("Unknown flag")),
        };
        self.set(key.py(), name, value.is_truthy()?)
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast_exact::<Self>() else {
            return Ok(py.NotImplemented());
        };
        let equal = self.num() == other.get().num();
        let result = match op {
            CompareOp::Eq => equal,
            CompareOp::Ne => !equal,
            _ => return Ok(py.NotImplemented()),
        };
        Ok(result.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __repr__(&self) -> String {
        let word = |is: bool| if is { "True" } else { "False" };
        let flags = [
            ("C_CONTIGUOUS", self.c_contiguous()),
            ("F_CONTIGUOUS", self.f_contiguous()),
            ("OWNDATA", self.owndata()),
            ("WRITEABLE", self.writeable()),
            ("ALIGNED", self.aligned()),
            ("WRITEBACKIFCOPY", self.writebackifcopy()),
        ];
        let lines = flags.map(|(name, is)| format!("  {name} : {}\n", word(is)));
        lines.concat()
    }
}
