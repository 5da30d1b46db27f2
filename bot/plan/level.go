package plan

import "tidings/bot"

// own returns how much the item matters by itself: one too many of a flood is normal.
func (d *decision) own() bot.Level {
	level := d.item.Article.Level()
	if d.item.Flood {
		return level.InFlood()
	}
	return level
}

// level returns how much the item matters to a subscription.
func (d *decision) level(w *bot.Preferences) bot.Level { return d.rhythm.Settings.Level(d.own(), w) }

// why explains a level, and whose plan it is.
func (d *decision) why(s *bot.Subscription, level bot.Level) Why {
	own := d.own()
	return Why{
		Number:   s.Number,
		Raised:   level > own,
		Flooded:  level < d.item.Article.Level() && own < d.item.Article.Level(),
		FlashOff: level == bot.Urgent && max(own, s.Preferences.Level) == bot.Flash,
	}
}
