package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// wordsArchive is old, so that no answer depends on today, but for one article of today.
const wordsArchive = archive + `{"guid": "4", "source": "gazette", "url": "https://gazette.example/4", "title": "Traders sanctioned", "authors": ["Cho Eun-ji"]}
`

// subscribing is what somebody types who knows other bots and wants alerts: a command with its options, a [button] of the last
// answer that had any, or what is written into the last {form}. On Telegram a form asks again by itself.
func subscribing() []any {
	return []any{
		subscribe("all"), "[The word “all”]",
		subscribe("harbor, strike"), "[All of them]",
		subscribe("harbor !strike"),
		subscribe("#politics"),
		subscribe("#storm"),
		subscribe("source:heralt harbor"), "[source:herald harbor]",
		subscribe("source:nosuch"),
		subscribe("author:lindt"), `[author:"Bo Lind"]`,
		askedOnDiscord(subscribe("@desk")), onDiscord("[Cancel]"), // on Telegram it is a channel
		subscribe("<#1234> ministers"),
		subscribe("h.rbor.*"),
		subscribe("sanction"), "[Match both]",
	}
}

// changing is what they type to change and end what they have.
func changing() []any {
	return []any{
		subscribe("harbor"), subscribe("ministers -strike"),
		question{"filter test", []option{{"filter", "sanction"}}},
		question{"filter edit", []option{{"number", 2}}},
		`{harbor (}`, onDiscord("[Edit again]"), `{harbor, ferry}`, "[Save]",
		question{"latest", []option{{"filter", "harbor 50"}}},
		question{"filter set", []option{{"number", 1}, {"filter", "sanction trade"}}},
		question{"why", []option{{"link", "4"}}},
		"[Match both in 1]",
		question{"subscriptions", nil},
		"[2. harbor OR ferry]", "[Edit filter]", "{sanction OR trader}", "[Save]",
		question{"unsubscribe", []option{{"which", "99"}}},
		question{"unsubscribe", []option{{"which", "trader OR sanction"}}},
		"[Unsubscribe]",
		question{"unsubscribe", []option{{"which", "all"}}},
	}
}

// typing is what can be typed on Telegram alone: on Discord there are no such commands, and numbers have bounds.
func typing() []any {
	return []any{
		subscribe("ministers"), typed("/filter 1 harbor"), typed("/latest 50"), typed("/unsub 99999"), typed("/unsub harbor"),
		typed("/stop"), typed("/track missile"), typed("/mute"), typed("/rss"),
	}
}

func subscribe(filter string) question { return question{"subscribe", []option{{"filter", filter}}} }

// onDiscord is a step that there is on Discord alone, and typed a line on Telegram.
type (
	onDiscord      string
	askedOnDiscord question
	typed          string
)

