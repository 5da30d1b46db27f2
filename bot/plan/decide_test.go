package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// Urgencies of articles in rows.
const (
	flashNews  = 1
	urgentNews = 3
	normalNews = 5
	lowNews    = 8
)

// row is one case: a target in Seoul, unless it says otherwise, one article, and what becomes of it.
type row struct {
	name        string
	set         bot.Settings
	preferences bot.Preferences   // of subscription 1, which the article is on record for
	also        []bot.Preferences // of subscriptions 2 and on, which match too
	// others are of subscriptions that don't match.
	others    []bot.Preferences
	mutes     []bot.Mute
	sent      []string
	overflow  string
	mentioned int
	urgency   int // 0 is normal
	flood     bool
	waited    bot.Wait
	came      string // "mon 09:00" of the week of 11 May 2026, or a date with an offset
	now       string // when it is decided, unless as it came
	want      string
}

// rhythm returns what the row's target asks for.
func (r *row) rhythm(t *testing.T) *bot.Rhythm {
	rhythm := &bot.Rhythm{Settings: r.set, Mutes: r.mutes, Mentioned: r.mentioned}
	for i, w := range slices.Concat([]bot.Preferences{r.preferences}, r.also, r.others) {
		s := bot.Subscription{ID: int64(i + 1), Number: i + 1, Preferences: w}
		if i > len(r.also) {
			s.Filter = "somethingelse"
		}
		rhythm.Subscriptions = append(rhythm.Subscriptions, s)
	}
	for _, at := range r.sent {
		rhythm.Sent = append(rhythm.Sent, moment(t, at))
	}
	if r.overflow != "" {
		rhythm.Overflow = moment(t, r.overflow)
	}
	return rhythm
}

func (r *row) item(t *testing.T) Item {
	a := &bot.Article{ID: 77, Story: 70, Source: "wire", SourceID: "s1", Title: "Missile lands", Urgency: r.urgency}
	return Item{Article: a, Subscription: 1, Came: moment(t, r.came), Waited: r.waited, Flood: r.flood}
}

// moment reads a row's moment: "mon 09:00" is in Seoul in the week of 11 May 2026, "next mon 09:00" in the one after.
func moment(t testing.TB, s string) time.Time {
	t.Helper()
	if strings.Contains(s, "-") {
		return on(t, s)
	}
	monday := dayOf(on(t, "2026-05-11 12:00 +0900"), zone(t, "Asia/Seoul"))
	if rest, ok := strings.CutPrefix(s, "next "); ok {
		s, monday = rest, monday+7
	}
	word, clock, _ := strings.Cut(s, " ")
	minute, ok := parseStoredTime(clock)
	if !ok {
		t.Fatalf("%q isn't a moment", s)
	}
	for d := monday; d < monday+7; d++ {
		if dayWord(d.weekday()) == word {
			return d.at(minute, zone(t, "Asia/Seoul"))
		}
	}
	t.Fatalf("%q isn't a moment", s)
	return time.Time{}
}

// show returns a plan in the words of a row.
func show(t testing.TB, p Plan, like string) string {
	if p.Mute != nil {
		return "muted by " + p.Mute.Name
	}
	s := "now"
	switch {
	case p.Wait == "":
	case p.At.Equal(bot.Never()):
		s = fmt.Sprintf("never, %s", p.Wait)
	case strings.Contains(like, "-"):
		at := on(t, strings.SplitN(like, ",", 2)[0])
		s = fmt.Sprintf("%s, %s", p.At.In(at.Location()).Format("2006-01-02 15:04 -0700"), p.Wait)
	default:
		local := p.At.In(zone(t, "Asia/Seoul"))
		s = strings.ToLower(local.Format("Mon 15:04")) + ", " + string(p.Wait)
		if !p.At.Before(moment(t, "next mon 00:00")) {
			s = "next " + s
		}
	}
	if p.Wait == "" && !p.Late.IsZero() {
		s += ", late for " + strings.ToLower(p.Late.In(zone(t, "Asia/Seoul")).Format("Mon 15:04"))
	}
	if p.Level != bot.Normal {
		s += ", " + p.Level.String()
	}
	if p.Silent {
		s += ", silent"
	}
	for _, m := range p.Mentions {
		s += " @" + m.ID
	}
	return s
}

