package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// why answers /why: an article's path to this chat, or what kept it.
func (h *Handler) why(ctx context.Context, r bot.Request) (bot.Message, error) {
	manages, err := h.manages(ctx, r.Invocation)
	if err != nil {
		return bot.Message{}, err
	}
	list, err := h.pointedAt(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	if !manages {
		list = h.visible(list)
	}
	switch {
	case len(list) == 0 && r.Args["link"] == "":
		return bot.Message{}, bot.UserErrorf("That message isn't about an article.")
	case len(list) == 0:
		return bot.Message{}, bot.UserErrorf("No article with that link or number. /latest shows the newest.")
	case len(list) > 1:
		return bot.Message{Text: h.choice(list)}, nil
	}
	p := articleTrace{Article: list[0], target: r.Target, manages: manages}
	p.secret = !r.Direct && p.Embargo.After(h.embargoTime())
	if p.Trace, err = h.store.Trace(ctx, r.Target, p.ID); err != nil {
		return bot.Message{}, fmt.Errorf("trace: %w", err)
	}
	if p.status, err = h.targetStatus(ctx, r.Target); err != nil {
		return bot.Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	p.zone = h.zoneOf(&rhythm.Settings)
	if p.outlets, err = h.outlets(ctx, r.Target); err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: bot.Join(h.origin(&p), h.deliveryHistory(&p), h.explain(&p, subs))}
	if manages && !p.secret {
		m.Buttons, err = h.widenButtons(ctx, &p, subs)
	}
	return m, err
}

// articleTrace is an article on its way to a target.
type articleTrace struct {
	bot.Article
	bot.Trace
	target  bot.Target
	outlets map[string]string // what people call sources, by name
	status  bot.TargetStatus
	zone    *time.Location // of the chat
	manages bool           // whoever asks manages the place
	secret  bool           // others may read the answer, and may not know of the article yet
}

// known returns what people call a source.
func (p *articleTrace) known(source string) string { return cmp.Or(p.outlets[source], source) }

// from returns the outlets that report the article.
func (p *articleTrace) from() []string {
	list := []string{p.From()}
	for _, source := range p.OtherSources {
		list = append(list, p.known(source))
	}
	return list
}

// outlets returns what people in a place call their sources, by name.
func (h *Handler) outlets(ctx context.Context, t bot.Target) (map[string]string, error) {
	sources, err := h.sourcesIn(ctx, t.Place())
	names := make(map[string]string, len(sources))
	for i := range sources {
		names[sources[i].Name] = sources[i].KnownAs()
	}
	return names, err
}

// manages reports whether whoever asks may manage the place or runs the bot.
func (h *Handler) manages(ctx context.Context, inv bot.Invocation) (bool, error) {
	if h.isOperator(inv) || inv.Manager == nil {
		return h.isOperator(inv), nil
	}
	ok, err := inv.Manager(ctx)
	if err != nil {
		return false, fmt.Errorf("ask for the rights of %s in %s: %w", inv.User.ID, inv.Target, err)
	}
	return ok, nil
}

// pointedAt returns the articles that a request names, by a link, a number or the alert that it replies to.
func (h *Handler) pointedAt(ctx context.Context, r bot.Request) ([]bot.Article, error) {
	ref := linkIn(r.Args["link"])
	if ref == "" && r.ReplyTo == "" {
		return nil, bot.UserErrorf("Which article? Give its link or number, as in %s, or reply to an alert with /why.",
			bot.Styled("/why https://example.com/story", bot.Code))
	}
	if ref == "" {
		return h.postedAs(ctx, r.Target, r.ReplyTo)
	}
	a, err := h.store.Find(ctx, r.Target.Place(), ref)
	if errors.Is(err, bot.ErrNotFound) {
		return h.postedAs(ctx, r.Target, messageIn(ref))
	}
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	return []bot.Article{a}, nil
}

// linkIn returns the link or number of an article in what was typed: with words around it, or without its scheme.
func linkIn(typed string) string {
	words := strings.Fields(typed)
	for _, w := range words {
		if w = strings.Trim(w, "<>"); strings.HasPrefix(w, "https://") || strings.HasPrefix(w, "http://") {
			return w
		}
	}
	ref := strings.Trim(typed, "#<>")
	if host, _, ok := strings.Cut(ref, "/"); ok && len(words) == 1 && strings.Contains(host, ".") {
		return "https://" + ref
	}
	return ref
}

// messageIn returns what a link to a message ends with, on the platforms that have such links.
func messageIn(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return ""
	}
	return path.Base(u.Path)
}

