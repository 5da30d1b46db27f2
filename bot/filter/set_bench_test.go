package filter

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
)

const (
	privateShare = 10 // of so many articles one is private
	placeSize    = 20 // filters
)

// BenchmarkSet reports what a Set of so many filters costs, and what asking all of them would. Text and parsing are
// outside: a bot has both anyway.
func BenchmarkSet(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { benchmarkSet(b, n) })
	}
}

func benchmarkSet(b *testing.B, n int) {
	w := newWorkload()
	texts := make([]string, n)
	for i := range texts {
		texts[i] = w.filter()
	}
	documents := make([]*Document, 500)
	for i := range documents {
		documents[i] = NewDocument(w.article())
	}
	before := heap()
	s, build := built(b, texts)
	perFilter := float64(heap()-before) / float64(n)

	times := matchTimes(b, s, documents)
	median := quantile(times, 0.5)
	b.ReportMetric(micro(median), "µs-median")
	b.ReportMetric(micro(quantile(times, 0.99)), "µs-p99")
	b.ReportMetric(perFilter, "B/filter")
	b.ReportMetric(build.Seconds(), "s-build")
	loop := looped(b, texts, documents[0])
	b.ReportMetric(micro(loop), "µs-loop")
	b.ReportMetric(float64(loop)/float64(median), "x-loop")
	b.ReportMetric(micro(among(s, documents)), "µs-among")
	reportChanges(b, s, w)
	runtime.KeepAlive(texts)
}

// matchTimes returns how long matching takes for each of b.N documents.
func matchTimes(b *testing.B, s *Set, documents []*Document) []time.Duration {
	matched, public, times := 0, 0, make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		d := documents[i%len(documents)]
		if i%privateShare == privateShare-1 {
			place := placeOf(s, i)
			start := time.Now()
			s.MatchAmong(d, place, func(int64) {})
			times = append(times, time.Since(start))
			continue
		}
		start := time.Now()
		s.Match(d, func(int64) { matched++ })
		times = append(times, time.Since(start))
		public++
	}
	b.StopTimer()
	b.ReportMetric(float64(matched)/float64(public), "matched")
	return times
}

// built returns a set of the filters and how long adding them took.
func built(b *testing.B, texts []string) (*Set, time.Duration) {
	s, took, id := NewSet(), time.Duration(0), int64(0)
	for batch := range slices.Chunk(texts, 1_000) {
		filters := make([]*Filter, len(batch))
		for i, text := range batch {
			filters[i] = mustParse(b, text)
		}
		start := time.Now()
		s.PutAll(func(yield func(int64, *Filter) bool) {
			for i, f := range filters {
				yield(id+int64(i), f)
			}
		})
		took += time.Since(start)
		id += int64(len(filters))
	}
	return s, took
}

// looped returns how long all filters, one after the other, take for a document; of many, it asks a part.
func looped(b *testing.B, texts []string, d *Document) time.Duration {
	part := texts[:min(len(texts), 100_000)]
	filters := make([]*Filter, len(part))
	for i, text := range part {
		filters[i] = mustParse(b, text)
	}
	start := time.Now()
	for _, f := range filters {
		f.Match(d)
	}
	return time.Since(start) * time.Duration(len(texts)/len(part))
}

// placeOf returns the ids of the filters of a place.
func placeOf(s *Set, place int) []int64 {
	list := make([]int64, placeSize)
	for i := range list {
		list[i] = int64((place*placeSize + i) * 7919 % s.Len())
	}
	return list
}

// among returns how long matching a document takes among the filters of one place.
func among(s *Set, documents []*Document) time.Duration {
	var times []time.Duration
	for i, d := range documents {
		list := placeOf(s, i)
		start := time.Now()
		s.MatchAmong(d, list, func(int64) {})
		times = append(times, time.Since(start))
	}
	return quantile(times, 0.5)
}

// reportChanges measures adding and removing filters among those that are there.
func reportChanges(b *testing.B, s *Set, w *workload) {
	const changes = 2_000
	var puts, deletes []time.Duration
	n := s.Len()
	for i := range changes {
		f := mustParse(b, w.filter())
		start := time.Now()
		s.Put(int64(n+i), f)
		puts = append(puts, time.Since(start))
		start = time.Now()
		s.Delete(int64(w.IntN(n)))
		deletes = append(deletes, time.Since(start))
	}
	b.ReportMetric(micro(quantile(puts, 0.5)), "µs-put")
	b.ReportMetric(micro(quantile(puts, 0.99)), "µs-put-p99")
	b.ReportMetric(micro(quantile(deletes, 0.5)), "µs-delete")
	b.ReportMetric(micro(quantile(deletes, 0.99)), "µs-delete-p99")
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func quantile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[int(q*float64(len(sorted)-1))]
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1_000 }
