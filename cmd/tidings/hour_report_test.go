package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tidings/bot/discord"
	"tidings/bot/telegram"
)

// columns is a table in the making.
type columns struct {
	text strings.Builder
	tabs *tabwriter.Writer
}

func newColumns() *columns {
	c := &columns{}
	c.tabs = tabwriter.NewWriter(&c.text, 0, 0, 2, ' ', 0)
	return c
}

// head begins another part of the table.
func (c *columns) head(cells ...any) {
	fmt.Fprintln(c.tabs)
	c.row(cells...)
}

func (c *columns) row(cells ...any) {
	for i, cell := range cells {
		if i > 0 {
			fmt.Fprint(c.tabs, "\t")
		}
		switch v := cell.(type) {
		case float64:
			fmt.Fprintf(c.tabs, "%.2f", v)
		case time.Duration:
			fmt.Fprint(c.tabs, v.Round(100*time.Millisecond))
		default:
			fmt.Fprint(c.tabs, v)
		}
	}
	fmt.Fprintln(c.tabs)
}

func (c *columns) String() string {
	_ = c.tabs.Flush() // a strings.Builder takes all
	return c.text.String()
}

// report prints what was found.
func (h *busyHour) report(a *hourAudit) {
	h.t.Helper()
	c := newColumns()
	h.reportHour(c, a)
	h.reportDelays(c, a)
	if n := len(h.meter.samples); n > 0 {
		h.reportMinutes(c, a)
		h.reportUse(c, a, &h.meter.samples[n-1])
		h.reportDatabase(c, h.meter.samples[n-1].at)
	}
	h.t.Logf("%s, %d processors\n%s", runtime.GOOS, runtime.NumCPU(), c)
}

func (h *busyHour) reportHour(c *columns, a *hourAudit) {
	c.row("lasts", *hourLength, fmt.Sprintf("by clocks that go %d times as fast as the machine's", *hourSpeed))
	c.row("feeds", len(h.papers.list), fmt.Sprintf("%d fetches, %d of them slow, %d refused", h.papers.fetches, h.papers.slow, h.papers.broken))
	c.row("chats", len(h.crowd.targets), fmt.Sprintf("%d subscriptions", len(h.crowd.targets)*(1+fourTopics)))
	c.row("articles", a.stories, fmt.Sprintf("%d alerts wanted", a.alerts))
	c.row("filling the database took", h.loaded)
	c.row("three replicas to their first alert", h.warm)
	c.row("leaders killed", h.kills)
	c.row("all was sent after", h.drained)
	c.row("lost", a.lost, fmt.Sprintf("%d not sent by the ledger", a.unsettled))
	c.row("not asked for", a.unasked)
	c.row("twice on Discord", a.doubles[discord.Platform])
	c.row("twice on Telegram", a.doubles[telegram.Platform], fmt.Sprintf("%d sends of unknown outcome are on record", a.uncertain))
	c.row("answers 429", h.discord.Counters().RateLimited+h.telegram.Stats().Limited)
}

func (h *busyHour) reportDelays(c *columns, a *hourAudit) {
	c.head("SECONDS FROM STORE TO RECEIPT", "alerts", "p50", "p99", "most")
	for _, name := range slices.Sorted(maps.Keys(a.delays)) {
		list := a.delays[name]
		c.row(name, len(list), quantile(list, 0.5), quantile(list, 0.99), quantile(list, 1))
	}
}

// fifth is how many minutes of the hour a line of the report sums up.
const fifth = 5

// reportMinutes prints what waited and what went out.
func (h *busyHour) reportMinutes(c *columns, a *hourAudit) {
	c.head("MINUTE", "Telegram: urgent waiting", "ordinary", "sent a second", "Discord: urgent waiting", "ordinary", "sent a second",
		"feeds late", "the latest by", "MB of replicas")
	for i := fifth - 1; i < len(h.meter.samples); i += fifth {
		s := &h.meter.samples[i]
		minute := h.minute(s.at)
		c.row(minute,
			s.waiting["telegram urgent"], s.waiting["telegram ordinary"], a.rate(telegram.Platform, minute-fifth, minute),
			s.waiting["discord urgent"], s.waiting["discord ordinary"], a.rate(discord.Platform, minute-fifth, minute),
			s.late, s.latest, fmt.Sprintf("%.0f", s.memory))
	}
}

