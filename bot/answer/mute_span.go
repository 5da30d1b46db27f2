package answer

import (
	"context"
	"errors"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
	"tidings/internal/lazyregexp"
)

// forGood is the span of a mute that somebody has to end.
const forGood = "good"

// takesSpan reports whether words are meant as a span, even one that doesn't exist, such as until 25:00.
func takesSpan(words string) bool {
	_, err := readSpan(words, time.Time{}.Add(aWeek), time.UTC)
	return words != "" && !errors.Is(err, plan.ErrUnread)
}

func completeSpan(context.Context, bot.Invocation, string) ([]bot.Choice, error) {
	return []bot.Choice{
		{Label: "A day", Words: bot.Say("A day"), Value: "day"},
		{Label: "A week", Words: bot.Say("A week"), Value: "week"},
		{Label: "For good", Words: bot.Say("For good"), Value: forGood},
	}, nil
}

// readSpan returns until when a mute holds; zero for good.
func readSpan(words string, now time.Time, zone *time.Location) (time.Time, error) {
	switch words = strings.ToLower(strings.TrimSpace(words)); strings.TrimPrefix(strings.TrimPrefix(words, "a "), "one ") {
	case "day", "1 day":
		return now.Add(aDay), nil
	case "week", "1 week":
		return now.Add(aWeek), nil
	case forGood, "ever", "always", "forever":
		return time.Time{}, nil
	case "":
		return time.Time{}, bot.UserErrorf("For how long? As in %s, %s or %s.", code("for a day"), code("for a week"), code("for good"))
	}
	return plan.ParseUntil(words, now, zone)
}

// cutSpan splits "earthquake for a week", "earthquake until monday" and "earthquake 2h". A span can stand alone.
func cutSpan(words string) (what, span string, ok bool) {
	for i := len(words); i > 0; {
		i = 1 + strings.LastIndexByte(words[:i-1], ' ')
		lead, rest, _ := strings.Cut(words[i:], " ")
		_, before := cutLastWord(words[:i])
		switch {
		case leadsSpan(lead):
			span = rest
		case oneOf(lead, "until", "till", "bis", "hasta") != "":
			span = words[i:]
		case bareSpan.MatchString(words[i:]) && !leadsSpan(before):
			span = words[i:]
		default:
			continue
		}
		if takesSpan(span) {
			return strings.TrimSpace(words[:i]), span, true
		}
	}
	return words, "", false
}

// leadsSpan reports whether a word stands before a span.
func leadsSpan(word string) bool { return oneOf(word, "for", "für", "pour", "por") != "" }

// bareSpan matches spans that few would look for: numbers with a unit of time, and for ever.
var bareSpan = lazyregexp.New(`(?i)^(\d{1,3} ?(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?|minuten|std|stunden?|tage?|wochen?|heures?|jours?|semaines?|horas?|días?|semanas?|분|시간|일|주|分|時間|日|週間|分钟|小时|天|周)|forever|indefinitely)$`)
