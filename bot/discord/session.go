package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"
)

// session identifies a gateway session, so that the next connection can resume it. The zero value stands for none.
type session struct {
	id  string
	url string // where to resume it, or empty
	seq int64
}

// identify begins a session.
type identify struct {
	Token      string           `json:"token"`
	Intents    discordgo.Intent `json:"intents"`
	Shard      *[2]int          `json:"shard,omitempty"`
	Properties struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	} `json:"properties"`
}

// resume resumes a session.
type resume struct {
	Token   string `json:"token"`
	Session string `json:"session_id"`
	Seq     int64  `json:"seq"`
}

// readSession returns the session that READY begins. A server that names none has none to resume.
func readSession(e *discordgo.Event) session {
	var ready struct {
		ID  string `json:"session_id"`
		URL string `json:"resume_gateway_url"`
	}
	_ = json.Unmarshal(e.RawData, &ready) // what could be read decides
	return session{id: ready.ID, url: ready.URL, seq: e.Sequence}
}
