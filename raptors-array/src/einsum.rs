//! What `einsum` needs of views: diagonals over any number of axes.

use crate::{Array, Dims, Error, Result, Strides};

impl Array {
    /// A view with one axis for each of `groups`, along which the places on all axes of the group
    /// are the same. Writeable where this array is.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], or [`Error::Broadcast`] where the lengths in a group differ.
    pub fn diagonals(&self, groups: &[&[usize]]) -> Result<Self> {
        let mut used: Dims = groups
            .iter()
            .flat_map(|group| group.iter().copied())
            .collect();
        used.sort_unstable();
        if !used.iter().copied().eq(0..self.ndim()) {
            let what = "diagonals that do not name every axis once";
            return Err(Error::Internal { what });
        }
        let (mut shape, mut strides) = (Dims::new(), Strides::new());
        for group in groups {
            let mut lengths = group.iter().map(|&axis| self.shape()[axis]);
            let length = lengths.next().unwrap_or(1);
            if lengths.any(|n| n != length) {
                let shape = |&axis: &usize| Dims::from_slice(&[self.shape()[axis]]);
                let shapes = group.iter().map(shape).collect();
                return Err(Error::Broadcast { shapes });
            }
            shape.push(length);
            strides.push(group.iter().map(|&axis| self.strides()[axis]).sum());
        }
        // SAFETY: every place on a new axis is a place on each of its old axes, which are as long,
        // and every old axis belongs to one new axis.
        Ok(unsafe { self.view(0, shape, strides) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagonals_are_views_over_several_axes() {
        let cube = Array::from_shape(&[2, 2, 2], &(0..8).collect::<Vec<i32>>()).unwrap();
        let diagonal = cube.diagonals(&[&[0, 1, 2]]).unwrap();
        assert_eq!(diagonal.to_vec::<i32>().unwrap(), [0, 7]);
        let faces = cube.diagonals(&[&[1], &[0, 2]]).unwrap();
        assert_eq!(faces.to_vec::<i32>().unwrap(), [0, 5, 2, 7]);
        assert!(faces.buffer().same(cube.buffer()) && faces.writeable());
        let flat = Array::from_shape(&[2, 3], &[0i8; 6]).unwrap();
        assert!(flat.diagonals(&[&[0, 1]]).is_err() && flat.diagonals(&[&[0]]).is_err());
    }
}
