package main

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"tidings/bot"
	"tidings/bot/discord"
	"tidings/bot/telegram"
	"tidings/internal/store"
)

// exhibit is a message about a report that stands in a chat.
type exhibit struct {
	id        string
	report    int    // 0 where it was withdrawn, as nothing names it any more, until the ledger says which
	title     string // empty where it was withdrawn
	withdrawn bool
	listed    bool // with others in one message, which keeps its headlines as they were posted, but for those withdrawn
}

// exhibits returns the alerts that a target shows, in order.
func (w *world) exhibits(to bot.Target) []exhibit {
	w.t.Helper()
	var list []exhibit
	entry := regexp.MustCompile(`Report (\d+), version \d+|Withdrawn by the source`)
	add := func(id, text string) {
		all := entry.FindAllStringSubmatch(text, -1)
		for _, m := range all {
			e := exhibit{id: id, listed: len(all) > 1, withdrawn: m[1] == ""}
			if !e.withdrawn {
				n, err := strconv.Atoi(m[1])
				if err != nil {
					w.t.Fatal(err)
				}
				e.report, e.title = n, m[0]
			}
			list = append(list, e)
		}
	}
	if to.Platform == discord.Platform {
		for _, m := range w.discord.Messages(to.Chat) {
			text := m.Content // of a bare alert, or of a list
			for _, e := range m.Embeds {
				text += "\n" + e.Title + "\n" + e.Description
			}
			if m.EphemeralTo == "" {
				add(m.ID, text)
			}
		}
		return list
	}
	chat, err := strconv.ParseInt(to.Chat, 10, 64)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range w.telegram.Messages(chat) {
		if m.From.IsBot {
			add(strconv.Itoa(m.ID), m.Text)
		}
	}
	return list
}

// audit is the result of comparing the store's ledger with what the stand-ins show.
type audit struct {
	reports, deliveries     int
	posts, edits, needless  int // that the ledger has: sent, and not needed any more
	unseen                  int // of needless, those withdrawn so soon that the ledger never had them
	listed                  int // of posts, those that went out with others in one message
	lost, disordered, stale int
	doubles                 map[string]int // by platform
	lags                    []float64      // seconds from the store to the platform's receipt
}

