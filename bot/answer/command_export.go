package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// setupCommands take a chat's setup to another chat, on this platform or another.
func (h *Handler) setupCommands() []bot.Command {
	return []bot.Command{
		{Name: "export", Help: "This chat's setup as a file, sent to you alone", Access: bot.Managers, Run: h.export},
		{
			Name: "import", Help: "Take over a setup that /export made, or a list of feeds (OPML)", Access: bot.Managers, Run: h.importSetup,
			Args: []bot.Arg{{Name: "file", Help: "The file; where it can't be picked, /import is its caption, or a reply to it", Kind: bot.FileArg}},
		},
	}
}

// export answers /export. The file is for managers alone.
func (h *Handler) export(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	if len(subs) == 0 {
		return bot.Message{Text: noSubscriptions()}, nil
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	sources, err := h.sourcesIn(ctx, r.Target.Place())
	if err != nil {
		return bot.Message{}, err
	}
	s := newSetup(h.now(), r.Target.Place(), subs, sources)
	h.addRhythm(&s, r.Target, &rhythm)
	m := bot.Message{Text: bot.Count(len(subs), "The setup, with %d subscription. In another chat, /import takes it over.",
		"The setup, with %d subscriptions. In another chat, /import takes it over.")}
	if m.File, err = s.file(); err != nil || r.Private {
		return m, err
	}
	to, err := h.privateChat(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	m.Key = bot.NewKey()
	err = h.offer(ctx, to, m)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind == bot.TargetGone {
		return h.openFirst(r)
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("write to %s: %w", to, err)
	}
	return bot.Message{Text: bot.Say("I've sent you the file in our private chat.")}, nil
}

// openFirst asks a person to whom the bot may not write to open their private chat.
func (h *Handler) openFirst(r bot.Request) (bot.Message, error) {
	d, ok := h.adapters[r.Target.Platform].(bot.DeepLinker)
	if !ok || d.StartLink("") == "" {
		return bot.Message{}, cannotWrite()
	}
	return bot.Message{
		Text:    bot.Say("A setup is only for you, and I can't write to you first. Open our private chat, press Start, and ask here again."),
		Buttons: [][]bot.Button{{linkButton(bot.Say("Open our private chat"), d.StartLink("export"))}},
	}, nil
}

// importSetup answers /import: it takes over what can be, line by line.
func (h *Handler) importSetup(ctx context.Context, r bot.Request) (bot.Message, error) {
	if r.File == nil {
		return bot.Message{}, bot.UserErrorf("Which file? Send it with /import as its caption, or reply to it with /import.")
	}
	f, err := r.File(ctx)
	if err != nil {
		return bot.Message{}, err
	}
	if read := h.following.ReadList; read != nil {
		if feeds, ok := read(f.Content); ok {
			return h.importFeeds(ctx, r, &f, feeds)
		}
	}
	s, err := readSetup(f)
	if err != nil {
		return bot.Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	i := intake{h: h, r: r, platform: s.Platform}
	if i.sources, err = h.sourcesIn(ctx, r.Target.Place()); err != nil {
		return bot.Message{}, err
	}
	for n := range s.Subscriptions {
		if err := i.take(ctx, n, &s.Subscriptions[n]); err != nil {
			return bot.Message{}, err
		}
	}
	if err := i.takeSettings(ctx, &s); err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: bot.Join(i.report(), i.asksFor(s.Sources))}, nil
}

// intake is what becomes of the lines of a setup.
type intake struct {
	h        *Handler
	r        bot.Request
	sources  []bot.Source // that the place knows
	platform string       // that the setup comes from
	settings bool         // some were taken over
	taken    []bot.Subscription
	refused  []bot.Text
	missing  []string // sources, folded
}

// take subscribes to one line, or says why not.
func (i *intake) take(ctx context.Context, n int, line *setupFilter) error {
	refuse := func(why bot.Text) error {
		i.refused = append(i.refused, bot.Join(bot.Plain("\n"), bot.Labeled(clipFilter(line.Filter).Styled(bot.Code), why)))
		return nil
	}
	f, err := filter.Parse(line.Filter)
	missing := i.unknown(line.Filter)
	switch {
	case err != nil:
		return refuse(bot.Say("the filter has a mistake"))
	case n >= maxImport:
		return refuse(bot.Count(maxImport, "a file may bring %d subscription", "a file may bring %d subscriptions"))
	case len(missing) > 0:
		i.missing = append(i.missing, missing...)
		return refuse(bot.Say("its source isn't followed here"))
	}
	s := bot.Subscription{Target: i.r.Target, Filter: f.String(), CreatedBy: i.r.User.ID}
	if line.Stories == string(bot.Apart) {
		s.Stories = bot.Apart
	}
	i.takePreferences(ctx, line, &s)
	s, err = i.h.store.Subscribe(ctx, s)
	fault, tooMany := errors.AsType[*bot.UserError](err)
	switch {
	case errors.Is(err, bot.ErrExists):
		return refuse(bot.Say("this chat has it already"))
	case tooMany:
		return refuse(fault.Text)
	case err != nil:
		return fmt.Errorf("subscribe %s: %w", i.r.Target, err)
	}
	i.taken = append(i.taken, s)
	return nil
}

// clipFilter returns a filter as it is named in a list.
func clipFilter(text string) bot.Text {
	if text == "" {
		return bot.Say("every article")
	}
	return bot.Plain(clip(text))
}

// unknown returns the sources that a filter asks for and that aren't followed in the place.
func (i *intake) unknown(text string) []string {
	var list []string
	for _, name := range sourcesNamed(text) {
		if !slices.ContainsFunc(i.sources, func(s bot.Source) bool { return filter.Fold(s.Name) == name }) {
			list = append(list, name)
		}
	}
	return list
}

// report says what was taken over and what wasn't.
func (i *intake) report() bot.Text {
	t := bot.Say("Nothing imported.")
	if n := len(i.taken); n > 0 {
		t = bot.Join(bot.Count(n, "Imported %d subscription:", "Imported %d subscriptions:"), subscriptionLines(i.taken))
	}
	if i.settings {
		t = joinLines(t, bot.Say("Its settings apply here now, too."))
	}
	if len(i.refused) == 0 {
		return t
	}
	return bot.Join(append([]bot.Text{t, bot.Plain("\n\n"), bot.Say("Not imported:")}, i.refused...)...)
}

// asksFor names the sources that are missing, as the file knows them.
func (i *intake) asksFor(known []setupSource) bot.Text {
	slices.Sort(i.missing)
	var names []string
	for _, name := range slices.Compact(i.missing) {
		label := name
		if n := slices.IndexFunc(known, func(s setupSource) bool { return filter.Fold(s.Name) == name }); n >= 0 {
			label = strings.TrimSpace(known[n].Name + " " + parenthesis(known[n].Title) + known[n].Address)
		}
		names = append(names, bot.CleanText(label, bot.MaxName))
	}
	if len(names) == 0 {
		return nil
	}
	return bot.Join(bot.Plain("\n\n"), bot.Say("Missing here: %s. Add what is missing, as in %s, and import the file again: what is here stays.",
		bot.List(bot.Plains(names)...), bot.Styled("/subscribe https://example.com/feed.xml", bot.Code)))
}

// parenthesis puts a text in parentheses, with a space behind it.
func parenthesis(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ") "
}
