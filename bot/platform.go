package bot

import "time"

// PlatformState is how a platform does, as far as this process knows.
type PlatformState struct {
	Platform string
	// Refused is since when the platform refuses the bot's token; zero if it doesn't. Nothing is sent or answered
	// there until the program starts with another one.
	Refused time.Time
	// Connected says that this process hears what people do there. One that stands by need not.
	Connected bool
	// OutOfReach is since when this process should be connected and isn't; zero if it is, or need not be.
	OutOfReach time.Time
}
