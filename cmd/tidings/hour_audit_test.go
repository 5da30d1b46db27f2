package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/discord"
	"tidings/bot/telegram"
)

// hourAudit is the result of comparing what was published with the ledger and with what the chats show.
type hourAudit struct {
	stories   int
	alerts    int // wanted: as many as the subscriptions say
	lost      int // wanted, and not shown
	unasked   int // shown, and not wanted
	unsettled int // wanted, and not sent by the ledger
	doubles   map[string]int
	uncertain int                    // sends of unknown outcome, on record
	delays    map[string][]float64   // seconds from the store to the platform's answer, by level and crowd
	minutes   map[string]map[int]int // alerts sent, by platform and by sixtieth of the hour
	stored    map[int32]time.Time    // when each story came into the store
	shown     map[alertKey][]string  // IDs of the messages that show it
}

// alertKey is a story in a chat.
type alertKey struct{ story, chat int32 }

// manyReaders is how many chats at least make a story one for many.
const manyReaders = 20

// audit compares them.
func (h *busyHour) audit() *hourAudit {
	h.t.Helper()
	a := &hourAudit{
		doubles: map[string]int{}, delays: map[string][]float64{}, minutes: map[string]map[int]int{}, stored: map[int32]time.Time{},
		shown: map[alertKey][]string{},
	}
	h.readChats(a)
	wanted := map[alertKey]bool{}
	stories := h.papers.written()
	readers := make([]int, len(stories))
	for i, s := range stories {
		list := h.crowd.readers(s)
		readers[i] = len(list)
		for _, chat := range list {
			wanted[alertKey{s.number, chat}] = true
		}
	}
	a.stories, a.alerts = len(stories), len(wanted)
	settled := h.readLedger(a, stories, readers, wanted)
	for key := range wanted {
		if !settled[key] {
			a.unsettled++
			h.complain(a.unsettled, "%s for %v is not sent, by the ledger", stories[key.story].key(), h.crowd.targets[key.chat])
		}
		if len(a.shown[key]) == 0 {
			a.lost++
			h.complain(a.lost, "%v does not show %s", h.crowd.targets[key.chat], stories[key.story].key())
		}
	}
	told := 0
	for key, messages := range a.shown {
		to := h.crowd.targets[key.chat]
		if !wanted[key] {
			a.unasked++
			h.complain(a.unasked, "%v shows %s, which none of its subscriptions matches", to, stories[key.story].key())
		}
		if len(messages) == 1 {
			continue
		}
		a.doubles[to.Platform] += len(messages) - 1
		if to.Platform == discord.Platform && told < doublesTold {
			told++
			h.tellDouble(stories[key.story], to, messages)
		}
	}
	a.uncertain = h.base.count(`SELECT value FROM counters WHERE name = 'uncertain'`)
	if n := a.doubles[discord.Platform]; n > 0 {
		h.t.Errorf("%d alerts came twice on Discord", n)
	}
	if n := a.doubles[telegram.Platform]; n > a.uncertain {
		h.t.Errorf("%d alerts came twice on Telegram, and only %d sends are on record as of unknown outcome", n, a.uncertain)
	}
	return a
}

// complain reports the first few of many faults of a kind.
func (h *busyHour) complain(nth int, format string, args ...any) {
	h.t.Helper()
	if nth <= 5 {
		h.t.Errorf(format, args...)
	}
}

// readChats notes what all chats show.
func (h *busyHour) readChats(a *hourAudit) {
	key := regexp.MustCompile(`\bk([0-9a-f]{6})\b`)
	for i, to := range h.crowd.targets {
		for id, text := range h.messages(to) {
			var seen []string
			for _, m := range key.FindAllStringSubmatch(text, -1) {
				if slices.Contains(seen, m[1]) {
					continue
				}
				seen = append(seen, m[1])
				number, err := strconv.ParseInt(m[1], 16, 32)
				h.must(err)
				at := alertKey{int32(number), int32(i)}
				a.shown[at] = append(a.shown[at], id)
			}
		}
	}
}

// messages returns the texts of the bot's messages in a chat, by their IDs.
func (h *busyHour) messages(to bot.Target) map[string]string {
	texts := map[string]string{}
	if to.Platform == discord.Platform {
		for _, m := range h.discord.Messages(to.Chat) {
			text := []string{m.Content}
			for _, e := range m.Embeds {
				text = append(text, e.Title, e.Description)
			}
			texts[m.ID] = strings.Join(text, "\n")
		}
		return texts
	}
	chat, err := strconv.ParseInt(to.Chat, 10, 64)
	h.must(err)
	for _, m := range h.telegram.Messages(chat) {
		if m.From.IsBot {
			texts[strconv.Itoa(m.ID)] = m.Text
		}
	}
	return texts
}

// readLedger reads what the ledger says of all alerts, and returns which it has as sent.
func (h *busyHour) readLedger(a *hourAudit, stories []*hourStory, readers []int, wanted map[alertKey]bool) map[alertKey]bool {
	h.t.Helper()
	const text = `
		SELECT a.guid, a.first_seen, d.target_id, d.state, d.settled, d.message_id
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		WHERE d.action = 'post'`
	rows, err := h.base.conn.Query(h.ctx, text)
	h.must(err)
	defer rows.Close()
	settled := map[alertKey]bool{}
	for faults := 0; rows.Next(); {
		var guid, state, message string
		var seen, target, at int64
		h.must(rows.Scan(&guid, &seen, &target, &state, &at, &message))
		number, err := strconv.ParseInt(guid[1:], 16, 32)
		h.must(err)
		key := alertKey{int32(number), int32(target - 1)}
		switch {
		case state != string(bot.Sent):
			continue
		case !wanted[key] || settled[key] || !slices.Contains(a.shown[key], message):
			faults++
			h.complain(faults, "the ledger has message %s of %s in %v; the chat shows it in %v", message, guid, h.crowd.targets[key.chat], a.shown[key])
		}
		settled[key] = true
		a.note(h, stories[number], readers[number], h.crowd.targets[key.chat].Platform, time.UnixMicro(seen), time.UnixMicro(at))
	}
	h.must(rows.Err())
	return settled
}

// note notes one alert that was sent.
func (a *hourAudit) note(h *busyHour, s *hourStory, readers int, platform string, stored, sent time.Time) {
	if a.stored[s.number] = stored; stored.Before(h.start) {
		return
	}
	crowd := "few"
	if readers >= max(manyReaders, len(h.crowd.targets)/100) {
		crowd = "many"
	}
	level := (&bot.Article{Urgency: s.urgency}).Level()
	name := fmt.Sprintf("%s, for %s", cmp.Or(level.String(), "normal"), crowd)
	a.delays[name] = append(a.delays[name], sent.Sub(stored).Seconds())
	if a.minutes[platform] == nil {
		a.minutes[platform] = map[int]int{}
	}
	a.minutes[platform][int(sent.Sub(h.start)*60/(*hourLength))]++
}
