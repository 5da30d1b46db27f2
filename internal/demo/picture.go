package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// picturePath is where pictures are, on the feed's address as on the page's.
const picturePath = "/demo/pictures/"

// Size of a picture, in pixels.
const (
	pictureWidth  = 640
	pictureHeight = 256
)

// picture returns the path of the story's picture.
func (s *story) picture() string { return fmt.Sprintf("%s%d.png", picturePath, s.number) }

func servePicture(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("name"), ".png")
	number, err := strconv.ParseUint(name, 10, 32)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, paint(number)); err != nil {
		http.Error(w, "the picture cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b.Bytes()))
}

// palette is the light of one hour of the day.
type palette struct{ high, low, sun, far, near color.RGBA }

func palettes() []palette {
	rgb := func(v uint32) color.RGBA {
		return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} //nolint:gosec // Bytes of a color.
	}
	return []palette{
		{rgb(0x2b3a67), rgb(0xf2a65a), rgb(0xffe8c2), rgb(0x51517d), rgb(0x1c2541)},
		{rgb(0x5fa8d3), rgb(0xcae9ff), rgb(0xffffff), rgb(0x62929e), rgb(0x1b4965)},
		{rgb(0x3d2c5e), rgb(0xe56b6f), rgb(0xffd6a5), rgb(0x6d597a), rgb(0x2a1a3e)},
		{rgb(0x0b132b), rgb(0x3a506b), rgb(0xf4f1de), rgb(0x243b55), rgb(0x0a1020)},
		{rgb(0x8fb8c9), rgb(0xf1e3c8), rgb(0xfff8e7), rgb(0x7d9d9c), rgb(0x3f5e5a)},
	}
}

// paint draws an island coast, always the same one for a number.
func paint(number uint64) image.Image {
	random := rand.New(rand.NewPCG(number, 3))
	light := palettes()[random.IntN(len(palettes()))]
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	sunX, sunY := 80+random.Float64()*480, 50+random.Float64()*70
	for y := range pictureHeight {
		sky := mix(light.high, light.low, float64(y)/(pictureHeight*0.75))
		for x := range pictureWidth {
			far := math.Hypot(float64(x)-sunX, float64(y)-sunY)
			img.SetRGBA(x, y, mix(sky, light.sun, glow(far)))
		}
	}
	const ridges = 4
	for i := range ridges {
		depth := float64(i) / (ridges - 1)
		ridge(img, random, mix(light.far, light.near, depth), 136+depth*80, 36-depth*14)
	}
	return img
}

// glow is how bright the sun is at a distance from its middle.
func glow(distance float64) float64 {
	const radius = 24
	if distance < radius {
		return 1
	}
	return 0.55 * math.Exp(-(distance-radius)/60)
}

// ridge draws a line of hills and what is below it.
func ridge(img *image.RGBA, random *rand.Rand, c color.RGBA, height, rough float64) {
	phase, stretch := random.Float64()*9, 70+random.Float64()*60
	for x := range pictureWidth {
		at := float64(x)/stretch + phase
		top := height - rough*(math.Sin(at)*0.6+math.Sin(at*2.3+phase)*0.3+math.Sin(at*5.1)*0.1)
		for y := max(int(top), 0); y < pictureHeight; y++ {
			img.SetRGBA(x, y, c)
		}
	}
}

// mix returns a color between a (at 0) and b (at 1).
func mix(a, b color.RGBA, t float64) color.RGBA {
	t = min(max(t, 0), 1)
	at := func(from, to uint8) uint8 { return uint8(float64(from) + (float64(to)-float64(from))*t) }
	return color.RGBA{at(a.R, b.R), at(a.G, b.G), at(a.B, b.B), 255}
}
