package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

// breaking is news that a wire reports.
type breaking struct {
	at      time.Duration // after the start of the hour
	urgency int
	regions []int
}

// hourNews is what the wires report in an hour. Four stories are for many chats; those that are for a few come all the
// time, so that it shows whether they get past the many.
func hourNews(length time.Duration) []breaking {
	part := func(minute float64) time.Duration { return time.Duration(minute / 60 * float64(length)) }
	list := []breaking{
		{at: part(5), urgency: 1, regions: []int{0, 1, 2, 3, 4, 5, 6}},
		{at: part(10), urgency: 3, regions: []int{5, 6}},
		{at: part(20), urgency: 5, regions: []int{8}},
		{at: part(30), urgency: 3, regions: []int{9}},
	}
	few := max(24, int(length/(10*time.Second)))
	for n := range few {
		urgency := 3
		switch n % 12 {
		case 0:
			urgency = 1
		case 3, 9:
			urgency = 8
		}
		list = append(list, breaking{at: time.Duration(n) * length / time.Duration(few), urgency: urgency})
	}
	slices.SortStableFunc(list, func(a, b breaking) int { return int(a.at - b.at) })
	return list
}

// play lets the hour pass.
func (h *busyHour) play() {
	h.t.Helper()
	var working sync.WaitGroup
	working.Go(func() { h.meter.run(h.ctx) })
	working.Go(h.reportNews)
	h.killLeaders()
	h.waitFor(*hourLength)
	h.papers.close()
	h.meter.stop()
	working.Wait()
	h.statements, h.allStatements = h.base.costliest(15)
}

// waitFor waits until a time of the hour.
func (h *busyHour) waitFor(at time.Duration) { rest(h.ctx, time.Until(h.start.Add(at))) }

// reportNews has the wires report.
func (h *busyHour) reportNews() {
	for _, b := range hourNews(*hourLength) {
		h.waitFor(b.at)
		h.publish(h.papers.write(b.urgency, b.regions...))
	}
}

// wireCount is how many wires there are: as many as keep each below the number of urgent articles that count as too many.
const wireCount = 40

// publish hands a story to some replica, and again until one confirms.
func (h *busyHour) publish(s *hourStory) {
	body, err := json.Marshal(map[string]any{
		"guid": s.key(), "title": s.title(), "summary": s.words(20), "url": "https://wire.example/" + s.key(), "urgency": s.urgency,
		"source": fmt.Sprintf("wire%d", s.number%wireCount), "published": time.Now().UTC().Format(time.RFC3339),
	})
	if err != nil {
		h.t.Error(err)
		return
	}
	for h.ctx.Err() == nil {
		if _, err = h.wires.post(h.ctx, body); err == nil {
			return
		}
		rest(h.ctx, 100*time.Millisecond)
	}
	h.t.Errorf("%s was not published: %v", s.title(), err)
}

// killLeaders kills the leaders of the platforms in turn, and has another replica join a minute later.
func (h *busyHour) killLeaders() {
	h.t.Helper()
	step := *hourLength / time.Duration(*hourKills+1)
	for n := range *hourKills {
		h.waitFor(time.Duration(n+1) * step)
		victim := h.leads([]string{"telegram", "discord"}[n%2])
		h.meter.note(victim)
		h.kill(victim.process)
		h.kills++
		h.leave(victim)
		h.listenTo()
		rest(h.ctx, *hourLength/60)
		r := &replica{wires: map[string]*wire{}}
		h.enlist(r)
		h.meter.watch(r)
		h.listenTo()
	}
}

// workOff waits until all that was published is sent.
func (h *busyHour) workOff() {
	h.t.Helper()
	h.discord.Faults.Clear()
	h.telegram.Faults.Clear()
	h.comes("every story is stored", func() bool { return h.base.count(`SELECT count(*) FROM articles`) >= len(h.papers.written()) })
	h.comes("everything is sent", func() bool { done, err := drained(h.ctx, h.db); return done && err == nil })
	h.drained = time.Since(h.start)
	for _, r := range slices.Clone(h.replicas) {
		h.meter.note(r)
		h.stop(r.process)
	}
}
