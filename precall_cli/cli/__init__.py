"""The command line: a command loads, calls one function, saves, reports and exits."""
