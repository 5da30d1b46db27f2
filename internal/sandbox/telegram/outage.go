package telegram

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"tidings/internal/sandbox"
)

// Refuse is a fault that refuses calls as Telegram does, such as 400 and "Bad Request: CHAT_FORBIDDEN".
func Refuse(code int, description string) sandbox.Fault {
	text, err := json.Marshal(response{ErrorCode: code, Description: description})
	if err != nil {
		panic(err) // numbers and texts always encode
	}
	return sandbox.Fault{Status: code, Body: string(text)}
}

// Outage is a fault that answers 500, as one data center of Telegram does while the others work.
func Outage() sandbox.Fault {
	return Refuse(http.StatusInternalServerError, "Internal Server Error").Always()
}

// Place is a chat as Fault.Place names it.
func Place(chat int64) string { return strconv.FormatInt(chat, 10) }

// scene says which chat a call is for, and what it would show.
func (t *StandIn) scene(c call) sandbox.Scene {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := sandbox.Scene{Text: c.text("text") + c.text("caption")}
	if chat := t.lookUp(c.text("chat_id")); chat != nil {
		s.Places = append(s.Places, Place(chat.ID))
	}
	if q := t.callbacks[c.text("callback_query_id")]; q != nil {
		s.Places = append(s.Places, Place(q.chat))
	}
	return s
}

// SetSkew sets the stand-in's clock ahead of Config.Now, or behind it.
func (t *StandIn) SetSkew(skew time.Duration) { t.skew.Store(int64(skew)) }

// skewed is the clock now with the skew of the moment.
func (t *StandIn) skewed(now func() time.Time) func() time.Time {
	return func() time.Time { return now().Add(time.Duration(t.skew.Load())) }
}

// GoOffline makes Telegram unreachable: the calls on the way and those to come are reset.
func (t *StandIn) GoOffline() { t.link.Cut() }

// GoOnline ends GoOffline.
func (t *StandIn) GoOnline() { t.link.Restore() }

// ResetToken gives the bot another token, as its owner does. The old one is refused with 401 from now on, also in a
// poll that is waiting.
func (t *StandIn) ResetToken(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token = token
	t.updates.endPoll()
}

// authentic reports whether token is the bot's.
func (t *StandIn) authentic(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return token == t.token
}

func unauthorized() *apiError { return &apiError{code: http.StatusUnauthorized, text: "Unauthorized"} }
