"""The room's rules: fields said twice, relations between what is said apart, the order of days, purchase documents."""
