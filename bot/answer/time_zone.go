package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

// zonesByLanguage are the time zones of those who read a language, where nearly all of them share one: a guess, which people
// are told of.
func zonesByLanguage() map[string]string {
	return map[string]string{
		"ko": "Asia/Seoul", "ja": "Asia/Tokyo", "de": "Europe/Berlin", "fr": "Europe/Paris", "es-es": "Europe/Madrid", "zh-cn": "Asia/Shanghai",
		"zh-tw": "Asia/Taipei", "zh-hans": "Asia/Shanghai", "en-gb": "Europe/London", "it": "Europe/Rome", "nl": "Europe/Amsterdam", "pl": "Europe/Warsaw",
		"sv": "Europe/Stockholm", "sv-se": "Europe/Stockholm", "da": "Europe/Copenhagen", "no": "Europe/Oslo", "nb": "Europe/Oslo", "fi": "Europe/Helsinki",
		"uk": "Europe/Kyiv", "tr": "Europe/Istanbul", "el": "Europe/Athens", "ro": "Europe/Bucharest", "cs": "Europe/Prague", "hu": "Europe/Budapest",
		"bg": "Europe/Sofia", "hr": "Europe/Zagreb", "lt": "Europe/Vilnius", "th": "Asia/Bangkok", "vi": "Asia/Ho_Chi_Minh", "hi": "Asia/Kolkata",
		"pt-br": "America/Sao_Paulo", "he": "Asia/Jerusalem", "id": "Asia/Jakarta",
	}
}

// guessZone guesses the time zone of a chat from the languages that the platform tells. Without a guess it is the
// installation's.
func (h *Handler) guessZone(inv bot.Invocation) string {
	zones := zonesByLanguage()
	for _, code := range []string{inv.ChatLanguage, inv.Language} {
		code = strings.ToLower(strings.ReplaceAll(code, "_", "-"))
		language, _, _ := strings.Cut(code, "-")
		if zone := cmp.Or(zones[code], zones[language]); zone != "" && code != "" {
			return zone
		}
	}
	return h.zone.String()
}

// zoneGuessed says which time zone was taken, and how to set another.
func (h *Handler) zoneGuessed(zone string) bot.Text {
	set := bot.Say("If that isn't yours: %s", code("/settings timezone Berlin"))
	if zone == h.zone.String() {
		return bot.Join(bot.Say("Times are in %s, as I don't know this chat's time zone.", zone), bot.Plain(" "), set)
	}
	return bot.Join(bot.Say("Times are in %s, a guess from your language.", zone), bot.Plain(" "), set)
}

// byTheClock returns a moment with the name of a chat's time zone, in which it was meant.
func byTheClock(t time.Time, zone *time.Location) bot.Text {
	if zone == time.UTC || zone.String() == "UTC" {
		return bot.Moment(t, zone)
	}
	return bot.Say("%s (%s)", bot.Moment(t, zone), zone.String())
}

// zoneName returns the name of a chat's time zone.
func (h *Handler) zoneName(s *bot.Settings) string { return h.zoneOf(s).String() }

// offerZones offers the time zones that somebody may have meant.
func (h *Handler) offerZones(ctx context.Context, fault bot.Text, zones []string) (bot.Message, error) {
	m := bot.Message{Text: fault, Mistake: true}
	for _, z := range zones {
		b, err := h.button(ctx, bot.Plain(z), bot.PlainButton, "settings", map[string]string{"timezone": z})
		if err != nil {
			return bot.Message{}, err
		}
		m.Buttons = append(m.Buttons, []bot.Button{b})
	}
	return m, nil
}

// zoneOffers offers the time zone that is guessed, and some that many people are in.
func (h *Handler) zoneOffers(inv bot.Invocation) []offer {
	var list []offer
	for _, zone := range []string{h.guessZone(inv), "UTC", "America/New_York", "Europe/London", "Europe/Berlin", "Asia/Seoul"} {
		if !slices.ContainsFunc(list, func(o offer) bool { return o.value == zone }) {
			list = append(list, offer{zone, bot.Plain(zone)})
		}
	}
	return list
}