// report compares the store's ledger with what the stand-ins show, and writes a table of it below what was done.
func (w *world) report(db *store.Store, reports []report, done [][2]any) {
	w.t.Helper()
	a := w.audit(db, reports)
	st, err := db.Stats(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	if n := a.doubles[discord.Platform]; n > 0 {
		w.t.Errorf("%d alerts came twice on Discord", n)
	}
	if n := int64(a.doubles[telegram.Platform]); n > st.Uncertain {
		w.t.Errorf("%d alerts came twice on Telegram, and only %d sends are on record as in flight at a fault", n, st.Uncertain)
	}
	var table strings.Builder
	tabs := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, row := range slices.Concat([][2]any{{"seed", *soakSeed}}, done, [][2]any{
		{"articles", a.reports},
		{"targets", len(w.targets())},
		{"deliveries", a.deliveries},
		{"posts sent", a.posts},
		{"in lists", a.listed},
		{"edits sent", a.edits},
		{"not needed any more", a.needless},
		{"of them never looked at", a.unseen},
		{"lost", a.lost},
		{"out of order", a.disordered},
		{"not the newest revision", a.stale},
		{"doubles on Discord", a.doubles[discord.Platform]},
		{"doubles on Telegram", a.doubles[telegram.Platform]},
		{"outcome unknown, on record", st.Uncertain},
		{"answers 429", w.discord.Counters().RateLimited + w.telegram.Stats().Limited},
		{"seconds to receipt, p50", fmt.Sprintf("%.2f", quantile(a.lags, 0.5))},
		{"seconds to receipt, p99", fmt.Sprintf("%.2f", quantile(a.lags, 0.99))},
	}) {
		fmt.Fprintf(tabs, "%v\t%v\n", row[0], row[1])
	}
	_ = tabs.Flush()
	w.t.Logf("%s, %d processors\n%s", runtime.GOOS, runtime.NumCPU(), &table)
}

// audit compares what a ledger says of all reports with what stands in the chats.
func (w *world) audit(db *store.Store, reports []report) *audit {
	w.t.Helper()
	a := &audit{reports: len(reports), doubles: map[string]int{}}
	for at, to := range w.targets() {
		shown := w.exhibits(to)
		traces := map[int]bot.Trace{}
		for i := range reports {
			if desk(reports[i].number) != desk(at) {
				continue
			}
			trace, err := db.Trace(w.ctx, to, reports[i].id)
			if err != nil {
				w.t.Fatal(err)
			}
			traces[i] = trace
			identify(shown, &reports[i], trace)
		}
		a.order(w.t, to, shown)
		for i, trace := range traces {
			a.check(w.t, to, &reports[i], trace, shown)
		}
	}
	return a
}

// identify notes which entry of which message is a report that was withdrawn, by its place in the ledger: a list has its
// entries in the order of the reports.
func identify(shown []exhibit, r *report, trace bot.Trace) {
	if !r.withdrawn || len(trace.Steps) == 0 {
		return
	}
	for i := range shown {
		if e := &shown[i]; e.report == 0 && e.id == trace.Steps[0].Receipt.MessageID {
			e.report = r.number
			return
		}
	}
}

// order checks that each report appears after those before it, and counts those that appear more than once. What was withdrawn and is
// nobody's is a copy too, of a post that was made as withdrawn and never confirmed.
func (a *audit) order(t testing.TB, to bot.Target, shown []exhibit) {
	seen, last := map[int]bool{}, 0
	for _, e := range shown {
		switch {
		case seen[e.report], e.report == 0:
			a.doubles[to.Platform]++
			continue
		case e.report < last:
			a.disordered++
			t.Errorf("%v shows report %d after report %d", to, e.report, last)
		}
		seen[e.report], last = true, max(last, e.report)
	}
}

// check compares one report's steps with the message that they led to.
func (a *audit) check(t testing.TB, to bot.Target, r *report, trace bot.Trace, shown []exhibit) {
	a.deliveries++
	if len(trace.Steps) == 0 { // which is right for what was withdrawn before anybody looked at it
		if !r.withdrawn {
			a.lost++
			t.Errorf("%v: report %d is not in the ledger", to, r.number)
			return
		}
		a.unseen++
		trace.Steps = []bot.Step{{State: bot.Superseded}}
	}
	for _, s := range trace.Steps[1:] {
		if s.State == bot.Sent {
			a.edits++
		} else {
			a.needless++
		}
	}
	post := trace.Steps[0]
	switch {
	case post.State == bot.Superseded && r.withdrawn:
		a.needless++
		if i := slices.IndexFunc(shown, func(e exhibit) bool { return e.report == r.number }); i >= 0 {
			a.stale++
			t.Errorf("%v: report %d was withdrawn before it was posted, says the ledger; the chat shows %+v", to, r.number, shown[i])
		}
		return
	case post.State != bot.Sent:
		a.lost++
		t.Errorf("%v: report %d is %s in the end: %s", to, r.number, post.State, post.Reason)
		return
	}
	a.posts++
	if lag := post.Settled.Sub(trace.Revisions[0]); lag.Abs() < 50*time.Minute { // no step of an hour or a day fell between
		a.lags = append(a.lags, lag.Seconds())
	}
	i := slices.IndexFunc(shown, func(e exhibit) bool {
		return e.id == post.Receipt.MessageID && (!e.listed || e.report == r.number)
	})
	if i < 0 {
		a.lost++
		t.Errorf("%v: the ledger has message %q for report %d (withdrawn: %t), and the chat does not; it shows %+v\n%+v",
			to, post.Receipt.MessageID, r.number, r.withdrawn, shown, trace.Steps)
		return
	}
	e := shown[i]
	if e.listed {
		a.listed++
	}
	if e.report != r.number || e.withdrawn != r.withdrawn || !e.listed && !r.withdrawn && e.title != r.title() {
		a.stale++
		t.Errorf("%v: report %d is %q, withdrawn: %t; the chat shows %+v\n%+v", to, r.number, r.title(), r.withdrawn, e, trace.Steps)
	}
}

// targets returns all places that there are.
func (w *world) targets() []bot.Target {
	var list []bot.Target
	for _, c := range w.channels {
		list = append(list, bot.Target{Platform: discord.Platform, Space: w.discord.Messages(c)[0].GuildID, Chat: c})
	}
	for _, c := range w.chats {
		list = append(list, bot.Target{Platform: telegram.Platform, Chat: strconv.FormatInt(c, 10)})
	}
	return list
}

// drained reports whether a store has nothing left to do.
func drained(ctx context.Context, db *store.Store) (bool, error) {
	cursor, err := db.Cursor(ctx)
	if err != nil {
		return false, err
	}
	if left, err := db.EntriesAfter(ctx, cursor, 1); err != nil || len(left) > 0 {
		return false, err
	}
	n, err := backlog(ctx, db)
	return n == 0, err
}

// backlog returns how many deliveries wait.
func backlog(ctx context.Context, db *store.Store) (int64, error) {
	st, err := db.Stats(ctx)
	sum := int64(0)
	for _, n := range st.Backlog {
		sum += n
	}
	return sum, err
}

// seconds of a duration, as people read them.
func seconds(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }
