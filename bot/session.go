package bot

import "time"

// Session is a browser that is signed in to the operators' console, or a link that signs one in.
type Session struct {
	// Who is an operator, as platform:ID, or in words what else signed in.
	Who     string
	Expires time.Time
	// Message is what the next page says, once; empty if there is nothing.
	Message string
}
