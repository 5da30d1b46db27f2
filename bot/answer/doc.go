// Package answer answers people: commands, pressed buttons, filled-in forms, and suggestions while they type. One table
// of commands serves all platforms; menus, help and the parsing of arguments follow from it.
//
// A [Handler] is what adapters serve. It never fails: a mistake of the person becomes a sentence that says how to do it
// right, and anything else "Something went wrong" with a reference that stands in the log too. It also hears when the
// bot is removed from a place, returns or moves, so that setup survives.
//
// Unasked it sends only what somebody has to know once: a greeting, the offer to catch up after a return, what becomes of a
// request for a feed. It keeps nothing outside the store.
package answer
