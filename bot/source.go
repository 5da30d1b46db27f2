package bot

import "time"

// SourceKind says how a source's articles arrive.
type SourceKind string

// The kinds of sources.
const (
	FeedSource   SourceKind = "feed"   // polled from an address
	ImportSource SourceKind = "import" // read from files
	APISource    SourceKind = "api"    // handed in by the publisher
)

// Source is where articles come from.
type Source struct {
	// Name is what people type: a–z, 0–9 and hyphens, 1 to 32 of them.
	Name string
	Kind SourceKind
	// URL is where a feed is fetched. It may hold a secret and is never shown to an audience.
	URL string
	// Title is what the source calls itself.
	Title string
	// Configured says that the operator named the source in the environment, so that it cannot be
	// removed from a chat.
	Configured bool
	Added      time.Time
	Fetch      FetchState
	// Articles is how many the store has of it. The store fills it in; it is not written.
	Articles int64
}

// FetchState is what is known of the last fetches of a feed. It outlives restarts, so that a
// restart costs the publisher no request.
type FetchState struct {
	ETag         string // byte for byte as the server sent it
	LastModified string // likewise
	BodyHash     string // of the last body parsed
	Next         time.Time
	LastTry      time.Time
	LastSuccess  time.Time
	Failures     int    // in a row
	Error        string // of the last fetch, fit for people; empty after a success
}
