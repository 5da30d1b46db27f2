package engine_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"tidings/bot"
)

// dialogue plays the scripts in testdata/answers. A line "WHO> /command arguments" is what somebody
// types, "WHO> [Label]" a button of the last answer that had any, "WHO> {text}" what fills in the last form,
// "WHO> <Option>" what is picked in the last form, "WHO> @ /command" a reply to the last alert, "then> STEP" something that
// happens. What follows up to the
// next such line is the answer: bold as **, monospace as `, buttons in brackets, a form and what stands in it in braces.
type dialogue struct {
	*world
	handler bot.Handler
	buttons bot.Message // the last answer with buttons
	form    *bot.Form   // the last
	out     strings.Builder
	said    []exchange
}

// play plays a script and notes the answers it gets.
func (w *world) play(script string) *dialogue {
	w.Helper()
	cfg := w.config()
	cfg.Feeds, cfg.Operators = prober{}, []string{"paper:op"}
	d := &dialogue{world: w, handler: w.handler(cfg)}
	prompt := regexp.MustCompile(`^([a-z]+)> (.*)$`)
	heading := true
	for line := range strings.Lines(script) {
		m := prompt.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m != nil:
			if !heading {
				d.out.WriteString("\n")
			}
			heading = false
			d.out.WriteString(strings.TrimSuffix(line, "\n") + "\n")
			d.said = append(d.said, exchange{prompt: m[0]})
			d.say(m[1], m[2])
		case heading:
			d.out.WriteString(line)
		}
	}
	return d
}

// say plays one line of a script.
func (d *dialogue) say(who, what string) {
	d.Helper()
	if who == "then" {
		d.happen(what)
		return
	}
	inv := bot.Invocation{Target: room(), User: bot.User{ID: who}, Manager: reader}
	switch who {
	case "op":
	case "manager":
		inv.Manager = manager
	case "powerless":
		inv.Manager = manager
		inv.Lacking = func(context.Context) ([]string, error) { return []string{"Send Messages", "Embed Links"}, nil }
	}
	if typed, reply := strings.CutPrefix(what, "@ "); reply {
		inv.ReplyTo, what = d.lastSent(), typed
	}
	switch command, line, _ := strings.Cut(what, " "); {
	case strings.HasPrefix(what, "["):
		inv.Data = d.data(strings.Trim(what, "[]"))
	case strings.HasPrefix(what, "<"):
		inv.Data = d.option(strings.Trim(what, "<>"))
	case strings.HasPrefix(what, "{"):
		inv.Data, inv.Line = d.form.Data, strings.Trim(what, "{}")
	default:
		inv.Command, inv.Line = strings.TrimPrefix(command, "/"), strings.ReplaceAll(line, `\n`, "\n")
	}
	if m := regexp.MustCompile(`mention:@(\w+)`).FindStringSubmatch(inv.Line); m != nil {
		inv.Mentioned = []bot.Mention{{Kind: bot.RoleMention, ID: m[1], Name: m[1]}}
	}
	inv.MayMention = func(_ context.Context, m bot.Mention) error {
		if m.ID == "board" {
			return &bot.UserError{Text: bot.Plain("You can't mention @board yourself, so I won't do it for you.")}
		}
		return nil
	}
	m := d.handler.Invoke(d.Context(), inv)
	if len(m.Buttons) > 0 {
		d.buttons = m
	}
	if m.Form != nil {
		d.form = m.Form
	}
	shown := show(m)
	d.check(shown)
	d.said[len(d.said)-1].answer = &m
	d.out.WriteString(steadyRef(shown) + "\n")
}

// steadyRef replaces the reference of a failure, which is by chance.
func steadyRef(shown string) string {
	return regexp.MustCompile(`ref [0-9a-f]{4}\b`).ReplaceAllString(shown, "ref xxxx")
}

// check tests what is true of every answer.
func (d *dialogue) check(answer string) {
	d.Helper()
	for _, never := range []string{secret, "\n\n\n", "  \n", "%!"} {
		if strings.Contains(answer, never) {
			d.Errorf("an answer contains %q:\n%s", never, answer)
		}
	}
	if regexp.MustCompile(`\b1 [a-z]+s\b`).MatchString(regexp.MustCompile("`[^`]*`|ubscription \\d+").ReplaceAllString(answer, "")) {
		d.Errorf("an answer counts one as several:\n%s", answer)
	}
}