// weekday is a day as bars and periods name it.
var weekday = regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [ \d]?\d [A-Z][a-z]{2}`)

func TestWords_OnTelegram(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]any{"subscribing": subscribing(), "changing": changing(), "typing": typing(), "settings": setting(), "muting": muting()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a chat gets a message a second
			w := newWorldOf(t, 0, 1, telegram.Config{Unlimited: true})
			w.run("", "import", w.file("archive.jsonl", wordsArchive))
			ann := w.chats[0]
			p := w.start("run")
			if _, err := w.telegram.Start(ann, ""); err != nil {
				t.Fatal(err)
			}
			w.telegramMessages(ann, 2)
			c := w.converseOnTelegram(name + "-telegram.txt")
			c.names = map[string]string{tg(ann): "Tidings"}
			for _, step := range steps {
				c.playOnTelegram(ann, step)
			}
			w.stop(p)
			c.steady(weekday, "DAY")
			c.ends()
		})
	}
}

// playOnTelegram does a step in a private chat.
func (c *conversation) playOnTelegram(chat int64, step any) {
	c.t.Helper()
	text := ""
	switch step := step.(type) {
	case onDiscord, askedOnDiscord, inMenu:
		return
	case news:
		c.arrives(string(step))
		return
	case onAlert:
		c.does("(in reply to the alert) "+string(step), 1, func() error {
			_, err := c.telegram.Reply(chat, chat, c.lastAlertOnTelegram(chat), string(step))
			return err
		})
		return
	case picked:
		c.does("["+string(step)+"]", 1, func() error { return c.pressOnTelegram(chat, string(step)) })
		return
	case question:
		text = step.line()
	case typed:
		text = string(step)
	case string:
		if label, isButton := strings.CutPrefix(step, "["); isButton {
			c.does(step, 1, func() error { return c.pressOnTelegram(chat, strings.TrimSuffix(label, "]")) })
			return
		}
		text = strings.Trim(step, "{}")
	}
	c.does(text, 1, func() error { _, err := c.telegram.Say(chat, chat, 0, text); return err })
}

// pressOnTelegram presses the newest button with a label.
func (w *world) pressOnTelegram(chat int64, label string) error {
	for _, m := range slices.Backward(w.telegram.Messages(chat)) {
		if m.Keyboard == nil {
			continue
		}
		for _, row := range m.Keyboard.Rows {
			for _, b := range row {
				if b.Text == label {
					_, err := w.telegram.Press(w.ctx, chat, chat, m.ID, b.Data)
					return err
				}
			}
		}
	}
	return fmt.Errorf("no button %q", label)
}

func TestWords_OnDiscord(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]any{
		"subscribing": subscribing(), "changing": changing(), "settings": setting(), "muting": muting(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldOf(t, 1, 0, telegram.Config{})
			w.run("", "import", w.file("archive.jsonl", wordsArchive))
			p := w.start("run")
			c := w.converseOnDiscord(name + "-discord.txt")
			d := &discordDialogue{world: w}
			for _, step := range steps {
				d.play(c, step)
			}
			w.stop(p)
			c.steady(weekday, "DAY")
			c.ends()
		})
	}
}

// discordDialogue remembers what can be pressed and filled in.
type discordDialogue struct {
	*world
	shown discord.Message      // the last answer with buttons
	form  *discord.Interaction // that opened the last form
}

func (d *discordDialogue) ask(q question) (*discord.Interaction, error) {
	var options []discord.Option
	for _, o := range q.options {
		options = append(options, discord.Option{Name: strings.TrimSuffix(o.name, ":"), Value: o.value})
	}
	return d.discord.Command(d.ctx, d.manager, d.channels[0], q.command, options)
}

func (d *discordDialogue) press(label string) (*discord.Interaction, error) {
	for _, row := range d.shown.Components {
		for _, b := range row.Components {
			if b.Label == label {
				return d.discord.Press(d.ctx, d.manager, d.shown.ID, b.CustomID)
			}
		}
	}
	return nil, fmt.Errorf("no button %q", label)
}

// does does a step, and returns how it reads.
func (d *discordDialogue) does(step any) (line string, it *discord.Interaction, err error) {
	switch step := step.(type) {
	case onDiscord:
		return d.does(string(step))
	case askedOnDiscord:
		return d.does(question(step))
	case picked:
		it, err = d.pick(string(step))
		return "<" + string(step) + ">", it, err
	case inMenu:
		it, err = d.discord.CommandOn(d.ctx, d.manager, d.lastAlertOnDiscord(d.channels[0]), string(step))
		return "(in the alert's menu) " + string(step), it, err
	case question:
		it, err = d.ask(step)
		return step.line(), it, err
	case string:
		if label, isButton := strings.CutPrefix(step, "["); isButton {
			it, err = d.press(strings.TrimSuffix(label, "]"))
			return step, it, err
		}
		it, err = d.discord.Submit(d.ctx, d.form.ID(), map[string]string{"text": strings.Trim(step, "{}")})
		return step, it, err
	}
	return "", nil, fmt.Errorf("no step: %v", step)
}

// play does a step and writes down what the person sees.
func (d *discordDialogue) play(c *conversation, step any) {
	d.t.Helper()
	switch step := step.(type) {
	case news:
		c.arrives(string(step))
		d.settled()
		return
	case onAlert:
		return
	}
	line, it, err := d.does(step)
	if err != nil {
		d.t.Fatalf("%s: %v\n%s", line, err, c.text.String())
	}
	fmt.Fprintf(&c.text, "> %s\n", line)
	if form, err := it.Form(d.ctx); err == nil {
		d.form = it
		fmt.Fprintf(&c.text, "{%s} %s\n", form.Title, form.Text)
		for _, f := range form.Fields {
			fmt.Fprintf(&c.text, "{%s: %s%s}\n", f.Label, f.Value, optionsOf(f))
		}
		c.text.WriteString("\n")
		return
	}
	reply, err := it.Reply(d.ctx)
	if err != nil {
		d.t.Fatalf("%s: %v", line, err)
	}
	if len(reply.Components) > 0 {
		d.shown = reply
	}
	fmt.Fprintf(&c.text, "%s\n\n", steady(shownOnDiscord(reply)))
}

// steady puts a word in the place of what is another at each run.
func (c *conversation) steady(pattern *regexp.Regexp, word string) {
	text := pattern.ReplaceAllString(c.text.String(), word)
	c.text.Reset()
	c.text.WriteString(text)
}
