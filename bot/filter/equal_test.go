package filter

import (
	"math/rand/v2"
	"testing"
)

// A table finds what was added and not removed, though many hashes are the same.
func TestEquals_FindsNodesWhateverTheirHashes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var e equals
	const nodes = 2000
	have := map[uint32]bool{}
	hashOf := func(n uint32) uint32 { return n % 61 * 0x01010101 }
	for range 5 * nodes {
		n := r.Uint32N(nodes)
		if have[n] {
			e.remove(hashOf(n), n)
			delete(have, n)
		} else {
			e.add(hashOf(n), n)
			have[n] = true
		}
		n = r.Uint32N(nodes)
		got, ok := e.find(hashOf(n), func(m uint32) bool { return m == n })
		if ok != have[n] || ok && got != n {
			t.Fatalf("node %d: found %d, %t, want %t", n, got, ok, have[n])
		}
		if e.size != len(have) {
			t.Fatalf("size %d, want %d", e.size, len(have))
		}
	}
}

func TestEquals_GrowWithWhatIsThere(t *testing.T) {
	var e equals
	hashOf := func(n uint32) uint32 { return n * 0x9e3779b1 }
	for n := range uint32(100_000) {
		e.add(hashOf(n), n)
		if n >= 100 {
			e.remove(hashOf(n-100), n-100)
		}
	}
	slots := 0
	for i := range e.shards {
		slots += len(e.shards[i].nodes)
	}
	if slots > 40*equalShards {
		t.Errorf("%d slots for %d nodes", slots, e.size)
	}
}