// lastSent returns the ID of the last message that arrived.
func (d *dialogue) lastSent() string {
	tries, err := d.paper.WaitTries(d.Context(), 1)
	if err != nil {
		d.Fatal(err)
	}
	for i, s := range slices.Backward(tries) {
		if s.Err == nil {
			return strconv.Itoa(i + 1)
		}
	}
	d.Fatal("nothing was sent")
	return ""
}

// data returns what a button of the last answer with buttons carries.
func (d *dialogue) data(label string) string {
	d.Helper()
	for _, row := range d.buttons.Buttons {
		for _, b := range row {
			if len(b.Data) > bot.MaxButtonData {
				d.Errorf("button %q carries %d bytes", b.Label, len(b.Data))
			}
			if b.Label == label {
				return b.Data
			}
		}
	}
	d.Fatalf("there is no button %q but %+v", label, d.buttons.Buttons)
	return ""
}

// option returns what an option of the last form carries.
func (d *dialogue) option(label string) string {
	d.Helper()
	for _, o := range d.form.Options {
		if o.Label == label {
			return o.Data
		}
	}
	d.Fatalf("there is no option %q but %+v", label, d.form.Options)
	return ""
}

// happen does a step that is nobody's command.
func (d *dialogue) happen(step string) {
	d.Helper()
	switch step {
	case "the news arrives":
		d.stock()
	case "old stories arrive":
		old := articles("Men walk on the moon", "Sputnik circles the earth", "Balloon crosses the channel")
		for i, year := range []int{1969, 1957, 1785} {
			old[i].Published = time.Date(year, 7, 20, 20, 0, 0, 0, time.UTC)
		}
		d.putArticles(old...)
	case "three busy days pass":
		d.busyDays()
	case "a secret arrives":
		secret := articles("Nobody may know this yet")
		secret[0].URL, secret[0].Embargo = "https://wire.example/secret", time.Now().Add(3*time.Hour)
		d.putArticles(secret...)
	case "the watcher looks":
		d.alertsDue()
	case "an hour passes":
		<-time.After(time.Hour)
	case "ten hours pass":
		<-time.After(10 * time.Hour)
	case "alerts go out":
		before := len(d.paper.Sent())
		stop := d.start(d.config())
		d.settle()
		stop()
		for _, s := range d.paper.Sent()[before:] {
			d.out.WriteString(posted(s.Message) + "\n")
			if len(s.Message.Buttons) > 0 {
				d.buttons = s.Message
			}
		}
	case "an article a minute comes for a quarter of an hour":
		for i := range 15 {
			d.putArticles(bot.Article{
				Source: "wire", GUID: fmt.Sprint("quarter ", i), URL: fmt.Sprintf("https://wire.example/q/%d", i), Title: fmt.Sprintf("Missile report no. %d", i+1),
				Summary: "What is known so far.", Authors: []string{"Ada Quist", "Bo Lind"}, Published: time.Now(), Lang: "en",
			})
			<-time.After(time.Minute)
		}
	case "a flash comes":
		d.putArticles(bot.Article{
			Source: "wire", GUID: "flash", URL: "https://wire.example/flash", Title: "Missile hits the harbor", Published: time.Now(), Urgency: 1,
		})
	case "two hours pass":
		<-time.After(2 * time.Hour)
	case "alerts are due":
		d.alertsDue()
	case "an alert is sent and one refused":
		d.sendOne()
	case "the bot is removed":
		d.handler.Presence(d.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "removed from the chat"})
	case "the bot is back":
		d.handler.Presence(d.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
	default:
		d.Fatalf("unknown step %q", step)
	}
	synctest.Wait()
}

