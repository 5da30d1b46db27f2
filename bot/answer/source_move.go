package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

// sourcesMove answers /sources move: a feed has another address from now on.
func (h *Handler) sourcesMove(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.feedToManage(ctx, &r)
	switch {
	case err != nil:
		return bot.Message{}, err
	case s.Configured:
		return bot.Message{}, bot.UserErrorf("%s is in the FEEDS setting, with its address.", s.Name)
	case h.mustAsk(&r):
		return bot.Message{}, bot.UserErrorf("Only the bot's operators can do that. Or follow the new address, with /sources add.")
	}
	n, err := h.discover(ctx, &r, r.Args["url"])
	if err != nil {
		return bot.Message{}, err
	}
	if len(n.found.Found) > 0 {
		return bot.Message{}, bot.UserErrorf("That page has several feeds. Give the address of one of them.")
	}
	if err := h.checkHostLimit(ctx, &s, n.address); err != nil {
		return bot.Message{}, err
	}
	err = h.store.MoveSource(ctx, s.ID, n.address)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, bot.UserErrorf("That address is followed already; see /sources.")
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("move source %s: %w", s.ID, err)
	}
	t := bot.Join(bot.Say("%s is read at its new address from now on, and keeps its articles.", s.Name), bot.Plain(" "))
	if s.HasLogin && bot.Origin(s.URL) != bot.Origin(n.address) {
		t = bot.Join(t, bot.Say("Its login was for the old server and is forgotten."), bot.Plain(" "))
	}
	h.logger.InfoContext(ctx, "feed moved", "feed", s.Name, "place", string(s.Place), "by", r.User.ID)
	return bot.Message{Text: bot.Join(t, h.newestOf(&n.found))}, nil
}

// feedToManage is sourceToManage for what only feeds have.
func (h *Handler) feedToManage(ctx context.Context, r *bot.Request) (bot.Source, error) {
	s, err := h.sourceToManage(ctx, r)
	if err == nil && s.Kind != bot.FeedSource {
		err = bot.UserErrorf("%s isn't a feed: its articles are published or imported.", s.Name)
	}
	return s, err
}

// checkHostLimit refuses to move a place's feed to a host of which the places follow too many.
func (h *Handler) checkHostLimit(ctx context.Context, s *bot.Source, address string) error {
	if s.Place == "" || hostIn(s.URL) == hostIn(address) {
		return nil
	}
	all, err := h.privateSources(ctx)
	if err != nil {
		return err
	}
	if _, of := feedCounts(all, s.Place, address); of.host >= cmp.Or(h.following.PerHost, FeedsPerHost) {
		return bot.UserErrorf("This bot can't take that feed at the moment. Its operators can add it.")
	}
	return nil
}

// sourcesInterval answers /sources interval.
func (h *Handler) sourcesInterval(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.feedToManage(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	longest, ok := ReadInterval(r.Args["interval"])
	if !ok {
		return bot.Message{}, bot.UserErrorf("“%s” isn't an interval. %s", clip(r.Args["interval"]), bot.Known(IntervalForm))
	}
	if err := h.store.SetInterval(ctx, s.ID, longest); err != nil {
		return bot.Message{}, fmt.Errorf("set the interval of source %s: %w", s.ID, err)
	}
	return bot.Message{Text: IntervalSet(s.Name, longest)}, nil
}

// IntervalForm says what ReadInterval reads.
const IntervalForm = "Use 1m to 168h, as in 90s, 15m or 6h, or default."

// defaultInterval is how people name the interval of all feeds.
const defaultInterval = "default"

// ReadInterval reads the interval of a source; 0 is that of all.
func ReadInterval(text string) (longest time.Duration, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == defaultInterval {
		return 0, true
	}
	longest, err := time.ParseDuration(text)
	return longest, err == nil && longest >= bot.MinInterval && longest <= bot.MaxInterval
}

// IntervalSet says which interval a source has from now on.
func IntervalSet(name string, longest time.Duration) bot.Text {
	if longest == 0 {
		return bot.Say("%s is fetched as often as other feeds from now on.", name)
	}
	return bot.Say("At most %s pass between two looks at %s from now on, unless its server asks for more.", ShortInterval(longest), name)
}

// ShortInterval writes an interval as people type it: 15m, 1h30m.
func ShortInterval(d time.Duration) string {
	s := d.String()
	for _, rest := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, rest) {
			s = strings.TrimSuffix(s, rest[1:])
		}
	}
	return s
}
