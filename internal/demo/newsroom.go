package demo

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// site is where the stories claim to stand. The domain can belong to nobody; RFC 2606.
	site = "https://newsroom.example/"
	// sourceName is what the bot calls the feed.
	sourceName = "kestrel-wire"
	// backlog is how many stories are there from the start, and backlogEvery how far apart they are.
	backlog      = 12
	backlogEvery = 23 * time.Minute
	// missileEvery makes every fourth story one about a missile.
	missileEvery = 4
)

// story is one article of the invented newsroom.
type story struct {
	number    int
	title     string
	dek       string
	authors   []string
	tags      []string
	slug      string
	pictured  bool
	published time.Time
	corrected time.Time // zero if never
	withdrawn time.Time // zero if it stands
}

// link returns the address of the article.
func (s *story) link() string { return site + s.slug }

// guid identifies the story among all others.
func (s *story) guid() string { return fmt.Sprintf("%s-%06d", sourceName, s.number) }

// errNoneStands says that there is nothing to correct or to withdraw.
var errNoneStands = errors.New("there is no alert in the chats whose story still stands")

// newsroom writes stories without end. Its methods may be called concurrently.
type newsroom struct {
	now func() time.Time

	mu      sync.Mutex // guards what is below
	stories []story    // oldest first
	bySlug  map[string]int
	changes int // of stories that had been published
}

func newNewsroom(now func() time.Time) *newsroom {
	r := &newsroom{now: now, bySlug: map[string]int{}}
	start := now()
	for i := range backlog {
		r.add(start.Add(-time.Duration(backlog-i) * backlogEvery))
	}
	return r
}

// publish adds the next story, published now.
func (r *newsroom) publish() story { return r.add(r.now()) }

func (r *newsroom) add(at time.Time) story {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := write(len(r.stories) + 1)
	s.published = at
	r.stories = append(r.stories, s)
	r.bySlug[s.slug] = len(r.stories) - 1
	return s
}

// correct corrects the newest of the stories at some addresses that stands: its title says so, and its dek
// what was wrong. It fails if none stands.
func (r *newsroom) correct(links map[string]bool) (story, error) {
	return r.change(links, func(s *story) {
		if s.corrected.IsZero() {
			s.title += ", officials now say"
			s.dek = "An earlier version named the wrong day. " + s.dek
		}
		s.corrected = r.now()
	})
}

// withdraw withdraws the newest live story at some addresses.
func (r *newsroom) withdraw(links map[string]bool) (story, error) {
	return r.change(links, func(s *story) { s.withdrawn = r.now() })
}

func (r *newsroom) change(links map[string]bool, how func(*story)) (story, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.stories) - 1; i >= 0; i-- {
		if r.stories[i].withdrawn.IsZero() && links[r.stories[i].link()] {
			how(&r.stories[i])
			r.changes++
			return r.stories[i], nil
		}
	}
	return story{}, errNoneStands
}

// edition identifies the state of the newsroom.
func (r *newsroom) edition() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("%d.%d", len(r.stories), r.changes)
}

// newest returns up to n stories, the newest first.
func (r *newsroom) newest(n int) []story {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = min(n, len(r.stories))
	list := make([]story, 0, n)
	for i := range n {
		list = append(list, r.stories[len(r.stories)-1-i])
	}
	return list
}

// find returns the story at an address on [site], or with that slug.
func (r *newsroom) find(link string) (story, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, ok := r.bySlug[strings.TrimPrefix(link, site)]
	if !ok {
		return story{}, false
	}
	return r.stories[i], true
}

// write returns the story of a number, counted from 1: always the same one. The drafts come in rounds,
// each in another order, and their blanks are filled anew.
func write(number int) story {
	random := rand.New(rand.NewPCG(uint64(number), 1))
	d := pick(number)
	fill := filler(random)
	s := story{
		number: number, title: fill(d.title), dek: fill(d.dek), tags: d.tags, pictured: d.pictured,
	}
	names := correspondents()
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	s.authors = names[:max(d.authors, 1)]
	s.slug = fmt.Sprintf("%s-%d", slug(s.title), number)
	return s
}

// pick returns the draft of a story.
func pick(number int) draft {
	missiles := number / missileEvery
	if number%missileEvery == 0 {
		return shuffled(missileDrafts(), missiles-1)
	}
	return shuffled(otherDrafts(), number-missiles-1)
}

// shuffled returns the nth draft of endless rounds through a list.
func shuffled(list []draft, n int) draft {
	round := uint64(n / len(list)) //nolint:gosec // n is never negative.
	random := rand.New(rand.NewPCG(round, 2))
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[n%len(list)]
}

// filler returns a function that fills blanks. Within one story no words are used twice.
func filler(random *rand.Rand) func(string) string {
	words := blanks()
	names := slices.Sorted(maps.Keys(words))
	return func(text string) string {
		for _, name := range names {
			for strings.Contains(text, name) {
				list := words[name]
				i := random.IntN(len(list))
				text = strings.Replace(text, name, list[i], 1)
				words[name] = slices.Delete(list, i, i+1)
			}
		}
		return capital(text)
	}
}

// capital returns s with a capital at the beginning.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// slug returns s as it stands in an address.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words[:min(len(words), 8)], "-")
}
