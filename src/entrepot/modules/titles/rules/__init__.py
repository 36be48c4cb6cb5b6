"""The rules of titles: digests of steps, what a step may do, the chain they make, the split, and the draft from a trade."""
