package poll

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// Agent identifies us to servers. They decide by it whom to let in, so it is honest and
// does not change from one request to the next.
type Agent struct {
	Name string // and version, as in Tidings/1.2
	// Home is a page about this bot, if there is one.
	Home string
	// Subscribers counts those who read what is fetched. Nil leaves the number out.
	Subscribers func(ctx context.Context) (int64, error)
}

// countEvery is how often subscribers are counted.
const countEvery = time.Hour

// header returns the agent as a header says it: Tidings/1.2 (+https://bot.example; 12 subscribers).
func (a Agent) header(subscribers int64) string {
	var about []string
	if a.Home != "" {
		about = append(about, "+"+a.Home)
	}
	if a.Subscribers != nil {
		noun := "subscribers"
		if subscribers == 1 {
			noun = "subscriber"
		}
		about = append(about, fmt.Sprintf("%d %s", subscribers, noun))
	}
	name := cmp.Or(a.Name, "Tidings")
	if len(about) == 0 {
		return name
	}
	return name + " (" + strings.Join(about, "; ") + ")"
}

// countSubscribers counts the subscribers anew.
func (p *Poller) countSubscribers(ctx context.Context) {
	if p.agent.Subscribers == nil {
		return
	}
	n, err := p.agent.Subscribers(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Warn("subscribers not counted", "err", err)
		}
		return
	}
	p.setAgent(p.agent.header(n))
}
