package answer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// muteCommands leave articles out of what a chat gets.
func (h *Handler) muteCommands() []bot.Command {
	return []bot.Command{
		{
			Name: "mute", Help: "Leave out a story, a source or words, for a while or for good", Example: "mute earthquake for a week",
			OnMessage: "Mute…", Access: bot.Managers, Run: h.mute, Args: []bot.Arg{
				{Name: "what", Help: "story, source or words. Left out, it asks about the alert replied to, or lists what is muted"},
				{Name: "for", Help: "For how long: day, week, 2h, good", Named: true, Takes: takesSpan, Complete: completeSpan},
				otherChat(),
			},
		},
		{
			Name: "unmute", Help: "End a mute", Example: "unmute 1", Access: bot.Managers, Run: h.unmute,
			Args: []bot.Arg{{Name: "which", Help: "Its number in /mute, its words, or all", Complete: h.completeMute}, otherChat()},
		},
	}
}

// Spans for which articles are muted.
const (
	aDay  = 24 * time.Hour
	aWeek = 7 * aDay
)

// mute answers /mute: it shows what is muted, asks what to mute of an alert, says what it would leave out, or does it.
func (h *Handler) mute(ctx context.Context, r bot.Request) (bot.Message, error) {
	what, span := r.Args["what"], r.Args["for"]
	if head, tail, ok := cutSpan(what); ok && span == "" {
		what, span = head, tail
	}
	if what == "" && r.ReplyTo == "" && span != "" {
		return bot.Message{}, muteNothing(span)
	}
	if what == "" && r.ReplyTo == "" {
		return h.mutes(ctx, r, nil)
	}
	if err := h.anySubscription(ctx, r.Target); err != nil {
		return bot.Message{}, err
	}
	var about *bot.Article
	if r.ReplyTo != "" {
		list, err := h.postedAs(ctx, r.Target, r.ReplyTo)
		if err != nil {
			return bot.Message{}, err
		}
		if len(list) > 1 {
			return h.muteWhich(ctx, list)
		}
		if len(list) == 1 {
			about = &list[0]
		}
	}
	if what == "" && about == nil {
		return bot.Message{}, bot.UserErrorf("That message isn't about an article. Reply to an alert, or give words, as in %s.", code("/mute earthquake"))
	}
	if what == "" {
		return h.muteWhat(ctx, about)
	}
	m, doubt, err := h.readMute(ctx, &r, what, about)
	if err != nil {
		return bot.Message{}, err
	}
	var msg bot.Message
	if span == "" {
		msg, err = h.muteHowLong(ctx, &r, &m)
	} else {
		msg, err = h.muteFor(ctx, r, m, span)
	}
	msg.Text = bot.Join(msg.Text, doubt)
	return msg, err
}

// muteNothing says that a span alone mutes nothing: what holds everything for a while is a pause.
func muteNothing(span string) error {
	return bot.UserErrorf("Mute what? Reply to an alert with %s, or give words, as in %s. To hold all alerts: %s",
		code("/mute"), code("/mute earthquake for a week"), code("/pause "+clip(span)))
}

// muteOf answers the buttons below an article: what of it to mute.
func (h *Handler) muteOf(ctx context.Context, r bot.Request) (bot.Message, error) {
	a, err := h.store.Find(ctx, r.Target.Place(), r.Args["id"])
	if errors.Is(err, bot.ErrNotFound) {
		return bot.Message{}, bot.UserErrorf("That article is gone.")
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("find: %w", err)
	}
	if r.Args["what"] == "" {
		return h.muteWhat(ctx, &a)
	}
	m, _, err := h.readMute(ctx, &r, r.Args["what"], &a)
	if err != nil {
		return bot.Message{}, err
	}
	return h.muteHowLong(ctx, &r, &m)
}

// muteWhich asks which article of a list is meant.
func (h *Handler) muteWhich(ctx context.Context, list []bot.Article) (bot.Message, error) {
	m := bot.Message{Text: bot.Say("That message lists several articles. Which one?")}
	for i := range list[:min(len(list), maxOpen)] {
		b, err := h.button(ctx, bot.Plain(short(list[i].Title)), bot.PlainButton, "muteof", map[string]string{"id": strconv.FormatInt(list[i].ID, 10)})
		if err != nil {
			return m, err
		}
		m.Buttons = append(m.Buttons, []bot.Button{b})
	}
	return m, nil
}

