"""The rules of certificates: plain values in, plain values out; standard library only."""
