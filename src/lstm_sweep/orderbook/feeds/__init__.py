"""What each exchange sends, one file each: from its JSON to the few messages of `lstm_sweep.orderbook.messages`."""
