"""The operator's back office; what services cost and how long they take, published for anybody."""
