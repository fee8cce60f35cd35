package redaction

import "math/bits"

// sieve is a set of sums of numbers: what is not in it was not added.
type sieve struct {
	bits  []uint64
	shift int
}

// newSieve makes one for n numbers, which lets one of 32 others through at the
// most. It stays within the cache of a processor: of 512 KiB.
func newSieve(n int) sieve {
	size := min(max(bits.Len(uint(32*n)), 14), 22)
	return sieve{make([]uint64, 1<<(size-6)), 64 - size}
}

// sum spreads a number over 64 bits, the upper ones best (Knuth, The Art of
// Computer Programming, volume 3, 6.4: multiplicative hashing).
func sum(n uint64) uint64 { return n * 0x9e3779b97f4a7c15 }

func (s sieve) add(n uint64) {
	bit := sum(n) >> s.shift
	s.bits[bit/64] |= 1 << (bit % 64)
}

func (s sieve) has(n uint64) bool {
	bit := sum(n) >> s.shift
	return s.bits[bit/64]&(1<<(bit%64)) != 0
}

// load reads up to 8 bytes as a number.
func load(text []byte) uint64 {
	var n uint64
	for i := len(text) - 1; i >= 0; i-- {
		n = n<<8 | uint64(text[i])
	}
	return n
}
