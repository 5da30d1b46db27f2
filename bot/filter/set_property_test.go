package filter

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// anyFilter returns filters of all the forms that an index treats each in its own way.
func (g generator) anyFilter() sample {
	switch g.IntN(8) {
	case 0:
		return sample{"", func(Fields) bool { return true }}
	case 1: // alternatives, more or fewer than an index splits
		s := g.term()
		for range g.IntN(maxBranches + 4) {
			a, b := s, g.term()
			s = sample{a.text + " OR " + b.text, func(f Fields) bool { return a.matches(f) || b.matches(f) }}
		}
		return s
	case 2: // too long for a program
		s := g.term()
		for range maxNumbers + 1 {
			s.text += " -(zero one)"
		}
		return s
	default:
		return g.filter(g.IntN(4))
	}
}

// expect checks that a set finds what the definition and the filters themselves say.
func expect(t *testing.T, s *Set, samples map[int64]sample, fields Fields) {
	t.Helper()
	d := NewDocument(fields)
	var want, plain []int64
	for _, id := range slices.Sorted(maps.Keys(samples)) {
		if samples[id].matches(fields) {
			want = append(want, id)
		}
		if mustParse(t, samples[id].text).Match(d) {
			plain = append(plain, id)
		}
	}
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Fatalf("filters match %+v (-definition +got):\n%s", fields, diff)
	}
	if diff := cmp.Diff(want, matching(s, d)); diff != "" {
		for _, id := range want {
			t.Logf("%d: %s", id, samples[id].text)
		}
		t.Fatalf("set matches %+v (-want +got):\n%s", fields, diff)
	}
	expectAmong(t, s, d, want)
}

