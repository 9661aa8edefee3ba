"""The firm's clients, and the contract of each."""

CONTRACT = """
[contract]
code = "{code}-hours"
title = "Support"
currency = "USD"
timezone = "America/Chicago"
starts_on = 2026-01-01
[prices]
hour = "120.00"
[rounding]
increment = "30m"
[prepaid]
unit = "hours"
valid_for = "90d"
"""
CLIENTS = [f"client{n}" for n in range(1, 7)]
