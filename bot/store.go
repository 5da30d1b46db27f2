package bot

import (
	"context"
	"time"

	"tidings/bot/filter"
)

// The roles of a store. Each loop names what it needs, and a store has all of them; package
// bottest holds the tests that every store passes. All methods may be called concurrently, by
// several processes on one database too.

// Entry is one line of the article log: an article that was added or changed.
type Entry struct {
	// Seq grows with each entry, and no entry ever appears below one that was read.
	Seq     int64
	Article Article // in its newest revision
}

// Match says that a subscription takes an article.
type Match struct {
	Article      int64
	Subscription int64
}

// Log is what the watcher reads and where it writes what follows.
type Log interface {
	// Cursor returns the Seq up to which entries have been turned into deliveries.
	Cursor(ctx context.Context) (int64, error)
	// EntriesAfter returns up to n entries with a Seq beyond after, in order.
	EntriesAfter(ctx context.Context, after int64, n int) ([]Entry, error)
	// Wait blocks until there may be entries beyond after. A return is a hint, not a promise.
	Wait(ctx context.Context, after int64) error
	// Changes returns the subscriptions that were made, changed or ended since version, and the
	// version they lead to. Version 0 is the beginning; ended ones are left out then.
	Changes(ctx context.Context, version int64) ([]Subscription, int64, error)
	// Enqueue moves the cursor and records a post for each match, in one transaction. A match whose
	// subscription has ended, and a second post of an article to one target, are passed over. Where a
	// revision came, it records an edit for each target that has a post of the article. It returns how many
	// deliveries were added, and ErrCursorMoved if the cursor is not at from.
	Enqueue(ctx context.Context, from, to int64, matches []Match) (int, error)
}

// Outbox is what the deliverer works from.
type Outbox interface {
	// Claim leases up to n due deliveries of a platform: of each target that is not suspended and
	// has none leased, the first urgent one or else the oldest. A lease that is not settled in time
	// ends, so a message may be sent twice but is never lost. What waited for too long is claimed as lists;
	// see [Delivery.With].
	Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]Delivery, error)
	// Settle records how a claimed delivery went. Sent is recorded even if the lease has ended.
	Settle(ctx context.Context, d *Delivery, o Outcome) error
	// WaitDue blocks until Claim may have something to return. A return is a hint, not a promise.
	WaitDue(ctx context.Context, platform string) error
	// SentSince returns the messages of a platform that were settled as sent since a moment, oldest first.
	SentSince(ctx context.Context, platform string, since time.Time) ([]Dispatch, error)
}

// Targets keeps what is known of the places alerts go to.
type Targets interface {
	// Suspend stops sending to every known target within scope, says why, and keeps everything. It
	// returns those that were not suspended before. A target is known from its first subscription.
	Suspend(ctx context.Context, scope Target, reason string) ([]Target, error)
	// Resume ends the suspension of the targets within scope and holds back the posts that waited for them;
	// edits go on. It returns the targets that were suspended.
	Resume(ctx context.Context, scope Target) ([]Target, error)
	// Release posts what is held back for a target, each or as lists, or ends it; it returns how many
	// deliveries there were.
	Release(ctx context.Context, t Target, how CatchUp) (int, error)
	// Move gives everything that belongs to a chat to another chat. Where both have a subscription
	// with the same filter, one is kept. Doing it twice does no harm.
	Move(ctx context.Context, from, to Target) error
	// TargetStatus returns what is known of t; a zero value if nothing is.
	TargetStatus(ctx context.Context, t Target) (TargetStatus, error)
	// SetCorrections says what a target hears of corrections from now on; ErrNotFound if it is not known.
	SetCorrections(ctx context.Context, t Target, to Corrections) error
}

// Upkeep forgets what is no longer needed. Each call is short and does a part; it returns how much it did, and 0
// when nothing is left.
type Upkeep interface {
	// Purge forgets up to n targets that have been suspended since before a moment, with all they had.
	Purge(ctx context.Context, before time.Time, n int) (int, error)
	// Forget forgets a target with all it had, and returns how many subscriptions ended.
	Forget(ctx context.Context, t Target) (int, error)
	// PruneDeliveries forgets up to n deliveries that ended before a moment. Edits no longer reach the posts among
	// them, and a target may see their articles anew, so the moment lies before both [KeepPosts] and any article
	// that may still be fresh.
	PruneDeliveries(ctx context.Context, before time.Time, n int) (int, error)
	// PruneState forgets up to n values whose keys begin with prefix and that were set before a moment.
	PruneState(ctx context.Context, prefix string, before time.Time, n int) (int, error)
}

// Subscriptions is where commands keep what chats have asked for.
type Subscriptions interface {
	// Subscribe records a subscription and returns it with ID, Number, After and Created filled in.
	// It returns ErrExists if the target has one with the same filter.
	Subscribe(ctx context.Context, s Subscription) (Subscription, error)
	// SetFilter changes the filter of a subscription, which counts as made now; ErrNotFound or
	// ErrExists say why it could not.
	SetFilter(ctx context.Context, id int64, text string) error
	// Unsubscribe ends subscriptions, and supersedes what waits for a target that has none left.
	Unsubscribe(ctx context.Context, ids ...int64) error
	// SetStories says what becomes of further articles of a story; ErrNotFound if the subscription has
	// ended or never was.
	SetStories(ctx context.Context, id int64, to Stories) error
	// SubscriptionsOf returns the subscriptions of a target by number.
	SubscriptionsOf(ctx context.Context, t Target) ([]Subscription, error)
}