// rows is the table of DESIGN: level by schedule, limit, quiet hours, pause, mute and sound; and where rules meet.
func rows() []row {
	night := bot.Quiet{From: 22 * 60, To: 7 * 60}
	urgentAtNight := bot.Quiet{From: 22 * 60, To: 7 * 60, UrgentPasses: true}
	paused := bot.Pause{Since: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)} // Monday 09:00
	untilNoon := bot.Pause{Since: paused.Since, Until: paused.Since.Add(3 * time.Hour)}
	daily := bot.Preferences{When: "daily 08:00"}
	desk := []bot.Mention{{Kind: bot.RoleMention, ID: "desk"}}
	twoAnHour, twoADay := bot.Limit{Hour: 2}, bot.Limit{Day: 2}
	full := []string{"mon 08:40", "mon 08:50"}
	story := []bot.Mute{{ID: 3, Kind: bot.MuteStory, Value: "70", Name: "the story"}}
	source := []bot.Mute{{ID: 4, Kind: bot.MuteSource, Value: "s1", Name: "the source"}}
	words := []bot.Mute{{ID: 5, Kind: bot.MuteWords, Value: "missile", Name: "the words"}}
	return []row{
		// What everybody gets.
		{name: "plain", came: "mon 09:00", want: "now"},
		{name: "plain flash", urgency: flashNews, came: "mon 09:00", want: "now, flash"},
		{name: "plain urgent", urgency: urgentNews, came: "mon 09:00", want: "now, urgent"},
		{name: "low is silent", urgency: lowNews, came: "mon 09:00", want: "now, low, silent"},
		// Schedules.
		{name: "flash passes a schedule", preferences: daily, urgency: flashNews, came: "mon 09:00", want: "now, flash"},
		{name: "urgent passes a schedule", preferences: daily, urgency: urgentNews, came: "mon 09:00", want: "now, urgent"},
		{name: "normal waits for its schedule", preferences: daily, came: "mon 09:00", want: "tue 08:00, digest"},
		{name: "low waits for its schedule", preferences: daily, urgency: lowNews, came: "mon 09:00", want: "tue 08:00, digest, low, silent"},
		{name: "hourly", preferences: bot.Preferences{When: "hourly"}, came: "mon 09:10", want: "mon 10:00, digest"},
		{name: "weekly", preferences: bot.Preferences{When: "weekly thu 08:00"}, came: "mon 09:00", want: "thu 08:00, digest"},
		{name: "several times a day", preferences: bot.Preferences{When: "daily 08:00 18:00"}, came: "mon 09:00", want: "mon 18:00, digest"},
		{name: "weekdays are the chat's, not UTC's", preferences: bot.Preferences{When: "weekdays 08:00"}, came: "sun 23:00", want: "next mon 08:00, digest"},
		{name: "at the scheduled moment, the next one", preferences: daily, came: "mon 08:00", want: "tue 08:00, digest"},
		{name: "missed by an outage: late, once", preferences: daily, came: "mon 07:00", now: "mon 15:00", want: "now, late for mon 08:00"},
		{name: "missed by days", preferences: daily, came: "mon 07:00", now: "thu 15:00", want: "now, late for mon 08:00"},
		{name: "late for a digest it waited for", preferences: daily, waited: bot.ForDigest, came: "mon 07:00", now: "mon 08:01", want: "now"},
		{name: "late for a digest, and wanted at once by another subscription", preferences: daily, also: []bot.Preferences{{}}, came: "mon 07:00", now: "mon 08:01", want: "now"},
		{name: "late for two digests", preferences: daily, also: []bot.Preferences{{When: "daily 07:30", Silent: true}}, came: "mon 07:00", now: "mon 08:01", want: "now, late for mon 07:30"},
		{name: "late for a digest, in quiet hours", set: bot.Settings{Quiet: night}, preferences: bot.Preferences{When: "daily 21:59"}, came: "mon 21:58", now: "mon 22:01", want: "tue 07:00, digest"},
		{name: "urgent is late for none", preferences: daily, urgency: urgentNews, came: "mon 07:00", now: "mon 08:01", want: "now, urgent"},
		{name: "a schedule this program doesn't know is at once", preferences: bot.Preferences{When: "lunar 08:00"}, came: "mon 09:00", want: "now"},
		{name: "a changed schedule counts from the change", preferences: bot.Preferences{When: "daily 06:00", WhenChanged: time.Date(2026, 5, 10, 22, 30, 0, 0, time.UTC)}, came: "mon 05:00", now: "mon 07:31", want: "tue 06:00, digest"},
		{name: "a changed zone counts from the change", set: bot.Settings{Zone: "Asia/Tokyo", ZoneChanged: time.Date(2026, 5, 11, 3, 0, 0, 0, time.UTC)}, preferences: daily, came: "mon 07:00", now: "mon 12:30", want: "tue 08:00, digest"},
		{name: "the zone is the chat's", set: bot.Settings{Zone: "Europe/Berlin"}, preferences: daily, came: "2026-05-11 09:00 +0200", want: "2026-05-12 08:00 +0200, digest"},
		{name: "a zone this program doesn't know is the installation's", set: bot.Settings{Zone: "Mars/Olympus"}, preferences: daily, came: "mon 09:00", want: "tue 08:00, digest"},
		{name: "a time that the clocks skip", set: bot.Settings{Zone: "Europe/Berlin"}, preferences: bot.Preferences{When: "daily 02:30"}, came: "2026-03-28 20:00 +0100", want: "2026-03-29 03:00 +0200, digest"},
		{name: "a time that the clocks show twice", set: bot.Settings{Zone: "Europe/Berlin"}, preferences: bot.Preferences{When: "daily 02:30"}, came: "2026-10-24 20:00 +0200", want: "2026-10-25 02:30 +0200, digest"},
		// Quiet hours.
		{name: "flash passes quiet hours", set: bot.Settings{Quiet: night}, urgency: flashNews, came: "mon 23:00", want: "now, flash"},
		{name: "urgent waits for the end of quiet hours", set: bot.Settings{Quiet: night}, urgency: urgentNews, came: "mon 23:00", want: "tue 07:00, quiet, urgent"},
		{name: "urgent passes if the chat says so", set: bot.Settings{Quiet: urgentAtNight}, urgency: urgentNews, came: "mon 23:00", want: "now, urgent"},
		{name: "normal doesn't", set: bot.Settings{Quiet: urgentAtNight}, came: "mon 23:00", want: "tue 07:00, quiet"},
		{name: "normal waits", set: bot.Settings{Quiet: night}, came: "mon 23:00", want: "tue 07:00, quiet"},
		{name: "low waits", set: bot.Settings{Quiet: night}, urgency: lowNews, came: "mon 23:00", want: "tue 07:00, quiet, low, silent"},
		{name: "after midnight it is the same night", set: bot.Settings{Quiet: night}, came: "tue 03:00", want: "tue 07:00, quiet"},
		{name: "they begin on the minute", set: bot.Settings{Quiet: night}, came: "mon 22:00", want: "tue 07:00, quiet"},
		{name: "and end on it", set: bot.Settings{Quiet: night}, came: "mon 07:00", want: "now"},
		{name: "equal ends are off", set: bot.Settings{Quiet: bot.Quiet{From: 480, To: 480}}, came: "mon 08:00", want: "now"},
		{name: "a night belongs to the day it begins on", set: bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60, Days: 1 << time.Friday}}, came: "sat 05:00", want: "sat 07:00, quiet"},
		{name: "and not to the next", set: bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60, Days: 1 << time.Friday}}, came: "fri 05:00", want: "now"},
		{name: "quiet weekend", set: bot.Settings{Quiet: bot.Quiet{Weekends: true}}, came: "sat 12:00", want: "next mon 00:00, quiet"},
		{name: "a Friday night runs into a quiet weekend, and that into Sunday's night", set: bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60, Weekends: true}}, came: "fri 23:00", want: "next mon 07:00, quiet"},
		{name: "an outage ends within quiet hours", set: bot.Settings{Quiet: night}, came: "mon 20:00", now: "mon 23:30", want: "tue 07:00, quiet"},
		{name: "quiet hours end as the clocks change", set: bot.Settings{Zone: "Europe/Berlin", Quiet: bot.Quiet{From: 22 * 60, To: 150}}, came: "2026-03-28 23:00 +0100", want: "2026-03-29 03:00 +0200, quiet"},
		// Pauses.
		{name: "flash passes a pause", set: bot.Settings{Paused: paused}, urgency: flashNews, came: "mon 10:00", want: "now, flash"},
		{name: "urgent waits for a pause", set: bot.Settings{Paused: paused}, urgency: urgentNews, came: "mon 10:00", want: "never, pause, urgent"},
		{name: "normal waits until somebody ends the pause", set: bot.Settings{Paused: paused}, came: "mon 10:00", want: "never, pause"},
		{name: "or until it ends by itself", set: bot.Settings{Paused: untilNoon}, came: "mon 10:00", want: "mon 12:00, pause"},
		{name: "a pause that is over holds nothing", set: bot.Settings{Paused: untilNoon}, came: "mon 10:00", now: "mon 12:00", want: "now"},
		{name: "a paused subscription", preferences: bot.Preferences{Paused: untilNoon}, came: "mon 10:00", want: "mon 12:00, pause"},
		{name: "a flash passes it as well", preferences: bot.Preferences{Paused: untilNoon}, urgency: flashNews, came: "mon 10:00", want: "now, flash"},
		{name: "another subscription isn't paused", preferences: bot.Preferences{Paused: untilNoon}, also: []bot.Preferences{{}}, came: "mon 10:00", want: "now"},
		{name: "a pause ends within quiet hours", set: bot.Settings{Quiet: bot.Quiet{From: 11 * 60, To: 14 * 60}, Paused: untilNoon}, came: "mon 10:00", want: "mon 14:00, quiet"},
		{name: "a digest falls into a pause", set: bot.Settings{Paused: untilNoon}, preferences: bot.Preferences{When: "daily 11:00"}, came: "mon 10:00", want: "mon 12:00, pause"},
		{name: "a digest after the pause", set: bot.Settings{Paused: untilNoon}, preferences: bot.Preferences{When: "daily 13:00"}, came: "mon 10:00", want: "mon 13:00, digest"},
		// Limits.
		{name: "flash passes the limit", set: bot.Settings{Limit: twoAnHour}, sent: full, urgency: flashNews, came: "mon 09:00", want: "now, flash"},
		{name: "urgent passes the limit", set: bot.Settings{Limit: twoAnHour}, sent: full, urgency: urgentNews, came: "mon 09:00", want: "now, urgent"},
		{name: "room below the limit", set: bot.Settings{Limit: twoAnHour}, sent: full[:1], came: "mon 09:00", want: "now"},
		{name: "over the limit: the first full hour with room", set: bot.Settings{Limit: twoAnHour}, sent: full, came: "mon 08:55", want: "mon 10:00, limit"},
		{name: "low counts too", set: bot.Settings{Limit: twoAnHour}, sent: full, urgency: lowNews, came: "mon 08:55", want: "mon 10:00, limit, low, silent"},
		{name: "the window rolls", set: bot.Settings{Limit: twoAnHour}, sent: full, came: "mon 09:40", want: "now"},
		{name: "over the limit, a digest comes first", set: bot.Settings{Limit: twoAnHour}, sent: full, others: []bot.Preferences{{When: "daily 09:30"}}, came: "mon 08:55", want: "mon 09:30, limit"},
		{name: "the limit of a day rolls, and isn't reset at midnight", set: bot.Settings{Limit: twoADay}, sent: full, came: "mon 23:30", want: "tue 09:00, limit"},
		{name: "the higher wait of two limits", set: bot.Settings{Limit: bot.Limit{Hour: 1, Day: 2}}, sent: full, came: "mon 08:55", want: "tue 09:00, limit"},
		{name: "a digest comes on time all the same", set: bot.Settings{Limit: twoADay}, preferences: daily, sent: full, came: "mon 07:00", now: "tue 08:00", want: "now, late for mon 08:00"},
		{name: "what comes while others are over the limit joins them", set: bot.Settings{Limit: twoAnHour}, sent: full[:1], overflow: "mon 10:00", came: "mon 09:45", want: "mon 10:00, limit"},
		{name: "what has waited for the limit goes", set: bot.Settings{Limit: twoAnHour}, sent: []string{"mon 09:50", "mon 09:55"}, waited: bot.ForLimit, came: "mon 08:55", now: "mon 10:00", want: "now"},
		{name: "the full hour lies in quiet hours", set: bot.Settings{Limit: twoAnHour, Quiet: bot.Quiet{From: 10 * 60, To: 12 * 60}}, sent: full, came: "mon 08:55", want: "mon 12:00, quiet"},
		{name: "full hours are the zone's", set: bot.Settings{Limit: twoAnHour, Zone: "Asia/Kolkata"}, sent: []string{"2026-05-11 08:40 +0530", "2026-05-11 08:50 +0530"}, came: "2026-05-11 08:55 +0530", want: "2026-05-11 10:00 +0530, limit"},
		// Where rules meet.
		{name: "a digest in quiet hours comes at their end", set: bot.Settings{Quiet: night}, preferences: bot.Preferences{When: "daily 23:00"}, came: "mon 12:00", want: "tue 07:00, digest"},
		{name: "what quiet hours held joins a digest soon after", set: bot.Settings{Quiet: night}, others: []bot.Preferences{daily}, came: "mon 23:00", want: "tue 08:00, digest"},
		{name: "but not one that is further away", set: bot.Settings{Quiet: night}, others: []bot.Preferences{{When: "daily 09:01"}}, came: "mon 23:00", want: "tue 07:00, quiet"},
		{name: "and urgent joins none", set: bot.Settings{Quiet: night}, others: []bot.Preferences{daily}, urgency: urgentNews, came: "mon 23:00", want: "tue 07:00, quiet, urgent"},
		{name: "a digest held by quiet hours joins the next", set: bot.Settings{Quiet: night}, preferences: bot.Preferences{When: "daily 06:00 08:00"}, came: "mon 12:00", want: "tue 08:00, digest"},
		{name: "nor one that lies in quiet hours again", set: bot.Settings{Quiet: bot.Quiet{From: 8 * 60, To: 7 * 60}}, others: []bot.Preferences{daily}, came: "mon 23:00", want: "tue 07:00, quiet"},
		{name: "a paused digest is joined by nothing", set: bot.Settings{Quiet: night}, others: []bot.Preferences{{When: "daily 08:00", Paused: paused}}, came: "mon 23:00", want: "tue 07:00, quiet"},
		{name: "an outage over the end of quiet hours, still before the digest", set: bot.Settings{Quiet: night}, others: []bot.Preferences{daily}, came: "mon 23:00", now: "tue 07:30", want: "tue 08:00, digest"},
		// Levels.
		{name: "raised to urgent", preferences: bot.Preferences{When: "daily 08:00", Level: bot.Urgent}, came: "mon 09:00", want: "now, urgent"},
		{name: "raised to flash", set: bot.Settings{Paused: paused}, preferences: bot.Preferences{Level: bot.Flash}, urgency: lowNews, came: "mon 10:00", want: "now, flash"},
		{name: "never lowered", preferences: bot.Preferences{Level: bot.Urgent}, urgency: flashNews, came: "mon 09:00", want: "now, flash"},
		{name: "low stays low where nothing raises it", preferences: bot.Preferences{}, urgency: lowNews, came: "mon 09:00", want: "now, low, silent"},
		{name: "flash switched off is urgent", set: bot.Settings{NoFlash: true}, urgency: flashNews, came: "mon 09:00", want: "now, urgent"},
		{name: "and waits as urgent does", set: bot.Settings{NoFlash: true, Quiet: night}, urgency: flashNews, came: "mon 23:00", want: "tue 07:00, quiet, urgent"},
		{name: "one too many in a flood is normal", preferences: daily, flood: true, urgency: flashNews, came: "mon 09:00", want: "tue 08:00, digest"},
		{name: "unless a subscription raises it", preferences: bot.Preferences{Level: bot.Urgent}, flood: true, urgency: flashNews, came: "mon 09:00", want: "now, urgent"},
		{name: "a flood doesn't raise what is low", flood: true, urgency: lowNews, came: "mon 09:00", want: "now, low, silent"},
		// Sound and mentions.
		{name: "a silent subscription", preferences: bot.Preferences{Silent: true}, came: "mon 09:00", want: "now, silent"},
		{name: "urgent is loud there too", preferences: bot.Preferences{Silent: true}, urgency: urgentNews, came: "mon 09:00", want: "now, urgent"},
		{name: "mention", preferences: bot.Preferences{Mentions: desk}, came: "mon 09:00", want: "now @desk"},
		{name: "low mentions nobody", preferences: bot.Preferences{Mentions: desk}, urgency: lowNews, came: "mon 09:00", want: "now, low, silent"},
		{name: "mentions used up", preferences: bot.Preferences{Mentions: desk}, mentioned: bot.DefaultMentions, came: "mon 09:00", want: "now"},
		{name: "the chat's own number of mentions", set: bot.Settings{Mentions: 2}, preferences: bot.Preferences{Mentions: desk}, mentioned: 2, came: "mon 09:00", want: "now"},
		{name: "one more left", set: bot.Settings{Mentions: 2}, preferences: bot.Preferences{Mentions: desk}, mentioned: 1, came: "mon 09:00", want: "now @desk"},
		// Several subscriptions.
		{name: "the earliest counts", preferences: daily, also: []bot.Preferences{{When: "hourly"}, {When: "weekly thu 08:00"}}, came: "mon 09:00", want: "mon 10:00, digest"},
		{name: "at once before a digest", preferences: daily, also: []bot.Preferences{{}}, came: "mon 09:00", want: "now"},
		{name: "of equally early ones the loudest", preferences: bot.Preferences{Silent: true}, also: []bot.Preferences{{}}, came: "mon 09:00", want: "now"},
		{name: "not louder for what comes later", preferences: bot.Preferences{Silent: true}, also: []bot.Preferences{{When: "daily 08:00", Mentions: desk}}, came: "mon 09:00", want: "now, silent"},
		{name: "mentions of equally early ones add up", preferences: bot.Preferences{Mentions: desk}, also: []bot.Preferences{{Mentions: desk}, {Mentions: []bot.Mention{{Kind: bot.PersonMention, ID: "kim"}}}}, came: "mon 09:00", want: "now @desk @kim"},
		{name: "the highest level of equally early ones", also: []bot.Preferences{{Level: bot.Flash}}, came: "mon 09:00", want: "now, flash"},
		{name: "one that doesn't match has no say", others: []bot.Preferences{{Level: bot.Flash, Mentions: desk}}, came: "mon 09:00", want: "now"},
		// Mutes.
		{name: "a muted story", mutes: story, came: "mon 09:00", want: "muted by the story"},
		{name: "holds flash", mutes: story, urgency: flashNews, came: "mon 09:00", want: "muted by the story"},
		{name: "muted words hold flash", mutes: words, urgency: flashNews, came: "mon 09:00", want: "muted by the words"},
		{name: "a muted source", mutes: source, came: "mon 09:00", want: "muted by the source"},
		{name: "holds urgent", mutes: source, urgency: urgentNews, came: "mon 09:00", want: "muted by the source"},
		{name: "lets flash pass", mutes: source, urgency: flashNews, came: "mon 09:00", want: "now, flash"},
		{name: "lets pass what a subscription makes a flash", mutes: source, preferences: bot.Preferences{Level: bot.Flash}, came: "mon 09:00", want: "now, flash"},
		{name: "flash switched off doesn't pass it", set: bot.Settings{NoFlash: true}, mutes: source, urgency: flashNews, came: "mon 09:00", want: "muted by the source"},
		{name: "a mute that is over", mutes: []bot.Mute{{Kind: bot.MuteStory, Value: "70", Until: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)}}, came: "mon 09:00", want: "now"},
		{name: "what came during a mute stays muted", mutes: []bot.Mute{{Kind: bot.MuteStory, Value: "70", Name: "the story", Until: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)}}, came: "mon 08:59", now: "mon 12:00", want: "muted by the story"},
		{name: "the story's first article", mutes: []bot.Mute{{Kind: bot.MuteStory, Value: "77", Name: "it"}}, came: "mon 09:00", want: "muted by it"},
		{name: "another story", mutes: []bot.Mute{{Kind: bot.MuteStory, Value: "7"}}, came: "mon 09:00", want: "now"},
		{name: "other words", mutes: []bot.Mute{{Kind: bot.MuteWords, Value: "drill"}}, came: "mon 09:00", want: "now"},
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	planner := New(zone(t, "Asia/Seoul"))
	for _, r := range rows() {
		now := moment(t, r.came)
		if r.now != "" {
			now = moment(t, r.now)
		}
		rhythm, item := r.rhythm(t), r.item(t)
		got := planner.Decide(rhythm, item, now)
		if s := show(t, got, r.want); s != r.want {
			t.Errorf("%s: %s, want %s (%+v)", r.name, s, r.want, got.Why)
		}
		if got.Mute != nil || got.At.Equal(bot.Never()) {
			continue
		}
		item.Waited, rhythm.Overflow = cmp.Or(got.Wait, item.Waited), time.Time{}
		if again := planner.Decide(rhythm, item, got.At); again.Wait != "" || !again.At.Equal(got.At) {
			t.Errorf("%s: at its moment, %s, it waits until %s for %s", r.name, got.At, again.At, again.Wait)
		}
	}
}

