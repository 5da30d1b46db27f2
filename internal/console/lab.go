package console

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
)

// labView is what the page Filter lab shows.
type labView struct {
	Text    string
	Days    int
	Choices []int // of days
	Mistake *mistake
	Reading string // the filter as it is read, if that is not how it is typed
	// Says is what /filter test says, before and after its bars, which are a Chart here.
	Says, Samples bot.Text
	Chart         *chart
	Command       string
	Suggestions   []bot.Choice
}

// The days that a filter can be tried over, and how many it is unless one is picked.
const (
	labWeek    = 7
	labMonth   = 30
	labQuarter = 90
)

// showLab is the page Filter lab: what a filter would have matched. The script fetches it again as somebody types.
func (c *Console) showLab(x *exchange) (any, error) {
	v := labView{Text: strings.TrimSpace(x.FormValue("q")), Days: labMonth, Choices: []int{labWeek, labMonth, labQuarter}}
	if days, err := strconv.Atoi(x.FormValue("days")); err == nil && slices.Contains(v.Choices, days) {
		v.Days = days
	}
	if v.Text == "" {
		return v, nil
	}
	v.Suggestions = c.suggest(x.Context(), x.visitor, v.Text)
	f, wrong := parsed(v.Text)
	if wrong != nil {
		v.Mistake = wrong
		return v, nil
	}
	if read := f.String(); read != v.Text {
		v.Reading = read
	}
	v.Command = "/subscribe " + v.Text
	inv := onBehalf(x.visitor, command("filter test", bot.Target{}, map[string]string{"filter": v.Text, "days": strconv.Itoa(v.Days)}))
	answer := c.cfg.Bot.Handler().Invoke(x.Context(), inv)
	v.Says, v.Samples = aroundBars(answer.Text)
	v.Chart = labChart(answer.Counted)
	return v, nil
}

// suggest returns how the filter that somebody types may go on.
func (c *Console) suggest(ctx context.Context, v visitor, text string) []bot.Choice {
	inv := onBehalf(v, command("filter test", bot.Target{}, map[string]string{"filter": text}))
	return c.cfg.Bot.Handler().Complete(ctx, inv, "filter")
}

// aroundBars returns what an answer says before its bars and after them.
func aroundBars(t bot.Text) (before, after bot.Text) {
	at := slices.IndexFunc(t, func(s bot.Span) bool { return s.Style&bot.Pre != 0 })
	if at < 0 {
		return t, nil
	}
	after = t[at:]
	for len(after) > 0 && (after[0].Style&bot.Pre != 0 || strings.TrimSpace(after[0].Text) == "") {
		after = after[1:]
	}
	return t[:at], after
}

// labChart shows how many articles of each day a filter matches; nil if it matches none.
func labChart(found *bot.Counted) *chart {
	if found == nil || slices.Max(found.Matched) == 0 {
		return nil
	}
	days, most, all := len(found.Starts), slices.Max(found.Matched), 0
	ch := &chart{Since: found.Starts[0].Format("2 Jan"), Top: "articles a day, up to " + number(most), Width: days * barStep}
	for i, n := range found.Matched {
		if all += n; n == 0 {
			continue
		}
		high := scaled(n, most)
		ch.Bars = append(ch.Bars, chartBar{
			X: i * barStep, Width: barWidth, Y: chartHeight - high, Height: high, Kind: "sent",
			Says: found.Starts[i].Format("Mon 2 Jan") + ": " + count(n, "article"),
		})
	}
	ch.Label = fmt.Sprintf("Matching articles of each of the last %d days: %s, at most %s on a day", days, number(all), number(most))
	return ch
}
