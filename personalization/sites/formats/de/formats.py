"""How times are written in German: always with their zone."""

DATE_FORMAT = "j. F Y"
DATETIME_FORMAT = "j. F Y, H:i e"
TIME_FORMAT = "H:i e"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y H:i e"
