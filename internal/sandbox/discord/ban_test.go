package discord

import (
	"strings"
	"testing"
	"time"
)

func TestBan_FollowsTooManyRefusals(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, InvalidRequests: 3})
	p.SetBotPermissionsSilently(p.channel, ViewChannel)
	for range 3 {
		p.bot.do("GET", "/channels/"+p.channel, nil).want(t, 200, 0)
		p.bot.do("POST", p.messages(), text).want(t, 403, 50013)
	}
	clock.advance(9 * time.Minute)
	a := p.bot.do("GET", "/channels/"+p.channel, nil)
	if a.status != 429 || a.header.Get("Retry-After") != "60" || !strings.Contains(a.text, "error code: 1015") {
		t.Errorf("after three refusals: %d %v %s", a.status, a.header, a.text)
	}
	clock.advance(time.Minute)
	p.bot.do("GET", "/channels/"+p.channel, nil).want(t, 200, 0)
}
