package demo

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"tidings/internal/sandbox/discord"
)

const (
	// maxAction bounds what a page sends, in bytes.
	maxAction = 64 << 10
	// patience is how long a page waits for the bot.
	patience = 10 * time.Second
)

// action is what a visitor did.
type action struct {
	Channel string `json:"channel"`
	Chat    int64  `json:"chat"`
	Line    string `json:"line"`
	Button  string `json:"button"`
	// Message is the one that the button is on, that a command is called on, or that a line replies to: on
	// Telegram its number within the chat.
	Message json.Number `json:"message"`
	// Opened is the interaction that opened a dialog, and Fields what was filled in.
	Opened string            `json:"opened"`
	Fields map[string]string `json:"fields"`
}

// read reads an action from a request, or answers it.
func read(w http.ResponseWriter, r *http.Request) (a action, ok bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, errors.New("send application/json"))
		return a, false
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAction)).Decode(&a); err != nil {
		refuse(w, http.StatusBadRequest, errors.New("the body isn't an action in JSON"))
		return a, false
	}
	a.Line = strings.TrimLeft(a.Line, " \n")
	return a, true
}

// acting returns a handler of requests that carry an action.
func acting(do func(w http.ResponseWriter, r *http.Request, a action)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a, ok := read(w, r); ok {
			do(w, r, a)
		}
	}
}

// reply writes v as JSON.
func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// refuse shows the visitor why nothing was done.
func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

// finish answers an action that leads to nothing but events.
func finish(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, discord.ErrNoAnswer):
		refuse(w, http.StatusGatewayTimeout, errors.New("the bot did not answer in time"))
	case err != nil:
		refuse(w, http.StatusUnprocessableEntity, err)
	default:
		reply(w, http.StatusOK, struct{}{})
	}
}

// publish brings the next story forward.
func (d *Demo) publish(w http.ResponseWriter, _ *http.Request, _ action) {
	s := d.room.publish()
	reply(w, http.StatusOK, map[string]string{"title": s.title})
}

// correct corrects the story of the newest alert.
func (d *Demo) correct(w http.ResponseWriter, _ *http.Request, _ action) {
	s, err := d.room.correct(d.alerted())
	d.changed(w, s, err)
}

// withdraw withdraws the story of the newest alert.
func (d *Demo) withdraw(w http.ResponseWriter, _ *http.Request, _ action) {
	s, err := d.room.withdraw(d.alerted())
	d.changed(w, s, err)
}

// alerted returns the addresses of the stories that alerts in the chats lead to.
func (d *Demo) alerted() map[string]bool {
	links := map[string]bool{}
	for _, m := range d.discordMessages() {
		for _, e := range m.Embeds {
			links[e.URL] = true
		}
	}
	for _, c := range d.world.telegram.chats {
		for _, m := range d.telegram.Messages(c.ID) {
			for _, e := range m.Entities {
				links[e.URL] = true
			}
		}
	}
	return links
}

func (*Demo) changed(w http.ResponseWriter, s story, err error) {
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"title": s.title})
}

// discordSay posts a line, or uses the command in it.
func (d *Demo) discordSay(w http.ResponseWriter, r *http.Request, a action) {
	you := d.world.discord.you
	if isCommand(a.Line) {
		_, err := runLine(r.Context(), d.discord, you, a.Channel, d.world.discord.named(a.Line))
		finish(w, err)
		return
	}
	if d.discord.Say(you, a.Channel, a.Line) == "" {
		finish(w, errors.New("this message cannot be posted"))
		return
	}
	finish(w, nil)
}

// discordPress presses a button and waits for what comes of it.
func (d *Demo) discordPress(w http.ResponseWriter, r *http.Request, a action) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	it, err := d.discord.Press(ctx, d.world.discord.you, a.Message.String(), a.Button)
	finish(w, answered(ctx, it, err))
}

// answered waits for what comes of something that the visitor did: an answer, or a dialog.
func answered(ctx context.Context, it *discord.Interaction, err error) error {
	if err != nil {
		return err
	}
	if _, err := it.Form(ctx); !errors.Is(err, discord.ErrNoForm) {
		return err
	}
	_, err = it.Reply(ctx)
	return err
}

// discordMenu names the commands in the menu of a message.
func (d *Demo) discordMenu(w http.ResponseWriter, _ *http.Request, _ action) {
	names := []string{}
	for _, c := range d.discord.Commands() {
		if c.Type == messageCommand {
			names = append(names, c.Name)
		}
	}
	reply(w, http.StatusOK, names)
}

// discordUse calls a command of the menu of a message, and waits for what comes of it.
func (d *Demo) discordUse(w http.ResponseWriter, r *http.Request, a action) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	it, err := d.discord.CommandOn(ctx, d.world.discord.you, a.Message.String(), a.Line)
	finish(w, answered(ctx, it, err))
}

// discordSubmit submits a dialog, and waits for what comes of it.
func (d *Demo) discordSubmit(w http.ResponseWriter, r *http.Request, a action) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	it, err := d.discord.Submit(ctx, a.Opened, a.Fields)
	finish(w, answered(ctx, it, err))
}

// discordSuggest helps with a line that is being typed.
func (d *Demo) discordSuggest(w http.ResponseWriter, r *http.Request, a action) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	list := d.suggest(ctx, d.world.discord.you, a.Channel, a.Line)
	if list == nil {
		list = []suggestion{}
	}
	reply(w, http.StatusOK, list)
}

// telegramSay posts a line, in reply to a message if one is named.
func (d *Demo) telegramSay(w http.ResponseWriter, _ *http.Request, a action) {
	you := d.world.telegram.you.ID
	if number, err := a.Message.Int64(); err == nil {
		_, err = d.telegram.Reply(you, a.Chat, int(number), a.Line)
		finish(w, err)
		return
	}
	_, err := d.telegram.Say(you, a.Chat, 0, a.Line)
	finish(w, err)
}

// telegramPress presses a button and returns what the bot answers the one who pressed it.
func (d *Demo) telegramPress(w http.ResponseWriter, r *http.Request, a action) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	number, err := a.Message.Int64()
	if err != nil {
		refuse(w, http.StatusBadRequest, errors.New("the message has no number"))
		return
	}
	answer, err := d.telegram.Press(ctx, d.world.telegram.you.ID, a.Chat, int(number), a.Button)
	if err != nil {
		finish(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"text": answer.Text, "alert": answer.Alert})
}