func TestDecide_Explains(t *testing.T) {
	t.Parallel()
	planner := New(zone(t, "Asia/Seoul"))
	r := row{
		set: bot.Settings{Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60}, NoFlash: true}, preferences: bot.Preferences{When: "daily 23:00"},
		others: []bot.Preferences{{When: "daily 08:30"}}, came: "mon 12:00",
	}
	why := planner.Decide(r.rhythm(t), r.item(t), moment(t, r.came)).Why
	want := []Hold{
		{By: bot.ForDigest, Until: moment(t, "mon 23:00"), Schedule: "daily 23:00"},
		{By: bot.ForQuietEnd, Until: moment(t, "tue 07:00")},
		{By: bot.ForDigest, Until: moment(t, "tue 08:30"), Schedule: "daily 08:30", Joins: true},
	}
	if !slices.EqualFunc(why.Holds, want, func(a, b Hold) bool {
		return a.By == b.By && a.Until.Equal(b.Until) && a.Schedule == b.Schedule && a.Joins == b.Joins
	}) || why.Number != 1 {
		t.Errorf("got %+v\nwant %+v", why, want)
	}
	r.urgency = flashNews
	if why := planner.Decide(r.rhythm(t), r.item(t), moment(t, r.came)).Why; !why.FlashOff || why.Raised || why.Flooded {
		t.Errorf("a flash switched off: %+v", why)
	}
	r.flood = true
	if why := planner.Decide(r.rhythm(t), r.item(t), moment(t, r.came)).Why; !why.Flooded || why.FlashOff {
		t.Errorf("a flash in a flood: %+v", why)
	}
	r = row{preferences: bot.Preferences{Level: bot.Urgent, Mentions: []bot.Mention{{ID: "desk"}}}, mentioned: 99, came: "mon 12:00"}
	if why := planner.Decide(r.rhythm(t), r.item(t), moment(t, r.came)).Why; !why.Raised || !why.MentionsUsed {
		t.Errorf("a raised article: %+v", why)
	}
}

func TestDecide_PlainTargets(t *testing.T) {
	t.Parallel()
	r := row{came: "mon 12:00"}
	got := New(time.UTC).Decide(nil, r.item(t), moment(t, "mon 12:05"))
	if !got.At.Equal(moment(t, "mon 12:05")) || got.Wait != "" || got.Silent || got.Mute != nil {
		t.Errorf("got %+v", got)
	}
}

func BenchmarkDecide(b *testing.B) {
	planner := New(time.UTC)
	r := &bot.Rhythm{
		Settings:      bot.Settings{Zone: "Europe/Berlin", Quiet: bot.Quiet{From: 22 * 60, To: 7 * 60}, Limit: bot.Limit{Hour: 10}},
		Subscriptions: []bot.Subscription{{ID: 1, Number: 1, Preferences: bot.Preferences{When: "daily 08:00"}}},
	}
	it := Item{Article: &bot.Article{ID: 1, Title: "Missile lands"}, Subscription: 1, Came: on(b, "2026-05-11 23:10 +0200")}
	for b.Loop() {
		planner.Decide(r, it, it.Came)
	}
}
