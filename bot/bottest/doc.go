// Package bottest has what every implementation of the core's interfaces is tested with, and what
// the core's own tests put in their place.
//
//   - [Adapter] is the conformance suite of a [bot.Adapter]. A new platform offers a [Fixture]: the
//     adapter connected to a stand-in of the platform over a real socket, and the means to play
//     everyone but the bot.
//   - [Texts] is a corpus of what feeds and people write that breaks or misleads a chat.
//   - [Recorder] is an adapter that keeps what it was asked to send, and [Handler] a handler that
//     keeps what it was asked, both with scripted answers and ways to wait without sleeping.
//
// The package imports nothing but the core. It knows no platform, no stand-in and no database.
package bottest
