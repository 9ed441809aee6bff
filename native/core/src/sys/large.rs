//! Memory of large bytes that JavaScript gets.
//!
//! V8 collects after 32 MB of them, so each lies in memory that no cache knows of any more. And glibc gave what V8 freed back to the system, and asked for it
//! anew, page by page: that took four times as long as the two copies of a MB there and back (bench: bytes).

use std::ptr;

pub use heap::give;

/// From so many bytes on: smaller ones, just written, are still in a cache when JavaScript reads them.
pub const LARGE: usize = 1 << 19;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod heap {
    use std::ffi::c_void;
    use std::hint::black_box;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// What V8 lets come together before it collects.
    const ROUND: usize = 32 << 20;

    /// glibc gives back what is free at the end of the heap beyond twice the largest block that it has mapped and unmapped, and counts blocks of up to 32 MB (mallopt(3),
    /// M_MMAP_THRESHOLD): room for two rounds, since V8 frees on a thread of its own while the next one begins.
    const BLOCK: usize = (32 << 20) - (64 << 10);

    /// How many bytes JavaScript was given, up to a round.
    static GIVEN: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" {
        fn malloc(bytes: usize) -> *mut c_void;
        fn free(memory: *mut c_void);
    }

    /// JavaScript gets so many bytes.
    #[inline]
    pub fn give(bytes: usize) {
        if GIVEN.load(Ordering::Relaxed) < ROUND {
            let before = GIVEN.fetch_add(bytes, Ordering::Relaxed);
            if before < ROUND && bytes >= ROUND - before {
                widen();
            }
        }
    }

    /// A block as programs with large data have: glibc adapts to it, unless the environment says how it is to trim. Nothing is written there.
    #[cold]
    fn widen() {
        // SAFETY: the C library's own pair; a null pointer may be freed.
        unsafe { free(black_box(malloc(BLOCK))) }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod heap {
    /// What other C libraries do with freed memory is theirs.
    pub fn give(_bytes: usize) {}
}

/// Copies past the caches, which need not read first what is overwritten: half the time, and no more where JavaScript reads it all at once.
///
/// # Safety
/// `to` has room for `from`, and they do not overlap.
#[cfg(target_arch = "x86_64")]
pub unsafe fn copy(from: &[u8], to: *mut u8) {
    use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_sfence, _mm_stream_si128};
    const LINE: usize = 64;
    let head = to.align_offset(LINE).min(from.len());
    let (head, rest) = from.split_at(head);
    // SAFETY: upheld by the caller; the lines lie within both, and are aligned in `to`. Parts by name: in an array they would go by way of the stack.
    unsafe {
        ptr::copy_nonoverlapping(head.as_ptr(), to, head.len());
        let to = to.add(head.len());
        let (lines, tail) = rest.split_at(rest.len() / LINE * LINE);
        for at in (0..lines.len()).step_by(LINE) {
            let (source, target) = (lines.as_ptr().add(at).cast::<__m128i>(), to.add(at).cast());
            let (a, b) = (_mm_loadu_si128(source), _mm_loadu_si128(source.add(1)));
            let (c, d) = (_mm_loadu_si128(source.add(2)), _mm_loadu_si128(source.add(3)));
            _mm_stream_si128(target, a);
            _mm_stream_si128(target.add(1), b);
            _mm_stream_si128(target.add(2), c);
            _mm_stream_si128(target.add(3), d);
        }
        _mm_sfence();
        ptr::copy_nonoverlapping(tail.as_ptr(), to.add(lines.len()), tail.len());
    }
}

/// # Safety
/// `to` has room for `from`, and they do not overlap.
#[cfg(not(target_arch = "x86_64"))]
pub unsafe fn copy(from: &[u8], to: *mut u8) {
    // SAFETY: upheld by the caller.
    unsafe { ptr::copy_nonoverlapping(from.as_ptr(), to, from.len()) }
}

#[cfg(test)]
mod tests {
    use super::copy;

    #[test]
    fn copies_from_and_to_anywhere() {
        let from: Vec<u8> = (0..512).map(|byte| byte as u8).collect();
        for start in 0..70 {
            for length in [0, 1, 15, 63, 64, 65, 127, 128, 200, 400] {
                let mut to = [0xEE; 512];
                let source = &from[start % 7..start % 7 + length];
                // SAFETY: 70 and 400 are within 512.
                unsafe { copy(source, to.as_mut_ptr().add(start)) };
                assert_eq!(&to[start..start + length], source, "{length} at {start}");
                let around = to[..start].iter().chain(&to[start + length..]);
                assert!(around.copied().all(|byte| byte == 0xEE), "{length} at {start}");
            }
        }
    }
}
