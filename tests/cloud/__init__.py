"""The local cloud: template.yaml deployed on loopback, for the tests of the stack and for `make run`."""
