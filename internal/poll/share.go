package poll

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
)

// feedsWith returns the source that is fetched for a feed, which may be that one, and the others that the fetch serves; nil if the feed
// isn't followed.
func (p *Poller) feedsWith(ctx context.Context, id string) (s *bot.Source, twins []bot.Source, err error) {
	list, err := p.sink.FeedsAt(ctx, id)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Error("source not read", "feed", id, "err", err)
		}
		return nil, nil, err
	}
	if list = sharing(list, id); len(list) == 0 {
		return nil, nil, nil
	}
	return &list[0], list[1:], nil
}

// sharing returns those of the sources of an address that one fetch serves together with one of them. The first is the one that
// is fetched.
func sharing(list []bot.Source, id string) []bot.Source {
	i := slices.IndexFunc(list, func(s bot.Source) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	shared := sharedBy(&list[i])
	list = slices.DeleteFunc(list, func(s bot.Source) bool { return sharedBy(&s) != shared })
	slices.SortFunc(list, func(a, b bot.Source) int {
		return cmp.Or(isPrivate(a)-isPrivate(b), a.Added.Compare(b.Added), strings.Compare(a.ID, b.ID))
	})
	return list
}

// isPrivate is 1 for a source that belongs to a place: a public one leads, as it may be fetched from any network.
func isPrivate(s bot.Source) int {
	if s.Place != "" {
		return 1
	}
	return 0
}

// sharedBy returns what sources have in common that one fetch serves: their address. What a server says of where a feed
// has moved never joins sources of different places, and a login or an address with a password joins none.
func sharedBy(s *bot.Source) string {
	address := addressOf(s)
	u, err := url.Parse(s.URL)
	switch {
	case s.HasLogin, s.Place != "" && (err != nil || u.User != nil):
		return s.ID
	case s.Place == "" || address == s.URL:
		return address
	}
	return s.URL + "\n" + address
}
