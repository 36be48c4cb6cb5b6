"""Push: whoever subscribed hears of what he may read, in order - by webhook, by mail, by a feed."""
