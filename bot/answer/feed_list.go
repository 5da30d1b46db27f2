package answer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/filter"
)

// Bounds of a list of feeds that somebody hands in.
const (
	// maxListed is how many feeds of one list are looked at.
	maxListed = 50
	// listTime bounds the looking, so that the answer comes before platforms give up on it.
	listTime = 90 * time.Second
	// listHosts is how many hosts are asked at a time. Each is asked for one feed after the other.
	listHosts = 4
	// maxReasonNames is how many refused feeds are named for one reason.
	maxReasonNames = 5
	// maxReasons is how many reasons a message has room for.
	maxReasons = 10
)

// listed is one feed of a list, and what is known of it.
type listed struct {
	bot.FeedLink
	known  *bot.Source // that the place follows already
	found  newcomer
	looked bool
	fault  error
}

// label is what the feed is called in answers. Its address may have a secret in it.
func (l *listed) label() string {
	if title := bot.CleanText(l.Title, bot.MaxName); title != "" {
		return title
	}
	return pathOf(l.URL)
}

// importFeeds answers /import with a list of feeds: each is followed and subscribed to as if its address had been typed.
func (h *Handler) importFeeds(ctx context.Context, r bot.Request, f *bot.File, feeds []bot.FeedLink) (bot.Message, error) {
	if len(feeds) == 0 {
		return bot.Message{}, bot.UserErrorf("“%s” has no feeds.", clip(f.Name))
	}
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	sources, err := h.sourcesIn(ctx, r.Target.Place())
	if err != nil {
		return bot.Message{}, err
	}
	list := newListed(feeds, sources)
	if err := h.lookAt(ctx, &r, list); err != nil {
		return bot.Message{}, err
	}
	o := listOutcome{h: h, r: r}
	for i := range list {
		if err := o.take(ctx, &list[i]); err != nil {
			return bot.Message{}, err
		}
	}
	if len(o.subscribed) > 0 {
		if err := h.noteLanguage(ctx, &r.Invocation, r.Target); err != nil {
			return bot.Message{}, err
		}
		if err := h.welcomeBack(ctx, r.Target); err != nil {
			return bot.Message{}, err
		}
	}
	return bot.Message{Text: o.report()}, nil
}

// newListed returns the feeds of a list, those that are followed already with their sources.
func newListed(feeds []bot.FeedLink, sources []bot.Source) []listed {
	list := make([]listed, len(feeds))
	for i, link := range feeds {
		list[i].FeedLink = link
		if s := followedAt(sources, link.URL); s.ID != "" {
			list[i].known = &s
		}
	}
	return list
}

// lookAt looks at the feeds that nobody here follows yet, as many as the place may still follow.
func (h *Handler) lookAt(ctx context.Context, r *bot.Request, list []listed) error {
	byHost := map[string][]*listed{}
	var hosts []string
	room, err := h.roomForFeeds(ctx, r)
	if err != nil {
		return err
	}
	for i := range list {
		l := &list[i]
		if l.known != nil {
			continue
		}
		if !h.canFollow(r) {
			l.fault = bot.UserErrorf("only the bot's operators can add feeds")
			continue
		}
		if room--; room < 0 {
			continue
		}
		host := hostIn(l.URL)
		if byHost[host] == nil {
			hosts = append(hosts, host)
		}
		byHost[host] = append(byHost[host], l)
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	var g errgroup.Group
	g.SetLimit(listHosts)
	for _, host := range hosts {
		g.Go(func() error { return h.lookAtHost(ctx, r, byHost[host]) })
	}
	return g.Wait()
}

// lookAtHost looks at the feeds of one host in turn, until ctx ends.
func (h *Handler) lookAtHost(ctx context.Context, r *bot.Request, list []*listed) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = bot.PanicError(r)
		}
	}()
	for _, l := range list {
		found, fault := h.discover(ctx, r, l.URL)
		if ctx.Err() != nil {
			break
		}
		l.found, l.fault, l.looked = found, fault, true
	}
	return nil
}

// roomForFeeds returns how many feeds of a list are worth a look. What is over all bounds is refused with a reason: at least
// one is looked at.
func (h *Handler) roomForFeeds(ctx context.Context, r *bot.Request) (int, error) {
	if h.isOperator(r.Invocation) {
		return maxListed, nil
	}
	all, err := h.privateSources(ctx)
	if err != nil {
		return 0, err
	}
	here, _ := feedCounts(all, r.Target.Place(), "")
	return min(max(h.mostFeeds(r)-here, 1), maxListed), nil
}

// listOutcome is what becomes of the feeds of a list.
type listOutcome struct {
	h          *Handler
	r          bot.Request
	subscribed []string            // what is posted from now on
	followed   []string            // for everybody, where the list comes from no chat
	private    bool                // some of it is known here alone
	before     int                 // that the chat got before
	asked      int                 // of the operators
	left       int                 // not looked at
	reasons    []bot.Text          // of refusals, in order
	refused    map[string][]string // labels, by the English of their reason
}

