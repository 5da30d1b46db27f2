package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

const (
	// BacktestDays is how far back a filter is tried unless told otherwise, maxTrialDays how far it can be.
	BacktestDays    = 7
	maxBacktestDays = 90
	// trialSamples is how many of the newest articles a trial shows.
	trialSamples = 5
)

// Backtest is what a filter took of the articles of the last days. [RunBacktest] and [RunBacktestAll] make one.
type Backtest struct {
	bot.Tally
	filter *filter.Filter
	starts []time.Time // of the days, in the zone that people read; nil for an archive of any age
	now    time.Time
}

// Tallier counts what filters match.
type Tallier interface {
	// Tally counts what a filter matches, as far as a person would wait for it.
	Tally(ctx context.Context, q bot.TallyQuery) (bot.Tally, error)
}

// RunBacktest holds f against the articles of the last days, today in now's location among them, and keeps the newest as samples.
func RunBacktest(ctx context.Context, archive Tallier, f *filter.Filter, now time.Time, days, samples int) (Backtest, error) {
	t := Backtest{filter: f, now: now}
	for i := range days {
		t.starts = append(t.starts, time.Date(now.Year(), now.Month(), now.Day()-days+1+i, 0, 0, 0, 0, now.Location()))
	}
	var err error
	if t.Tally, err = archive.Tally(ctx, bot.TallyQuery{Filter: f, Starts: t.starts, Samples: samples}); err != nil {
		return Backtest{}, fmt.Errorf("try %q: %w", f, err)
	}
	return t, nil
}

// RunBacktestAll holds f against the archive, whatever its age.
func RunBacktestAll(ctx context.Context, archive Tallier, f *filter.Filter, samples int) (Backtest, error) {
	tally, err := archive.Tally(ctx, bot.TallyQuery{Filter: f, Starts: []time.Time{{}}, Samples: samples})
	if err != nil {
		return Backtest{}, fmt.Errorf("try %q: %w", f, err)
	}
	return Backtest{Tally: tally, filter: f}, nil
}

// try holds f against the articles of the last days.
func (h *Handler) try(ctx context.Context, f *filter.Filter, days, samples int) (Backtest, error) {
	return RunBacktest(ctx, h.store, f, h.now().In(h.zone), days, samples)
}

// perDay returns how many alerts a day the filter would have caused. Days before the first article do not count, nor does
// what is left of today; where not all articles were looked at, the rest is taken to be alike.
func (t *Backtest) perDay() float64 {
	taken := float64(t.TotalTaken())
	if t.Partial && t.Looked > 0 {
		taken *= float64(t.Total()) / float64(t.Looked)
	}
	for i, n := range t.Articles {
		if n > 0 && i < len(t.starts) {
			return taken / max(1, t.now.Sub(t.starts[i]).Hours()/24)
		}
	}
	return 0
}

// busiest returns the day with the most alerts.
func (t *Backtest) busiest() (day, alerts int) {
	for i, n := range t.Taken {
		if n > alerts {
			day, alerts = i, n
		}
	}
	return day, alerts
}

// cost says how many alerts the filter would cause: what people can count on, and the worst day if that is far from it.
func (t *Backtest) cost() string {
	perDay := t.perDay()
	s := rate(perDay)
	if day, most := t.busiest(); most > 2 && float64(most) > 1.5*max(perDay, 1) {
		s += fmt.Sprintf(", and %s on the busiest day, %s", thousands(most), t.starts[day].Format("Mon 2 Jan"))
	}
	return s
}

// rate returns alerts a day in words.
func rate(perDay float64) string {
	const week = 7
	switch perWeek := perDay * week; {
	case perDay >= 1.5:
		return fmt.Sprintf("about %s alerts a day", thousands(int(math.Round(perDay))))
	case perDay >= 0.75:
		return "about one alert a day"
	case perWeek >= 1.5:
		return fmt.Sprintf("about %d alerts a week", int(math.Round(perWeek)))
	case perWeek >= 0.75:
		return "about one alert a week"
	case perDay > 0:
		return "less than one alert a week"
	}
	return "no alerts"
}

