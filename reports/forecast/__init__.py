"""The next period's volume and topics: model, outlook, backtest, paper."""
