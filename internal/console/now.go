package console

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

// nowView is what the page Now shows.
type nowView struct {
	Platforms []platformView
	Stats     bot.Stats
	OnHold    []onHold
	Requests  []answer.FeedRequest
	Suspended []chatRow
	Failing   []sourceRow
}

// fewShown is how many of what is suspended, fails or asks for a decision the page lists.
const fewShown = 5

// platformView is how a platform does.
type platformView struct {
	Name    string
	State   string // in words
	Since   time.Time
	Mood    string // good, waits or bad
	Backlog int64
	Delay   bot.Delay
	Sum     bar // of what this process did in the last hours
	Sent    chart
	Took    chart
}

// onHold is a source with articles that wait for a decision.
type onHold struct {
	bot.BulkUpdate
	Source bot.Source
}

// showNow is the page Now.
func (c *Console) showNow(x *exchange) (any, error) { return c.lookNow(x.Context()) }

func (c *Console) lookNow(ctx context.Context) (v nowView, err error) {
	if v.Stats, err = c.cfg.Store.Stats(ctx); err != nil {
		return v, err
	}
	updates, err := c.cfg.Store.BulkUpdates(ctx)
	if err != nil {
		return v, err
	}
	for _, u := range updates {
		s, err := c.cfg.Store.Source(ctx, u.Source)
		if err != nil {
			return v, err
		}
		v.OnHold = append(v.OnHold, onHold{BulkUpdate: u, Source: s})
	}
	if v.Requests, err = answer.OpenRequests(ctx, c.cfg.Store, pageSize); err != nil {
		return v, err
	}
	suspended, err := c.cfg.Store.Targets(ctx, bot.TargetQuery{Suspended: true, Limit: fewShown})
	if err != nil {
		return v, err
	}
	for _, k := range suspended {
		v.Suspended = append(v.Suspended, newChatRow(k))
	}
	failing, err := c.cfg.Store.SourcePage(ctx, bot.SourceQuery{State: bot.FailingSources, Limit: fewShown})
	if err != nil {
		return v, err
	}
	for i := range failing {
		v.Failing = append(v.Failing, sourceRow{Source: failing[i], Mood: "bad", Says: answer.SourceState(&failing[i], c.cfg.Now()).String()})
	}
	for _, name := range c.cfg.Platforms {
		v.Platforms = append(v.Platforms, c.lookAt(name, v.Stats.Backlog[name]))
	}
	slices.SortFunc(v.Platforms, func(a, b platformView) int { return cmp.Compare(a.Name, b.Name) })
	return v, nil
}

func (c *Console) lookAt(platform string, backlog int64) platformView {
	v := platformView{Name: platform, Backlog: backlog, Delay: c.cfg.Bot.Delay(platform)}
	state := c.cfg.Bot.PlatformState(platform)
	v.State, v.Mood, v.Since = describe(state, c.cfg.Bot.IsLeader(platform))
	bars := c.cfg.History.of(platform)
	v.Sum, v.Sent, v.Took = sums(bars), sentChart(platform, bars, c.cfg.Zone), delayChart(platform, bars, c.cfg.Zone)
	return v
}

// describe says in words how a platform does, whether that is good, and since when it is otherwise.
func describe(s bot.PlatformState, leads bool) (words, mood string, since time.Time) {
	switch fault := s.ClockFault(); {
	case !s.Refused.IsZero():
		return "The platform refuses the bot's token. Restart the bot with a new one.", "bad", s.Refused
	case !s.OutOfReach.IsZero():
		return "Out of reach. What is to be sent waits.", "bad", s.OutOfReach
	case s.Connecting:
		return "Connecting.", "waits", time.Time{}
	case fault != "":
		return fmt.Sprintf("Connected, but this machine's clock is %s, so no embargo ends until it is set right.", fault), "bad", time.Time{}
	case leads:
		return "Connected.", "good", time.Time{}
	case s.Connected:
		return "Connected. Another replica sends.", "good", time.Time{}
	}
	return "Another replica is at work, this one stands by.", "waits", time.Time{}
}