// take follows one feed and subscribes to it, or notes why not.
func (o *listOutcome) take(ctx context.Context, l *listed) error {
	if l.known != nil {
		return o.subscribe(ctx, l, l.known)
	}
	switch {
	case l.fault == nil && !l.looked:
		o.left++
		return nil
	case l.fault == nil && len(l.found.found.Found) > 0:
		l.fault = bot.UserErrorf("that is a page with several feeds; /subscribe with its address lets you choose")
	}
	if l.fault != nil {
		return o.refuse(l, l.fault)
	}
	if o.h.mustAsk(&o.r) {
		if _, err := o.h.askOperators(ctx, o.r, l.found, ""); err != nil {
			return o.refuse(l, err)
		}
		o.asked++
		return nil
	}
	s, _, err := o.h.follow(ctx, &o.r, l.found)
	if err != nil {
		return o.refuse(l, err)
	}
	o.private = o.private || s.Place != ""
	return o.subscribe(ctx, l, &s)
}

// subscribe subscribes to the feed of the list that a source is.
func (o *listOutcome) subscribe(ctx context.Context, l *listed, s *bot.Source) error {
	if o.r.Target.Chat == "" {
		if l.known == nil {
			o.followed = append(o.followed, outlet(s))
		} else {
			o.before++
		}
		return nil
	}
	f, err := parseFilter(filter.Source.String() + ":" + quote(s.Name))
	if err != nil {
		return o.refuse(l, err)
	}
	_, err = o.h.store.Subscribe(ctx, bot.Subscription{Target: o.r.Target, Filter: f.String(), CreatedBy: o.r.User.ID})
	if errors.Is(err, bot.ErrExists) {
		o.before++
		return nil
	}
	if err != nil {
		return o.refuse(l, err)
	}
	o.subscribed = append(o.subscribed, outlet(s))
	return nil
}

// refuse notes why a feed isn't taken, or returns what isn't a person's mistake.
func (o *listOutcome) refuse(l *listed, err error) error {
	fault, ok := errors.AsType[*bot.UserError](err)
	if !ok {
		return fmt.Errorf("take over feed %s: %w", l.label(), err)
	}
	text := fault.Text
	if fault.Err != nil {
		text = why(fault.Err)
	}
	if o.refused == nil {
		o.refused = map[string][]string{}
	}
	key := text.String()
	if o.refused[key] == nil {
		o.reasons = append(o.reasons, text)
	}
	o.refused[key] = append(o.refused[key], l.label())
	return nil
}

// report says what was taken over, and what was not and why.
func (o *listOutcome) report() bot.Text {
	var lines []bot.Text
	switch n := len(o.subscribed); {
	case n > 0:
		lines = append(lines, bot.Count(n, "Following %d feed from now on, and posting its new articles here: %s.",
			"Following %d feeds from now on, and posting their new articles here: %s.", some(o.subscribed, maxSourceLines)))
	case len(o.followed) > 0:
		lines = append(lines, bot.Count(len(o.followed), "Following %d feed from now on: %s.", "Following %d feeds from now on: %s.", some(o.followed, maxSourceLines)))
	case o.asked == 0:
		lines = append(lines, bot.Say("Nothing changed here."))
	}
	if o.private {
		lines = append(lines, bot.Say("Only this chat and those beside it know of the new ones."))
	}
	switch {
	case o.before > 0 && o.r.Target.Chat == "":
		lines = append(lines, bot.Count(o.before, "%d feed of the list was followed before.", "%d feeds of the list were followed before."))
	case o.before > 0:
		lines = append(lines, bot.Count(o.before, "This chat already got %d feed of the list.", "This chat already got %d feeds of the list."))
	}
	if o.asked > 0 {
		lines = append(lines, bot.Count(o.asked, "The bot's operators decide about new feeds. I asked them about %d feed, and will say here what they decided.",
			"The bot's operators decide about new feeds. I asked them about %d feeds, and will say here what they decided."))
	}
	lines = append(lines, o.refusals()...)
	if o.left > 0 {
		lines = append(lines, nil, bot.Count(o.left, "Left out: %d feed. I look at %d at once, and at no more than this chat may follow. "+
			"Take what couldn't be followed out of the file, and send it again.", "Left out: %d feeds. I look at %d at once, and at no more than this chat may "+
			"follow. Take what couldn't be followed out of the file, and send it again.", maxListed))
	}
	if len(o.subscribed) > 0 {
		lines = append(lines, nil, bot.Say("To filter or end one of them: %s", bot.Styled("/subscriptions", bot.Code)))
	}
	return bot.Lines(lines...)
}

// refusals says what was not followed, a line for each reason.
func (o *listOutcome) refusals() []bot.Text {
	if len(o.reasons) == 0 {
		return nil
	}
	lines := []bot.Text{nil, bot.Say("Not followed:")}
	for _, why := range o.reasons[:min(len(o.reasons), maxReasons)] {
		lines = append(lines, bot.Join(bot.Plain("• "), bot.Labeled(some(o.refused[why.String()], maxReasonNames), why)))
	}
	if more := len(o.reasons) - maxReasons; more > 0 {
		lines = append(lines, bot.Count(more, "… and more, for %d other reason.", "… and more, for %d other reasons."))
	}
	return lines
}

// some joins the first names of a list, and says how many more there are.
func some(names []string, most int) bot.Text {
	if len(names) <= most {
		return bot.List(bot.Plains(names)...)
	}
	return bot.Count(len(names)-most, "%[2]s and %[1]d more", "%[2]s and %[1]d more", bot.List(bot.Plains(names[:most])...))
}
