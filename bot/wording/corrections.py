"""Words of the first line of an answer to a question that takes something wrong for granted."""

NUMBER_DIFFERS = "请先核对：问题里说的“{said}”，{name}里没有；那里写的是{held}。"
NUMBER_UNWRITTEN = "请先核对：问题里说的“{said}”，{name}里没有；那里写明：“{words}”。"
BODY_UNNAMED = "请先核对：问题里说的“{said}”，{name}里没有提到；那里写的是“{words}”。"
BODY_OF_ANOTHER = "请先核对：问题里说的“{said}”，与{name}写的可能不一样；那里写的是“{words}”。"
OTHERWISE = "请先核对：问题里的说法与{name}写的不一样；那里写的是“{words}”。"
PERHAPS_OTHERWISE = "请先核对：问题里的说法与{name}写的可能不一样；那里写的是“{words}”。"
