package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// conversation writes down what people do on one platform, and what the bot says to it wherever that is.
type conversation struct {
	*world

	file  string // in testdata/conversations
	text  strings.Builder
	names map[string]string // of chats and people by their IDs
	heard chan remark
}

// remark is what the bot says in one place, in one message.
type remark struct {
	place, text string
}

// converseOnTelegram begins a conversation on Telegram.
func (w *world) converseOnTelegram(file string) *conversation {
	c := &conversation{world: w, file: file, names: map[string]string{}, heard: make(chan remark, 100)}
	events := w.telegram.Watch(w.ctx)
	go func() {
		said := map[string]string{} // by message
		for e := range events {
			m := e.Message
			key, text := fmt.Sprint(e.Chat, "/", m.ID), m.Text+m.Caption
			if e.Kind == telegram.Edited && m.Keyboard == nil && said[key] == text {
				continue // its buttons are spent, and gone
			}
			said[key] = text
			byBot := m.From != nil && m.From.ID == w.telegram.Bot().ID || m.Chat.Type == telegram.Channel && !strings.HasPrefix(m.Text, "/")
			if (e.Kind == telegram.Sent || e.Kind == telegram.Edited) && byBot && m.NewMembers == nil {
				c.heard <- remark{strconv.FormatInt(e.Chat, 10), shownOnTelegram(m)}
			}
		}
	}()
	return c
}

// converseOnDiscord begins a conversation on Discord.
func (w *world) converseOnDiscord(file string) *conversation {
	c := &conversation{world: w, file: file, names: map[string]string{}, heard: make(chan remark, 100)}
	events := w.discord.Watch(w.ctx)
	go func() {
		said := map[string]string{}
		for e := range events {
			m := e.Message
			text := shownOnDiscord(m)
			if e.Kind == discord.Edited && said[m.ID] == text {
				continue // an edit is made again if what follows it has to wait for its turn
			}
			said[m.ID] = text
			if (e.Kind == discord.Posted || e.Kind == discord.Edited) && m.Author.Bot && !m.Loading {
				c.heard <- remark{m.ChannelID, text}
			}
		}
	}()
	return c
}

// shownOnTelegram returns a message as people see it, with its styles as signs.
func shownOnTelegram(m telegram.Message) string {
	s := styled(m.Text+m.Caption, append(m.Entities, m.CaptionEntities...))
	if m.Document != nil {
		s += " {" + m.Document.FileName + "}"
	}
	if m.Keyboard != nil {
		for _, row := range m.Keyboard.Rows {
			s += "\n"
			for _, b := range row {
				s += "[" + b.Text + "]"
				if b.URL != "" {
					s += "(" + b.URL + ")"
				}
			}
		}
	}
	return s
}

// shownOnDiscord returns a message as people see it, as markdown.
func shownOnDiscord(m discord.Message) string {
	s := m.Content
	for _, e := range m.Embeds {
		s += e.Title + "\n" + e.Description
	}
	for _, row := range m.Components {
		s += "\n"
		for _, b := range row.Components {
			s += "[" + b.Label + "]"
		}
	}
	for _, name := range m.Files {
		s += " {" + name + "}"
	}
	if m.EphemeralTo != "" {
		s = "(for one alone) " + s
	}
	return s
}

// does writes down what somebody does, and the n messages that the bot has to say to it.
func (c *conversation) does(what string, n int, do func() error) {
	c.t.Helper()
	fmt.Fprintf(&c.text, "> %s\n", what)
	if err := do(); err != nil {
		fmt.Fprintf(&c.text, "(%v)\n\n", err)
		return
	}
	var lines []string
	late := time.NewTimer(patience)
	defer late.Stop()
	for range n {
		select {
		case r := <-c.heard:
			lines = append(lines, c.name(r.place)+": "+steady(r.text))
		case <-late.C:
			c.t.Fatalf("%s: %d of %d messages: %q\n%s", what, len(lines), n, lines, c.text.String())
		}
	}
	slices.Sort(lines) // different chats keep no order
	for _, line := range lines {
		fmt.Fprintf(&c.text, "%s\n", line)
	}
	c.text.WriteString("\n")
}

// name returns what a place is called, and puts names in the place of IDs.
func (c *conversation) name(id string) string {
	if name := c.names[id]; name != "" {
		return name
	}
	if t, ok := c.discord.Thread(id); ok && c.names[t.Parent] != "" {
		return "a post in " + c.names[t.Parent]
	}
	return "?"
}

// ends compares the conversation with what is on file.
func (c *conversation) ends() {
	c.t.Helper()
	got := c.text.String()
	for id, name := range c.names {
		got = strings.ReplaceAll(got, id, "ID-OF-"+strings.ToUpper(strings.ReplaceAll(name, " ", "-")))
	}
	path := filepath.Join("testdata", "conversations", c.file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	if diff := gocmp.Diff(readFile(c.t, path), got); diff != "" {
		c.t.Errorf("%s (-want +got; go test ./cmd/tidings -run %s -update writes it anew):\n%s", path, c.t.Name(), diff)
	}
}

// must returns a chat that was made for the conversation.
func (c *conversation) must(chat telegram.Chat, err error) telegram.Chat {
	c.t.Helper()
	c.check(err)
	return chat
}

func (c *conversation) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// tg writes the ID of a chat.
func tg(id int64) string { return strconv.FormatInt(id, 10) }

// data returns what a button of a message on Telegram carries.
func (c *conversation) data(m telegram.Message, label string) string {
	c.t.Helper()
	if m.Keyboard != nil {
		for _, b := range slices.Concat(m.Keyboard.Rows...) {
			if b.Text == label {
				return b.Data
			}
		}
	}
	c.t.Fatalf("no button %q: %s\n%s", label, shownOnTelegram(m), c.text.String())
	return ""
}
