package bot

// alert returns the message that a delivery becomes.
func alert(dl *Delivery) Message {
	return Message{Card: NewCard(&dl.Article), Key: dl.Key()}
}
