package answer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// remarks are what an answer says of a filter beside what it is about: how it was read, what it can't find, and what it
// misses by a letter. Buttons act on each.
type remarks struct {
	text    bot.Text // each on a line of its own, with the break before it
	buttons [][]bot.Button
}

// action is what a button does with another filter: it runs a command with arguments, and that filter.
type action struct {
	command string
	args    map[string]string
}

// with returns the arguments of an action with one more.
func (a action) with(name, value string) map[string]string {
	args := map[string]string{name: value}
	maps.Copy(args, a.args)
	return args
}

// otherwise adds a button that does the action with another filter, in a row of its own unless the last has room.
func (h *Handler) otherwise(ctx context.Context, m *remarks, label bot.Text, text string, do action) error {
	args := maps.Clone(do.args)
	if args == nil {
		args = map[string]string{}
	}
	args["filter"] = text
	b, err := h.button(ctx, label, bot.PlainButton, do.command, args)
	if err != nil {
		return err
	}
	const wide = 2
	if n := len(m.buttons); n > 0 && len(m.buttons[n-1]) < wide {
		m.buttons[n-1] = append(m.buttons[n-1], b)
		return nil
	}
	m.buttons = append(m.buttons, []bot.Button{b})
	return nil
}

// remark returns what there is to say of a filter. The buttons do the action with what may be meant instead; matched is
// how many articles match, as far as they were counted.
func (h *Handler) remark(ctx context.Context, p bot.Place, u *understood, matched int, do action) (remarks, error) {
	m, err := h.readingRemark(ctx, u, do)
	if err != nil {
		return m, err
	}
	missing, err := h.unknownValues(ctx, p, u.Filter)
	if err != nil {
		return m, err
	}
	for i := range missing {
		m.text = bot.Join(m.text, bot.Plain("\n"), missing[i].missing())
		if meant := missing[i].meant(u.Filter); meant != "" {
			if err := h.otherwise(ctx, &m, bot.Plain(short(meant)), meant, do); err != nil {
				return m, err
			}
		}
	}
	if err := h.remarkOnSource(ctx, p, u, &m, do); err != nil {
		return m, err
	}
	near, err := FindNear(ctx, archiveIn{h.store, p}, u.Filter, h.now())
	if err != nil || near.Articles == 0 {
		return m, err
	}
	m.text = bot.Join(m.text, bot.Plain("\n"), near.Summary(matched))
	return m, h.otherwise(ctx, &m, bot.Say("Match both"), near.Widened, do)
}

// remarkOnSource says how to get all of a source whose name was typed as words, with a button that does.
func (h *Handler) remarkOnSource(ctx context.Context, p bot.Place, u *understood, m *remarks, do action) error {
	words := filter.Fold(strings.Trim(u.String(), `"“”`))
	if words == "" {
		return nil
	}
	s, err := h.sourceCalled(ctx, p, words)
	if s == nil || err != nil {
		return err
	}
	meant := filter.Source.String() + ":" + quote(s.Name)
	m.text = bot.Join(m.text, bot.Plain("\n"), bot.Say("To get all from %s: %s", clip(s.KnownAs()), code(meant)))
	return h.otherwise(ctx, m, bot.Plain(short(meant)), meant, do)
}

// mostTitles is among how many sources one is known by its outlet's name: all are read, at each filter that somebody types. Where
// there are more, one is known by its own name alone.
const mostTitles = 500

// sourceCalled returns the source whose name, or whose outlet's name, words are; nil if there is none.
func (h *Handler) sourceCalled(ctx context.Context, p bot.Place, words string) (*bot.Source, error) {
	named, err := h.store.SourceNamed(ctx, p, words)
	if err == nil {
		return &named, nil
	}
	if !errors.Is(err, bot.ErrNotFound) {
		return nil, fmt.Errorf("source of a name: %w", err)
	}
	sources, all, err := h.store.FirstSources(ctx, p, mostTitles)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	i := slices.IndexFunc(sources, func(s bot.Source) bool { return filter.Fold(s.KnownAs()) == words })
	if i < 0 || all > mostTitles {
		return nil, nil //nolint:nilnil // see above
	}
	return &sources[i], nil
}

// readingRemark says how a filter is read, where that is in doubt, with a button for each other reading.
func (h *Handler) readingRemark(ctx context.Context, u *understood, do action) (remarks, error) {
	m := remarks{text: bot.Join(u.note(), doubts(u.Filter))}
	for i := 1; i < len(u.readings); i++ {
		r := &u.readings[i]
		if err := h.otherwise(ctx, &m, label(r), r.Filter, do); err != nil {
			return m, err
		}
	}
	if _, meant := u.Meant(); meant != "" {
		return m, h.otherwise(ctx, &m, bot.Plain(short(meant)), meant, do)
	}
	return m, nil
}

// nearMissed says what words in other forms than a filter's an article has.
func nearMissed(f *filter.Filter, d *filter.Document) (widened string, text bot.Text) {
	misses := f.NearMisses(d)
	if len(misses) == 0 {
		return "", nil
	}
	return misses[0].Widened, bot.Say("it has %s", foundAs(misses))
}
