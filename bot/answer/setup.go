package answer

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// setup is what a chat asks for, as a file: the same on every platform.
type setup struct {
	Version     int       `json:"tidings"`
	Exported    time.Time `json:"exported"`
	Platform    string    `json:"platform,omitempty"`
	Corrections string    `json:"corrections,omitempty"` // "reply", or nothing; newer files have it among the settings
	// Settings are what /settings sets, by its words.
	Settings      map[string]string `json:"settings,omitempty"`
	Subscriptions []setupFilter     `json:"subscriptions"`
	Mutes         []setupMute       `json:"mutes,omitempty"`
	Sources       []setupSource     `json:"sources,omitempty"` // that the filters name
}

// setupMute is a mute of words, or of a source by its name.
type setupMute struct {
	Words  string    `json:"words,omitempty"`
	Source string    `json:"source,omitempty"`
	Until  time.Time `json:"until,omitzero"` // zero is for good
}

// setupFilter is one subscription.
type setupFilter struct {
	Filter  string `json:"filter"`
	Stories string `json:"stories,omitempty"` // "apart", or nothing
	// Preferences are what /subscription sets beside, by its words.
	Preferences map[string]string `json:"ways,omitempty"`
}

// setupSource tells people what a source is, where it isn't followed. Address is there of the chat's own feeds alone, and
// only if it has no password.
type setupSource struct {
	Name    string `json:"name"`
	Title   string `json:"title,omitempty"`
	Address string `json:"address,omitempty"`
}

const (
	// setupVersion is that of the files that this program writes, and the newest that it reads.
	setupVersion = 1
	// maxImport is how many subscriptions one file may bring.
	maxImport = 50
)

// newSetup returns the setup of a chat. sources are those that people there may know of.
func newSetup(now time.Time, place bot.Place, subs []bot.Subscription, sources []bot.Source) setup {
	s := setup{Version: setupVersion, Exported: now.UTC().Truncate(time.Second), Subscriptions: []setupFilter{}}
	named := map[string]bool{}
	for i := range subs {
		f := setupFilter{Filter: subs[i].Filter}
		if subs[i].Stories == bot.Apart {
			f.Stories = string(bot.Apart)
		}
		s.Subscriptions = append(s.Subscriptions, f)
		for _, name := range sourcesNamed(subs[i].Filter) {
			named[name] = true
		}
	}
	for i := range sources {
		if src := &sources[i]; named[filter.Fold(src.Name)] {
			s.Sources = append(s.Sources, setupSource{Name: src.Name, Title: src.Title, Address: ownAddress(src, place)})
		}
	}
	return s
}

// ownAddress returns the address of a feed that belongs to the place, unless there is a password in it.
func ownAddress(s *bot.Source, place bot.Place) string {
	u, err := url.Parse(s.URL)
	if err != nil || s.Kind != bot.FeedSource || s.Place == "" || s.Place != place || u.User != nil {
		return ""
	}
	return s.URL
}

// sourcesNamed returns the sources that a filter asks for, folded.
func sourcesNamed(text string) []string {
	f, err := filter.Parse(text)
	if err != nil {
		return nil
	}
	var names []string
	for _, n := range f.Named() {
		if n.Field == filter.Source {
			names = append(names, filter.Fold(n.Value))
		}
	}
	return names
}

// file returns the setup as people can read it.
func (s *setup) file() (*bot.File, error) {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode a setup: %w", err)
	}
	return &bot.File{Name: "tidings-setup.json", Content: append(raw, '\n')}, nil
}

// readSetup reads a file that somebody hands in.
func readSetup(f bot.File) (setup, error) {
	var s setup
	switch err := json.Unmarshal(f.Content, &s); {
	case err != nil || s.Version == 0:
		return s, bot.UserErrorf("“%s” isn't a setup that I have exported (/export makes one), nor a list of feeds (OPML).", clip(f.Name))
	case s.Version > setupVersion:
		return s, bot.UserErrorf("“%s” comes from a newer version of this bot, which I can't read.", clip(f.Name))
	case len(s.Subscriptions) == 0:
		return s, bot.UserErrorf("“%s” has no subscriptions.", clip(f.Name))
	}
	return s, nil
}
