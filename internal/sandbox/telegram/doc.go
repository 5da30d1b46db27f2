// Package telegram is a local stand-in for Telegram: a Bot API server with one bot, its chats and the people in them,
// long polling and webhooks, over real sockets and in Telegram's own words. [New] makes one; package sandbox says how
// to use it.
package telegram
