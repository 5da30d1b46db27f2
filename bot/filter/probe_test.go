package filter

import (
	"slices"
	"testing"
)

// What is listed under a key of a program can be read again as that program, whether there is a program beside the probe or not.
func TestProbe_KeepsPrograms(t *testing.T) {
	const key, other, third = 1, 2, 1<<endingShift - 1
	for name, tt := range map[string]struct {
		program []uint32
		under   uint32
		alone   bool
	}{
		"everything":              {nil, 0, false},
		"nothing but a lack":      {[]uint32{other | flagNot | 1<<endingShift}, 0, true},
		"two lacks":               {[]uint32{other | flagNot, third | flagNot}, 0, false},
		"one word":                {[]uint32{key}, key, true},
		"one word with an ending": {[]uint32{key | 3<<endingShift}, key, true},
		"two words":               {[]uint32{third | 3<<endingShift, key | 2<<endingShift}, key, true},
		"a word and a lack":       {[]uint32{third | flagNot | 1<<endingShift, key | 3<<endingShift}, key, true},
		"one word in two forms":   {[]uint32{key | 1<<endingShift, key}, key, false},
		"one form of a word only": {[]uint32{key | flagNot | 1<<endingShift, key}, key, true},
		"three words":             {[]uint32{other, third, key}, key, false},
		"either of two":           {[]uint32{other | flagOr, third, key}, key, false},
		"a phrase":                {[]uint32{key | flagShape, 2 << shapeWords, other, third}, third, false},
		"a word of a field":       {[]uint32{key | flagShape, uint32(Title)}, key, false},
	} {
		probe, rest := probeOf(tt.program, tt.under, func(id uint32) int { return int(id) })
		if alone := probe&(flagAlone|flagNot) != 0; alone != tt.alone {
			t.Errorf("%s: probe %x says it all: %t, want %t", name, probe, alone, tt.alone)
		}
		o := posting{probe: probe, program: rest}
		var e extent
		e.add(&o)
		p := newPostings(e)
		if got := p.appendProgram(nil, p.append(o), tt.under); !slices.Equal(got, tt.program) {
			t.Errorf("%s: program %x is kept as %x", name, tt.program, got)
		}
	}
}

// A probe is a key that articles must have, and of several the one that costs least.
func TestProbe_IsNeeded(t *testing.T) {
	const key, cheap, dear = 1, 2, 3
	for name, tt := range map[string]struct {
		program []uint32
		want    uint32
	}{
		"the cheapest":      {[]uint32{dear, cheap, key}, cheap},
		"in a phrase":       {[]uint32{key | flagShape, 2 << shapeWords, dear, cheap}, cheap},
		"not what is an or": {[]uint32{cheap | flagOr, dear, key}, key},
		"not what must not": {[]uint32{dear, cheap | flagNot, key}, dear},
	} {
		if probe, _ := probeOf(tt.program, key, func(id uint32) int { return int(id) }); probe != tt.want {
			t.Errorf("%s: probe of %x is %x, want %x", name, tt.program, probe, tt.want)
		}
	}
}
