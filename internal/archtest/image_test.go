package archtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestImage_PinsItsBases(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	pinned, bases := regexp.MustCompile(`^FROM \S+:\S+@sha256:[0-9a-f]{64}( AS \w+)?$`), 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "FROM ") {
			if bases++; !pinned.MatchString(line) {
				t.Errorf("%s: has no digest", line)
			}
		}
	}
	if bases != 2 {
		t.Errorf("the image has %d stages, want 2", bases)
	}
}

func TestLicenses_AreThereForEveryModule(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), filepath.Join(root, ".ci", "licenses"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, module := range []string{"tidings", "go", "modernc.org/sqlite", "github.com/bwmarrin/discordgo", "golang.org/x/net"} {
		if text, err := os.ReadFile(filepath.Join(dir, module, "LICENSE")); err != nil || len(text) == 0 {
			t.Errorf("%s: %v", module, err)
		}
	}
}
