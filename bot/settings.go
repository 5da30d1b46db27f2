package bot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// Settings are how a target wants its alerts: the same for all its subscriptions. The zero value is what everybody gets,
// and costs nothing.
type Settings struct {
	// Zone is an IANA time zone, in which all times of the target are; empty is the installation's.
	Zone string `json:",omitempty"`
	// ZoneChanged is when Zone last changed: schedules count from then.
	ZoneChanged time.Time `json:",omitzero"`
	// Language is a BCP 47 tag; empty is what the platform says, which PlatformLanguage is what it last did, unless English.
	Language         string `json:",omitempty"`
	PlatformLanguage string `json:",omitempty"`
	Quiet            Quiet  `json:",omitzero"`
	Limit            Limit  `json:",omitzero"`
	// NoFlash treats flashes like urgent articles.
	NoFlash bool `json:",omitempty"`
	// Paused holds all alerts but flashes.
	Paused      Pause       `json:",omitzero"`
	Corrections Corrections `json:",omitempty"`
	Shape       Shape       `json:",omitzero"`
	// Mentions is how many alerts a day may mention somebody; 0 means [DefaultMentions].
	Mentions int `json:",omitempty"`
	// DigestMost is how many articles a digest or list shows in full; 0 means [DefaultDigestMost]. The others are counted.
	DigestMost int `json:",omitempty"`
	// TidyAnswers removes the bot's answers in public after a while, where it may.
	TidyAnswers bool `json:",omitempty"`
}

// Reads returns the language that a target reads, as a tag of BCP 47; empty is English.
func (s *Settings) Reads() string { return cmp.Or(s.Language, s.PlatformLanguage) }

// What holds where a target says nothing else.
const (
	DefaultMentions   = 10 // alerts a day with a mention
	DefaultDigestMost = 10 // articles that a digest shows in full
)

// Quiet are a target's quiet hours: what comes then waits until their end.
type Quiet struct {
	// From and To are minutes since midnight, local time, 0 to 1439. Equal means that there are none by the hour. If To
	// is the smaller, they end on the day after the one they belong to.
	From, To int `json:",omitempty"`
	// Days are the days on which they begin, as bits from Sunday, 1 << [time.Weekday]; 0 means all.
	Days uint8 `json:",omitempty"`
	// Weekends makes all of Saturday and Sunday quiet.
	Weekends bool `json:",omitempty"`
	// UrgentPasses lets urgent articles pass.
	UrgentPasses bool `json:",omitempty"`
}

// ClockTime returns a minute of the day as people write it: 08:00.
func ClockTime(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Limit bounds how many messages with alerts a target gets within a span that rolls along; 0 means no bound.
type Limit struct {
	Hour int `json:",omitempty"`
	Day  int `json:",omitempty"` // within 24 hours
}

// Pause holds alerts.
type Pause struct {
	// Since is when it began; zero means that there is none.
	Since time.Time `json:",omitzero"`
	// Until is when it ends by itself; zero means that somebody has to end it.
	Until time.Time `json:",omitzero"`
}

// Holds reports whether the pause holds alerts at a moment.
func (p Pause) Holds(at time.Time) bool {
	return !p.Since.IsZero() && !at.Before(p.Since) && (p.Until.IsZero() || at.Before(p.Until))
}

// Preferences are how one subscription wants its alerts. What it doesn't say its target's [Settings] say.
type Preferences struct {
	// When is when its alerts come; empty means at once. Package plan reads and writes it.
	When string `json:",omitempty"`
	// WhenChanged is when When last changed: the schedule counts from then.
	WhenChanged time.Time `json:",omitzero"`
	Silent      bool      `json:",omitempty"`
	Mentions    []Mention `json:",omitempty"`
	// Level is the least that what it matches counts as: Urgent or Flash, or zero.
	Level  Level `json:",omitempty"`
	Shape  Shape `json:",omitzero"`
	Paused Pause `json:",omitzero"`
}

// Shape is how an alert looks.
type Shape struct {
	// Preset is what the rest departs from; empty is the next one's.
	Preset Preset `json:",omitempty"`
	// Parts are the parts that are switched on or off against the preset.
	Parts map[Part]bool `json:",omitempty"`
	// Line is a line of plain text before each alert; at most [MaxLine] characters.
	Line string `json:",omitempty"`
}

// MaxLine bounds [Shape.Line] in characters.
const MaxLine = 100

// Preset names a shape.
type Preset string

// The presets.
const (
	Headline Preset = "headline" // one line
	Brief    Preset = "brief"    // title, dek, authors, source and time
	Full     Preset = "full"     // with the picture
)

// Part is what an alert shows of an article.
type Part string

// The parts.
const (
	ShowTitle   Part = "title"
	ShowSummary Part = "dek"
	ShowSource  Part = "source"
	ShowAuthors Part = "authors"
	ShowTime    Part = "time"
	ShowTags    Part = "tags"
	ShowPicture Part = "picture"
	ShowPreview Part = "preview" // the platform's own of the link
	ShowRelated Part = "also"    // other reports of the story
)

// MuteKind is what a mute leaves out.
type MuteKind string

// The kinds.
const (
	MuteStory  MuteKind = "story"  // articles of one story
	MuteSource MuteKind = "source" // articles of one source
	MuteWords  MuteKind = "words"  // articles that a filter matches
)

// Mute leaves articles out of what a target gets.
type Mute struct {
	ID   int64
	Kind MuteKind
	// Value is the ID of the story's first article, the ID of the source, or a filter.
	Value string
	// Name is what people call it: a headline, a source's name, the filter.
	Name      string
	Created   time.Time
	CreatedBy string    // the platform's identifier of the person
	Until     time.Time // zero is for good
	// Muted counts what it has left out.
	Muted int
}

// Holds reports whether the mute is in force at a moment.
func (m *Mute) Holds(at time.Time) bool { return m.Until.IsZero() || at.Before(m.Until) }

// Rhythm is what a target and its subscriptions ask for beyond what everybody gets.
type Rhythm struct {
	Settings      Settings
	Subscriptions []Subscription // with what they ask for, by number
	Mutes         []Mute
	// Sent are when the target's latest messages with alerts were sent, within 24 hours, oldest first: as many as its
	// limit needs to know of.
	Sent []time.Time
	// Overflow is the moment for which what was over the limit waits; zero if nothing does. What comes until then joins it.
	Overflow time.Time
	// Mentioned is how many messages within 24 hours mentioned somebody.
	Mentioned int
}

// encodeJSON returns v as a store keeps it: JSON, or "" for the zero value.
func encodeJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil || string(b) == "{}" {
		return ""
	}
	return string(b)
}

// Encode returns the settings as a store keeps them; empty for the zero value.
func (s Settings) Encode() string { return encodeJSON(s) }

// Encode returns the preferences as a store keeps them; empty for the zero value.
func (w Preferences) Encode() string { return encodeJSON(w) }

// DecodeSettings reads what [Settings.Encode] wrote. What a newer program wrote beside is passed over.
func DecodeSettings(s string) (set Settings, err error) { return set, decodeJSON(s, &set) }

// DecodePreferences reads what [Preferences.Encode] wrote.
func DecodePreferences(s string) (w Preferences, err error) { return w, decodeJSON(s, &w) }

func decodeJSON(s string, v any) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), v)
}
