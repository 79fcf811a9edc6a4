//! Memory from mimalloc: values are many small pieces, and come and go by the thousand.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;

use libmimalloc_sys::{
    mi_free, mi_malloc, mi_malloc_aligned, mi_option_set, mi_option_t, mi_realloc,
    mi_realloc_aligned, mi_zalloc, mi_zalloc_aligned,
};

/// The allocator. Unlike the `mimalloc` crate's it asks for an alignment only where there is something
/// to ask for, which is the longer way.
pub(crate) struct Mimalloc;

/// `mi_option_purge_delay` of mimalloc 2: after so many milliseconds memory that is not used goes back.
const PURGE_DELAY: mi_option_t = 15;

/// Memory that is not used is kept: a run soon needs it again, and to get it a second time takes longer
/// than all else that is done with it.
pub(crate) fn keep_memory() {
    // SAFETY: an option may be set at any time.
    #[allow(unsafe_code)]
    unsafe {
        mi_option_set(PURGE_DELAY, -1);
    }
}

/// Pieces that are at least as long as their alignment are aligned that far anyway
/// (`MI_MAX_ALIGN_SIZE`).
const ANYWAY: usize = 16;

/// Whether a piece of `size` bytes has the alignment `align` anyway.
#[inline]
fn is_aligned_anyway(size: usize, align: usize) -> bool {
    align <= ANYWAY && align <= size
}

// SAFETY: mimalloc's functions give pieces of the size and alignment that they are asked for, or null,
// and take any of them back; none of them unwinds.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Mimalloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (size, align) = (layout.size(), layout.align());
        let piece = if is_aligned_anyway(size, align) {
            // SAFETY: it can be asked for any size.
            unsafe { mi_malloc(size) }
        } else {
            // SAFETY: an alignment is a power of two.
            unsafe { mi_malloc_aligned(size, align) }
        };
        piece.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let (size, align) = (layout.size(), layout.align());
        let piece = if is_aligned_anyway(size, align) {
            // SAFETY: as above.
            unsafe { mi_zalloc(size) }
        } else {
            // SAFETY: as above.
            unsafe { mi_zalloc_aligned(size, align) }
        };
        piece.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, piece: *mut u8, _: Layout) {
        // SAFETY: the caller has it from here.
        unsafe { mi_free(piece.cast::<c_void>()) }
    }

    #[inline]
    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let align = layout.align();
        let piece = piece.cast::<c_void>();
        let piece = if is_aligned_anyway(size, align) {
            // SAFETY: the caller has it from here; where it moves to is aligned anyway.
            unsafe { mi_realloc(piece, size) }
        } else {
            // SAFETY: likewise.
            unsafe { mi_realloc_aligned(piece, size, align) }
        };
        piece.cast()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_delay_is_the_option_that_is_meant() {
        // SAFETY: an option may be read at any time.
        #[allow(unsafe_code)]
        let delay = unsafe { libmimalloc_sys::mi_option_get(super::PURGE_DELAY) };
        assert_eq!(delay, 10, "mimalloc's own value");
        super::keep_memory();
        // SAFETY: likewise.
        #[allow(unsafe_code)]
        let delay = unsafe { libmimalloc_sys::mi_option_get(super::PURGE_DELAY) };
        assert_eq!(delay, -1);
    }
}
