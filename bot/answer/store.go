package answer

import (
	"context"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// Store is what answers are made from, and where they write what people decide: the methods of a store that
// commands call, role by role. All may be called concurrently.
type Store interface { //nolint:interfacebloat // It adds no method of its own to the roles.
	Subscriptions
	Targets
	Rhythms
	Suspensions
	Archive
	Tracer
	Sources
	SourceFinder
	SourceEditor
	SourceLogins
	SourcePauser
	BulkUpdates
	bot.State
}

// Subscriptions is where commands keep what chats have asked for.
type Subscriptions interface {
	// Subscribe records a subscription and returns it with ID, Number, After and Created filled in.
	// It returns ErrExists if the target has one with the same filter.
	Subscribe(ctx context.Context, s bot.Subscription) (bot.Subscription, error)
	// SetFilter changes the filter of a subscription, which counts as made now; ErrNotFound or
	// ErrExists say why it could not.
	SetFilter(ctx context.Context, id int64, text string) error
	// Unsubscribe ends subscriptions, and supersedes what waits for a target that has none left.
	Unsubscribe(ctx context.Context, ids ...int64) error
	// SetStories says what becomes of further articles of a story; ErrNotFound if the subscription has
	// ended or never was.
	SetStories(ctx context.Context, id int64, to bot.Stories) error
	// SubscriptionsOf returns the subscriptions of a target by number.
	SubscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error)
}

// Targets keeps what is known of the places alerts go to.
type Targets interface {
	// TargetStatus returns what is known of t; a zero value if nothing is.
	TargetStatus(ctx context.Context, t bot.Target) (bot.TargetStatus, error)
	// NameTarget keeps what a target is called, if it is known.
	NameTarget(ctx context.Context, t bot.Target, name string) error
	// Forget forgets a target with all it had, and returns how many subscriptions ended.
	Forget(ctx context.Context, t bot.Target) (int, error)
}

// Rhythms keeps when and how loudly targets want their alerts.
type Rhythms interface { //nolint:interfacebloat // Each of its ten is one thing that people do.
	// SettingsOf returns the settings of a target alone, which every answer needs; a zero value if it isn't known.
	SettingsOf(ctx context.Context, t bot.Target) (bot.Settings, error)
	// RhythmOf returns what a target asks for beyond what everybody gets; a zero value if it isn't known.
	RhythmOf(ctx context.Context, t bot.Target) (bot.Rhythm, error)
	// ChangeSettings changes the settings of a target, which is known from now on, and returns them. What waits by its
	// choice is planned anew. The change may be made again, on what is there then.
	ChangeSettings(ctx context.Context, t bot.Target, change func(*bot.Settings)) (bot.Settings, error)
	// ChangePreferences changes how a subscription wants its alerts likewise; ErrNotFound if it has ended or never was.
	ChangePreferences(ctx context.Context, subscription int64, change func(*bot.Preferences)) (bot.Preferences, error)
	// AddMute has a target leave articles out from now on, and returns the mute with its ID. Another of the same kind and
	// value makes way for it.
	AddMute(ctx context.Context, t bot.Target, m bot.Mute) (bot.Mute, error)
	// EndMute ends a mute; ErrNotFound if the target has none with that ID.
	EndMute(ctx context.Context, t bot.Target, id int64) error
	// WouldMute returns how many of the alerts that a target got since a moment a mute would have left out, and how many
	// there were.
	WouldMute(ctx context.Context, t bot.Target, m bot.Mute, since time.Time) (muted, of int, err error)
	// Scheduled returns up to n articles whose alerts wait by a target's choice: those that are due first, and of these
	// the newest first.
	Scheduled(ctx context.Context, t bot.Target, n int) ([]bot.ScheduledArticle, error)
	// HoldPaused puts on hold what waits for the end of a pause, of a whole target or, unless that is 0, of one
	// subscription, and returns how many alerts these are. It doesn't end the pause.
	HoldPaused(ctx context.Context, t bot.Target, subscription int64) (int, error)
	// ListedOnly returns the articles that a list in a target counts and does not show, newest first. The list is named
	// by the ID of the delivery that carries it.
	ListedOnly(ctx context.Context, t bot.Target, list int64) ([]bot.Article, error)
}

// Suspensions keeps which targets are sent to, and what waits for the others.
type Suspensions interface {
	// Suspend stops sending to every known target within scope, says why, and keeps everything. It
	// returns those that were not suspended before. A target is known from its first subscription.
	Suspend(ctx context.Context, scope bot.Target, why bot.Suspension) ([]bot.Target, error)
	// Resume ends the suspension of the targets within scope and puts the posts that waited for them on hold;
	// edits go on. It returns the targets that were suspended.
	Resume(ctx context.Context, scope bot.Target) ([]bot.Target, error)
	// Release posts what is on hold for a target, each or as lists, or ends it; it returns how many
	// deliveries there were.
	Release(ctx context.Context, t bot.Target, how bot.CatchUp) (int, error)
	// Move gives everything that belongs to a chat to another chat. Where both have a subscription
	// with the same filter, one is kept. Doing it twice does no harm.
	Move(ctx context.Context, from, to bot.Target) error
}

