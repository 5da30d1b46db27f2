package htmltext_test

import (
	"fmt"

	"tidings/internal/htmltext"
)

func ExamplePlain() {
	fmt.Println(htmltext.Plain(`<p>Fish &amp; <b>chips</b><script>alert(1)</script></p>`))
	// Output: Fish & chips
}