// stock fills the archive with a week of invented news and two sources.
func (d *dialogue) stock() {
	d.Helper()
	now := time.Now()
	news := []bot.Article{
		{Title: "Harbor reopens after the storm", Summary: "Ferries sail again, the fish market follows on Monday", Authors: []string{"Ada Quist"}},
		{Title: "Ministers meet on sanctions", Summary: "Talks may last into the night", Authors: []string{"Bo Lind", "Ada Quist"}, Tags: []string{"politics"}},
		{Title: "Missile test reported off the east coast", Summary: "The second launch this month", Authors: []string{"Cho Eun-ji"}},
		{Title: "What a missile drill looks like from the beach", Authors: []string{"Ada Quist"}},
		{Title: "Price of rice falls again", Summary: "Traders expect no change before spring", Tags: []string{"economy"}},
		{Title: "Parade postponed", Summary: "No missile was to be shown, officials say"},
		{Title: "Snow closes the northern pass"},
	}
	for i := range news {
		news[i].Source, news[i].GUID = "herald", fmt.Sprint(i)
		news[i].URL = fmt.Sprintf("https://herald.example/%d", i)
		news[i].Published = now.Add(-time.Duration(i+1) * 7 * time.Hour)
	}
	news[6].DateOnly, news[6].Source = true, "digest"
	d.putArticles(news...)
	for _, s := range []bot.Source{
		{Name: "gazette", Kind: bot.FeedSource, URL: "https://gazette.example/feed?key=" + secret, Title: "The Gazette", Configured: true},
		{Name: "courier", Kind: bot.FeedSource, URL: "https://courier.example/rss", Title: "Courier"},
	} {
		if err := d.store.AddSource(d.Context(), s); err != nil {
			d.Fatal(err)
		}
	}
	if err := d.store.SaveFetch(d.Context(), "courier", "", bot.FetchState{
		LastTry: now, Failures: 1, Error: "the server has no such page (404)", Next: now.Add(2 * time.Hour),
		Memory: bot.FetchMemory{Advice: "Look for the feed's new address."},
	}); err != nil {
		d.Fatal(err)
	}
	if err := d.store.SaveFetch(d.Context(), "gazette", "", bot.FetchState{LastTry: now, LastSuccess: now}); err != nil {
		d.Fatal(err)
	}
}

// busyDays fills the archive with three busy days.
func (d *dialogue) busyDays() {
	d.Helper()
	list := articles(make([]string, 120)...)
	for i := range list {
		list[i].Title = fmt.Sprintf("Bulletin %d of the missile crisis", i+1)
		list[i].GUID = list[i].Title
		list[i].Published = time.Now().Add(-time.Duration(i*i) * 18 * time.Second)
	}
	d.putArticles(list...)
}

// alertsDue has two alerts wait for the chat.
func (d *dialogue) alertsDue() {
	d.Helper()
	only := d.config()
	only.Adapters = nil
	stop := d.start(only)
	now := time.Now().UTC().Format(time.TimeOnly)
	d.put("Missile seen at "+now, "Ferry strike over noise of missile launches, "+now)
	d.settle()
	stop()
}

// sendOne lets the alerts that are due out: the platform refuses the first and accepts the others.
func (d *dialogue) sendOne() {
	d.Helper()
	refused := &bot.SendError{Kind: bot.Unsendable, Reason: "the title is too long"}
	d.paper.ScriptFor(room(), refused, refused) // in its bare form too
	stop := d.start(d.config())
	d.settle()
	stop()
}

// posted writes what the bot posted by itself.
func posted(m bot.Message) string {
	sign := "posted: "
	if m.Silent {
		sign = "posted silently: "
	}
	for _, who := range m.Mentions {
		sign += "@" + who.Name + " "
	}
	if m.Card != nil {
		m.Text = m.Card.Title
	}
	return sign + show(m)
}

// show writes a message as its readers see it.
func show(m bot.Message) string {
	var b strings.Builder
	if m.Notice {
		b.WriteString("(to the presser alone) ")
	}
	marks := []struct {
		style bot.Style
		mark  string
	}{{bot.Bold, "**"}, {bot.Italic, "_"}, {bot.Code, "`"}, {bot.Strike, "~~"}}
	for _, s := range m.Text {
		text := s.Text
		for _, k := range marks {
			if s.Style&k.style != 0 {
				text = k.mark + text + k.mark
			}
		}
		b.WriteString(text)
	}
	if m.Form != nil {
		fmt.Fprintf(&b, "\n{%s, %s: %s", m.Form.Title, m.Form.Label, m.Form.Value)
		for _, o := range m.Form.Options {
			b.WriteString(" <" + o.Label + ">")
		}
		b.WriteString("}")
	}
	for _, row := range m.Buttons {
		b.WriteString("\n")
		for i, button := range row {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString("[" + button.Label + "]")
		}
	}
	return b.String()
}
