package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"tidings/bot"
)

// Following says how people who manage a chat follow feeds. What they follow belongs to their place.
type Following struct {
	// Feeds looks at what managers name. Nil means that only operators follow feeds.
	Feeds Prober
	// AskOperators has operators decide about each feed that managers name.
	AskOperators bool
	// ReadList reads a file with a list of feeds, and reports whether it is one. Nil means that none is.
	ReadList func(content []byte) (feeds []bot.FeedLink, ok bool)
	// PerPlace is how many feeds one server or group may follow, PerPerson how many a private chat, Most how many all
	// of them together, and PerHost how many of one host. 0 means the constant of that name.
	PerPlace, PerPerson, Most, PerHost int
}

// The bounds of what managers follow, unless Config says otherwise.
const (
	FeedsPerPlace  = 20
	FeedsPerPerson = 5
	FeedsMost      = 2000
	FeedsPerHost   = 50
)

// newcomer is a feed to be followed, and where it was found.
type newcomer struct {
	address string
	found   bot.FeedCheck
}

// discover finds the feed at an address that somebody typed: as an operator, or for their place.
func (h *Handler) discover(ctx context.Context, r *bot.Request, typed string) (newcomer, error) {
	feeds := h.following.Feeds
	if h.isOperator(r.Invocation) {
		feeds = h.feeds
	}
	if feeds == nil {
		return newcomer{}, bot.UserErrorf("This bot doesn't read feeds.")
	}
	address, err := webAddress(typed)
	if err != nil {
		return newcomer{}, err
	}
	found, err := feeds.Check(ctx, address)
	if err != nil {
		return newcomer{}, &bot.UserError{Text: bot.Say("That can't be followed: %s", why(err)), Err: err}
	}
	if found.URL != "" {
		address = found.URL
	}
	return newcomer{address, found}, nil
}

// why says what is wrong with a feed, and what can be done.
func why(err error) bot.Text {
	t := bot.Say("%s.", bot.Known(err.Error()))
	if advice := bot.Advice(err); advice != "" {
		t = bot.Join(t, bot.Plain(" "), bot.Say("%s.", bot.Known(strings.TrimSuffix(advice, "."))))
	}
	return t
}

// webAddress returns an address that somebody typed with its scheme.
func webAddress(typed string) (string, error) {
	address := typed
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", bot.UserErrorf("“%s” isn't a web address. Type it as in /sources add https://example.com/feed.xml", clip(typed))
	}
	return address, nil
}

// follow follows a feed: for everybody if an operator wants it, or else for the place of the request alone. Where it is
// followed already, it returns that source.
func (h *Handler) follow(ctx context.Context, r *bot.Request, n newcomer) (s bot.Source, fresh bool, err error) {
	if h.isOperator(r.Invocation) {
		return h.followFor(ctx, r, n, "")
	}
	return h.followFor(ctx, r, n, r.Target.Place())
}

// followFor is follow for a place, or for everybody.
func (h *Handler) followFor(ctx context.Context, r *bot.Request, n newcomer, place bot.Place) (s bot.Source, fresh bool, err error) {
	bare, _ := bot.TakeLogin(n.address)
	like, err := h.store.SourcesLike(ctx, place, bare, bot.FeedNameStem(n.found.Title, n.address))
	if err != nil {
		return bot.Source{}, false, fmt.Errorf("sources: %w", err)
	}
	if s, err = bot.NewFeed(n.address, n.found.Title, like, h.now()); errors.Is(err, bot.ErrExists) {
		return followedAt(like, n.address), false, nil
	}
	if err != nil {
		return bot.Source{}, false, err
	}
	if s.Place = place; place != "" {
		if err := h.checkFeedLimits(ctx, r, n.address); err != nil {
			return bot.Source{}, false, err
		}
	}
	if err := h.store.AddSource(ctx, s); err != nil {
		return bot.Source{}, false, fmt.Errorf("add source %s: %w", s.Name, err)
	}
	h.logger.InfoContext(ctx, "feed followed", "feed", s.Name, "place", string(place), "by", r.User.ID)
	return s, true, nil
}

// followedAt returns the source that is the feed at an address.
func followedAt(sources []bot.Source, address string) bot.Source {
	address, _ = bot.TakeLogin(address)
	for i := range sources {
		if s := &sources[i]; s.URL == address || s.Fetch.Memory.Address == address {
			return *s
		}
	}
	return bot.Source{}
}

// checkFeedLimits refuses a feed that is one too many. Why the bot can't take more in all is said in one way, so that
// nobody learns what others follow.
func (h *Handler) checkFeedLimits(ctx context.Context, r *bot.Request, address string) error {
	all, err := h.privateSources(ctx)
	if err != nil {
		return err
	}
	here, of := feedCounts(all, r.Target.Place(), address)
	switch {
	case here >= h.mostFeeds(r):
		return &bot.UserError{Text: bot.Count(here, "This place follows %d feed, and more aren't possible. /sources lists them; remove one with "+
			"/sources remove NAME, or ask the bot's operators.", "This place follows %d feeds, and more aren't possible. /sources lists them; remove one with "+
			"/sources remove NAME, or ask the bot's operators.")}
	case of.all >= cmp.Or(h.following.Most, FeedsMost), of.host >= cmp.Or(h.following.PerHost, FeedsPerHost):
		return bot.UserErrorf("This bot can't take that feed at the moment. Its operators can add it.")
	}
	return nil
}

// mostFeeds returns how many feeds the place of a request may follow.
func (h *Handler) mostFeeds(r *bot.Request) int {
	most := cmp.Or(h.following.PerPlace, FeedsPerPlace)
	if r.Direct {
		most = min(most, cmp.Or(h.following.PerPerson, FeedsPerPerson))
	}
	return most
}

// followed is how many feeds the managers of all places follow, and how many of those are of one host.
type followed struct{ all, host int }

// feedCounts counts the feeds of a place, and of all places. An address that several places follow is asked for once.
func feedCounts(sources []bot.Source, place bot.Place, address string) (here int, of followed) {
	host := hostIn(address)
	asked := map[string]bool{}
	for i := range sources {
		s := &sources[i]
		if s.Place == "" || s.Kind != bot.FeedSource {
			continue
		}
		of.all++
		if s.Place == place {
			here++
		}
		if !asked[s.URL] && s.URL != address && hostIn(s.URL) == host {
			of.host++
		}
		asked[s.URL] = true
	}
	return here, of
}

func hostIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// mayFollow refuses those who can't follow feeds. Where operators decide, managers may ask them.
func (h *Handler) mayFollow(r *bot.Request, addresses []string) error {
	if h.canFollow(r) {
		return nil
	}
	return h.notFollowed(*r, addresses)
}

func (h *Handler) canFollow(r *bot.Request) bool {
	return h.isOperator(r.Invocation) || h.following.Feeds != nil
}

// nowFollowing says which feed is followed from now on, and for whom.
func (h *Handler) nowFollowing(s *bot.Source, n *newcomer) bot.Text {
	t := bot.Join(bot.Count(n.found.Articles, "Following %[2]s (%[3]s, %[1]d article).", "Following %[2]s (%[3]s, %[1]d articles).",
		bot.Styled(outlet(s), bot.Bold), s.Name), bot.Plain(" "), h.newestOf(&n.found))
	if s.Place != "" {
		t = bot.Join(t, bot.Say("Only this chat and those beside it know of it."), bot.Plain(" "))
	}
	return t
}

// outlet returns what a source calls itself, or else its name.
func outlet(s *bot.Source) string {
	if s.Title != "" {
		return s.Title
	}
	return s.Name
}
