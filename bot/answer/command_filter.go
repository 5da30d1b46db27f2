package answer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/typo"
)

// filterSet answers /filter set.
func (h *Handler) filterSet(ctx context.Context, r bot.Request) (bot.Message, error) {
	u, err := h.understand(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	m, err := h.changeFilter(ctx, r, u.String())
	if err != nil {
		return m, err
	}
	t, err := h.try(ctx, r.Target.Place(), u.Filter, BacktestDays, 0)
	if err != nil {
		return m, err
	}
	more, err := h.remark(ctx, r.Target.Place(), &u, t.TotalMatched(), action{"filter set", map[string]string{"number": r.Args["number"]}})
	m.Text, m.Buttons = bot.Join(m.Text, more.text), more.buttons
	return m, err
}

// filterClear answers /filter clear.
func (h *Handler) filterClear(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.changeFilter(ctx, r, "")
}

func (h *Handler) changeFilter(ctx context.Context, r bot.Request, text string) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	err = h.store.SetFilter(ctx, s.ID, text)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, h.alreadySubscribed(text)
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("set the filter of subscription %d: %w", s.ID, err)
	}
	return bot.Message{Text: bot.Say("Subscription %s now sends %s.", strconv.Itoa(s.Number), about(text))}, nil
}

// filterTest answers /filter test: what the filter matches of the last days' articles.
func (h *Handler) filterTest(ctx context.Context, r bot.Request) (bot.Message, error) {
	takeTrailingWhen(&r)
	u, err := h.understand(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	days := r.Number("days", BacktestDays)
	t, err := h.try(ctx, r.Target.Place(), u.Filter, days, backtestSamples)
	if err != nil {
		return bot.Message{}, err
	}
	var note bot.Text
	if t.Total() == 0 {
		// A store that holds only an old archive can still show what the filter does.
		if t, err = RunBacktestAll(ctx, archiveIn{h.store, r.Target.Place()}, u.Filter, backtestSamples); err != nil {
			return bot.Message{}, err
		}
		note = bot.Join(bot.Plain(" "), bot.Say("None of them is %s.", lastDays(days)))
	}
	if t.Total() == 0 {
		return bot.Message{Text: bot.Say("There are no articles yet to test a filter on.")}, nil
	}
	args := withPreferences(&r, nil)
	if r.Args["days"] != "" {
		args["days"] = r.Args["days"]
	}
	coming, err := h.forecast(ctx, &r, &t)
	if err != nil {
		return bot.Message{}, err
	}
	note = joinLines(bot.Join(t.Summary(), note), coming)
	more, err := h.remark(ctx, r.Target.Place(), &u, t.TotalMatched(), action{"filter test", args})
	return bot.Message{Text: bot.Join(note, more.text, t.Bars(), h.samples(&t)), Buttons: more.buttons, Counted: t.counted()}, err
}

// routeFilter returns the subcommand of /filter that a line without one is for: "1 missile" sets a filter, "1" edits it, and
// "missile" is tested.
func routeFilter(line string) string {
	word, rest := cutWord(line)
	number := isNumber(word)
	second, _ := cutWord(rest)
	subcommands := []string{"set", "clear", "edit", "test"}
	switch {
	case word == "", number && oneOf(second, subcommands...) != "":
		return ""
	case number && rest == "":
		return "edit"
	case number:
		return "set"
	}
	switch strings.ToLower(word) {
	case "add", "remove", "delete", "change", "new", "list", "show", "help", "on", "off":
		return "" // of other bots; as a word to look for, few would try it
	}
	for _, sub := range subcommands {
		if typo.Distance(strings.ToLower(clip(word)), sub) <= 1 {
			return "" // mistyped
		}
	}
	return "test"
}

// because shows the passages that matched elsewhere than in the title.
func because(a *bot.Article, hits []filter.Hit) bot.Text {
	var t bot.Text
	shown := map[string]bool{}
	for _, hit := range hits {
		value, name := matched(a, hit)
		key := fmt.Sprint(hit.Field, hit.Index)
		if name == nil || shown[key] {
			continue
		}
		shown[key] = true
		t = bot.Join(t, bot.Plain("\n"), bot.Labeled(name, bot.Highlight(value, hits, hit.Field, hit.Index)))
	}
	return t
}

// matched returns the field of a that hit lies in, and what to call it; nothing for the title,
// which is shown anyway.
func matched(a *bot.Article, hit filter.Hit) (value string, name bot.Text) {
	switch {
	case hit.Field == filter.Summary:
		return a.Summary, bot.Say("summary")
	case hit.Field == filter.Author && hit.Index < len(a.Authors):
		return a.Authors[hit.Index], bot.Say("author")
	case hit.Field == filter.Tag && hit.Index < len(a.Tags):
		return a.Tags[hit.Index], bot.Say("tag")
	}
	return "", nil
}