// muteWhat asks what of an article to mute.
func (h *Handler) muteWhat(ctx context.Context, a *bot.Article) (bot.Message, error) {
	m := bot.Message{Text: bot.Say("%s\n\nWhat should be left out from now on?", h.headline(a, nil))}
	id := strconv.FormatInt(a.ID, 10)
	for _, b := range []struct {
		label bot.Text
		what  string
	}{{bot.Say("This story"), "story"}, {bot.Say("All from %s", short(a.From())), "source"}} {
		button, err := h.button(ctx, b.label, bot.PlainButton, "muteof", map[string]string{"id": id, "what": b.what})
		if err != nil {
			return m, err
		}
		m.Buttons = append(m.Buttons, []bot.Button{button})
	}
	words, err := h.button(ctx, bot.Say("Words …"), bot.PlainButton, "mutewords", nil)
	if err != nil {
		return m, err
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	m.Buttons = append(m.Buttons, []bot.Button{words, no})
	return m, err
}

// muteWords answers the button that asks for words.
func (h *Handler) muteWords(ctx context.Context, _ bot.Request) (bot.Message, error) {
	b, err := h.button(ctx, nil, bot.PlainButton, "mute", map[string]string{filledIn: "what"})
	return bot.Message{
		Text: bot.Say("What has these words is left out. As in a filter: %s", code(`earthquake OR "storm warning"`)),
		Form: &bot.Form{Title: bot.Say("Mute words"), Label: bot.Say("Words"), Max: maxFilter, Data: b.Data},
	}, err
}

// readMute reads what to mute: the story or source of an article, a source by name, or words. Doubt says how words are read, and
// what of them nothing has.
func (h *Handler) readMute(ctx context.Context, r *bot.Request, what string, about *bot.Article) (m bot.Mute, doubt bot.Text, err error) {
	m.CreatedBy = r.User.ID
	switch word := oneOf(what, "story", "this story", "source", "this source"); {
	case word != "" && about == nil:
		return m, nil, bot.UserErrorf("Which alert? Reply to it with %s.", code("/mute "+what))
	case strings.HasSuffix(word, "story"):
		story := about.Story
		if story == 0 {
			story = about.ID
		}
		m.Kind, m.Value, m.Name = bot.MuteStory, strconv.FormatInt(story, 10), bot.CleanText(about.Title, bot.MaxName)
		return m, nil, nil
	case strings.HasSuffix(word, "source"):
		m.Kind, m.Value, m.Name = bot.MuteSource, about.SourceID, about.From()
		return m, nil, nil
	}
	s, err := h.sourceToMute(ctx, r.Target.Place(), what)
	if err != nil {
		return m, nil, err
	}
	if s != nil {
		return muteOfSource(s, r.User.ID), nil, nil
	}
	read := *r
	read.Args = map[string]string{"filter": what}
	u, err := h.understand(ctx, &read)
	if err != nil {
		return m, nil, err
	}
	if u.Empty() {
		return m, nil, bot.UserErrorf("That would mute everything. To hold all alerts: %s", code("/pause"))
	}
	doubt, err = h.muteDoubt(ctx, r.Target.Place(), &u)
	m.Kind, m.Value, m.Name = bot.MuteWords, u.String(), u.String()
	return m, doubt, err
}

// sourceToMute returns the source that somebody names, with the word or the field before it or without; nil if there is none.
func (h *Handler) sourceToMute(ctx context.Context, p bot.Place, what string) (*bot.Source, error) {
	sources, err := h.sourcesIn(ctx, p)
	if err != nil {
		return nil, err
	}
	name := filter.Fold(what)
	named := name
	for _, before := range []string{"source:", "source "} {
		named = strings.TrimSpace(strings.TrimPrefix(named, before))
	}
	for i := range sources {
		for _, called := range []string{filter.Fold(sources[i].Name), filter.Fold(sources[i].KnownAs())} {
			if called == name || called == named {
				return &sources[i], nil
			}
		}
	}
	return nil, nil //nolint:nilnil // see above
}

func muteOfSource(s *bot.Source, by string) bot.Mute {
	return bot.Mute{Kind: bot.MuteSource, Value: s.ID, Name: s.KnownAs(), CreatedBy: by}
}

// muteDoubt says how the words of a mute are read, and which values of theirs no article has.
func (h *Handler) muteDoubt(ctx context.Context, p bot.Place, u *understood) (bot.Text, error) {
	missing, err := h.unknownValues(ctx, p, u.Filter)
	doubt := bot.Join(u.note(), doubts(u.Filter))
	for i := range missing {
		doubt = bot.Join(doubt, bot.Plain("\n"), missing[i].missing())
	}
	return doubt, err
}

// muteHowLong says what a mute would have left out of the last week, and asks for how long it holds.
func (h *Handler) muteHowLong(ctx context.Context, r *bot.Request, m *bot.Mute) (bot.Message, error) {
	left, err := h.wouldMute(ctx, r.Target, m)
	if err != nil {
		return bot.Message{}, err
	}
	msg := bot.Message{Text: bot.Say("Mute %s for how long? %s", muteName(m), left)}
	var row []bot.Button
	for _, o := range []struct {
		label bot.Text
		span  string
	}{{bot.Say("A day"), "day"}, {bot.Say("A week"), "week"}, {bot.Say("For good"), forGood}} {
		b, err := h.button(ctx, o.label, bot.PlainButton, "mutenow", map[string]string{
			"kind": string(m.Kind), "value": m.Value, "name": m.Name, "for": o.span,
		})
		if err != nil {
			return msg, err
		}
		row = append(row, b)
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	msg.Buttons = [][]bot.Button{row, {no}}
	return msg, err
}

// wouldMute says how many of the last week's alerts a mute would have left out.
func (h *Handler) wouldMute(ctx context.Context, t bot.Target, m *bot.Mute) (bot.Text, error) {
	muted, of, err := h.store.WouldMute(ctx, t, *m, h.now().Add(-aWeek))
	if err != nil {
		return nil, fmt.Errorf("what a mute leaves out in %s: %w", t, err)
	}
	switch {
	case of == 0:
		return bot.Say("There was no alert here in the last 7 days to leave out."), nil
	case muted == 0:
		return bot.Count(of, "It would have left out none of the last week's alerts: there was %d.", "It would have left out none of the last week's %d alerts."), nil
	}
	return bot.Count(of, "It would have left out the only alert of the last week.", "It would have left out %[2]d of the last week's %[1]d alerts.", muted), nil
}

// muteNow answers the buttons that say for how long.
func (h *Handler) muteNow(ctx context.Context, r bot.Request) (bot.Message, error) {
	m := bot.Mute{Kind: bot.MuteKind(r.Args["kind"]), Value: r.Args["value"], Name: r.Args["name"], CreatedBy: r.User.ID}
	return h.muteFor(ctx, r, m, r.Args["for"])
}

// muteFor mutes.
func (h *Handler) muteFor(ctx context.Context, r bot.Request, m bot.Mute, span string) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	zone := h.zoneOf(&rhythm.Settings)
	if m.Until, err = readSpan(span, h.now(), zone); err != nil {
		return bot.Message{}, err
	}
	left := bot.Text(nil)
	if !r.Pressed { // else it was said before
		if left, err = h.wouldMute(ctx, r.Target, &m); err != nil {
			return bot.Message{}, err
		}
	}
	m.Created = h.now()
	if m, err = h.store.AddMute(ctx, r.Target, m); err != nil {
		return bot.Message{}, fmt.Errorf("mute in %s: %w", r.Target, err)
	}
	done := bot.Say("Muted for good: %s.", muteName(&m))
	if !m.Until.IsZero() {
		done = bot.Say("Muted until %s: %s.", bot.Moment(m.Until, zone), muteName(&m))
	}
	end, err := h.button(ctx, bot.Say("Unmute"), bot.PlainButton, "endmute", map[string]string{"id": strconv.FormatInt(m.ID, 10)})
	return bot.Message{Text: joinLines(done, left), Buttons: [][]bot.Button{{end}}}, err
}
