package bot

import "maps"

// Over returns the shape with what it leaves open taken from another: a subscription's over its target's.
func (s Shape) Over(base Shape) Shape {
	if s.Preset != "" { // a preset begins anew
		base.Preset, base.Parts = s.Preset, nil
	}
	if len(s.Parts) > 0 {
		parts := maps.Clone(s.Parts)
		for p, on := range base.Parts {
			if _, said := parts[p]; !said {
				parts[p] = on
			}
		}
		base.Parts = parts
	}
	if s.Line != "" {
		base.Line = s.Line
	}
	return base
}

// Shows reports whether an alert of this shape shows a part.
func (s Shape) Shows(p Part) bool {
	if on, said := s.Parts[p]; said {
		return on
	}
	switch p {
	case ShowTags, ShowPreview:
		return false
	case ShowPicture:
		return s.Preset == "" || s.Preset == Full
	}
	return true
}

// OneLine reports whether an alert of this shape is a single line, whatever its parts say.
func (s Shape) OneLine() bool { return s.Preset == Headline }

// Shape returns how the delivery's target wants its alerts to look.
func (d *Delivery) Shape() Shape {
	if d.Rhythm == nil {
		return Shape{}
	}
	return d.preferences().Shape.Over(d.Rhythm.Settings.Shape)
}

// preferences returns how the delivery's subscription wants its alerts; what everybody gets if it has ended.
func (d *Delivery) preferences() *Preferences {
	for i := range d.Rhythm.Subscriptions {
		if s := &d.Rhythm.Subscriptions[i]; s.ID == d.Subscription {
			return &s.Preferences
		}
	}
	return &Preferences{}
}

// Level returns how much the article matters in the delivery's target: at least what its subscription says, without the
// precedence that its source has lost, and no flash where those are switched off.
func (d *Delivery) Level() Level {
	own := d.Article.Level()
	if d.Flood {
		own = own.InFlood()
	}
	if d.Rhythm == nil {
		return own
	}
	return d.Rhythm.Settings.Level(own, d.preferences())
}