// postedAs returns the articles that a message is about.
func (h *Handler) postedAs(ctx context.Context, t bot.Target, messageID string) ([]bot.Article, error) {
	ids, err := h.store.Posted(ctx, t, messageID)
	if err != nil {
		return nil, err
	}
	var list []bot.Article
	for _, id := range ids {
		a, err := h.store.Find(ctx, t.Place(), strconv.FormatInt(id, 10))
		if errors.Is(err, bot.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find: %w", err)
		}
		list = append(list, a)
	}
	return list, nil
}

// visible leaves out what no audience may see yet.
func (h *Handler) visible(list []bot.Article) []bot.Article {
	var out []bot.Article
	for i := range list {
		if !list[i].Embargo.After(h.embargoTime()) {
			out = append(out, list[i])
		}
	}
	return out
}

// choice lists the articles of one message.
func (h *Handler) choice(list []bot.Article) bot.Text {
	t := bot.Say("That message lists several articles. Pick one:")
	for i := range list {
		t = bot.Join(t, bot.Plain("\n"), bot.Styled(fmt.Sprintf("/why %d", list[i].ID), bot.Code), bot.Plain(" "+list[i].Title))
	}
	return t
}

// origin says what is known of an article and since when.
func (h *Handler) origin(p *articleTrace) bot.Text {
	about := h.headlineIn(&p.Article, nil, p.zone)
	if p.secret {
		about = bot.Say("This article is under embargo.")
	}
	t := bot.Join(about, bot.Plain("\n\n"), bot.Say("Article %s, arrived %s from %s.", strconv.FormatInt(p.ID, 10), bot.Moment(p.FirstSeen, p.zone),
		strings.Join(p.from(), ", ")))
	if n := len(p.Revisions) - 1; n > 0 {
		t = bot.Join(t, bot.Plain(" "), bot.Count(n, "Changed %d time since, last %s.", "Changed %d times since, last %s.", bot.Moment(p.Revisions[n], p.zone)))
	}
	if p.Status == bot.Withdrawn {
		t = bot.Join(t, bot.Plain(" "), bot.Say("It has been withdrawn."))
	}
	if p.Embargo.After(h.embargoTime()) {
		t = bot.Join(t, bot.Plain(" "), bot.Say("Under embargo until %s.", bot.Moment(p.Embargo, p.zone)))
	}
	return t
}

// explain says which subscriptions of the chat match the article, and what the others miss: managers hear
// of all, readers of the closest if none matched.
func (h *Handler) explain(p *articleTrace, subs []bot.Subscription) bot.Text {
	if len(subs) == 0 {
		return bot.Join(bot.Plain("\n\n"), noSubscriptions())
	}
	d := filter.NewDocument(p.Fields())
	var took, missed bot.Text
	nearest, fewest := bot.Text(nil), 0
	for i := range subs {
		s := &subs[i]
		f, err := filter.Parse(s.Filter)
		if err != nil {
			continue // a newer program saved it
		}
		line := bot.Join(bot.Plain("\n"), bot.Styled(strconv.Itoa(s.Number)+".", bot.Bold), bot.Plain(" "))
		hits, ok := f.Explain(d)
		if ok {
			took = bot.Join(took, line, bot.Labeled(described(f), h.matchedBy(p, s, hits)))
			continue
		}
		if r := reportedTo(f, &p.Article, p.Reports); r != nil {
			took = bot.Join(took, line, bot.Labeled(described(f), bot.Say("matches as %s reports it", p.known(r.Source))))
			continue
		}
		lacks := f.Lacks(d)
		why := lacking(p, lacks)
		if _, other := nearMissed(f, d); other != nil && !p.secret {
			why = bot.Series(why, other)
		}
		line = bot.Join(line, bot.Labeled(described(f), why))
		missed = bot.Join(missed, line)
		if n := distance(lacks); nearest == nil || n < fewest {
			nearest, fewest = line, n
		}
	}
	switch {
	case p.manages:
		return bot.Join(bot.Plain("\n\n"), bot.Say("Subscriptions here:"), took, missed)
	case took != nil:
		return bot.Join(bot.Plain("\n\n"), bot.Say("Matching subscriptions:"), took)
	}
	return bot.Join(bot.Plain("\n\n"), bot.Say("No match here. Closest:"), nearest)
}

// reportedTo returns a report by a further source that a filter matches, nil if there is none.
func reportedTo(f *filter.Filter, a *bot.Article, reports []bot.Report) *bot.Report {
	for i := range reports {
		if r := &reports[i]; f.Match(filter.NewDocument(a.FieldsIn(r))) {
			return r
		}
	}
	return nil
}

// distance says how close a filter came: a term that it found but excludes is closer than one that it did not find.
func distance(lacks []filter.Lack) int {
	n := 0
	for _, l := range lacks {
		if n += 2; l.Excluded {
			n--
		}
	}
	return n
}

func described(f *filter.Filter) bot.Text {
	if f.Empty() {
		return bot.Say("everything")
	}
	return bot.Styled(f.String(), bot.Code)
}
