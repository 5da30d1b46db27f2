package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnchanged_LeavesWhatDiffersFromTheFile(t *testing.T) {
	t.Parallel()
	const smaps = `00400000-012cc000 r-xp 00000000 fe:00 13132698                           /opt/tidings of mine
Size:              15152 kB
Rss:               12652 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
012cc000-02334000 r--p 00ecc000 fe:00 13132698                           /opt/tidings of mine
Size:              16800 kB
Anonymous:             0 kB
02334000-02340000 r--p 01f34000 fe:00 13132698                           /opt/tidings of mine
Anonymous:            48 kB
02340000-02508000 rw-p 01f40000 fe:00 13132698                           /opt/tidings of mine
Anonymous:             0 kB
02508000-0455b000 rw-p 00000000 00:00 0
Anonymous:             0 kB
7f0000000000-7f0000001000 r--p 00000000 fe:00 99                         /lib/of mine
Anonymous:             0 kB
7f0000001000-7f0000002000 r--s 00000000 fe:00 13132698                   /opt/tidings of mine
Anonymous:             0 kB
`
	got, err := unchanged(strings.NewReader(smaps), "/opt/tidings of mine")
	want := []mapping{{0x400000, 0x12cc000}, {0x12cc000, 0x2334000}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(mapping{})); diff != "" || err != nil {
		t.Errorf("error %v; mappings (-want +got):\n%s", err, diff)
	}
}

// TestUnmapProgram_LeavesTheProgramRunning does it while others run.
func TestUnmapProgram_LeavesTheProgramRunning(t *testing.T) {
	t.Parallel()
	for range 3 {
		if err := unmapProgram(); err != nil {
			t.Fatal(err)
		}
	}
}
