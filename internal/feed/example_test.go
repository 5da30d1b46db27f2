package feed_test

import (
	"fmt"

	"tidings/internal/feed"
)

func ExampleParse() {
	const rss = `<rss version="2.0"><channel><title>Harbor Post</title>
		<item><title>Ferry is back</title><link>https://post.example/2</link></item>
		<item><title>Quay wall cracks</title><link>https://post.example/1</link></item>`
	d, err := feed.Parse([]byte(rss), feed.Meta{})
	if err != nil {
		fmt.Println("the document", err)
		return
	}
	for _, a := range d.Articles { // oldest first, though the document breaks off
		fmt.Println(a.Title, a.URL)
	}
	fmt.Println(d.Salvaged)
	// Output:
	// Quay wall cracks https://post.example/1
	// Ferry is back https://post.example/2
	// true
}