// expectAmong checks that of a list of ids, some of which the set has, those are found that are wanted.
func expectAmong(t *testing.T, s *Set, d *Document, all []int64) {
	t.Helper()
	var list, want, got []int64
	for id := int64(-10); id < 120; id += 3 {
		list = append(list, id)
		if slices.Contains(all, id) {
			want = append(want, id)
		}
	}
	s.MatchAmong(d, list, func(id int64) { got = append(got, id) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("of %v the set matches (-want +got):\n%s", list, diff)
	}
}

func TestSet_FindsWhatTheDefinitionSaysWhateverComesAndGoes(t *testing.T) {
	const ids = 100
	g := generator{rand.New(rand.NewPCG(5, 6))}
	s, samples := NewSet(), make(map[int64]sample)
	for range rounds {
		id := g.Int64N(ids) - 2
		if g.IntN(20) == 0 {
			id += 1 << 40
		}
		if g.IntN(3) == 0 {
			s.Delete(id)
			delete(samples, id)
		} else {
			samples[id] = g.anyFilter()
			s.Put(id, mustParse(t, samples[id].text))
		}
		if got := s.Len(); got != len(samples) {
			t.Fatalf("Len() = %d, want %d", got, len(samples))
		}
		if g.IntN(16) == 0 {
			expect(t, s, samples, g.fields())
		}
	}
	for id := range samples {
		s.Delete(id)
	}
	checkVacant(t, s.index)
}

// Filters that are put together replace those that had their ids, and each other.
func TestPutAll_IsPutForEach(t *testing.T) {
	const ids, batches = 60, 40
	g := generator{rand.New(rand.NewPCG(11, 12))}
	s, samples := NewSet(), make(map[int64]sample)
	for range batches {
		s.PutAll(func(yield func(int64, *Filter) bool) {
			for range g.IntN(3 * putsAtOnce) {
				id := g.Int64N(ids)
				samples[id] = g.anyFilter()
				if !yield(id, mustParse(t, samples[id].text)) {
					t.Fatal("the set takes no more")
				}
			}
		})
		if got := s.Len(); got != len(samples) {
			t.Fatalf("Len() = %d, want %d", got, len(samples))
		}
		expect(t, s, samples, g.fields())
		for id := range samples {
			if g.IntN(4) == 0 {
				s.Delete(id)
				delete(samples, id)
			}
		}
	}
	for id := range samples {
		s.Delete(id)
	}
	checkVacant(t, s.index)
}

// checkVacant checks that an index without filters keeps nothing of those that it had.
func checkVacant(t *testing.T, x *index) {
	t.Helper()
	got := []int{
		x.keys.size - 1, x.equal.size, len(x.rests), len(x.owners.pages), len(x.owners.others),
		int(x.nodes.used) - len(x.nodes.free), x.always.live,
	}
	if diff := cmp.Diff(make([]int, len(got)), got); diff != "" {
		t.Errorf("keys, programs, rests, pages, places, nodes and postings are left:\n%s", diff)
	}
	for i := range x.words.shards {
		slots := x.words.shards[i].slots.Load()
		for j := range valueOr(slots) {
			if k := (*slots)[j].Load(); k != nil && k != x.words.removed {
				t.Errorf("key %q is left", k.text)
			}
		}
	}
}

func valueOr[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

// What stays in the set is found once in every article, and what comes and goes only where it may be, although each filter
// brings words that nobody asked for before.
func TestSet_IsExactWhileItChanges(t *testing.T) {
	const stable, changing, turns = 200, 40, 300
	g := generator{rand.New(rand.NewPCG(9, 10))}
	s, samples := NewSet(), make(map[int64]sample)
	for id := range int64(stable) {
		samples[id] = g.anyFilter()
		s.Put(id, mustParse(t, samples[id].text))
	}
	fields := g.fields()
	for i := range turns {
		fields.Summary += fmt.Sprintf(" fresh%d", i)
	}
	d := NewDocument(fields)
	var want []int64
	for id := range int64(stable) {
		if samples[id].matches(fields) {
			want = append(want, id)
		}
	}
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	for w := range int64(2) {
		writers.Go(func() { churn(t, s, stable+w*changing, changing, turns) })
	}
	for range 2 {
		readers.Go(func() {
			for !done.Load() {
				checkChanging(t, matching(s, d), want, stable)
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
}

// churn puts and deletes filters under n ids. Odd ids match what has the words, even ones never match.
func churn(t *testing.T, s *Set, from, n int64, turns int) {
	for i := range turns {
		for id := from; id < from+n; id += 4 {
			odd, even := fmt.Sprintf("fresh%d OR fresh%d*", i, i), fmt.Sprintf("summary:fresh0 -fresh%d", i)
			s.Put(id|1, mustParse(t, odd))
			s.Put(id&^1, mustParse(t, even))
			if i%3 == 0 {
				s.Delete(id | 1)
				s.Delete(id &^ 1)
			}
		}
	}
}

func checkChanging(t *testing.T, got, want []int64, stable int64) {
	t.Helper()
	if len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("an id was found twice: %v", got)
	}
	n, _ := slices.BinarySearch(got, stable)
	if !slices.Equal(got[:n], want) {
		t.Errorf("of what does not change %v are found, want %v", got[:n], want)
	}
	for _, id := range got[n:] {
		if id%2 == 0 {
			t.Errorf("%d was found, which never matches the article", id)
		}
	}
}

func FuzzSet(f *testing.F) {
	f.Add("missile\n-drill\na OR b | c\n/ kim .* un/\n\"x y\"*", "Kim Jong Un’s missile", "a b x yz")
	f.Add("title:(a OR b) -c\n미사일\n北 -朝\n/^a (b|c) d/\nsource:x-n* lang:en*", "a b d 미사일을", "北朝鮮")
	f.Add("/\\W+kelvin+ /\n/[ -]s(t|s) /\n(a b) OR (c -d)\n-(a b)", "ſt. Kelvin K", " \u212aelvin \u017fs ")
	f.Fuzz(func(t *testing.T, filters, title, summary string) {
		s, d := NewSet(), NewDocument(Fields{Title: title, Summary: summary, Source: "x-news", Lang: "en-US"})
		var want, even []int64
		s.PutAll(func(yield func(int64, *Filter) bool) {
			for i, line := range strings.Split(filters, "\n") {
				one, err := Parse(line)
				if err != nil {
					continue
				}
				yield(int64(i), one)
				if one.Match(d) {
					want = append(want, int64(i))
				}
			}
		})
		if diff := cmp.Diff(want, matching(s, d)); diff != "" {
			t.Errorf("set of %q matches %q, %q (-want +got):\n%s", filters, title, summary, diff)
		}
		for i := range strings.Count(filters, "\n") + 1 {
			if i%2 == 1 {
				s.Delete(int64(i))
			}
		}
		for _, id := range want {
			if id%2 == 0 {
				even = append(even, id)
			}
		}
		if diff := cmp.Diff(even, matching(s, d)); diff != "" {
			t.Errorf("after deletes set of %q matches %q, %q (-want +got):\n%s", filters, title, summary, diff)
		}
		for i := range strings.Count(filters, "\n") + 1 {
			s.Delete(int64(i))
		}
		checkVacant(t, s.index)
	})
}