// Archive answers questions about stored articles. Articles under embargo and withdrawn
// ones are left out.
type Archive interface {
	Tallier
	Search(ctx context.Context, q bot.Query) (bot.Page, error)
	// Find returns the article with an ID, in decimal, or else the newest with an address, if people in a place may know
	// of it; ErrNotFound if there is none. Unlike Search it knows of those too.
	Find(ctx context.Context, p bot.Place, ref string) (bot.Article, error)
	// Suggest returns up to n values of a field, Author, Tag, Source or Lang, one of the words of which begins
	// with prefix, folded, as people in a place know them; the most frequent first.
	Suggest(ctx context.Context, p bot.Place, field filter.Field, prefix string, n int) ([]string, error)
	// StatsIn counts what is public and what is of a place.
	StatsIn(ctx context.Context, p bot.Place) (bot.Stats, error)
}

// Tracer traces what became of articles.
type Tracer interface {
	// Trace returns what became of an article in a target. A target that is not known has no steps.
	Trace(ctx context.Context, t bot.Target, article int64) (bot.Trace, error)
	// Posted returns the articles that a message in a target is about, oldest first; none if it is about none.
	Posted(ctx context.Context, t bot.Target, messageID string) ([]int64, error)
}

// SourcePauser keeps feeds from being fetched for a while.
type SourcePauser interface {
	// PauseSource keeps a feed from being fetched until ResumeSource; one that is paused already stays so since then.
	PauseSource(ctx context.Context, id string) error
	// ResumeSource has a feed fetched again. What came meanwhile and is still in its document is news, as after an outage.
	ResumeSource(ctx context.Context, id string) error
}

// SourceLogins keeps what the servers of feeds want to see.
type SourceLogins interface {
	// SetLogin replaces a feed's; the zero value is none.
	SetLogin(ctx context.Context, id string, l bot.Login) error
}

// SourceEditor changes sources that there are.
type SourceEditor interface {
	// ShareSource makes a source public, with its articles, and returns the name that it has then; ErrExists if that feed is
	// public already.
	ShareSource(ctx context.Context, id string) (string, error)
	// UnshareSource gives a public feed to a place, where alone people know of what it brings from then on; ErrExists if it is
	// followed there, or its name in use.
	UnshareSource(ctx context.Context, id string, to bot.Place) error
	// RenameSource gives a source another name, by which its articles go from then on; ErrExists if that is in use, or
	// articles have it of a source that is gone.
	RenameSource(ctx context.Context, id, name string) error
	// MoveSource gives a feed another address; ErrExists if that is followed in its place, or publicly.
	MoveSource(ctx context.Context, id, url string) error
	// SetInterval sets the longest time between two fetches of a feed; 0 is the same as for all.
	SetInterval(ctx context.Context, id string, longest time.Duration) error
	// SubscriptionsNaming counts the subscriptions whose filters name a source: of a place, or of all if p is empty.
	SubscriptionsNaming(ctx context.Context, p bot.Place, source string) (int, error)
}

// SourceFinder finds some of many sources.
type SourceFinder interface {
	// Source returns a source by its ID; ErrNotFound if there is none.
	Source(ctx context.Context, id string) (bot.Source, error)
	// PrivateSources returns the sources of all places, by name.
	PrivateSources(ctx context.Context) ([]bot.Source, error)
	// SourceNamed returns the source that people of a place call by a name, their own before a public one; ErrNotFound if there
	// is none.
	SourceNamed(ctx context.Context, p bot.Place, name string) (bot.Source, error)
	// SourceNames returns the names of up to n sources that people in a place may know of, in order, that begin with a prefix.
	SourceNames(ctx context.Context, p bot.Place, prefix string, n int) ([]string, error)
	// FirstSources returns the first n sources that people in a place may know of, by name, and how many there are.
	FirstSources(ctx context.Context, p bot.Place, n int) ([]bot.Source, int, error)
	// SourcesLike returns the sources that people in a place may know of and that are followed at an address, or whose names
	// begin with a prefix, by name.
	SourcesLike(ctx context.Context, p bot.Place, address, prefix string) ([]bot.Source, error)
}

// Sources is where the bot's sources are kept.
type Sources interface {
	// SourcesIn returns the sources that people in a place may know of, by name.
	SourcesIn(ctx context.Context, p bot.Place) ([]bot.Source, error)
	// AddSource returns ErrExists if the name or, for a feed, the address is in use in the source's place, or among the
	// public ones if it has none.
	AddSource(ctx context.Context, s bot.Source) error
	// PublishedSince counts the articles dated from the day of a moment on, UTC, which is 31 days ago at most, by the ID of the source
	// that brought them first.
	PublishedSince(ctx context.Context, since time.Time) (map[string]int64, error)
	// RemoveSource forgets a source and keeps its articles; ErrNotFound if there is none.
	RemoveSource(ctx context.Context, id string) error
}

// BulkUpdates keeps new articles of which nothing shows whether they are news: many, undated, and nothing known beside
// them. They are stored like others, and raise no alerts until somebody decides.
type BulkUpdates interface {
	// BulkUpdates returns the sources with articles on hold, by name.
	BulkUpdates(ctx context.Context) ([]bot.BulkUpdate, error)
	// ApproveBulkUpdate lets a source's articles on hold become alerts, and returns how many articles that were.
	ApproveBulkUpdate(ctx context.Context, source string) (int, error)
	// DismissBulkUpdate ends the wait without alerts, and returns how many articles that were.
	DismissBulkUpdate(ctx context.Context, source string) (int, error)
}
