package bot

// MaxFile bounds a [File], in bytes.
const MaxFile = 256 << 10

// File goes with a message.
type File struct {
	Name    string
	Content []byte
}
