package answer

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// addressesIn returns the addresses that somebody typed for a filter, and what else they typed, as a filter. There are none
// in most filters, nor where a field says what an address is for.
func addressesIn(typed string) (addresses []string, rest string) {
	list := filter.Readings(typed)
	if len(list) == 0 || list[0].Habit != filter.Address {
		return nil, ""
	}
	return strings.Fields(list[0].Typed), list[0].Filter
}

// maxFollowed is how many unknown addresses of one message are looked at.
const maxFollowed = 5

// subscribeToAddresses answers /subscribe with addresses of sites or feeds: those that are followed are subscribed to, and
// the others followed first.
func (h *Handler) subscribeToAddresses(ctx context.Context, r bot.Request, addresses []string, rest string) (bot.Message, error) {
	names, unknown, err := h.sourcesAt(ctx, r.Target.Place(), addresses)
	if err != nil {
		return bot.Message{}, err
	}
	var f newlyFollowed
	if len(unknown) > 0 && (len(names) == 0 || h.mayFollow(&r, unknown) == nil) {
		if err := h.checkRights(ctx, r); err != nil {
			return bot.Message{}, err
		}
		f, err = h.followUnknown(ctx, r, unknown, rest)
		if err != nil {
			return bot.Message{}, err
		}
		if f.asked != nil {
			return *f.asked, nil
		}
		names, unknown = append(names, f.names...), nil
	}
	wanted, err := parseFilter(fromSources(names, rest))
	if err != nil {
		return bot.Message{}, err
	}
	var note bot.Text
	if len(unknown) > 0 {
		note = bot.Say("I don't follow %s, so nothing comes from there.", clip(strings.Join(unknown, ", ")))
	}
	m, err := h.subscribeTo(ctx, r, understood{Filter: wanted, why: note})
	if f.done == nil {
		return m, err
	}
	if fault, ok := errors.AsType[*bot.UserError](err); ok { // the feeds are followed all the same
		m, err = bot.Message{Text: fault.Text}, nil
	}
	m.Text = bot.Join(f.done, bot.Plain("\n"), m.Text)
	return m, err
}

// newlyFollowed is what came of following the feeds at some addresses.
type newlyFollowed struct {
	names []string
	done  bot.Text     // what is to be said of it
	asked *bot.Message // instead of all that: a choice among the feeds of a page, or what to know of a question to operators
}

// followUnknown follows the feeds at addresses at which nothing is followed yet.
func (h *Handler) followUnknown(ctx context.Context, r bot.Request, addresses []string, rest string) (f newlyFollowed, err error) {
	if err := h.mayFollow(&r, addresses); err != nil {
		return f, err
	}
	for _, address := range addresses[:min(len(addresses), maxFollowed)] {
		n, err := h.discover(ctx, &r, address)
		if err != nil {
			return f, err
		}
		if len(n.found.Found) > 0 {
			m, err := h.chooseFeed(ctx, withRest(n.found.Found, rest), "filter", action{"subscribefeed", withPreferences(&r, nil)})
			return newlyFollowed{asked: &m}, err
		}
		if h.mustAsk(&r) {
			m, err := h.askOperators(ctx, r, n, rest)
			return newlyFollowed{asked: &m}, err
		}
		s, fresh, err := h.follow(ctx, &r, n)
		if err != nil {
			return f, err
		}
		f.names = append(f.names, s.Name)
		if fresh {
			f.done = bot.Join(f.done, h.nowFollowing(&s, &n))
		}
	}
	return f, nil
}

// withRest returns the feeds of a page with the filter that was typed beside its address behind each.
func withRest(feeds []bot.FeedLink, rest string) []bot.FeedLink {
	list := slices.Clone(feeds)
	for i := range list {
		if list[i].Title == "" {
			list[i].Title = pathOf(list[i].URL)
		}
		list[i].URL = strings.TrimSpace(list[i].URL + " " + rest)
	}
	return list
}

// subscribeFeed answers the button of one of the feeds of a page.
func (h *Handler) subscribeFeed(ctx context.Context, r bot.Request) (bot.Message, error) {
	if err := h.checkPreferences(ctx, &r); err != nil {
		return bot.Message{}, err
	}
	address, rest := cutWord(r.Args["filter"])
	return h.subscribeToAddresses(ctx, r, []string{address}, rest)
}

// notFollowed says that no feed is followed at the addresses, and who can change that.
func (h *Handler) notFollowed(r bot.Request, addresses []string) error {
	t := bot.Join(bot.Say("I don't follow %s yet, so there would be no alerts.", clip(strings.Join(addresses, ", "))), bot.Plain(" "))
	if h.isOperator(r.Invocation) {
		return &bot.UserError{Text: bot.Join(t, bot.Say("To follow it: %s", bot.Styled("/sources add "+addresses[0], bot.Code)))}
	}
	return &bot.UserError{Text: bot.Join(t, bot.Say("The bot's operators can add it; /sources shows what there is."))}
}

// sourcesAt returns the names of the sources that are followed at addresses, and the addresses at which none is.
func (h *Handler) sourcesAt(ctx context.Context, p bot.Place, addresses []string) (names, unknown []string, err error) {
	sources, err := h.sourcesIn(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	for _, address := range addresses {
		found := false
		for i := range sources {
			if s := &sources[i]; isAt(s, address) {
				found = true
				if !slices.Contains(names, s.Name) {
					names = append(names, s.Name)
				}
			}
		}
		if !found {
			unknown = append(unknown, address)
		}
	}
	return names, unknown, nil
}

// isAt reports whether a source is the feed at an address, or a feed of the site there.
func isAt(s *bot.Source, address string) bool {
	typed := plainAddress(address)
	for _, own := range []string{s.URL, s.Fetch.Memory.Address} {
		if own == "" {
			continue
		}
		own = plainAddress(own)
		host, _, _ := strings.Cut(own, "/")
		host, _, _ = strings.Cut(host, "?")
		if typed == own || typed == host || typed == siteOf(host) {
			return true
		}
	}
	return false
}

// plainAddress returns an address without what people leave out: the scheme, www and a slash at the end.
func plainAddress(address string) string {
	if _, after, ok := strings.Cut(address, "://"); ok {
		address = after
	}
	u, err := url.Parse("//" + strings.TrimSuffix(address, "/"))
	if err != nil {
		return address
	}
	plain := strings.TrimPrefix(strings.ToLower(u.Host), "www.") + u.EscapedPath()
	if u.RawQuery != "" {
		plain += "?" + u.RawQuery
	}
	return plain
}

// siteOf returns the host of the site that a host with feeds belongs to.
func siteOf(host string) string {
	for _, part := range []string{"feeds.", "feed.", "rss."} {
		if site, ok := strings.CutPrefix(host, part); ok {
			return site
		}
	}
	return host
}

// fromSources returns a filter for the articles of sources that another filter matches.
func fromSources(names []string, rest string) string {
	terms := make([]string, len(names))
	for i, name := range names {
		terms[i] = filter.Source.String() + ":" + quote(name)
	}
	all := strings.Join(terms, " OR ")
	if rest == "" {
		return all
	}
	if len(names) > 1 {
		all = "(" + all + ")"
	}
	if strings.Contains(rest, "|") || strings.Contains(rest, " OR ") {
		rest = "(" + rest + ")"
	}
	return all + " " + rest
}
