package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"tidings/bot/filter"
)

// why answers /why: an article's path to this chat, or what kept it.
func (h *handler) why(ctx context.Context, r Request) (Message, error) {
	manages, err := h.manages(ctx, r.Invocation)
	if err != nil {
		return Message{}, err
	}
	list, err := h.pointedAt(ctx, r)
	if err != nil {
		return Message{}, err
	}
	if !manages {
		list = h.visible(list)
	}
	switch {
	case len(list) == 0 && r.Args["link"] == "":
		return Message{}, UserErrorf("That message is about no article that I know.")
	case len(list) == 0:
		return Message{}, UserErrorf("I know of no article with that link or number. /latest shows those I have.")
	case len(list) > 1:
		return Message{Text: h.choice(list)}, nil
	}
	p := passage{Article: list[0], target: r.Target, manages: manages}
	p.secret = !r.Direct && p.Embargo.After(h.now())
	if p.Trace, err = h.store.Trace(ctx, r.Target, p.ID); err != nil {
		return Message{}, fmt.Errorf("trace: %w", err)
	}
	if p.status, err = h.targetStatus(ctx, r.Target); err != nil {
		return Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	return Message{Text: Join(h.origin(&p), h.fate(&p), h.verdicts(&p, subs))}, nil
}

// passage is an article on its way to a target.
type passage struct {
	Article
	Trace
	target  Target
	status  TargetStatus
	manages bool // whoever asks manages the place
	secret  bool // others may read the answer, and may not know of the article yet
}

// manages reports whether whoever asks may manage the place or runs the bot.
func (h *handler) manages(ctx context.Context, inv Invocation) (bool, error) {
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
func (h *handler) pointedAt(ctx context.Context, r Request) ([]Article, error) {
	ref := strings.Trim(r.Args["link"], "#<>")
	if ref == "" && r.ReplyTo == "" {
		return nil, &UserError{Text: Join(Plain("Which article? Name it by link or number, as in "),
			Styled("/why https://example.com/story", Code), Plain(", or reply to an alert with /why."))}
	}
	if ref == "" {
		return h.postedAs(ctx, r.Target, r.ReplyTo)
	}
	a, err := h.store.Find(ctx, ref)
	if errors.Is(err, ErrNotFound) {
		return h.postedAs(ctx, r.Target, messageIn(ref))
	}
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	return []Article{a}, nil
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
func (h *handler) postedAs(ctx context.Context, t Target, messageID string) ([]Article, error) {
	ids, err := h.store.Posted(ctx, t, messageID)
	if err != nil {
		return nil, err
	}
	var list []Article
	for _, id := range ids {
		a, err := h.store.Find(ctx, strconv.FormatInt(id, 10))
		if err != nil {
			return nil, fmt.Errorf("find: %w", err)
		}
		list = append(list, a)
	}
	return list, nil
}

// visible leaves out what no audience may see yet.
func (h *handler) visible(list []Article) []Article {
	var out []Article
	for i := range list {
		if !list[i].Embargo.After(h.now()) {
			out = append(out, list[i])
		}
	}
	return out
}

// choice lists the articles of one message.
func (h *handler) choice(list []Article) Text {
	t := Plain("That message is about several articles. Name one:")
	for i := range list {
		t = Join(t, Plain("\n"), Styled(fmt.Sprintf("/why %d", list[i].ID), Code), Plain(" "+list[i].Title))
	}
	return t
}

// origin says what is known of an article and since when.
func (h *handler) origin(p *passage) Text {
	about := h.headline(&p.Article, nil)
	if p.secret {
		about = Plain("An article that nobody may see yet.")
	}
	t := Join(about, Plain(fmt.Sprintf("\n\nArticle %d, known since ", p.ID)), Moment(p.FirstSeen, h.zone),
		Plain(" from "+strings.Join(append([]string{p.Source}, p.OtherSources...), ", ")+"."))
	if n := len(p.Revisions) - 1; n > 0 {
		t = Join(t, Plain(fmt.Sprintf(" Changed %s since, last ", count(n, "time"))), Moment(p.Revisions[n], h.zone), Plain("."))
	}
	if p.Status == Withdrawn {
		t = Join(t, Plain(" It has been withdrawn."))
	}
	if p.Embargo.After(h.now()) {
		t = Join(t, Plain(" Under embargo until "), Moment(p.Embargo, h.zone), Plain("."))
	}
	return t
}

// verdicts says which of the chat's subscriptions took the article, and of the others what was missing: managers hear
// of all, readers of the nearest if none took it.
func (h *handler) verdicts(p *passage, subs []Subscription) Text {
	if len(subs) == 0 {
		return Join(Plain("\n\n"), noSubscriptions())
	}
	d := filter.NewDocument(p.Fields())
	var took, missed Text
	nearest, fewest := Text(nil), 0
	for i := range subs {
		s := &subs[i]
		f, err := filter.Parse(s.Filter)
		if err != nil {
			continue // a newer program saved it
		}
		line := Join(Plain("\n"), Styled(strconv.Itoa(s.Number)+".", Bold), Plain(" "), described(f))
		hits, ok := f.Explain(d)
		if ok {
			took = Join(took, line, Plain(": "), h.taken(p, s, hits))
			continue
		}
		lacks := f.Lacks(d)
		line = Join(line, Plain(": "), lacking(p, lacks))
		missed = Join(missed, line)
		if n := distance(lacks); nearest == nil || n < fewest {
			nearest, fewest = line, n
		}
	}
	switch {
	case p.manages:
		return Join(Plain("\n\nThe subscriptions here:"), took, missed)
	case took != nil:
		return Join(Plain("\n\nThe subscriptions here that take it:"), took)
	}
	return Join(Plain("\n\nNo subscription here takes it. The nearest:"), nearest)
}

// distance tells how near a filter was: what it found and excluded is nearer than what it did not find.
func distance(lacks []filter.Lack) int {
	n := 0
	for _, l := range lacks {
		if n += 2; l.Excluded {
			n--
		}
	}
	return n
}

func described(f *filter.Filter) Text {
	if f.Empty() {
		return Plain("everything")
	}
	return Styled(f.String(), Code)
}
