package bot

import (
	"cmp"
	"context"
	"time"

	"tidings/bot/filter"
)

// What the roles of a store accept and return. The roles themselves are declared where they are needed, except for
// State and Inbox, which the adapters share.

// Entry is one line of the article log: an article that was added or changed, or that a further source reported.
type Entry struct {
	// Seq grows with each entry, and no entry ever appears below one that was read.
	Seq     int64
	Article Article // in its newest revision
	Further *Report // nil unless the entry is of a further source
}

// News is what of the article log is still to be turned into deliveries, as of one moment.
type News struct {
	// Cursor is the Seq up to which entries have been turned into deliveries. Entries are those that follow.
	Cursor  int64
	Entries []Entry
	// Version is that of the subscriptions.
	Version int64
}

// Report is how a further source reports an article.
type Report struct {
	At                        time.Time // when it did so first
	Source                    string
	Title, Summary, Lang, URL string
	Authors, Tags             []string
}

// Match says that a subscription matches an article.
type Match struct {
	Article      int64
	Subscription int64
	// Flood says that the article is one of too many urgent ones of its source, so that its alerts have no precedence.
	Flood bool
}

// Query asks for articles, newest first.
type Query struct {
	Filter *filter.Filter // nil matches everything
	// Place is who asks: the answer has what is public, and what is of that place.
	Place Place
	// Before continues a search: the Next of the page before. 0 begins.
	Before int64
	// Since leaves out articles published earlier. Zero leaves out none.
	Since time.Time
	Limit int
}

// Page is a part of an answer to a Query.
type Page struct {
	Articles []Article
	// Next is the Before of the following page, or 0 at the end.
	Next int64
	// Looked is how many articles were compared with the filter.
	Looked int
	// Partial says that the search gave up looking before the page was full. Next goes on from there.
	Partial bool
}

// Stats is what a store can say of itself at little cost.
type Stats struct {
	Articles      int64
	Sources       int64
	Subscriptions int64
	Suspended     int64            // targets
	Uncertain     int64            // attempts so far that may have arrived, which can't be known
	Backlog       map[string]int64 // deliveries pending, by platform
	NewestArticle time.Time        // when the store first had it
	Failing       int64            // sources that could not be read at the last try, but for paused ones
	OnHold        int64            // articles of bulk updates; see [BulkUpdates]
	Paused        int64            // sources that aren't fetched, by somebody's wish
}

// Pruned is what one step of letting old articles go came to.
type Pruned struct {
	Articles int   // that were forgotten
	Bytes    int64 // of their text
	Next     int64 // from where on there may be more; 0 if there are none
}

// DatabaseSize is how much room a store takes, in bytes.
type DatabaseSize struct {
	Bytes int64 // all of it
	// Reusable is what was freed within Bytes, and is used again before the store grows; 0 where that isn't known.
	Reusable int64
	// Volume is what the store is on, and Free what is left of that. Both are 0 where that isn't known.
	Volume, Free int64
}

// State keeps small things that must outlive a restart: command hashes, what buttons mean.
type State interface {
	// State returns the value last set for key, or "".
	State(ctx context.Context, key string) (string, error)
	SetState(ctx context.Context, key, value string) error
}

// Update is something a platform handed over, to be kept until it has been answered.
type Update struct {
	ID   int64
	Body []byte
}

// Inbox keeps updates between the moment they are confirmed to the platform and the moment they have
// been answered. Several processes may share one: an update belongs to who received or claimed it, until
// that one's lease ends. One that is handled later than that may be handled twice, but is never lost.
type Inbox interface {
	// Receive stores updates and the offset to ask for next, in one transaction, and returns those that
	// were not received before: they are the caller's. A next of 0 leaves the offset as it is.
	Receive(ctx context.Context, platform string, updates []Update, next int64, lease time.Duration) ([]Update, error)
	// Offset returns the last next given to Receive, or 0.
	Offset(ctx context.Context, platform string) (int64, error)
	// Adopt makes up to n updates the caller's that have not been handled and are nobody's, and returns
	// them, oldest first.
	Adopt(ctx context.Context, platform string, n int, lease time.Duration) ([]Update, error)
	// Keep begins the leases of the caller's updates anew. A lease of 0 gives them up.
	Keep(ctx context.Context, platform string, ids []int64, lease time.Duration) error
	// Handled forgets an update.
	Handled(ctx context.Context, platform string, id int64) error
}

// IngestResult counts what became of the articles handed to a store.
type IngestResult struct {
	Added, Revised, Unchanged int
	// Older are new to the store but not to their source's readers, and raise no alerts. Renamed are articles that the
	// source has reported under other names.
	Older, Renamed int
	// OnHold wait for an operator; see [BulkUpdates]. Where there are any, Waiting is how many wait of their source in all.
	OnHold, Waiting int
}

// Add counts what became of further articles. Of what waits, what they say stands.
func (r *IngestResult) Add(further IngestResult) {
	r.Added += further.Added
	r.Revised += further.Revised
	r.Unchanged += further.Unchanged
	r.Older += further.Older
	r.Renamed += further.Renamed
	r.OnHold += further.OnHold
	r.Waiting = cmp.Or(further.Waiting, r.Waiting)
}

// Publication is what a publisher hands over at once.
type Publication struct {
	// Key makes the call idempotent for a day: another with the same Key and Digest changes nothing
	// and returns what the first one did. Empty means no such thing.
	Key string
	// Digest distinguishes what was handed over from anything else.
	Digest   string
	Articles []Article
}

// IngestOutcome is what became of an article handed to a store.
type IngestOutcome string

// The outcomes.
const (
	Added     IngestOutcome = "added"
	Revised   IngestOutcome = "revised"
	Unchanged IngestOutcome = "unchanged"
)

// Published is what became of one published article.
type Published struct {
	ID      int64
	Outcome IngestOutcome
}

// BulkUpdate is what a source has on hold.
type BulkUpdate struct {
	Source   string // its ID
	Articles int
	Since    time.Time // when the first of them came
}
