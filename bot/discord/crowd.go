package discord

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"tidings/bot"
)

const (
	// maxPerPerson, maxPerChannel and maxInHand are how many interactions are in hand at a time, being answered or
	// waiting for their turn.
	maxPerPerson  = 8
	maxPerChannel = 25
	maxInHand     = 1024
	// maxBrushed is how many rejected interactions are acknowledged at a time. The rest get no response.
	maxBrushed = 16
	// warnAgain is how long after a warning a person is warned again, and maxWarned how many people are remembered.
	warnAgain = time.Minute
	maxWarned = 1000
)

// admission says what becomes of an interaction.
type admission int

const (
	admitted admission = iota
	merged             // the same press is in hand already
	excess             // over the limit, and the person has been warned
	warn               // over the limit, and the response says so
)

// press is what makes two presses the same.
type press struct{ user, message, data string }

// crowd counts the interactions in hand and limits them by person and channel, so that no one delays the others. Its zero value
// is empty, and its methods may be called concurrently.
type crowd struct {
	mu       sync.Mutex // guards what follows
	total    int
	people   map[string]int
	channels map[string]int
	presses  map[press]bool
	warned   map[string]time.Time // by person
}

// enter admits or rejects an interaction. Whoever is admitted must leave.
func (c *crowd) enter(it *interaction, now time.Time) admission {
	c.mu.Lock()
	defer c.mu.Unlock()
	who, p := it.who(), it.press()
	switch {
	case p != (press{}) && c.presses[p]:
		return merged
	case c.total >= maxInHand || c.people[who] >= maxPerPerson || c.channels[it.ChannelID] >= maxPerChannel:
		return c.refuse(it, who, now)
	}
	if c.people == nil {
		c.people, c.channels, c.presses = map[string]int{}, map[string]int{}, map[press]bool{}
	}
	c.total++
	c.people[who]++
	c.channels[it.ChannelID]++
	if p != (press{}) {
		c.presses[p] = true
	}
	return admitted
}

// refuse returns warn for a person's first interaction over the limit, and excess for later ones and for
// autocompletions, which come with every keystroke. The lock is held.
func (c *crowd) refuse(it *interaction, who string, now time.Time) admission {
	if at, known := c.warned[who]; it.Type == typeComplete || known && now.Sub(at) < warnAgain {
		return excess
	}
	if c.warned == nil || len(c.warned) >= maxWarned {
		c.warned = map[string]time.Time{}
	}
	c.warned[who] = now
	return warn
}

// leave notes that an interaction that was admitted is over.
func (c *crowd) leave(it *interaction) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total--
	less(c.people, it.who())
	less(c.channels, it.ChannelID)
}

// workedOut records that the answer to a press is ready, so that the same press counts as a new one: people see the
// answer before this process knows that it arrived.
func (c *crowd) workedOut(it *interaction) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.presses, it.press())
}

// drop notes that an interaction that was admitted is not answered.
func (c *crowd) drop(it *interaction) {
	c.workedOut(it)
	c.leave(it)
}

// less counts one down, and forgets who has none left.
func less(counts map[string]int, key string) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}

// who returns the ID of the person.
func (it *interaction) who() string {
	switch {
	case it.Member != nil:
		return it.Member.User.ID
	case it.User != nil:
		return it.User.ID
	}
	return ""
}

// press returns what was pressed, or the zero value.
func (it *interaction) press() press {
	if it.Type != typeComponent || it.Message == nil {
		return press{}
	}
	return press{user: it.who(), message: it.Message.ID, data: it.Data.CustomID}
}

// tooMuch is the response to a rejected interaction: a private message, or nothing visible.
func (r *run) tooMuch(ctx context.Context, it *interaction, a admission) response {
	if it.Type == typeComplete {
		return response{Type: respondChoices, Data: wireChoices(nil, 0)}
	}
	if it.replaces() && a != warn {
		return response{Type: respondUpdateLater}
	}
	body := r.create(bot.Message{Text: bot.Localize(ctx, r.handler, bot.Invocation{Private: true, Language: it.Locale},
		bot.Say("That's a lot at once. Please wait for my answers before you ask for more."))})
	body.Flags = flagEphemeral
	return response{Type: respondMessage, Data: body}
}

// brush responds to a rejected interaction from the gateway, unless that isn't worth a request or too many are
// being responded to.
func (r *run) brush(ctx context.Context, it *interaction, a admission, hands *sync.WaitGroup) {
	if a == excess {
		return
	}
	select {
	case r.brushing <- struct{}{}:
	default:
		return
	}
	hands.Go(func() {
		defer func() { <-r.brushing }()
		if !r.claim(ctx, it) {
			return // another process has room for it
		}
		defer r.answered(ctx, it)
		ctx, cancel := context.WithTimeout(ctx, r.timings.callback)
		defer cancel()
		// Another process may have answered, and nobody misses this answer.
		_ = r.rest.call(ctx, http.MethodPost, callbackPath(it), r.tooMuch(ctx, it, a), nil)
	})
}

func callbackPath(it *interaction) string {
	return "/interactions/" + url.PathEscape(it.ID) + "/" + url.PathEscape(it.Token) + "/callback"
}
