package plan

import "tidings/bot"

// level returns how much the item matters to a subscription.
func (d *decision) level(w bot.Ways) bot.Level {
	level := d.item.Article.Level()
	if w.Level > bot.Normal && w.Level > level {
		level = w.Level
	}
	if d.item.Flood && level > bot.Normal {
		return bot.Normal
	}
	if level == bot.Flash && d.rhythm.Settings.NoFlash {
		return bot.Urgent
	}
	return level
}

// why explains a level, and whose plan it is.
func (d *decision) why(s *bot.Subscription, level bot.Level) Why {
	own := d.item.Article.Level()
	return Why{
		Number:   s.Number,
		Raised:   level > own,
		Flooded:  d.item.Flood && level < max(own, s.Ways.Level),
		FlashOff: level == bot.Urgent && max(own, s.Ways.Level) == bot.Flash,
	}
}
