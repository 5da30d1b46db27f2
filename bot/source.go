package bot

import (
	"cmp"
	"fmt"
	"time"
)

// SourceKind says how a source's articles arrive.
type SourceKind string

// The kinds of sources.
const (
	FeedSource   SourceKind = "feed"   // polled from an address
	ImportSource SourceKind = "import" // read from files
	APISource    SourceKind = "api"    // handed in by the publisher
)

// Source is where articles come from.
type Source struct {
	// ID names the source for ever, and no other one. The store gives it.
	ID string
	// Name is what people type: a–z, 0–9 and hyphens, 1 to 32 of them. It is unique among the public sources, and among
	// those of a place.
	Name string
	// Place is where alone people know of the source; empty if it is public.
	Place Place
	Kind  SourceKind
	// URL is where a feed is fetched. It may contain a secret and is never shown to an audience. A store takes a user and
	// password out of it, as its Login.
	URL string
	// HasLogin says that the server wants to see a Login, which the store keeps.
	HasLogin bool
	// Title is what the source calls itself.
	Title string
	// Configured says that the operator named the source in the environment, so that it cannot be
	// removed from a chat.
	Configured bool
	Added      time.Time
	// Interval is the longest time between two fetches of a feed that works, from MinInterval to MaxInterval; 0 is the
	// same as for all feeds.
	Interval time.Duration
	// Paused is since when a feed isn't fetched because somebody paused it; zero if nobody has.
	Paused time.Time
	Fetch  FetchState
	// Articles is how many the store has of it. The store fills it in; it is not written.
	Articles int64
	// Batches are what was decided about its last batches with something new, the newest last. The store
	// fills them in.
	Batches []Batch
}

// The bounds of a source's own interval.
const (
	MinInterval = time.Minute
	MaxInterval = 7 * 24 * time.Hour
)

// LeaseKey is the key of a State that has what a feed's hub has promised. It ends when the feed moves.
func LeaseKey(source string) string { return "websub:" + source }

// Batch is what was decided about the articles of one batch that their source had not reported before.
type Batch struct {
	At      time.Time `json:"at"`
	New     int       `json:"new,omitempty"`     // may alert
	First   int       `json:"first,omitempty"`   // were there when the source was first read
	Older   int       `json:"older,omitempty"`   // than what it had reported
	Renamed int       `json:"renamed,omitempty"` // reported before, under other names
	OnHold  int       `json:"on_hold,omitempty"` // wait for an operator
}

// FetchState is what is known of the last fetches of a feed. It outlives restarts, so that a
// restart costs the publisher no request.
type FetchState struct {
	// Of, if set, is the URL that the source had when it was fetched: what was learned of another isn't kept. It is not
	// stored.
	Of           string
	ETag         string // byte for byte as the server sent it
	LastModified string // likewise
	BodyHash     string // of the last body parsed
	Next         time.Time
	LastTry      time.Time
	LastSuccess  time.Time
	Failures     int    // in a row
	Error        string // of the last fetch, fit for people; empty after a success
	Memory       FetchMemory
}

// DueFeed is a feed that is to be looked at whether it is to be fetched.
type DueFeed struct {
	ID      string
	Address string // where it is fetched
	LastTry time.Time
	Due     time.Time
	Claimed bool // some process seems to fetch it now
}

// FetchClaim is what came of a try to have a feed to oneself for a fetch. It may be neither Mine nor Elsewhere: then the feed is
// gone or paused, or something else of it is being written.
type FetchClaim struct {
	Mine      bool
	Elsewhere bool      // another process has it, or has fetched it since
	LastTry   time.Time // of a feed that isn't Mine, to fetch it
}

