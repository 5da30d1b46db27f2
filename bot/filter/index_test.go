package filter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIndex_KeepsEqualFiltersOnce(t *testing.T) {
	tests := map[string][]string{
		"order, signs, repeats": {
			"kim missile -moon", "NOT moon Missile KÍM", "-moon & missile & (kim | kim)", "kim (missile -moon) kim",
		},
		"negated groups":         {"kim -(moon OR yoon)", "kim -yoon -moon"},
		"phrases":                {`"kim jong-un"`, "“kim-jong-un”", "«Kim Jong Un»"},
		"phrases without quotes": {"kim-jong-un", "Kim–Jong-un", "KIM-jong-un’s"},
		"possessives":            {"missile", "missile's"},
		"what has no plural":     {"13", `"13"`},
		"fields of a group":      {"title:(kim moon)", "title:moon title:kim"},
		"alternatives":           {"(kim OR moon) missile", "missile (moon | kim)"},
		"regular expressions":    {"/a/", " /a/ "},
		"everything":             {"", " "},
		"Hangul with a star too": {"미사일", "미사일*"},
	}
	for name, texts := range tests {
		s := NewSet()
		s.Put(0, mustParse(t, texts[0]))
		want := s.index.nodes.used
		for i, text := range texts {
			if s.Put(int64(i), mustParse(t, text)); s.index.nodes.used != want {
				t.Errorf("%s: %q needs %d nodes, without it %d", name, text, s.index.nodes.used, want)
			}
		}
	}
}

func TestIndex_LooksOnlyAtFiltersWithAWordOfTheDocument(t *testing.T) {
	s := NewSet()
	for i, text := range []string{
		"the drill", "drill OR exercise", `"the drill"`, "dri* -missile", "/the drill /", "/ drill (now|then)/ url:a",
		"source:other missile", "lang:fr missile", "(drill missile) OR (exercise kim)", "훈련", "北 x",
	} {
		s.Put(int64(i), mustParse(t, text))
	}
	if live := s.index.always.live; live != 0 {
		t.Errorf("%d filters are looked at for every document", live)
	}
	var m matcher
	m.match(s.index, NewDocument(Fields{Title: "the kim of missiled", Source: "a", Lang: "en"}))
	for _, s := range m.present.list {
		if k := s.key; k.live > 0 && k.text != "kim" && k.text != "the" {
			t.Errorf("%d filters are looked at for %q", k.live, k.text)
		}
	}
}

// Programs whose hashes are the same do not count as equal.
func TestIndex_DistinguishesProgramsWithEqualHashes(t *testing.T) {
	s, d := NewSet(), NewDocument(Fields{Title: "kim"})
	s.Put(1, mustParse(t, "kim"))
	s.Put(2, mustParse(t, "moon"))
	x := s.index
	for n := range uint32(2) { // both hashes lead to both nodes
		x.equal.add(hashOf(x.canonicalOf(1-n)), n)
	}
	s.Put(3, mustParse(t, "moon"))
	s.Put(4, mustParse(t, "kim"))
	if diff := cmp.Diff([]int64{1, 4}, matching(s, d)); diff != "" {
		t.Errorf("set matches (-want +got):\n%s", diff)
	}
	s.Delete(3)
	s.Delete(1)
	if diff := cmp.Diff([]int64{4}, matching(s, d)); diff != "" {
		t.Errorf("after deletes set matches (-want +got):\n%s", diff)
	}
}

func TestIndex_IsExactWithoutNumbersForNewWords(t *testing.T) {
	s, d := NewSet(), NewDocument(Fields{Title: "kim moon"})
	s.Put(1, mustParse(t, "kim"))
	s.index.words.next.Store(maxKey - 1)
	s.Put(2, mustParse(t, "moon -drill"))
	s.Put(3, mustParse(t, "kim -moon"))
	if diff := cmp.Diff([]int64{1, 2}, matching(s, d)); diff != "" {
		t.Errorf("set matches (-want +got):\n%s", diff)
	}
}

func idsOf(l *idList) (ids []int64) {
	for _, r := range l.runs {
		r.each(func(id int64) { ids = append(ids, id) })
	}
	return ids
}

func TestIDList_HoldsWhatWasAddedAndNotRemoved(t *testing.T) {
	const most = 10 * maxRun
	r := rand.New(rand.NewPCG(1, 1))
	l, have := newIDList(-1), map[int64]bool{-1: true}
	for i := range int64(most) { // in order, as ids come
		l = l.with(i)
		have[i] = true
	}
	for i := range 20 * most {
		switch id := r.Int64N(most) - 5; {
		case have[id] && (i > 10*most || r.IntN(2) == 0):
			l = l.without(id)
			delete(have, id)
		case !have[id] && i <= 10*most:
			l = l.with(id)
			have[id] = true
		}
	}
	got := idsOf(l)
	if !slices.IsSorted(got) || len(got) != len(have) || slices.ContainsFunc(got, func(id int64) bool { return !have[id] }) {
		t.Errorf("list has %v, want %d ids", got, len(have))
	}
	for _, id := range got {
		l = l.without(id)
	}
	if !l.empty() {
		t.Errorf("list has %v, want nothing", idsOf(l))
	}
}

func TestIDList_HoldsIDsOfEverySize(t *testing.T) {
	want := []int64{-1 << 40, -1 << 32, -1<<32 + 1, -2, -1, 0, 1, 2, 1<<32 - 1, 1 << 32, 1<<32 + 1, 1 << 62}
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		var l *idList
		for _, i := range r.Perm(len(want)) {
			if l == nil {
				l = newIDList(want[i])
			} else {
				l = l.with(want[i])
			}
		}
		if got := idsOf(l); !slices.Equal(got, want) {
			t.Fatalf("list has %v, want %v", got, want)
		}
		for n, i := range r.Perm(len(want)) {
			if l = l.without(want[i]); len(idsOf(l)) != len(want)-n-1 || slices.Contains(idsOf(l), want[i]) {
				t.Fatalf("without %d list has %v", want[i], idsOf(l))
			}
		}
	}
}

func TestMatcher_DoesNotAllocateOnceItIsWarm(t *testing.T) {
	s, d := NewSet(), NewDocument(launch())
	for i := range int64(2_000) {
		s.Put(i, mustParse(t, fmt.Sprintf("kim -word%d OR word%d* OR \"jong un\" -x%d", i, i, i)))
		s.Put(i+2_000, mustParse(t, "title:ballistic"))
	}
	var m matcher
	m.match(s.index, d)
	found := len(m.found.ids) + len(m.found.runs)
	m.reset()
	allocs := testing.AllocsPerRun(20, func() {
		m.match(s.index, d)
		m.reset()
	})
	if allocs > 0 || found == 0 {
		t.Errorf("matching allocates %v times to find %d", allocs, found)
	}
}

func TestIndex_ReleasesDeletedFilters(t *testing.T) {
	texts := []string{
		"a OR b OR c OR d OR e OR f OR g OR h OR i OR j", "a b OR -c", "/x y z/", "url:a", "", "-a", "source:xy* lang:y",
		`"k l" OR "k m" OR "k n" OR "k o" OR "k p" OR "k q" OR "k r" OR "k s" OR "k t"`,
		"(a b) OR (c d)", "a | b", `title:"a b c*" d`,
	}
	s := NewSet()
	for i, text := range texts {
		s.Put(int64(i), mustParse(t, text))
		s.Put(int64(i+len(texts)), mustParse(t, text))
	}
	for i := range 2 * len(texts) {
		s.Delete(int64(i))
	}
	checkVacant(t, s.index)
}