// Summary says how many of how many articles the filter takes, and what that would cost.
func (t *Backtest) Summary() bot.Text {
	name := bot.Styled(t.filter.String(), bot.Code)
	if t.filter.Empty() {
		name = bot.Plain("An empty filter")
	}
	taken := "none"
	if n := t.TotalTaken(); n > 0 {
		taken = thousands(n)
	}
	text := bot.Join(name, bot.Plain(" takes "+taken+" of "+t.looked()))
	if len(t.starts) == 0 || t.TotalTaken() == 0 {
		return bot.Join(text, bot.Plain("."))
	}
	return bot.Join(text, bot.Plain(": "+t.cost()+"."))
}

// looked says which articles the filter was held against.
func (t *Backtest) looked() string {
	period := "in the archive"
	if n := len(t.starts); n > 0 {
		period = lastDays(n)
	}
	if t.Partial {
		return fmt.Sprintf("the newest %s of %s articles %s", thousands(t.Looked), thousands(t.Total()), period)
	}
	noun := " articles "
	if t.Total() == 1 {
		noun = " article "
	}
	return thousands(t.Total()) + noun + period
}

// lastDays says which articles were tried.
func lastDays(n int) string {
	if n == 1 {
		return "of today"
	}
	return "of the last " + count(n, "day")
}

// samples shows the newest articles that the filter takes, with what matched set apart.
func (h *Handler) samples(t *Backtest) bot.Text {
	var text bot.Text
	for i := range t.Newest {
		a := &t.Newest[i]
		hits, _ := t.filter.Explain(filter.NewDocument(a.Fields()))
		text = bot.Join(text, bot.Plain("\n\n"), h.headline(a, hits), because(a, hits))
	}
	return text
}

const (
	maxBars  = 14 // lines
	barWidth = 12 // columns
)

// Bars draws, in monospace below a line feed, how many articles the filter takes of each day, or of several days where there are many.
func (t *Backtest) Bars() bot.Text {
	if len(t.starts) < 2 || t.TotalTaken() == 0 {
		return nil
	}
	size := (len(t.starts) + maxBars - 1) / maxBars
	var groups []int
	most := 0
	for i, n := range t.Taken {
		if i%size == 0 {
			groups = append(groups, 0)
		}
		groups[len(groups)-1] += n
		most = max(most, groups[len(groups)-1])
	}
	unknown := t.unknown()
	digits := len(thousands(most))
	lines := make([]string, len(groups))
	for i, n := range groups {
		number, bar := thousands(n), block(n, most)
		if i*size < unknown {
			number, bar = "?", ""
		}
		lines[i] = strings.TrimRight(fmt.Sprintf("%s %*s %s", t.starts[i*size].Format("Mon _2 Jan"), digits, number, bar), " ")
	}
	text := bot.Join(bot.Plain("\n"), bot.Styled(strings.Join(lines, "\n"), bot.Pre))
	if size > 1 {
		text = bot.Join(text, bot.Plain(fmt.Sprintf("\nA line stands for %d days from that one on.", size)))
	}
	return text
}

// unknown returns how many of the first days were not looked at to their end.
func (t *Backtest) unknown() int {
	looked := 0
	for i, n := range slices.Backward(t.Articles) {
		if looked += n; t.Partial && looked > t.Looked {
			return i + 1
		}
	}
	return 0
}

// block draws n of most as a bar, to an eighth of a column.
func block(n, most int) string {
	const eighths = " ▏▎▍▌▋▊▉"
	if n == 0 {
		return ""
	}
	long := max(1, (n*barWidth*8+most/2)/most)
	bar := strings.Repeat("█", long/8)
	if rest := long % 8; rest > 0 {
		bar += string([]rune(eighths)[rest])
	}
	return bar
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
