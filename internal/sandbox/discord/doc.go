// Package discord is a local stand-in for Discord: one bot, its guilds, channels and people, the REST API, the gateway
// and interactions, over real sockets and in Discord's own words. [New] makes one; package sandbox says how to use it.
package discord