// Query asks for articles, newest first.
type Query struct {
	Filter *filter.Filter // nil takes everything
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
	// Looked is how many articles were held against the filter.
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
	Uncertain     int64            // tries so far that may have arrived though nobody can tell
	Backlog       map[string]int64 // deliveries pending, by platform
	NewestArticle time.Time        // when the store first had it
	Failing       int64            // sources that could not be read at the last try
	OnHold        int64            // articles of floods; see [BulkUpdates]
}

// Archive answers questions about stored articles. Articles under embargo and withdrawn
// ones are left out.
type Archive interface {
	Search(ctx context.Context, q Query) (Page, error)
	// Find returns the article with an ID, in decimal, or else the newest with an address; ErrNotFound
	// if there is none. Unlike Search it knows of those too.
	Find(ctx context.Context, ref string) (Article, error)
	// Tally counts what a filter takes, as far as a person would wait for it.
	Tally(ctx context.Context, q TallyQuery) (Tally, error)
	// Suggest returns up to n values of a field, Author, Tag, Source or Lang, one of the words of which begins
	// with prefix, folded; the most frequent first.
	Suggest(ctx context.Context, field filter.Field, prefix string, n int) ([]string, error)
	Stats(ctx context.Context) (Stats, error)
}

// Sources is where the bot's sources are kept.
type Sources interface {
	// Sources returns all sources by name.
	Sources(ctx context.Context) ([]Source, error)
	// AddSource returns ErrExists if the name or, for a feed, the address is taken.
	AddSource(ctx context.Context, s Source) error
	// PublishedSince counts the articles published since then, by the source that brought them first.
	PublishedSince(ctx context.Context, since time.Time) (map[string]int64, error)
	// RemoveSource forgets a source and keeps its articles; ErrNotFound if there is none.
	RemoveSource(ctx context.Context, name string) error
	// SaveFetch records what the last fetch of a feed taught, and the feed's title unless empty;
	// ErrNotFound if the source has been removed meanwhile.
	SaveFetch(ctx context.Context, name, title string, f FetchState) error
	// ClaimFetch leaves a feed to the caller until SaveFetch or the end of a lease, unless another process has it or
	// has fetched it since the last try that is known; then it returns what is stored of the feed.
	ClaimFetch(ctx context.Context, name string, known time.Time, lease time.Duration) (stored FetchState, mine bool, err error)
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

// Inbox keeps updates between the moment a platform is told they arrived and the moment they have
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
	// OnHold are those of the Added that came in a flood and wait for an operator; see [BulkUpdates].
	OnHold int
	// BulkUpdate says that the first of a flood are among them: nothing of the source was held back before.
	BulkUpdate bool
}

// ArticleWriter takes articles in.
type ArticleWriter interface {
	// Put cleans and stores articles in one transaction: new ones are added, changed ones get a
	// revision, both with an entry in the log; the rest is left alone. It is the same article if, in
	// one source, the GUID is the same, or the address, or the title of two days with its dek or
	// authors; and in whatever source if the address is. Further sources are noted, and change the
	// article only when they change what they tell. Sources come into being as needed. An article that
	// cannot be stored fails the whole call with an error that names it.
	Put(ctx context.Context, articles []Article) (IngestResult, error)
	// PutFeed is a Put of all that one document of a feed holds. The first document of a source is stored
	// without an alert. So is a flood of new articles in a later one, but for those published after
	// everything that the store has of the source; see [BulkUpdates].
	PutFeed(ctx context.Context, source string, articles []Article) (IngestResult, error)
	// Withdraw marks articles of a source as withdrawn, by their GUIDs, and returns how many were not before.
	// It passes over GUIDs that are not known, and articles that another source told first.
	Withdraw(ctx context.Context, source string, guids []string) (int, error)
}

// Publication is what a publisher hands over at once.
type Publication struct {
	// Key makes the call idempotent for a day: another with the same Key and Digest changes nothing
	// and returns what the first one did. Empty means no such thing.
	Key string
	// Digest tells what was handed over from anything else.
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

// Publisher takes articles in and tells of each what became of it.
type Publisher interface {
	// Publish is a Put that returns an entry for each article, in their order. It returns ErrKeyReused
	// if its Key came with another Digest within a day.
	Publish(ctx context.Context, p Publication) ([]Published, error)
}

// BulkUpdate is what is held back of a source.
type BulkUpdate struct {
	Source   string
	Articles int
	Since    time.Time // when the first of them came
}

// BulkUpdates keeps new articles that came in a flood, as they do when a site gives all its articles new
// names. They are stored like others, and alert nobody until somebody decides.
type BulkUpdates interface {
	// BulkUpdates returns the sources of which articles are held back, by name.
	BulkUpdates(ctx context.Context) ([]BulkUpdate, error)
	// ApproveBulkUpdate lets what is held back of a source become alerts, as far as it is still fresh, and
	// returns how many articles that were.
	ApproveBulkUpdate(ctx context.Context, source string) (int, error)
	// DismissBulkUpdate ends the wait without alerts, and returns how many articles that were.
	DismissBulkUpdate(ctx context.Context, source string) (int, error)
}

// Store has all roles. It is for those who hand a whole store on; whoever works with one names the
// roles that it needs.
type Store interface { //nolint:interfacebloat // It adds no method of its own to the roles.
	Log
	Outbox
	Targets
	Upkeep
	Subscriptions
	Archive
	Tracer
	Sources
	State
	Inbox
	ArticleWriter
	Publisher
	BulkUpdates
	Leases
}
