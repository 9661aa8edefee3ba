"""`python -m suptime`."""

from suptime.cli.main import main

if __name__ == "__main__":
    main()