// FetchMemory is what many fetches taught of a feed and its server. Whoever fetches fills it in;
// stores keep it as JSON, where what is zero is left out.
type FetchMemory struct {
	// From is the address that ETag and LastModified are of, if redirects led away from the feed's own.
	From string `json:"from,omitempty"`
	// Address is where the feed lives since its server has said so for long enough. Empty is URL.
	Address string `json:"address,omitempty"`
	// Move is a permanent redirect on its way to become Address.
	Move Move `json:"move,omitzero"`
	// NotBefore is the earliest fetch that the server allows, by hand too.
	NotBefore time.Time `json:"not_before,omitzero"`
	// MaxAge is how long an answer stays fresh by HTTP, and Hint how long to wait by the document.
	MaxAge time.Duration `json:"max_age,omitempty"`
	Hint   time.Duration `json:"hint,omitempty"`
	// SkipHours has a bit for each hour of the day in GMT, SkipDays one for each weekday from Sunday
	// on, in which the document asks not to be fetched.
	SkipHours uint32 `json:"skip_hours,omitempty"`
	SkipDays  uint8  `json:"skip_days,omitempty"`
	// Whole is the last fetch that did not ask whether anything had changed.
	Whole time.Time `json:"whole,omitzero"`
	// Changed is when something new was last found, and Gap about how long there is between two such.
	Changed time.Time     `json:"changed,omitzero"`
	Gap     time.Duration `json:"gap,omitempty"`
	// Limited is when the server last said that it is asked too often, HostPause until when it is to
	// be asked for nothing at all.
	Limited   time.Time `json:"limited,omitzero"`
	HostPause time.Time `json:"host_pause,omitzero"`
	// Failing is since when every fetch has failed, Reported whether the operators know.
	Failing  time.Time `json:"failing,omitzero"`
	Reported bool      `json:"told,omitempty"`
	// Gone is when the server first said that the feed has ended. Once it has said so again a day
	// later, the feed is Ended and fetched no more.
	Gone  time.Time `json:"gone,omitzero"`
	Ended bool      `json:"ended,omitempty"`
	// Pushed is when the feed's hub last delivered. It is zero while polling alone is relied on.
	Pushed time.Time `json:"pushed,omitzero"`
	// Doubts counts what of the last document was passed over or may be meant otherwise; Doubt is the first of it.
	Doubts int    `json:"doubts,omitempty"`
	Doubt  string `json:"doubt,omitempty"`
	// Advice is what an operator can do about Error.
	Advice string `json:"advice,omitempty"`
}

// Move is a redirect that a server says is permanent.
type Move struct {
	To    string    `json:"to"`
	Since time.Time `json:"since"`
	Times int       `json:"times"` // in a row
}

// FeedCheck is what a look at an address found: a feed, or several that a page there names.
type FeedCheck struct {
	URL      string // of the feed, if the address is of a page
	Title    string
	Articles int
	Newest   string // the title of its newest article
	NewestAt time.Time
	// Found lists the feeds to choose from. With it, the rest is empty.
	Found []FeedLink
}

// FeedLink is a feed that a page names.
type FeedLink struct {
	URL   string
	Title string
}

// feedName returns the name of a feed, as long as no other source has it.
func feedName(title, address string) string { return cmp.Or(FeedName(title, address), "feed") }

// FeedNameStem returns what the name of a feed to be added begins with, whichever names are taken.
func FeedNameStem(title, address string) string {
	const numbers = 6 // with a hyphen
	name := feedName(title, address)
	return name[:min(len(name), MaxSourceName-numbers)]
}

// NewFeed returns a feed to be added, under a name that none of sources has. It returns ErrExists if
// one of them has the address, or has moved to it. Sources are those that have the address, and those whose names begin with
// the [FeedNameStem].
func NewFeed(address, title string, sources []Source, now time.Time) (Source, error) {
	taken := map[string]bool{}
	bare, _ := TakeLogin(address)
	for i := range sources {
		s := &sources[i]
		if s.Kind == FeedSource && (s.URL == bare || s.Fetch.Memory.Address == bare) {
			return Source{}, fmt.Errorf("feed %s: %w", s.Name, ErrExists)
		}
		taken[s.Name] = true
	}
	name := FreeName(feedName(title, address), func(name string) bool { return taken[name] })
	return Source{Name: name, Kind: FeedSource, URL: address, Title: CleanText(title, MaxName), Added: now}, nil
}
