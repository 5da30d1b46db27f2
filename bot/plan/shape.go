package plan

import (
	"cmp"
	"maps"

	"tidings/bot"
)

// shapeOf returns how an alert looks: as the subscription says, and where it says nothing as the chat says. Parts depart
// from the preset that they were chosen with, so a preset of the subscription's puts the chat's aside.
func shapeOf(chat, sub bot.Shape) bot.Shape {
	shape := bot.Shape{
		Preset: cmp.Or(sub.Preset, chat.Preset),
		Parts:  sub.Parts,
		Line:   cmp.Or(sub.Line, chat.Line),
	}
	if sub.Preset == "" && len(chat.Parts) > 0 {
		shape.Parts = maps.Clone(chat.Parts)
		maps.Copy(shape.Parts, sub.Parts)
	}
	return shape
}