// minute returns the sixtieth of the hour that a time is nearest to the end of.
func (h *busyHour) minute(at time.Duration) int { return int((at*60 + *hourLength/2) / *hourLength) }

// rate returns how many alerts a second were sent between two minutes of the hour.
func (a *hourAudit) rate(platform string, from, to int) float64 {
	sum := 0
	for n := from; n < to; n++ {
		sum += a.minutes[platform][n]
	}
	return float64(sum) / (float64(to-from) * hourLength.Seconds() / 60)
}

// busiest returns how many alerts a second a platform got in those minutes that began and ended with alerts waiting for it, and
// how many these were.
func (h *busyHour) busiest(a *hourAudit, platform string) (rate float64, minutes int) {
	waits := func(s *sample) bool { return s.waiting[platform+" urgent"]+s.waiting[platform+" ordinary"] > 100 }
	for i := 1; i < len(h.meter.samples); i++ {
		if s := &h.meter.samples[i]; waits(&h.meter.samples[i-1]) && waits(s) {
			minute := h.minute(s.at)
			rate += a.rate(platform, minute-1, minute)
			minutes++
		}
	}
	return rate / float64(max(minutes, 1)), minutes
}

// reportUse prints how much there is of what an hour uses, and how much was used.
func (h *busyHour) reportUse(c *columns, a *hourAudit, last *sample) {
	used := last.used.minus(h.meter.before)
	hour, speed := last.at.Seconds(), float64(*hourSpeed)
	c.head("USED", "", "of")
	for _, platform := range []string{telegram.Platform, discord.Platform} {
		rate, minutes := h.busiest(a, platform)
		limit := map[string]int{telegram.Platform: 30, discord.Platform: 50}[platform]
		c.row(platform+"'s token, a second", rate, limit, fmt.Sprintf("in the %d minutes in which alerts waited for it all the time", minutes))
	}
	share := func(seconds float64) string { return fmt.Sprintf("%.2f without the haste", seconds/hour) }
	c.row("processors by PostgreSQL", used.database/hour*speed, runtime.NumCPU(), share(used.database))
	c.row("processors by the replicas", used.replicas/hour*speed, runtime.NumCPU(), share(used.replicas))
	c.row("processors by stand-ins, papers and this test", used.here/hour*speed, runtime.NumCPU())
	c.row("processors by everything on the machine", used.busy/(used.busy+used.idle)*float64(runtime.NumCPU()), runtime.NumCPU())
	c.row("fetches a second", float64(h.papers.fetches)/hour)
	c.row("MB of each replica at most", fmt.Sprintf("%.0f", h.meter.peaks))
	working := 0
	for _, n := range h.meter.waits {
		working += n
	}
	c.row("connections of the replicas at work", float64(working)/float64(max(h.meter.looks, 1)), 36)
	for _, what := range slices.SortedFunc(maps.Keys(h.meter.waits), func(a, b string) int { return h.meter.waits[b] - h.meter.waits[a] }) {
		if n := float64(h.meter.waits[what]) / float64(h.meter.looks); n >= 0.02 {
			c.row("  "+what, n)
		}
	}
}

// reportDatabase prints what the database spent its time on.
func (h *busyHour) reportDatabase(c *columns, hour time.Duration) {
	c.head("TIME OF THE DATABASE", "share", "calls a second", "ms each")
	for _, s := range h.statements {
		text := s.text[:min(len(s.text), 100)]
		share := fmt.Sprintf("%.1f %%", 100*s.milliseconds/h.allStatements)
		c.row(text, share, float64(s.calls)/hour.Seconds(), s.milliseconds/float64(s.calls))
	}
}
