//! Where results are written.

use crate::{Array, Error, Result, assign};
use core::marker::PhantomData;

/// An array that an operation may write.
#[derive(Debug)]
pub struct Target<'a> {
    array: Array,
    life: PhantomData<&'a mut Array>,
}

impl<'a> Target<'a> {
    /// The memory of `array`, which is copied first if other arrays share it.
    ///
    /// # Errors
    ///
    /// If the array is read-only, or there is no memory for the copy.
    pub fn new(array: &'a mut Array) -> Result<Self> {
        if !array.buffer().is_unique() && array.writeable() {
            *array = assign::copy(array, None)?;
        }
        Self::writeable(array)
    }

    /// The memory of `array`, which every view of it sees changing.
    ///
    /// # Safety
    ///
    /// No Rust reference into the memory exists while the target does.
    ///
    /// # Errors
    ///
    /// If the array is read-only.
    pub unsafe fn shared(array: &'a Array) -> Result<Self> {
        Self::writeable(array)
    }

    fn writeable(array: &Array) -> Result<Self> {
        if array.writeable() {
            Ok(Self {
                array: array.clone(),
                life: PhantomData,
            })
        } else {
            Err(Error::ReadOnly)
        }
    }

    /// A target for an array that was made for this result and that nothing else sees yet.
    pub(crate) fn fresh(array: &'a Array) -> Self {
        Self {
            array: array.clone(),
            life: PhantomData,
        }
    }

    /// The array.
    pub fn array(&self) -> &Array {
        &self.array
    }

    /// The array, to be returned as the result.
    pub fn into_array(self) -> Array {
        self.array
    }
}
