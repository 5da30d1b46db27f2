package bot

// Level is how much an article matters, after the wire agencies' urgencies; IPTC NewsCodes, urgency. Levels compare: the
// higher matters more.
type Level int

// The levels. The zero value is the normal case.
const (
	Low    Level = iota - 1 // urgency 7 to 9
	Normal                  // 4 to 6, or none
	Urgent                  // 2 and 3: bulletin, urgent
	Flash                   // 1
)

// flashUrgency and lowUrgency bound the levels in urgencies.
const (
	flashUrgency = 1
	lowUrgency   = 7
)

// Level returns the level that the article's urgency says.
func (a *Article) Level() Level {
	switch u := a.Urgency; {
	case u == flashUrgency:
		return Flash
	case u > flashUrgency && u <= urgentMax:
		return Urgent
	case u >= lowUrgency:
		return Low
	}
	return Normal
}

// Level returns how much an article of some level matters where these are the settings, to a subscription with some preferences: at
// least what it raises articles to, and no flash where those are switched off.
func (s *Settings) Level(own Level, w *Preferences) Level {
	if w.Level > Normal {
		own = max(own, w.Level)
	}
	if s.NoFlash {
		own = min(own, Urgent)
	}
	return own
}

// InFlood returns the level of one too many urgent articles of a source: it has lost its precedence.
func (l Level) InFlood() Level { return min(l, Normal) }

// String returns the word that people use.
func (l Level) String() string {
	return [...]string{"low", "normal", "urgent", "flash"}[l-Low]
}

// Mark returns what begins the title of an article wherever alerts show it, if it matters more than most; nil otherwise.
func (l Level) Mark() Text {
	switch l {
	case Flash:
		return Join(Plain("🔴 "), Say("FLASH:"), Plain(" "))
	case Urgent:
		return Join(Plain("🟠 "), Say("URGENT:"), Plain(" "))
	}
	return nil
}
