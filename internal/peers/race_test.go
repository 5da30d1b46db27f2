package peers

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

const (
	// rounds is how often each contender has its turn, so that none has all of a busy moment.
	rounds = 5
	// turn is how long that is, unless once takes longer.
	turn = 150 * time.Millisecond
)

// contender is one of those that do the same work. do does it once.
type contender struct {
	name string
	do   func(b testing.TB)
}

// race returns how long each contender takes to do its work once: the median of the best of its turns, since whatever else
// the machine does can only make one longer.
func race(t testing.TB, list []contender) []time.Duration {
	t.Helper()
	best := make([]time.Duration, len(list))
	for round := range rounds {
		for i := range list {
			if d := list[i].turn(t); round == 0 || d < best[i] {
				best[i] = d
			}
		}
	}
	return best
}

// turn returns how long the work takes once: the median of as often as there is time for.
func (c contender) turn(t testing.TB) time.Duration {
	t.Helper()
	var times []time.Duration
	for begun := time.Now(); len(times) == 0 || time.Since(begun) < turn; {
		start := time.Now()
		c.do(t)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// heap returns how much memory is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// weighed returns what build does, and how much memory that keeps.
func weighed[T any](build func() T) (made T, bytes uint64) {
	before := heap()
	made = build()
	if after := heap(); after > before {
		bytes = after - before
	}
	return made, bytes
}

// table prints rows below a heading, in columns.
func table(heading string, columns []string, rows [][]string) {
	fmt.Printf("\n%s\n\n", heading)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	for _, row := range append([][]string{columns}, rows...) {
		fmt.Fprintln(w, "  "+strings.Join(row, "\t"))
	}
	w.Flush()
}

// ratio says how many times as long it takes as ours.
func ratio(d, ours time.Duration) string {
	r := float64(d) / float64(ours)
	switch {
	case r >= 10:
		return fmt.Sprintf("%.0f", r)
	default:
		return fmt.Sprintf("%.2g", r)
	}
}

// short writes a time in three digits.
func short(d time.Duration) string {
	for _, unit := range []struct {
		name string
		d    time.Duration
	}{{"s", time.Second}, {"ms", time.Millisecond}, {"µs", time.Microsecond}} {
		if d >= unit.d {
			return fmt.Sprintf("%.3g %s", float64(d)/float64(unit.d), unit.name)
		}
	}
	return d.String()
}
