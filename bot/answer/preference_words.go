package answer

import (
	"cmp"

	"tidings/bot"
	"tidings/bot/plan"
)

// preferences returns how a subscription's alerts come, where that isn't as everybody's do: a few words each.
func preferences(s *bot.Subscription) []bot.Text {
	var list []bot.Text
	for _, line := range []func(*bot.Subscription) bot.Text{
		whenLine, soundWords, mentionWords, levelWords, subscriptionShapeWords, storiesWords, pauseWords,
	} {
		if words := line(s); !words.Empty() {
			list = append(list, words)
		}
	}
	return list
}

func whenLine(s *bot.Subscription) bot.Text { return whenWords(s.Preferences.When) }

func soundWords(s *bot.Subscription) bot.Text {
	if !s.Preferences.Silent {
		return nil
	}
	return bot.Say("silent")
}

func levelWords(s *bot.Subscription) bot.Text {
	switch s.Preferences.Level {
	case bot.Urgent:
		return bot.Say("all urgent")
	case bot.Flash:
		return bot.Say("all flashes")
	}
	return nil
}

func subscriptionShapeWords(s *bot.Subscription) bot.Text {
	if words := shapeWords(s.Preferences.Shape); words != "" {
		return bot.Plain(words)
	}
	return nil
}

func storiesWords(s *bot.Subscription) bot.Text {
	if s.Stories == bot.Apart {
		return bot.Say("every article of a story")
	}
	return nil
}

func pauseWords(s *bot.Subscription) bot.Text {
	switch p := s.Preferences.Paused; {
	case p.Since.IsZero():
		return nil
	case p.Until.IsZero():
		return bot.Say("paused")
	default:
		return bot.Say("paused until %s", bot.Moment(p.Until, p.Until.Location()))
	}
}

func mentionWords(s *bot.Subscription) bot.Text {
	if len(s.Preferences.Mentions) == 0 {
		return nil
	}
	return bot.Say("mentions %s", mentionNames(s.Preferences.Mentions))
}

// whenWords says when alerts come, in a few words; nil for at once.
func whenWords(when string) bot.Text {
	switch when {
	case "", "now":
		return nil
	case "hourly":
		return bot.Say("hourly digest")
	}
	return bot.Say("digest %s", scheduleWords(when))
}

// scheduleWords says when digests come. What a newer program wrote is shown as it stands.
func scheduleWords(when string) bot.Text {
	schedule, err := plan.ParseWhen(when)
	if err != nil {
		return bot.Plain(when)
	}
	return schedule.Words()
}

// mentionNames names whom alerts mention, which notifies nobody.
func mentionNames(list []bot.Mention) bot.Text {
	names := make([]bot.Text, len(list))
	for i, m := range list {
		names[i] = bot.Plain("@" + bot.CleanText(cmp.Or(m.Name, m.ID), bot.MaxName))
	}
	return bot.And(names...)
}
