"""Reports, as data: hours, time, explanations. Pure: told everything, they read nothing."""
