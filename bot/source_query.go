package bot

// SourceQuery asks for sources, those first that ask for something to be done: what failed last, and then the others, by name. It
// is for those who run the bot.
type SourceQuery struct {
	// State chooses which.
	State SourceChoice
	// Text, unless empty, has to stand in the name, title, address or place.
	Text string
	// After is the ID of the last source of the page before; empty begins.
	After string
	Limit int
}

// SourceChoice is a kind of sources.
type SourceChoice string

// The kinds.
const (
	AllSources     SourceChoice = ""
	FailingSources SourceChoice = "failing" // could not be read at the last try
	PausedSources  SourceChoice = "paused"
	PrivateSources SourceChoice = "private" // belong to a place
)
